"""Open land: green, bush, closed woods, fields, water with boats, rails, car parks, sports
grounds.
"""

from __future__ import annotations

import math

from sat2density.worlds.anywhere import blocks
from sat2density.worlds.anywhere.lots import GRASS, Lot, Place
from sat2density.worlds.builder import Frame, Paint
from sat2density.worlds.districts import FIELD_COLOURS
from sat2density.worlds.kernels import codes
from sat2density.worlds.rng import Rng


def green(place: Place, rng: Rng, lot: Lot) -> None:
    """Leave open grass with worn spots, a path or two, trees alone and in groups.

    Args:
        place: the world that is laid out; what is built is added to it.
        rng: stream that the choices are drawn from.
        lot: the land to fill, metres; local y = 0 is its street edge.

    """
    place.mess(rng, lot, rng.integer(2, 9))
    if rng.chance(0.5):
        place.ground(codes.LAWN, rng, lot, rng.choice(GRASS))
        place.mess(rng, lot, rng.integer(0, 7))
    for _ in range(rng.integer(0, 3)):
        _path(place, rng, lot)
    for _ in range(rng.integer(0, 25)):
        spot = lot.at(rng.uniform(-1, 1), rng.uniform())
        place.shrub(rng, (spot.x, spot.y), rng.uniform(0.4, 2.0))
    place.scatter(rng, lot, rng.uniform(2.0, 13.0) * place.green, rng.uniform(0.6, 1.1))
    for _ in range(rng.integer(0, 5)):
        _group(place, rng, lot)
    if rng.chance(0.2):
        _line(place, rng, lot)


def _path(place: Place, rng: Rng, lot: Lot) -> None:
    """Lay a winding path across a lot."""
    kinds = (
        (codes.CONCRETE, (0.36, 0.34, 0.30)),
        (codes.SCREE, (0.33, 0.27, 0.19)),
        (codes.EARTH, (0.26, 0.19, 0.13)),
        (codes.ASPHALT, (0.15, 0.15, 0.145)),
    )
    kind, colour = rng.choice(kinds)
    colour = rng.shade(colour, 0.15)
    seed = rng.seed()
    wide = rng.uniform(0.5, 1.4)
    base = rng.uniform(0.1, 0.7)
    wave = rng.uniform(14.0, 45.0)
    phase = rng.uniform(0.0, 6.3)
    swing = rng.uniform(0.3, 4.0)
    slant = rng.uniform(-0.4, 0.4)
    last = None
    for step in range(int(lot.width / 2.0) + 1):
        u = -0.5 * lot.width + 2.0 * step
        v = base * lot.depth + swing * math.sin(u / wave * 6.283 + phase) + slant * u
        spot = lot.frame.at(u, v)
        if last is not None:
            (x0, y0), (x1, y1) = last, spot
            middle = Frame(0.5 * (x0 + x1), 0.5 * (y0 + y1), math.atan2(y1 - y0, x1 - x0))
            half = (0.5 * math.hypot(x1 - x0, y1 - y0) + 0.3, wide)
            place.build.patch(kind, middle, half, colour, seed)
        last = spot


def _group(place: Place, rng: Rng, lot: Lot) -> None:
    """Plant a group of trees whose crowns run into each other."""
    middle = lot.at(rng.uniform(-0.9, 0.9), rng.uniform(0.1, 0.9))
    kind = rng.weighted(place.theme.trees)
    reach = rng.uniform(2.5, 8.0)
    for _ in range(rng.integer(3, 9)):
        angle = rng.uniform(0.0, 6.28)
        far = reach * math.sqrt(rng.uniform())
        spot = (middle.x + far * math.cos(angle), middle.y + far * math.sin(angle))
        place.tree(rng, spot, kind if rng.chance(0.7) else "", rng.uniform(0.6, 1.1))


def _line(place: Place, rng: Rng, lot: Lot) -> None:
    """Plant a line of trees of one kind along a lot."""
    kind = rng.weighted(place.theme.trees)
    into = rng.uniform(0.1, 0.9)
    step = rng.uniform(3.5, 9.0)
    size = rng.uniform(0.7, 1.15)
    u = -0.5 * lot.width
    while u < 0.5 * lot.width:
        frame = lot.frame.moved(u + rng.uniform(-0.8, 0.8), into * lot.depth + rng.uniform(-1, 1))
        place.tree(rng, (frame.x, frame.y), kind, size * rng.uniform(0.8, 1.1))
        u += step


def bush(place: Place, rng: Rng, lot: Lot) -> None:
    """Grow dry woodland: trees close together over leaf litter, with open spots.

    Args:
        place: the world that is laid out; what is built is added to it.
        rng: stream that the choices are drawn from.
        lot: the land to fill: a tree every 26 to 60 square metres.

    """
    for _ in range(rng.integer(3, 9)):
        spot = lot.at(rng.uniform(-1, 1), rng.uniform(), rng.uniform(0, 3))
        colour = rng.shade((0.20, 0.145, 0.10), 0.25)
        half = (rng.uniform(2, 9), rng.uniform(2, 6))
        place.build.patch(codes.EARTH, spot, half, colour, rng.seed(), 3)
    place.mess(rng, lot, rng.integer(2, 8))
    area = lot.width * lot.depth
    place.scatter(rng, lot, area / rng.uniform(26.0, 60.0), rng.uniform(0.6, 1.0))
    for _ in range(int(area / rng.uniform(18.0, 60.0))):
        spot = lot.at(rng.uniform(-1, 1), rng.uniform())
        place.shrub(rng, (spot.x, spot.y), rng.uniform(0.5, 2.6))


def wood(place: Place, rng: Rng, lot: Lot) -> None:
    """Grow a closed wood of tall trees.

    Args:
        place: the world that is laid out; what is built is added to it.
        rng: stream that the choices are drawn from.
        lot: the land to fill: a tree every 3.4 to 5.4 m each way.

    """
    place.ground(codes.EARTH, rng, lot, (0.13, 0.10, 0.065))
    kinds = {rng.weighted(place.theme.trees): 1.0 for _ in range(3)}
    step = rng.uniform(3.4, 5.4)
    size = rng.uniform(0.85, 1.25)
    rows = int(lot.depth / step) + 1
    columns = int(lot.width / step) + 1
    for k in range(rows):
        for m in range(columns):
            if rng.chance(0.10):
                continue
            u = -0.5 * lot.width + (m + rng.uniform()) * step
            frame = lot.frame.moved(u, (k + rng.uniform()) * step + 0.5)
            tall = size * rng.uniform(0.7, 1.15)
            place.tree(rng, (frame.x, frame.y), rng.weighted(kinds), tall, 1.3)


def fields(place: Place, rng: Rng, lot: Lot) -> None:
    """Lay out fields with hedges, rails or lines of trees between them.

    Args:
        place: the world that is laid out; what is built is added to it.
        rng: stream that the choices are drawn from.
        lot: the land to fill, metres; local y = 0 is its street edge.

    """
    split = rng.uniform(-0.6, 0.6)
    turn = rng.choice((0.0, math.pi / 2))
    edge = 0.5 * lot.width * split
    for low, high in ((-0.5 * lot.width, edge), (edge, 0.5 * lot.width)):
        half = (0.5 * (high - low), 0.5 * lot.depth)
        middle = lot.frame.moved(0.5 * (low + high), 0.5 * lot.depth, turn)
        size = half if turn == 0.0 else half[::-1]
        kind = codes.CROP if rng.chance(0.6) else codes.LAWN
        colour = rng.shade(rng.choice(FIELD_COLOURS), 0.2)
        place.build.patch(kind, middle, size, colour, rng.seed())
    style = rng.choice(("hedge", "rail", "none", "trees", "none"))
    line = lot.frame.moved(edge, 0.5 * lot.depth, math.pi / 2)
    front = lot.frame.moved(0.0, 0.6)
    if style == "trees":
        _line(place, rng, lot)
        return
    place.border(rng, (line, 0.48 * lot.depth), style)
    place.border(rng, (front, 0.48 * lot.width), style)
    place.mess(rng, lot, rng.integer(0, 4))
    place.scatter(rng, lot, rng.uniform(0.0, 2.5) * place.green)


WATERS = (
    (0.030, 0.040, 0.030),
    (0.045, 0.050, 0.032),
    (0.020, 0.032, 0.038),
    (0.065, 0.060, 0.040),
    (0.025, 0.055, 0.060),
)


def water(place: Place, rng: Rng, lot: Lot) -> None:
    """Open water along the street: a river or canal, or a pond; jetties, boats, trees on the bank.

    Args:
        place: the world that is laid out; what is built is added to it.
        rng: stream that the choices are drawn from.
        lot: the land to fill; a river or canal reaches 6 m beyond both its ends.

    """
    colour = rng.shade(rng.choice(WATERS), 0.3)
    bank = rng.uniform(2.5, 8.0)
    long = rng.chance(0.6)
    half = (0.5 * lot.width + 6.0 * long, 0.5 * (lot.depth - bank) - 0.5)
    middle = lot.frame.moved(0.0, bank + half[1])
    if not long:
        half = (0.45 * lot.width, half[1])
    mud = rng.shade((0.17, 0.135, 0.09), 0.25)
    shape = 0 if long else 3
    rim = (half[0] + 0.9, half[1] + 0.9)
    edge = rng.seed()
    place.build.patch(codes.EARTH, middle, rim, mud, edge, shape)
    place.build.patch(codes.LAKE, middle, half, colour, edge, shape)
    # Taken in any case: nothing else may stand in the water.
    if not place.take(middle, half, 0.5):
        place.site.taken.append((middle, *half))
    if rng.chance(0.45):
        _quay(place, rng, (middle, half))
    for _ in range(rng.integer(0, 5)):
        turn = rng.choice((0.0, math.pi)) if long else rng.uniform(0.0, 6.28)
        x = rng.uniform(-0.8, 0.8) * half[0]
        spot = middle.moved(x, rng.uniform(-0.7, 0.7) * half[1], turn)
        if place.site.network.clearance(spot.x, spot.y) > 4.0:
            boat(place, rng, spot)
    shore = Lot(lot.frame, lot.width, bank)
    place.scatter(rng, shore, rng.uniform(0.0, 8.0) * place.green)
    for _ in range(rng.integer(0, 14)):
        spot = lot.at(rng.uniform(-1, 1), (bank - 0.6) / lot.depth)
        place.shrub(rng, (spot.x, spot.y), rng.uniform(0.6, 2.0))


def _quay(place: Place, rng: Rng, pool: tuple[Frame, tuple[float, float]]) -> None:
    """Lay jetties of planks from the near bank, with boats beside them."""
    middle, half = pool
    planks = Paint(codes.FENCE, codes.C_PAVEMENT, rng.shade((0.25, 0.21, 0.17), 0.2))
    pitch = rng.uniform(5.0, 9.0)
    reach = min(rng.uniform(3.0, 7.0), half[1])
    for k in range(rng.integer(1, 5)):
        u = -0.6 * half[0] + pitch * k
        spot = middle.moved(u, -half[1] + 0.5 * reach)
        place.build.box(spot, (0.6, 0.5 * reach + 0.4), (0.0, 0.45), planks)
        if rng.chance(0.8):
            boat(place, rng, spot.moved(rng.choice((-1, 1)) * 2.0, 0.4, math.pi / 2))


def boat(place: Place, rng: Rng, frame: Frame) -> None:
    """Put a boat on the water, its bow along local x.

    Args:
        place: the world that is laid out; what is built is added to it.
        rng: stream that the choices are drawn from.
        frame: its middle on the water, bow along local x.

    """
    build = place.build
    long = rng.uniform(1.7, 5.5)
    wide = rng.uniform(0.7, 1.6)
    tone = rng.choice(((0.6, 0.6, 0.58), (0.5, 0.48, 0.42), (0.08, 0.12, 0.22), (0.3, 0.2, 0.12)))
    hull = Paint(codes.PLAIN, codes.C_VEHICLE, rng.shade(tone, 0.2))
    side = rng.uniform(0.4, 0.9)
    build.box(frame, (long, wide), (0.0, side), hull)
    bow = frame.moved(long, 0.0)
    build.box(bow.moved(0.25 * wide, 0.0, math.pi / 4), (0.7 * wide, 0.7 * wide), (0.0, side), hull)
    dark = Paint(codes.PLAIN, codes.C_VEHICLE, rng.shade((0.25, 0.2, 0.15), 0.6))
    build.box(frame.moved(-0.2 * long, 0.0), (0.55 * long, 0.7 * wide), (side, side + 0.03), dark)
    if long > 2.8 and rng.chance(0.7):
        cabin = Paint(codes.CAR_CABIN, codes.C_VEHICLE, rng.shade((0.6, 0.6, 0.58), 0.15))
        build.box(frame, (0.4 * long, 0.7 * wide), (side, side + rng.uniform(0.5, 1.4)), cabin)
    if rng.chance(0.25):
        build.post(frame, 0.06, (0.5, rng.uniform(5.0, 10.0)), hull)
    build.note_vehicle(frame, (2 * long + wide, 2 * wide, side + 0.5))


def rail(place: Place, rng: Rng, lot: Lot) -> None:
    """Lay one to four railway tracks along the street, with masts and scrub.

    Args:
        place: the world that is laid out; what is built is added to it.
        rng: stream that the choices are drawn from.
        lot: the land to fill; the tracks reach 8 m beyond both its ends, and what is left behind
            them is filled too.

    """
    first = rng.uniform(3.0, 12.0)
    count = rng.integer(1, 4)
    stone = rng.shade(rng.choice(((0.22, 0.19, 0.16), (0.28, 0.26, 0.24), (0.17, 0.14, 0.12))), 0.2)
    half = 0.5 * lot.width + 8.0
    wide = 2.1 * count + 0.6
    middle = lot.frame.moved(0.0, first + wide)
    place.build.patch(codes.SCREE, middle, (half, wide + 1.0), stone, rng.seed())
    for k in range(count):
        track = lot.frame.moved(0.0, first + 2.4 + 4.2 * k)
        place.build.patch(codes.RAIL, track, (half, 1.9), rng.shade(stone, 0.12), rng.seed())
    place.site.taken.append((middle, half, wide + 1.0))
    if rng.chance(0.6):
        steel = Paint(codes.PLAIN, codes.C_POLE, (0.3, 0.31, 0.3))
        for k in range(int(lot.width / 30.0) + 1):
            mast = lot.frame.moved(-0.5 * lot.width + 30.0 * k + rng.uniform(0, 9), first - 0.3)
            if place.site.network.clearance(mast.x, mast.y) > 1.0:
                place.build.post(mast, 0.12, (0.0, 7.5), steel)
                arm = mast.moved(0.0, wide)
                place.build.box(arm, (0.08, wide), (6.6, 6.8), steel)
                place.build.note_pole(mast, 7.5)
    if rng.chance(0.25):
        _train(place, rng, lot.frame.moved(rng.uniform(-10, 10), first + 2.4))
    behind = first + 2 * wide + 1.5
    if lot.depth - behind > 4.0:
        rest = Lot(lot.frame.moved(0.0, behind), lot.width, lot.depth - behind)
        rng.choice((bush, green, blocks.yard))(place, rng, rest)
    place.scatter(rng, Lot(lot.frame, lot.width, first), 2.0 * place.green, 0.6)


def _train(place: Place, rng: Rng, frame: Frame) -> None:
    colour = rng.shade(rng.choice(((0.45, 0.45, 0.44), (0.3, 0.06, 0.05), (0.2, 0.17, 0.14))), 0.2)
    look = Paint(codes.HALL, codes.C_VEHICLE, colour, (0.3, 0.3, 0.3), rng.seed(), 1.9, -1.0)
    for k in range(rng.integer(2, 5)):
        wagon = frame.moved(17.0 * k, 0.0)
        ends = [wagon.at(u, 0.0) for u in (-9.0, -4.5, 0.0, 4.5, 9.0)]
        if any(place.site.network.clearance(*end) < 2.0 for end in ends):
            continue
        place.build.box(wagon, (8.2, 1.4), (0.6, 3.7), look)
        roof = Paint(codes.ROOF_FLAT, codes.C_VEHICLE, rng.shade((0.35, 0.35, 0.35), 0.2))
        place.build.box(wagon, (8.2, 1.4), (3.7, 3.8), roof)
        place.build.note_vehicle(wagon, (16.4, 2.8, 3.8))


def parking(place: Place, rng: Rng, lot: Lot) -> None:
    """Lay a car park full of cars, perhaps with trees between the rows.

    Args:
        place: the world that is laid out; what is built is added to it.
        rng: stream that the choices are drawn from.
        lot: the land to fill: one double row for every 16 to 18 m of its depth.

    """
    place.ground(codes.ASPHALT, rng, lot, (0.13, 0.13, 0.128))
    share = rng.uniform(0.25, 0.98)
    into = 1.2
    green_rows = rng.chance(0.5)
    while into + 15.5 < lot.depth:
        row = Lot(lot.frame.moved(0.0, into), lot.width - 3.0, 16.0)
        blocks.parking_row(place, rng, row, share)
        if green_rows:
            strip = lot.frame.moved(0.0, into + 17.0)
            half = (0.5 * lot.width - 2.0, 0.9)
            place.build.patch(codes.LAWN, strip, half, rng.shade(GRASS[0], 0.2), rng.seed())
            u = -0.5 * lot.width + 3.0
            while u < 0.5 * lot.width - 3.0:
                spot = strip.moved(u, 0.0)
                place.tree(rng, (spot.x, spot.y), "", rng.uniform(0.4, 0.7))
                u += rng.uniform(6.0, 11.0)
        into += 18.0 if green_rows else 16.2
    place.mess(rng, Lot(lot.frame.moved(0, into), lot.width, max(lot.depth - into, 1.0)), 3)


def sports(place: Place, rng: Rng, lot: Lot) -> None:
    """Lay out a pitch, hard courts or a playground.

    Args:
        place: the world that is laid out; what is built is added to it.
        rng: stream that the choices are drawn from.
        lot: the land to fill, metres; local y = 0 is its street edge.

    """
    place.ground(codes.LAWN, rng, lot, rng.choice(GRASS))
    what = rng.weighted({"pitch": 0.4, "courts": 0.4, "play": 0.2})
    steel = Paint(codes.PLAIN, codes.C_POLE, (0.45, 0.45, 0.45))
    if what == "pitch":
        half = (min(0.48 * lot.width, 30.0), min(0.44 * lot.depth, 20.0))
        middle = lot.at(0.0, 0.52)
        place.build.patch(codes.PITCH, middle, half, rng.shade(GRASS[2], 0.2), rng.seed())
        for side in (-1, 1):
            goal = middle.moved(side * (half[0] - 1.2), 0.0)
            for v in (-2.4, 2.4):
                place.build.post(goal.moved(0.0, v), 0.06, (0.0, 2.4), steel)
            place.build.box(goal, (0.05, 2.4), (2.35, 2.45), steel)
    elif what == "courts":
        colours = ((0.10, 0.16, 0.08), (0.24, 0.09, 0.06), (0.05, 0.12, 0.2), (0.28, 0.16, 0.1))
        colour = rng.shade(rng.choice(colours), 0.2)
        for k in range(max(1, int(lot.width / 19.0))):
            court = lot.frame.moved(-0.5 * lot.width + 10.0 + 19.0 * k, 20.0, math.pi / 2)
            place.build.patch(codes.COURT, court, (16.0, 8.2), colour, rng.seed())
            net = Paint(codes.PLAIN, codes.C_FENCE, (0.05, 0.06, 0.05))
            place.build.box(court, (0.03, 5.5), (0.0, 1.0), net)
            for side in (-1, 1):
                line = court.moved(side * 16.2, 0.0, math.pi / 2)
                place.border(rng, (line, 8.0), "fence", 2.8)
    else:
        for _ in range(rng.integer(3, 8)):
            spot = lot.at(rng.uniform(-0.7, 0.7), rng.uniform(0.15, 0.8), rng.uniform(0, 3))
            sand = rng.shade((0.40, 0.33, 0.23), 0.15)
            half = (rng.uniform(2, 5), rng.uniform(2, 4))
            place.build.patch(codes.EARTH, spot, half, sand, rng.seed(), rng.choice((0, 1, 2)))
            frame_paint = Paint(codes.PLAIN, codes.C_POLE, rng.shade((0.4, 0.12, 0.08), 0.6))
            place.build.box(spot, (1.6, 0.06), (2.2, 2.3), frame_paint)
            for u in (-1.5, 1.5):
                place.build.post(spot.moved(u, 0.0), 0.07, (0.0, 2.3), frame_paint)
    place.mess(rng, lot, rng.integer(0, 4))
    place.site.taken.append((lot.at(0.0, 0.52), 0.4 * lot.width, 0.4 * lot.depth))
    place.scatter(rng, lot, 3.0 * place.green)
    _line(place, rng, lot)

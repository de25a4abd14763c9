"""What stands beside a street: plots, parks, bush, fields, farms, woods, town blocks, squares."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from sat2density.worlds import furniture, houses, plants
from sat2density.worlds.builder import Frame, Paint
from sat2density.worlds.kernels import codes
from sat2density.worlds.rng import Rng
from sat2density.worlds.streets import Street

if TYPE_CHECKING:
    from sat2density.worlds.site import Site

REACH_M = 72.0
"""Streets are built up this far from the camera."""


def plots(site: Site, rng: Rng, where: tuple[Street, bool], path_end: float) -> None:
    """Line a street with plots; where one does not fit the next is tried a little further on.

    Args:
        site: the world that is laid out; what is built is added to it.
        rng: stream that the choices are drawn from.
        where: (street, whether its right side is meant).
        path_end: metres from the kerb to the footpath's outer edge, 0 without one.

    """
    street, right = where
    low, high, shallow, deep = site.style.plot
    verge = max(path_end + 0.4, rng.uniform(2.5, 4.8))
    setback = rng.uniform(4.5, 8.5)
    s = -REACH_M + rng.uniform(0.0, 8.0)
    while s < REACH_M:
        width, depth = rng.uniform(low, high), rng.uniform(shallow, deep)
        edge = street.side(s + 0.5 * width, right).moved(0.0, street.half + verge)
        middle = edge.moved(0.0, 0.5 * depth)
        if not site.free(middle, 0.5 * width, 0.5 * depth, 1.6):
            s += 4.0
            continue
        site.taken.append((middle, 0.5 * width, 0.5 * depth))
        houses.plot(site.build, rng, edge, (width, depth), setback + rng.uniform(-0.8, 0.8))
        s += width + 0.4


def _scatter(
    site: Site, rng: Rng, where: tuple[Street, bool], count: int, kinds: dict[str, float]
) -> None:
    """Plant `count` trees at random up to 45 m from a street, more of them far than near."""
    street, right = where
    for _ in range(count):
        s, v = rng.uniform(-REACH_M, REACH_M), street.half + 2.0 + 44.0 * rng.uniform() ** 0.8
        spot = street.side(s, right).at(0.0, v)
        if max(abs(spot[0]), abs(spot[1])) < site.style.radius_m - 7 and site.open_ground(
            spot, 1.8
        ):
            site.plant(rng, spot, rng.weighted(kinds))


def _undergrowth(site: Site, rng: Rng, where: tuple[Street, bool], count: int) -> None:
    street, right = where
    for _ in range(count):
        spot = street.side(rng.uniform(-50, 50), right).at(
            0.0, street.half + 2.0 + 26.0 * rng.uniform()
        )
        if site.open_ground(spot, 2.0):
            plants.shrub(site.build, rng, spot, rng.uniform(0.5, 2.2))


def park(site: Site, rng: Rng, where: tuple[Street, bool], path_end: float) -> None:
    """Make open grass with scattered trees, a winding path, a bench or two.

    Args:
        site: the world that is laid out; what is built is added to it.
        rng: stream that the choices are drawn from.
        where: (street, whether its right side is meant).
        path_end: metres from the kerb to the footpath's outer edge, 0 without one.

    """
    street, right = where
    if rng.chance(0.6):
        _winding_path(site, rng, where, max(path_end, 2.0) + rng.uniform(3.0, 12.0))
    for _ in range(rng.integer(0, 4)):
        spot = street.side(rng.uniform(-45, 45), right).moved(0.0, street.half + rng.uniform(6, 28))
        if site.open_ground((spot.x, spot.y), 4.0):
            kind = rng.choice((codes.SOIL, codes.LAWN, codes.LAWN))
            colour = rng.shade(
                (0.24, 0.17, 0.115) if kind == codes.SOIL else (0.11, 0.135, 0.05), 0.25
            )
            site.build.patch(
                kind, spot, (rng.uniform(3, 10), rng.uniform(2, 6)), colour, rng.seed(), 2
            )
    _scatter(site, rng, where, rng.integer(14, 46), site.style.trees)
    _undergrowth(site, rng, where, rng.integer(0, 10))


def _winding_path(site: Site, rng: Rng, where: tuple[Street, bool], offset: float) -> None:
    """Lay a path of short slabs that swings along a street."""
    street, right = where
    swing, wave, phase = rng.uniform(0.5, 4.0), rng.uniform(14.0, 40.0), rng.uniform(0.0, 6.3)
    colour = rng.shade(
        rng.choice(((0.36, 0.34, 0.30), (0.31, 0.24, 0.17), (0.16, 0.155, 0.15))), 0.1
    )
    kind = codes.CONCRETE if colour[2] > 0.2 else codes.GRAVEL
    wide, seed = rng.uniform(0.7, 1.3), rng.seed()
    points = []
    for s in range(-66, 67, 2):
        v = street.half + offset + swing * math.sin(s / wave * 6.283 + phase)
        points.append(street.side(float(s), right).at(0.0, v))
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        middle = Frame(0.5 * (x0 + x1), 0.5 * (y0 + y1), math.atan2(y1 - y0, x1 - x0))
        site.build.patch(
            kind, middle, (0.5 * math.hypot(x1 - x0, y1 - y0) + 0.25, wide), colour, seed
        )


def bush(site: Site, rng: Rng, where: tuple[Street, bool], path_end: float) -> None:
    """Grow dry woodland: gums and scrub close together over leaf litter.

    Args:
        site: the world that is laid out; what is built is added to it.
        rng: stream that the choices are drawn from.
        where: (street, whether its right side is meant).
        path_end: metres from the kerb to the footpath's outer edge, 0 without one.

    """
    street, right = where
    for _ in range(rng.integer(8, 18)):
        spot = street.side(rng.uniform(-60, 60), right).moved(
            0.0, street.half + path_end + rng.uniform(5, 34), rng.uniform(0, 3)
        )
        _litter(site, rng, spot, ((3, 9), (3, 7)), (3.0, (0.22, 0.15, 0.10)))
    _scatter(site, rng, where, rng.integer(45, 95), {"gum": 3.0, "scrub": 3.0, "bare": 0.6})
    _undergrowth(site, rng, where, rng.integer(15, 45))


def _litter(
    site: Site,
    rng: Rng,
    spot: Frame,
    size: tuple[tuple[float, float], tuple[float, float]],
    look: tuple[float, tuple[float, float, float]],
) -> None:
    """Lay leaf litter under trees: ranges of the half lengths, look = (room it needs in metres,
    colour).
    """
    room, colour = look
    if site.open_ground((spot.x, spot.y), room):
        half = (rng.uniform(*size[0]), rng.uniform(*size[1]))
        site.build.patch(codes.SOIL, spot, half, rng.shade(colour, 0.2), rng.seed(), 2)


FIELD_COLOURS = (
    (0.12, 0.17, 0.05),
    (0.16, 0.20, 0.07),
    (0.33, 0.28, 0.14),
    (0.22, 0.165, 0.11),
    (0.10, 0.14, 0.045),
    (0.38, 0.33, 0.18),
)


def fields(site: Site, rng: Rng, where: tuple[Street, bool], path_end: float) -> None:
    """Lay out fields with hedges or rails along the road, trees at the corners, a track, bales.

    Args:
        site: the world that is laid out; what is built is added to it.
        rng: stream that the choices are drawn from.
        where: (street, whether its right side is meant).
        path_end: metres from the kerb to the footpath's outer edge, 0 without one.

    """
    street, right = where
    offset, s = max(path_end, 3.0) + rng.uniform(0.5, 2.0), -REACH_M
    hedged = rng.chance(0.4)
    while s < REACH_M:
        width = rng.uniform(35.0, 80.0)
        edge = street.side(s + 0.5 * width, right).moved(0.0, street.half + offset)
        kind = codes.CROP if rng.chance(0.6) else codes.LAWN
        turn = rng.choice((0.0, math.pi / 2))
        half = (0.5 * width, 34.0) if turn == 0.0 else (34.0, 0.5 * width)
        site.build.patch(
            kind,
            edge.moved(0.0, 34.0, turn),
            half,
            rng.shade(rng.choice(FIELD_COLOURS), 0.15),
            rng.seed(),
        )
        _field_edge(site, rng, (edge, 0.5 * width), hedged)
        if rng.chance(0.25):
            colour = rng.shade((0.27, 0.21, 0.15), 0.2)
            site.build.patch(
                codes.TRACK,
                edge.moved(0.5 * width, 26.0, math.pi / 2),
                (32.0, 1.5),
                colour,
                rng.seed(),
            )
        _bales(site, rng, edge)
        s += width
    _scatter(site, rng, where, rng.integer(2, 12), site.style.trees)


def _field_edge(site: Site, rng: Rng, line: tuple[Frame, float], hedged: bool) -> None:
    edge, half = line
    steps = range(int(-half), int(half), 6)
    height, colour = rng.uniform(1.0, 1.8), rng.shade(rng.choice(plants.HEDGES), 0.15)
    for u in steps:
        middle = edge.moved(u + 3.0, 0.0)
        if not site.open_ground((middle.x, middle.y), 2.6):
            continue
        if hedged:
            plants.hedge(site.build, rng, (middle, 6.0), height, colour)
        else:
            furniture.rail_fence(site.build, rng, (middle, 3.0))


def _bales(site: Site, rng: Rng, edge: Frame) -> None:
    if not rng.chance(0.15):
        return
    straw = Paint(codes.BARK, codes.C_FENCE, (0.42, 0.34, 0.18), seed=rng.seed())
    for _ in range(rng.integer(2, 6)):
        spot = edge.moved(rng.uniform(-20, 20), rng.uniform(6, 40))
        if site.open_ground((spot.x, spot.y), 4.0):
            site.build.post(spot, 0.75, (0.0, 1.3), straw)


def farm(site: Site, rng: Rng, where: tuple[Street, bool], path_end: float) -> None:
    """Set a few wide plots with farm houses and barns among fields.

    Args:
        site: the world that is laid out; what is built is added to it.
        rng: stream that the choices are drawn from.
        where: (street, whether its right side is meant).
        path_end: metres from the kerb to the footpath's outer edge, 0 without one.

    """
    street, right = where
    low, high, shallow, deep = site.style.plot
    for _ in range(rng.integer(1, 3)):
        width, depth = rng.uniform(low, high), rng.uniform(shallow, deep)
        edge = street.side(rng.uniform(-50, 50), right).moved(
            0.0, street.half + rng.uniform(3.0, 7.0)
        )
        middle = edge.moved(0.0, 0.5 * depth)
        if site.free(middle, 0.5 * width, 0.5 * depth, 2.5):
            site.taken.append((middle, 0.5 * width, 0.5 * depth))
            houses.plot(site.build, rng, edge, (width, depth), rng.uniform(7.0, 13.0))
            _barn(site, rng, edge.moved(rng.uniform(-0.2, 0.2) * width, depth - 5.0))
    fields(site, rng, where, path_end)


def _barn(site: Site, rng: Rng, frame: Frame) -> None:
    colour = rng.shade(
        rng.choice(((0.22, 0.06, 0.045), (0.30, 0.30, 0.29), (0.2, 0.17, 0.13))), 0.2
    )
    roof = Paint(
        codes.ROOF_METAL, codes.C_BUILDING, rng.shade((0.25, 0.24, 0.23), 0.3), colour, rng.seed()
    )
    half = (rng.uniform(5.0, 8.0), rng.uniform(3.0, 4.2))
    site.build.record.new_house()
    site.build.box(
        frame, half, (0.0, 3.6), Paint(codes.FENCE, codes.C_BUILDING, colour, seed=rng.seed())
    )
    slopes = (0.0, rng.uniform(0.4, 0.75))
    ridge = site.build.sloped(frame, (half[0] + 0.3, half[1] + 0.4), (3.6, 3.75, 9.0), slopes, roof)
    site.build.note_part(frame, half, (3.6, ridge), "gable", slopes)


def wood(site: Site, rng: Rng, where: tuple[Street, bool], path_end: float) -> None:
    """Grow a wood of tall trees behind the verge."""
    street, right = where
    for _ in range(8):
        spot = street.side(rng.uniform(-60, 60), right).moved(
            0.0, street.half + path_end + rng.uniform(8, 34)
        )
        _litter(site, rng, spot, ((5, 12), (4, 8)), (4.0, (0.15, 0.105, 0.07)))
    _scatter(
        site,
        rng,
        where,
        rng.integer(60, 110),
        {"oak": 3.0, "pine": 2.0, "autumn": 0.5, "bare": 0.4},
    )
    _undergrowth(site, rng, where, rng.integer(10, 30))


FRONTS = (
    (0.33, 0.16, 0.11),
    (0.44, 0.36, 0.26),
    (0.55, 0.51, 0.44),
    (0.36, 0.35, 0.34),
    (0.25, 0.13, 0.10),
    (0.48, 0.44, 0.30),
    (0.62, 0.60, 0.56),
)


def blocks(site: Site, rng: Rng, where: tuple[Street, bool], path_end: float) -> None:
    """Line a street with town houses and shops, mostly wall to wall.

    Args:
        site: the world that is laid out; what is built is added to it.
        rng: stream that the choices are drawn from.
        where: (street, whether its right side is meant).
        path_end: metres from the kerb to the footpath's outer edge, 0 without one.

    """
    street, right = where
    low, high, shallow, deep = site.style.plot
    s = -REACH_M
    while s < REACH_M:
        width, depth = rng.uniform(low, high), rng.uniform(shallow, deep)
        edge = street.side(s + 0.5 * width, right).moved(0.0, street.half + path_end + 0.3)
        middle = edge.moved(0.0, 0.5 * depth)
        if site.free(middle, 0.5 * width, 0.5 * depth, 2.6):
            site.taken.append((middle, 0.5 * width, 0.5 * depth))
            _front(site, rng, middle, (0.5 * width, 0.5 * depth))
            yard = edge.moved(0.0, depth + 9.0)
            site.build.patch(
                codes.CONCRETE,
                yard,
                (0.5 * width, 9.0),
                rng.shade((0.2, 0.19, 0.18), 0.2),
                rng.seed(),
            )
        else:
            width = 3.0
        s += width + (0.0 if rng.chance(0.75) else rng.uniform(1.5, 7.0))


def _front(site: Site, rng: Rng, frame: Frame, half: tuple[float, float]) -> None:
    storeys = rng.integer(1, 4)
    shop = float(rng.chance(0.55))
    top = 3.1 * storeys + 3.6 * shop + 0.4
    wall, seed = rng.shade(rng.choice(FRONTS), 0.18), rng.seed()
    paint = Paint(codes.FACADE, codes.C_BUILDING, wall, (0.5, 0.5, 0.48), seed, storeys, shop)
    site.build.record.new_house()
    site.build.box(frame, half, (0.0, top), paint)
    if rng.chance(0.45):
        tile = Paint(
            codes.ROOF_TILE, codes.C_BUILDING, rng.shade(rng.choice(houses.ROOFS), 0.2), wall, seed
        )
        slopes = (0.0, rng.uniform(0.35, 0.55))
        ridge = site.build.sloped(
            frame, (half[0], half[1] + 0.25), (top, top + 0.15, site.build.height_m), slopes, tile
        )
        site.build.note_part(frame, half, (top, ridge), "gable", slopes)
    else:
        site.build.note_part(frame, half, (top, top + 0.6), "flat")
        rim = Paint(codes.PLAIN, codes.C_BUILDING, tuple(0.85 * c for c in wall))
        for v in (-half[1] + 0.12, half[1] - 0.12):
            site.build.box(frame.moved(0.0, v), (half[0], 0.12), (top, top + 0.6), rim)
        for _ in range(rng.integer(0, 3)):
            plant = frame.moved(rng.uniform(-0.6, 0.6) * half[0], rng.uniform(-0.5, 0.5) * half[1])
            site.build.box(
                plant,
                (rng.uniform(0.5, 1.4), 0.7),
                (top, top + rng.uniform(0.8, 1.9)),
                Paint(codes.PLAIN, codes.C_BUILDING, (0.42, 0.42, 0.41)),
            )
    if shop > 0.5 and rng.chance(0.6):
        awning = Paint(
            codes.PLAIN,
            codes.C_BUILDING,
            rng.shade(rng.choice(((0.3, 0.05, 0.05), (0.05, 0.12, 0.2), (0.4, 0.38, 0.34))), 0.2),
        )
        site.build.box(
            frame.moved(0.0, -half[1] - 0.75), (half[0] - 0.2, 0.75), (2.85, 3.0), awning
        )


def square(site: Site, rng: Rng, where: tuple[Street, bool], path_end: float) -> None:
    """Make a paved square or a small green with trees."""
    street, right = where
    middle = street.side(rng.uniform(-12, 12), right).moved(0.0, street.half + path_end + 12.0)
    colour = rng.shade((0.30, 0.27, 0.23), 0.2)
    site.build.patch(
        rng.choice((codes.PAVERS, codes.LAWN)), middle, (60.0, 12.0), colour, rng.seed()
    )
    _scatter(site, rng, where, rng.integer(10, 26), site.style.trees)


FILLERS: dict[str, Callable[[Site, Rng, tuple[Street, bool], float], None]] = {
    "plots": plots,
    "park": park,
    "bush": bush,
    "fields": fields,
    "farm": farm,
    "wood": wood,
    "blocks": blocks,
    "square": square,
}
"""What a style's `sides` may name."""

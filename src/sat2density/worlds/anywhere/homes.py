"""Where people live in houses: detached ones in gardens, rows of houses, gardens let out alone."""

from __future__ import annotations

import dataclasses
import math

from sat2density.worlds import furniture
from sat2density.worlds.anywhere import buildings, roofs
from sat2density.worlds.anywhere.lots import PAVED, Lot, Place, garden
from sat2density.worlds.builder import Frame
from sat2density.worlds.kernels import codes
from sat2density.worlds.rng import Rng

BORDERS = {"fence": 0.4, "hedge": 0.25, "wall": 0.15, "none": 0.2}


def detached(place: Place, rng: Rng, lot: Lot) -> None:
    """Divide a lot into plots with one house each.

    Args:
        place: the world that is laid out; what is built is added to it.
        rng: stream that the choices are drawn from.
        lot: the land to fill: a plot for every 11 to 21 m of street.

    """
    wide = rng.uniform(11.0, 21.0)
    deep = min(lot.depth, rng.uniform(21.0, 38.0))
    setback = rng.choice((rng.uniform(0.8, 3.0), rng.uniform(3.0, 9.0)))
    front = rng.weighted(BORDERS)
    between = rng.weighted(BORDERS)
    count = max(1, int(lot.width / wide))
    wide = lot.width / count
    for k in range(count):
        edge = lot.frame.moved(-0.5 * lot.width + (k + 0.5) * wide, 0.0)
        plot = Lot(edge, wide - 0.3, deep)
        _plot(place, rng, plot, setback + rng.uniform(-0.7, 0.7), front)
        side = edge.moved(0.5 * wide, 0.5 * (deep + setback), math.pi / 2)
        place.border(rng, (side, 0.5 * (deep - setback)), between)
    back = lot.frame.moved(0.0, deep + 0.2)
    place.border(rng, (back, 0.5 * lot.width), between)


def _plot(place: Place, rng: Rng, plot: Lot, setback: float, border: str) -> None:
    size = (
        min(plot.width - rng.uniform(1.2, 4.0), rng.uniform(9.0, 19.0)),
        min(rng.uniform(8.5, 15.0), plot.depth - setback - 5.0),
    )
    shift = rng.uniform(-0.5, 0.5) * (plot.width - size[0])
    middle = plot.frame.moved(shift, setback + 0.5 * size[1], rng.uniform(-0.04, 0.04))
    behind = Lot(
        plot.frame.moved(0.0, setback + size[1]), plot.width, plot.depth - setback - size[1]
    )
    before = Lot(plot.frame, plot.width, setback + size[1])
    if not place.take(middle, (0.5 * size[0] + 0.4, 0.5 * size[1] + 0.4)):
        garden(place, rng, plot)
        return
    buildings.house(place.build, rng, place.theme, middle, size)
    _drive(place, rng, plot, (shift, size[0], setback), size[1])
    garden(place, rng, before, rng.uniform(0.2, 1.0))
    garden(place, rng, behind, rng.uniform(0.6, 1.6))
    for side in (-1, 1):
        line = (plot.frame.moved(side * 0.32 * plot.width, 0.2), 0.17 * plot.width)
        place.border(rng, line, border)


def _drive(place: Place, rng: Rng, plot: Lot, row: tuple[float, float, float], deep: float) -> None:
    """Lay a drive beside or before the house (row = its shift, width, setback), with garage and
    car.
    """
    shift, width, setback = row
    side = rng.choice((-1, 1))
    free = 0.5 * plot.width - side * shift - 0.5 * width
    beside = free > 3.4
    u = side * (0.5 * plot.width - 0.5 * min(free, 4.5)) if beside else shift + 0.25 * side * width
    reach = setback + (0.6 * deep if beside else 0.0)
    kind, colour = rng.choice(PAVED)
    middle = plot.frame.moved(u, 0.5 * (reach - 4.0), math.pi / 2)
    half = (0.5 * (reach + 4.0), rng.uniform(1.3, 2.6))
    place.build.patch(kind, middle, half, rng.shade(colour, 0.2), rng.seed())
    spot = plot.frame.moved(u, reach + 3.0)
    if beside and rng.chance(0.6) and place.take(spot, (1.8, 3.0)):
        buildings.garage(place.build, rng, place.theme, spot)
    if reach > 5.5 and rng.chance(0.55):
        turn = rng.choice((-1, 1)) * math.pi / 2 + rng.uniform(-0.06, 0.06)
        car = plot.frame.moved(u + rng.uniform(-0.3, 0.3), reach - rng.uniform(2.6, 3.2), turn)
        if place.take(car, (2.3, 0.95), 0.3):
            furniture.car(place.build, rng, car)


def row(place: Place, rng: Rng, lot: Lot) -> None:
    """Build a row of houses wall to wall under one ridge, with gardens behind and perhaps a second
    row at their end.

    Args:
        place: the world that is laid out; what is built is added to it.
        rng: stream that the choices are drawn from.
        lot: the land to fill; a second row faces its far edge where it is deep enough.

    """
    setback = rng.choice((rng.uniform(0.9, 2.0), rng.uniform(2.0, 7.0)))
    deep = rng.uniform(7.5, 11.5)
    long = min(rng.uniform(9.0, 26.0), max(lot.depth - setback - deep, 4.0))
    _terrace(place, rng, lot.frame, (lot.width, setback, deep, long))
    rest = lot.depth - setback - deep - long
    if rest > deep + 3.0:
        far = lot.frame.moved(0.0, lot.depth, math.pi)
        _terrace(place, rng, far, (lot.width, rng.uniform(1.0, 3.0), deep, rest - deep - 3.0))


def _terrace(place: Place, rng: Rng, edge: Frame, sizes: tuple[float, float, float, float]) -> None:
    """Build one row: sizes = width of all, setback, depth of the houses, length of the gardens."""
    width, setback, deep, long = sizes
    unit = rng.uniform(4.4, 7.5) if rng.chance(0.75) else rng.uniform(7.5, 9.5)
    count = max(2, round(width / unit))
    storeys = int(rng.weighted({1: 0.2, 2: 0.55, 3: 0.25}))
    look = buildings.draw_walls(rng, place.theme, storeys, door=3)
    if storeys > 1 and rng.chance(0.4):
        look = dataclasses.replace(look, material=codes.FACADE, shop=rng.chance(0.15))
    forms = {"gable": 0.82, "hip": 0.02, "flat": 0.12, "mansard": 0.04}
    roof = roofs.draw_roof(rng, place.theme, forms, look.colour)
    roof = dataclasses.replace(roof, solar=-1.0, eaves=0.25)
    same = rng.chance(0.45)
    border = rng.weighted(BORDERS)
    for k in range(count):
        middle = edge.moved((k + 0.5) * unit - 0.5 * count * unit, setback + 0.5 * deep)
        if not place.take(middle, (0.5 * unit - 0.05, 0.5 * deep)):
            continue
        own = look
        if not same:
            fresh = buildings.draw_walls(rng, place.theme, storeys, door=3)
            own = dataclasses.replace(look, colour=fresh.colour, seed=fresh.seed, trim=fresh.trim)
        _unit(place, rng, (middle, 0.5 * unit, 0.5 * deep), own, roof)
        rear = Lot(middle.moved(0.0, 0.5 * deep), unit - 0.2, long)
        front = Lot(edge.moved((k + 0.5) * unit - 0.5 * count * unit, 0.3), unit - 0.2, setback)
        garden(place, rng, rear, rng.uniform(0.5, 1.6))
        if setback > 2.0:
            garden(place, rng, front, 0.5)
        fence = rear.frame.moved(0.5 * unit, 0.5 * long, math.pi / 2)
        place.border(rng, (fence, 0.5 * long), border)
    place.border(rng, (edge.moved(0.0, setback + deep + long), 0.5 * count * unit), border)


def _unit(
    place: Place,
    rng: Rng,
    body: tuple[Frame, float, float],
    walls: buildings.Walls,
    roof: roofs.Roof,
) -> None:
    """Build one house of a row: body = (middle, half width, half depth). Its ridge runs along the
    row.
    """
    build = place.build
    middle, a, b = body
    build.record.new_house()
    top = buildings.put_walls(build, walls, middle, (a, b)) + rng.choice((0.0, 0.0, 0.25))
    own = roof
    if rng.chance(0.3):
        colour = rng.shade(rng.choice(place.theme.roofs), 0.1)
        own = dataclasses.replace(roof, colour=colour if roof.form != "flat" else roof.colour)
    own = dataclasses.replace(own, ends=walls.colour, seed=rng.seed())
    ridge = top
    if own.form == "flat":
        roofs.put_roof(build, rng, own, middle, (a, b), top)
    else:
        z = (top, top + 0.15, build.height_m - 0.1)
        slopes = (0.0, own.slope)
        ridge = build.sloped(middle, (a, b + own.eaves), z, slopes, own.paint)
        build.note_part(middle, (a, b), (top, ridge), "gable", slopes)
        if rng.chance(0.55):
            roofs.chimney(
                build, rng, walls.colour, middle.moved(a, rng.uniform(-0.4, 0.4) * b), (top, ridge)
            )
        if rng.chance(0.2):
            roofs.dormers(build, rng, own, middle.moved(0.0, 0.0), (max(a, b), b), top)
        if rng.chance(0.12):
            for side in (-1, 1)[: rng.integer(1, 2)]:
                spot = middle.moved(0.0, side * 0.5 * b)
                rim = top + 0.15 + own.slope * (0.2 * b + own.eaves) + 0.08
                dark = roofs.Paint(codes.PANEL, codes.C_BUILDING, (0.02, 0.02, 0.04))
                build.sloped(spot, (0.7 * a, 0.3 * b), (top, rim, ridge), (0.0, own.slope), dark)
    if rng.chance(0.5):
        half = (rng.uniform(0.4, 0.95) * a, rng.uniform(0.8, 2.4))
        annexe = middle.moved(rng.uniform(-1, 1) * (a - half[0]), b + half[1])
        if place.site.network.clearance(annexe.x, annexe.y) > 3.0:
            buildings.lean_to(build, rng, place.theme, annexe, half)
            place.site.taken.append((annexe, *half))


def gardens(place: Place, rng: Rng, lot: Lot) -> None:
    """Lay out gardens let out alone: small plots with sheds, beds and fruit trees.

    Args:
        place: the world that is laid out; what is built is added to it.
        rng: stream that the choices are drawn from.
        lot: the land to fill, metres; local y = 0 is its street edge.

    """
    unit = rng.uniform(7.0, 12.0)
    deep = rng.uniform(10.0, 18.0)
    border = rng.choice(("hedge", "fence", "none"))
    for k in range(max(1, int(lot.width / unit))):
        for m in range(max(1, int(lot.depth / deep))):
            u = -0.5 * lot.width + (k + 0.5) * unit
            plot = Lot(lot.frame.moved(u, m * (deep + 1.5) + 0.8), unit - 1.0, deep)
            garden(place, rng, plot, rng.uniform(0.5, 1.5))
            for _ in range(rng.integer(0, 3)):
                bed = plot.at(rng.uniform(-0.6, 0.6), rng.uniform(0.2, 0.9), 1.5708)
                colour = rng.shade(rng.choice(((0.14, 0.10, 0.07), (0.09, 0.12, 0.05))), 0.3)
                size = (rng.uniform(1.0, 3.5), rng.uniform(0.4, 0.9))
                place.build.patch(codes.CROP, bed, size, colour, rng.seed())
            side = plot.at(1.0, 0.5, math.pi / 2)
            place.border(rng, (side, 0.45 * deep), border)

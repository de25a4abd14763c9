"""Laying out a place of the style `anywhere`: streets, lots along and behind them, street
things.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from typing import Final

import numpy as np

from sat2density.worlds import furniture
from sat2density.worlds.anywhere import blocks, grounds, homes
from sat2density.worlds.anywhere.lots import Lot, Place
from sat2density.worlds.anywhere.themes import draw_theme
from sat2density.worlds.builder import Builder, Frame
from sat2density.worlds.crowns import all_templates
from sat2density.worlds.distance import rings
from sat2density.worlds.kernels import codes
from sat2density.worlds.rng import Rng
from sat2density.worlds.site import Laid, Site, inside
from sat2density.worlds.streets import Network, Street, StreetPlan, lay_streets
from sat2density.worlds.styles import Style

KINDS: Final[dict[str, Callable[[Place, Rng, Lot], None]]] = {
    "rail": grounds.rail,
    "water": grounds.water,
    "sports": grounds.sports,
    "parking": grounds.parking,
    "hall": blocks.hall,
    "works": blocks.works,
    "flats": blocks.flats,
    "courtyard": blocks.courtyard,
    "row": homes.row,
    "detached": homes.detached,
    "yard": blocks.yard,
    "gardens": homes.gardens,
    "fields": grounds.fields,
    "wood": grounds.wood,
    "bush": grounds.bush,
    "green": grounds.green,
}
"""What may fill a lot; those named first are laid out first."""

ON_TOP: Final = ("rail", "water", "sports", "parking")
"""Kinds whose ground lies on top of their neighbours'."""

LANE: Final = StreetPlan(
    {"straight": 0.5, "curve": 0.35, "tee": 0.1, "curve-tee": 0.05}, (1.75, 2.7), {0: 1.0}
)
BROAD: Final = StreetPlan(
    {"straight": 0.4, "curve": 0.15, "tee": 0.15, "cross": 0.12, "divided": 0.18},
    (5.0, 7.5),
    {codes.MARK_CENTRE: 0.5, codes.MARK_CENTRE | codes.MARK_EDGE: 0.3, codes.MARK_DOUBLE: 0.2},
)
"""Further plans of streets beside the style's own: lanes and broad roads."""

REACH_M = 60.0
"""Streets are built up this far from the camera, metres."""


def lay_out_anywhere(style: Style, seed: int, height_m: float) -> Laid:
    """Lay out the place of a seed.

    Args:
        style: the style `anywhere`, or one like it.
        seed: a whole number from 0.
        height_m: nothing is higher, metres.

    Returns:
        What stands where, the streets, and the list of single things.

    """
    # Each part has its own stream of numbers: a change in one leaves the others as they are.
    plan = Rng(seed, "plan").weighted({"own": 0.52, "lane": 0.34, "broad": 0.14})
    plans = {"own": style.streets, "lane": LANE, "broad": BROAD}
    network = narrowed(lay_streets(Rng(seed, "streets"), plans[plan]))
    rng = Rng(seed, "ground")
    theme = draw_theme(rng)
    site = Site(style, Builder(style.radius_m, height_m, all_templates()), network)
    place = Place(site, theme, rng.uniform(*theme.green))
    kerb = rng.uniform(*style.kerb_m) if plan != "lane" and rng.chance(0.8) else 0.0
    path = (0.0, 0.0)
    if kerb and rng.chance(style.footpath):
        near = theme.name in ("city", "claytown", "north")
        path = (0.16 if near else rng.uniform(0.9, 2.6), rng.uniform(1.2, 2.8))
    _reserve(place)
    _patina(place, Rng(seed, "patina"))
    lay_along(place, seed, path[0] + path[1])
    grey = rng.uniform(*style.asphalt)
    backdrop_m, backdrop = rings(Rng(seed, "distance"), style, network)
    verge = rng.shade((0.115, 0.13, 0.055), 0.2)
    geometry = site.build.finish(
        roads=network.table,
        discs=network.discs,
        backdrop_m=backdrop_m,
        backdrop=backdrop,
        kerb_m=kerb,
        footpath=path,
        verge=verge,
        dry=min(1.0, max(0.0, rng.uniform(*theme.dry))),
        asphalt=(grey * rng.uniform(0.98, 1.06), grey, grey * rng.uniform(0.92, 1.02)),
        seed=rng.seed(),
    )
    return Laid(geometry, network, site.build.record, site.build.houses())


def lay_along(place: Place, seed: int, path_end: float) -> None:
    """Fill the land along all streets of a place, and set what stands in them.

    Args:
        place: the world that is laid out; what is built is added to it.
        seed: each part has its own stream of it.
        path_end: metres from the kerb to the footpath's outer edge, 0 without one.

    """
    _fill(place, Rng(seed, "sides"), path_end)
    _street_things(place, Rng(seed, "street"))
    _repairs(place, Rng(seed, "repairs"))


def _reserve(place: Place) -> None:
    """Keep the camera's way along the first street free of everything but the road."""
    main = place.site.network.streets[0]
    lane = place.site.network.lane
    for s in np.arange(-24.0, 24.1, 4.0):
        place.site.taken.append((main.at(float(s)).moved(0.0, lane), 2.0, 1.3))


def _patina(place: Place, rng: Rng) -> None:
    """Lay ragged spots of other grass and bare soil, small ones and wide ones; `_fill` puts them on
    top of the ground of the lots.
    """
    for _ in range(rng.integer(10, 60)):
        spot = Frame(rng.uniform(-44, 44), rng.uniform(-44, 44), rng.uniform(0.0, 3.1))
        reach = 0.8 + 8.0 * rng.uniform() ** 2
        half = (reach, reach * rng.uniform(0.3, 0.9))
        kind = rng.choice((codes.EARTH, codes.LAWN, codes.LAWN))
        soil = (0.21, 0.155, 0.11)
        grass = (0.10, 0.115, 0.052)
        colour = rng.shade(soil if kind == codes.EARTH else grass, 0.3)
        place.build.patch(kind, spot, half, colour, rng.seed(), 3)


def _repairs(place: Place, rng: Rng) -> None:
    """Lay new and old asphalt, manholes and zebra crossings on the roads."""
    build = place.build
    for street in place.site.network.streets:
        for _ in range(rng.integer(0, 7)):
            tone = rng.choice((rng.uniform(0.62, 0.92), rng.uniform(1.05, 1.3)))
            half = (rng.uniform(0.4, 9.0), rng.uniform(0.3, 0.6 * street.half))
            at = street.at(rng.uniform(-35, 35)).moved(0.0, rng.uniform(-0.7, 0.7) * street.half)
            build.patch(codes.BITUMEN, at, half, (tone, tone, 1.02 * tone), rng.seed())
        if street.half > 2.8 and rng.chance(0.22):
            at = street.at(rng.uniform(-20, 20)).moved(0.0, 0.0, math.pi / 2)
            build.patch(codes.ZEBRA, at, (street.half, rng.uniform(1.3, 2.2)), (1, 1, 1))
        for _ in range(rng.integer(0, 4)):
            at = street.at(rng.uniform(-30, 30)).moved(0.0, rng.uniform(-0.6, 0.6) * street.half)
            tone = rng.uniform(0.4, 0.8)
            build.patch(codes.BITUMEN, at, (0.35, 0.35), (tone, tone, tone), rng.seed(), 1)


def _fill(place: Place, rng: Rng, path_end: float) -> None:
    """Cut the land along all streets into lots, draw what each holds, and lay them out in order."""
    drawn: list[tuple[str, Lot]] = []
    # Neighbours are alike: most lots hold one of three kinds.
    common = [rng.weighted(place.theme.kinds) for _ in range(3)]
    for street in place.site.network.streets:
        bent = any(piece.bend != 0.0 for piece in street.pieces)
        for right in (False, True):
            verge = max(0.9, path_end + 0.2, rng.uniform(0.9, 3.5))
            # A side street (its origin is 0) begins where the other's carriageway ends.
            s = -REACH_M if street.origin else street.half
            while s < REACH_M:
                width = rng.uniform(18.0, 30.0) if bent else rng.uniform(22.0, 64.0)
                kind = rng.choice(common) if rng.chance(0.7) else rng.weighted(place.theme.kinds)
                edge = street.side(s + 0.5 * width, right).moved(0.0, street.half + verge)
                depth = rng.uniform(26.0, 46.0)
                drawn.append((kind, Lot(edge, width, depth)))
                if depth < 40.0:
                    back = Lot(edge.moved(0.0, depth + 0.5), width, 62.0 - depth)
                    drawn.append((rng.weighted(place.theme.kinds), back))
                s += width + rng.uniform(0.0, 2.0)
    # What comes first in `KINDS` takes its ground first.
    order = list(KINDS)
    late = None
    for kind, lot in sorted(drawn, key=lambda item: order.index(item[0])):
        if late is None and kind not in ON_TOP:
            # What has been laid so far (the patina, and the ground of `ON_TOP`) is put on top of
            # the ground of all other lots.
            late = place.build.postponed(0)
        if max(abs(lot.frame.x), abs(lot.frame.y)) < place.site.style.radius_m:
            KINDS[kind](place, rng, lot)
    place.build.resume(late or [])
    for street in place.site.network.streets:
        for right in (False, True):
            if rng.chance(0.65):
                _street_trees(place, rng, street, right)


def _street_trees(place: Place, rng: Rng, street: Street, right: bool) -> None:
    """Plant a row of trees along a street."""
    kind = rng.weighted(place.theme.trees)
    size = rng.uniform(0.5, 1.0)
    spacing = rng.uniform(6.0, 18.0)
    offset = rng.uniform(1.2, 2.6)
    s = -REACH_M + rng.uniform(0.0, spacing)
    while s < REACH_M:
        spot = street.side(s, right).at(rng.uniform(-1, 1), street.half + offset)
        if rng.chance(0.75):
            place.tree(rng, spot, kind, size * rng.uniform(0.8, 1.2), 1.0)
        s += spacing * rng.uniform(0.7, 1.4)


def _street_things(place: Place, rng: Rng) -> None:
    """Set lamps or poles, signs, bins, parked and moving cars along the streets."""
    site = place.site
    build = place.build
    lamps = rng.chance(0.6)
    side = rng.chance(0.5)
    pitch = rng.uniform(22.0, 45.0)
    for street in site.network.streets:
        s = -55.0 + rng.uniform(0.0, pitch)
        while s < 55.0:
            frame = street.side(s, side).moved(0.0, street.half + 0.75)
            if site.open_ground((frame.x, frame.y), 0.4):
                (furniture.lamp if lamps else furniture.power_pole)(build, rng, frame)
            s += pitch
    share = min(0.9, place.theme.parked * rng.uniform(0.0, 2.0))
    for street in site.network.streets:
        for right in (False, True):
            if street.half > 2.9 and street.median == 0.0:
                _park(place, rng, (street, right), share)
    main = site.network.streets[0]
    for _ in range(rng.integer(0, 5)):
        street = rng.choice(site.network.streets)
        middle = 0.5 * (street.half + street.median)
        frame = street.side(rng.uniform(-40, 40), rng.chance(0.5)).moved(0.0, middle, math.pi)
        if street.half > 2.4 and _clear_road(site, frame):
            furniture.car(build, rng, frame)
            site.taken.append((frame, 2.4, 1.0))
    for _ in range(rng.integer(0, 5)):
        frame = main.side(rng.uniform(-40, 40), rng.chance(0.5)).moved(0.0, main.half + 0.6)
        if site.open_ground((frame.x, frame.y), 0.4):
            (furniture.sign if rng.chance(0.5) else furniture.bins)(build, rng, frame)


def _clear_road(site: Site, frame: Frame) -> bool:
    """Return whether a car fits on the road here, off islands and off the camera's way."""
    spots = [frame.at(u, v) for u in (-2.4, 0.0, 2.4) for v in (-1.0, 0.0, 1.0)]
    if site.network.island(frame.x, frame.y) < 7.5 or _on_way(site.network, frame):
        return False
    return all(
        site.network.clearance(*spot) < 0.1
        and not any(inside(f, a, b, spot) for f, a, b in site.taken)
        for spot in spots
    )


def _on_way(network: Network, frame: Frame) -> bool:
    """Return whether a car here would stand in the lane that the camera uses."""
    main = network.streets[0]
    way = (main.at(s).at(0.0, network.lane) for s in np.arange(-45.0, 45.1, 1.5))
    return any(math.hypot(x - frame.x, y - frame.y) < 3.4 for x, y in way)


def _park(place: Place, rng: Rng, where: tuple[Street, bool], share: float) -> None:
    """Park cars along one side of a street."""
    street, right = where
    s = -50.0 + rng.uniform(0, 6)
    while s < 50.0:
        turn = math.pi + rng.uniform(-0.03, 0.03)
        frame = street.side(s, right).moved(0.0, street.half - 1.1, turn)
        if rng.chance(share) and _clear_road(place.site, frame):
            furniture.car(place.build, rng, frame)
            place.site.taken.append((frame, 2.4, 0.9))
        s += rng.uniform(5.4, 7.5)


def narrowed(network: Network) -> Network:
    """Return the network with lane marks only where a street is wide enough for two lanes.

    Args:
        network: the streets as they were laid; it is not changed.

    """
    streets = tuple(
        dataclasses.replace(street, marks=street.marks if street.half > 2.8 else 0)
        for street in network.streets
    )
    rows = [piece.row(street, k) for k, street in enumerate(streets) for piece in street.pieces]
    return dataclasses.replace(network, streets=streets, table=np.array(rows, np.float64))

"""Laying out a world: streets first, then what stands along them, then street furniture and the
distance.
"""

from __future__ import annotations

import math

import numpy as np

from sat2density.worlds import districts, furniture
from sat2density.worlds.builder import Builder, Frame
from sat2density.worlds.distance import rings
from sat2density.worlds.rng import Rng
from sat2density.worlds.site import Laid, Site
from sat2density.worlds.streets import Street, lay_streets
from sat2density.worlds.styles import Style


def lay_out(style: Style, seed: int, height_m: float) -> Laid:
    """Lay out the world of a style and a seed.

    Args:
        style: of version 2 (suburb, village or town); `anywhere` has its own `lay_out_anywhere`.
        seed: a whole number from 0.
        height_m: nothing is higher, metres.

    Returns:
        What stands where, the streets, and the list of single things.

    """
    # Each part has its own stream of numbers: a change in one leaves the others as they are.
    network = lay_streets(Rng(seed, "streets"), style.streets)
    site = Site(style, Builder(style.radius_m, height_m), network)
    rng = Rng(seed, "ground")
    dry = min(
        1.0, max(0.0, rng.uniform(-0.1, 1.15) if style.name == "suburb" else rng.uniform(-0.1, 0.6))
    )
    kerb = rng.uniform(*style.kerb_m)
    path = (
        (rng.uniform(0.9, 2.6), rng.uniform(1.2, 1.6)) if rng.chance(style.footpath) else (0.0, 0.0)
    )
    if style.name == "town":
        path = (0.16, rng.uniform(3.0, 4.5))
    along_streets(site, Rng(seed, "sides"), path[0] + path[1])
    street_things(site, Rng(seed, "street"), path)
    grey = rng.uniform(*style.asphalt)
    backdrop_m, backdrop = rings(Rng(seed, "distance"), style, network)
    geometry = site.build.finish(
        roads=network.table,
        discs=network.discs,
        backdrop_m=backdrop_m,
        backdrop=backdrop,
        kerb_m=kerb,
        footpath=path,
        verge=rng.shade((0.115, 0.13, 0.055), 0.2),
        dry=dry,
        asphalt=(grey * rng.uniform(1.0, 1.06), grey, grey * rng.uniform(0.92, 0.98)),
        seed=rng.seed(),
    )
    return Laid(geometry, network, site.build.record, site.build.houses())


def along_streets(site: Site, rng: Rng, path_end: float) -> None:
    """Fill both sides of every street with plots, parks, bush, fields or blocks.

    Args:
        site: the world that is laid out; what is built is added to it.
        rng: stream that the choices are drawn from.
        path_end: metres from the kerb to the footpath's outer edge, 0 without one.

    """
    for street in site.network.streets:
        for right in (False, True):
            kind = rng.weighted(site.style.sides)
            districts.FILLERS[kind](site, rng, (street, right), path_end)
    for street in site.network.streets:
        for right in (False, True):
            if rng.chance(0.85):
                street_trees(site, rng, street, right)


def street_trees(site: Site, rng: Rng, street: Street, right: bool) -> None:
    """Plant a row of trees beside a street, of one or two species, unevenly spaced.

    Args:
        site: the world that is laid out; what is built is added to it.
        rng: stream that the choices are drawn from.
        street: the street.
        right: whether its right side is meant, as seen in its direction.

    """
    kinds = [rng.weighted(site.style.trees) for _ in range(2)]
    spacing = rng.uniform(7.5, 18.0)
    offset = rng.uniform(1.3, 3.6)
    if site.style.name == "village":
        spacing = spacing * 1.6
        offset = offset + 1.5
    s = -66.0 + rng.uniform(0.0, spacing)
    while s < 66.0:
        frame = street.side(s, right)
        spot = frame.at(rng.uniform(-1.0, 1.0), street.half + offset + rng.uniform(-0.4, 0.6))
        if site.open_ground(spot, 1.0) and rng.chance(0.8):
            site.plant(rng, spot, kinds[0] if rng.chance(0.8) else kinds[1])
        s += spacing * rng.uniform(0.6, 1.5)


def street_things(site: Site, rng: Rng, path: tuple[float, float]) -> None:
    """Set parked and moving cars, lamps or poles, bins and signs along the streets.

    Args:
        site: the world that is laid out; what is built is added to it.
        rng: stream that the choices are drawn from.
        path: (verge, width) of the footpath, metres; zeros without one.

    """
    main = site.network.streets[0]
    lamps = rng.chance(0.5) or site.style.name == "town"
    side = rng.chance(0.5)
    pitch = rng.uniform(28.0, 45.0)
    for street in site.network.streets:
        s = -62.0 + rng.uniform(0.0, pitch)
        while s < 62.0:
            frame = street.side(s, side).moved(0.0, street.half + 0.7)
            if site.network.clearance(frame.x, frame.y) > 0.4:
                (furniture.lamp if lamps else furniture.power_pole)(site.build, rng, frame)
            s += pitch
    parked = {"suburb": 0.16, "town": 0.62, "village": 0.0}[site.style.name] * rng.uniform(0.0, 1.6)
    for street in site.network.streets:
        for right in (False, True):
            _park_cars(
                site,
                rng,
                (street, right),
                # Narrow streets have no room for parked cars, and on divided ones nobody parks.
                parked if street.half > 3.4 and street.median == 0.0 else 0.0,
            )
    _moving_cars(site, rng, main)
    for _ in range(rng.integer(0, 3)):
        frame = main.side(rng.uniform(-40, 40), rng.chance(0.5)).moved(
            0.0, main.half + 0.6, math.pi / 2
        )
        if site.network.clearance(frame.x, frame.y) > 0.4:
            furniture.sign(site.build, rng, frame.moved(0.0, 0.0, math.pi / 2))
    if site.style.name == "suburb" and rng.chance(0.3):
        for _ in range(rng.integer(2, 7)):
            frame = main.side(rng.uniform(-45, 45), rng.chance(0.5)).moved(0.0, main.half + 0.55)
            if site.network.clearance(frame.x, frame.y) > 0.4:
                furniture.bins(site.build, rng, frame)


def _on_camera_way(site: Site, frame: Frame) -> bool:
    """Return whether a car here would stand in the lane that the camera uses, or at a junction or
    roundabout.
    """
    near = [
        abs(site.network.streets[0].at(s).moved(0.0, site.network.lane).x - frame.x) < 6
        for s in (0.0,)
    ]
    way = (
        site.network.streets[0].at(s).at(0.0, site.network.lane)
        for s in np.arange(-45.0, 45.1, 1.5)
    )
    blocked = any(math.hypot(x - frame.x, y - frame.y) < 2.45 for x, y in way)
    island = site.network.island(frame.x, frame.y) < 9.0
    return blocked or island or (near[0] and math.hypot(frame.x, frame.y) < 3.0)


def _park_cars(site: Site, rng: Rng, where: tuple[Street, bool], share: float) -> None:
    street, right = where
    s = -58.0 + rng.uniform(0, 6)
    while s < 58.0:
        frame = street.side(s, right).moved(0.0, street.half - 1.12)
        clear = all(
            site.network.clearance(*street.side(s + d, right).at(0.0, street.half + 0.5)) > 0.2
            for d in (-5, 0, 5)
        )
        if rng.chance(share) and clear and not _on_camera_way(site, frame):
            furniture.car(
                site.build,
                rng,
                frame.moved(0.0, rng.uniform(-0.12, 0.1), math.pi + rng.uniform(-0.03, 0.03)),
            )
        s += rng.uniform(5.6, 7.5)


def _moving_cars(site: Site, rng: Rng, street: Street) -> None:
    """Put up to three cars in the lanes, away from the camera's way."""
    for _ in range(rng.integer(0, 3)):
        right = rng.chance(0.5)
        middle = 0.5 * (street.half + street.median)
        frame = street.side(rng.uniform(-55, 55), right).moved(0.0, middle)
        if not _on_camera_way(site, frame) and site.network.clearance(frame.x, frame.y) < -1.2:
            furniture.car(site.build, rng, frame.moved(0.0, 0.0, math.pi))

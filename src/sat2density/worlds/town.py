"""A whole area of the procedural world: streets that cross all over it, built up everywhere.

A `World` reaches 64 m from its camera, so an area is no mosaic of worlds, which would have seams:
it is one geometry, laid out by the same functions street by street.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from typing import Final

import numpy as np

from sat2density.bounds import check_number
from sat2density.errors import InputError, unknown_name
from sat2density.scene_spec import SceneSpec
from sat2density.worlds.anywhere import layout as anywhere
from sat2density.worlds.anywhere.lots import Place
from sat2density.worlds.anywhere.themes import draw_theme
from sat2density.worlds.builder import Builder, Frame
from sat2density.worlds.crowns import all_templates
from sat2density.worlds.districts import REACH_M
from sat2density.worlds.kernels import codes
from sat2density.worlds.layout import along_streets, street_things
from sat2density.worlds.lights import ground_light
from sat2density.worlds.rng import Rng
from sat2density.worlds.site import Site
from sat2density.worlds.streets import Network, Piece, Street
from sat2density.worlds.styles import STYLES, Style
from sat2density.worlds.world import World

SMALLEST_M: Final = 100.0
LARGEST_M: Final = 2000.0
"""Sides of an area, metres: 2 km have 4 million grid cells and half a gigabyte of tables."""

MARGIN_M: Final = 40.0
"""Built up beyond the area, so that nothing ends at its border."""

SPACING_M: Final = {
    "suburb": (62.0, 98.0),
    "village": (130.0, 210.0),
    "town": (58.0, 92.0),
    "anywhere": (66.0, 120.0),
}
"""From one street to the next, by style."""

NEAR_M: Final = 230.0
"""No filler looks further from the middle of its stretch of street."""

PIECE_M: Final = (90.0, 240.0)
"""Lengths of the straights and arcs that a street is made of."""

DRAWN_EVERY_M: Final = 4.0
"""Between the points of a street's line."""


@dataclasses.dataclass(frozen=True)
class Town:
    """A seamless area.

    Attributes:
        world: everything that can be asked of it, with windows by `middle_m`; its style only names
            the camera, which looks straight down.
        style, seed: what it was made from.
        size_m: its side; it spans -size_m / 2 to size_m / 2, east and south.

    """

    world: World
    style: str
    seed: int
    size_m: float

    @property
    def streets(self) -> tuple[Street, ...]:
        """Its streets; those that run east first."""
        return self.world.network.streets

    def line(self, street: Street) -> np.ndarray:
        """Return (N, 2) the middle line of a street inside the area, metres east and south.

        Args:
            street: one of `streets`.

        """
        half = self.size_m / 2
        steps = np.arange(-street.origin, street.length - street.origin, DRAWN_EVERY_M)
        points = np.array([street.at(float(s)).at(0.0, 0.0) for s in steps])
        return points[np.abs(points).max(1) <= half]


def make_town(style: str, seed: int, size_m: float) -> Town:
    """Make the area of a style, a seed and a size: same arguments, same bytes.

    Args:
        style: a style's name.
        seed: a whole number from 0.
        size_m: side in metres, `SMALLEST_M` to `LARGEST_M`.

    Raises:
        InputError: no such style, seed or size.

    """
    if style not in STYLES:
        raise unknown_name("style", style, STYLES)
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise InputError(f"seed: must be a whole number from 0, not {seed!r}")
    check_number("--size-m", size_m, SMALLEST_M, LARGEST_M, "metres")
    spec = SceneSpec.named(style)
    radius = math.ceil((size_m / 2 + MARGIN_M) / codes.CELL_M) * codes.CELL_M
    wide = dataclasses.replace(STYLES[style], radius_m=radius)
    network = _network(Rng(seed, "town streets"), wide)
    world = _built(wide, seed, spec, network)
    return Town(world, style, seed, float(size_m))


def _network(rng: Rng, style: Style) -> Network:
    """Lay streets of two directions across the whole square."""
    turn = rng.uniform(-0.35, 0.35)
    reach = style.radius_m * (abs(math.cos(turn)) + abs(math.sin(turn))) + 20.0
    streets = []
    for direction in (0.0, math.pi / 2):
        across = -reach + rng.uniform(0.0, SPACING_M[style.name][0])
        while across < reach:
            start = Frame(0.0, 0.0, turn + direction).moved(-reach, across)
            streets.append(_street(rng, style, start, 2 * reach))
            across += rng.uniform(*SPACING_M[style.name])
    middle = min(streets, key=_from_middle)
    streets.remove(middle)
    streets.insert(0, middle)
    rows = [piece.row(street, k) for k, street in enumerate(streets) for piece in street.pieces]
    return Network(
        tuple(streets), np.zeros((0, 4)), -0.45 * middle.half, np.array(rows, np.float64)
    )


def _street(rng: Rng, style: Style, start: Frame, length: float) -> Street:
    """Return a street that winds a little but keeps its direction."""
    half = rng.uniform(*style.streets.half)
    marks = rng.weighted(style.streets.marks) if half > 2.8 else 0
    pieces = []
    frame, gone, wound = start, 0.0, 0.0
    while gone < length:
        piece_m = min(rng.uniform(*PIECE_M), length - gone + 1.0)
        bend = 0.0
        if rng.chance(0.5):
            # An arc of at most 0.12 radians, back towards the street's own direction.
            swing = rng.uniform(0.03, 0.12) * (-1 if wound > 0 else 1)
            bend, wound = swing / piece_m, wound + swing
        pieces.append(Piece(frame, piece_m, bend))
        frame, gone = pieces[-1].at(piece_m), gone + piece_m
    return Street(tuple(pieces), half, length / 2, marks)


def _from_middle(street: Street) -> float:
    frames = (street.at(float(s)) for s in np.arange(-60.0, 61.0, 10.0))
    return min(math.hypot(frame.x, frame.y) for frame in frames)


def _stretches(network: Network, style: Style, step: float) -> Iterator[Street]:
    """Yield the streets in stretches that are built up one by one, each with its middle at 0."""
    for street in network.streets:
        for s in np.arange(-street.origin + step / 2, street.length - street.origin, step):
            frame = street.at(float(s))
            if max(abs(frame.x), abs(frame.y)) < style.radius_m + step / 2:
                yield dataclasses.replace(street, origin=street.origin + float(s))


def _built(style: Style, seed: int, spec: SceneSpec, network: Network) -> World:
    whole = style.name == "anywhere"
    build = Builder(style.radius_m, spec.max_height_m, all_templates() if whole else None)
    rng = Rng(seed, "town ground")
    theme = draw_theme(rng)
    kerb = rng.uniform(*style.kerb_m)
    path = (rng.uniform(0.9, 2.2), rng.uniform(1.2, 1.8))
    if style.name == "town":
        path = (0.16, rng.uniform(3.0, 4.5))
    if not rng.chance(style.footpath):
        path = (0.0, 0.0)
    taken: list[tuple[Frame, float, float]] = []
    step = 2 * (anywhere.REACH_M if whole else REACH_M)
    for number, street in enumerate(_stretches(network, style, step)):
        middle = street.at(0.0)
        near = [
            one for one in taken if math.hypot(one[0].x - middle.x, one[0].y - middle.y) < NEAR_M
        ]
        lane = -0.45 * street.half
        view = dataclasses.replace(network, streets=(street,), lane=lane)
        site = Site(style, build, view, list(near))
        # Each stretch has its own stream: one more street leaves the others as they are.
        own = Rng(seed, f"town stretch {number}").seed()
        if whole:
            place = Place(site, theme, Rng(own, "green").uniform(*theme.green))
            anywhere.lay_along(place, own, path[0] + path[1])
        else:
            along_streets(site, Rng(own, "sides"), path[0] + path[1])
            street_things(site, Rng(own, "street"), path)
        taken += site.taken[len(near) :]
    _trees_between(style, build, network, taken, Rng(seed, "town trees"))
    grey = rng.uniform(*style.asphalt)
    geometry = build.finish(
        roads=network.table,
        discs=network.discs,
        backdrop_m=np.zeros((0, 1024)),
        backdrop=np.zeros((0, 5)),
        kerb_m=kerb,
        footpath=path,
        verge=rng.shade((0.115, 0.13, 0.055), 0.2),
        dry=rng.uniform(0.0, 0.6),
        asphalt=(grey * rng.uniform(1.0, 1.06), grey, grey * rng.uniform(0.92, 0.98)),
        seed=rng.seed(),
    )
    light, weather = ground_light(Rng(seed, "light"))
    camera = "town" if whole else style.name
    return World(
        camera, seed, spec, geometry, network, light, weather, build.record, build.houses()
    )


def _trees_between(
    style: Style,
    build: Builder,
    network: Network,
    taken: list[tuple[Frame, float, float]],
    rng: Rng,
) -> None:
    """Plant trees on the open ground behind the streets: ten a hectare where there is room."""
    if style.name == "anywhere":
        return
    cells: dict[tuple[int, int], list[tuple[Frame, float, float]]] = {}
    for one in taken:
        key = (round(one[0].x / 50.0), round(one[0].y / 50.0))
        cells.setdefault(key, []).append(one)
    inside = style.radius_m - 8.0
    for _ in range(round((2 * inside) ** 2 / 1e4 * 10)):
        spot = (rng.uniform(-inside, inside), rng.uniform(-inside, inside))
        x, y = round(spot[0] / 50.0), round(spot[1] / 50.0)
        near = [
            one
            for i in (x - 1, x, x + 1)
            for j in (y - 1, y, y + 1)
            for one in cells.get((i, j), [])
        ]
        site = Site(style, build, network, near)
        kind = rng.weighted(style.trees)
        if site.open_ground(spot, 3.0):
            site.plant(rng, spot, kind)

"""Lots: pieces of land along a street, and what the fillers of lots share."""

from __future__ import annotations

import dataclasses
import math

from sat2density.worlds import furniture, plants
from sat2density.worlds.anywhere import trees
from sat2density.worlds.anywhere.themes import Theme
from sat2density.worlds.builder import Builder, Frame
from sat2density.worlds.kernels import codes
from sat2density.worlds.rng import Rng
from sat2density.worlds.site import Site


@dataclasses.dataclass(frozen=True)
class Lot:
    """A piece of land: frame in the middle of its street edge (local y into the land), metres."""

    frame: Frame
    width: float
    depth: float

    def at(self, across: float, into: float, turn: float = 0.0) -> Frame:
        """Return a frame on the land.

        Args:
            across: [-1, 1] of the half width, along local x.
            into: [0, 1] of the depth, 0 at the street.
            turn: radians by which it is turned, from local x towards local y.

        """
        return self.frame.moved(0.5 * self.width * across, self.depth * into, turn)


@dataclasses.dataclass
class Place:
    """A world of this style while it is laid out.

    Attributes:
        site: what is taken, and the builder.
        theme: what the place is made of.
        green: how many trees stand about, as a factor.

    """

    site: Site
    theme: Theme
    green: float

    @property
    def build(self) -> Builder:
        """The builder."""
        return self.site.build

    def take(self, frame: Frame, half: tuple[float, float], gap: float = 1.0) -> bool:
        """Take a rectangle for a thing, if it is free.

        Args:
            frame: its middle.
            half: half lengths along the local axes, metres.
            gap: metres it must keep from all kerbs.

        Returns:
            Whether it was free and is taken now; it must also lie inside the world's square.

        """
        reach = math.hypot(*half)
        if max(abs(frame.x), abs(frame.y)) + reach > self.site.style.radius_m - 1.0:
            return False
        if not self.site.free(frame, *half, gap):
            return False
        self.site.taken.append((frame, *half))
        return True

    def tree(
        self,
        rng: Rng,
        spot: tuple[float, float],
        kind: str = "",
        size: float = 1.0,
        gap: float = 1.1,
    ) -> bool:
        """Plant a tree on open ground.

        Args:
            rng: stream that the choices are drawn from.
            spot: (east, south), metres.
            kind: a name in `trees.KINDS`; empty draws one of the theme's.
            size: factor on its height.
            gap: metres its trunk must keep from all kerbs.

        Returns:
            Whether there was open ground.

        """
        if max(abs(spot[0]), abs(spot[1])) > self.site.style.radius_m - 8.5:
            return False
        if not self.site.open_ground(spot, gap):
            return False
        clear = self.site.network.clearance(*spot)
        kind = kind or rng.weighted(self.theme.trees)
        trees.tree(self.build, rng, self.theme, spot, kind, clear, size)
        return True

    def shrub(self, rng: Rng, spot: tuple[float, float], size: float) -> None:
        """Plant a shrub on open ground.

        Args:
            rng: stream that the choices are drawn from.
            spot: (east, south), metres; nothing grows within 1 m of a kerb.
            size: its width, metres.

        """
        if self.site.open_ground(spot, 1.0):
            plants.shrub(self.build, rng, spot, size)

    def scatter(self, rng: Rng, lot: Lot, count: float, size: float = 1.0, kind: str = "") -> None:
        """Plant about so many trees anywhere on a lot.

        Args:
            rng: stream that the choices are drawn from.
            lot: where they may stand.
            count: how many are tried; a fraction is the chance of one more.
            size: factor on their height.
            kind: a name in `trees.KINDS`; empty draws one of the theme's for each.

        """
        for _ in range(int(count + rng.uniform())):
            self.tree(rng, _spot(rng, lot), kind, size)

    def mess(self, rng: Rng, lot: Lot, count: int) -> None:
        """Lay ragged spots of worn, bare, damp or greener ground over a lot.

        Args:
            rng: stream that the choices are drawn from.
            lot: where the spots lie.
            count: how many.

        """
        for _ in range(count):
            x, y = _spot(rng, lot)
            spot = Frame(x, y, rng.uniform(0.0, 3.1))
            bare = rng.chance(0.45)
            colour = rng.shade((0.19, 0.15, 0.10) if bare else (0.105, 0.115, 0.055), 0.25)
            size = (rng.uniform(0.6, 4.5), rng.uniform(0.4, 2.6))
            self.build.patch(codes.EARTH if bare else codes.LAWN, spot, size, colour, rng.seed(), 3)

    def ground(self, kind: int, rng: Rng, lot: Lot, colour: tuple[float, float, float]) -> None:
        """Cover a whole lot.

        Args:
            kind: material of a patch, see `codes`.
            rng: stream that the choices are drawn from.
            lot: what is covered.
            colour: linear albedo, varied a little.

        """
        half = (0.5 * lot.width, 0.5 * lot.depth)
        self.build.patch(kind, lot.at(0.0, 0.5), half, rng.shade(colour, 0.18), rng.seed())

    def border(self, rng: Rng, line: tuple[Frame, float], style: str, height: float = 0.0) -> None:
        """Draw a border along local x; nothing where it would come within 0.7 m of a kerb.

        Args:
            rng: stream that the choices are drawn from.
            line: (frame at its middle, half length in metres).
            style: "wall", "fence", "hedge", "rail" or "none".
            height: metres; 0 draws one that suits.

        """
        frame, half = line
        ends = [frame.at(k * half, 0.0) for k in (-1.0, -0.5, 0.0, 0.5, 1.0)]
        # Tried at five places: a border may not run over a street that bends or joins here.
        if style == "none" or any(self.site.network.clearance(*end) < 0.7 for end in ends):
            return
        if style == "hedge":
            colour = rng.shade(rng.choice(plants.HEDGES), 0.25)
            tall = height or rng.uniform(0.9, 2.4)
            plants.hedge(self.build, rng, (frame, 2 * half), tall, colour)
        elif style == "rail":
            furniture.rail_fence(self.build, rng, (frame, half))
        else:
            stone = ((0.35, 0.31, 0.26), (0.45, 0.43, 0.40), (0.28, 0.15, 0.1))
            wood = ((0.20, 0.16, 0.12), (0.26, 0.22, 0.18), (0.13, 0.14, 0.12), (0.35, 0.33, 0.3))
            colour = rng.shade(rng.choice(stone if style == "wall" else wood), 0.2)
            furniture.fence(self.build, rng, line, height or rng.uniform(0.8, 1.9), colour)


def _spot(rng: Rng, lot: Lot) -> tuple[float, float]:
    frame = lot.at(rng.uniform(-1.0, 1.0), rng.uniform(0.02, 1.0))
    return frame.x, frame.y


GRASS = (
    (0.090, 0.112, 0.045),
    (0.115, 0.122, 0.060),
    (0.080, 0.105, 0.042),
    (0.135, 0.125, 0.070),
    (0.100, 0.125, 0.045),
)
PAVED = (
    (codes.CONCRETE, (0.34, 0.32, 0.28)),
    (codes.SCREE, (0.30, 0.21, 0.16)),
    (codes.SCREE, (0.33, 0.28, 0.22)),
    (codes.ASPHALT, (0.13, 0.13, 0.13)),
    (codes.SCREE, (0.36, 0.33, 0.29)),
    (codes.CONCRETE, (0.22, 0.21, 0.20)),
)


def garden(place: Place, rng: Rng, lot: Lot, trees_wanted: float = 1.0) -> None:
    """Make a garden: lawn, beds, terrace, path, shed, pool, shrubs and trees, as far as there is
    room.

    Args:
        place: the world that is laid out; what is built is added to it.
        rng: stream that the choices are drawn from.
        lot: the land to fill.
        trees_wanted: factor on the number of trees, 1 is one for every 45 to 150 square metres.

    """
    build = place.build
    area = lot.width * lot.depth
    if rng.chance(0.85):
        place.ground(codes.LAWN, rng, lot, rng.choice(GRASS))
    place.mess(rng, lot, rng.integer(0, 2 + int(area / 45)))
    for _ in range(rng.integer(0, 2)):
        spot = lot.at(rng.uniform(-0.8, 0.8), rng.uniform(0.1, 0.9), rng.choice((0.0, 1.57)))
        size = (rng.uniform(0.8, 3.5), rng.uniform(0.5, 1.2))
        build.patch(codes.EARTH, spot, size, rng.shade((0.15, 0.11, 0.075), 0.3), rng.seed())
    kind, colour = rng.choice(PAVED)
    if rng.chance(0.6):
        terrace = lot.at(rng.uniform(-0.5, 0.5), min(0.9, 1.6 / lot.depth))
        size = (rng.uniform(1.2, 0.5 * lot.width), rng.uniform(0.9, 1.8))
        build.patch(kind, terrace, size, rng.shade(colour, 0.2), rng.seed())
    if rng.chance(0.35):
        path = lot.at(rng.uniform(-0.8, 0.8), 0.5, 1.5708)
        build.patch(kind, path, (0.5 * lot.depth, 0.5), rng.shade(colour, 0.2), rng.seed())
    if rng.chance(0.5) and lot.depth > 6 and lot.width > 4:
        spot = lot.at(rng.choice((-0.6, 0.6)), rng.uniform(0.75, 0.92), rng.choice((0.0, 3.1416)))
        if place.take(spot, (2.2, 1.7)):
            from sat2density.worlds.anywhere.buildings import shed

            shed(build, rng, spot)
    if rng.chance(0.14) and lot.width > 7 and lot.depth > 9:
        spot = lot.at(rng.uniform(-0.3, 0.3), 0.5, rng.choice((0.0, 1.5708)))
        if place.take(spot, (3.6, 3.6), 2.0):
            half = (rng.uniform(2.2, 4.2), rng.uniform(1.5, 2.3))
            blue = rng.shade((0.05, 0.22, 0.27), 0.3)
            build.patch(codes.WATER, spot, half, blue, rng.seed(), rng.choice((0, 0, 1)))
    for _ in range(rng.integer(0, 3 + int(area / 30))):
        place.shrub(rng, _spot(rng, lot), rng.uniform(0.6, 2.6))
    wanted = trees_wanted * area / rng.uniform(45.0, 150.0)
    place.scatter(rng, lot, wanted * place.green, rng.uniform(0.4, 0.85))

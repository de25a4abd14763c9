"""Houses and what belongs to them: wings, roofs, garages, porches, sheds, pools, gardens, fences,
driveways.
"""

from __future__ import annotations

import dataclasses
import math

from sat2density.worlds import furniture, plants
from sat2density.worlds.builder import Builder, Frame, Paint
from sat2density.worlds.kernels import codes
from sat2density.worlds.rng import Rng

WALLS = (
    (0.27, 0.125, 0.085),
    (0.34, 0.19, 0.12),
    (0.42, 0.31, 0.20),
    (0.22, 0.13, 0.10),
    (0.50, 0.45, 0.37),
    (0.58, 0.56, 0.51),
    (0.40, 0.38, 0.34),
    (0.16, 0.16, 0.16),
)
ROOFS = (
    (0.24, 0.105, 0.065),
    (0.17, 0.085, 0.06),
    (0.13, 0.10, 0.08),
    (0.10, 0.10, 0.105),
    (0.24, 0.23, 0.22),
    (0.36, 0.35, 0.33),
    (0.30, 0.25, 0.19),
    (0.10, 0.14, 0.11),
    (0.045, 0.047, 0.05),
)
TRIM = ((0.6, 0.59, 0.55), (0.5, 0.46, 0.38), (0.09, 0.09, 0.09), (0.32, 0.28, 0.22))
FENCES = (
    (0.21, 0.17, 0.13),
    (0.26, 0.22, 0.17),
    (0.30, 0.28, 0.24),
    (0.12, 0.14, 0.12),
    (0.40, 0.36, 0.28),
)


@dataclasses.dataclass(frozen=True)
class Look:
    """Materials of one house: paints are derived from these."""

    wall: tuple[float, float, float]
    roof: tuple[float, float, float]
    trim: tuple[float, float, float]
    tile: int
    brick: float
    slope: float
    form: str
    seed: int

    @classmethod
    def draw(cls, rng: Rng) -> Look:
        """Draw a look.

        Args:
            rng: stream that the choices are drawn from.

        """
        tile = codes.ROOF_TILE if rng.chance(0.62) else codes.ROOF_METAL
        form = rng.weighted({"hip": 0.55, "gable": 0.38, "flat": 0.07})
        colours = (
            rng.shade(rng.choice(WALLS), 0.15),
            rng.shade(rng.choice(ROOFS), 0.18),
            rng.choice(TRIM),
        )
        return cls(*colours, tile, float(rng.chance(0.7)), rng.uniform(0.33, 0.5), form, rng.seed())


@dataclasses.dataclass(frozen=True)
class Wing:
    """A rectangular part of a house: frame in its middle (local -y is the front), half lengths,
    storeys, door face.
    """

    frame: Frame
    a: float
    b: float
    storeys: int
    door: int = -1


def wing(build: Builder, rng: Rng, look: Look, part: Wing) -> None:
    """Build walls and roof of one wing; the ridge runs along the longer side.

    Args:
        build: collects what is built.
        rng: draws whether solar panels lie on the roof.
        look: materials, the same for all wings of a house.
        part: where it stands and how large it is.

    """
    # Storeys of 2.75 m, as `materials.wall` sets the windows.
    top = 0.25 + 2.75 * part.storeys
    wall = Paint(
        codes.WALL,
        codes.C_BUILDING,
        look.wall,
        look.trim,
        look.seed,
        part.storeys,
        part.door,
        look.brick,
    )
    build.box(part.frame, (part.a, part.b), (0.0, top), wall)
    eaves = 0.45
    a, b = part.a + eaves, part.b + eaves
    solar = rng.choice((7, 8, 9, 10)) if rng.chance(0.25) else -1
    paint = Paint(look.tile, codes.C_BUILDING, look.roof, look.wall, look.seed, flag=solar)
    if look.form == "flat":
        build.box(
            part.frame,
            (a - 0.3, b - 0.3),
            (top, top + 0.35),
            dataclasses.replace(paint, material=codes.ROOF_METAL),
        )
        build.note_part(part.frame, (part.a, part.b), (top + 0.35, top + 0.35), "flat")
        return
    slopes = (look.slope, look.slope)
    if look.form == "gable":
        slopes = (0.0, look.slope) if part.a >= part.b else (look.slope, 0.0)
    ridge = build.sloped(part.frame, (a, b), (top, top + 0.2, build.height_m), slopes, paint)
    build.note_part(part.frame, (part.a, part.b), (top, ridge), look.form, slopes)


def house(build: Builder, rng: Rng, frame: Frame, width: float, depth: float) -> None:
    """Build a house of one or two wings with a chimney, perhaps a porch and a garage.

    Args:
        build: collects what is built.
        rng: stream that the choices are drawn from.
        frame: middle of the land it may take, front towards local -y.
        width: of that land along local x, metres.
        depth: of that land along local y, metres.

    """
    build.record.new_house()
    look = Look.draw(rng)
    storeys = 2 if rng.chance(0.22) else 1
    a, b = 0.5 * width, 0.5 * depth * rng.uniform(0.62, 0.8)
    back = 0.5 * depth - b
    wing(build, rng, look, Wing(frame.moved(0.0, back), a, b, storeys, door=3))
    side = rng.choice((-1, 1))
    if rng.chance(0.72):
        wide = rng.uniform(0.24, 0.33) * width
        reach = depth - 2 * b + 1.0
        middle = frame.moved(side * (a - wide), -0.5 * depth + 0.5 * (reach + 2.0))
        wing(
            build,
            rng,
            look,
            Wing(middle, wide, 0.5 * (reach + 2.0), 1 if rng.chance(0.7) else storeys),
        )
    _chimney(
        build,
        rng,
        look,
        frame.moved(rng.uniform(-0.5, 0.5) * a, back + rng.uniform(-0.5, 0.5) * b),
        storeys,
    )
    if rng.chance(0.5):
        _porch(build, rng, look, frame.moved(-side * 0.35 * a, back - b - 0.9))
    garage_side = -side
    _garage(build, rng, look, frame.moved(garage_side * (a - 2.9), back - b), rng.chance(0.5))


def _chimney(build: Builder, rng: Rng, look: Look, frame: Frame, storeys: int) -> None:
    top = 0.25 + 2.75 * storeys
    if rng.chance(0.4):
        brick = Paint(codes.PLAIN, codes.C_BUILDING, tuple(0.8 * c for c in look.wall))
        build.box(frame, (0.35, 0.3), (top, top + rng.uniform(1.9, 2.6)), brick)
    if rng.chance(0.4):
        build.box(
            frame.moved(1.5, 0.4),
            (0.5, 0.4),
            (top + 0.8, top + 1.7),
            Paint(codes.PLAIN, codes.C_BUILDING, (0.4, 0.38, 0.35)),
        )


def _porch(build: Builder, rng: Rng, look: Look, frame: Frame) -> None:
    roof = Paint(codes.ROOF_METAL, codes.C_BUILDING, look.roof, look.trim, look.seed)
    half = rng.uniform(1.2, 2.8)
    build.box(frame, (half, 1.0), (2.45, 2.62), roof)
    for u in (-half + 0.12, half - 0.12):
        build.box(
            frame.moved(u, -0.85),
            (0.07, 0.07),
            (0.0, 2.45),
            Paint(codes.PLAIN, codes.C_BUILDING, look.trim),
        )


def _garage(build: Builder, rng: Rng, look: Look, frame: Frame, carport: bool) -> None:
    """Build a carport or garage whose door faces local -y; its front stands about 2 m before
    `frame`.
    """
    roof = Paint(look.tile, codes.C_BUILDING, look.roof, look.wall, look.seed)
    middle = frame.moved(0.0, 0.4)
    if carport:
        build.box(
            frame.moved(0.0, -1.2),
            (2.7, 2.6),
            (2.35, 2.5),
            dataclasses.replace(roof, material=codes.ROOF_METAL),
        )
        for u, v in ((-2.55, -3.6), (2.55, -3.6)):
            build.box(
                frame.moved(u, v),
                (0.06, 0.06),
                (0.0, 2.35),
                Paint(codes.PLAIN, codes.C_BUILDING, look.trim),
            )
        build.note_part(frame.moved(0.0, -1.2), (2.7, 2.6), (2.5, 2.5), "flat")
        if rng.chance(0.5):
            furniture.car(build, rng, frame.moved(0.0, -2.4, math.pi / 2))
        return
    door = rng.choice(TRIM)
    paint = Paint(codes.GARAGE, codes.C_BUILDING, look.wall, door, look.seed, flag=3)
    build.box(middle, (2.9, 2.6), (0.0, 2.7), paint)
    slopes = (look.slope, look.slope)
    ridge = build.sloped(middle, (3.25, 2.95), (2.7, 2.88, build.height_m), slopes, roof)
    build.note_part(middle, (2.9, 2.6), (2.7, ridge), "hip", slopes)


def plot(build: Builder, rng: Rng, frame: Frame, size: tuple[float, float], setback: float) -> None:
    """Lay out one plot: house, driveway, front and back garden.

    Args:
        build: collects what is built.
        rng: stream that the choices are drawn from.
        frame: middle of its street edge, local y into the plot.
        size: (width, depth), metres.
        setback: metres from the street edge to the house.

    """
    width, depth = size
    lawn = rng.shade(
        rng.choice(((0.10, 0.135, 0.045), (0.13, 0.145, 0.06), (0.085, 0.12, 0.04))), 0.2
    )
    build.patch(
        codes.LAWN, frame.moved(0.0, 0.5 * depth), (0.5 * width, 0.5 * depth), lawn, rng.seed()
    )
    house_wide, house_deep = (
        min(width - rng.uniform(2.4, 4.5), 17.5),
        min(rng.uniform(9.5, 14.0), depth - setback - 6.0),
    )
    house(build, rng, frame.moved(0.0, setback + 0.5 * house_deep), house_wide, house_deep)
    _driveway(build, rng, frame, (rng.choice((-1, 1)) * (0.5 * house_wide - 2.9), setback))
    _front_garden(build, rng, frame, (width, setback))
    _back_garden(build, rng, frame, (width, depth, setback + house_deep))


def _driveway(build: Builder, rng: Rng, frame: Frame, place: tuple[float, float]) -> None:
    u, setback = place
    kind, colour = rng.choice(
        (
            (codes.CONCRETE, (0.34, 0.32, 0.28)),
            (codes.PAVERS, (0.30, 0.19, 0.14)),
            (codes.GRAVEL, (0.33, 0.28, 0.21)),
            (codes.CONCRETE, (0.17, 0.16, 0.15)),
        )
    )
    reach = 7.0
    middle = frame.moved(u, 0.5 * (setback - reach), math.pi / 2)
    build.patch(
        kind,
        middle,
        (0.5 * (setback + reach), rng.uniform(1.5, 2.6)),
        rng.shade(colour, 0.15),
        rng.seed(),
    )
    if rng.chance(0.5):
        furniture.car(
            build,
            rng,
            frame.moved(
                u + rng.uniform(-0.3, 0.3),
                setback - rng.uniform(2.8, 3.4),
                rng.choice((-1, 1)) * math.pi / 2,
            ),
        )
    if rng.chance(0.6):
        furniture.letter_box(build, rng, frame.moved(u + 2.9, 0.4))


def _front_garden(build: Builder, rng: Rng, frame: Frame, size: tuple[float, float]) -> None:
    width, setback = size
    soil = rng.shade((0.19, 0.13, 0.085), 0.3)
    for _ in range(rng.integer(1, 3)):
        spot = frame.moved(rng.uniform(-0.45, 0.45) * width, rng.uniform(0.15, 0.9) * setback)
        build.patch(
            codes.SOIL, spot, (rng.uniform(1.0, 3.5), rng.uniform(0.6, 1.5)), soil, rng.seed(), 2
        )
        for _ in range(rng.integer(1, 5)):
            plants.shrub(
                build,
                rng,
                spot.at(rng.uniform(-2.0, 2.0), rng.uniform(-0.7, 0.7)),
                rng.uniform(0.6, 1.9),
            )
    style = rng.weighted({"open": 0.5, "hedge": 0.17, "low": 0.2, "paling": 0.13})
    half = 0.5 * width - 3.4
    if half < 1.0 or style == "open":
        return
    line = frame.moved(rng.choice((-1, 1)) * 3.0, 0.15)
    if style == "hedge":
        colour = rng.shade(rng.choice(plants.HEDGES), 0.2)
        plants.hedge(build, rng, (line, 2 * half), rng.uniform(0.9, 1.9), colour)
    elif style == "low":
        furniture.fence(
            build,
            rng,
            (line, half),
            rng.uniform(0.5, 0.9),
            rng.choice(((0.28, 0.15, 0.1), (0.4, 0.37, 0.32))),
        )
    else:
        furniture.fence(
            build, rng, (line, half), rng.uniform(1.2, 1.7), rng.shade(rng.choice(FENCES), 0.15)
        )


def _back_garden(build: Builder, rng: Rng, frame: Frame, size: tuple[float, float, float]) -> None:
    width, depth, start = size
    colour = rng.shade(rng.choice(FENCES), 0.15)
    height = rng.uniform(1.5, 1.85)
    first = start - 6.0
    for u in (-0.5 * width, 0.5 * width):
        furniture.fence(
            build,
            rng,
            (frame.moved(u, 0.5 * (first + depth), math.pi / 2), 0.5 * (depth - first)),
            height,
            colour,
        )
    furniture.fence(build, rng, (frame.moved(0.0, depth), 0.5 * width), height, colour)
    if rng.chance(0.5):
        shed = frame.moved(rng.choice((-1, 1)) * (0.5 * width - 2.4), depth - 2.2)
        paint = Paint(
            codes.ROOF_METAL,
            codes.C_BUILDING,
            rng.shade(rng.choice(ROOFS), 0.2),
            (0.4, 0.4, 0.37),
            rng.seed(),
        )
        half = (rng.uniform(1.3, 2.2), 1.5)
        build.record.new_house()
        ridge = build.sloped(shed, half, (0.0, 2.0, 3.0), (0.0, 0.2), paint)
        build.note_part(shed, half, (2.0, ridge), "gable", (0.0, 0.2))
    if rng.chance(0.17) and depth - start > 6:
        pool = frame.moved(
            rng.uniform(-0.2, 0.2) * width, 0.5 * (start + depth), rng.choice((0.0, math.pi / 2))
        )
        build.patch(
            codes.WATER,
            pool,
            (rng.uniform(2.6, 4.2), rng.uniform(1.7, 2.4)),
            (0.06, 0.24, 0.30),
            rng.seed(),
            rng.choice((0, 1)),
        )
    if rng.chance(0.6):
        paved = frame.moved(rng.uniform(-0.2, 0.2) * width, start + 1.2)
        build.patch(
            codes.PAVERS,
            paved,
            (rng.uniform(2, 4), 1.8),
            rng.shade((0.32, 0.27, 0.22), 0.2),
            rng.seed(),
        )
    for _ in range(rng.integer(2, 6)):
        kind = rng.weighted(
            {"oak": 2.0, "scrub": 2.2, "plum": 0.8, "autumn": 0.35, "cypress": 1.0, "gum": 1.6}
        )
        plants.tree(
            build,
            rng,
            frame.at(
                rng.uniform(-0.42, 0.42) * width,
                rng.uniform(min(start + 2.5, depth - 1), depth - 0.8),
            ),
            kind,
        )
    for _ in range(rng.integer(0, 4)):
        plants.shrub(
            build,
            rng,
            frame.at(rng.choice((-1, 1)) * 0.45 * width, rng.uniform(start - 5, depth)),
            rng.uniform(0.8, 2.2),
        )

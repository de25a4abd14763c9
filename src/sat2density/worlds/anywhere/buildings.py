"""Buildings: walls with a roof on them, from a shed to six storeys of flats."""

from __future__ import annotations

import dataclasses
import math

from sat2density.worlds.anywhere import roofs
from sat2density.worlds.anywhere.themes import BRICK, METAL, RENDER, WHITE, Colour, Theme
from sat2density.worlds.builder import Builder, Frame, Paint
from sat2density.worlds.kernels import codes
from sat2density.worlds.rng import Rng

TRIM: tuple[Colour, ...] = (
    (0.6, 0.59, 0.55),
    (0.5, 0.46, 0.38),
    (0.09, 0.09, 0.09),
    (0.30, 0.10, 0.07),
    (0.10, 0.14, 0.12),
)
HOUSE_M, FLAT_M, SHOP_M = 2.75, 3.1, 3.6
"""Heights of a storey of a house, of flats, and of a shop, as the materials draw them."""


@dataclasses.dataclass(frozen=True)
class Walls:
    """Walls of a building.

    Attributes:
        material: WALL, FACADE or HALL.
        colour, trim: of the walls; of doors and frames.
        storeys: how many; shop: whether shops lie below them (FACADE).
        door: face with the door or the gates, -1 for none.
        seed: of the texture.

    """

    material: int
    colour: Colour
    trim: Colour
    storeys: int
    seed: int
    shop: bool = False
    door: int = -1
    brick: float = 0.7

    @property
    def top(self) -> float:
        """Height of the walls, metres."""
        if self.material == codes.FACADE:
            return FLAT_M * self.storeys + SHOP_M * self.shop + 0.4
        return 0.25 + HOUSE_M * self.storeys

    @property
    def paint(self) -> Paint:
        """The walls' paint."""
        flag = float(self.shop) if self.material == codes.FACADE else float(self.door)
        return Paint(
            self.material,
            codes.C_BUILDING,
            self.colour,
            self.trim,
            self.seed,
            float(self.storeys),
            flag,
            self.brick,
        )


def draw_walls(rng: Rng, theme: Theme, storeys: int, door: int = -1) -> Walls:
    """Draw the walls of a house; colours with little blue are taken for brick.

    Args:
        rng: stream that the choices are drawn from.
        theme: colours of the place.
        storeys: how many, of `HOUSE_M` metres each.
        door: face with the door (0 +x, 1 -x, 2 +y, 3 -y), -1 for none.

    """
    colour = rng.shade(rng.choice(theme.walls), 0.16)
    brick = float(colour[2] < 0.2)
    return Walls(
        codes.WALL, colour, rng.choice(TRIM), storeys, rng.seed(), door=door, brick=0.7 * brick
    )


def put_walls(
    build: Builder, walls: Walls, frame: Frame, half: tuple[float, float], top: float = 0.0
) -> float:
    """Put walls up.

    Args:
        build: collects what is built.
        walls: how they look.
        frame: their middle on the ground.
        half: half lengths along the local axes, metres.
        top: their height in metres; 0 for the walls' own.

    Returns:
        Their height, metres.

    """
    height = top or walls.top
    build.box(frame, half, (0.0, height), walls.paint)
    return height


def lean_to(
    build: Builder, rng: Rng, theme: Theme, frame: Frame, half: tuple[float, float]
) -> None:
    """Build an annexe with one shallow slope that falls to local +y, or a flat roof.

    Args:
        build: collects what is built.
        rng: stream that the choices are drawn from.
        theme: colours of the place.
        frame: its middle on the ground.
        half: half lengths along the local axes, metres.

    """
    top = rng.uniform(2.2, 2.9)
    walls = dataclasses.replace(draw_walls(rng, theme, 1), seed=rng.seed())
    build.box(frame, half, (0.0, top), walls.paint)
    colour = rng.shade(rng.choice((*theme.roofs, METAL[0], WHITE[0])), 0.2)
    kind = rng.choice((codes.ROOF_TILE, codes.ROOF_METAL, codes.ROOF_FLAT))
    paint = Paint(kind, codes.C_BUILDING, colour, walls.colour, rng.seed())
    slope = rng.uniform(0.08, 0.3)
    wide = (half[0] + 0.12, half[1] + 0.12)
    ridge = build.sloped(frame, wide, (top, top + 0.1, top + 2.0), (0.0, -slope), paint)
    build.note_part(frame, half, (top, ridge), "mono", (0.0, -slope))


def shed(build: Builder, rng: Rng, frame: Frame) -> None:
    """Build a garden shed or a small glasshouse.

    Args:
        build: collects what is built.
        rng: stream that the choices are drawn from.
        frame: its middle on the ground; at most 4.8 m by 3.4 m about it are used.

    """
    build.record.new_house()
    half = (rng.uniform(0.9, 2.4), rng.uniform(0.8, 1.7))
    top = rng.uniform(1.8, 2.3)
    if rng.chance(0.1):
        glass = Paint(codes.PANEL, codes.C_BUILDING, (0.3, 0.33, 0.33))
        ridge = build.sloped(frame, half, (0.0, top, 3.2), (0.0, 0.5), glass)
        build.note_part(frame, half, (top, ridge), "gable", (0.0, 0.5))
        return
    wall = rng.shade(rng.choice(((0.2, 0.16, 0.12), (0.3, 0.3, 0.28), (0.14, 0.17, 0.13))), 0.25)
    build.box(frame, half, (0.0, top), Paint(codes.FENCE, codes.C_BUILDING, wall, seed=rng.seed()))
    colours = ((0.16, 0.15, 0.14), (0.07, 0.07, 0.07), (0.3, 0.29, 0.27), (0.45, 0.45, 0.43))
    roof = roofs.Roof(
        rng.weighted({"gable": 0.5, "mono": 0.5}),
        rng.choice((codes.ROOF_METAL, codes.ROOF_FLAT)),
        rng.shade(rng.choice(colours), 0.25),
        wall,
        rng.uniform(0.1, 0.4),
        0.12,
        rng.seed(),
    )
    roofs.put_roof(build, rng, roof, frame, half, top)


def house(build: Builder, rng: Rng, theme: Theme, frame: Frame, size: tuple[float, float]) -> float:
    """Build a detached house, its front to local -y.

    Args:
        build: where it is put.
        rng: draws it.
        theme: gives its colours.
        frame: middle of the ground it may take.
        size: (width, depth) of that ground, metres.

    Returns:
        Height of its ridge, metres.

    """
    build.record.new_house()
    storeys = int(rng.weighted({1: 0.58, 2: 0.36, 3: 0.06}))
    walls = draw_walls(rng, theme, storeys, door=3)
    forms = {"hip": 0.42, "gable": 0.42, "flat": 0.08, "mansard": 0.03, "mono": 0.05}
    roof = roofs.draw_roof(rng, theme, forms, walls.colour)
    a = 0.5 * size[0]
    b = 0.5 * size[1]
    shape = rng.weighted({"box": 0.4, "ell": 0.4, "tee": 0.2})
    deep = b if shape == "box" else b * rng.uniform(0.5, 0.72)
    main = frame.moved(0.0, b - deep)
    top = put_walls(build, walls, main, (a, deep))
    ridge = roofs.put_roof(build, rng, roof, main, (a, deep), top)
    if shape != "box":
        wide = a * rng.uniform(0.3, 0.55)
        side = rng.choice((-1, 1)) * (a - wide) * (1.0 if shape == "ell" else 0.3)
        reach = b - deep + 0.5 * deep
        spot = frame.moved(side, -b + reach)
        low = walls if rng.chance(0.6) else dataclasses.replace(walls, storeys=1)
        height = put_walls(build, low, spot, (wide, reach))
        wing_roof = roof
        if roof.form == "gable" and wide >= reach:
            wing_roof = dataclasses.replace(roof, form="hip")
        roofs.put_roof(build, rng, wing_roof, spot, (wide, reach), height)
    if roof.form in ("gable", "hip"):
        if rng.chance(0.45):
            spot = main.moved(rng.uniform(-0.6, 0.6) * a, rng.uniform(-0.4, 0.4) * deep)
            roofs.chimney(build, rng, rng.choice(BRICK), spot, (top, ridge))
        if rng.chance(0.25):
            roofs.dormers(build, rng, roof, main, (a, deep), top)
    if rng.chance(0.3):
        lean = main.moved(rng.uniform(-0.4, 0.4) * a, deep + 1.3)
        lean_to(build, rng, theme, lean, (rng.uniform(1.5, 3.0), 1.5))
    return ridge


def garage(build: Builder, rng: Rng, theme: Theme, frame: Frame, own: bool = True) -> None:
    """Build a garage for one or two cars, its gate to local -y.

    Args:
        build: collects what is built.
        rng: stream that the choices are drawn from.
        theme: colours of the place.
        frame: its middle on the ground; the gate is on local -y.
        own: whether it counts as a building of its own, or as part of the last one.

    """
    if own:
        build.record.new_house()
    half = (rng.choice((1.6, 2.9)), rng.uniform(2.7, 3.3))
    wall = rng.shade(rng.choice(theme.walls), 0.15)
    build.box(
        frame,
        half,
        (0.0, 2.6),
        Paint(codes.GARAGE, codes.C_BUILDING, wall, rng.choice(TRIM), rng.seed(), flag=3),
    )
    forms = {"flat": 0.45, "gable": 0.3, "hip": 0.25}
    roof = roofs.draw_roof(rng, theme, forms, wall)
    roofs.put_roof(build, rng, dataclasses.replace(roof, solar=-1.0), frame, half, 2.6)


def flats(
    build: Builder,
    rng: Rng,
    theme: Theme,
    frame: Frame,
    half: tuple[float, float],
    storeys: int,
    shop: bool = False,
) -> float:
    """Build a block of flats.

    Args:
        build: collects what is built.
        rng: stream that the choices are drawn from.
        theme: colours of the place.
        frame: its middle on the ground.
        half: half lengths along the local axes, metres.
        storeys: how many, of `FLAT_M` metres each; cut off below the volume's height.
        shop: whether shops lie below them, `SHOP_M` high, on all sides.

    Returns:
        Its height, metres.

    """
    build.record.new_house()
    colour = rng.shade(rng.choice((*theme.walls, *RENDER)), 0.15)
    walls = Walls(codes.FACADE, colour, rng.choice(TRIM), storeys, rng.seed(), shop)
    forms = {"flat": 0.66, "hip": 0.2, "gable": 0.14}
    roof = roofs.draw_roof(rng, theme, forms, walls.colour)
    roof = dataclasses.replace(roof, slope=min(roof.slope, 0.5))
    top = min(put_walls(build, walls, frame, half), build.height_m - 1.0)
    ridge = roofs.put_roof(build, rng, roof, frame, half, top)
    if rng.chance(0.5):
        _balconies(build, rng, walls, frame, half)
    if roof.form != "flat" and rng.chance(0.5):
        for _ in range(rng.integer(1, 4)):
            spot = frame.moved(rng.uniform(-0.8, 0.8) * half[0], rng.uniform(-0.3, 0.3) * half[1])
            roofs.chimney(build, rng, rng.choice(BRICK), spot, (top, ridge))
    return ridge


def _balconies(
    build: Builder, rng: Rng, walls: Walls, frame: Frame, half: tuple[float, float]
) -> None:
    slab = Paint(codes.PLAIN, codes.C_BUILDING, rng.shade((0.5, 0.5, 0.48), 0.2))
    side = rng.choice((-1, 1))
    wide = rng.uniform(1.2, 2.0)
    pitch = rng.uniform(4.0, 7.0)
    for k in range(int(2 * half[0] / pitch)):
        u = -half[0] + pitch * (k + 0.5)
        for storey in range(1, walls.storeys):
            z = FLAT_M * storey + SHOP_M * walls.shop
            spot = frame.moved(u, side * (half[1] + 0.6))
            build.box(spot, (wide, 0.6), (z, z + 0.15), slab)
            build.box(spot.moved(0.0, side * 0.57), (wide, 0.03), (z + 0.15, z + 1.0), slab)


def hall(build: Builder, rng: Rng, theme: Theme, frame: Frame, half: tuple[float, float]) -> float:
    """Build a hall of sheet metal with gates on local -y.

    Args:
        build: collects what is built.
        rng: stream that the choices are drawn from.
        theme: colours of the place.
        frame: its middle on the ground.
        half: half lengths along the local axes, metres.

    Returns:
        Its height, metres.

    """
    build.record.new_house()
    top = rng.uniform(5.0, 11.0)
    colour = rng.shade(rng.choice((*WHITE, *METAL, *RENDER[3:])), 0.15)
    band = top - rng.uniform(1.5, 2.2) if rng.chance(0.4) else 0.0
    walls = Paint(
        codes.HALL, codes.C_BUILDING, colour, rng.choice(TRIM), rng.seed(), band, float(3)
    )
    build.box(frame, half, (0.0, top), walls)
    form = rng.weighted({"gable": 0.45, "flat": 0.33, "saw": 0.16, "mono": 0.06})
    bright = rng.choice((*WHITE, *WHITE, *METAL, (0.22, 0.215, 0.21)))
    material = codes.ROOF_FLAT if form == "flat" else codes.ROOF_METAL
    slope = rng.uniform(0.07, 0.2)
    roof = roofs.Roof(form, material, rng.shade(bright, 0.12), colour, slope, 0.1, rng.seed())
    ridge = roofs.put_roof(build, rng, roof, frame, half, top)
    if form == "gable" and rng.chance(0.6):
        _skylights(build, rng, roof, (frame, half), top)
    return ridge


def _skylights(
    build: Builder, rng: Rng, roof: roofs.Roof, place: tuple[Frame, tuple[float, float]], top: float
) -> None:
    """Lay bright strips into the slopes of a hall: thin bodies just above the sheets."""
    frame, (a, b) = place
    long = a >= b
    clear = Paint(codes.ROOF_METAL, codes.C_BUILDING, (0.55, 0.58, 0.58), seed=rng.seed())
    pitch = rng.uniform(4.0, 7.0)
    for k in range(int(2 * max(a, b) / pitch)):
        off = -max(a, b) + pitch * (k + 0.5)
        spot = frame.moved(off, 0.0) if long else frame.moved(0.0, off)
        size = (0.5, 0.8 * b) if long else (0.8 * a, 0.5)
        slopes = (0.0, roof.slope) if long else (roof.slope, 0.0)
        rim = top + 0.18 + roof.slope * (0.2 * min(a, b) + roof.eaves) + 0.04
        build.sloped(spot, size, (top, rim, build.height_m), slopes, clear)


def container(build: Builder, rng: Rng, frame: Frame, high: int = 1) -> None:
    """Stand a shipping or site container, or a stack of them.

    Args:
        build: collects what is built.
        rng: stream that the choices are drawn from.
        frame: its middle on the ground, its length along local x.
        high: how many stand on each other.

    """
    build.record.new_house()
    colours = ((0.05, 0.12, 0.25), (0.3, 0.08, 0.05), (0.45, 0.44, 0.42), (0.1, 0.2, 0.12))
    long = rng.choice((3.0, 6.1))
    for k in range(high):
        paint = Paint(
            codes.FENCE, codes.C_BUILDING, rng.shade(rng.choice(colours), 0.2), seed=rng.seed()
        )
        turn = 0.0 if rng.chance(0.9) else math.pi / 2
        build.box(frame.moved(0.0, 0.0, turn), (long, 1.22), (2.6 * k, 2.6 * (k + 1)), paint)
    build.note_part(frame, (long, 1.22), (2.6 * high, 2.6 * high), "flat")

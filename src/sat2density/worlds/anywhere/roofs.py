"""Roofs of every form, with what stands on them: dormers, chimneys, solar panels, plant."""

from __future__ import annotations

import dataclasses
import math

from sat2density.worlds.anywhere.themes import FLAT, METAL, WHITE, Colour, Theme
from sat2density.worlds.builder import Builder, Frame, Paint
from sat2density.worlds.kernels import codes
from sat2density.worlds.rng import Rng

BOX = (0.42, 0.42, 0.41)
"""Colour of plant on roofs."""


@dataclasses.dataclass(frozen=True)
class Roof:
    """How a building is roofed.

    Attributes:
        form: gable, hip, mansard, flat, mono or saw.
        material: a material of `codes`; colour: its colour; ends: colour of the gables' walls.
        slope: rise per metre; eaves: overhang in metres.
        seed: of the texture; solar: face with panels as `materials.solar` reads it, -1 for none.

    """

    form: str
    material: int
    colour: Colour
    ends: Colour
    slope: float
    eaves: float
    seed: int
    solar: float = -1.0

    @property
    def paint(self) -> Paint:
        """The roof's paint."""
        return Paint(
            self.material, codes.C_BUILDING, self.colour, self.ends, self.seed, flag=self.solar
        )


def draw_roof(rng: Rng, theme: Theme, forms: dict[str, float], wall: Colour) -> Roof:
    """Draw a roof: form from weights, colour from the theme.

    Args:
        rng: stream that the choices are drawn from.
        theme: colours of the place.
        forms: weight of each form, see `Roof.form`.
        wall: colour of the walls, which gables share.

    """
    form = rng.weighted(forms)
    if form == "flat":
        colour = rng.shade(rng.choice(FLAT), 0.15)
        return Roof(form, codes.ROOF_FLAT, colour, wall, 0.0, 0.0, rng.seed())
    if form in ("mono", "saw"):
        metal = rng.shade(rng.choice((*METAL, *WHITE[:1])), 0.15)
        return Roof(form, codes.ROOF_METAL, metal, wall, rng.uniform(0.08, 0.35), 0.25, rng.seed())
    tile = rng.chance(0.86)
    colour = rng.shade(rng.choice(theme.roofs if tile else METAL), 0.16)
    slope = rng.uniform(0.34, 0.62) if rng.chance(0.7) else rng.uniform(0.62, 1.0)
    return Roof(
        form,
        codes.ROOF_TILE if tile else codes.ROOF_METAL,
        colour,
        wall,
        rng.uniform(1.6, 2.6) if form == "mansard" else slope,
        rng.uniform(0.15, 0.55),
        rng.seed(),
        float(rng.choice((7, 8, 9, 10))) if rng.chance(0.2) else -1.0,
    )


def put_roof(
    build: Builder, rng: Rng, roof: Roof, frame: Frame, half: tuple[float, float], top: float
) -> float:
    """Put a roof on walls and write the part of the building down.

    Args:
        build: where it is put.
        rng: draws what stands on it.
        roof: how it is roofed.
        frame: middle of the walls; the ridge runs along the longer side.
        half: half lengths of the walls, metres.
        top: height of the walls, metres.

    Returns:
        Its highest point, metres.

    """
    a, b = half
    if roof.form == "flat":
        return _flat(build, rng, roof, frame, half, top)
    if roof.form == "saw":
        return _saw(build, roof, frame, half, top)
    wide = (a + roof.eaves, b + roof.eaves)
    long = a >= b
    limit = build.height_m - 0.1
    if roof.form == "mono":
        slopes = (0.0, -roof.slope) if long else (-roof.slope, 0.0)
    elif roof.form == "gable":
        slopes = (0.0, roof.slope) if long else (roof.slope, 0.0)
    elif roof.form == "mansard":
        slopes = (roof.slope, roof.slope)
        limit = min(limit, top + rng.uniform(1.6, 2.6))
    else:
        slopes = (roof.slope, roof.slope * (1.0 if rng.chance(0.7) else 0.8))
    ridge = build.sloped(frame, wide, (top, top + 0.18, limit), slopes, roof.paint)
    build.note_part(frame, half, (top, ridge), _named(roof.form), slopes)
    return ridge


def _named(form: str) -> str:
    return {"mansard": "hip", "saw": "mono"}.get(form, form)


def _flat(
    build: Builder, rng: Rng, roof: Roof, frame: Frame, half: tuple[float, float], top: float
) -> float:
    a, b = half
    build.box(frame, (a - 0.2, b - 0.2), (top, top + 0.06), roof.paint)
    rim = rng.uniform(0.15, 0.7) if rng.chance(0.75) else 0.0
    if rim:
        grey = rng.uniform(0.8, 1.15)
        ends = (roof.ends[0] * grey, roof.ends[1] * grey, roof.ends[2] * grey)
        edge = Paint(codes.PLAIN, codes.C_BUILDING, ends)
        for side in (-1, 1):
            build.box(frame.moved(0.0, side * (b - 0.12)), (a, 0.12), (top, top + rim), edge)
            build.box(frame.moved(side * (a - 0.12), 0.0), (0.12, b), (top, top + rim), edge)
    build.note_part(frame, half, (top, top + 0.06), "flat")
    if min(a, b) > 3.0:
        _plant(build, rng, frame, half, top)
    return top + rim


def _plant(build: Builder, rng: Rng, frame: Frame, half: tuple[float, float], top: float) -> None:
    """Stand plant, skylights or rows of solar panels on a flat roof."""
    a = half[0] - 1.2
    b = half[1] - 1.2
    if rng.chance(0.22):
        dark = Paint(codes.PANEL, codes.C_BUILDING, (0.02, 0.02, 0.04))
        rows = int((2 * b) / 2.2)
        for k in range(min(rows, 10)):
            row = frame.moved(0.0, -b + 1.1 + 2.2 * k)
            z = (top + 0.15, top + 0.25, top + 1.0)
            build.sloped(row, (0.85 * a, 0.8), z, (0.0, -0.25), dark)
        return
    for _ in range(rng.integer(0, 6)):
        spot = frame.moved(rng.uniform(-1, 1) * a, rng.uniform(-1, 1) * b)
        size = (rng.uniform(0.3, 1.3), rng.uniform(0.3, 1.0))
        tone = rng.uniform(0.5, 1.5)
        look = Paint(codes.PLAIN, codes.C_BUILDING, (BOX[0] * tone, BOX[1] * tone, BOX[2] * tone))
        build.box(spot, size, (top, top + rng.uniform(0.25, 1.6)), look)
    if rng.chance(0.3) and min(a, b) > 3.0:
        spot = frame.moved(rng.uniform(-0.7, 0.7) * a, rng.uniform(-0.5, 0.5) * b)
        look = Paint(codes.PLAIN, codes.C_BUILDING, (0.4, 0.39, 0.37))
        build.box(spot, (2.0, 1.5), (top, top + 2.6), look)


def _saw(build: Builder, roof: Roof, frame: Frame, half: tuple[float, float], top: float) -> float:
    """Lay a roof of equal teeth across the longer side; each is one plane with panes behind it."""
    a, b = half
    long = a >= b
    reach = max(a, b)
    count = max(2, round(max(a, b) / 3.2))
    tooth = reach / count
    slope = min(0.5, 2.6 / (2 * tooth))
    ridge = top
    for k in range(count):
        off = (2 * (k + 0.5) / count - 1) * reach
        spot = frame.moved(off, 0.0) if long else frame.moved(0.0, off)
        size = (tooth, b) if long else (a, tooth)
        slopes = (-slope, 0.0) if long else (0.0, -slope)
        panes = dataclasses.replace(roof.paint, second=(0.30, 0.33, 0.35))
        ridge = build.sloped(spot, size, (top, top + 0.1, build.height_m - 0.1), slopes, panes)
        build.note_part(spot, size, (top, ridge), "mono", slopes)
    return ridge


def chimney(build: Builder, rng: Rng, wall: Colour, frame: Frame, z: tuple[float, float]) -> None:
    """Build a chimney.

    Args:
        build: collects what is built.
        rng: stream that the choices are drawn from.
        wall: colour of the walls; the chimney is somewhat darker.
        frame: its middle.
        z: (where it begins, the ridge), metres; it ends somewhat above the ridge.

    """
    brick = (0.8 * wall[0], 0.75 * wall[1], 0.7 * wall[2])
    size = (rng.uniform(0.25, 0.5), rng.uniform(0.22, 0.4))
    top = min(z[1] + rng.uniform(0.4, 1.1), build.height_m)
    build.box(frame, size, (z[0], top), Paint(codes.PLAIN, codes.C_BUILDING, brick))


def dormers(
    build: Builder, rng: Rng, roof: Roof, frame: Frame, half: tuple[float, float], top: float
) -> None:
    """Set dormers into the slopes of a gable or hip roof; none on a shallow or a small one.

    Args:
        build: collects what is built.
        rng: stream that the choices are drawn from.
        roof: its slope must be 0.45 or more.
        frame: middle of the roof, the ridge along local x.
        half: half lengths of the walls, metres; the one along the ridge is the longer one.
        top: height of the walls, metres.

    """
    a, b = half
    if roof.slope < 0.45 or a < b or b < 2.8:
        return
    flat = rng.chance(0.4)
    pitch = rng.uniform(2.4, 4.5)
    sides = rng.choice(((-1,), (1,), (-1, 1)))
    wide = rng.uniform(0.55, 1.0)
    face = Paint(codes.PLAIN, codes.C_BUILDING, roof.ends)
    glass = Paint(codes.PLAIN, codes.C_BUILDING, (0.04, 0.05, 0.06))
    for side in sides:
        for k in range(int((2 * a - 2.0) / pitch)):
            u = -a + 1.5 + pitch * (k + 0.5)
            at = frame.moved(u, side * 0.62 * b)
            floor = top + 0.18 + roof.slope * 0.2 * b
            head = floor + rng.uniform(1.2, 1.3)
            build.box(at, (wide, 0.36 * b), (top, head), face)
            front = at.moved(0.0, side * (0.36 * b + 0.02))
            build.box(front, (wide - 0.15, 0.02), (head - 1.0, head - 0.15), glass)
            lid = (wide + 0.12, 0.40 * b)
            if flat:
                build.box(at, lid, (head, head + 0.12), roof.paint)
            else:
                z = (head, head + 0.08, build.height_m)
                build.sloped(at, lid, z, (roof.slope, 0.0), roof.paint)


def panels(build: Builder, rng: Rng, frame: Frame, half: tuple[float, float], top: float) -> None:
    """Lay one raised field of solar panels on a flat or shallow roof.

    Args:
        build: collects what is built.
        rng: stream that the choices are drawn from.
        frame: middle of the roof.
        half: half lengths of the roof, metres.
        top: height of the roof, metres.

    """
    dark = Paint(codes.PANEL, codes.C_BUILDING, (0.02, 0.02, 0.04))
    a = half[0] * rng.uniform(0.3, 0.8)
    b = half[1] * rng.uniform(0.3, 0.6)
    spot = frame.moved(rng.uniform(-1, 1) * (half[0] - a), 0.0, rng.choice((0.0, math.pi)))
    build.sloped(spot, (a, b), (top, top + 0.1, top + 1.2), (0.0, -0.12), dark)

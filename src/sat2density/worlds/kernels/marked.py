"""Colour of grass, and of the kinds of ground patches that carry lines, rails or a finer grain."""

from __future__ import annotations

import math

from sat2density.worlds.kernels.codes import (
    ASPHALT,
    EARTH,
    LAKE,
    P_A,
    P_B,
    P_BLUE,
    P_GREEN,
    P_KIND,
    P_RED,
    P_SEED,
    PARKING,
    PITCH,
    RAIL,
    SCREE,
)
from sat2density.worlds.kernels.jit import njit
from sat2density.worlds.kernels.materials import fade
from sat2density.worlds.kernels.noise import fbm, noise, smooth
from sat2density.worlds.kernels.records import Geometry, Vec
from sat2density.worlds.kernels.sky import mix, scale

PAINT_RGB = (0.62, 0.62, 0.59)
"""Paint on roads, courts and parking places."""


@njit
def grass(base: Vec, dry: float, at: tuple[float, float, float], seed: int) -> Vec:
    """Return the colour of grass at `at` = (x, y, footprint): patches of dry and green, tufts, bare
    spots.
    """
    x, y, footprint = at
    wide = fbm(0.11 * x, 0.11 * y, seed, 3)
    fine = fbm(1.7 * x, 1.7 * y, seed + 5, 3) - 0.5
    tuft = noise(9.0 * x, 9.0 * y, seed + 9) - 0.5
    straw = smooth(0.25, 0.75, dry + 0.9 * (wide - 0.5) + 0.5 * fine * fade(0.5, footprint))
    colour = mix(base, (0.33, 0.265, 0.155), straw)
    bare = smooth(0.66, 0.8, fbm(0.37 * x + 40, 0.37 * y, seed + 2, 3) + 0.25 * (dry - 0.5))
    colour = mix(colour, (0.27, 0.195, 0.13), 0.75 * bare)
    return scale(
        colour, 1.0 + 0.5 * fine * fade(0.5, footprint) + 0.45 * tuft * fade(0.1, footprint)
    )


@njit
def lined(kind: int, half: tuple[float, float], place: tuple[float, float]) -> float:
    """Return the metres to the nearest painted line of a parking place, a court or a pitch."""
    u, v = abs(place[0]), abs(place[1])
    if kind == PARKING:
        # Bays are 2.5 m wide and 5 m deep, as `blocks.parking_row` puts cars into them.
        bay = abs(((place[0] / 2.5) % 1.0) - 0.5)
        return (0.5 - bay) * 2.5 if v > half[1] - 5.0 else 9.0
    a, b = half[0] - 1.2, half[1] - 1.2
    border = 9.0
    if u < a + 0.1 and v < b + 0.1:
        border = min(abs(u - a), abs(v - b))
        inner = 0.5 * a
        border = min(border, u, abs(math.hypot(u, v) - 0.3 * b) if kind == PITCH else 9.0)
        if v < 0.72 * b:
            border = min(border, abs(u - inner))
    return border


@njit
def marked_colour(
    geo: Geometry, found: tuple[int, float, float], at: tuple[float, float, float]
) -> Vec:
    """Return the colour of the kinds of patches from ASPHALT on."""
    k, u, v = found
    x, y, footprint = at
    base = (geo.patches[k, P_RED], geo.patches[k, P_GREEN], geo.patches[k, P_BLUE])
    kind, seed = int(geo.patches[k, P_KIND]), int(geo.patches[k, P_SEED])
    wide = fbm(0.21 * x, 0.21 * y, seed, 3)
    # The grain is turned: along the picture's rows it would beat with the pixels.
    across, down = 8.1 * x + 3.9 * y, 8.1 * y - 3.9 * x
    fine = (noise(across, down, seed + 1) - 0.5) * fade(0.08, footprint)
    if kind == LAKE:
        return scale(base, 0.75 + 0.5 * wide + 0.35 * fine)
    if kind == RAIL:
        stone = scale(base, 0.8 + 0.4 * wide + 0.7 * fine)
        # A sleeper of 2.6 m every 0.6 m; below, rails at the standard gauge of 1.44 m.
        if abs(v) < 1.3 and (u / 0.6) % 1.0 < 0.42:
            stone = mix(stone, (0.13, 0.12, 0.11), 0.75 * fade(0.25, footprint))
        rail = smooth(0.09, 0.03, abs(abs(v) - 0.72)) * (0.35 + 0.65 * fade(0.07, footprint))
        return mix(stone, (0.17, 0.13, 0.11), max(rail, 0.0))
    if kind == PITCH:
        # Pitches are watered, and mown in stripes of 5 m.
        base = grass(base, geo.dry * 0.4, at, seed)
        base = scale(base, 1.0 + 0.12 * (1.0 if (u / 5.0) % 2.0 < 1.0 else -1.0))
    else:
        base = scale(base, 0.8 + 0.4 * wide + 0.3 * fine)
        crack = abs(fbm(0.5 * x, 0.5 * y, seed + 21, 4) - 0.5)
        if crack < 0.004:
            base = scale(base, 1.0 - 0.4 * fade(0.06, footprint))
    if kind >= SCREE:
        rough = fbm(1.9 * x + 0.7 * y, 1.9 * y - 0.7 * x, seed + 2, 3) - 0.5
        return scale(base, 1.0 + (0.45 if kind == EARTH else 0.25) * rough + 0.3 * fine)
    if kind == ASPHALT:
        return base
    line = lined(kind, (geo.patches[k, P_A], geo.patches[k, P_B]), (u, v))
    if line < 0.06:
        worn = smooth(0.15, 0.6, fbm(2.1 * x, 2.1 * y, seed + 31, 3))
        base = mix(base, PAINT_RGB, 0.2 + 0.6 * worn)
    return base

"""Light on what a ray met: sun with shadow rays, sky light, light from the ground, mirrors,
haze.
"""

from __future__ import annotations

import math

from sat2density.worlds.kernels.codes import (
    BACKDROP,
    C_DISTANT,
    C_PAVEMENT,
    C_SKY,
    C_WATER,
    CELL_M,
    CLASS,
    CONVEX,
    COS,
    CROWN,
    GROUND,
    KERB,
    KIND,
    LEAF,
    MATERIAL,
    NOTHING,
    SIN,
    SX,
    SY,
    Z0,
    Z1,
    A,
    B,
)
from sat2density.worlds.kernels.jit import njit
from sat2density.worlds.kernels.materials import primitive_colour
from sat2density.worlds.kernels.noise import fbm, hash01
from sat2density.worlds.kernels.primitives import to_local
from sat2density.worlds.kernels.records import Geometry, Hit, Light, Ray, Vec
from sat2density.worlds.kernels.sky import add, mix, scale, sky, times
from sat2density.worlds.kernels.surface import CONCRETE_RGB, ground_colour
from sat2density.worlds.kernels.trace import lit, point

UP = (0.0, 0.0, 1.0)


@njit
def unit(v: Vec) -> Vec:
    """Return v scaled to length 1."""
    # The summand keeps the null vector what it is.
    return scale(v, 1.0 / math.sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2] + 1e-18))


@njit
def convex_normal(geo: Geometry, i: int, face: int) -> Vec:
    """Return the outward normal of a face in the primitive's own axes (faces as in
    `hit_convex`).
    """
    if face < 6:
        sign = 1.0 - 2.0 * (face % 2)
        if face < 2:
            return sign, 0.0, 0.0
        return (0.0, sign, 0.0) if face < 4 else (0.0, 0.0, sign)
    sign = 1.0 - 2.0 * (face % 2)
    if face < 8:
        return unit((0.0, sign * abs(geo.prims[i, SY]), 1.0))
    return unit((sign * abs(geo.prims[i, SX]), 0.0, 1.0))


@njit
def crown_normal(geo: Geometry, i: int, p: Vec) -> Vec:
    """Return a soft normal of a crown: that of its ellipsoid, disturbed per clump, so that voxels
    do not show.
    """
    a, b, half = geo.prims[i, A], geo.prims[i, B], 0.5 * (geo.prims[i, Z1] - geo.prims[i, Z0])
    q = unit((p[0] / (a * a), p[1] / (b * b), (p[2] - geo.prims[i, Z0] - half) / (half * half)))
    # Clumps of 25 cm share one disturbance, which turns leaves up a little more often than down.
    x, y, z = math.floor(4.0 * p[0]), math.floor(4.0 * p[1]), math.floor(4.0 * p[2])
    shift = (hash01(x, y, z) - 0.5, hash01(x, y, z + 77) - 0.5, hash01(x, y, z + 191) - 0.3)
    return unit(add(q, shift, 1.3))


@njit
def normal(geo: Geometry, i: int, face: int, p: Vec) -> Vec:
    """Return the normal at local place p of primitive i, in world axes."""
    kind = geo.prims[i, KIND]
    if kind == CONVEX:
        n = convex_normal(geo, i, face)
    elif kind == CROWN:
        n = crown_normal(geo, i, p)
    elif face >= 4:
        # Face 4 is the top (1), face 5 the bottom (-1).
        n = (0.0, 0.0, 9.0 - 2.0 * face)
    else:
        rise = p[2] - geo.prims[i, Z0]
        n = unit((p[0] - geo.prims[i, SX] * rise, p[1] - geo.prims[i, SY] * rise, 0.0))
    c, s = geo.prims[i, COS], geo.prims[i, SIN]
    return c * n[0] - s * n[1], s * n[0] + c * n[1], n[2]


@njit
def openness(geo: Geometry, x: float, y: float) -> float:
    """Return the share of the sky seen from the ground at a place, bilinear between cells."""
    n = geo.openness.shape[0]
    gx, gy = (x + geo.radius_m) / CELL_M - 0.5, (y + geo.radius_m) / CELL_M - 0.5
    if gx < 0.0 or gy < 0.0 or gx >= n - 1 or gy >= n - 1:
        # Out here nothing stands: nearly the whole sky is seen.
        return 0.9
    ix, iy = int(gx), int(gy)
    u, v = gx - ix, gy - iy
    north = geo.openness[iy, ix] * (1 - u) + geo.openness[iy, ix + 1] * u
    south = geo.openness[iy + 1, ix] * (1 - u) + geo.openness[iy + 1, ix + 1] * u
    return north * (1 - v) + south * v


@njit
def illuminate(geo: Geometry, light: Light, at: tuple[Vec, Vec], colour: Vec, soft: float) -> Vec:
    """Return the light sent on by a matt surface: at = (place, normal); `soft` is the share of the
    sky it sees.
    """
    p, n = at
    facing = n[0] * light.sun[0] + n[1] * light.sun[1] + n[2] * light.sun[2]
    # Of an open sky a tilted plate sees the share (1 + cos tilt) / 2; the rest it sees is ground,
    # which sends back about a fifth of its light.
    received = scale(light.sky_rgb, soft * (0.5 + 0.5 * n[2]))
    ground = (0.5 - 0.5 * n[2]) * soft
    bounce = add(
        scale(light.sky_rgb, 0.2 * ground), light.sun_rgb, 0.24 * ground * max(light.sun[2], 0.0)
    )
    received = add(received, bounce, 1.0)
    if facing > 0.0 and light.sun_rgb[0] > 1e-3:
        # A little off the surface, or rounding would let it shade itself.
        start = (p[0] + 0.02 * n[0], p[1] + 0.02 * n[1], p[2] + 0.02 * n[2])
        if lit(geo, (start[0], start[1], start[2], light.sun[0], light.sun[1], light.sun[2])) > 0.0:
            received = add(received, light.sun_rgb, facing)
    return times(colour, received)


@njit
def leaves(geo: Geometry, light: Light, at: tuple[Vec, Vec, Vec], colour: Vec, i: int) -> Vec:
    """Return the light sent on by leaves: at = (place, normal, local place). Light passes through,
    depth darkens.
    """
    p, n, local = at
    half = 0.5 * (geo.prims[i, Z1] - geo.prims[i, Z0])
    rise = (local[2] - geo.prims[i, Z0] - half) / half
    depth = min(
        1.0, math.hypot(math.hypot(local[0] / geo.prims[i, A], local[1] / geo.prims[i, B]), rise)
    )
    soft = (0.22 + 0.78 * depth * depth) * (0.62 + 0.38 * rise)
    received = scale(light.sky_rgb, soft * (0.6 + 0.4 * n[2]))
    received = add(received, light.sun_rgb, 0.10 * soft * max(light.sun[2], 0.0))
    facing = n[0] * light.sun[0] + n[1] * light.sun[1] + n[2] * light.sun[2]
    if light.sun_rgb[0] > 1e-3:
        # Leaves closer than this let the sun through: else a crown would be black but for its skin.
        reach = 0.45
        start = (
            p[0] + reach * light.sun[0],
            p[1] + reach * light.sun[1],
            p[2] + reach * light.sun[2],
        )
        if lit(geo, (start[0], start[1], start[2], light.sun[0], light.sun[1], light.sun[2])) > 0.0:
            received = add(received, light.sun_rgb, 0.18 + 0.72 * max(facing, 0.0))
    return times(colour, received)


@njit
def mirror(geo: Geometry, light: Light, ray: Ray, n: Vec, p: Vec) -> Vec:
    """Return what a mirror at p shows: the sky, or a dark street below the horizon."""
    d = 2.0 * (ray[3] * n[0] + ray[4] * n[1] + ray[5] * n[2])
    r = (ray[3] - d * n[0], ray[4] - d * n[1], ray[5] - d * n[2])
    # The skyline in the mirror is ragged, and up to 9 degrees high.
    if r[2] < 0.06 + 0.10 * fbm(2.0 * math.atan2(r[1], r[0]), p[0] + p[1], geo.seed, 2):
        return scale(light.sky_rgb, 0.09)
    return sky(light, r)


@njit
def primitive_light(geo: Geometry, light: Light, ray: Ray, hit: Hit, footprint: float) -> Vec:
    """Return the radiance of a primitive that a ray has hit, without haze."""
    t, i, face, value = hit
    p = point(ray, t)
    local = to_local(geo.prims, i, (p[0], p[1], p[2], 1.0, 0.0, 0.0))
    place = (local[0], local[1], local[2])
    colour, shine = primitive_colour(geo, i, face, (place, value, footprint))
    n = normal(geo, i, face, place)
    if geo.prims[i, MATERIAL] == LEAF:
        return leaves(geo, light, (p, n, place), colour, i)
    # Looked up in front of a wall: in its own cell it covers the ground itself.
    soft = 0.35 + 0.65 * openness(geo, p[0] + 1.5 * n[0], p[1] + 1.5 * n[1]) if n[2] < 0.5 else 0.95
    out = illuminate(geo, light, (p, n), colour, soft)
    if shine > 0.0:
        out = mix(out, mirror(geo, light, ray, n, p), shine)
    return out


@njit
def backdrop_light(geo: Geometry, light: Light, ray: Ray, hit: Hit) -> Vec:
    """Return the radiance of a distant ring: clumps of trees, or the folds of hills."""
    ring = BACKDROP - hit[1]
    p = point(ray, hit[0])
    arc = math.atan2(p[1], p[0]) * geo.backdrop[ring, 0]
    size = geo.backdrop[ring, 4]
    tone = 0.45 + 1.1 * fbm(arc / size, p[2] / (0.6 * size), geo.seed + 60 + ring, 4)
    colour = (geo.backdrop[ring, 1], geo.backdrop[ring, 2], geo.backdrop[ring, 3])
    facing = -(p[0] * light.sun[0] + p[1] * light.sun[1]) / geo.backdrop[ring, 0]
    received = add(scale(light.sky_rgb, 0.55), light.sun_rgb, 0.30 + 0.25 * facing)
    return times(scale(colour, tone), received)


@njit
def ground_light(
    geo: Geometry, light: Light, ray: Ray, hit: Hit, footprint: float
) -> tuple[Vec, int]:
    """Return (radiance, class) of the ground or a kerb's face."""
    p = point(ray, hit[0])
    if hit[1] == KERB:
        # Which way the kerb runs is not kept: its face is turned to whoever looks at it.
        side = unit((-ray[3], -ray[4], 0.15))
        colour = scale(CONCRETE_RGB, 0.72)
        return illuminate(geo, light, (p, side), colour, 0.7), C_PAVEMENT
    colour, kind = ground_colour(geo, p[0], p[1], footprint)
    out = illuminate(geo, light, (p, UP), colour, openness(geo, p[0], p[1]))
    if kind == C_WATER:
        out = mix(out, mirror(geo, light, ray, UP, p), 0.2)
    return out, kind


@njit
def radiance(geo: Geometry, light: Light, ray: Ray, hit: Hit, pixel: float) -> tuple[Vec, int]:
    """Return (radiance towards the eye, class); `pixel` is a pixel's angle, or minus its size seen
    from above.
    """
    t, what = hit[0], hit[1]
    if what == NOTHING:
        return sky(light, (ray[3], ray[4], ray[5])), C_SKY
    footprint = pixel * t if pixel > 0.0 else -pixel
    if what >= 0:
        colour, kind = primitive_light(geo, light, ray, hit, footprint), int(geo.prims[what, CLASS])
    elif what <= BACKDROP:
        colour, kind = backdrop_light(geo, light, ray, hit), C_DISTANT
    else:
        # At a slant a pixel covers more ground lengthwise than across: their geometric mean counts.
        stretch = 1.0 / math.sqrt(max(-ray[5], 0.01)) if what == GROUND else 1.0
        colour, kind = ground_light(geo, light, ray, hit, footprint * stretch)
    # What the air takes of the light (Beer and Lambert) it gives back in its own colour.
    clear = math.exp(-light.haze * t)
    return add(scale(colour, clear), light.haze_rgb, 1.0 - clear), kind

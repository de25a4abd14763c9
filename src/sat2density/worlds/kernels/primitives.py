"""A ray against one primitive: convex bodies, posts, crowns. A ray is the 6-tuple (x, y, z, dx, dy,
dz).
"""

from __future__ import annotations

import math

import numpy as np

from sat2density.worlds.kernels.codes import COS, CROWN_CELLS, CX, CY, SIN, SX, SY, Z0, Z1, ZS, A, B
from sat2density.worlds.kernels.jit import njit
from sat2density.worlds.kernels.records import Ray, Span

FAR = 1.0e9


@njit
def to_local(prims: np.ndarray, i: int, ray: Ray) -> Ray:
    """Return `ray` in primitive i's own axes (turned and shifted in the plane; heights stay)."""
    c, s = prims[i, COS], prims[i, SIN]
    x, y = ray[0] - prims[i, CX], ray[1] - prims[i, CY]
    return (
        c * x + s * y,
        c * y - s * x,
        ray[2],
        c * ray[3] + s * ray[4],
        c * ray[4] - s * ray[3],
        ray[5],
    )


@njit
def cut(space: tuple[float, float], span: Span, face: int) -> Span:
    """Shorten `span` = (t0, t1, face) by the half-space in which distance `space[0]` + t *
    `space[1]` stays <= 0.
    """
    t0, t1, entered = span
    value, rate = space
    if rate < 0.0:
        t = -value / rate
        if t > t0:
            return t, t1, face
    elif rate > 0.0:
        t = -value / rate
        if t < t1:
            return t0, t, entered
    elif value > 0.0:
        return FAR, -FAR, face
    return t0, t1, entered


@njit
def hit_convex(prims: np.ndarray, i: int, ray: Ray) -> Span:
    """Return (t in, t out, face); t in > t out is a miss.

    Faces: 0 +x, 1 -x, 2 +y, 3 -y, 4 top, 5 bottom, 6 and 7 the slopes to +y and -y, 8 and 9 those
    to +x and -x.
    """
    x, y, z, dx, dy, dz = to_local(prims, i, ray)
    a, b = prims[i, A], prims[i, B]
    span = (-FAR, FAR, -1)
    span = cut((x - a, dx), span, 0)
    span = cut((-x - a, -dx), span, 1)
    span = cut((y - b, dy), span, 2)
    span = cut((-y - b, -dy), span, 3)
    # Most rays miss in plan already.
    if span[0] > span[1]:
        return span
    span = cut((z - prims[i, Z1], dz), span, 4)
    span = cut((prims[i, Z0] - z, -dz), span, 5)
    slope = abs(prims[i, SY])
    if slope > 0.0:
        span = cut((z - prims[i, ZS] + slope * (y - b), dz + slope * dy), span, 6)
    if prims[i, SY] > 0.0:
        span = cut((z - prims[i, ZS] - slope * (y + b), dz - slope * dy), span, 7)
    slope = abs(prims[i, SX])
    if slope > 0.0:
        span = cut((z - prims[i, ZS] + slope * (x - a), dz + slope * dx), span, 8)
    if prims[i, SX] > 0.0:
        span = cut((z - prims[i, ZS] - slope * (x + a), dz - slope * dx), span, 9)
    return span


@njit
def hit_cylinder(prims: np.ndarray, i: int, ray: Ray) -> Span:
    """Return (t in, t out, face): face 4 and 5 are the ends, 0 the mantle. A lean shears the post
    with height.
    """
    x, y, z, dx, dy, dz = to_local(prims, i, ray)
    span = cut((z - prims[i, Z1], dz), (-FAR, FAR, -1), 4)
    span = cut((prims[i, Z0] - z, -dz), span, 5)
    # A leaning post is an upright one with the ray sheared against its lean.
    rise = z - prims[i, Z0]
    x, y = x - prims[i, SX] * rise, y - prims[i, SY] * rise
    dx, dy = dx - prims[i, SX] * dz, dy - prims[i, SY] * dz
    a, b, c = dx * dx + dy * dy, x * dx + y * dy, x * x + y * y - prims[i, A] ** 2
    # Straight along the post: inside it or not.
    if a < 1e-12:
        return span if c <= 0.0 else (FAR, -FAR, -1)
    root = b * b - a * c
    if root < 0.0:
        return FAR, -FAR, -1
    root = math.sqrt(root)
    t0, t1, face = span
    if (-b - root) / a > t0:
        t0, face = (-b - root) / a, 0
    return t0, min(t1, (root - b) / a), face


@njit
def crown_ray(prims: np.ndarray, i: int, ray: Ray) -> Ray:
    """Return `ray` in voxels of crown i's template: the box [0, CROWN_CELLS]^3."""
    x, y, z, dx, dy, dz = to_local(prims, i, ray)
    kx, ky = 0.5 * CROWN_CELLS / prims[i, A], 0.5 * CROWN_CELLS / prims[i, B]
    kz = CROWN_CELLS / (prims[i, Z1] - prims[i, Z0])
    half = 0.5 * CROWN_CELLS
    return (x * kx + half, y * ky + half, (z - prims[i, Z0]) * kz, dx * kx, dy * ky, dz * kz)


@njit
def step_axis(position: float, rate: float) -> tuple[int, float, float]:
    """Return (step, t to the next voxel face, t between faces) along one axis, from a place inside
    the box.
    """
    # Rounding may put the place of entry just outside the box.
    cell = min(max(math.floor(position), 0.0), CROWN_CELLS - 1.0)
    if rate > 0.0:
        return 1, (cell + 1.0 - position) / rate, 1.0 / rate
    if rate < 0.0:
        return -1, (cell - position) / rate, -1.0 / rate
    return 0, FAR, FAR


@njit
def hit_crown(
    prims: np.ndarray, crowns: np.ndarray, i: int, ray: Ray, span: Span
) -> tuple[float, int]:
    """Return (t, voxel value) of the first filled voxel of crown i with t in `span`; (FAR, 0) for
    none.

    Amanatides and Woo's walk through the voxels of the template.
    """
    n = float(CROWN_CELLS)
    x, y, z, dx, dy, dz = crown_ray(prims, i, ray)
    box = (span[0], span[1], -1)
    box = cut((x - n, dx), box, 0)
    box = cut((-x, -dx), box, 0)
    box = cut((y - n, dy), box, 1)
    box = cut((-y, -dy), box, 1)
    box = cut((z - n, dz), box, 2)
    box = cut((-z, -dz), box, 2)
    t, end, _ = box
    if t >= end:
        return FAR, 0
    x, y, z = x + t * dx, y + t * dy, z + t * dz
    sx, tx, ux = step_axis(x, dx)
    sy, ty, uy = step_axis(y, dy)
    sz, tz, uz = step_axis(z, dz)
    last = CROWN_CELLS - 1
    ix, iy, iz = min(max(int(x), 0), last), min(max(int(y), 0), last), min(max(int(z), 0), last)
    template = int(prims[i, SX])
    start, here = t, t
    while True:
        value = crowns[template, iz, iy, ix]
        if value > 0:
            return here, int(value)
        # The axis changes at random from voxel to voxel: choosing without branches saves the wrong
        # guesses.
        here = start + min(tx, ty, tz)
        along_x = tx <= ty and tx <= tz
        along_y = not along_x and ty <= tz
        along_z = not along_x and not along_y
        ix += sx if along_x else 0
        iy += sy if along_y else 0
        iz += sz if along_z else 0
        tx += ux if along_x else 0.0
        ty += uy if along_y else 0.0
        tz += uz if along_z else 0.0
        if here >= end or min(ix, iy, iz) < 0 or max(ix, iy, iz) > last:
            return FAR, 0

"""The first thing a ray meets: ground, primitives (walked cell by cell), distant rings. One walk
serves all rays.
"""

from __future__ import annotations

import math

from sat2density.worlds.kernels.codes import (
    B_HIGH,
    B_LOW,
    B_REACH2,
    B_X,
    B_Y,
    BACKDROP,
    CELL_M,
    CONVEX,
    CYLINDER,
    GROUND,
    KERB,
    KIND,
    NOTHING,
)
from sat2density.worlds.kernels.jit import njit
from sat2density.worlds.kernels.primitives import FAR, hit_convex, hit_crown, hit_cylinder
from sat2density.worlds.kernels.records import Geometry, Hit, Ray, Span, Vec
from sat2density.worlds.kernels.roads import raised

MARGIN = 1e-6
"""Metres by which things are passed over later than need be: more than any rounding error."""


@njit
def point(ray: Ray, t: float) -> Vec:
    """Return the place at parameter t of a ray."""
    return ray[0] + t * ray[3], ray[1] + t * ray[4], ray[2] + t * ray[5]


@njit
def ground_height(geo: Geometry, x: float, y: float) -> float:
    """Return the bare ground's height above the road: 0 on the carriageway, `kerb_m` beside it."""
    return geo.kerb_m if raised(geo, x, y) else 0.0


@njit
def hit_ground(geo: Geometry, ray: Ray) -> Hit:
    """Return (t, GROUND or KERB, 0, 0) for the two-level ground under a falling ray; t = FAR for
    none.
    """
    if ray[5] >= -1e-9:
        return FAR, NOTHING, 0, 0
    # Where the ray comes down to the verge's height, and to the road's. Between the two it can only
    # meet the face of a kerb.
    t1 = (geo.kerb_m - ray[2]) / ray[5]
    t0 = -ray[2] / ray[5]
    x, y, _ = point(ray, t1)
    if raised(geo, x, y) and t1 > 0.0:
        return t1, GROUND, 0, 0
    x, y, _ = point(ray, t0)
    if not raised(geo, x, y):
        return t0, GROUND, 0, 0
    low, high = max(t1, 0.0), t0
    # Halved to a four-thousandth of the way between the two heights.
    for _ in range(12):
        middle = 0.5 * (low + high)
        x, y, _ = point(ray, middle)
        if raised(geo, x, y):
            high = middle
        else:
            low = middle
    return high, KERB, 0, 0


@njit
def hit_backdrop(geo: Geometry, ray: Ray) -> Hit:
    """Return (t, BACKDROP - ring, 0, 0) for the nearest distant ring the ray runs into, seen from
    inside it.
    """
    a = ray[3] * ray[3] + ray[4] * ray[4]
    # Straight up or down: no ring is ever reached.
    if a < 1e-12:
        return FAR, NOTHING, 0, 0
    b, n = ray[0] * ray[3] + ray[1] * ray[4], geo.backdrop_m.shape[1]
    for ring in range(geo.backdrop.shape[0]):
        c = ray[0] * ray[0] + ray[1] * ray[1] - geo.backdrop[ring, 0] ** 2
        t = (math.sqrt(max(b * b - a * c, 0.0)) - b) / a
        x, y, z = point(ray, t)
        if z < 0.0 or z > geo.backdrop_top[ring] + MARGIN:
            continue
        # A turn is added because half of the azimuths are negative.
        place = (math.atan2(y, x) / (2 * math.pi) + 1.0) * n
        k = int(place)
        w = place - k
        height = geo.backdrop_m[ring, k % n] * (1 - w) + geo.backdrop_m[ring, (k + 1) % n] * w
        if 0.0 <= z < height:
            return t, BACKDROP - ring, 0, 0
    return FAR, NOTHING, 0, 0


@njit
def misses(geo: Geometry, i: int, ray: Ray, heights: tuple[float, float]) -> bool:
    """Return whether a ray surely misses primitive i while its height is within `heights` = (low,
    high).

    Cheap tests: the heights apart, or the ray's line passing the primitive's middle too far away in
    plan.
    """
    if heights[0] > geo.bounds[i, B_HIGH] or heights[1] < geo.bounds[i, B_LOW]:
        return True
    across = (geo.bounds[i, B_X] - ray[0]) * ray[4] - (geo.bounds[i, B_Y] - ray[1]) * ray[3]
    return across * across > geo.bounds[i, B_REACH2] * (ray[3] * ray[3] + ray[4] * ray[4])


@njit
def hit_cell(geo: Geometry, cell: int, ray: Ray, span: Span, found: tuple[Hit, bool]) -> Hit:
    """Return the nearer of what was `found` = (hit, whether any will do) and what the primitives of
    one cell offer.

    Crowns are walked inside `span` only. A solid is met at its own t, be it in a later cell, and of
    two with one t the first that is looked at counts: so it is passed over only where the ray
    cannot meet it in a later cell either.
    """
    best, any_hit = found
    enter, leave = ray[2] + span[0] * ray[5], ray[2] + span[1] * ray[5]
    here = (min(enter, leave), max(enter, leave))
    ahead = (
        here[0] if any_hit or ray[5] > 0.0 else -FAR,
        here[1] if any_hit or ray[5] < 0.0 else FAR,
    )
    for item in range(geo.cell_start[cell], geo.cell_start[cell + 1]):
        i = geo.cell_items[item]
        kind = geo.prims[i, KIND]
        solid = kind in (CONVEX, CYLINDER)
        if misses(geo, i, ray, ahead if solid else here):
            continue
        if solid:
            t0, t1, face = (
                hit_convex(geo.prims, i, ray) if kind == CONVEX else hit_cylinder(geo.prims, i, ray)
            )
            # From 1e-6 on: a ray that starts on a face does not meet it again.
            if t0 <= t1 and 1e-6 < t0 < best[0]:
                best = (t0, i, face, 0)
        else:
            t0, value = hit_crown(
                geo.prims, geo.crowns, i, ray, (max(span[0], 0.0), min(span[1], best[0]))
            )
            if value > 0 and t0 < best[0]:
                best = (t0, i, 0, value)
    return best


@njit
def axis_walk(position: float, rate: float, cell: int) -> tuple[int, float, float]:
    """Return (step, t of the next cell border, t between borders) along one axis of the grid."""
    if rate > 0.0:
        return 1, ((cell + 1) * CELL_M - position) / rate, CELL_M / rate
    if rate < 0.0:
        return -1, (cell * CELL_M - position) / rate, -CELL_M / rate
    return 0, FAR, FAR


@njit
def grid_span(geo: Geometry, ray: Ray, limit: float) -> tuple[float, float]:
    """Return the part (t0, t1) of a ray over the grid and below the highest thing in it."""
    t0, t1 = 0.0, limit
    size, top = 2 * geo.radius_m, geo.cell_top[-1, -1]
    for axis in range(2):
        position, rate = ray[axis] + geo.radius_m, ray[3 + axis]
        if rate != 0.0:
            near, far = -position / rate, (size - position) / rate
            t0, t1 = max(t0, min(near, far)), min(t1, max(near, far))
        elif position < 0.0 or position >= size:
            return 1.0, 0.0
    if ray[5] > 0.0:
        t1 = min(t1, (top - ray[2]) / ray[5])
    elif ray[5] < 0.0:
        t0 = max(t0, (top - ray[2]) / ray[5])
    elif ray[2] > top:
        return 1.0, 0.0
    return t0, t1


@njit
def hit_objects(geo: Geometry, ray: Ray, best: Hit, any_hit: bool) -> Hit:
    """Return the nearer of `best` and the first primitive on the ray; with `any_hit`, whichever is
    found first.
    """
    t, end = grid_span(geo, ray, best[0])
    if t >= end:
        return best
    n = geo.cell_top.shape[0] - 1
    gx, gy = ray[0] + geo.radius_m, ray[1] + geo.radius_m
    ix = min(max(int((gx + t * ray[3]) / CELL_M), 0), n - 1)
    iy = min(max(int((gy + t * ray[4]) / CELL_M), 0), n - 1)
    sx, tx, ux = axis_walk(gx, ray[3], ix)
    sy, ty, uy = axis_walk(gy, ray[4], iy)
    first = best[0]
    while True:
        leave = min(tx, ty, end)
        low = ray[2] + (leave if ray[5] < 0.0 else t) * ray[5]
        # Most cells are passed over: the ray stays above all that stands in them.
        if low <= geo.cell_top[iy, ix] + MARGIN:
            best = hit_cell(geo, iy * n + ix, ray, (t, leave, -1), (best, any_hit))
            # What is met beyond this cell may be hidden by something in the next one.
            if best[0] <= leave or (any_hit and best[0] < first):
                return best
        if leave >= end:
            return best
        t = leave
        if tx <= ty:
            ix, tx = ix + sx, tx + ux
        else:
            iy, ty = iy + sy, ty + uy
        if ix < 0 or iy < 0 or ix >= n or iy >= n:
            return best


@njit
def trace(geo: Geometry, ray: Ray) -> Hit:
    """Return (t, what, face, value): a primitive's number, GROUND, KERB, BACKDROP - ring or NOTHING
    (t = FAR).
    """
    # The ground first: it bounds how far the grid is walked.
    best = hit_objects(geo, ray, hit_ground(geo, ray), False)
    if best[1] < 0:
        distant = hit_backdrop(geo, ray)
        if distant[0] < best[0]:
            return distant
    return best


@njit
def lit(geo: Geometry, ray: Ray) -> float:
    """Return 1.0 if nothing stands between the ray's start and the sun, else 0.0."""
    return 1.0 if hit_objects(geo, ray, (FAR, NOTHING, 0, 0), True)[1] == NOTHING else 0.0

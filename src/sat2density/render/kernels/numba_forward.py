"""Marching forward: the compiled loop of the CPU twin's result."""

from __future__ import annotations

from typing import Any

import numpy as np

from sat2density.render.kernels.numba_features import (
    Scratch,
    add_features,
    clear_sums,
    store_features,
)
from sat2density.render.kernels.numba_lanes import LANES, any_lane, select, spread, store, to_ints
from sat2density.render.kernels.numba_reading import (
    Array,
    Bundle,
    Numbers,
    Volume,
    compiled,
    exp_minus,
    f32,
    fade_at,
    find_cell,
    find_occupied,
    inlined,
    prepare_rays,
    read_colour,
    read_density,
)


@inlined
def march_sixteen(volume: Any, numbers: Any, rays: Any, first: int, scratch: Any) -> Any:
    """March the sixteen rays from `first` on; return three colours, opacity and depth. Further
    colours are added to the sums in `scratch`.
    """
    step = numbers.step
    ax, ay, az, bx, by, bz, shift, end, k_first, k_last = prepare_rays(volume, numbers, rays, first)
    left = spread(f32(1))
    red = spread(f32(0))
    green, blue, opacity, depth, gathered = red, red, red, red, red
    for k in range(k_first, k_last + 1):
        far = (shift + f32(k)) * step
        near = far - step
        alive = (left > numbers.threshold) & (near < end)
        if not any_lane(alive):
            break
        t = select(far < end, far, end)
        x, y, z = ax + bx * t, ay + by * t, az + bz * t
        wx, wy, wz, inside = find_cell(volume, numbers, x, y, z, alive)
        ix, iy, iz = to_ints(wx), to_ints(wy), to_ints(wz)
        seen = find_occupied(volume, ix, iy, iz, inside)
        if not any_lane(seen):
            continue
        sigma = read_density(volume, numbers, ix, iy, iz, x - wx, y - wy, z - wz, seen)
        span = end - near
        thickness = sigma * select(span < step, span, step)
        passed = left * exp_minus(select(seen, thickness, f32(0)))
        weight = left - passed
        left = passed
        opacity += weight
        depth += weight * t
        gathered += weight * fade_at(volume, numbers, y)
        due = gathered > numbers.least
        if not any_lane(due):
            continue
        weight = select(due, gathered, f32(0))
        gathered = select(due, f32(0), gathered)
        cr, cg, cb = read_colour(volume, numbers.under, x, z, due)
        red += weight * cr
        green += weight * cg
        blue += weight * cb
        if volume.further:
            add_features(volume, numbers.under, x, z, weight, scratch)
    if numbers.under == 0:
        grounded = end < f32(np.inf)
        if any_lane(grounded):
            t = select(grounded, end, f32(0))
            cr, cg, cb = read_colour(volume, 0, ax + bx * t, az + bz * t, grounded)
            weight = select(grounded, left + gathered, f32(0))
            left = select(grounded, left, f32(0))
            red += weight * cr
            green += weight * cg
            blue += weight * cb
            if volume.further:
                add_features(volume, 0, ax + bx * t, az + bz * t, weight, scratch)
            opacity += left
            depth += left * t
    return red, green, blue, opacity, depth


@compiled
def march_forward(
    volume: Volume,
    numbers: Numbers,
    rays: Bundle,
    out: Array,
    scratch: Scratch,
    strips: tuple[int, int, int],
) -> None:
    """March the rays of some strips of one picture.

    Args:
        volume: what is marched through.
        numbers: how.
        rays: n of them, n a multiple of `LANES`.
        out: flat (3 + further + 2, n), overwritten: colours, opacity, depth.
        scratch: of `new_scratch`.
        strips: (first, last, count): strips first <= s < last of `count`; strip s holds the groups
            of sixteen rays s, s + count, s + 2 count, ..., which is a strip of sixteen columns when
            count is the picture's width / 16.

    """
    size = rays.directions.size // 3
    opaque = (3 + volume.further) * size
    for strip in range(strips[0], strips[1]):
        for group in range(strip, size // LANES, strips[2]):
            at = group * LANES
            if volume.further:
                clear_sums(scratch)
            red, green, blue, opacity, depth = march_sixteen(volume, numbers, rays, at, scratch)
            store(out, at, red)
            store(out, size + at, green)
            store(out, 2 * size + at, blue)
            store(out, opaque + at, opacity)
            store(out, opaque + size + at, depth)
            if volume.further:
                store_features(volume, scratch, out, at, size)

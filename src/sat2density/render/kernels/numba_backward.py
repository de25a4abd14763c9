"""Marching backward: the gradient to densities and colours, with everything of the forward pass
computed again.

With a loss whose derivatives by a ray's results are g, let v_k = g_colour . c_k + g_opacity +
g_depth t_k. Then (w, T and d as in `compositing`; the ground, where there is one, is a last sample
of weight T_end)

    dLoss / dsigma_k = d_k ( T_{k+1} v_k - sum_{j>k} w_j v_j ),        dLoss / dc_k = w_k g_colour.

Samples in empty cells have a gradient too: what is not there may have to appear.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sat2density.render.kernels.numba_features import (
    Scratch,
    load_derivatives,
    scatter_features,
    value_of_features,
)
from sat2density.render.kernels.numba_lanes import (
    LANES,
    any_lane,
    load,
    select,
    spread,
    store,
    to_ints,
)
from sat2density.render.kernels.numba_reading import (
    Array,
    Bundle,
    Numbers,
    Volume,
    compiled,
    corner_masks,
    exp_minus,
    f32,
    fade_at,
    find_cell,
    find_occupied,
    inlined,
    locate_colour,
    prepare_rays,
    read_colour,
    read_density,
)

TAPE = 4
"""Numbers written down per sample and lane, see `retrace`."""


def new_tape(samples: int) -> Array:
    """Return room for what is written down of sixteen rays.

    Args:
        samples: along each.

    """
    return np.empty((samples + 1) * TAPE * LANES, np.float32)


@inlined
def value_of(volume: Any, numbers: Any, loss: Any, at: Any, place: Any, t: Any, mask: Any) -> Any:
    """Return v = g_colour . c + g_opacity + g_depth t of samples at `place` (x, y, z) in cells.

    Args:
        volume: what is marched through.
        numbers: how.
        loss: (derivatives by the rays' results, scratch with those of these rays by further
            colours).
        at: (first ray, n).
        place: where the samples are, cells.
        t: where along their rays, units.
        mask: which of them lie in the volume.

    """
    gradient, scratch = loss
    first, size = at
    opaque = (3 + volume.further) * size
    x, y, z = place
    cr, cg, cb = read_colour(volume, numbers.under, x, z, mask)
    seen = (
        cr * load(gradient, first)
        + cg * load(gradient, size + first)
        + cb * load(gradient, 2 * size + first)
    )
    if volume.further:
        seen += value_of_features(volume, numbers.under, x, z, mask, scratch)
    seen = seen * fade_at(volume, numbers, y)
    return seen + load(gradient, opaque + first) + t * load(gradient, opaque + size + first)


@inlined
def retrace(
    volume: Any, numbers: Any, rays: Any, loss: Any, tape: Any, setup: Any, first: int
) -> Any:
    """March sixteen rays forward again and write down what the way back needs.

    Tape, per sample and lane: 0 transmittance before it, 1 transmittance behind it times v, 2
    weight times v, 3 weight.

    Returns:
        The sample to stop before, and the transmittance that was left.

    """
    step, size = numbers.step, rays.directions.size // 3
    ax, ay, az, bx, by, bz, shift, end, k_first, k_last = setup
    left = spread(f32(1))
    k = k_first
    while k <= k_last:
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
        passed = left
        if any_lane(seen):
            sigma = read_density(volume, numbers, ix, iy, iz, x - wx, y - wy, z - wz, seen)
            span = end - near
            thickness = sigma * select(span < step, span, step)
            passed = left * exp_minus(select(seen, thickness, f32(0)))
        weight = left - passed
        value = value_of(volume, numbers, loss, (first, size), (x, y, z), t, inside)
        at = k * TAPE * LANES
        store(tape, at, left)
        store(tape, at + LANES, passed * value)
        store(tape, at + 2 * LANES, weight * value)
        store(tape, at + 3 * LANES, weight)
        left = passed
        k += 1
    return k, left


@inlined
def scatter_density(
    volume: Any, under: int, target: Any, scratch: Any, cell: Any, part: Any, share: Any, mask: Any
) -> None:
    """Add sixteen gradients to the corners of their cells, lane after lane: two lanes may share a
    corner.
    """
    places, values = scratch.places, scratch.values
    fx, fy, fz = part
    nw, ne, sw, se, low, high, at = corner_masks(volume, under, cell[0], cell[1], cell[2], mask)
    above = share * fy
    below = share - above
    below_south, above_south = below * fz, above * fz
    below_north, above_north = below - below_south, above - above_south
    store(places, 0, at)
    store(values, 0, select(nw & low, below_north - below_north * fx, f32(0)))
    store(values, LANES, select(ne & low, below_north * fx, f32(0)))
    store(values, 2 * LANES, select(sw & low, below_south - below_south * fx, f32(0)))
    store(values, 3 * LANES, select(se & low, below_south * fx, f32(0)))
    store(values, 4 * LANES, select(nw & high, above_north - above_north * fx, f32(0)))
    store(values, 5 * LANES, select(ne & high, above_north * fx, f32(0)))
    store(values, 6 * LANES, select(sw & high, above_south - above_south * fx, f32(0)))
    store(values, 7 * LANES, select(se & high, above_south * fx, f32(0)))
    row, plane = volume.columns, volume.rows * volume.columns
    for lane in range(LANES):
        place = places[lane]
        add(target, place, values[lane])
        add(target, place + 1, values[LANES + lane])
        add(target, place + row, values[2 * LANES + lane])
        add(target, place + row + 1, values[3 * LANES + lane])
        add(target, place + plane, values[4 * LANES + lane])
        add(target, place + plane + 1, values[5 * LANES + lane])
        add(target, place + plane + row, values[6 * LANES + lane])
        add(target, place + plane + row + 1, values[7 * LANES + lane])


@inlined
def add(target: Any, place: int, value: Any) -> None:
    """Add to one element; a value of 0 may stand outside the array and is passed over."""
    if value != 0:
        target[np.uint64(place)] += value


@inlined
def scatter_colour(
    volume: Any, under: int, target: Any, scratch: Any, place: Any, weights: Any
) -> None:
    """Add sixteen colour gradients (three channels of `weights`) to the four pixels around places
    (x, z) in cells.
    """
    places, values = scratch.places, scratch.values
    at, fx, fz = locate_colour(volume, under, place[0], place[1])
    row = 4 * (volume.tile_columns + 3)
    store(places, 0, at)
    for channel in range(3):
        whole = weights[channel]
        south = whole * fz
        north = whole - south
        store(values, 0, north - north * fx)
        store(values, LANES, north * fx)
        store(values, 2 * LANES, south - south * fx)
        store(values, 3 * LANES, south * fx)
        for lane in range(LANES):
            start = 4 * places[lane] + channel
            add(target, start, values[lane])
            add(target, start + 4, values[LANES + lane])
            add(target, start + row, values[2 * LANES + lane])
            add(target, start + row + 4, values[3 * LANES + lane])


@inlined
def back_sixteen(
    volume: Any,
    numbers: Any,
    rays: Any,
    gradient: Any,
    targets: Any,
    scratch: Any,
    tape: Any,
    first: int,
) -> None:
    """Add the gradients of sixteen rays to the volume's and, where it is wanted, to the tile's."""
    step, under, size = numbers.step, numbers.under, rays.directions.size // 3
    to_values, to_tile, to_features = targets
    if volume.further:
        load_derivatives(volume, scratch, gradient, first, size)
    loss = (gradient, scratch)
    setup = prepare_rays(volume, numbers, rays, first)
    ax, ay, az, bx, by, bz, shift, end, k_first, _ = setup
    k_stop, left = retrace(volume, numbers, rays, loss, tape, setup, first)
    gr, gg, gb = (
        load(gradient, first),
        load(gradient, size + first),
        load(gradient, 2 * size + first),
    )
    behind = spread(f32(0))
    if under == 0:
        grounded = end < f32(np.inf)
        left = select(grounded, left, f32(0))
        t = select(grounded, end, f32(0))
        x, y, z = ax + bx * t, ay + by * t, az + bz * t
        behind = left * value_of(volume, numbers, loss, (first, size), (x, y, z), t, grounded)
        if to_tile.size > 1:
            scatter_colour(volume, 0, to_tile, scratch, (x, z), (left * gr, left * gg, left * gb))
            if volume.further:
                scatter_features(volume, 0, to_features, (x, z), left, scratch)
    for k in range(k_stop - 1, k_first - 1, -1):
        far = (shift + f32(k)) * step
        near = far - step
        at = k * TAPE * LANES
        alive = (load(tape, at) > numbers.threshold) & (near < end)
        t = select(far < end, far, end)
        x, y, z = ax + bx * t, ay + by * t, az + bz * t
        wx, wy, wz, inside = find_cell(volume, numbers, x, y, z, alive)
        span = end - near
        share = select(span < step, span, step) * (load(tape, at + LANES) - behind)
        behind += load(tape, at + 2 * LANES)
        share = select(inside, share, f32(0))
        if any_lane(share != f32(0)):
            cell, part = (to_ints(wx), to_ints(wy), to_ints(wz)), (x - wx, y - wy, z - wz)
            scatter_density(volume, under, to_values, scratch, cell, part, share, inside)
        if to_tile.size > 1:
            weight = load(tape, at + 3 * LANES) * fade_at(volume, numbers, y)
            if any_lane(weight != f32(0)):
                scatter_colour(
                    volume, under, to_tile, scratch, (x, z), (weight * gr, weight * gg, weight * gb)
                )
                if volume.further:
                    scatter_features(volume, under, to_features, (x, z), weight, scratch)


@compiled
def march_backward(
    volume: Volume,
    numbers: Numbers,
    rays: Bundle,
    gradient: Array,
    to_values: Array,
    to_tile: Array,
    to_features: Array,
    room: tuple[Scratch, Array],
    strips: tuple[int, int, int],
) -> None:
    """Add the gradients of the rays of some strips of one picture.

    Args:
        volume: what was marched through.
        numbers: how.
        rays: n of them.
        gradient: flat (3 + further + 2, n): derivatives by colours, opacity and depth.
        to_values: flat (Z, R, C), added to.
        to_tile: flat (h + 3, w + 3, 4), added to; a single number where the tile's gradient is not
            wanted.
        to_features: flat (h + 3, w + 3, wide), added to, likewise.
        room: of `new_scratch` and `new_tape`.
        strips: (first, last, count), as in `march_forward`.

    """
    size = rays.directions.size // 3
    scratch, tape = room
    targets = (to_values, to_tile, to_features)
    for strip in range(strips[0], strips[1]):
        for group in range(strip, size // LANES, strips[2]):
            back_sixteen(volume, numbers, rays, gradient, targets, scratch, tape, group * LANES)

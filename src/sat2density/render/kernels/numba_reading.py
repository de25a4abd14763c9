"""What the compiled loops share: the volume as they see it, rays in its cells, reading density and
colour.

Sixteen rays march together (`numba_lanes`). Places along a ray are counted in cells of the volume:
cell i lies between the values i and i + 1 of an axis, so that cells run from -1 (half outside) to n
- 1. Functions marked `inlined` are copied into the loops that call them; their arguments are
  `Floats`, `Ints` and `Mask` unless said.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numba import njit

from sat2density.machine_code import cached
from sat2density.render.kernels.numba_lanes import (
    bits_to_floats,
    floor,
    gather,
    gather_fours,
    highest,
    load,
    lowest,
    negated,
    select,
    spread,
    to_ints,
)

BLOCK_SHIFT: Final = 2
"""Occupancy is kept for blocks of 4 x 4 x 4 cells."""
f32, i32 = np.float32, np.int32
Array = np.ndarray[Any, Any]
_FAST = {"contract", "nsz", "arcp"}
# Without counted references: at every step the loops would count up and down four arrays that are
# the same for all threads, which costs more than to read the volume. So they make no arrays.
compiled: Any = cached(
    Path(__file__).parent, "numba_*.py", nogil=True, fastmath=_FAST, error_model="numpy", _nrt=False
)
inlined: Any = njit(nogil=True, fastmath=_FAST, error_model="numpy", inline="always")


class Volume(NamedTuple):
    """A volume as the loops read it.

    Attributes:
        values: flat float32 of (R + 2, C + 1, Z + under + 2, 2), see `numba_layout`.
        blocks: flat int32 of the occupied blocks of cells, see `numba_occupancy`.
        tile: flat float32 of (h + 3, w + 3, 4): one pixel of padding before, two after. The first
            three colours; where there are fewer, zeros.
        features: flat float32 of (h + 3, w + 3, wide): the other colours, padded likewise; one
            number where there are none.
        layers, rows, columns: Z, R, C.
        tile_rows, tile_columns: h, w.
        further, wide: number of colours in `features`, and rounded up to a multiple of `LANES`.

    """

    values: Array
    blocks: Array
    tile: Array
    features: Array
    layers: int
    rows: int
    columns: int
    tile_rows: int
    tile_columns: int
    further: int
    wide: int


class Bundle(NamedTuple):
    """Rays of one picture as the loops read them, n of them: the picture's pixels, padded to a
    multiple of `LANES`.

    Attributes:
        origins: flat float32 of (3, n), or 3 numbers for all.
        directions: flat float32 of (3, n).
        jitter: flat float32 of (n), or one number for all.

    """

    origins: Array
    directions: Array
    jitter: Array


class Numbers(NamedTuple):
    """The numbers of a `March` as float32; `under` is 1 where a slab lies under the volume, else
    0; `thin` as the bits of a float32.
    """

    length: np.float32
    step: np.float32
    top: np.float32
    slab: np.float32
    threshold: np.float32
    least: np.float32
    thin: np.int32
    samples: int
    under: int


@inlined
def exp_minus(x: Any) -> Any:
    """Return exp(-x), to 2e-7 relative for x in [-80, 87]; smaller than 1e-37 above."""
    x = select(x < f32(87), x, f32(87))
    whole = floor(x * f32(-1.4426950408889634) + f32(0.5))
    rest = (spread(f32(0)) - x) - whole * f32(0.693359375) - whole * f32(-2.12194440e-4)
    value = rest * f32(1 / 5040) + f32(1 / 720)
    value = value * rest + f32(1 / 120)
    value = value * rest + f32(1 / 24)
    value = value * rest + f32(1 / 6)
    value = value * rest + f32(0.5)
    value = value * rest + f32(1)
    value = value * rest + f32(1)
    return value * bits_to_floats((to_ints(whole) + i32(127)) << i32(23))


@inlined
def corner_masks(volume: Any, under: Any, ix: Any, iy: Any, iz: Any, mask: Any) -> Any:
    """Return which corners exist, within a layer (nw, ne, sw, se) and by layer (low, high), and the
    first's index.
    """
    west, east = ix >= i32(0), ix < i32(volume.columns - 1)
    north, south = (iz >= i32(0)) & mask, (iz < i32(volume.rows - 1)) & mask
    layer = iy - i32(under)
    low = (layer >= i32(0)) & (layer < i32(volume.layers))
    high = (layer >= i32(-1)) & (layer < i32(volume.layers - 1))
    at = (layer * i32(volume.rows) + iz) * i32(volume.columns) + ix
    return north & west, north & east, south & west, south & east, low, high, at


@inlined
def read_density(
    volume: Any, numbers: Any, ix: Any, iy: Any, iz: Any, fx: Any, fy: Any, fz: Any, mask: Any
) -> Any:
    """Read the volume: trilinear in cells (iy, iz, ix) at (fy, fz, fx) in [0, 1]; anything where
    the mask is not set.
    """
    height, width = i32(volume.layers + numbers.under + 2), i32(volume.columns + 1)
    at = ((iz + i32(1)) * width + (ix + i32(1))) * height + (iy + i32(1))
    at = select(mask, at, i32(0)) * i32(2)
    a, b, e, f = gather_fours(volume.values, at)
    c, d, g, h = gather_fours(volume.values, at + width * height * i32(2))
    a += fx * (b - a)
    c += fx * (d - c)
    e += fx * (f - e)
    g += fx * (h - g)
    a += fz * (c - a)
    e += fz * (g - e)
    return a + fy * (e - a)


@inlined
def locate_colour(volume: Any, under: Any, x: Any, z: Any) -> Any:
    """Turn a place in cells into the padded tile's: flat index of the first of four pixels, and
    (fx, fz) inside.
    """
    ratio_x, ratio_z = (
        f32(volume.tile_columns) / f32(volume.columns),
        f32(volume.tile_rows) / f32(volume.rows),
    )
    low, high_x, high_z = (
        f32(-under),
        f32(volume.tile_columns - 1 + under),
        f32(volume.tile_rows - 1 + under),
    )
    x = x * ratio_x + (f32(0.5) * ratio_x - f32(0.5))
    z = z * ratio_z + (f32(0.5) * ratio_z - f32(0.5))
    x = select(x > low, x, low)
    x = select(x < high_x, x, high_x)
    z = select(z > low, z, low)
    z = select(z < high_z, z, high_z)
    whole_x, whole_z = floor(x), floor(z)
    at = (to_ints(whole_z) + i32(1)) * i32(volume.tile_columns + 3) + to_ints(whole_x) + i32(1)
    return at, x - whole_x, z - whole_z


@inlined
def read_colour(volume: Any, under: Any, x: Any, z: Any, mask: Any) -> Any:
    """Read the tile's first three colours at a place in cells: clamped to its edge, or (under = 1)
    fading to zero beyond it; anything where the mask is not set.
    """
    at, fx, fz = locate_colour(volume, under, x, z)
    row = i32(4 * (volume.tile_columns + 3))
    at = select(mask, at, i32(0)) * i32(4)
    ar, ag, ab, _ = gather_fours(volume.tile, at)
    br, bg, bb, _ = gather_fours(volume.tile, at + i32(4))
    cr, cg, cb, _ = gather_fours(volume.tile, at + row)
    dr, dg, db, _ = gather_fours(volume.tile, at + row + i32(4))
    return (
        between(ar, br, cr, dr, fx, fz),
        between(ag, bg, cg, dg, fx, fz),
        between(ab, bb, cb, db, fx, fz),
    )


@inlined
def between(a: Any, b: Any, c: Any, d: Any, fx: Any, fz: Any) -> Any:
    """Return what lies between four pixels (north-west, north-east, south-west, south-east)."""
    a += fx * (b - a)
    c += fx * (d - c)
    return a + fz * (c - a)


@inlined
def narrow(at: Any, per_step: Any, count: Any, start: Any, stop: Any) -> Any:
    """Narrow [start, stop] to the distances at which at + t per_step lies in (-1, count)."""
    still = (per_step < f32(1e-12)) & (per_step > f32(-1e-12))
    safe = select(still, f32(1), per_step)
    one, two = (f32(-1) - at) / safe, (f32(count) - at) / safe
    near, far = select(one < two, one, two), select(one < two, two, one)
    outside = still & negated((at > f32(-1)) & (at < f32(count)))
    near = select(still, f32(-1e30), near)
    far = select(outside, f32(-1e30), select(still, f32(1e30), far))
    return select(near > start, near, start), select(far < stop, far, stop)


@inlined
def find_end(numbers: Any, oy: Any, by: Any) -> Any:
    """Return where rays end on the plane, min(t on y = -1, L); infinity where they do not."""
    end = spread(f32(np.inf))
    if numbers.under == 0:
        down = by < f32(0)
        fall = oy + f32(1)
        reach = select(fall > f32(0), fall, f32(0)) / select(down, spread(f32(0)) - by, f32(1))
        end = select(down, select(reach < numbers.length, reach, numbers.length), end)
    return end


@inlined
def prepare_rays(volume: Any, numbers: Any, rays: Any, first: Any) -> Any:
    """Load sixteen rays and turn them into cells: place and pace on each axis, shift, end, first
    and last sample.
    """
    origins, directions, jitter = rays.origins, rays.directions, rays.jitter
    padded = directions.size // 3
    layers = volume.layers + numbers.under
    half_x, half_z = f32(volume.columns) * f32(0.5), f32(volume.rows) * f32(0.5)
    scale_y = f32(layers) / (numbers.top + f32(1))
    if origins.size == 3:
        ox, oy, oz = spread(origins[0]), spread(origins[1]), spread(origins[2])
    else:
        ox, oy, oz = (
            load(origins, first),
            load(origins, padded + first),
            load(origins, 2 * padded + first),
        )
    bx, by, bz = (
        load(directions, first),
        load(directions, padded + first),
        load(directions, 2 * padded + first),
    )
    shift = load(jitter, first) if jitter.size > 1 else spread(jitter[0])
    end = find_end(numbers, oy, by)
    ax, ay, az = (
        (ox + f32(1)) * half_x - f32(0.5),
        (oy + f32(1)) * scale_y - f32(0.5),
        (oz + f32(1)) * half_z - f32(0.5),
    )
    bx, by, bz = bx * half_x, by * scale_y, bz * half_z
    start, stop = spread(f32(0)), spread(numbers.length + numbers.step)
    start, stop = narrow(ax, bx, volume.columns, start, stop)
    start, stop = narrow(az, bz, volume.rows, start, stop)
    start, stop = narrow(ay, by, layers, start, stop)
    hits = start <= stop
    # A step more on either side: rounding, and the sample that is moved back to the plane.
    begin = lowest(select(hits, start / numbers.step - shift, f32(1e9)))
    finish = highest(select(hits, stop / numbers.step - shift, f32(-1e9)))
    k_first = max(int(min(begin, f32(1e9))), 1)
    k_last = min(int(max(finish, f32(-1e9))) + 2, numbers.samples)
    return ax, ay, az, bx, by, bz, shift, end, k_first, k_last


@inlined
def fade_at(volume: Any, numbers: Any, y: Any) -> Any:
    """Return what is left of a colour that every layer repeats, around the volume's faces (1 over
    the plane).
    """
    fade = spread(f32(1))
    if numbers.under:
        rise, drop = y + f32(1), f32(volume.layers + 1) - y
        fade = select(rise < drop, rise, drop)
        fade = select(fade < f32(1), fade, f32(1))
    return fade


@inlined
def find_cell(volume: Any, numbers: Any, x: Any, y: Any, z: Any, alive: Any) -> Any:
    """Return the cells of places, and which of the live lanes lie in the volume."""
    ix, iy, iz = floor(x), floor(y), floor(z)
    inside = (
        alive
        & (ix >= f32(-1))
        & (ix < f32(volume.columns))
        & (iz >= f32(-1))
        & (iz < f32(volume.rows))
    )
    inside = inside & (iy >= f32(-1)) & (iy < f32(volume.layers + numbers.under))
    return ix, iy, iz, inside


@inlined
def find_occupied(volume: Any, ix: Any, iy: Any, iz: Any, inside: Any) -> Any:
    """Return which of the lanes inside lie in an occupied block."""
    width = (volume.columns >> BLOCK_SHIFT) + 1
    height = (volume.rows >> BLOCK_SHIFT) + 1
    shift = i32(BLOCK_SHIFT)
    at = ((iy + i32(1)) >> shift) * i32(height * width) + ((iz + i32(1)) >> shift) * i32(width)
    return gather(volume.blocks, at + ((ix + i32(1)) >> shift), inside) > i32(0)

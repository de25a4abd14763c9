"""Which blocks of a volume hold anything at all, so that the marching loops pass over the
others.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sat2density.render.kernels.numba_lanes import (
    LANES,
    any_lane,
    bits_of,
    gather,
    load,
    select,
    sequence,
    spread,
)
from sat2density.render.kernels.numba_reading import (
    BLOCK_SHIFT,
    Array,
    compiled,
    i32,
    inlined,
)

BLOCK = 1 << BLOCK_SHIFT
NO_SIGN = i32(0x7FFFFFFF)
INFINITE = i32(0x7F800000)
"""Float32 bits, sign removed, from which on a number is infinite or no number."""


def empty_blocks(shape: tuple[int, int, int], under: int) -> Array:
    """Return the array that `mark_occupied` fills for a volume of shape (Z, R, C) over `under`
    layers of slab.
    """
    layers, rows, columns = shape
    return np.empty([(n >> BLOCK_SHIFT) + 1 for n in (layers + under, rows, columns)], np.int32)


@inlined
def largest_of(bits: Any, layers: Any, rows: Any, columns: int, start: int, size: int) -> Any:
    """Return the largest bits, sign removed, of sixteen columns from `start` on, over spans of
    layers and rows.

    Args:
        bits: flat int32, the volume's bits.
        layers: (first, last) layer to read, last excluded.
        rows: (first, last) row to read, last excluded.
        columns: C.
        start: first column.
        size: rows of the volume.

    """
    most = spread(i32(0))
    full = start + LANES <= columns
    mask = sequence(start) < i32(columns)
    for layer in range(layers[0], layers[1]):
        for row in range(rows[0], rows[1]):
            at = (layer * size + row) * columns + start
            value = (load(bits, at) if full else gather(bits, sequence(at), mask)) & NO_SIGN
            most = select(value > most, value, most)
    return most


@compiled
def mark_occupied(
    bits: Array,
    shape: tuple[int, int, int],
    blocks: Array,
    under: int,
    thin: int,
    first: int,
    last: int,
) -> bool:
    """Set layers [first, last) of `blocks`; return whether the values they read are all finite.

    Value v of an axis is a corner of the cells v - 1 and v, which are the v-th and the next when
    cells are counted from -1: block q is touched by the values from q * BLOCK - 1 to q * BLOCK +
    BLOCK - 1.

    Args:
        bits: flat int32, the bits of the volume's float32 values.
        shape: its (Z, R, C).
        blocks: from `empty_blocks`, overwritten: 1 where a cell has a corner over `thin`, or lies
            in the slab.
        under: layers of slab under the volume's own.
        thin: the bits of a float32.
        first: first layer of blocks to set.
        last: layer of blocks to stop before.

    """
    layers, rows, columns = shape
    finite = True
    for z in range(first, last):
        span = (max(z * BLOCK - 1 - under, 0), min(z * BLOCK + BLOCK - under, layers))
        for r in range(blocks.shape[1]):
            blocks[z, r, :] = 1 if z == 0 and under else 0
            strip = (max(r * BLOCK - 1, 0), min(r * BLOCK + BLOCK, rows))
            for start in range(0, columns, LANES):
                most = largest_of(bits, span, strip, columns, start, rows)
                some = bits_of(most > i32(thin))
                if some == 0:
                    continue
                finite = finite and not any_lane(most >= INFINITE)
                for q in range(LANES // BLOCK):
                    if some >> (q * BLOCK) & (2**BLOCK - 1):
                        blocks[z, r, start // BLOCK + q] = 1
                    if some >> (q * BLOCK + BLOCK - 1) & 1:
                        blocks[z, r, start // BLOCK + q + 1] = 1
    return finite

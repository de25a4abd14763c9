"""How a volume lies in memory while rays are marched through it: a cell's corners side by side.

Reading sixteen single numbers costs as much as sixteen vectors of four. So every number stands
beside its eastern neighbour, and both before those of the next layer: the four corners of a cell in
a row of the volume are one vector. What lies outside is written down as zeros, the slab as its
density: the loops ask no questions.
"""

from __future__ import annotations

import numpy as np

from sat2density.render.kernels.numba_reading import Array, Numbers, compiled


def new_layout(shape: tuple[int, ...], under: int) -> Array:
    """Return the array that `lay_out` fills for a volume of shape (Z, R, C) over `under` layers of
    slab: (R + 2, C + 1, Z + under + 2, 2) numbers.
    """
    layers, rows, columns = shape
    return np.empty((rows + 2, columns + 1, layers + under + 2, 2), np.float32)


@compiled
def lay_out(volume: Array, numbers: Numbers, layout: Array, first: int, last: int) -> None:
    """Fill rows [first, last) of a layout.

    Its number [r, c, l, i] is the volume's in row r - 1, column c + i - 1 and layer l - 1 - under:
    zero where that is outside, the slab's density in its layer.

    Args:
        volume: (Z, R, C).
        numbers: how it is marched.
        layout: of `new_layout`, overwritten.
        first: first row to fill.
        last: row to stop before.

    """
    layers, rows, columns = volume.shape
    under = numbers.under
    for r in range(first, last):
        layout[r] = 0
        if r == 0 or r > rows:
            continue
        for layer in range(-under, layers):
            for c in range(columns):
                value = numbers.slab if layer < 0 else volume[layer, r - 1, c]
                layout[r, c + 1, layer + under + 1, 0] = value
                layout[r, c, layer + under + 1, 1] = value

# ruff: noqa: ANN001, ANN201
# mypy: disable-error-code="no-untyped-def,no-untyped-call,misc"
"""What Triton's kernels add to: the gradients to density and colours.

Names and units are those of `triton_kernels`.
"""

import triton
import triton.language as tl

from sat2density.render.kernels.triton_reading import floor


@triton.jit
def add_density(
    target, ix, iy, iz, fx, fy, fz, share, inside, LAYERS, ROWS, COLUMNS, UNDER: tl.constexpr
):
    """Add gradients to the corners of cells."""
    for corner in tl.static_range(8):
        dx, dz, dy = corner % 2, (corner // 2) % 2, corner // 4
        layer, row, column = iy - UNDER + dy, iz + dz, ix + dx
        here = (
            inside
            & (row >= 0)
            & (row < ROWS)
            & (column >= 0)
            & (column < COLUMNS)
            & (layer >= 0)
            & (layer < LAYERS)
        )
        weight = tl.abs(1 - dx - fx) * tl.abs(1 - dz - fz) * tl.abs(1 - dy - fy)
        at = target + (layer * ROWS + row) * COLUMNS + column
        tl.atomic_add(at, share * weight, mask=here & (share != 0), sem="relaxed")


@triton.jit
def add_colour(target, px, pz, weight, red, green, blue, HEIGHT, WIDTH):
    """Add weight times (red, green, blue) to the pixels around places of the tile."""
    ix, iz = floor(px), floor(pz)
    fx, fz = px - ix, pz - iz
    for corner in tl.static_range(4):
        dx, dz = corner % 2, corner // 2
        row, column = iz + dz, ix + dx
        here = (weight != 0) & (row >= 0) & (row < HEIGHT) & (column >= 0) & (column < WIDTH)
        share = weight * tl.abs(1 - dx - fx) * tl.abs(1 - dz - fz)
        at = target + row * WIDTH + column
        tl.atomic_add(at, share * red, mask=here, sem="relaxed")
        tl.atomic_add(at + HEIGHT * WIDTH, share * green, mask=here, sem="relaxed")
        tl.atomic_add(at + 2 * HEIGHT * WIDTH, share * blue, mask=here, sem="relaxed")


@triton.jit
def add_features(target, px, pz, weight, derivatives, HEIGHT, WIDTH, FEATURES, PAD: tl.constexpr):
    """Add weight times the derivatives (rays, PAD) to the pixels around places of the tile."""
    ix, iz = floor(px), floor(pz)
    fx, fz = px - ix, pz - iz
    channel = tl.arange(0, PAD)[None, :]
    for corner in tl.static_range(4):
        dx, dz = corner % 2, corner // 2
        row, column = iz + dz, ix + dx
        here = (weight != 0) & (row >= 0) & (row < HEIGHT) & (column >= 0) & (column < WIDTH)
        share = weight * tl.abs(1 - dx - fx) * tl.abs(1 - dz - fz)
        at = target + ((row * WIDTH + column) * FEATURES)[:, None] + channel
        mask = here[:, None] & (channel < FEATURES)
        tl.atomic_add(at, share[:, None] * derivatives, mask=mask, sem="relaxed")

"""The GPU twin: prepares tensors for Triton's kernels and starts them.

Backward marches forward once for sum_k w_k v_k and once more for the gradients (the formula is in
`numba_backward`), so that nothing but the arguments is stored. Gradients are added with atomics:
their last bits depend on the order of the GPU's threads. With ``TRITON_INTERPRET=1`` set before
triton is imported, the kernels run on the CPU (the tests do).
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
import triton
from torch import Tensor

from sat2density.render.kernels.settings import March, batch_of, check_finite
from sat2density.render.kernels.triton_kernels import backward_kernel, forward_kernel

BLOCK = 128
"""Rays per program: four warps of neighbours in a picture's row, whose reads fall into the same
cells.
"""
FIRST = 3
"""Colours that the kernels keep apart; a tile with fewer gets zeros."""
FEW = 16
"""Further colours up to which a program takes `BLOCK` rays; with more a quarter, for its registers.
"""


def forward(
    density: Tensor,
    tile: Tensor,
    origins: Tensor,
    directions: Tensor,
    jitter: Tensor | None,
    settings: March,
) -> Tensor:
    """March rays on the GPU; arguments and result are those of `kernels.march`."""
    check_finite(density, tile)
    count = directions.shape[1] * directions.shape[2]
    batch = batch_of(density, tile, origins, directions)
    colours = tile.shape[1]
    out = torch.empty(batch, max(colours, FIRST) + 2, *directions.shape[1:3], device=density.device)
    tensors, numbers, strides, sizes = _arguments(
        density, tile, origins, directions, jitter, settings
    )
    block = _rays_per_program(colours)
    grid = (triton.cdiv(count, block), batch)
    forward_kernel[grid](*tensors, out, count, *numbers, *strides, *sizes, BLOCK=block)
    return torch.cat((out[:, :colours], out[:, FIRST:]), 1) if colours < FIRST else out


def backward(
    gradient: Tensor,
    density: Tensor,
    tile: Tensor,
    origins: Tensor,
    directions: Tensor,
    jitter: Tensor | None,
    settings: March,
    tile_wanted: bool,
) -> tuple[Tensor, Tensor | None]:
    """Return the gradients to density and, where wanted, to the tile, from the result's gradient
    (B, C + 2, H, W).
    """
    count = directions.shape[1] * directions.shape[2]
    batch = batch_of(density, tile, origins, directions)
    to_density = torch.zeros(density.shape, device=density.device)
    tensors, numbers, strides, sizes = _arguments(
        density, tile, origins, directions, jitter, settings
    )
    to_tile, to_features = (
        torch.zeros(part.shape if tile_wanted else (1,), device=density.device)
        for part in tensors[2:4]
    )
    colours = tile.shape[1]
    block = _rays_per_program(colours)
    grid = (triton.cdiv(count, block), batch)
    incoming = gradient.float().contiguous()
    if colours < FIRST:
        nothing = incoming.new_zeros(batch, FIRST - colours, *incoming.shape[2:])
        incoming = torch.cat((incoming[:, :colours], nothing, incoming[:, colours:]), 1)
    backward_kernel[grid](
        *tensors,
        incoming,
        to_density,
        to_tile,
        to_features,
        count,
        *numbers,
        *strides,
        *sizes,
        TILE=tile_wanted,
        BLOCK=block,
    )
    to_density = to_density.to(density.dtype)
    if not tile_wanted:
        return to_density, None
    if colours > FIRST:
        to_tile = torch.cat((to_tile, to_features.permute(0, 3, 1, 2)), 1)
    return to_density, to_tile[:, :colours].to(tile.dtype)


def _rays_per_program(colours: int) -> int:
    return BLOCK if colours <= FIRST + FEW else max(BLOCK // 4, 1)


def _split(tile: Tensor) -> tuple[Tensor, Tensor]:
    """Return the first three colours of tiles, (B, 3, h, w), and the others, (B, h, w, n); without
    others (B, 1, 1, 1).
    """
    batch, colours, height, width = tile.shape
    if colours == FIRST:
        return tile.contiguous(), tile.new_zeros(batch, 1, 1, 1)
    if colours > FIRST:
        return tile[:, :FIRST].contiguous(), tile[:, FIRST:].permute(0, 2, 3, 1).contiguous()
    nothing = tile.new_zeros(batch, FIRST - colours, height, width)
    return torch.cat((tile, nothing), 1), tile.new_zeros(batch, 1, 1, 1)


def occupied_blocks(density: Tensor, under: int) -> Tensor:
    """Return which blocks of 4 x 4 x 4 cells hold a corner that is not zero: (B, z, r, c) uint8
    (`numba_occupancy`).
    """
    filled = (density != 0).to(torch.float16 if density.is_cuda else torch.float32)[:, None]
    after = [-(n + extra) % 4 for n, extra in zip(density.shape[1:], (under, 0, 0), strict=True)]
    # Block q is touched by the values from 4 q - 1 to 4 q + 3: windows of five, four apart, from
    # one before the first.
    pads = (1, after[2] + 4, 1, after[1] + 4, 1 + under, after[0] + 4)
    pooled = F.max_pool3d(F.pad(filled, pads), kernel_size=5, stride=4)[:, 0]
    blocks = [
        ((n + extra) >> 2) + 1 for n, extra in zip(density.shape[1:], (under, 0, 0), strict=True)
    ]
    found = (pooled[:, : blocks[0], : blocks[1], : blocks[2]] != 0).to(torch.uint8)
    if under:
        found[:, 0] = 1
    return found.contiguous()


def _arguments(
    density: Tensor,
    tile: Tensor,
    origins: Tensor,
    directions: Tensor,
    jitter: Tensor | None,
    settings: March,
) -> tuple[tuple[Tensor, ...], tuple[Any, ...], tuple[int, ...], tuple[int, ...]]:
    """Return the kernels' tensors, numbers, strides and sizes in their order."""
    under = int(settings.ground == "slab")
    further = max(tile.shape[1] - FIRST, 0)
    density = density.contiguous()
    first, features = _split(tile)
    origins, directions = origins.float().contiguous(), directions.float().contiguous()
    shifts = (
        torch.zeros(1, device=density.device) if jitter is None else jitter.float().contiguous()
    )
    blocks = occupied_blocks(density, under)
    count = directions.shape[1] * directions.shape[2]

    def per_picture(tensor: Tensor) -> int:
        return 0 if tensor.shape[0] == 1 else tensor.stride(0)

    strides = (
        *(per_picture(tensor) for tensor in (density, blocks, first, features, origins)),
        0 if origins.ndim == 2 else 3,
        per_picture(directions),
        0 if jitter is None or jitter.shape[0] == 1 else count,
        0 if jitter is None else 1,
    )
    numbers = (
        settings.length,
        settings.step,
        settings.top,
        settings.slab,
        settings.threshold,
        settings.samples,
    )
    pad = triton.next_power_of_2(further) if further else 0
    sizes = (*density.shape[1:], *tile.shape[2:], further, under, pad)
    tensors = (density, blocks, first, features, origins, directions, shifts)
    return tensors, numbers, strides, sizes

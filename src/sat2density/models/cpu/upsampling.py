"""Nearest upsampling by two and a 3x3 convolution in one: nine products per pixel of the small
image instead of 36.

An upsampled row repeats x[i] at 2i and 2i + 1. With the taps (f, m, l) of the kernel,

    output 2i     = f x[i-1] + m x[i] + l x[i]
    output 2i + 1 = f x[i]   + m x[i] + l x[i+1]

so f x, m x and l x are needed once for each *small* pixel: one matrix product, and sums of its
shifted results. The same holds down the columns. Mirroring an upsampled image by one pixel repeats
its edge pixel, so "reflect" repeats edges here; "circular" wraps columns, "zeros" adds nothing.

In float32 on a CPU this is the fastest algorithm found, forward and backward. In bfloat16 the nine
rounded products would be rounded again as a sum: there `models.transposed` is the better one.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

import torch
from torch import Tensor

from sat2density.models.architecture import Padding

Edge = Literal["repeat", "wrap", "none"]

AT_ONCE = 1 << 22
"""Products held at once (numbers): 16 MB in float32."""


OUTPUTS = 64
"""From this many output channels on the products are faster than the transposed convolution in
float32 on a CPU when only looking, where that one has its favourite (channels-last) layout: 4.4
instead of 4.9 ms for 128 -> 64 to 32x128, 6.9 instead of 5.4 for 64 -> 32 to 64x256 (one core). In
training, with plain layout, they are everywhere.
"""


def edges_of(padding: Padding) -> tuple[Edge, Edge]:
    """Return what lies beyond the first and last (row, column) of the small image.

    Args:
        padding: of the upsampled image.

    """
    if padding == "reflect":
        return "repeat", "repeat"
    return "none", "wrap" if padding == "circular" else "none"


def stacked_taps(kernel: Tensor) -> Tensor:
    """Turn a kernel (out, in, 3, 3) into (out, 9, in), [row tap, column tap] in the middle.

    Args:
        kernel: (out, in, 3, 3).

    """
    return kernel.permute(0, 2, 3, 1).flatten(1, 2).contiguous()


def upsampled_products(image: Tensor, taps: Tensor, padding: Padding) -> Tensor:
    """Upsample and convolve (B, in, H, W) with `stacked_taps` (out, 9, in) to (B, out, 2H, 2W).

    Args:
        image: (B, in, H, W).
        taps: (out, 9, in).
        padding: of the upsampled image.

    """
    batch, _, height, width = image.shape
    outputs = len(taps)
    result = image.new_empty(batch, outputs, height, 2, width, 2)
    for number in range(batch):
        pixels = image[number].flatten(1)
        for part in _parts(outputs, height * width):
            products = torch.mm(taps[part].flatten(0, 1), pixels).view(-1, 3, 3, height, width)
            _spread_all(products, padding, result[number, part])
    return result.view(batch, outputs, 2 * height, 2 * width)


def upsampled_gradients(
    gradient: Tensor, image: Tensor, taps: Tensor, padding: Padding, needs: tuple[bool, bool]
) -> tuple[Tensor | None, Tensor | None]:
    """Return the gradients of `image` (B, in, H, W) and `taps` (out, 9, in; float32) for that of
    the result.

    Args:
        gradient: (B, out, 2H, 2W), as `image` and `taps` in their dtype.
        image: what `upsampled_products` was given, and so
        taps: (out, 9, in), and
        padding: of the upsampled image.
        needs: which of the two are wanted; the other is None.

    """
    batch, inputs, height, width = image.shape
    images = torch.zeros_like(image, memory_format=torch.contiguous_format) if needs[0] else None
    wide = torch.promote_types(taps.dtype, torch.float32)
    kernels = torch.zeros_like(taps, dtype=wide) if needs[1] else None
    phases = gradient.contiguous().view(batch, -1, height, 2, width, 2)
    for number in range(batch):
        pixels = image[number].flatten(1).t()
        for part in _parts(len(taps), height * width):
            products = _gathered_all(phases[number, part], padding).view(-1, height * width)
            if images is not None:
                images[number].view(inputs, -1).addmm_(taps[part].flatten(0, 1).t(), products)
            if kernels is not None:
                _add_product(kernels[part].view(-1, inputs), products, pixels)
    return images, kernels


def _add_product(total: Tensor, one: Tensor, other: Tensor) -> None:
    if total.dtype == one.dtype:
        total.addmm_(one, other)
    else:
        total += torch.mm(one, other)


def _parts(outputs: int, pixels: int) -> list[slice]:
    """Split the output channels so that at most about `AT_ONCE` products are held."""
    count = min(outputs, max(1, round(9 * outputs * pixels / AT_ONCE)))
    bounds = [outputs * number // count for number in range(count + 1)]
    return [slice(start, end) for start, end in pairwise(bounds)]


def _spread_all(products: Tensor, padding: Padding, result: Tensor) -> None:
    """Sum products (n, 3, 3, H, W) up into `result` (n, H, 2, W, 2)."""
    rows, columns = edges_of(padding)
    for row, across in enumerate(_spread(products.unbind(1), 2, rows)):
        for column, values in enumerate(_spread(across.unbind(1), 2, columns)):
            result[:, :, row, :, column] = values


def _spread(taps: tuple[Tensor, ...], dim: int, edge: Edge) -> tuple[Tensor, Tensor]:
    """Sum (first, middle, last) products up to the even and the odd outputs along `dim`."""
    first, middle, last = taps
    even = middle + last
    odd = first + middle
    size = first.shape[dim]
    even.narrow(dim, 1, size - 1).add_(first.narrow(dim, 0, size - 1))
    odd.narrow(dim, 0, size - 1).add_(last.narrow(dim, 1, size - 1))
    if edge != "none":
        before, behind = (0, size - 1) if edge == "repeat" else (size - 1, 0)
        even.narrow(dim, 0, 1).add_(first.narrow(dim, before, 1))
        odd.narrow(dim, size - 1, 1).add_(last.narrow(dim, behind, 1))
    return even, odd


def _gathered_all(phases: Tensor, padding: Padding) -> Tensor:
    """The transposed of `_spread_all`: gradients (n, H, 2, W, 2) of the outputs to those of the
    products.
    """
    rows, columns = edges_of(padding)
    count, height, _, width, _ = phases.shape
    across = [phases.new_empty(count, 3, height, width) for _ in range(2)]
    for row, taps in enumerate(across):
        even, odd = (phases[:, :, row, :, column].contiguous() for column in range(2))
        _gather(even, odd, 2, columns, taps.unbind(1))
    products = phases.new_empty(count, 3, 3, height, width)
    _gather(across[0], across[1], 2, rows, products.unbind(1))
    return products


def _gather(even: Tensor, odd: Tensor, dim: int, edge: Edge, taps: tuple[Tensor, ...]) -> None:
    """The transposed of `_spread`; fills `taps`."""
    first, middle, last = taps
    size = even.shape[dim]
    torch.add(even, odd, out=middle)
    first.copy_(odd)
    last.copy_(even)
    first.narrow(dim, 0, size - 1).add_(even.narrow(dim, 1, size - 1))
    last.narrow(dim, 1, size - 1).add_(odd.narrow(dim, 0, size - 1))
    if edge != "none":
        before, behind = (0, size - 1) if edge == "repeat" else (size - 1, 0)
        first.narrow(dim, before, 1).add_(even.narrow(dim, 0, 1))
        last.narrow(dim, behind, 1).add_(odd.narrow(dim, size - 1, 1))

"""3x3 convolution with stride 1 in float32 as sixteen matrix products (Winograd's F(2x2, 3x3)): wide layers on CPUs.

Two neighbouring outputs of a filter (g0, g1, g2) over (d0, d1, d2, d3) need four multiplications instead of six:

    (d0 - d2) g0,  (d1 + d2) (g0 + g1 + g2) / 2,  (d2 - d1) (g0 - g1 + g2) / 2,  (d1 - d3) g2

in both directions 16 instead of 36. Equal up to rounding: the largest error against float64 is about twice the direct
convolution's (tests/models/test_winograd.py). Source: A. Lavin, S. Gray, "Fast Algorithms for Convolutional Neural
Networks", CVPR 2016.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

_FILTER_ROWS = ((1.0, 0.0, 0.0), (0.5, 0.5, 0.5), (0.5, -0.5, 0.5), (0.0, 0.0, 1.0))


def winograd_weight(kernel: Tensor) -> Tensor:
    """Turn a kernel (out, in, 3, 3) into (16, out, in), computed in float64: 16/9 of its memory."""
    rows = torch.tensor(_FILTER_ROWS, dtype=torch.float64, device=kernel.device)
    sides = torch.einsum("ak,oikl,bl->aboi", rows, kernel.double(), rows)
    return sides.flatten(0, 1).to(kernel.dtype).contiguous()


def winograd_convolve(bordered: Tensor, weight: Tensor) -> Tensor:
    """Convolve (B, in, H + 2, W + 2), borders included, with `winograd_weight`'s (16, out, in): (B, out, H, W)."""
    height, width = bordered.shape[2] - 2, bordered.shape[3] - 2
    bordered = F.pad(bordered, (0, width % 2, 0, height % 2)).transpose(0, 1).contiguous()
    pieces = _pieces(bordered)
    products = torch.bmm(weight, pieces.flatten(0, 1).flatten(2))
    whole = _joined(products.view(4, 4, -1, *pieces.shape[3:]))
    return whole[:, :, :height, :width]


def _pieces(image: Tensor) -> Tensor:
    """Turn (in, B, 2h + 2, 2w + 2) into (4, 4, in, B, h, w): what the data bring to each product."""
    channels, batch, rows, columns = image.shape
    height, width = rows // 2 - 1, columns // 2 - 1
    tall = image.new_empty(4, channels, batch, height, columns)
    _differences([image[:, :, k : k + rows - 3 : 2] for k in range(4)], tall.unbind(0))
    pieces = image.new_empty(4, 4, channels, batch, height, width)
    _differences([tall[..., k : k + columns - 3 : 2] for k in range(4)], pieces.unbind(1))
    return pieces


def _differences(data: list[Tensor], results: tuple[Tensor, ...]) -> None:
    torch.sub(data[0], data[2], out=results[0])
    torch.add(data[1], data[2], out=results[1])
    torch.sub(data[2], data[1], out=results[2])
    torch.sub(data[1], data[3], out=results[3])


def _joined(products: Tensor) -> Tensor:
    """Add products (4, 4, out, B, h, w) up to the picture (B, out, 2h, 2w)."""
    _, _, channels, batch, height, width = products.shape
    picture = products.new_empty(batch, channels, height, 2, width, 2)
    places = picture.transpose(0, 1)
    for row, across in enumerate(_pair(products.unbind(0))):
        for column, values in enumerate(_pair(across.unbind(0))):
            places[:, :, :, row, :, column] = values
    return picture.view(batch, channels, 2 * height, 2 * width)


def _pair(parts: tuple[Tensor, ...]) -> tuple[Tensor, Tensor]:
    return (parts[1] + parts[2]).add_(parts[0]), (parts[1] - parts[2]).sub_(parts[3])

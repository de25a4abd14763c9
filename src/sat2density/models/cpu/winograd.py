"""3x3 convolution with stride 1 in float32 as sixteen matrix products (Winograd's F(2x2, 3x3)):
wide layers on CPUs.

Two neighbouring outputs of a filter (g0, g1, g2) over (d0, d1, d2, d3) need four multiplications
instead of six:

    (d0 - d2) g0,  (d1 + d2) (g0 + g1 + g2) / 2,  (d2 - d1) (g0 - g1 + g2) / 2,  (d1 - d3) g2

in both directions 16 instead of 36. Equal up to rounding: the largest error against float64 is
about twice the direct convolution's (tests/models/cpu/test_winograd.py). The gradients are the
transposed steps in reverse order, again sixteen products each. Source: A. Lavin, S. Gray, "Fast
Algorithms for Convolutional Neural Networks", CVPR 2016.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

_FILTER_ROWS = ((1.0, 0.0, 0.0), (0.5, 0.5, 0.5), (0.5, -0.5, 0.5), (0.0, 0.0, 1.0))

CHANNELS = 256
"""From this many channels on this algorithm is faster in float32 on CPUs: 3.0 instead of 3.5 ms at
256 (8x32 pixels, one core), 9.8 instead of 13.5 at 512, 27 instead of 64 at 1024; at 128 both take
0.95.
"""


AT_ONCE = 1 << 21
"""Points of a kernel held at once in training (numbers): 8 MB. With all 67 MB of 1024 channels
forward and backward take 240 instead of 164 ms, most of it for fresh memory (batch 2, 8x32 pixels,
one core).
"""


def pays(inputs: int, outputs: int, side: int, stride: int) -> bool:
    """Whether this algorithm is faster in float32 on a CPU.

    Args:
        inputs: channels of the image.
        outputs: channels of the result.
        side: of the kernel, pixels.
        stride: of the convolution.

    """
    return side == 3 and stride == 1 and min(inputs, outputs) >= CHANNELS


def winograd_weight(kernel: Tensor) -> Tensor:
    """Turn a kernel (out, in, 3, 3) into (16, out, in), computed in float64: 16/9 of its memory.

    Args:
        kernel: (out, in, 3, 3).

    """
    rows = torch.tensor(_FILTER_ROWS, dtype=torch.float64, device=kernel.device)
    sides = torch.einsum("ak,oikl,bl->aboi", rows, kernel.double(), rows)
    return sides.flatten(0, 1).to(kernel.dtype).contiguous()


def _transform(scale: Tensor) -> Tensor:
    """Return (16, 9) in the dtype of `scale`: kernels (9, n) to `scale` times their points (16,
    n).
    """
    rows = torch.tensor(_FILTER_ROWS, dtype=scale.dtype, device=scale.device)
    return torch.kron(rows, rows) * scale


def _parts(kernel: Tensor) -> list[slice]:
    """Split the output channels so that at most about `AT_ONCE` points of the kernel are held."""
    step = max(1, AT_ONCE // (16 * kernel.shape[1]))
    return [slice(start, start + step) for start in range(0, len(kernel), step)]


def _points(kernel: Tensor, transform: Tensor) -> Tensor:
    """`winograd_weight` as one product in the kernel's precision, a tenth of its time: (out, in, 3,
    3) to (16, ...).
    """
    return torch.mm(transform, kernel.reshape(-1, 9).t()).view(16, *kernel.shape[:2])


def winograd_convolve(bordered: Tensor, weight: Tensor) -> Tensor:
    """Convolve (B, in, H + 2, W + 2), borders included, with `winograd_weight`'s (16, out, in): (B,
    out, H, W).

    Args:
        bordered: (B, in, H + 2, W + 2).
        weight: (16, out, in).

    """
    pieces = _pieces_of(bordered)
    return _picture(torch.bmm(weight, pieces.flatten(0, 1).flatten(2)), bordered)


def scaled_convolve(bordered: Tensor, kernel: Tensor, scale: Tensor) -> Tensor:
    """Convolve (B, in, H + 2, W + 2), borders included, with a kernel (out, in, 3, 3) times a
    number: (B, out, H, W).

    For kernels that change with every call: their points are made in parts that stay in the caches.

    Args:
        bordered: (B, in, H + 2, W + 2).
        kernel: (out, in, 3, 3).
        scale: 0-dimensional.

    """
    transform = _transform(scale)
    pieces = _pieces_of(bordered).flatten(0, 1).flatten(2)
    products = pieces.new_empty(16, len(kernel), pieces.shape[2])
    for part in _parts(kernel):
        products[:, part] = torch.bmm(_points(kernel[part], transform), pieces)
    return _picture(products, bordered)


def scaled_gradients(
    gradient: Tensor, bordered: Tensor, kernel: Tensor, scale: Tensor, needs: tuple[bool, bool]
) -> tuple[Tensor | None, Tensor | None]:
    """Return the gradients of `bordered` and of `kernel` for that of `scaled_convolve`'s result.

    Args:
        gradient: (B, out, H, W).
        bordered: what `scaled_convolve` was given, and so
        kernel: (out, in, 3, 3), and
        scale: 0-dimensional.
        needs: which of the two are wanted; the other is None.

    """
    height, width = gradient.shape[2:]
    transform = _transform(scale)
    points = _joined_back(F.pad(gradient, (0, width % 2, 0, height % 2)).transpose(0, 1))
    products = points.flatten(0, 1).flatten(2)
    # The pixels lead: 34 instead of 43 ms for 1024 channels, batch 2, than with `pieces` as
    # `_pieces` makes it.
    image = products.new_zeros(16, products.shape[2], kernel.shape[1]) if needs[0] else None
    weights = torch.empty_like(kernel, memory_format=torch.contiguous_format) if needs[1] else None
    pieces = (
        _pieces_of(bordered).flatten(0, 1).flatten(2).transpose(1, 2).contiguous()
        if needs[1]
        else None
    )
    for part in _parts(kernel):
        if image is not None:
            image.baddbmm_(products[:, part].transpose(1, 2), _points(kernel[part], transform))
        if weights is not None and pieces is not None:
            found = torch.bmm(products[:, part], pieces).view(16, -1).t()
            torch.mm(found, transform, out=weights[part].view(-1, 9))
    if image is not None:
        back = _pieces_back(image.view(4, 4, *points.shape[3:], -1))
        image = back[:, : height + 2, : width + 2].permute(0, 3, 1, 2).contiguous()
    return image, weights


def _picture(products: Tensor, bordered: Tensor) -> Tensor:
    """Add products (16, out, B * h * w) up to the picture (B, out, H, W) of an image with
    borders.
    """
    batch, _, rows, columns = bordered.shape
    height = rows - 2
    width = columns - 2
    whole = _joined(products.view(4, 4, -1, batch, (height + 1) // 2, (width + 1) // 2))
    return whole[:, :, :height, :width]


def _pieces_of(bordered: Tensor) -> Tensor:
    height, width = bordered.shape[2:]
    return _pieces(F.pad(bordered, (0, width % 2, 0, height % 2)).transpose(0, 1).contiguous())


def _pieces(image: Tensor) -> Tensor:
    """Turn (in, B, 2h + 2, 2w + 2) into (4, 4, in, B, h, w): what the data bring to each
    product.
    """
    channels, batch, rows, columns = image.shape
    height = rows // 2 - 1
    width = columns // 2 - 1
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


def _pieces_back(pieces: Tensor) -> Tensor:
    """The transposed of `_pieces`, channels last: (4, 4, B, h, w, in) to (B, 2h + 2, 2w + 2,
    in).
    """
    tall = torch.stack([_differences_back(part.unbind(0), dim=2) for part in pieces.unbind(0)])
    return _differences_back(tall.unbind(0), dim=1)


def _differences_back(points: tuple[Tensor, ...], dim: int) -> Tensor:
    """Add the gradients of four differences, n places along `dim`, up to those of 2n + 2 data."""
    first, second, third, fourth = points
    shape = list(first.shape)
    size, shape[dim] = shape[dim], shape[dim] + 1
    pairs = first.new_zeros(*shape[: dim + 1], 2, *shape[dim + 1 :])
    even, odd = pairs.unbind(dim + 1)
    even.narrow(dim, 0, size).copy_(first)
    even.narrow(dim, 1, size).add_(second).add_(third).sub_(first)
    odd.narrow(dim, 0, size).copy_(second).sub_(third).add_(fourth)
    odd.narrow(dim, 1, size).sub_(fourth)
    return pairs.flatten(dim, dim + 1)


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


def _joined_back(picture: Tensor) -> Tensor:
    """The transposed of `_joined`: gradients (out, B, 2h, 2w) of the picture to (4, 4, out, B, h,
    w) of products.
    """
    channels, batch, rows, columns = picture.shape
    tall = picture.new_empty(4, channels, batch, rows // 2, columns)
    _pair_back(picture[:, :, ::2], picture[:, :, 1::2], tall.unbind(0))
    points = picture.new_empty(4, 4, channels, batch, rows // 2, columns // 2)
    _pair_back(tall[..., ::2], tall[..., 1::2], points.unbind(1))
    return points


def _pair_back(even: Tensor, odd: Tensor, results: tuple[Tensor, ...]) -> None:
    results[0].copy_(even)
    torch.add(even, odd, out=results[1])
    torch.sub(even, odd, out=results[2])
    torch.neg(odd, out=results[3])

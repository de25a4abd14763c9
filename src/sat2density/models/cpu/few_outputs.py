"""Convolutions with few outputs as one down the columns, and a sum of its shifted results.

Up to `FEW_OUTPUTS` output channels leave most of a vector unit idle. The outputs of all columns of
the kernel, computed at once, fill it: 21 for the released three. Pays in float32 on CPUs.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

FEW_OUTPUTS = 8


def pays(outputs: int, side: int, stride: int) -> bool:
    """Whether this algorithm is faster in float32 on a CPU.

    Args:
        outputs: channels of the result.
        side: of the kernel, pixels.
        stride: of the convolution.

    """
    return stride == 1 and side > 3 and outputs <= FEW_OUTPUTS


def columns_of(kernel: Tensor) -> Tensor:
    """Turn a kernel (out, in, k, k) into (k * out, in, k, 1): its columns one after the other.

    Args:
        kernel: (out, in, k, k).

    """
    return kernel.permute(3, 0, 1, 2).flatten(0, 1)[..., None].contiguous()


def columns_convolve(bordered: Tensor, columns: Tensor) -> Tensor:
    """Convolve (B, in, H + k - 1, W + k - 1), borders included, with `columns_of` a kernel, to (B,
    out, H, W).

    Args:
        bordered: (B, in, H + k - 1, W + k - 1).
        columns: (k * out, in, k, 1).

    """
    side = columns.shape[2]
    width = bordered.shape[3] - side + 1
    parts = F.conv2d(bordered, columns).chunk(side, dim=1)
    result = parts[0][..., :width].contiguous()
    for shift in range(1, side):
        result += parts[shift][..., shift : shift + width]
    return result


def columns_gradients(
    gradient: Tensor, bordered: Tensor, columns: Tensor, needs: tuple[bool, bool]
) -> tuple[Tensor | None, Tensor | None]:
    """Return the gradients of `bordered` and of the kernel (out, in, k, k) for that of
    `columns_convolve`'s result.

    Args:
        gradient: (B, out, H, W).
        bordered: what `columns_convolve` was given, and so
        columns: (k * out, in, k, 1).
        needs: which of the two are wanted; the other is None.

    """
    side = columns.shape[2]
    batch, outputs, height, width = gradient.shape
    parts = gradient.new_zeros(batch, side, outputs, height, width + side - 1)
    for shift in range(side):
        parts[:, shift, ..., shift : shift + width] = gradient
    image, kernel, _ = torch.ops.aten.convolution_backward(
        parts.flatten(1, 2),
        bordered,
        columns,
        None,
        [1, 1],
        [0, 0],
        [1, 1],
        False,
        [0, 0],
        1,
        [*needs, False],
    )
    if kernel is not None:
        kernel = kernel.view(side, outputs, -1, side).permute(1, 2, 3, 0).contiguous()
    return image, kernel

"""Nearest upsampling by two and a 3x3 convolution as one transposed convolution, 4x4 with stride 2:
16 products per pixel of the small image instead of 36, each output rounded once.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from sat2density.models.architecture import Padding
from sat2density.models.borders import wrap_columns


def merged_taps(kernel: Tensor) -> Tensor:
    """Turn a kernel (out, in, 3, 3) into the transposed convolution's (in, out, 4, 4), see
    `upsampled_transposed`.

    Taps along each side: (last, middle + last, first + middle, first).

    Args:
        kernel: (out, in, 3, 3).

    """
    for dim in (2, 3):
        first, middle, last = kernel.unbind(dim)
        kernel = torch.stack((last, middle + last, first + middle, first), dim)
    return kernel.transpose(0, 1)


def upsampled_transposed(
    image: Tensor, taps: Tensor, bias: Tensor | None, padding: Padding
) -> Tensor:
    """Upsample and convolve (B, in, H, W) with `merged_taps` (in, out, 4, 4), stride 2, to (B, out,
    2H, 2W).

    Args:
        image: (B, in, H, W).
        taps: (in, out, 4, 4), of `merged_taps`.
        bias: (out), or None.
        padding: of the upsampled image.

    """
    rows = columns = 1
    if padding == "reflect":
        with torch.autocast(
            image.device.type, enabled=False
        ):  # it would turn the image into float32
            image = F.pad(image, [1] * 4, mode="replicate")
        rows = columns = 3
    elif padding == "circular":
        image = wrap_columns(image, 1)
        columns = 3
    return F.conv_transpose2d(image, taps, bias, stride=2, padding=(rows, columns))

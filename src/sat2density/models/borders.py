"""What a convolution sees beyond the image: columns wrapped around, mirrored pixels, zeros."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.autograd.function import FunctionCtx

from sat2density.models.architecture import Padding


class _Wrap(torch.autograd.Function):
    """Columns wrapped around by `amount`. Its own backward: autograd's would fill whole arrays with
    zeros per side.
    """

    @staticmethod
    def forward(ctx: FunctionCtx, image: Tensor, amount: int) -> Tensor:
        ctx.amount = amount  # type: ignore[attr-defined]
        return torch.cat((image[..., -amount:], image, image[..., :amount]), dim=-1)

    @staticmethod
    def backward(ctx: FunctionCtx, *gradients: Tensor) -> tuple[Tensor, None]:
        amount, (gradient,) = ctx.amount, gradients  # type: ignore[attr-defined]
        inner = gradient[..., amount:-amount].clone()
        inner[..., -amount:] += gradient[..., :amount]
        inner[..., :amount] += gradient[..., -amount:]
        return inner, None


def wrap_columns(image: Tensor, amount: int) -> Tensor:
    """Return (B, C, H, W + 2 amount): the last columns before the first, and the first behind the
    last.

    Args:
        image: (B, C, H, W).
        amount: columns added on either side.

    """
    return _Wrap.apply(image, amount) if amount else image


def mirrored(image: Tensor, side: int) -> Tensor:
    """Return (B, C, H + 2 side, W + 2 side) with mirrored borders (the edge pixel once), in the
    image's dtype.

    Args:
        image: (B, C, H, W).
        side: rows and columns added on every side.

    """
    with torch.autocast(
        image.device.type, enabled=False
    ):  # on CPUs it would turn the image into float32 and back
        return F.pad(image, [side] * 4, mode="reflect")


def with_borders(image: Tensor, side: int, padding: Padding) -> Tensor:
    """Return (B, C, H + 2 side, W + 2 side): the borders that `convolution.convolve` sees.

    Args:
        image: (B, C, H, W).
        side: rows and columns added on every side.
        padding: rule of the borders.

    """
    if padding == "reflect":
        return mirrored(image, side)
    columns = 0 if padding == "circular" else side
    return F.pad(wrap_columns(image, side - columns), (columns, columns, side, side))

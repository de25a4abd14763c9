"""Instance norm, modulation and activation in one, for training on CPUs: of four arrays only the
input is kept.

The modulated norm x_normed (w (1 + a)) + (b (1 + a) + shift) has one factor and one shift for each
channel of each image: a group norm of one image with all those channels. The backward makes the
normed values again, for their signs.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.autograd.function import FunctionCtx, once_differentiable

EPS = 1e-5


class _NormedActivation(torch.autograd.Function):
    """activation(norm(x) * factor + shift), the activation's slope below zero as a tensor
    (0-dimensional).
    """

    @staticmethod
    def forward(
        ctx: FunctionCtx, image: Tensor, factor: Tensor, shift: Tensor, slope: Tensor | None
    ) -> Tensor:
        result, mean, rstd = _norm(image, factor, shift)
        ctx.save_for_backward(image, factor, shift, mean, rstd, slope)  # type: ignore[arg-type]
        return result if slope is None else F.leaky_relu_(result, slope.item())

    @staticmethod
    @once_differentiable
    def backward(ctx: FunctionCtx, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        image, factor, shift, mean, rstd, slope = ctx.saved_tensors  # type: ignore[attr-defined]
        gradient = gradients[0].contiguous()
        slopes = None
        if slope is not None:
            before = _norm(image, factor, shift)[0]
            if ctx.needs_input_grad[3]:  # type: ignore[attr-defined]
                slopes = (before.clamp(max=0) * gradient).sum(dtype=slope.dtype)
            gradient = torch.ops.aten.leaky_relu_backward.grad_input(
                gradient, before, slope.item(), False, grad_input=before
            )
        count = factor.numel()
        return (
            *torch.ops.aten.native_group_norm_backward(
                gradient,
                image,
                mean,
                rstd,
                factor,
                1,
                count,
                image.numel() // count,
                count,
                [True, True, True],
            ),
            slopes,
        )


def _norm(image: Tensor, factor: Tensor, shift: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    count = factor.numel()
    found: tuple[Tensor, Tensor, Tensor] = torch.native_group_norm(
        image, factor, shift, 1, count, image.numel() // count, count, EPS
    )
    return found


def normed_activation(image: Tensor, factor: Tensor, shift: Tensor, slope: Tensor | None) -> Tensor:
    """Return activation(norm(image) * factor + shift), each channel of each image normed on its
    own.

    Args:
        image: (B, C, H, W), contiguous.
        factor: (B, C), in float32 where the image is in half precision.
        shift: (B, C), as `factor`.
        slope: of the activation below zero (0 for a ReLU), 0-dimensional; None for no activation.

    Differentiable once.

    """
    batch, channels, height, width = image.shape
    joined = image.view(1, batch * channels, height, width)
    result: Tensor = _NormedActivation.apply(joined, factor.flatten(), shift.flatten(), slope)
    return result.view_as(image)

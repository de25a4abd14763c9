"""Convolutions with the borders and the spectral norm that the networks use (spec, section 4)."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.autograd.function import FunctionCtx

from sat2density.models.architecture import Padding

SPECTRAL_EPS = 1e-12


class _Wrap(torch.autograd.Function):
    """Columns wrapped around by `amount`. Its own backward: autograd's would fill whole arrays with zeros per side."""

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


class _SpectralNormed(torch.autograd.Function):
    """W / sigma, sigma = u^T W v. Its own backward: autograd's goes over large weights eight times instead of three.

    With a loss whose derivative by the result is G:  dLoss / dW = G / sigma - (sum of G * W) / sigma^2  u v^T.
    """

    @staticmethod
    def forward(ctx: FunctionCtx, weight: Tensor, u: Tensor, v: Tensor) -> Tensor:
        sigma = torch.dot(u, torch.mv(weight.flatten(1), v))
        ctx.save_for_backward(weight, u, v, sigma)
        return weight / sigma

    @staticmethod
    def backward(ctx: FunctionCtx, *gradients: Tensor) -> tuple[Tensor, None, None]:
        weight, u, v, sigma = ctx.saved_tensors  # type: ignore[attr-defined]
        matrix = gradients[0].reshape(len(weight), -1)
        along = torch.dot(matrix.flatten(), weight.flatten()) / sigma**2
        return (matrix / sigma).addr_(u * -along, v).view_as(weight), None, None


def wrap_columns(image: Tensor, amount: int) -> Tensor:
    """Return (B, C, H, W + 2 amount): the last columns before the first, and the first behind the last."""
    return _Wrap.apply(image, amount) if amount else image


def with_borders(image: Tensor, side: int, padding: Padding) -> Tensor:
    """Return (B, C, H + 2 side, W + 2 side): the borders that `convolve` sees."""
    if padding == "reflect":
        return F.pad(image, [side] * 4, mode="reflect")
    columns = 0 if padding == "circular" else side
    return F.pad(wrap_columns(image, side - columns), (columns, columns, side, side))


def convolve(image: Tensor, kernel: Tensor, bias: Tensor | None, stride: int, padding: Padding) -> Tensor:
    """Convolve (B, in, H, W) with (out, in, k, k), k odd, to (B, out, H / stride, W / stride); borders by `padding`."""
    side = kernel.shape[-1] // 2
    margin: int | tuple[int, int] = side
    if padding == "reflect":
        image, margin = F.pad(image, [side] * 4, mode="reflect"), 0
    elif padding == "circular":
        image, margin = wrap_columns(image, side), (side, 0)
    return F.conv2d(image, kernel, bias, stride, margin)


class PaddedConv(nn.Module):
    """Square convolution with its own border rule, and a spectral norm if asked.

    With the norm, the weight used is W / sigma with sigma = u^T W v, W seen as (out, in*k*k); each forward in
    training mode first refines u and v by one power iteration (eps 1e-12), in eval mode they stay as they are.
    State: `weight` and `bias`, or `weight_orig`, `weight_u`, `weight_v` and `bias`.
    """

    weight_u: Tensor
    weight_v: Tensor

    def __init__(
        self,
        inputs: int,
        outputs: int,
        side: int,
        *,
        stride: int = 1,
        padding: Padding = "reflect",
        spectral: bool = False,
    ) -> None:
        super().__init__()
        self.stride, self.padding, self.spectral = stride, padding, spectral
        weight = nn.Parameter(torch.empty(outputs, inputs, side, side))
        nn.init.kaiming_uniform_(weight, a=math.sqrt(5))
        fan_in = inputs * side * side
        bound = 1 / math.sqrt(fan_in)
        self.bias = nn.Parameter(torch.empty(outputs).uniform_(-bound, bound))
        if spectral:
            self.weight_orig = weight
            # Unit vectors without arithmetic: on the meta device (weights.loaded) that imports torch's compiler, 2 s.
            self.register_buffer("weight_u", torch.full((outputs,), outputs**-0.5))
            self.register_buffer("weight_v", torch.full((fan_in,), fan_in**-0.5))
        else:
            self.weight = weight

    def kernel(self) -> Tensor:
        """Return the weight to convolve with, (out, in, k, k): normed, where this layer has a spectral norm."""
        if not self.spectral:
            return self.weight
        with torch.autocast(self.weight_orig.device.type, enabled=False):
            if self.training:
                self._refine(self.weight_orig.detach().flatten(1))
            # Copies: a second forward in training would otherwise change what the first one's backward needs.
            normed: Tensor = _SpectralNormed.apply(self.weight_orig, self.weight_u.clone(), self.weight_v.clone())
        return normed

    @torch.no_grad()
    def _refine(self, matrix: Tensor) -> None:
        self.weight_v.copy_(F.normalize(torch.mv(matrix.t(), self.weight_u), dim=0, eps=SPECTRAL_EPS))
        self.weight_u.copy_(F.normalize(torch.mv(matrix, self.weight_v), dim=0, eps=SPECTRAL_EPS))

    def forward(self, image: Tensor) -> Tensor:
        """Convolve (B, in, H, W) to (B, out, H / stride, W / stride)."""
        return convolve(image, self.kernel(), self.bias, self.stride, self.padding)


class UpsampledConv(PaddedConv):
    """Nearest upsampling by two, skip features joined behind, then a padded convolution."""

    def __init__(
        self, inputs: int, outputs: int, side: int, *, skip_channels: int = 0, padding: Padding, spectral: bool
    ) -> None:
        super().__init__(inputs + skip_channels, outputs, side, padding=padding, spectral=spectral)
        self.skip_channels = skip_channels

    def forward(self, image: Tensor, skip: Tensor | None = None) -> Tensor:
        """Turn (B, in, H, W), with `skip` (B, more, 2H, 2W) if the layer expects one, into (B, out, 2H, 2W)."""
        large = F.interpolate(image, scale_factor=2, mode="nearest")
        return super().forward(large if skip is None else torch.cat((large, skip), dim=1))

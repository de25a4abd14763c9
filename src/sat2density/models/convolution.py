"""Convolutions with the borders and the spectral norm that the networks use (method, section 4)."""

from __future__ import annotations

import math
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.autograd.function import FunctionCtx

from sat2density.models import cpu
from sat2density.models.architecture import Padding
from sat2density.models.borders import mirrored, with_borders, wrap_columns

SPECTRAL_EPS = 1e-12

Impl = Literal["auto", "plain"]
"""How convolutions are done: "auto" takes the quickest algorithm on CPUs (`models.cpu`;
differentiable once), torch's own elsewhere; "plain" torch's own everywhere (differentiable twice).
"""


class _SpectralNormed(torch.autograd.Function):
    """W / sigma, sigma = u^T W v. Its own backward: autograd's goes over large weights eight times
    instead of three.

    With a loss whose derivative by the result is G:  dLoss / dW = G / sigma - (sum of G * W) /
    sigma^2  u v^T.
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


def convolve(
    image: Tensor, kernel: Tensor, bias: Tensor | None, stride: int, padding: Padding
) -> Tensor:
    """Convolve (B, in, H, W) with (out, in, k, k), k odd, to (B, out, H / stride, W / stride);
    borders by `padding`.

    Args:
        image: (B, in, H, W).
        kernel: (out, in, k, k), k odd.
        bias: (out), or None.
        stride: 1, or 2 to halve the size.
        padding: rule of the borders.

    """
    side = kernel.shape[-1] // 2
    return F.conv2d(_bordered(image, side, padding), kernel, bias, stride, _zeros(side, padding))


def _bordered(image: Tensor, side: int, padding: Padding) -> Tensor:
    """Add what borders are not zeros; those are the convolution's own margin (`_zeros`)."""
    if padding == "reflect":
        return mirrored(image, side)
    return wrap_columns(image, side) if padding == "circular" else image


def _zeros(side: int, padding: Padding) -> tuple[int, int]:
    """Return how many (rows, columns) of zeros `_bordered` leaves to be added."""
    return (0, 0) if padding == "reflect" else (side, 0 if padding == "circular" else side)


def choose_impl(network: nn.Module, impl: Impl) -> None:
    """Set how every convolution in `network` is done.

    Args:
        network: any module; its `PaddedConv`s are set.
        impl: see `Impl`.

    """
    for module in network.modules():
        if isinstance(module, PaddedConv):
            module.impl = impl


class PaddedConv(nn.Module):
    """Square convolution with its own border rule, and a spectral norm if asked.

    With the norm, the weight used is W / sigma with sigma = u^T W v, W seen as (out, in*k*k); each
    forward in training mode first refines u and v by one power iteration (eps 1e-12), in eval mode
    they stay as they are. State: `weight` and `bias`, or `weight_orig`, `weight_u`, `weight_v` and
    `bias`.
    """

    weight_u: Tensor
    weight_v: Tensor
    impl: Impl = "auto"

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
        self.stride = stride
        self.padding = padding
        self.spectral = spectral
        weight = nn.Parameter(torch.empty(outputs, inputs, side, side))
        nn.init.kaiming_uniform_(weight, a=math.sqrt(5))
        fan_in = inputs * side * side
        bound = 1 / math.sqrt(fan_in)
        self.bias = nn.Parameter(torch.empty(outputs).uniform_(-bound, bound))
        if spectral:
            self.weight_orig = weight
            # Unit vectors without arithmetic: on the meta device (weights.loaded) that imports
            # torch's compiler, 2 s.
            self.register_buffer("weight_u", torch.full((outputs,), outputs**-0.5))
            self.register_buffer("weight_v", torch.full((fan_in,), fan_in**-0.5))
        else:
            self.weight = weight

    @property
    def raw_weight(self) -> Tensor:
        """The weight (out, in, k, k) as stored, before the spectral norm."""
        return self.weight_orig if self.spectral else self.weight

    def kernel(self) -> Tensor:
        """Return the weight to convolve with, (out, in, k, k): normed, where this layer has a
        spectral norm.
        """
        if not self.spectral:
            return self.weight
        with torch.autocast(self.weight_orig.device.type, enabled=False):
            _, u, v = self._norm()
            normed: Tensor = _SpectralNormed.apply(self.weight_orig, u, v)
        return normed

    @torch.no_grad()
    def _norm(self) -> cpu.Norm:
        """Refine u and v in training mode; return the norm as it is now.

        Copies: a second forward in training would otherwise change what the first one's backward
        needs.
        """
        with torch.autocast(self.weight_orig.device.type, enabled=False):
            matrix = self.weight_orig.flatten(1)
            if self.training:
                self.weight_v.copy_(
                    F.normalize(torch.mv(matrix.t(), self.weight_u), dim=0, eps=SPECTRAL_EPS)
                )
            product = torch.mv(matrix, self.weight_v)
            if self.training:
                self.weight_u.copy_(F.normalize(product, dim=0, eps=SPECTRAL_EPS))
            return cpu.Norm(
                torch.dot(self.weight_u, product), self.weight_u.clone(), self.weight_v.clone()
            )

    def _own_norm(self) -> cpu.Norm | None:
        return self._norm() if self.spectral else None

    def on_cpu(self, image: Tensor) -> bool:
        """Whether this layer and its block may use `models.cpu` for this image.

        Args:
            image: (B, in, H, W), on any device.

        """
        return self.impl == "auto" and image.device.type == "cpu"

    def forward(self, image: Tensor) -> Tensor:
        """Convolve (B, in, H, W) to (B, out, H / stride, W / stride).

        Args:
            image: (B, in, H, W).

        """
        side = self.raw_weight.shape[-1] // 2
        algorithm = self._cpu_algorithm(image) if self.on_cpu(image) else None
        if algorithm is None:
            return convolve(image, self.kernel(), self.bias, self.stride, self.padding)
        if isinstance(algorithm, cpu.Direct):
            image = _bordered(image, side, self.padding)
        else:
            image = with_borders(image, side, self.padding)
        return cpu.convolve(image, self.raw_weight, self.bias, algorithm, self._own_norm())

    def _cpu_algorithm(self, image: Tensor) -> cpu.ConvolutionAlgorithm | None:
        margin = _zeros(self.raw_weight.shape[-1] // 2, self.padding)
        return cpu.training_algorithm(
            image, self.raw_weight, self.stride, margin, spectral=self.spectral
        )


class UpsampledConv(PaddedConv):
    """Nearest upsampling by two, skip features joined behind, then a padded convolution."""

    def __init__(
        self,
        inputs: int,
        outputs: int,
        side: int,
        *,
        skip_channels: int = 0,
        padding: Padding,
        spectral: bool,
    ) -> None:
        super().__init__(inputs + skip_channels, outputs, side, padding=padding, spectral=spectral)
        self.skip_channels = skip_channels

    def forward(self, image: Tensor, skip: Tensor | None = None) -> Tensor:
        """Turn (B, in, H, W), with `skip` (B, more, 2H, 2W) if the layer expects one, into (B, out,
        2H, 2W).

        Args:
            image: (B, in, H, W).
            skip: (B, more, 2H, 2W), or None where the layer has no skip.

        """
        if self.on_cpu(image) and cpu.uses("upsampling") and self.raw_weight.shape[-1] == 3:
            algorithm = cpu.Upsampled(self.padding)
            if skip is None:
                return cpu.convolve(image, self.raw_weight, self.bias, algorithm, self._own_norm())
            small, large = self.kernel().split((image.shape[1], self.skip_channels), dim=1)
            return cpu.convolve(image, small, self.bias, algorithm) + convolve(
                skip, large, None, 1, self.padding
            )
        large = F.interpolate(image, scale_factor=2, mode="nearest")
        return super().forward(large if skip is None else torch.cat((large, skip), dim=1))

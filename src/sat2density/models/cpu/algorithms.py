"""Convolutions with a backward of their own, for training on CPUs: nothing is kept that can be
computed again.

A `ConvolutionAlgorithm` says how one kind of convolution is done with a weight times a number, and
what its gradients are. The number is 1 / sigma where the layer has a spectral norm: W / sigma is
never kept, and large ones are never made. What the backward needs of the weight (other precision,
Winograd's points) is made again there.
"""

from __future__ import annotations

import dataclasses
from typing import NamedTuple, Protocol

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.autograd.function import FunctionCtx, once_differentiable

from sat2density.models import transposed
from sat2density.models.architecture import Padding
from sat2density.models.cpu import few_outputs, upsampling, winograd

Gradients = tuple[Tensor | None, Tensor | None]


class ConvolutionAlgorithm(Protocol):
    """One way to convolve; `forward` and `backward` get the weight as stored, (out, in, k, k) in
    float32 or float64.
    """

    def forward(self, image: Tensor, weight: Tensor, scale: Tensor) -> Tensor:
        """Convolve `image` with `weight * scale`, without bias, in the image's dtype.

        Args:
            image: (B, in, H, W), with the borders that the algorithm expects.
            weight: (out, in, k, k), float32 or float64.
            scale: 0-dimensional: 1 / sigma, or 1.

        """

    def backward(
        self,
        gradient: Tensor,
        image: Tensor,
        weight: Tensor,
        scale: Tensor,
        needs: tuple[bool, bool],
    ) -> Gradients:
        """Return the gradients of `image` (in its dtype) and of `weight * scale`, times `scale` (in
        the weight's).

        Args:
            gradient: (B, out, H, W), of the result.
            image: (B, in, H, W), with the borders that the algorithm expects.
            weight: (out, in, k, k), float32 or float64.
            scale: 0-dimensional: 1 / sigma, or 1.
            needs: which of the two are wanted; the other is None.

        """


@dataclasses.dataclass(frozen=True)
class Direct:
    """The plain convolution; of weight and result the smaller one is scaled."""

    stride: int
    margin: tuple[int, int]

    def forward(self, image: Tensor, weight: Tensor, scale: Tensor) -> Tensor:  # noqa: D102
        kernel, late = self._kernel(image, weight, scale)
        result = F.conv2d(image, kernel, None, self.stride, self.margin)
        return result.mul_(scale) if late else result

    def backward(  # noqa: D102
        self,
        gradient: Tensor,
        image: Tensor,
        weight: Tensor,
        scale: Tensor,
        needs: tuple[bool, bool],
    ) -> Gradients:
        kernel, late = self._kernel(image, weight, scale)
        found = torch.ops.aten.convolution_backward(
            gradient * scale if late else gradient,
            image,
            kernel,
            None,
            [self.stride] * 2,
            list(self.margin),
            [1, 1],
            False,
            [0, 0],
            1,
            [*needs, False],
        )
        weights = None if found[1] is None else found[1].to(weight.dtype)
        return found[0], weights if late or weights is None else weights.mul_(scale)

    @staticmethod
    def _kernel(image: Tensor, weight: Tensor, scale: Tensor) -> tuple[Tensor, bool]:
        late = weight.numel() > image.numel()
        return (weight if late else weight * scale).to(image.dtype), late


@dataclasses.dataclass(frozen=True)
class Winograd:
    """Winograd's algorithm of a 3x3 convolution with stride 1; the image has its borders
    already.
    """

    def forward(self, image: Tensor, weight: Tensor, scale: Tensor) -> Tensor:  # noqa: D102
        return winograd.scaled_convolve(image, weight, scale)

    def backward(  # noqa: D102
        self,
        gradient: Tensor,
        image: Tensor,
        weight: Tensor,
        scale: Tensor,
        needs: tuple[bool, bool],
    ) -> Gradients:
        return winograd.scaled_gradients(gradient, image, weight, scale, needs)


@dataclasses.dataclass(frozen=True)
class FewOutputs:
    """A convolution with few outputs, column by column; the image has its borders already."""

    def forward(self, image: Tensor, weight: Tensor, scale: Tensor) -> Tensor:  # noqa: D102
        return few_outputs.columns_convolve(image, few_outputs.columns_of(weight * scale))

    def backward(  # noqa: D102
        self,
        gradient: Tensor,
        image: Tensor,
        weight: Tensor,
        scale: Tensor,
        needs: tuple[bool, bool],
    ) -> Gradients:
        images, weights = few_outputs.columns_gradients(
            gradient, image, few_outputs.columns_of(weight * scale), needs
        )
        return images, None if weights is None else weights.mul_(scale)


@dataclasses.dataclass(frozen=True)
class Upsampled:
    """Nearest upsampling by two and a 3x3 convolution; in bfloat16 transposed, so that it is
    rounded only once.
    """

    padding: Padding

    def forward(self, image: Tensor, weight: Tensor, scale: Tensor) -> Tensor:  # noqa: D102
        if image.dtype == weight.dtype:
            return upsampling.upsampled_products(
                image, self._taps(image, weight, scale), self.padding
            )
        taps = transposed.merged_taps(weight * scale).to(image.dtype)
        return transposed.upsampled_transposed(image, taps, None, self.padding)

    def backward(  # noqa: D102
        self,
        gradient: Tensor,
        image: Tensor,
        weight: Tensor,
        scale: Tensor,
        needs: tuple[bool, bool],
    ) -> Gradients:
        taps = self._taps(image, weight, scale)
        images, kernels = upsampling.upsampled_gradients(gradient, image, taps, self.padding, needs)
        if kernels is None:
            return images, None
        rows = kernels.view(len(weight), 3, 3, -1).permute(0, 3, 1, 2)
        return images, torch.mul(rows, scale, out=torch.empty_like(weight))

    @staticmethod
    def _taps(image: Tensor, weight: Tensor, scale: Tensor) -> Tensor:
        return (upsampling.stacked_taps(weight) * scale).to(image.dtype)


class Norm(NamedTuple):
    """A spectral norm sigma = u^T W v (0-dimensional) of W seen as (out, in*k*k), and u (out), v
    (in*k*k).
    """

    sigma: Tensor
    u: Tensor
    v: Tensor


class _Convolution(torch.autograd.Function):
    """algorithm(image, W / sigma) + bias, sigma = u^T W v or 1.

    With G the gradient of W / sigma:  dLoss / dW = G / sigma - (sum of G * W) / sigma^2  u v^T.
    """

    @staticmethod
    def forward(
        ctx: FunctionCtx,
        image: Tensor,
        weight: Tensor,
        bias: Tensor | None,
        algorithm: ConvolutionAlgorithm,
        norm: Norm | None,
    ) -> Tensor:
        scale = weight.new_ones(()) if norm is None else 1 / norm.sigma
        ctx.save_for_backward(image, weight, scale, *(norm[1:] if norm else ()))
        ctx.algorithm = algorithm  # type: ignore[attr-defined]
        with torch.autocast(image.device.type, enabled=False):
            result = algorithm.forward(image, weight, scale)
            return result if bias is None else result.add_(bias.to(result.dtype)[:, None, None])

    @staticmethod
    @once_differentiable
    def backward(ctx: FunctionCtx, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        image, weight, scale, *directions = ctx.saved_tensors  # type: ignore[attr-defined]
        needs = ctx.needs_input_grad  # type: ignore[attr-defined]
        (gradient,) = gradients
        images, weights = ctx.algorithm.backward(gradient, image, weight, scale, needs[:2])  # type: ignore[attr-defined]
        if directions and weights is not None:
            u, v = directions
            along = torch.dot(weights.flatten(), weight.flatten()) * scale
            weights.flatten(1).addr_(u * -along, v)
        return (
            images,
            weights,
            gradient.sum((0, 2, 3), dtype=weight.dtype) if needs[2] else None,
            None,
            None,
        )


def convolve(
    image: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    algorithm: ConvolutionAlgorithm,
    norm: Norm | None = None,
) -> Tensor:
    """Convolve with `weight`, divided by its spectral norm if one is given, and add `bias`.

    Under `torch.autocast` the image, and what the algorithm makes of the weight, are in its dtype;
    gradients of weight and bias are in theirs. Differentiable once.

    Args:
        image: (B, in, H, W), with the borders that the algorithm expects.
        weight: (out, in, k, k).
        bias: (out) or None.
        algorithm: how.
        norm: the spectral norm to divide by.

    """
    kind = image.device.type
    if torch.is_autocast_enabled(kind):
        image = image.to(torch.get_autocast_dtype(kind))
    result: Tensor = _Convolution.apply(image, weight, bias, algorithm, norm)
    return result

"""Making networks ready for looking: everything that does not depend on the picture is computed once, at loading.

Results are equal up to rounding (tests/models/test_folding.py); gradients and further training need the networks as
they were. What each step gains, and what was tried instead, is in docs/decisions.md.
"""

from __future__ import annotations

from typing import Literal, TypeVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from sat2density.models.blocks import ConvBlock, Modulation
from sat2density.models.convolution import PaddedConv, UpsampledConv, convolve, wrap_columns
from sat2density.models.generator import Generator

Precision = Literal["float32", "bfloat16", "auto"]
Network = TypeVar("Network", bound=nn.Module)

SMALL_IMAGE = 1024
"""Below this many pixels torch's channels-last group norm takes a path that is up to 16 times slower in bfloat16."""


def prepare_for_inference(generator: Generator, precision: Precision) -> Generator:
    """Fold `generator` in place, and set memory layout and precision for the device it is on.

    Args:
        generator: on its device already; afterwards it serves inference only.
        precision: of DensityNet and RenderNet. "auto" takes bfloat16 for RenderNet where the device is faster with
            it; DensityNet, which runs once per tile and whose errors every picture would show, stays in float32.
            So do the sky encoder and the style MLP: they cost nothing, and raw counts do not fit bfloat16.

    """
    generator.eval().requires_grad_(False)
    device = next(generator.parameters()).device
    _fold_to(generator.density_net, precision == "bfloat16")
    _fold_to(generator.render_net, precision == "bfloat16" or (precision == "auto" and gains_from_bfloat16(device)))
    return generator


def _fold_to(network: nn.Module, half: bool) -> None:
    fold_for_inference(network).to(torch.bfloat16 if half else torch.float32)
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]


def gains_from_bfloat16(device: torch.device) -> bool:
    """Whether convolutions in bfloat16 are faster there: on CUDA, and on x86 with AMX; elsewhere they are emulated."""
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported()
    return device.type == "cpu" and bool(getattr(torch.cpu, "_is_amx_tile_supported", lambda: False)())


def fold_for_inference(network: Network) -> Network:
    """Replace, in place, convolutions and blocks by folded ones; return `network` (no gradients from here on).

    Spectral norms become part of the weights; upsampling becomes part of the convolution after it; biases in front of
    an instance norm, which takes them out again, are dropped; norm and modulation become one scale and shift.
    """
    for name, child in network.named_children():
        if isinstance(child, ConvBlock):
            setattr(network, name, FoldedBlock(child))
        elif isinstance(child, PaddedConv):
            setattr(network, name, FoldedConv(child))
        else:
            fold_for_inference(child)
    return network


def _constant(value: Tensor) -> nn.Parameter:
    return nn.Parameter(value.detach().clone(memory_format=torch.contiguous_format), requires_grad=False)


class FoldedConv(nn.Module):
    """A `PaddedConv` with a plain weight."""

    def __init__(self, conv: PaddedConv, with_bias: bool = True) -> None:
        super().__init__()
        self.stride, self.padding = conv.stride, conv.padding
        self.weight = _constant(conv.eval().kernel())
        self.bias = _constant(conv.bias) if with_bias else None

    def forward(self, image: Tensor) -> Tensor:
        """Convolve (B, in, H, W) to (B, out, H / stride, W / stride)."""
        return convolve(image, self.weight, self.bias, self.stride, self.padding)


class FoldedUpsampledConv(nn.Module):
    """An `UpsampledConv` of side 3 as a transposed convolution, 4x4 with stride 2, and a convolution of the skip.

    Nearest upsampling repeats x[i] at 2i and 2i + 1, so each output pixel sees two source pixels per direction: output
    2i sees x[i-1] with w0 and x[i] with w1 + w2; output 2i + 1 sees x[i] with w0 + w1 and x[i+1] with w2. That is a
    transposed convolution with the taps (w2, w1 + w2, w0 + w1, w0): 2.25 times fewer multiplications. Mirroring the
    upsampled image by one pixel repeats its edge pixel, so mirrored borders become repeated ones, exactly.
    """

    def __init__(self, conv: UpsampledConv, skip_channels: int, with_bias: bool) -> None:
        super().__init__()
        self.padding = conv.padding
        kernel = conv.eval().kernel()
        inputs = kernel.shape[1] - skip_channels
        self.weight = _constant(_merged(_merged(kernel[:, :inputs], 2), 3).transpose(0, 1))
        self.skip_weight = _constant(kernel[:, inputs:]) if skip_channels else None
        self.bias = _constant(conv.bias) if with_bias else None

    def forward(self, image: Tensor, skip: Tensor | None = None) -> Tensor:
        """Turn (B, in, H, W), with `skip` (B, more, 2H, 2W) if the layer expects one, into (B, out, 2H, 2W)."""
        rows = columns = 1
        if self.padding == "reflect":
            image, rows, columns = F.pad(image, [1] * 4, mode="replicate"), 3, 3
        elif self.padding == "circular":
            image, columns = wrap_columns(image, 1), 3
        result = F.conv_transpose2d(image, self.weight, self.bias, stride=2, padding=(rows, columns))
        if skip is None or self.skip_weight is None:
            return result
        return result.add_(convolve(skip, self.skip_weight, None, 1, self.padding))


def _merged(kernel: Tensor, dim: int) -> Tensor:
    first, middle, last = kernel.unbind(dim)
    return torch.stack((last, middle + last, first + middle, first), dim)


class FoldedBlock(nn.Module):
    """A `ConvBlock` whose norm, modulation and activation are one scale, one shift and one slope."""

    def __init__(self, block: ConvBlock) -> None:
        super().__init__()
        self.conv = self._folded(block.conv)
        self.weight, self.bias = _constant(block.norm.weight), _constant(block.norm.bias)
        self.slope = _slope(block.activation)

    @staticmethod
    def _folded(conv: PaddedConv) -> nn.Module:
        if isinstance(conv, UpsampledConv):
            return FoldedUpsampledConv(conv, conv.skip_channels, with_bias=False)
        return FoldedConv(conv, with_bias=False)

    def forward(self, image: Tensor, skip: Tensor | None = None, modulation: Modulation | None = None) -> Tensor:
        """Apply to (B, C, H, W), as `ConvBlock` does."""
        image = self.conv(image) if skip is None else self.conv(image, skip)
        if modulation is None:
            image = _normed(image, self.weight, self.bias)
        elif len(modulation[0]) == 1:
            scale, shift = (1 + modulation[0].flatten()), modulation[1].flatten()
            image = _normed(image, self.weight * scale, self.bias * scale + shift)
        else:
            image = torch.addcmul(modulation[1], _normed(image, self.weight, self.bias), 1 + modulation[0])
        return image if self.slope == 1 else F.leaky_relu_(image, self.slope)


def _normed(image: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """Instance norm, see `blocks.InstanceNorm`; around two weaknesses of torch's channels-last kernel for CPUs."""
    channels = image.shape[1]
    if image.device.type == "cpu":
        if image.shape[2] * image.shape[3] < SMALL_IMAGE:
            result = F.group_norm(image.contiguous(), channels, weight, bias)
            return result.contiguous(memory_format=torch.channels_last)
        if image.dtype == torch.float32:
            # It takes the variance as E[x^2] - E[x]^2: digits are lost where the mean is large, so take it out first.
            image = image - image.mean((2, 3), keepdim=True)
    return F.group_norm(image, channels, weight, bias)


def _slope(activation: nn.Module) -> float:
    """Return the slope below zero: of PReLU, LeakyReLU, ReLU (0) or the identity (1)."""
    if isinstance(activation, nn.PReLU):
        return activation.weight.item()
    if isinstance(activation, nn.LeakyReLU):
        return activation.negative_slope
    return 0.0 if isinstance(activation, nn.ReLU) else 1.0

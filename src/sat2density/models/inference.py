"""Making networks ready for looking: everything that does not depend on the picture is computed
once, at loading.

Results are equal up to rounding (tests/models/test_inference.py); gradients and further training
need the networks as they were. What each step gains, and what was tried instead, is in
docs/decisions/networks.md.
"""

from __future__ import annotations

from typing import TypeVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from sat2density import processor
from sat2density.conventions import Precision
from sat2density.models import cpu
from sat2density.models.blocks import ConvBlock, Modulation
from sat2density.models.borders import with_borders
from sat2density.models.convolution import PaddedConv, UpsampledConv, convolve
from sat2density.models.generator import Generator
from sat2density.models.transposed import merged_taps, upsampled_transposed
from sat2density.models.trunk import Trunk

Network = TypeVar("Network", bound=nn.Module)

SMALL_IMAGE = 1024
"""Below this many pixels torch's channels-last group norm takes a path that is up to 16 times
slower in bfloat16.
"""


def prepare_for_inference(generator: Generator, precision: Precision) -> Generator:
    """Fold `generator` in place, and set memory layout and precision for the device it is on.

    Args:
        generator: on its device already; afterwards it serves inference only.
        precision: of RenderNet. "auto" takes bfloat16 where the device is faster with it.
            DensityNet, which runs once per tile and whose errors every picture would show, stays in
            float32 always. So do the sky encoder and the style MLP: they cost nothing, and raw
            counts do not fit bfloat16.

    """
    generator.eval().requires_grad_(False)
    device = next(generator.parameters()).device
    _fold_to(generator.density_net, False)
    if generator.tile_heads is not None:
        _fold_to(generator.tile_heads, False)
    _fold_to(
        generator.render_net,
        precision == "bfloat16" or (precision == "auto" and gains_from_bfloat16(device)),
    )
    return generator


def _fold_to(network: nn.Module, half: bool) -> None:
    on_cpu = next(network.parameters()).device.type == "cpu"
    fold_for_inference(network, rearranged=on_cpu and not half).to(
        torch.bfloat16 if half else torch.float32
    )
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    for module in network.modules():
        if isinstance(module, Trunk):
            module.channels_last = True


def gains_from_bfloat16(device: torch.device) -> bool:
    """Whether convolutions in bfloat16 are faster there than in float32.

    So on CUDA, on x86 with AMX, and on AMD's processors with AVX512_BF16 (1.8 to 2.3 times,
    docs/performance.md). Intel's without AMX know the same instructions at half of float32's speed;
    the rest emulate them.

    Args:
        device: of the networks.

    """
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported()
    if device.type != "cpu":
        return False
    amx, avx512 = (
        getattr(torch.cpu, f"_is_{name}_supported", lambda: False)()
        for name in ("amx_tile", "avx512_bf16")
    )
    return bool(amx) or (bool(avx512) and "AuthenticAMD" in processor.vendor())


def fold_for_inference(network: Network, rearranged: bool = False) -> Network:
    """Replace, in place, convolutions and blocks by folded ones; return `network` (no gradients
    from here on).

    Spectral norms become part of the weights; upsampling becomes part of the convolution after it;
    biases in front of an instance norm, which takes them out again, are dropped; norm and
    modulation become one scale and shift.

    Args:
        network: in float32 or float64.
        rearranged: also sum up in another order where that is faster: pays in float32 on CPUs, and
            nowhere else.

    """
    for name, child in network.named_children():
        if isinstance(child, ConvBlock):
            setattr(network, name, InferenceBlock(child, rearranged))
        elif isinstance(child, PaddedConv):
            setattr(network, name, _folded(child, rearranged, with_bias=True))
        else:
            fold_for_inference(child, rearranged)
    return network


def _folded(conv: PaddedConv, rearranged: bool, with_bias: bool) -> nn.Module:
    outputs, inputs, side, _ = conv.raw_weight.shape
    if isinstance(conv, UpsampledConv):
        products = rearranged and cpu.products_pay(outputs)
        return (InferenceUpsampledProducts if products else InferenceUpsampledConv)(conv, with_bias)
    algorithm = cpu.quickest(inputs, outputs, side, conv.stride) if rearranged else None
    if algorithm is None:
        return InferenceConv(conv, with_bias)
    layer = InferenceWinogradConv if algorithm == "winograd" else InferenceFewOutputsConv
    return layer(conv, with_bias)


def _constant(value: Tensor) -> nn.Parameter:
    return nn.Parameter(
        value.detach().clone(memory_format=torch.contiguous_format), requires_grad=False
    )


class InferenceConv(nn.Module):
    """A `PaddedConv` with a plain weight."""

    def __init__(self, conv: PaddedConv, with_bias: bool = True) -> None:
        super().__init__()
        self.stride = conv.stride
        self.padding = conv.padding
        self.weight = _constant(conv.eval().kernel())
        self.bias = _constant(conv.bias) if with_bias else None

    def forward(self, image: Tensor) -> Tensor:
        """Convolve (B, in, H, W) to (B, out, H / stride, W / stride).

        Args:
            image: (B, in, H, W).

        """
        return convolve(image, self.weight, self.bias, self.stride, self.padding)


class InferenceWinogradConv(nn.Module):
    """A `PaddedConv` of side 3 and stride 1 in Winograd's algorithm; the result is in
    plain memory layout.
    """

    def __init__(self, conv: PaddedConv, with_bias: bool = True) -> None:
        super().__init__()
        self.padding = conv.padding
        self.weight = _constant(cpu.winograd_weight(conv.eval().kernel()))
        self.bias = _constant(conv.bias[:, None, None]) if with_bias else None

    def forward(self, image: Tensor) -> Tensor:
        """Convolve (B, in, H, W) to (B, out, H, W).

        Args:
            image: (B, in, H, W).

        """
        result = cpu.winograd_convolve(with_borders(image, 1, self.padding), self.weight)
        return result if self.bias is None else result.add_(self.bias)


class InferenceFewOutputsConv(nn.Module):
    """A `PaddedConv` with few outputs as a convolution down the columns (`cpu.few_outputs`)."""

    def __init__(self, conv: PaddedConv, with_bias: bool = True) -> None:
        super().__init__()
        self.padding = conv.padding
        self.weight = _constant(cpu.columns_of(conv.eval().kernel()))
        self.bias = _constant(conv.bias[:, None, None]) if with_bias else None

    def forward(self, image: Tensor) -> Tensor:
        """Convolve (B, in, H, W) to (B, out, H, W).

        Args:
            image: (B, in, H, W).

        """
        result = cpu.columns_convolve(
            with_borders(image, self.weight.shape[2] // 2, self.padding), self.weight
        )
        return result if self.bias is None else result.add_(self.bias)


class _InferenceUpsampling(nn.Module):
    """What the two algorithms of an `UpsampledConv` of side 3 share: the convolution of the skip,
    and the bias.
    """

    skip_weight: Tensor | None

    def __init__(self, conv: UpsampledConv, with_bias: bool) -> None:
        super().__init__()
        self.padding = conv.padding
        kernel = conv.eval().kernel()
        inputs = kernel.shape[1] - conv.skip_channels
        self.weight = _constant(self._prepared(kernel[:, :inputs]))
        self.skip_weight = _constant(kernel[:, inputs:]) if conv.skip_channels else None
        self.bias = _constant(conv.bias) if with_bias else None

    def _prepared(self, kernel: Tensor) -> Tensor:
        raise NotImplementedError

    def _upsampled(self, image: Tensor) -> Tensor:
        raise NotImplementedError

    def forward(self, image: Tensor, skip: Tensor | None = None) -> Tensor:
        """Turn (B, in, H, W), with `skip` (B, more, 2H, 2W) if the layer expects one, into (B, out,
        2H, 2W).
        """
        result = self._upsampled(image)
        if skip is None or self.skip_weight is None:
            return result
        return result.add_(convolve(skip, self.skip_weight, None, 1, self.padding))


class InferenceUpsampledConv(_InferenceUpsampling):
    """An `UpsampledConv` of side 3 as a transposed convolution, 4x4 with stride 2
    (`transposed`).
    """

    def _prepared(self, kernel: Tensor) -> Tensor:
        return merged_taps(kernel)

    def _upsampled(self, image: Tensor) -> Tensor:
        return upsampled_transposed(image, self.weight, self.bias, self.padding)


class InferenceUpsampledProducts(_InferenceUpsampling):
    """An `UpsampledConv` of side 3 as products at the low resolution (`cpu.upsampling`), in plain
    memory layout.
    """

    def _prepared(self, kernel: Tensor) -> Tensor:
        return cpu.stacked_taps(kernel)

    def _upsampled(self, image: Tensor) -> Tensor:
        result = cpu.upsampled_products(image, self.weight, self.padding)
        return result if self.bias is None else result.add_(self.bias[:, None, None])


class InferenceBlock(nn.Module):
    """A `ConvBlock` whose norm, modulation and activation are one scale, one shift and one
    slope.
    """

    def __init__(self, block: ConvBlock, rearranged: bool = False) -> None:
        super().__init__()
        self.conv = _folded(block.conv, rearranged, with_bias=False)
        self.weight = _constant(block.norm.weight)
        self.bias = _constant(block.norm.bias)
        self.slope = _slope(block.activation)

    def forward(
        self, image: Tensor, skip: Tensor | None = None, modulation: Modulation | None = None
    ) -> Tensor:
        """Apply to (B, C, H, W), as `ConvBlock` does.

        Args:
            image: (B, in, H, W).
            skip: (B, more, 2H, 2W), where the convolution expects one.
            modulation: (a, b), each (B | 1, out, 1, 1), or None.

        """
        image = self.conv(image) if skip is None else self.conv(image, skip)
        if modulation is None:
            image = _normed(image, self.weight, self.bias)
        elif len(modulation[0]) == 1:
            scale = 1 + modulation[0].flatten()
            shift = modulation[1].flatten()
            image = _normed(image, self.weight * scale, self.bias * scale + shift)
        else:
            image = torch.addcmul(
                modulation[1], _normed(image, self.weight, self.bias), 1 + modulation[0]
            )
        return image if self.slope == 1 else F.leaky_relu_(image, self.slope)


def _normed(image: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """Instance norm, see `blocks.InstanceNorm`; around two weaknesses of torch's channels-last one.
    Spoils `image`.
    """
    channels = image.shape[1]
    if image.device.type == "cpu" and not image.is_contiguous():
        if image.shape[2] * image.shape[3] < SMALL_IMAGE:
            result = F.group_norm(image.contiguous(), channels, weight, bias)
            return result.contiguous(memory_format=torch.channels_last)
        if image.dtype == torch.float32:
            # It takes the variance as E[x^2] - E[x]^2: digits are lost where the mean is large. Any
            # shift leaves the result as it is, so what every fourth row says of the mean is taken
            # out first.
            image -= image[:, :, ::4].mean((2, 3), keepdim=True)
    return F.group_norm(image, channels, weight, bias)


def _slope(activation: nn.Module) -> float:
    """Return the slope below zero: of PReLU, LeakyReLU, ReLU (0) or the identity (1)."""
    if isinstance(activation, nn.PReLU):
        return activation.weight.item()
    if isinstance(activation, nn.LeakyReLU):
        return activation.negative_slope
    return 0.0 if isinstance(activation, nn.ReLU) else 1.0

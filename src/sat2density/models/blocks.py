"""Blocks shared by the networks: convolution, instance norm, activation; residual and upsampling
variants.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from sat2density.models import cpu
from sat2density.models.architecture import Padding
from sat2density.models.convolution import PaddedConv, UpsampledConv

LEAK = 0.2
"""Slope of LeakyReLU below zero (method, section 4)."""

Modulation = tuple[Tensor, Tensor]
"""(a, b), each (B, C, 1, 1): features become x * (1 + a) + b."""


class InstanceNorm(nn.Module):
    """Instance norm with affine weights, eps 1e-5: each channel of each image to mean 0 and
    variance 1, then w x + b.

    Computed as a group norm of one channel per group, which is the same and keeps channels-last
    memory as it is.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, image: Tensor) -> Tensor:
        """Normalize (B, C, H, W).

        Args:
            image: (B, C, H, W).

        """
        return F.group_norm(image, image.shape[1], self.weight, self.bias)


class ConvBlock(nn.Module):
    """Convolution -> instance norm -> (modulation) -> activation."""

    def __init__(self, conv: PaddedConv, channels: int, activation: nn.Module) -> None:
        super().__init__()
        self.conv = conv
        self.norm = InstanceNorm(channels)
        self.activation = activation

    def forward(
        self, image: Tensor, skip: Tensor | None = None, modulation: Modulation | None = None
    ) -> Tensor:
        """Apply to (B, C, H, W); `skip` goes to an upsampling convolution, `modulation` acts after
        the norm.

        Args:
            image: (B, C, H, W).
            skip: (B, more, 2H, 2W), where the convolution expects one.
            modulation: (a, b), each (B | 1, out, 1, 1): features become x (1 + a) + b.

        """
        image = self.conv(image) if skip is None else self.conv(image, skip)
        if self.conv.on_cpu(image) and cpu.uses("norm") and image.is_contiguous():
            return cpu.normed_activation(
                image, *self._factor_and_shift(len(image), modulation), self._slope()
            )
        image = self.norm(image)
        if modulation is not None:
            scale, shift = modulation
            image = image * (1 + scale) + shift
        return self.activation(image)

    def _factor_and_shift(self, batch: int, modulation: Modulation | None) -> Modulation:
        """Return what the norm is multiplied by, and what is added then, each (B, C)."""
        weight: Tensor = self.norm.weight
        bias: Tensor = self.norm.bias
        if modulation is not None:
            more = 1 + modulation[0].flatten(1).to(weight.dtype)
            weight, bias = weight * more, bias * more + modulation[1].flatten(1).to(weight.dtype)
        return weight.expand(batch, -1), bias.expand(batch, -1)

    def _slope(self) -> Tensor | None:
        """Return the activation's slope below zero: of PReLU, LeakyReLU, ReLU (0); None for the
        identity.
        """
        if isinstance(self.activation, nn.PReLU):
            return self.activation.weight[0]
        if isinstance(self.activation, nn.Identity):
            return None
        slope = self.activation.negative_slope if isinstance(self.activation, nn.LeakyReLU) else 0.0
        return torch.tensor(slope, dtype=torch.float64)


class ResidualBlock(nn.Module):
    """x + (conv-norm-ReLU-conv-norm)(x), all at one width."""

    def __init__(
        self, channels: int, padding: Padding, spectral: bool, identity: bool = False
    ) -> None:
        """Build the block; with `identity` its last norm begins at 0, and the block as x (Goyal et
        al. 2017, section 5.1).
        """
        super().__init__()

        def conv() -> PaddedConv:
            return PaddedConv(channels, channels, 3, padding=padding, spectral=spectral)

        self.first = ConvBlock(conv(), channels, nn.ReLU())
        self.second = ConvBlock(conv(), channels, nn.Identity())
        if identity:
            nn.init.zeros_(self.second.norm.weight)

    def forward(self, image: Tensor) -> Tensor:
        """Apply to (B, C, H, W).

        Args:
            image: (B, C, H, W).

        """
        return image + self.second(self.first(image))


def down_block(
    inputs: int, outputs: int, kernel: int, stride: int, padding: Padding, spectral: bool
) -> ConvBlock:
    """Return the encoder's block: convolution, norm, PReLU with one slope.

    Args:
        inputs: channels of the image.
        outputs: channels of the result.
        kernel: side of the kernel, pixels (odd).
        stride: 1, or 2 to halve the size.
        padding: rule of the borders.
        spectral: whether the weight has a spectral norm.

    """
    conv = PaddedConv(inputs, outputs, kernel, stride=stride, padding=padding, spectral=spectral)
    return ConvBlock(conv, outputs, nn.PReLU())


def up_block(
    inputs: int, skip_channels: int, outputs: int, padding: Padding, spectral: bool
) -> ConvBlock:
    """Return the decoder's block: nearest upsampling by two, convolution 3x3, norm, LeakyReLU
    0.2.

    Args:
        inputs: channels of the image.
        skip_channels: channels of the skip features; 0 for none.
        outputs: channels of the result.
        padding: rule of the borders.
        spectral: whether the weight has a spectral norm.

    """
    conv = UpsampledConv(
        inputs, outputs, 3, skip_channels=skip_channels, padding=padding, spectral=spectral
    )
    return ConvBlock(conv, outputs, nn.LeakyReLU(LEAK))

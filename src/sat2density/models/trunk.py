"""The encoder-decoder that DensityNet and RenderNet share."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from sat2density.errors import ShapeError
from sat2density.models.architecture import Architecture, Padding
from sat2density.models.blocks import Modulation, ResidualBlock, down_block, up_block
from sat2density.models.convolution import PaddedConv


@dataclasses.dataclass(frozen=True)
class TrunkShape:
    """Sizes of one trunk; the fields mean what they mean in `Architecture`."""

    inputs: int
    outputs: int
    down: tuple[int, ...]
    blocks: int
    up: tuple[int, ...]
    stem_stride: int
    stem_kernel: int
    output_kernel: int
    skips: bool
    padding: Padding
    spectral: bool
    refine: tuple[int, ...] = ()

    @classmethod
    def of(cls, arch: Architecture, name: str, inputs: int, outputs: int) -> TrunkShape:
        """Return the trunk called `name` ("density" or "render") of an architecture.

        Args:
            arch: all widths and depths.
            name: "density" or "render".
            inputs: channels of the image.
            outputs: channels of the result.

        """
        own = {
            part: getattr(arch, f"{name}_{part}")
            for part in ("down", "blocks", "up", "stem_stride", "skips", "padding")
        }
        return cls(
            inputs=inputs,
            outputs=outputs,
            stem_kernel=arch.stem_kernel,
            output_kernel=arch.output_kernel,
            spectral=arch.spectral_norm,
            refine=arch.density_refine if name == "density" else (),
            **own,
        )

    @property
    def halvings(self) -> int:
        """How many times the image is halved."""
        return len(self.down) - 1 + (self.stem_stride == 2)

    def skip_channels(self) -> list[int]:
        """Channels of the skip at each doubling: the encoder's features of that size, or else the
        input.
        """
        if not self.skips:
            return [0] * len(self.up)
        encoder = ([self.inputs] if self.stem_stride == 2 else []) + list(self.down)
        return [encoder[len(encoder) - 2 - index] for index in range(len(self.up))]


class Trunk(nn.Module):
    """Stem, halvings, residual blocks, doublings (with residual blocks of their own where the shape
    says so), and a last convolution without norm or activation.

    Attributes:
        channels_last: convolutions work in this layout (`inference`): an image that two of them
            read is brought into it once.

    """

    def __init__(self, shape: TrunkShape) -> None:
        super().__init__()
        self.shape = shape
        self.channels_last = False
        # The stem reads the image, and the last doubling as its skip.
        self.twice = shape.skips and shape.stem_stride == 2
        borders = (shape.padding, shape.spectral)
        widths = (shape.inputs, *shape.down)
        self.down = nn.ModuleList(
            down_block(a, b, 3 if i else shape.stem_kernel, 2 if i else shape.stem_stride, *borders)
            for i, (a, b) in enumerate(pairwise(widths))
        )
        self.blocks = nn.ModuleList(
            ResidualBlock(shape.down[-1], *borders) for _ in range(shape.blocks)
        )
        widths = (shape.down[-1], *shape.up)
        self.up = nn.ModuleList(
            up_block(a, skip, b, *borders)
            for a, b, skip in zip(widths[:-1], widths[1:], shape.skip_channels(), strict=True)
        )
        self.refine = nn.ModuleList(
            nn.Sequential(*(ResidualBlock(width, *borders, identity=True) for _ in range(count)))
            for width, count in zip(shape.up, shape.refine, strict=False)
        )
        self.output = PaddedConv(
            shape.up[-1], shape.outputs, shape.output_kernel, padding=shape.padding
        )

    def forward(
        self, image: Tensor, modulations: Sequence[Modulation | None] | None = None
    ) -> Tensor:
        """Turn (B, inputs, H, W) into (B, outputs, H', W'), H' = H / 2^(halvings - doublings).

        Args:
            image: sides must be multiples of 2^halvings (ShapeError otherwise).
            modulations: one entry per doubling: (a, b) or None.

        """
        return self.output(self.features(image, modulations))

    def features(
        self, image: Tensor, modulations: Sequence[Modulation | None] | None = None
    ) -> Tensor:
        """Return what the last convolution is told, (B, up[-1], H', W'); see `forward`.

        Args:
            image: as in `forward`.
            modulations: as in `forward`.

        """
        self._check(image)
        if self.twice and self.channels_last:
            image = image.contiguous(memory_format=torch.channels_last)
        features = [image]
        for block in self.down:
            features.append(block(features[-1]))
        image = features.pop()
        if self.shape.stem_stride == 1:
            features = features[
                1:
            ]  # the stem has the input's own size: its features are the skip, not the input
        for block in self.blocks:
            image = block(image)
        for index, block in enumerate(self.up):
            skip = features.pop() if self.shape.skips else None
            image = block(image, skip, modulations[index] if modulations else None)
            if self.shape.refine:
                image = self.refine[index](image)
        return image

    def _check(self, image: Tensor) -> None:
        multiple = 1 << self.shape.halvings
        good = image.ndim == 4 and image.shape[1] == self.shape.inputs
        if not good or image.shape[2] % multiple or image.shape[3] % multiple:
            raise ShapeError(
                f"expected (batch, {self.shape.inputs}, height, width) with sides that are "
                f"multiples of {multiple}, "
                f"not {tuple(image.shape)}"
            )

"""Heads beside the density: what stands at every place of a tile, told from DensityNet's features.

They are an optional part of an architecture (`Architecture.heads`): weights without them hold
nothing of this, and nothing of it is computed unless it is asked for. Each head is taught by the
exact truth of the procedural world (the `truth` protocol, docs/training.md).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from sat2density.images.pixels import middle
from sat2density.models.architecture import Architecture
from sat2density.models.blocks import down_block
from sat2density.models.convolution import PaddedConv

HEAD_CHANNELS: Final[dict[str, int]] = {
    "classes": 0,  # one a class: `Architecture.class_names`
    "trees": 3,
    "vehicles": 5,
    "poles": 1,
    "edges": 1,
    "slope": 2,
    "ground": 3,
    "learned": 8,
}
"""Channels of each head's output."""

FINE_HEADS: Final = ("classes", "ground")
"""Heads that tell something of each of the tile's pixels; the others do of each of the density's
cells.
"""

RARE_HEADS: Final = ("trees", "vehicles", "poles", "edges")
"""Heads whose first channel is the logit of something rare, see `RARE`."""

RARE: Final = -4.0
"""Added to the logits of what is rare (middles of things, edges): sigmoid(-4) = 0.02, about as rare
as they are, so that training does not begin by unlearning them everywhere.
"""


@dataclasses.dataclass(frozen=True)
class TileMaps:
    """What the heads say of a batch of tiles, as raw outputs, north up.

    Of S x S pixels of the tile, or of R x R cells, the density's rows and columns. A part is None
    where the architecture has no such head.

    Attributes:
        classes: (B, K, S, S) logits of the class of what is seen from above.
        trees: (B, 3, R, R): logit that a trunk's middle is here; the crown's radius and the tree's
            height there, both as log(1 + metres).
        vehicles: (B, 5, R, R): logit that a vehicle's middle is here; log(1 + length) and
            log(1 + width) in metres; sine and cosine of twice its heading (a front and a back look
            alike from above).
        poles: (B, 1, R, R) logit that a pole's foot is here.
        edges: (B, 1, R, R) logit that two buildings touch here.
        slope: (B, 2, R, R) the way down a roof (east, south), rise per metre.
        ground: (B, 3, S, S) logits of the colours of the ground without what stands on it.
        learned: (B, 8, R, R) in [-1, 1], whatever helps RenderNet: rays bring it along
            (`features`), and the painter's losses teach it.

    """

    classes: Tensor | None = None
    trees: Tensor | None = None
    vehicles: Tensor | None = None
    poles: Tensor | None = None
    edges: Tensor | None = None
    slope: Tensor | None = None
    ground: Tensor | None = None
    learned: Tensor | None = None

    def class_codes(self) -> Tensor:
        """Return the likeliest class of every place, (B, S, S) int64: places in `class_names`.

        Raises:
            ValueError: there is no class head.

        """
        if self.classes is None:
            raise ValueError("these weights do not know classes")
        return self.classes.argmax(1)

    def of_tile(self, index: int) -> TileMaps:
        """Return all maps of one tile, with a batch of one.

        Args:
            index: of the tile, from 0.

        """
        return self._map(lambda values: values[index : index + 1])

    def cropped(self, share: float) -> TileMaps:
        """Return the middle of all maps: without a margin round the tile.

        Args:
            share: width of the middle, of the whole width, in (0, 1].

        """
        return self._map(lambda values: middle(values, round(values.shape[-1] * share)))

    def float(self) -> TileMaps:
        """Return the maps in float32."""
        return self._map(lambda values: values.float())

    def _map(self, function: Callable[[Tensor], Tensor]) -> TileMaps:
        parts = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        return TileMaps(**{n: None if v is None else function(v) for n, v in parts.items()})


class TileHeads(nn.Module):
    """DensityNet's features (B, C, R, R) of a tile of S pixels -> `TileMaps`.

    One block at the density's own size for all heads together, then one convolution 1x1. What is
    told at the tile's pixels (`FINE_HEADS`) has a channel for each pixel under a cell, which are
    laid out beside each other (Shi et al. 2016, sub-pixel convolution): blocks at the tile's own
    size would cost over half as much as the trunk (docs/decisions/training.md).
    """

    def __init__(self, arch: Architecture) -> None:
        super().__init__()
        self.heads = tuple(name for name in arch.heads if name != "learned")
        self.stride = arch.density_stride
        channels = [
            len(arch.class_names) if name == "classes" else HEAD_CHANNELS[name]
            for name in self.heads
        ]
        self.channels = [
            count * self.stride**2 if name in FINE_HEADS else count
            for name, count in zip(self.heads, channels, strict=True)
        ]
        self.block = down_block(
            arch.density_up[-1], arch.heads_width, 3, 1, arch.density_padding, arch.spectral_norm
        )
        self.output = PaddedConv(
            arch.heads_width, sum(self.channels), 1, padding=arch.density_padding
        )
        self.learned: PaddedConv | None = None
        if "learned" in arch.heads:
            # Apart from the others: it learns with the painter, when they do not any more.
            count = HEAD_CHANNELS["learned"]
            self.learned = PaddedConv(arch.heads_width, count, 1, padding=arch.density_padding)

    def forward(self, features: Tensor) -> TileMaps:
        """Tell what stands where.

        Args:
            features: (B, C, R, R) of `DensityNet.features`.

        """
        shared = self.block(features)
        told = self.output(shared).split(self.channels, 1)
        parts = dict(zip(self.heads, told, strict=True))
        for name in FINE_HEADS:
            if name in parts and self.stride > 1:
                parts[name] = F.pixel_shuffle(parts[name], self.stride)
        for name in RARE_HEADS:
            if name in parts:
                parts[name] = _with_rare_first(parts[name])
        if self.learned is not None:
            parts["learned"] = torch.tanh(self.learned(shared))
        return TileMaps(**parts)


def _with_rare_first(values: Tensor) -> Tensor:
    """Add `RARE` to the first channel, the logit."""
    shift = torch.zeros(values.shape[1], dtype=values.dtype, device=values.device)
    shift[0] = RARE
    return values + shift[:, None, None]


def metres(values: Tensor) -> Tensor:
    """Return metres of what a head tells of sizes.

    Args:
        values: log(1 + metres), any shape.

    Returns:
        The same shape, never negative.

    """
    return torch.expm1(F.relu(values))

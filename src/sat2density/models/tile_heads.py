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

from sat2density.models.architecture import Architecture
from sat2density.models.blocks import up_block
from sat2density.models.convolution import PaddedConv

HEAD_CHANNELS: Final[dict[str, int]] = {
    "classes": 0,  # one a class: `Architecture.class_names`
    "trees": 3,
    "vehicles": 5,
    "poles": 1,
    "edges": 1,
    "slope": 2,
    "ground": 3,
}
"""Channels of each head's output."""

RARE: Final = -4.0
"""Added to the logits of what is rare (middles of things, edges): sigmoid(-4) = 0.02, about as rare
as they are, so that training does not begin by unlearning them everywhere.
"""


@dataclasses.dataclass(frozen=True)
class TileMaps:
    """What the heads say of a batch of tiles, as raw outputs at the tile's pixels, north up.

    A part is None where the architecture has no such head.

    Attributes:
        classes: (B, K, S, S) logits of the class of what is seen from above.
        trees: (B, 3, S, S): logit that a trunk's middle is here; the crown's radius and the tree's
            height there, both as log(1 + metres).
        vehicles: (B, 5, S, S): logit that a vehicle's middle is here; log(1 + length) and
            log(1 + width) in metres; sine and cosine of twice its heading (a front and a back look
            alike from above).
        poles: (B, 1, S, S) logit that a pole's foot is here.
        edges: (B, 1, S, S) logit that two buildings touch here.
        slope: (B, 2, S, S) the way down a roof (east, south), rise per metre.
        ground: (B, 3, S, S) logits of the colours of the ground without what stands on it.

    """

    classes: Tensor | None = None
    trees: Tensor | None = None
    vehicles: Tensor | None = None
    poles: Tensor | None = None
    edges: Tensor | None = None
    slope: Tensor | None = None
    ground: Tensor | None = None

    def class_codes(self) -> Tensor:
        """Return the likeliest class of every place, (B, S, S) int64: places in `class_names`.

        Raises:
            ValueError: there is no class head.

        """
        if self.classes is None:
            raise ValueError("these weights do not know classes")
        return self.classes.argmax(1)

    def cropped(self, side: int) -> TileMaps:
        """Return the middle of all maps: without a margin round the tile.

        Args:
            side: width of the middle, pixels; S - side must be even.

        """
        return self._map(lambda values: middle(values, side))

    def float(self) -> TileMaps:
        """Return the maps in float32."""
        return self._map(lambda values: values.float())

    def _map(self, function: Callable[[Tensor], Tensor]) -> TileMaps:
        parts = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        return TileMaps(**{n: None if v is None else function(v) for n, v in parts.items()})


def middle(values: Tensor, side: int) -> Tensor:
    """Return the middle of maps.

    Args:
        values: (..., S, S).
        side: width of the middle, pixels; S - side must be even.

    Returns:
        (..., side, side), a view.

    """
    rim = (values.shape[-1] - side) // 2
    return values[..., rim : rim + side, rim : rim + side]


class TileHeads(nn.Module):
    """DensityNet's features (B, C, S', S') and the tile (B, 3, S, S) -> `TileMaps` at S pixels.

    One upsampling block for each doubling between the two sizes, the tile itself beside the last,
    then one convolution for all heads together.
    """

    def __init__(self, arch: Architecture) -> None:
        super().__init__()
        self.heads = arch.heads
        self.channels = [
            len(arch.class_names) if name == "classes" else HEAD_CHANNELS[name]
            for name in arch.heads
        ]
        borders = (arch.density_padding, arch.spectral_norm)
        doublings = arch.density_stride.bit_length() - 1
        width = arch.heads_width
        inputs = [arch.density_up[-1], *[width] * max(0, doublings - 1)]
        self.up = nn.ModuleList(
            up_block(a, 3 * (i == doublings - 1), width, *borders)
            for i, a in enumerate(inputs[:doublings])
        )
        last = width if doublings else arch.density_up[-1]
        self.output = PaddedConv(last, sum(self.channels), 3, padding=arch.density_padding)

    def forward(self, features: Tensor, tile: Tensor) -> TileMaps:
        """Tell what stands where.

        Args:
            features: (B, C, S', S') of `DensityNet.features`.
            tile: (B, 3, S, S) in [0, 1], the tile they came from.

        """
        image = features
        for index, block in enumerate(self.up):
            image = block(image, tile if index == len(self.up) - 1 else None)
        parts = dict(zip(self.heads, self.output(image).split(self.channels, 1), strict=True))
        for name in ("trees", "vehicles", "poles", "edges"):
            if name in parts:
                parts[name] = _with_rare_first(parts[name])
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

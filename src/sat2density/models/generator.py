"""The generator: the networks that one set of weights holds."""

from __future__ import annotations

from torch import Tensor, nn

from sat2density.models.architecture import Architecture
from sat2density.models.density_net import DensityNet
from sat2density.models.quarter_turns import from_all_sides
from sat2density.models.render_net import RenderNet
from sat2density.models.sky_encoder import SkyEncoder, StyleMLP
from sat2density.models.skyline_net import BorderSkyline, SkylineNet
from sat2density.models.tile_heads import TileHeads, TileMaps


class Generator(nn.Module):
    """DensityNet, sky encoder, style MLP and RenderNet of one architecture; rays come between them
    (`pipeline`).

    `skyline_net` and `tile_heads` are None where the architecture has none (as released).
    """

    def __init__(self, arch: Architecture) -> None:
        super().__init__()
        self.architecture = arch
        self.density_net = DensityNet(arch)
        self.sky_encoder = SkyEncoder(arch)
        self.style_mlp = StyleMLP(arch)
        self.render_net = RenderNet(arch)
        self.skyline_net = _skyline_net(arch)
        self.tile_heads = TileHeads(arch) if arch.heads else None

    def describe(self, tile: Tensor, turns: int = 1) -> tuple[Tensor, TileMaps]:
        """Return the density of tiles, and what the heads tell of them, in one pass.

        Args:
            tile: (B, 3, S, S) in [0, 1].
            turns: from how many sides each tile is looked at, see `quarter_turns`.

        Returns:
            (B, Z, S', S') in 1/units, and the heads' maps (all None without heads).

        """
        return from_all_sides(self._describe, tile, turns)

    def _describe(self, tile: Tensor) -> tuple[Tensor, TileMaps]:
        features = self.density_net.features(tile)
        maps = TileMaps() if self.tile_heads is None else self.tile_heads(features)
        return self.density_net.density(features), maps

    def style(self, histogram: Tensor, noise: Tensor | None = None) -> Tensor:
        """Return the style (B, style_size) of sky histograms (B, 270); deterministic unless `noise`
        is given.

        Args:
            histogram: (B, 270).
            noise: (B, z_size) for the sky encoder, or None.

        """
        return self.style_mlp(self.sky_encoder(histogram, noise).z)


def _skyline_net(arch: Architecture) -> SkylineNet | BorderSkyline | None:
    if not arch.skyline:
        return None
    return BorderSkyline(len(arch.class_names) + 1) if arch.skyline_border else SkylineNet()

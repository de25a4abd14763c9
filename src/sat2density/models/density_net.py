"""DensityNet: from a satellite tile to a volume of density (method, section 4)."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn

from sat2density.models.architecture import Architecture
from sat2density.models.trunk import Trunk, TrunkShape


class DensityNet(nn.Module):
    """Tile (B, 3, S, S) in [0, 1] -> density (B, Z, S', S') in 1/units, not negative, [layer up,
    south, east].

    Z = `density_layers`, S' = S / `density_stride`; density = gain * activation(trunk + bias),
    released: ReLU(trunk).
    """

    def __init__(self, arch: Architecture) -> None:
        super().__init__()
        self.activation = arch.density_activation
        self.bias = arch.density_bias
        self.gain = arch.density_gain
        shape = TrunkShape.of(arch, "density", inputs=3, outputs=arch.density_layers)
        self.trunk = Trunk(shape)

    def forward(self, tile: Tensor) -> Tensor:
        """Return the density of each tile of a batch; ShapeError if a side is no multiple of
        2^halvings.

        Args:
            tile: (B, 3, S, S) in [0, 1].

        """
        return self.density(self.features(tile))

    def features(self, tile: Tensor) -> Tensor:
        """Return the trunk's features, from which density and heads are told.

        Args:
            tile: (B, 3, S, S) in [0, 1]; S a multiple of 2^halvings (ShapeError otherwise).

        Returns:
            (B, `density_up[-1]`, S', S').

        """
        return self.trunk.features(tile)

    def density(self, features: Tensor) -> Tensor:
        """Return the density told from features.

        Args:
            features: (B, C, S', S') of `features`.

        Returns:
            (B, Z, S', S') in 1/units, not negative.

        """
        raw = self.trunk.output(features)
        if self.bias:
            raw = raw + self.bias
        density = F.relu(raw) if self.activation == "relu" else F.softplus(raw)
        return density * self.gain if self.gain != 1 else density

"""DensityNet: from a satellite tile to a volume of density (spec, section 4)."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn

from sat2density.models.architecture import Architecture
from sat2density.models.columns import COLUMN_CHANNELS, columns_to_layers
from sat2density.models.trunk import Trunk, TrunkShape

NOTHING = 1e-3
"""Densities of columns below this, per unit, are zero when looking: their thin tails stop less than
0.3% of a ray's light across the whole tile, and the renderer skips what is exactly empty. In
training the tails are what pulls.
"""


class DensityNet(nn.Module):
    """Tile (B, 3, S, S) in [0, 1] -> density (B, Z, S', S') in 1/units, not negative, [layer up,
    south, east].

    Z = `density_layers`, S' = S / `density_stride`; density = gain * activation(trunk + bias),
    released: ReLU(trunk); with `density_form` "columns": gain * `columns_to_layers`(trunk).
    """

    def __init__(self, arch: Architecture) -> None:
        super().__init__()
        self.activation, self.bias, self.gain = (
            arch.density_activation,
            arch.density_bias,
            arch.density_gain,
        )
        self.form, self.layers, self.softest = (
            arch.density_form,
            arch.density_layers,
            arch.density_softest,
        )
        outputs = COLUMN_CHANNELS if self.form == "columns" else self.layers
        self.trunk = Trunk(TrunkShape.of(arch, "density", inputs=3, outputs=outputs))

    def forward(self, tile: Tensor) -> Tensor:
        """Return the density of each tile of a batch; ShapeError if a side is no multiple of
        2^halvings.
        """
        raw = self.trunk(tile)
        if self.form == "columns":
            density = columns_to_layers(raw, self.layers, self.softest) * self.gain
            return density if self.training else F.threshold(density, NOTHING, 0.0)
        if self.bias:
            raw = raw + self.bias
        density = F.relu(raw) if self.activation == "relu" else F.softplus(raw)
        return density * self.gain if self.gain != 1 else density

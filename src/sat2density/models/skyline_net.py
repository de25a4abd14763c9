"""SkylineNet: what stands beyond the tile's border, guessed from the tile."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

_SEEN = 64
_WIDTHS = (24, 48, 64)


class SkylineNet(nn.Module):
    """Tile (B, 3, S, S) in [0, 1] -> skyline (B, 3): height, distance and softness, see
    `render.skyline`.

    A panorama shows the street's further trees and roofs over the tile's edge. Without a place for
    them the density grows a wall along the border to explain them, which its heights then show. One
    skyline for the whole tile, "trees go on" or "open field": a map along the border explains
    houses that stand within the tile as well, and they stay empty (docs/decisions/rendering.md).
    """

    def __init__(self) -> None:
        super().__init__()
        first, second, third = _WIDTHS
        self.local = nn.Sequential(
            nn.Conv2d(3, first, 5, stride=2, padding=2),
            nn.LeakyReLU(0.2),
            nn.Conv2d(first, second, 3, stride=2, padding=1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(second, third, 3, padding=1),
            nn.LeakyReLU(0.2),
        )
        self.whole = nn.Linear(third, third)
        self.out = nn.Conv2d(third, 3, 3, padding=1)

    def forward(self, tile: Tensor) -> Tensor:
        """Return height over the floor (units), distance behind the border (units, > 0) and
        softness (tangent, > 0).

        Args:
            tile: (B, 3, S, S) in [0, 1].

        """
        local = self.local(F.adaptive_avg_pool2d(tile, _SEEN) - 0.5)
        whole = self.whole(local.mean((2, 3)))[:, :, None, None]
        told = self.out(F.leaky_relu(local + whole, 0.2)).mean((2, 3))
        height, distance, softness = told.float().split(1, 1)
        # Starts at a line of trees 5 m high, a street's width behind the border.
        return torch.cat(
            (0.25 + 0.2 * height, F.softplus(distance), 0.01 + 0.1 * F.softplus(softness)), 1
        )

"""Networks that guess from the tile what stands beyond its border."""

from __future__ import annotations

from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from sat2density.kept import made_of

_SEEN = 64
_WIDTHS = (24, 48, 64)


class SkylineNet(nn.Module):
    """Tile (B, 3, S, S) in [0, 1] -> one skyline for all of its border, (B, 1, 4, 1) of
    `render.skyline`.

    A panorama shows the street's further trees and roofs over the tile's edge. Without a place for
    them the density grows a wall along the border to explain them, which its heights then show. One
    skyline for the whole tile, "trees go on" or "open field": where masks teach the density too, a
    map along the border explains houses that stand within the tile as well, and they stay empty
    (docs/decisions/rendering.md). Density that learned from the truth may have `BorderSkyline`.
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

    def forward(self, tile: Tensor, features: Tensor | None = None) -> Tensor:
        """Return height over the floor (units), distance behind the border (units, > 0), softness
        (tangent, > 0) and a likelihood of 1.

        Args:
            tile: (B, 3, S, S) in [0, 1].
            features: not looked at.

        """
        local = self.local(F.adaptive_avg_pool2d(tile, _SEEN) - 0.5)
        whole = self.whole(local.mean((2, 3)))[:, :, None, None]
        told = self.out(F.leaky_relu(local + whole, 0.2)).mean((2, 3))
        height, distance, softness = told.float().split(1, 1)
        # Starts at a line of trees 5 m high, a street's width behind the border.
        parts = (*_sizes(height, distance, softness), torch.ones_like(height))
        return torch.cat(parts, 1)[:, None, :, None]


class BorderSkyline(nn.Module):
    """Tile (B, 3, S, S) in [0, 1] and the features that rays bring along -> lines of things beyond
    every place of its border, (B, `LINES`, 4, P) of `render.skyline`.

    A house or a row of trees that the border cuts goes on behind it, a road leaves a gap. So it
    looks at what the networks say stands within (`features.feature_maps`), and its last layers look
    along the border. One line lies close behind the border at first, one at a street's width.

    Args:
        channels: F of the features, without those of the head "learned".

    """

    LINES = 2

    def __init__(self, channels: int) -> None:
        super().__init__()
        first, second, third = _WIDTHS
        self.channels = channels
        self.local = nn.Sequential(
            nn.Conv2d(3 + channels, first, 5, stride=2, padding=2),
            nn.LeakyReLU(0.2),
            nn.Conv2d(first, second, 3, stride=2, padding=1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(second, third, 3, padding=1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(third, third, 3, padding=2, dilation=2),
            nn.LeakyReLU(0.2),
            nn.Conv2d(third, third, 3, padding=3, dilation=3),
        )
        self.whole = nn.Linear(third, third)
        self.along = nn.Sequential(
            nn.LeakyReLU(0.2),
            nn.Conv1d(third, third, 5, padding=2, padding_mode="circular"),
            nn.LeakyReLU(0.2),
            nn.Conv1d(third, 4 * self.LINES, 5, padding=2, padding_mode="circular"),
        )

    def forward(self, tile: Tensor, features: Tensor | None = None) -> Tensor:
        """Return heights over the floor (units), distances behind the border (units, > 0),
        softness (tangents, > 0) and likelihoods (0 to 1).

        Args:
            tile: (B, 3, S, S) in [0, 1].
            features: (B | 1, F, R, R), of the same tiles.

        """
        assert features is not None, "the architecture has render_features (Architecture checks)"
        # Not what the painter alone makes sense of, between the classes and the height.
        features = torch.cat((features[:, : self.channels - 1], features[:, -1:]), 1)
        features = features.to(tile).expand(len(tile), -1, -1, -1)
        seen = [F.adaptive_avg_pool2d(picture, _SEEN) for picture in (tile - 0.5, features)]
        local = self.local(torch.cat(seen, 1))
        local = local + self.whole(local.mean((2, 3)))[:, :, None, None]
        told = self.along(border_of(local)).float().unflatten(1, (self.LINES, 4))
        height, distance, softness, likelihood = told.unbind(2)
        start = torch.tensor((-1.5, 1.0), device=told.device)[:, None]
        sizes = _sizes(height, distance + start, softness)
        return torch.stack((*sizes, torch.sigmoid(likelihood + 1)), 2)


def border_of(picture: Tensor) -> Tensor:
    """Return the outermost pixels in the order of `render.skyline.places`: (B, C, 4 K).

    Args:
        picture: (B, C, K, K); corners come twice.

    """
    north, south = picture[:, :, 0], picture[:, :, -1].flip(-1)
    east, west = picture[..., -1], picture[..., 0].flip(-1)
    return torch.cat((north, east, south, west), -1)


def _sizes(height: Tensor, distance: Tensor, softness: Tensor) -> tuple[Tensor, ...]:
    """What a network tells as units and tangents."""
    return 0.25 + 0.2 * height, F.softplus(distance), 0.01 + 0.1 * F.softplus(softness)


def skyline_of(net: nn.Module, tiles: Tensor, features: Tensor | None) -> Tensor:
    """Return what stands beyond tiles; without gradients a network is asked once for the same
    features and tiles, as long as its weights stay.

    Args:
        net: `SkylineNet` or `BorderSkyline`.
        tiles: (B, 3, S, S) in [0, 1].
        features: (B | 1, F, R, R) that rays bring along, or None.

    Returns:
        (B, lines, 4, P) of `render.skyline`.

    """
    if torch.is_grad_enabled() or features is None:
        return cast(Tensor, net(tiles, features))
    of = [features, tiles, *net.parameters()]
    return made_of(of, "skyline", lambda: cast(Tensor, net(tiles, features)))

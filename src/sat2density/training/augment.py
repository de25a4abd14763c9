"""How scenes are varied: quarter turns and mirror images of tile, panoramas and cameras together,
and colours.
"""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from sat2density.conventions import PixelRule
from sat2density.training.config import AugmentConfig
from sat2density.views import Camera


@dataclasses.dataclass(frozen=True)
class Turn:
    """A quarter turn and a mirror image of a scene: tile, panoramas and cameras together.

    Attributes:
        quarters: quarter turns of the tile, clockwise as seen.
        mirrored: east and west exchanged, before turning.
        pixel_rule: of the panoramas (`conventions`).

    """

    quarters: int = 0
    mirrored: bool = False
    pixel_rule: PixelRule = "centre"

    @classmethod
    def draw(
        cls, rng: np.random.Generator, augment: AugmentConfig, pixel_rule: PixelRule = "centre"
    ) -> Turn:
        """Draw one of the variations that are switched on.

        Args:
            rng: where the draws come from.
            augment: which variations are switched on.
            pixel_rule: of the panoramas.

        """
        # Drawn whether wanted or not: what is drawn next does not depend on the settings.
        quarters = int(rng.integers(4))
        mirrored = bool(rng.integers(2))
        return cls(quarters if augment.turns else 0, mirrored and augment.mirror, pixel_rule)

    def tile(self, tile: Tensor) -> Tensor:
        """Turn (C, S, S).

        Args:
            tile: (C, S, S), north up.

        """
        tile = tile.flip(-1) if self.mirrored else tile
        return torch.rot90(tile, -self.quarters, (-2, -1)).contiguous()

    def panorama(self, panorama: Tensor) -> Tensor:
        """Turn (C, H, W): what lay north lies east after a clockwise quarter, a quarter of the
        width to the right.

        Args:
            panorama: (C, H, W), north in the middle.

        """
        shift = self.quarters * panorama.shape[-1] // 4
        if self.mirrored:
            panorama = panorama.flip(-1)
            # Rays through corners: column 0 looks south and is its own mirror image, column u that
            # of column W - u.
            shift += self.pixel_rule == "corner"
        return panorama.roll(shift, -1)

    def camera(self, place: np.ndarray | None) -> Camera:
        """Turn a camera given as (east, south, height in metres); None is the middle.

        Args:
            place: (east, south, height in metres), the first two in tile units; None is the middle.

        """
        if place is None:
            return Camera()
        east = float(place[0])
        south = float(place[1])
        east = -east if self.mirrored else east
        for _ in range(self.quarters):
            east, south = -south, east
        return Camera(east, south, height_m=float(place[2]))


def recolour(tile: Tensor, rng: np.random.Generator, most: float) -> Tensor:
    """Change brightness, contrast and each colour of a tile (3, S, S) by up to the share `most`,
    clamped to [0, 1].

    Args:
        tile: (3, S, S) in [0, 1].
        rng: where the draws come from.
        most: greatest change, a share; 0 leaves the tile as it is.

    """
    # Drawn whether wanted or not, as in `Turn.draw`.
    brightness, contrast, *colours = (1 + most * (2 * rng.random(5) - 1)).tolist()
    if most == 0:
        return tile
    factors = torch.tensor(colours, dtype=tile.dtype)[:, None, None] * brightness
    mean = tile.mean()
    return (((tile - mean) * contrast + mean) * factors).clamp(0, 1)


def retouch(tile: Tensor, rng: np.random.Generator, most: float) -> Tensor:
    """Change a tile (3, S, S) as cameras, seasons and providers do: gamma, saturation (a tenth of
    the tiles lose all colour), sharpness (blurred, or sharpened with halos), light that changes
    across the tile; clamped to [0, 1].

    Args:
        tile: (3, S, S) in [0, 1].
        rng: where the draws come from.
        most: strength, [0, 1]; 0 leaves the tile as it is.

    """
    if most == 0:
        return tile
    gamma, saturation, blur, sharp, kind = rng.random(5).tolist()
    shade = torch.from_numpy(rng.uniform(-1, 1, (1, 1, 4, 4)).astype(np.float32))
    tile = tile.clamp_min(1e-4) ** math.exp(0.6 * most * (2 * gamma - 1))
    grey = tile.mean(0, keepdim=True)
    tile = torch.lerp(grey, tile, 0.0 if kind < 0.1 * most else 1 + most * (saturation - 0.75))
    if blur < 0.7:
        soft = gaussian_blur(tile, 0.3 + 1.7 * most * blur / 0.7)
        # The lower half of the draws blurs, the upper sharpens.
        tile = soft if kind < 0.55 else tile + 1.5 * most * sharp * (tile - soft)
    around = F.interpolate(shade, tile.shape[-2:], mode="bicubic")[0]
    return (tile * (1 + 0.15 * most * around)).clamp(0, 1)


def gaussian_blur(picture: Tensor, sigma: float) -> Tensor:
    """Blur (C, H, W) with a Gaussian; the borders are mirrored.

    Args:
        picture: at least 4 `sigma` wide.
        sigma: pixels.

    """
    reach = math.ceil(2.5 * sigma)
    weights = torch.exp(-0.5 * (torch.arange(-reach, reach + 1) / sigma) ** 2)
    weights = (weights / weights.sum()).to(picture)
    padded = F.pad(picture[:, None], [reach] * 4, mode="reflect")
    down = F.conv2d(padded, weights[None, None, :, None])
    return F.conv2d(down, weights[None, None, None, :])[:, 0]

"""The ground without what stands on it, from the head's blurred one and the tile's fine detail."""

from __future__ import annotations

from typing import Final

import numpy as np
from PIL import Image
from scipy import ndimage

from sat2density.city.evidence import Evidence

BLUR_M: Final = 0.45
"""The head's colours are smoothed by this: finer, they are its own grain."""
DETAIL_M: Final = 0.9
"""What is finer than this in the tile is detail: lane marks, kerbs, grass. Shadows are wider."""
AROUND_M: Final = 0.4
"""Detail is left out so near to things."""
MOST: Final = 40.0
"""Detail brighter or darker than this (of 255) is something else: the rim of a shadow, a roof."""


def ground_of(evidence: Evidence) -> np.ndarray:
    """Return the picture of the ground, (T, T, 3) uint8, at the tile's size.

    Args:
        evidence: of a tile; without a ground of its own the tile is taken as it is.

    """
    tile = evidence.tile
    if evidence.ground is None:
        return tile
    side = len(tile)
    told = Image.fromarray(evidence.ground).resize((side, side), Image.Resampling.BICUBIC)
    pixel = evidence.extent_m / side
    base = _smooth(np.asarray(told, np.float32), BLUR_M / pixel)
    things = evidence.is_class("building", "tree", "shrub", "vehicle", "fence", "pole")
    mask = np.asarray(Image.fromarray(things).resize((side, side), Image.Resampling.NEAREST))
    reach = max(round(AROUND_M / pixel), 1)
    free = 1.0 - ndimage.maximum_filter(mask.astype(np.float32), 2 * reach + 1)
    free = ndimage.gaussian_filter(free, reach)
    colours = tile.astype(np.float32)
    detail = np.clip(colours - _smooth(colours, DETAIL_M / pixel), -MOST, MOST)
    return np.clip(np.round(base + free[..., None] * detail), 0, 255).astype(np.uint8)


def _smooth(values: np.ndarray, sigma: float) -> np.ndarray:
    return ndimage.gaussian_filter(values, (sigma, sigma, 0), mode="nearest")

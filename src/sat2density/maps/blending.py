"""Heights of overlapping tiles become one surface: a weighted mean, and how far the tiles agree."""

from __future__ import annotations

import functools
from typing import Final

import numpy as np

NODATA: Final = -9999.0
"""Written where nothing is known: no map data, or no tile."""

LEAST_WEIGHT: Final = 1e-3
"""Of a tile's outermost pixel: what no other tile covers is known from it alone."""


HEIGHT_STEP: Final = 1 / 128
CONFIDENCE_STEP: Final = 1 / 256
"""Values are multiples of these (8 mm): digits that mean nothing would take most of a file."""


class Blend:
    """Sums of what overlapping tiles say of a rectangle of output pixels.

    Args:
        shape: (rows, columns).
        classes: number of classes that the tiles tell, 0 for none.

    """

    def __init__(self, shape: tuple[int, int], classes: int = 0) -> None:
        self.weight = np.zeros(shape, np.float64)
        self.first = np.zeros(shape, np.float64)
        self.second = np.zeros(shape, np.float64)
        self.count = np.zeros(shape, np.uint16)
        self.votes = np.zeros((classes, *shape), np.float32)

    def add(
        self, at: tuple[int, int], heights: np.ndarray, shares: np.ndarray | None = None
    ) -> None:
        """Add a tile; what of it lies outside is left out.

        Args:
            at: (row, column) of its upper left pixel, may be negative.
            heights: (N, N) metres.
            shares: (K, N, N) how likely each class is, or None.

        """
        side = len(heights)
        rows, columns = self.weight.shape
        top, left = max(at[0], 0), max(at[1], 0)
        bottom, right = min(at[0] + side, rows), min(at[1] + side, columns)
        if bottom <= top or right <= left:
            return
        here = np.s_[top:bottom, left:right]
        there = np.s_[top - at[0] : bottom - at[0], left - at[1] : right - at[1]]
        weight = window(side)[there]
        values = heights[there].astype(np.float64)
        self.weight[here] += weight
        self.first[here] += weight * values
        self.second[here] += weight * values**2
        self.count[here] += 1
        if shares is not None:
            self.votes[:, *here] += (weight * shares[:, *there]).astype(np.float32)

    def bands(self, valid: np.ndarray) -> np.ndarray:
        """Return float32 (2 or 3, rows, columns): heights, confidence, classes; `NODATA` where
        nothing is known.

        The confidence is 1 / (1 + s), s the weighted standard deviation of the tiles' heights in
        metres: 1 where they agree, 0.5 where they differ by a metre; nothing is known of it where
        only one tile reaches.

        Args:
            valid: bool (rows, columns), where the map holds data.

        """
        known = valid & (self.weight > 0)
        total = np.where(known, self.weight, 1.0)
        mean = self.first / total
        spread = np.sqrt(np.maximum(self.second / total - mean**2, 0.0))
        out = np.full((3 if len(self.votes) else 2, *known.shape), NODATA, np.float32)
        out[0][known] = _rounded(mean[known], HEIGHT_STEP)
        several = known & (self.count > 1)
        out[1][several] = _rounded(1.0 / (1.0 + spread[several]), CONFIDENCE_STEP)
        if len(self.votes):
            out[2][known] = self.votes.argmax(0)[known]
        return out


def _rounded(values: np.ndarray, step: float) -> np.ndarray:
    return np.rint(values / step) * step


@functools.lru_cache(maxsize=8)
def window(side: int) -> np.ndarray:
    """Return a tile's weights (side, side): a hill, nearly 0 at the border, where a tile knows
    least; hills of tiles that overlap by half add up to one.

    Args:
        side: of a tile in pixels.

    """
    hill = np.sin(np.pi * (np.arange(side) + 0.5) / side) ** 2 + LEAST_WEIGHT
    return np.outer(hill, hill)


def coarsened(values: np.ndarray, step: int) -> np.ndarray:
    """Return means of step x step pixels.

    Args:
        values: (..., H, W), H and W multiples of `step`.
        step: pixels a side.

    """
    if step == 1:
        return values
    *lead, rows, columns = values.shape
    return values.reshape(*lead, rows // step, step, columns // step, step).mean((-3, -1))

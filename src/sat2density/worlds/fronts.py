"""Walls seen from above: what no tile shows of a building, as maps of its columns."""

from __future__ import annotations

import numpy as np

from sat2density.conventions import FRONT_CHANNELS, FRONT_STOREYS
from sat2density.worlds.kernels import codes, columns, fronts
from sat2density.worlds.kernels.records import Geometry


def fronts_of(geometry: Geometry, extent_m: float, rows: int) -> np.ndarray:
    """Return the walls at the edges of buildings, (`FRONT_CHANNELS`, R, R) uint8.

    Args:
        geometry: what stands there.
        extent_m: side of the square around the middle, metres.
        rows: R.

    Returns:
        Red, green, blue of the wall as displayed, then how much of it is glass in each of the
        lower `FRONT_STOREYS` storeys, 0 to 255; 0 where no wall is.

    """
    heights, ground = (np.empty((rows, rows), np.float32) for _ in range(2))
    classes = np.empty((rows, rows), np.uint8)
    columns.survey(geometry, extent_m, heights, ground, classes)
    sums = np.zeros((FRONT_CHANNELS + 1, rows, rows), np.float32)
    fronts.fronts(geometry, extent_m, classes == codes.C_BUILDING, sums)
    plain = sums[FRONT_CHANNELS]
    colour = sums[:3] / np.maximum(plain, 1)
    glass = sums[3:FRONT_CHANNELS]
    # Each storey is looked at equally often.
    glass = FRONT_STOREYS * glass / np.maximum(plain + glass.sum(0), 1)
    shown = np.clip(colour, 0, 1) ** (1 / 2.2)
    return (255 * np.concatenate([shown, np.clip(glass, 0, 1)])).round().astype(np.uint8)

"""Single things from heat: the local maxima, and what is told at them."""

from __future__ import annotations

import numpy as np
from scipy import ndimage


def peaks(heat: np.ndarray, least: float, reach: int = 1) -> np.ndarray:
    """Return local maxima, the hottest first.

    Args:
        heat: (R, R) probabilities.
        least: a maximum is at least so hot.
        reach: cells around in which none may be hotter.

    Returns:
        (N, 2) rows and columns, int64.

    """
    top = ndimage.maximum_filter(heat, size=2 * reach + 1, mode="constant")
    rows, columns = np.nonzero((heat == top) & (heat >= least))
    order = np.lexsort((columns, rows, -heat[rows, columns]))
    return np.stack([rows[order], columns[order]], 1)


def refined(heat: np.ndarray, row: int, column: int) -> tuple[float, float]:
    """Return the place of a maximum between cells: the top of a parabola through the heat's
    logarithm, which is exact for a round bump.

    Args:
        heat: (R, R) probabilities.
        row: of the maximum.
        column: of the maximum.

    """
    side = len(heat)
    logs = np.log(np.clip(heat, 1e-6, None))
    moved = []
    for axis, k in ((0, row), (1, column)):
        if not 0 < k < side - 1:
            moved.append(float(k))
            continue
        before, here, after = (
            logs[row + d * (axis == 0), column + d * (axis == 1)] for d in (-1, 0, 1)
        )
        bend = before - 2 * here + after
        shift = 0.5 * (before - after) / bend if bend < -1e-9 else 0.0
        moved.append(k + float(np.clip(shift, -0.5, 0.5)))
    return moved[0], moved[1]


def apart(places: np.ndarray, reach_m: np.ndarray) -> list[int]:
    """Return which of some places are kept: each that lies no nearer to an earlier one than that
    one's reach.

    Args:
        places: (N, 2) metres, the surest first.
        reach_m: (N,) metres.

    """
    kept: list[int] = []
    for k, place in enumerate(places):
        away = np.hypot(*(places[kept] - place).T) if kept else np.zeros(0)
        if (away >= reach_m[kept]).all():
            kept.append(k)
    return kept

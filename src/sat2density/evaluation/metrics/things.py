"""Single things seen from above: buildings as patches of their class, trees as peaks of theirs."""

from __future__ import annotations

import numpy as np
from scipy import ndimage
from scipy.spatial import distance
from torch import Tensor

BUILDING_IOU = 0.5
"""Patches are the same building from this intersection over union on."""
SMALLEST_BUILDING_M2 = 4.0
"""Smaller patches are no buildings, true or predicted: sheds seen between crowns."""
TREE_M = 2.0
"""Trees match up to this distance of their peaks; a peak is the highest place of its class within
it, and higher than this.
"""
SMOOTH_M = 0.5
"""Heights are smoothed by a Gaussian of this deviation before peaks are looked for."""


def building_sums(ours: Tensor, theirs: Tensor, extent_m: float) -> tuple[float, float]:
    """Return the parts of the buildings' F1: 2 hits, and 2 hits + false alarms + misses.

    A building is a patch of pixels that touch by their sides, of at least `SMALLEST_BUILDING_M2`.

    Args:
        ours: boolean (S, S), where the predicted class is building.
        theirs: the same, true.
        extent_m: side of the tile, metres.

    Example:
        Two houses, one of them predicted: (2, 3), F1 2/3.

    """
    least = SMALLEST_BUILDING_M2 / (extent_m / ours.shape[-1]) ** 2
    one, other = (_patches(mask.cpu().numpy(), least) for mask in (ours, theirs))
    count = int(one.max()) + int(other.max())
    pairs, both = np.unique(
        np.stack((one[(one > 0) & (other > 0)], other[(one > 0) & (other > 0)])),
        axis=1,
        return_counts=True,
    )
    sizes = (np.bincount(one.ravel()), np.bincount(other.ravel()))
    either = sizes[0][pairs[0]] + sizes[1][pairs[1]] - both
    good = both >= BUILDING_IOU * either
    # At exactly a half two patches may share one: it counts once.
    hits = min(len(set(pairs[0][good].tolist())), len(set(pairs[1][good].tolist())))
    return 2.0 * hits, float(count)


def _patches(mask: np.ndarray, least: float) -> np.ndarray:
    """Number the patches of a mask that have at least so many pixels, from 1; 0 elsewhere."""
    labels, _ = ndimage.label(mask)
    sizes = np.bincount(labels.ravel())
    kept = (sizes >= least) & (np.arange(len(sizes)) > 0)
    return np.where(kept, np.cumsum(kept), 0)[labels]


def tree_sums(
    ours: tuple[Tensor, Tensor], theirs: tuple[Tensor, Tensor], extent_m: float
) -> tuple[float, float]:
    """Return the parts of the trees' F1: 2 hits, and 2 hits + false alarms + misses.

    The nearest pair of peaks is matched first, up to `TREE_M`.

    Args:
        ours: (S, S) heights in metres, and boolean (S, S) where the class is tree: predicted.
        theirs: the same, true.
        extent_m: side of the tile, metres.

    """
    one, other = (tree_peaks(*maps, extent_m) for maps in (ours, theirs))
    hits = 0
    if len(one) and len(other):
        away = distance.cdist(one, other)
        while away.min() <= TREE_M:
            row, column = np.unravel_index(int(away.argmin()), away.shape)
            away[row, :] = away[:, column] = np.inf
            hits += 1
    return 2.0 * hits, float(len(one) + len(other))


def tree_peaks(heights_m: Tensor, trees: Tensor, extent_m: float) -> np.ndarray:
    """Return the peaks of trees, (N, 2): metres south and east of the tile's corner.

    Args:
        heights_m: (S, S) of what is seen from above.
        trees: boolean (S, S), where that is a tree.
        extent_m: side of the tile, metres.

    """
    pixel_m = extent_m / heights_m.shape[-1]
    smooth = ndimage.gaussian_filter(heights_m.double().cpu().numpy(), SMOOTH_M / pixel_m)
    crowns = np.where(trees.cpu().numpy(), smooth, 0.0)
    window = 2 * round(TREE_M / pixel_m) + 1
    highest = (crowns == ndimage.maximum_filter(crowns, window)) & (crowns > TREE_M)
    labels, count = ndimage.label(highest, np.ones((3, 3)))
    middles = ndimage.center_of_mass(highest, labels, range(1, count + 1))
    return (np.array(middles, np.float64).reshape(-1, 2) + 0.5) * pixel_m

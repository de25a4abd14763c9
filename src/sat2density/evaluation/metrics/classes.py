"""Classes of what is seen from above: accuracy, and intersection over union by class."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import torch
from torch import Tensor

from sat2density.conventions import CLASSES

MEASURED: Final = ("road", "grass", "water", "building", "tree", "vehicle")
"""Classes whose IoU stands in the table."""


def class_sums(
    predicted: Tensor, true: Tensor, names: Sequence[str]
) -> dict[str, tuple[float, float]]:
    """Compare classes pixel by pixel.

    Args:
        predicted: (S, S) places in `names`.
        true: (S, S) codes, places in `conventions.CLASSES`.
        names: the classes that are predicted.

    Returns:
        Total and count by metric: pixels that are right and all pixels for `classes.accuracy`;
        intersection and union in pixels for each `classes.iou_NAME` (pooled over a data set: sum
        of the intersections / sum of the unions).

    Example:
        >>> road, tree = CLASSES.index("road"), CLASSES.index("tree")
        >>> true = torch.tensor([[road, road], [tree, tree]])
        >>> sums = class_sums(torch.tensor([[0, 1], [1, 1]]), true, ("road", "tree"))
        >>> sums["classes.accuracy"], sums["classes.iou_road"], sums["classes.iou_tree"]
        ((3.0, 4.0), (1.0, 2.0), (2.0, 3.0))

    """
    codes = torch.tensor([CLASSES.index(name) if name in CLASSES else -1 for name in names])
    ours = codes[predicted.long().cpu()]
    theirs = true.long().cpu()
    sums = {"classes.accuracy": (float((ours == theirs).sum()), float(theirs.numel()))}
    for name in MEASURED:
        here, there = (values == CLASSES.index(name) for values in (ours, theirs))
        sums[f"classes.iou_{name}"] = (float((here & there).sum()), float((here | there).sum()))
    return sums

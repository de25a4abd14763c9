"""Classes of what is seen: accuracy, and intersection over union by class."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import torch
from torch import Tensor

from sat2density.conventions import CLASSES

MEASURED: Final = ("road", "grass", "water", "building", "tree", "vehicle")
"""Classes whose IoU stands in the table."""


def class_sums(
    predicted: Tensor, true: Tensor, names: Sequence[str], prefix: str = "classes"
) -> dict[str, tuple[float, float]]:
    """Compare classes pixel by pixel.

    Args:
        predicted: places in `names`, any shape.
        true: codes of the same shape, places in `conventions.CLASSES`.
        names: the classes that are predicted.
        prefix: of the metrics: "classes" from above, "street" from the street.

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
    ours, theirs = world_codes(predicted, names), true.long().cpu()
    sums = {f"{prefix}.accuracy": (float((ours == theirs).sum()), float(theirs.numel()))}
    for name in MEASURED:
        here, there = (values == CLASSES.index(name) for values in (ours, theirs))
        sums[f"{prefix}.iou_{name}"] = (float((here & there).sum()), float((here | there).sum()))
    return sums


def world_codes(predicted: Tensor, names: Sequence[str]) -> Tensor:
    """Turn places in a list of names into places in `conventions.CLASSES`, -1 for other names.

    Args:
        predicted: places in `names`, any shape.
        names: of the predicted classes.

    """
    codes = [CLASSES.index(name) if name in CLASSES else -1 for name in names]
    return torch.tensor(codes)[predicted.long().cpu()]

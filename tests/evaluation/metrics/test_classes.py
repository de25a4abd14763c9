"""Classes seen from above, by hand."""

import torch

from sat2density.conventions import CLASSES
from sat2density.evaluation.metrics import METRICS
from sat2density.evaluation.metrics.classes import class_sums

ROAD, TREE, BUILDING = (CLASSES.index(name) for name in ("road", "tree", "building"))


def test_right_pixels_and_unions_are_counted():
    true = torch.tensor([[ROAD, ROAD], [TREE, TREE]])
    sums = class_sums(torch.tensor([[0, 1], [1, 1]]), true, ("road", "tree"))
    assert sums["classes.accuracy"] == (3, 4)
    assert sums["classes.iou_road"] == (1, 2)
    assert sums["classes.iou_tree"] == (2, 3)
    assert sums["classes.iou_building"] == (0, 0)
    assert set(sums) <= set(METRICS)


def test_names_that_the_world_does_not_know_are_never_right():
    true = torch.full((2, 2), BUILDING)
    sums = class_sums(torch.zeros(2, 2, dtype=torch.int64), true, ("castle",))
    assert sums["classes.accuracy"] == (0, 4)
    assert sums["classes.iou_building"] == (0, 4)

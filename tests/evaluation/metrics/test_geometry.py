"""Geometry measures by hand."""

import math

import pytest
import torch

from sat2density.errors import ShapeError
from sat2density.evaluation.metrics import geometry


def test_iou():
    a, b = torch.tensor([[True, True, False]]), torch.tensor([[False, True, True]])
    assert float(geometry.intersection_over_union(a, b)) == pytest.approx(1 / 3)
    none = torch.zeros(1, 3, dtype=torch.bool)
    assert math.isnan(geometry.intersection_over_union(none, none))
    with pytest.raises(ShapeError):
        geometry.intersection_over_union(a, none[:, :2])


def test_sky_and_structure():
    opacity = torch.tensor([[0.0, 0.6], [0.4, 1.0], [1.0, 1.0], [1.0, 1.0]])[None, None]
    sky = torch.tensor([[1.0, 0.0], [0.0, 0.0], [0.0, 0.0], [0.0, 0.0]])[None, None]
    iou, structure = geometry.sky_ious(opacity, sky)
    assert float(iou) == pytest.approx(1 / 2)  # predicted sky: 2 pixels, true: 1 of them
    assert float(structure) == pytest.approx(2 / 3)  # predicted 2 of the true 3 above the horizon


def test_heights():
    truth = torch.tensor([[[0.0, 2.0], [4.0, 0.0]]])
    prediction = torch.tensor([[[0.4, 2.0], [1.0, 0.0]]])
    tree = torch.tensor([[[False, False], [True, False]]])
    sums = geometry.height_errors(prediction, truth, {"tree": tree}, extent_m=40)
    assert sums["heights.mae"] == pytest.approx((3.4, 4))
    assert sums["heights.bias"] == pytest.approx((-2.6, 4))
    assert sums["heights.rmse"] == pytest.approx((9.16, 4))
    assert sums["heights.rmse_tree"] == pytest.approx((9, 1))
    assert sums["heights.within_0.5"] == (3, 4)
    assert sums["heights.within_2.5"] == (3, 4)
    assert sums["heights.rmse_10m"] == (0, 0)  # pixel centres are 14 m away


def test_heights_by_class():
    """A ground of three pixels, one of them 0.8 m too high, and a tree that is 3 m too low."""
    truth = torch.tensor([[[0.0, 0.0], [4.0, 0.0]]])
    prediction = torch.tensor([[[0.8, 0.0], [1.0, -0.2]]])
    tree = torch.tensor([[[False, False], [True, False]]])
    sums = geometry.height_errors(prediction, truth, {"tree": tree, "ground": ~tree}, extent_m=40)
    assert sums["heights.mae_ground"] == pytest.approx((1.0, 3))
    assert sums["heights.bias_ground"] == pytest.approx((0.6, 3))
    assert sums["heights.rmse_ground"] == pytest.approx((0.68, 3))
    assert [sums[f"heights.within_{step}_ground"] for step in ("0.5", "1", "2.5")] == [
        (2, 3),
        (3, 3),
        (3, 3),
    ]
    assert sums["heights.bias_tree"] == pytest.approx((-3, 1))
    assert sums["heights.mae_tree"] == pytest.approx((3, 1))
    assert sums["heights.rmse_tree"] == pytest.approx((9, 1))
    assert [sums[f"heights.within_{step}_tree"] for step in ("0.5", "1", "2.5")] == [(0, 1)] * 3


def test_radius():
    near = geometry.within_radius(8, 40, 10)
    assert (
        near.sum() == 12
    )  # of the sixteen cells within 10 m on each axis, all but the four corners
    assert near[4, 4]
    assert not near[0, 4]


def test_depth():
    truth = torch.full((1, 1, 4, 1), 10.0)
    truth[0, 0, 0] = math.inf
    prediction = torch.tensor([5.0, 8.0, 10.0, 20.0]).reshape(1, 1, 4, 1)
    sums = geometry.depth_errors(prediction, truth, torch.isfinite(truth))
    assert sums["depth.absrel"] == pytest.approx((1.2, 3))
    assert sums["depth.absrel_above"] == pytest.approx((0.2, 1))
    assert sums["depth.absrel_below"] == pytest.approx((1.0, 2))
    assert sums["depth.within_1.25_above"] == (1, 1)
    assert sums["depth.within_1.25_below"] == (1, 2)


def test_a_missed_surface_counts():
    depth = geometry.metric_depth(torch.zeros(1, 1, 1, 1), torch.zeros(1, 1, 1, 1), 20.0)
    assert float(depth) == 0
    half = geometry.metric_depth(torch.full((1, 1, 1, 1), 0.2), torch.full((1, 1, 1, 1), 0.5), 20.0)
    assert float(half) == pytest.approx(8)


def test_hits_inside():
    directions = torch.tensor([[[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]]])[None]
    depth = torch.tensor([[[[30.0, 10.0, math.inf]]]])
    inside = geometry.hits_inside(depth, directions, torch.tensor([[0.0, -0.9, 0.0]]), unit_m=20)
    assert inside.flatten().tolist() == [False, True, False]


def test_occupied():
    density = torch.tensor([math.log(2) + 1e-4, math.log(2) - 1e-4])
    assert geometry.occupied(density, 1.0).tolist() == [True, False]


def test_the_border_is_measured_apart():
    """A ring of one cell of four: wrong by 2 m there, by 1 m inside."""
    prediction = torch.full((1, 8, 8), 2.0)
    prediction[:, 1:-1, 1:-1] = 1.0
    sums = geometry.height_errors(prediction, torch.zeros(1, 8, 8), {}, 16.0)
    assert sums["heights.rmse_border"] == (28 * 4, 28)
    assert sums["heights.rmse_inside"] == (36, 36)
    assert geometry.along_border(80, 40.0, 2.5).sum() == 80 * 80 - 70 * 70

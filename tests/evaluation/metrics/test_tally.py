"""Averages over pictures and pools of pixels."""

import math

import pytest

from sat2density.errors import InputError
from sat2density.evaluation.metrics import METRICS, Tally


def test_means_roots_and_nothing():
    tally = Tally()
    tally.add("image.psnr", 10, 1)
    tally.add("image.psnr", 20, 1)
    tally.add("heights.rmse", 18, 2)
    tally.add("heights.rmse", 0, 0)
    tally.add("sky.iou", 0.5, 1)
    tally.add("sky.iou", math.nan, 1)
    result = tally.result()
    assert result["image.psnr"] == 15
    assert result["heights.rmse"] == 3
    assert result["sky.iou"] == 0.5
    assert result["flicker"] is None
    assert set(result) == set(METRICS)


def test_prefix_and_unknown_names():
    tally = Tally()
    tally.add_sums({"depth.absrel": (1.0, 4.0)}, "view5m.")
    assert tally.result()["view5m.depth.absrel"] == 0.25
    with pytest.raises(InputError, match=r"did you mean 'image\.psnr'"):
        tally.add("image.psrn", 1, 1)


def test_the_issues_keys_exist():
    named = (
        "image.psnr image.ssim image.sharpness view5m.psnr sky.iou structure.iou depth.absrel_above"
    )
    named += " depth.absrel_below heights.rmse heights.rmse_10m heights.rmse_building"
    named += " heights.rmse_tree flicker"
    assert set(named.split()) <= set(METRICS)
    for place in ("", "_ground", "_building", "_tree"):
        for name in ("mae", "rmse", "bias", "within_0.5", "within_1", "within_2.5"):
            assert f"heights.{name}{place}" in METRICS
    assert all(metric.text for metric in METRICS.values())

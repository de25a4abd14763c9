"""The table of targets: figures worked out by hand from a small JSON."""

import pytest
from benchmark_scripts import benchmark_script


@pytest.fixture(scope="module")
def targets():
    return benchmark_script("targets")


ROWS = {
    "model": {
        "image.sharpness": 0.95,
        "heights.rmse": 1.0,
        "sky.iou": 0.97,
        "depth.absrel_above": 0.05,
        "flicker": None,
    },
    "flat": {"sky.iou": 0.8, "heights.rmse": 2.5},
    "mean": {"depth.absrel_above": 0.3},
}


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("heights RMSE over the tile", "40% | missed |"),
        ("sky IoU", "85% | met |"),
        ("depth AbsRel above", "17% | met |"),
        ("sharpness", "0.95 | aim reached |"),
        ("structure IoU", "- | - |"),
        ("one frame of 512x128", "- | - |"),
    ],
)
def test_lines(targets, start, end):
    line = next(line for line in targets.table(ROWS).splitlines() if line.startswith(f"| {start}"))
    assert line.endswith(end)
    assert line.count("|") == 6

"""The table of targets: figures worked out by hand from a small JSON."""

import pytest
from benchmark_scripts import benchmark_script


@pytest.fixture(scope="module")
def targets():
    return benchmark_script("targets")


ROWS = {
    "model": {
        "image.psnr": 20.0,
        "view5m.psnr": 19.0,
        "sky.iou": 0.96,
        "depth.absrel_above": 0.05,
        "flicker": None,
    },
    "flat": {"sky.iou": 0.8},
    "mean": {"image.psnr": 15.0, "depth.absrel_above": 0.3},
}


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("PSNR at the centre", "+5.0 dB | met |"),
        ("PSNR 5 m", "1.0 dB | missed |"),
        ("sky IoU", "80% | aim reached |"),
        ("depth AbsRel above", "17% | aim reached |"),
        ("structure IoU", "- | - |"),
        ("one frame", "- | - |"),
    ],
)
def test_lines(targets, start, end):
    line = next(line for line in targets.table(ROWS).splitlines() if line.startswith(f"| {start}"))
    assert line.endswith(end)
    assert line.count("|") == 6

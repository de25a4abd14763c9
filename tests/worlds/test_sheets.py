import math

import numpy as np

from sat2density.worlds import CLASSES
from sat2density.worlds.sheets import (
    CLASS_COLOURS,
    depth_picture,
    ramp,
    save_sheet,
    style_sheet,
    walk_sheet,
)


def test_ramp_runs_from_its_first_to_its_last_colour_and_leaves_gaps_white():
    out = ramp(np.array([[0.0, 5.0, 10.0, 99.0, math.nan]]), 0.0, 10.0)[0]
    assert tuple(out[0]) == (40, 14, 76)
    assert tuple(out[2]) == tuple(out[3]) == (252, 236, 120)
    assert tuple(out[4]) == (255, 255, 255)


def test_near_is_bright_and_sky_white():
    out = depth_picture(np.array([[2.0, 100.0, np.inf]], np.float32)).astype(int)
    assert out[0, 0].sum() > out[0, 1].sum() + 100
    assert tuple(out[0, 2]) == (255, 255, 255)


def test_every_class_has_its_colour():
    assert len({tuple(c) for c in CLASS_COLOURS}) == len(CLASSES)


def test_sheets_are_written_small(tmp_path):
    save_sheet(tmp_path / "style.jpg", style_sheet("village", [3]))
    save_sheet(tmp_path / "walk.jpg", walk_sheet("suburb", 3, positions=2), limit_bytes=40_000)
    assert 10_000 < (tmp_path / "style.jpg").stat().st_size <= 195_000
    assert (tmp_path / "walk.jpg").stat().st_size <= 40_000

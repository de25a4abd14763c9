"""Overlapping tiles become one surface."""

import numpy as np
import pytest

from sat2density.maps.blending import NODATA, Blend, coarsened, window


def test_hills_that_overlap_by_half_add_up():
    hill = window(16)[:, 8] / window(16)[:, 8].max()
    both = hill[8:] + hill[:8]
    assert both == pytest.approx(np.full(8, both[0]), rel=0.02)


def test_two_tiles_are_mixed_by_weight_and_their_spread_is_the_confidence():
    blend = Blend((4, 6))
    blend.add((0, 0), np.full((4, 4), 2.0))
    blend.add((0, 2), np.full((4, 4), 4.0))
    bands = blend.bands(np.ones((4, 6), bool))
    heights, confidence = bands
    assert heights[0] == pytest.approx([2, 2, *heights[0, 2:4], 4, 4])
    assert 2 < heights[1, 2] < 3 < heights[1, 3] < 4
    assert (confidence[:, [0, 1, 4, 5]] == NODATA).all(), "one tile alone tells no agreement"
    share = window(4)[0, 2] / (window(4)[0, 2] + window(4)[0, 0])
    spread = 2 * np.sqrt(share * (1 - share))
    assert confidence[0, 2] == pytest.approx(1 / (1 + spread), abs=1 / 512)


def test_equal_tiles_agree_fully():
    blend = Blend((4, 4))
    for at in ((0, 0), (0, 0), (-2, -2)):
        blend.add(at, np.full((4, 4), 3.5))
    bands = blend.bands(np.ones((4, 4), bool))
    assert (bands[0] == 3.5).all()
    assert bands[1] == pytest.approx(np.ones((4, 4)), abs=1e-6)


def test_nothing_is_invented():
    blend = Blend((4, 4))
    blend.add((0, 0), np.ones((2, 2)))
    blend.add((9, 9), np.ones((2, 2)))
    valid = np.ones((4, 4), bool)
    valid[0, 0] = False
    heights = blend.bands(valid)[0]
    assert heights[0, 0] == NODATA
    assert (heights == NODATA).sum() == 13


def test_classes_are_voted_for():
    blend = Blend((4, 4), classes=3)
    shares = np.zeros((3, 4, 4))
    shares[2] = 1.0
    blend.add((0, 0), np.ones((4, 4)), shares)
    blend.add((0, 0), np.ones((4, 4)), shares[::-1] * 0.4)
    assert (blend.bands(np.ones((4, 4), bool))[2] == 2).all()


def test_means_of_pixels():
    assert coarsened(np.arange(16.0).reshape(4, 4), 2).tolist() == [[2.5, 4.5], [10.5, 12.5]]
    assert coarsened(np.ones((2, 2)), 1).shape == (2, 2)

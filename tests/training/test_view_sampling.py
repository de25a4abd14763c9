"""Places for further views: where a camera may stand, and what stands near it."""

import numpy as np
import pytest

from sat2density.training import view_sampling


def places(heights, seed=0):
    size = 128
    tall = np.zeros((size, size), np.float32)
    tall[heights] = 4.0
    reach = {"standing_m": 2, "near_m": 19}  # 0.8 and 6 m on a map of 128 for 40 m
    grown = {
        name: view_sampling.maximum_filter(tall, 2 * cells + 1) for name, cells in reach.items()
    }
    return view_sampling.Places(
        **grown,
        ground_m=np.zeros_like(tall),
        unit_m=20.0,
        camera_height_m=2.0,
        top_m=12.0,
        rng=np.random.default_rng(seed),
    )


def cell(camera):
    return int((camera.south + 1) / 2 * 128), int((camera.east + 1) / 2 * 128)


@pytest.mark.parametrize("seed", range(5))
def test_low_views_stand_near_something_tall_but_not_in_it(seed):
    block = np.s_[60:70, 60:70]
    drawn = [places(block, seed).low() for _ in range(1)]
    for camera in drawn:
        row, column = cell(camera)
        assert not (58 <= row < 72 and 58 <= column < 72)
        assert 40 <= row < 90
        assert 40 <= column < 90
        assert view_sampling.LOWEST_M <= camera.height_m <= 2.0


def test_without_anything_tall_the_middle_is_taken():
    camera = places(np.s_[0:0, 0:0]).low()
    assert (camera.east, camera.south, camera.height_m) == (0.0, 0.0, view_sampling.LOWEST_M)


def test_raised_views_stand_above_what_is_there():
    everywhere = places(np.s_[:, :])
    assert all(everywhere.raised().height_m > 4.5 for _ in range(20))

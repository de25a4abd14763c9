import dataclasses

import numpy as np
from drawn_evidence import lawn, middles, with_class

from sat2density.city.ground import ground_of


def test_without_a_head_the_tile_is_the_ground():
    assert np.array_equal(ground_of(lawn()), lawn().tile)


def test_fine_marks_stay_and_things_go():
    east, south = middles(256)
    told = np.full((256, 256, 3), 90, np.uint8)
    evidence = dataclasses.replace(lawn(), ground=told, tile=told.copy())
    mark, roof = np.abs(east - 8) < 0.15, np.hypot(east + 8, south) < 4
    evidence = with_class(evidence, mark, "road", 0.0, (120, 120, 120))
    evidence = with_class(evidence, roof, "building", 4.0, (200, 40, 40))
    ground = ground_of(evidence)
    assert ground[128, 179, 0] > 100
    assert np.abs(ground[roof].astype(int) - 90).max() < 6

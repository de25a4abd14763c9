import numpy as np
import pytest
from drawn_evidence import lawn, middles, with_class

from sat2density.city.areas import find_barriers, find_shrubs, find_waters, simplified
from sat2density.city.polygons import area

EAST, SOUTH = middles(256)


def test_a_long_band_of_shrubs_is_a_hedge():
    band = (np.abs(EAST) < 6) & (np.abs(SOUTH - 3) < 0.5)
    evidence = with_class(lawn(), band, "shrub", 1.4)
    (hedge,) = find_barriers(evidence)
    assert hedge.kind == "hedge"
    assert hedge.height_m == pytest.approx(1.4, abs=0.01)
    assert np.ptp(np.array(hedge.points)[:, 0]) == pytest.approx(12, abs=0.3)
    assert find_shrubs(evidence) == ()


def test_a_round_patch_is_a_shrub():
    evidence = with_class(lawn(), np.hypot(EAST - 4, SOUTH) < 0.7, "shrub", 1.1)
    (shrub,) = find_shrubs(evidence)
    assert shrub.radius_m == pytest.approx(0.7, abs=0.1)
    assert find_barriers(evidence) == ()


def test_a_fence_with_a_corner_is_two_lines():
    line = (np.abs(SOUTH + 5) < 0.1) & (np.abs(EAST) < 8)
    line |= (np.abs(EAST - 8) < 0.1) & (np.abs(SOUTH) < 5)
    found = find_barriers(with_class(lawn(), line, "fence", 1.6))
    assert [barrier.kind for barrier in found] == ["fence", "fence"]
    lengths = sorted(np.hypot(*np.ptp(np.array(b.points), axis=0)) for b in found)
    assert lengths == pytest.approx([10, 16], abs=1.0)


def test_a_pool_has_a_shore():
    evidence = with_class(lawn(), np.hypot(EAST, SOUTH) < 4, "water")
    (water,) = find_waters(evidence)
    assert abs(area(water.outline)) == pytest.approx(np.pi * 16, rel=0.06)
    assert len(water.outline) < 40


def test_nothing_is_found_on_a_lawn():
    for find in (find_barriers, find_shrubs, find_waters):
        assert find(lawn()) == ()


def test_a_square_keeps_its_corners():
    at = np.arange(10) / 10
    ring = np.concatenate(
        [
            np.stack([at, 0 * at], 1),
            np.stack([0 * at + 1, at], 1),
            np.stack([1 - at, 0 * at + 1], 1),
            np.stack([0 * at, 1 - at], 1),
        ]
    )
    assert len(simplified(ring, 0.01)) == 4

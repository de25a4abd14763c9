import numpy as np
import pytest

from sat2density.city.rectangles import best_box, cover, outline, trace


def slow_best(values):
    height, width = values.shape
    return max(
        values[a:b, c:d].sum()
        for a in range(height)
        for b in range(a + 1, height + 1)
        for c in range(width)
        for d in range(c + 1, width + 1)
    )


@pytest.mark.parametrize("seed", range(5))
def test_the_best_rectangle_is_the_best_of_all(seed):
    values = np.random.default_rng(seed).normal(size=(7, 9))
    gain, (a, b, c, d) = best_box(values)
    assert gain == pytest.approx(slow_best(values))
    assert values[a:b, c:d].sum() == pytest.approx(gain)


def test_an_ell_is_two_rectangles():
    values = -np.ones((20, 20))
    values[2:18, 2:9] = 1
    values[11:18, 2:18] = 1
    boxes = cover(values, least=5, most=9)
    assert len(boxes) == 2
    filled = np.zeros((20, 20), bool)
    for a, b, c, d in boxes:
        filled[a:b, c:d] = True
    assert np.array_equal(filled, values > 0)


def test_nothing_is_covered_by_nothing():
    assert cover(-np.ones((4, 4)), 1, 5) == []


def test_the_outline_of_an_ell_has_six_corners():
    rings = outline([(0, 5, 0, 2), (3, 5, 0, 6)])
    assert len(rings) == 1
    assert len(rings[0]) == 6
    assert set(rings[0]) == {(0, 0), (2, 0), (2, 3), (6, 3), (6, 5), (0, 5)}


def test_a_court_is_a_hole_that_runs_the_other_way():
    rings = outline([(0, 1, 0, 6), (5, 6, 0, 6), (0, 6, 0, 1), (0, 6, 5, 6)])
    areas = [
        0.5 * sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(r, r[1:] + r[:1], strict=True))
        for r in rings
    ]
    assert areas == [36, -16]


def test_regions_that_touch_at_a_corner_stay_apart():
    filled = np.zeros((5, 5), bool)
    filled[1, 1] = filled[2, 2] = True
    assert sorted(len(ring) for ring in trace(filled)) == [4, 4]

import numpy as np
import pytest

from sat2density.city.polygons import (
    area,
    covered,
    crosses_itself,
    inside,
    rectangle,
    triangles,
)

L_SHAPE = ((0.0, 0.0), (4.0, 0.0), (4.0, 2.0), (2.0, 2.0), (2.0, 5.0), (0.0, 5.0))


def test_areas_have_signs():
    assert area(L_SHAPE) == 4 * 2 + 2 * 3
    assert area(L_SHAPE[::-1]) == -14


def test_a_ring_that_crosses_itself_is_seen():
    assert crosses_itself(((0, 0), (2, 2), (2, 0), (0, 2)))
    assert not crosses_itself(L_SHAPE)
    assert not crosses_itself(((0, 0), (1, 0), (0, 1)))


def test_points_inside():
    points = np.array([[1.0, 4.0], [3.0, 1.0], [3.0, 3.0], [-1.0, 1.0]])
    assert inside(L_SHAPE, points).tolist() == [True, True, False, False]


def test_a_hole_is_not_covered():
    outer = rectangle((0, 0), 8, 8, 0)
    found = covered((outer, rectangle((0, 0), 4, 4, 0)), 10.0, 100)
    assert abs(found.mean() * 100 - (64 - 16)) < 1.0
    assert not found[50, 50]


def test_a_rectangle_looks_along_its_heading():
    corners = np.array(rectangle((10, 20), 6, 2, 90))
    assert np.allclose(corners[:2].mean(0), (13, 20))
    assert area([tuple(c) for c in corners]) == pytest.approx(12)


@pytest.mark.parametrize("ring", [L_SHAPE, L_SHAPE[::-1], L_SHAPE[:3]])
def test_triangles_cover_the_polygon_once(ring):
    found = triangles(ring)
    assert len(found) == len(ring) - 2
    areas = [area([ring[k] for k in three]) for three in found]
    assert sum(areas) == pytest.approx(area(ring))
    assert all(np.sign(a) == np.sign(area(ring)) for a in areas)

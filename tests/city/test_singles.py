import numpy as np
import pytest
from drawn_evidence import degrees_apart, lawn, middles, radians_half, with_class, with_heat

from sat2density.city.peaks import apart, peaks, refined
from sat2density.city.singles import find_poles, find_trees, find_vehicles


def test_a_maximum_between_cells():
    y, x = np.mgrid[:9, :9]
    heat = np.exp(-0.5 * ((x - 4.3) ** 2 + (y - 3.8) ** 2))
    (place,) = peaks(heat, 0.5)
    assert tuple(place) == (4, 4)
    assert refined(heat, 4, 4) == pytest.approx((3.8, 4.3))


def test_a_maximum_at_the_border_stays():
    heat = np.zeros((5, 5))
    heat[0, 4] = 1
    assert refined(heat, 0, 4) == (0.0, 4.0)


def test_what_is_too_near_to_a_surer_one_goes():
    places = np.array([[0.0, 0.0], [0.5, 0.0], [3.0, 0.0]])
    assert apart(places, np.array([1.0, 1.0, 1.0])) == [0, 2]


def test_a_tree_has_place_size_and_colour():
    east, south = middles(256)
    evidence = with_class(lawn(), np.hypot(east - 5, south + 7) < 3, "tree", 8.0, (20, 60, 10))
    evidence = with_heat(evidence, "trees", (5.0, -7.0), (3.0, 8.0))
    (tree,) = find_trees(evidence)
    assert (tree.east_m, tree.south_m) == pytest.approx((5.0, -7.0), abs=0.05)
    assert (tree.radius_m, tree.height_m) == pytest.approx((3.0, 8.0))
    assert (tree.colour, tree.form) == ("#143c0a", "round")
    assert 0 < tree.base_m < tree.height_m


def test_two_trees_side_by_side_are_two():
    evidence = with_heat(lawn(), "trees", (0.0, 0.0), (2.0, 6.0))
    evidence = with_heat(evidence, "trees", (2.5, 0.0), (2.0, 6.0))
    assert len(find_trees(evidence)) == 2


@pytest.mark.parametrize("heading", [10.0, 80.0, 135.0])
def test_a_car_has_a_heading_up_to_half_a_turn(heading):
    evidence = with_heat(lawn(), "vehicles", (-4.0, 6.0), (4.5, 1.8, radians_half(heading)))
    (car,) = find_vehicles(evidence)
    assert degrees_apart(car.heading_deg, heading, 180.0) < 0.01
    assert (car.length_m, car.width_m) == pytest.approx((4.5, 1.8))
    assert 1.29 < car.height_m <= 2.1


def test_poles():
    (pole,) = find_poles(with_heat(lawn(), "poles", (9.0, 9.0), ()))
    assert (pole.east_m, pole.south_m) == pytest.approx((9.0, 9.0), abs=0.05)

import numpy as np
import pytest

from sat2density.paths.splines import EvenCurve, arc_length, without_repeats


def test_arc_length_of_a_three_four_five_triangle():
    assert arc_length(np.array([[0, 0], [3, 4], [3, 0], [0, 0]])).tolist() == [0, 5, 9, 12]


def test_rows_that_repeat_the_one_before_are_marked():
    points = np.array([[0, 0], [0, 0], [0, 1], [0, 0], [0, 0]])
    assert without_repeats(points).tolist() == [True, False, True, True, False]


def test_points_of_a_circle_give_the_circle():
    angles = np.linspace(0, np.pi, 25)
    curve = EvenCurve(np.stack([np.cos(angles), np.sin(angles)], axis=1))
    assert curve.length == pytest.approx(np.pi, rel=1e-4)
    walked = curve.at(np.linspace(0, curve.length, 101))
    assert np.hypot(*walked.T) == pytest.approx(np.ones(101), abs=1e-4)
    assert walked[50] == pytest.approx([0, 1], abs=1e-4)
    assert curve.length_at_points == pytest.approx(angles, rel=1e-3)


@pytest.mark.parametrize("count", [2, 3, 4])
def test_few_points_are_enough(count):
    curve = EvenCurve(np.stack([np.linspace(0, 1, count), np.zeros(count)], axis=1))
    assert curve.at(np.array([0.0, 0.25, 1.0]))[:, 0] == pytest.approx([0, 0.25, 1], abs=1e-6)


def test_uneven_clicks_make_no_loop():
    curve = EvenCurve(np.array([[0.0, 0], [0.5, 0], [0.51, 0.01], [0.51, 0.5]]))
    walked = curve.at(np.linspace(0, curve.length, 400))
    assert np.diff(walked[:, 0]).min() > -0.002  # never walks back west
    assert np.diff(walked[:, 1]).min() > -0.002  # nor back north

import math

import numpy as np
import pytest

from sat2density.errors import InputError
from sat2density.paths.trajectory import Trajectory
from sat2density.scene_spec import SceneSpec
from sat2density.views import Camera

CVACT = SceneSpec.named("cvact")  # 30 m: one unit is 15 m


def test_straight_is_even_and_its_length_is_in_metres():
    path = Trajectory.straight((0.0, 0.5), (0.0, -0.5), frames=5)
    assert path.points.tolist() == [[0, 0.5], [0, 0.25], [0, 0], [0, -0.25], [0, -0.5]]
    assert path.length_m(CVACT) == pytest.approx(15.0)
    assert len(path) == 5
    assert path.cameras[1] == Camera(0.0, 0.25, 0.0)


def test_arc_goes_clockwise_from_the_north_point_to_the_east_point():
    path = Trajectory.arc((0.1, 0.2), 0.4, 0, 90, frames=91)
    assert path.points[0] == pytest.approx([0.1, -0.2])  # north of the centre
    assert path.points[-1] == pytest.approx([0.5, 0.2])  # east of it
    assert path.length_m(CVACT) == pytest.approx(15 * 0.4 * math.pi / 2, rel=1e-4)
    assert path.along_path().headings[45] == pytest.approx(135.0)


@pytest.mark.parametrize(
    ("end", "heading"),
    [((0, -0.5), 0), ((0.5, -0.5), 45), ((0.5, 0), 90), ((0, 0.5), 180), ((-0.5, 0), 270)],
)
def test_direction_of_travel_is_clockwise_from_north(end, heading):
    assert Trajectory.straight((0, 0), end, frames=4).along_path().headings == pytest.approx(
        [heading] * 4
    )


def test_along_path_keeps_its_direction_where_the_camera_stands_or_turns_back():
    standing = Trajectory(np.array([[0, 0], [0, 0], [0.5, 0], [0.5, 0], [0.5, 0.5]])).along_path()
    assert standing.headings == pytest.approx([90, 90, 135, 135, 180])
    there_and_back = Trajectory(np.array([[0, 0], [0.5, 0], [0, 0]])).along_path()
    assert there_and_back.headings == pytest.approx([90, 90, 270])


def test_waypoints_pass_through_every_point_with_even_steps():
    clicks = np.array([[-0.8, 0.6], [-0.7, 0.5], [0.0, 0.2], [0.05, 0.1], [0.6, -0.7]])
    path = Trajectory.waypoints(clicks, frames=2000)
    steps = np.hypot(*np.diff(path.points, axis=0).T)
    assert steps.max() / steps.min() < 1.001
    distances = np.hypot(*(path.points[:, None] - clicks).transpose(2, 0, 1)).min(axis=0)
    assert distances.max() < steps.max()
    assert path.points[[0, -1]] == pytest.approx(clicks[[0, -1]])


def test_smoothing_takes_the_shake_out_but_stays_near():
    rng = np.random.default_rng(3)
    line = np.stack([np.linspace(-0.8, 0.8, 60), np.zeros(60)], axis=1)
    shaken = line + rng.normal(0, 0.02, line.shape)
    rough, smooth = (Trajectory.waypoints(shaken, 300, smoothing) for smoothing in (0.0, 0.02))
    assert smooth.length_m(CVACT) < 0.85 * rough.length_m(CVACT)
    assert np.square(smooth.points[:, 1]).mean() < 0.5 * np.square(shaken[:, 1]).mean()


def test_a_curve_that_bulges_over_the_border_is_cut_there():
    path = Trajectory.waypoints([(0.9, -1.0), (1.0, -0.3), (1.0, 0.3), (0.9, 1.0)], frames=50)
    assert np.abs(path.points).max() <= 1.0
    assert (path.points[:, 0] == 1.0).sum() > 3


def test_resampling_by_spacing_and_by_frames():
    path = Trajectory.straight((-1.0, 0.0), (1.0, 0.0), frames=7)
    by_spacing = path.resampled(spacing_m=0.5, spec=CVACT)  # 30 m
    assert len(by_spacing) == 61
    assert np.diff(by_spacing.metres(CVACT)[:, 0]) == pytest.approx([0.5] * 60)
    assert (
        len(path.resampled(spacing_m=7.0, spec=CVACT)) == 5
    )  # the nearest that ends on the end: 7.5 m
    assert path.resampled(frames=3).points == pytest.approx(
        np.array([[-1, 0], [0, 0], [1, 0]]), abs=1e-9
    )


def test_resampled_headings_turn_the_shorter_way():
    path = Trajectory(
        np.array([[-0.5, 0], [0, 0], [0.5, 0]]), np.array([350.0, 10.0, 30.0])
    ).resampled(frames=5)
    assert path.headings == pytest.approx([350, 0, 10, 20, 30], abs=1e-6)


def test_resampling_skips_places_where_the_camera_stood_still():
    path = Trajectory(np.array([[0, 0], [0, 0], [0.5, 0], [0.5, 0]])).resampled(frames=3)
    assert path.points == pytest.approx(np.array([[0, 0], [0.25, 0], [0.5, 0]]))


def test_metres_and_pixels_round_trip():
    pixels = np.array([[128.0, 128.0], [192.0, 128.0], [192.0, 0.0]])
    path = Trajectory.from_pixels(pixels)
    assert path.points.tolist() == [[0, 0], [0.5, 0], [0.5, -1]]
    assert path.pixels() == pytest.approx(pixels)
    assert Trajectory.from_metres(path.metres(CVACT), CVACT).points == pytest.approx(path.points)
    assert Trajectory.from_cameras(path.cameras).points == pytest.approx(path.points)


def test_a_path_cannot_be_changed_in_place():
    points = np.array([[0.0, 0.0], [0.5, 0.0]])
    path = Trajectory(points)
    points[0] = 0.9
    assert path.points[0].tolist() == [0, 0]
    with pytest.raises(ValueError, match="read-only"):
        path.points[0] = 0.9


@pytest.mark.parametrize(
    ("points", "says"),
    [
        ([[0, 0]], "fewer than two different points"),
        ([[0.1, 0.2], [0.1, 0.2]], "fewer than two different points"),
        ([[0, 0], [0, math.nan]], "point 2 is not a finite number"),
        ([[0, 0], [0, 1.01]], "point 2 .* outside the tile"),
        ([[0, 0, 0], [1, 1, 1]], r"\(2, 3\)"),
        (np.zeros((100_001, 2)), "at most 100000"),
        (np.zeros((0, 2)), "fewer than two"),
    ],
)
def test_impossible_paths_are_refused(points, says):
    with pytest.raises(InputError, match=says):
        Trajectory(np.array(points))


def test_headings_must_fit_the_points():
    with pytest.raises(InputError, match=r"\(2,\)"):
        Trajectory(np.array([[0, 0], [1, 0]]), np.zeros(3))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({}, "either a spacing"),
        ({"spacing_m": 1.0, "frames": 3, "spec": CVACT}, "either a spacing"),
        ({"spacing_m": 1.0}, "needs the scene"),
        ({"spacing_m": 0.0, "spec": CVACT}, "positive number of metres"),
        ({"spacing_m": math.nan, "spec": CVACT}, "positive number of metres"),
        ({"spacing_m": 1e-6, "spec": CVACT}, "more than 100000 frames"),
        ({"frames": 1}, "from 2 to 100000"),
        ({"frames": 2.5}, "from 2 to 100000"),
    ],
)
def test_impossible_resampling_is_refused(arguments, says):
    with pytest.raises(InputError, match=says):
        Trajectory.straight((0, 0), (0.5, 0)).resampled(**arguments)

import numpy as np
import pytest
import torch

from sat2density.export.plan import WALKED, TilePlan
from sat2density.paths.trajectory import Trajectory

GREEN = torch.tensor([0.0, 0.5, 0.0]).view(3, 1, 1).expand(3, 64, 64)
EAST = Trajectory.straight((-0.5, 0.25), (0.5, 0.25), frames=5).along_path()


def is_walked(pixels):
    return (np.abs(pixels.astype(int) - WALKED[:3]) < 12).all(axis=2)


def test_the_walked_part_grows_from_the_start_to_the_camera():
    plan = TilePlan(GREEN, EAST, 256)
    for index, column in ((0, 64), (2, 128), (4, 192)):
        rows, columns = np.nonzero(is_walked(plan.frame(index)))
        assert rows.mean() == pytest.approx(160, abs=1.5)  # south 0.25 is row 160 of 256
        assert columns.min() == pytest.approx(64, abs=4)
        assert columns.max() == pytest.approx(column, abs=4)


def test_the_whole_path_is_lightly_there_from_the_start():
    frame = TilePlan(GREEN, EAST, 256).frame(0).astype(int)
    assert frame[160, 180].min() > 80
    assert frame[100, 180].tolist() == [0, 128, 0]


@pytest.mark.parametrize(
    ("heading", "ahead"), [(0, (128, 108)), (90, (148, 128)), (180, (128, 148)), (270, (108, 128))]
)
def test_the_wedge_points_where_the_camera_looks(heading, ahead):
    path = Trajectory(np.array([[0.0, 0.0], [0.9, 0.9]]), np.array([heading, 0.0]))
    frame = TilePlan(GREEN, path, 256).frame(0).astype(int)
    opposite = (256 - ahead[0], 256 - ahead[1])
    assert frame[ahead[1], ahead[0], 0] > 60  # white over green
    assert frame[opposite[1], opposite[0], 0] == 0  # the path itself leaves to the south east


def test_the_wedge_is_as_wide_as_the_field_of_view():
    path = Trajectory(np.array([[0.0, 0.0], [0.0, 0.9]]))
    narrow, wide = (
        (TilePlan(GREEN, path, 256).frame(0, fov)[..., 0] > 60).sum() for fov in (40, 120)
    )
    assert wide > 1.8 * narrow


def test_frames_may_be_asked_in_any_order():
    plan = TilePlan(GREEN, EAST, 256)
    last, first = plan.frame(4), plan.frame(0)
    assert (plan.frame(4) == last).all()
    assert (plan.frame(0) == first).all()


@pytest.mark.parametrize("corner", [(-1, -1), (1, -1), (1, 1), (-1, 1)])
def test_a_camera_in_the_tiles_corner_is_drawn_as_far_as_there_is_room(corner):
    path = Trajectory(np.array([corner, (0, 0)]), np.array([45.0, 0.0]))
    frame = TilePlan(GREEN, path, 128).frame(0)
    assert frame.shape == (128, 128, 3)
    place = [min(127, int((c + 1) * 64)) for c in corner]
    assert (np.abs(frame[place[1], place[0]].astype(int) - WALKED[:3]) < 12).all()

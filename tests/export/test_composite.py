import numpy as np
import pytest
import torch

from sat2density.errors import ShapeError
from sat2density.export.colours import scale
from sat2density.export.composite import WalkLayout
from sat2density.export.plan import WALKED
from sat2density.paths.trajectory import Trajectory
from sat2density.scene_spec import SceneSpec

CVACT = SceneSpec.named("cvact")
GREEN = torch.tensor([0.0, 0.5, 0.0]).view(3, 1, 1).expand(3, 64, 64)
EAST = Trajectory.straight((-0.5, 0.25), (0.5, 0.25), frames=5).along_path()


def is_walked(pixels):
    return (np.abs(pixels.astype(int) - WALKED[:3]) < 12).all(axis=2)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((512, 128), (1536, 556)),
        ((640, 360), (1360, 764)),
        ((128, 32), (1536, 556)),
        ((2048, 512), (3072, 1068)),
    ],
)
def test_frames_are_even_and_as_large_as_fits(size, expected):
    assert WalkLayout(GREEN, EAST, CVACT, size).size == expected


def test_picture_over_depth_beside_the_tile():
    layout = WalkLayout(GREEN, EAST, CVACT, (512, 128), max_depth_m=20.0)
    image = torch.zeros(3, 128, 512)
    image[0, :, :256] = 1.0  # the left half red
    frame = layout.frame(4, image, np.full((1, 128, 512), 20.0))
    assert frame.shape == (556, 1536, 3)
    assert frame[100, 200].tolist() == [255, 0, 0]
    assert frame[100, 900].tolist() == [0, 0, 0]
    assert (frame[400, 500] == scale()[0]).all()  # 20 m is the far end
    assert frame[50, 1100].tolist() == [0, 128, 0]  # the tile
    assert is_walked(frame[:512, 1024:]).sum() > 500


def test_the_caption_changes_with_the_walk_and_nothing_is_left_over():
    layout = WalkLayout(GREEN, EAST, CVACT, (512, 128))
    still = torch.zeros(3, 128, 512)
    depth = np.ones((128, 512))
    first, last, again = (layout.frame(index, still, depth) for index in (0, 4, 0))
    assert (first[512:, 1024:] != last[512:, 1024:]).any()
    assert (first == again).all()
    assert (first[512:, :1024].min(axis=2) < 90).sum() > 100  # the depth scale's numbers


def test_wrong_pictures_are_told():
    layout = WalkLayout(GREEN, EAST, CVACT, (512, 128))
    with pytest.raises(ShapeError, match=r"\(4, 8, 8\)"):
        layout.frame(0, torch.zeros(4, 8, 8), np.ones((8, 8)))


def test_the_bar_of_metres_has_the_tiles_scale():
    # 30 m are 512 pixels; the bar is 5 m: 85 pixels.
    layout = WalkLayout(GREEN, EAST, CVACT, (512, 128))
    band = layout.frame(0, torch.zeros(3, 128, 512), np.ones((128, 512)))[
        512 + 20 : 512 + 24, 1300:
    ]
    row = (band.max(axis=2) < 100).any(axis=0)
    runs = np.diff(np.flatnonzero(np.diff(np.concatenate([[False], row, [False]]).astype(int))))[
        ::2
    ]
    assert runs.max() == pytest.approx(5 / 30 * 512, abs=3)

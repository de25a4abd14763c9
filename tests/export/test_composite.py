import numpy as np
import pytest
import torch

from sat2density.errors import ShapeError
from sat2density.export.colours import scale
from sat2density.export.composite import WalkLayout
from sat2density.export.plan import WALKED, TilePlan, tile_with_path
from sat2density.render.trajectory import Path
from sat2density.scene_spec import SceneSpec

CVACT = SceneSpec.named("cvact")
GREEN = torch.tensor([0.0, 0.5, 0.0]).view(3, 1, 1).expand(3, 64, 64)
EAST = Path.straight((-0.5, 0.25), (0.5, 0.25), frames=5).along_path()


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
    path = Path(np.array([[0.0, 0.0], [0.9, 0.9]]), np.array([heading, 0.0]))
    frame = TilePlan(GREEN, path, 256).frame(0).astype(int)
    opposite = (256 - ahead[0], 256 - ahead[1])
    assert frame[ahead[1], ahead[0], 0] > 60  # white over green
    assert frame[opposite[1], opposite[0], 0] == 0  # the path itself leaves to the south east


def test_the_wedge_is_as_wide_as_the_field_of_view():
    path = Path(np.array([[0.0, 0.0], [0.0, 0.9]]))
    narrow, wide = ((TilePlan(GREEN, path, 256).frame(0, fov)[..., 0] > 60).sum() for fov in (40, 120))
    assert wide > 1.8 * narrow


def test_tile_with_path_shows_the_whole_walk():
    image = np.asarray(tile_with_path(GREEN, EAST, 256))
    columns = np.nonzero(is_walked(image))[1]
    assert (columns.min(), columns.max()) == (pytest.approx(64, abs=4), pytest.approx(192, abs=4))


@pytest.mark.parametrize(
    ("size", "expected"),
    [((512, 128), (1536, 556)), ((640, 360), (1360, 764)), ((128, 32), (1536, 556)), ((2048, 512), (3072, 1068))],
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

import math

import numpy as np
import pytest
import torch
from PIL import Image

from sat2density import Camera, SceneSpec, View
from sat2density.errors import InputError, OutputError
from sat2density.images import to_bytes
from sat2density.views import LitView, as_cameras

SPEC = SceneSpec.named("cvact")


def test_a_camera_by_metres_and_by_pixels():
    assert Camera.from_metres(SPEC, 7.5, -15) == Camera(0.5, -1.0)
    assert Camera.from_pixels(128, 128) == Camera(0, 0)
    assert Camera.from_pixels(192, 64, heading=90) == Camera(0.5, -0.5, 90)


@pytest.mark.parametrize(
    "values", [{"east": math.nan}, {"south": math.inf}, {"heading": math.nan}, {"height_m": 0}]
)
def test_a_camera_of_no_number_is_refused(values):
    with pytest.raises(InputError, match=next(iter(values))):
        Camera(**values)


def test_depth_in_metres_by_hand():
    opacity = torch.tensor([1.0, 0.5, 0.25]).reshape(1, 1, 3)
    depth = torch.tensor([0.4, 0.1, 0.1]).reshape(1, 1, 3)
    view = View(None, torch.zeros(3, 1, 3), opacity, depth, unit_m=15.0)
    metres = view.depth_m.flatten()
    assert metres[:2].tolist() == pytest.approx([6.0, 3.0])
    assert math.isnan(metres[2])


def test_cameras_as_people_say_them():
    assert Camera.of((0.5, -1)) == Camera(0.5, -1.0)
    assert Camera.of(np.array([0.5, -1, 90])) == Camera(0.5, -1.0, 90.0)
    assert as_cameras(Camera(0.5)) == as_cameras((0.5, 0)) == as_cameras(np.array([0.5, 0]))
    assert as_cameras(np.zeros((2, 2))) == as_cameras([Camera(), (0, 0)]) == [Camera()] * 2
    assert Camera.from_metres(SPEC, 7.5, -15, 90, height_m=1.5) == Camera(0.5, -1.0, 90, 1.5)
    assert repr(Camera()) == "Camera(east=0, south=0)"
    assert repr(Camera(0.1, 0, 90, 1.5)) == "Camera(east=0.1, south=0, heading=90, height_m=1.5)"


@pytest.fixture
def view():
    opacity = torch.ones(1, 4, 8)
    opacity[:, 0] = 0.1
    return LitView(torch.rand(3, 4, 8), torch.rand(3, 4, 8), opacity, opacity / 2, 20.0)


def test_a_view_is_saved_by_its_suffix(view, tmp_path):
    picture = to_bytes(view.image)
    for suffix in (".png", ".bmp", ".jpg", ".webp"):
        view.save(tmp_path / f"a{suffix}")
        assert Image.open(tmp_path / f"a{suffix}").size == (8, 4)
    assert np.array_equal(np.asarray(Image.open(tmp_path / "a.png")), picture)
    view.save(tmp_path / "a.tif")
    depth = np.asarray(Image.open(tmp_path / "a.tif"))
    assert depth.dtype == np.float32
    assert np.isnan(depth[0]).all()
    assert np.allclose(depth[1:], 10)
    view.save(str(tmp_path / "a.npz"))
    arrays = np.load(tmp_path / "a.npz")
    assert set(arrays) == {"image", "colour", "opacity", "depth_m", "metres_per_unit"}
    assert np.array_equal(arrays["depth_m"], view.depth_m.numpy(), equal_nan=True)


def test_a_view_as_array_and_picture(view):
    assert view.numpy().shape == (4, 8, 3)
    assert np.array_equal(np.asarray(view.pil()), view.numpy())
    assert view._repr_png_().startswith(b"\x89PNG")
    bare = View(None, view.colour, view.opacity, view.depth, 20.0)
    assert np.array_equal(bare.numpy(), to_bytes(view.colour))


def test_several_views_and_unknown_suffixes(view, tmp_path):
    parts = (view.image, view.colour, view.opacity, view.depth)
    several = LitView(*(torch.stack([part, part]) for part in parts), 20.0)
    assert several.numpy().shape == (2, 4, 8, 3)
    assert several._repr_png_() is None
    for name in ("a.png", "a.tif"):
        with pytest.raises(InputError, match=r"these are 2 views; take one of them .view\[0\]"):
            several.save(tmp_path / name)
    with pytest.raises(InputError, match="take one"):
        several.pil()
    several.save(tmp_path / "a.npz")
    assert np.load(tmp_path / "a.npz")["image"].shape == (2, 3, 4, 8)
    assert isinstance(several[0], LitView)
    for name in ("a", "a.gif", "a.exr"):
        with pytest.raises(InputError, match=r"does not say what to save; use \.png"):
            view.save(tmp_path / name)
    with pytest.raises(OutputError):
        view.save(tmp_path / "a.npz" / "a.png")
    assert [path.name for path in tmp_path.iterdir()] == ["a.npz"]


def test_one_view_of_a_batch():
    view = View(
        torch.rand(2, 3, 4, 8),
        torch.rand(2, 3, 4, 8),
        torch.rand(2, 1, 4, 8),
        torch.rand(2, 1, 4, 8),
        20.0,
    )
    assert torch.equal(view[1].image, view.image[1])
    assert view[1].depth.shape == (1, 4, 8)

"""A place: other light costs RenderNet alone, and gives the very same picture."""

import numpy as np
import pytest
import torch

from sat2density.apps.studio.limits import MAX_DETAIL_PIXELS
from sat2density.apps.studio.place import LOOKS, Place, Window, camera_at
from sat2density.errors import InputError
from sat2density.light.lighting import Lighting
from sat2density.views import Camera


@pytest.fixture
def place(studio_model):
    return Place(
        studio_model.reconstruct(torch.rand(3, 64, 64, generator=torch.Generator().manual_seed(1))),
        1,
    )


def test_other_light_from_the_same_camera_is_painted_without_rays(place, monkeypatch):
    noon, dusk = Lighting.preset("clear-noon"), Lighting.preset("dusk")
    camera = Camera(0.2, 0.1)
    place.look(camera, noon)
    fresh = place.scene.render(camera, dusk)
    monkeypatch.setattr(type(place.scene), "render", lambda *a: pytest.fail("rays were cast again"))
    again = place.look(camera, dusk)
    torch.testing.assert_close(again.image, fresh.image)
    assert not torch.equal(again.image, place.look(camera, noon).image)


def test_moving_renders_again(place):
    noon = Lighting.preset("clear-noon")
    first = place.look(Camera(0.2, 0.1), noon)
    assert place.seen_from(Camera(0.2, 0.1))
    second = place.look(Camera(0.5, 0.1), noon)
    assert not torch.equal(first.depth, second.depth)
    assert not place.seen_from(Camera(0.2, 0.1))


def test_solidity_is_the_opacity_of_one_metre(place):
    side = place.scene.density.shape[-1]
    place.scene.densities = torch.full(
        (1, 2, side, side), 20.0 * np.log(2)
    )  # per unit of 20 m: half a metre hides half
    solid = place.solidity()
    assert solid.shape == (2, side, side)
    assert set(np.unique(solid)) == {128}  # 1 - exp(-ln 2) = 1/2 of 255, rounded


def test_a_window_is_shown_at_its_own_size_painted_and_drawn(telling_model):
    place = Place(telling_model.reconstruct(torch.rand(3, 64, 64)), 1)
    noon = Lighting.preset("clear-noon")
    window = Window(yaw=40, pitch=5, fov=90, width=200, height=120)
    assert window.size == (192, 128)
    for look in LOOKS:
        view = place.detail(Camera(0.1, 0.2), noon, window, look)
        assert view.image.shape == (3, 128, 192)
    drawn = place.drawn(Camera(0.1, 0.2), noon)
    assert place.camera_at(0.1, 0.2) is None  # nothing was painted there
    assert place.camera_at(0.1, 0.2, "model") == Camera(0.1, 0.2)
    assert drawn.image.shape == place.look(Camera(0.1, 0.2), noon).image.shape
    rows = drawn.image.shape[-2] * 32 // drawn.image.shape[-1]
    assert place.drawn(Camera(0.1, 0.2), noon, 32).image.shape[-2:] == (rows, 32)
    assert place.plan is place.plan  # found once


def test_a_large_window_is_shown_smaller():
    width, height = Window(0, 0, 90, 2048, 1024).size
    assert width * height <= MAX_DETAIL_PIXELS * 1.02
    assert width / height == pytest.approx(2, rel=0.03)


def test_a_place_must_be_on_the_tile():
    assert camera_at(1, -1) == Camera(1.0, -1.0)
    for wrong in [(2, 0), (None, 0), ("1", 0), (True, 0), (float("inf"), 0)]:
        with pytest.raises(InputError):
            camera_at(*wrong)

"""What a frame shows: ranges, and the order of the views."""

import math
from types import SimpleNamespace

import pytest

from sat2density.errors import InputError
from sat2density.export.look import Look
from sat2density.light.lighting import Lighting


@pytest.mark.parametrize(("device", "asked"), [("cpu", [1] * 11), ("cuda", [8, 3])])
def test_a_gpu_renders_several_frames_at_once_and_they_come_in_order(device, asked):
    batches = []

    def render(cameras, light, size=None):
        batches.append(len(cameras))
        return cameras

    scene = SimpleNamespace(
        tiles=SimpleNamespace(device=SimpleNamespace(type=device)), render=render, at_once=8
    )
    assert list(Look().views(scene, list(range(11)), None)) == list(range(11))
    assert batches == asked


def test_every_rendering_goes_through_the_hook(scene, walk):
    calls = []

    def run(work):
        calls.append(1)
        return work()

    views = list(Look().views(scene, walk.cameras, Lighting.preset("dusk"), run))
    assert len(views) == len(calls) == 5
    assert views[0].image.shape == (3, 16, 64)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"view": "perspektive"}, "did you mean 'perspective'"),
        ({"view": None}, "must be one of panorama, perspective"),
        ({"fov": 0.5}, "fov must be 1 to 170 degrees"),
        ({"fov": math.nan}, "fov must be"),
        ({"pitch": 91}, "pitch must be -90 to 90 degrees"),
        ({"size": (10**6, 10**6)}, "size: 1000000x1000000 pixels are too many; at most 4096"),
        ({"size": (8, 64)}, "at least 16 pixels"),
        ({"size": (64.5, 64)}, "whole numbers"),
    ],
)
def test_what_cannot_be_shown_is_refused(wrong, words):
    with pytest.raises(InputError, match=words):
        Look(**wrong).check()


def test_options_are_named_as_they_are_written():
    with pytest.raises(InputError, match=r"^--fov must be"):
        Look(fov=180).check("--")


def test_a_perspective_has_its_own_size(scene):
    look = Look("perspective", fov=70, size=(32, 24))
    look.check()
    assert look.picture_size(scene.spec) == (32, 24)
    assert look.horizontal_fov_deg == 70
    assert Look().picture_size(scene.spec) == (64, 16)
    assert Look().horizontal_fov_deg == 360


def test_a_size_is_that_of_panoramas_and_perspectives(scene, walk):
    light = Lighting.preset("dusk")
    for view in ("panorama", "perspective"):
        look = Look(view, size=(128, 32))
        assert look.picture_size(scene.spec) == (128, 32)
        seen = look.see(scene, walk.cameras[:1], light)
        assert seen.image.shape == (1, 3, 32, 128)
        assert seen.depth.shape == (1, 1, 32, 128)
    assert Look().picture_size(scene.spec) == scene.spec.panorama_size
    assert Look("perspective").picture_size(scene.spec) == (640, 360)

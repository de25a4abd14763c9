"""One view while the light changes, as a function."""

import itertools

import av
import pytest
from PIL import Image

from sat2density.errors import InputError
from sat2density.export.film import Film
from sat2density.export.interpolation import interpolated, write_steps
from sat2density.light.lighting import Lighting
from sat2density.views import Camera

LIGHTS = Lighting.preset("dusk"), Lighting.preset("clear-noon")


def test_rays_are_cast_once_and_each_light_is_encoded_once(scene, monkeypatch, encodings):
    calls = []
    render = scene.model.render_panoramas
    monkeypatch.setattr(
        type(scene.model),
        "render_panoramas",
        lambda self, *args, **kwargs: calls.append(1) or render(*args, **kwargs),
    )
    images = list(interpolated(scene, Camera(), LIGHTS, 5))
    assert len(images) == 5
    assert len(calls) == 1
    assert len(encodings) == 2
    steps = [float((a - b).abs().mean()) for a, b in itertools.pairwise(images)]
    assert min(steps) > 0
    assert sum(steps) >= float((images[0] - images[-1]).abs().mean()) - 1e-6


def test_files_and_progress(scene, tmp_path, told):
    images = interpolated(scene, Camera(), LIGHTS, 11)
    film = Film(gif=True, frames_png=True)
    names = write_steps(images, 11, LIGHTS, tmp_path, film, told)
    assert names == ["interpolation.mp4", "interpolation.gif", "frames", "sheet.png"]
    assert told.steps == [(done, 11) for done in range(1, 12)]
    with av.open(str(tmp_path / "interpolation.mp4")) as container:
        assert sum(1 for _ in container.decode(video=0)) == 11
    assert len(list((tmp_path / "frames").iterdir())) == 11
    assert Image.open(tmp_path / "sheet.png").height > 9 * 128


@pytest.mark.parametrize("steps", [1, 0, 10**9, 2.5, None])
def test_numbers_of_steps_that_are_refused_before_anything_is_rendered(
    scene, tmp_path, monkeypatch, steps
):
    monkeypatch.setattr(type(scene), "project", lambda *_: pytest.fail("rendered"))
    with pytest.raises(InputError, match="steps must be a whole number from 2 to 10000"):
        list(interpolated(scene, Camera(), LIGHTS, steps))
    with pytest.raises(InputError, match="steps must be a whole number from 2 to 10000"):
        write_steps([], steps, LIGHTS, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_gif_too_large_for_the_memory_is_refused(scene, tmp_path, monkeypatch):
    monkeypatch.setattr("sat2density.export.frames.MOST_GIF_PIXELS", 1000)
    images = interpolated(scene, Camera(), LIGHTS, 4)
    with pytest.raises(InputError, match="a GIF of 4 frames of 64x16 pixels is too large"):
        write_steps(images, 4, LIGHTS, tmp_path, Film(gif=True))
    assert list(tmp_path.iterdir()) == []

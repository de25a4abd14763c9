"""The film of a walk as a function: files, one encoding of the light, bounds, interruption."""

import av
import numpy as np
import pytest
from PIL import Image

from sat2density.errors import InputError
from sat2density.export.film import Film, film_walk
from sat2density.export.look import Look
from sat2density.light.lighting import Lighting

DUSK = Lighting.preset("dusk")


def frames_of(path):
    with av.open(str(path)) as container:
        return sum(1 for _ in container.decode(video=0))


def test_all_files_and_progress(scene, walk, tmp_path, told):
    film = Film(fps=5, gif=True, frames_png=True)
    names = film_walk(scene, walk, DUSK, tmp_path, film=film, progress=told)
    assert names == ["video.mp4", "panorama-360.mp4", "video.gif", "frames", "depth"]
    assert told.steps == [(done, 5) for done in range(1, 6)]
    assert frames_of(tmp_path / "video.mp4") == frames_of(tmp_path / "panorama-360.mp4") == 5
    assert len(list((tmp_path / "frames").iterdir())) == 5
    assert len(list((tmp_path / "depth").iterdir())) == 5
    with Image.open(tmp_path / "video.gif") as gif:
        assert gif.n_frames == 5


def test_a_light_is_encoded_once_a_film(scene, walk, tmp_path, encodings):
    film_walk(scene, walk, DUSK, tmp_path / "around")
    assert len(encodings) == 1
    film_walk(scene, walk, DUSK, tmp_path / "ahead", Look("perspective", size=(32, 16)))
    assert len(encodings) == 2
    mixed = Lighting.mix(DUSK, Lighting.preset("clear-noon"), 0.3)
    film_walk(scene, walk, mixed, tmp_path / "mixed")
    assert len(encodings) == 4  # each of its two lights


def test_the_seed_is_that_of_a_single_view(scene, walk, tmp_path):
    film_walk(scene, walk, DUSK, tmp_path, film=Film(frames_png=True), seed=3)
    wanted = scene.render(walk.cameras[2], DUSK, 3).image
    got = np.asarray(Image.open(tmp_path / "frames" / "frame_0002.png"))
    np.testing.assert_allclose(got, 255 * wanted.permute(1, 2, 0), atol=0.51)


def test_what_progress_raises_keeps_the_frames_so_far(scene, walk, tmp_path):
    def stop(done, total):
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        film_walk(scene, walk, DUSK, tmp_path, progress=stop)
    assert frames_of(tmp_path / "video.mp4") == frames_of(tmp_path / "panorama-360.mp4") == 3


@pytest.mark.parametrize(
    ("look", "film", "words"),
    [
        (Look(), Film(fps=1e12), "fps must be 0.01 to 240"),
        (Look(), Film(fps=1e-9), "fps must be 0.01 to 240"),
        (Look(), Film(fps=60, gif=True), "fps must be 0.01 to 50 frames per second with a GIF"),
        (Look(fov=1000), Film(), "fov must be"),
        (Look("perspective", size=(10**6, 10**6)), Film(), "size: 1000000x1000000"),
        (Look("perspective", size=(4096, 4096)), Film(), "frame: 12288x8236 pixels are too many"),
    ],
)
def test_what_cannot_be_filmed_is_refused_before_anything_is_rendered(
    scene, walk, tmp_path, monkeypatch, look, film, words
):
    monkeypatch.setattr(type(scene), "render", lambda *_, **__: pytest.fail("rendered"))
    monkeypatch.setattr(type(scene), "render_perspective", lambda *_, **__: pytest.fail("rendered"))
    with pytest.raises(InputError, match=words):
        film_walk(scene, walk, DUSK, tmp_path, look, film)
    assert list(tmp_path.iterdir()) == []


def test_a_gif_too_large_for_the_memory_is_refused_at_its_first_frame(
    scene, walk, tmp_path, monkeypatch, told
):
    monkeypatch.setattr("sat2density.export.frames.MOST_GIF_PIXELS", 1000)
    with pytest.raises(InputError, match=r"a GIF of 5 frames of .* is too large"):
        film_walk(scene, walk, DUSK, tmp_path, film=Film(gif=True), progress=told)
    assert told.steps == []
    assert list(tmp_path.iterdir()) == []


def test_frames_of_an_absurd_panorama_are_refused(tiny, tile, walk):
    from sat2density.export.composite import WalkLayout

    wide = (10**6, 500_000)
    with pytest.raises(InputError, match="frame: 2000000x1000044 pixels are too many"):
        WalkLayout(tile, walk, tiny.spec, wide)

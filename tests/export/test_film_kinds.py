"""Films that are made one at a time, at a width one chooses."""

import av
import pytest
from PIL import Image

from sat2density.errors import InputError
from sat2density.export.film_kinds import FILM_KINDS, film_one
from sat2density.light.lighting import Lighting

DUSK = Lighting.preset("dusk")


@pytest.mark.parametrize("key", FILM_KINDS)
def test_every_kind_has_its_frames_at_the_width_asked_for(key, scene, walk, tmp_path, told):
    kind = FILM_KINDS[key]
    path = tmp_path / kind.file
    film_one(kind, scene, walk, scene.model.style(DUSK), path, (256, 10), told)
    assert told.steps == [(done, 5) for done in range(1, 6)]
    if kind.gif:
        with Image.open(path) as gif:
            assert (gif.n_frames, gif.width) == (5, 256)
    else:
        with av.open(str(path)) as container:
            frames = list(container.decode(video=0))
        assert (len(frames), frames[0].width) == (5, 256)
    assert [file.name for file in tmp_path.iterdir()] == [kind.file]


def test_a_style_is_encoded_before_and_never_again(scene, walk, tmp_path, encodings):
    style = scene.model.style(DUSK)
    film_one(FILM_KINDS["walk"], scene, walk, style, tmp_path / "a.mp4", (256, 10))
    assert len(encodings) == 1


@pytest.mark.parametrize("width", [4, 255, 10**6, 258, "512", None, True])
def test_widths_that_frames_cannot_have(scene, walk, tmp_path, width):
    with pytest.raises(InputError, match="width must be"):
        film_one(FILM_KINDS["walk"], scene, walk, DUSK, tmp_path / "a.mp4", (width, 10))
    assert list(tmp_path.iterdir()) == []


def test_what_is_offered_is_allowed():
    from sat2density.export.film_kinds import check_width

    for kind in FILM_KINDS.values():
        described = kind.describe()
        assert described["label"]
        for width in described["widths"]:
            check_width(width)

"""Every tile under every light, as a function."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sat2density.errors import InputError
from sat2density.export.matrix import check_pairs, distinct_names, write_matrix
from sat2density.light.lighting import Lighting
from sat2density.scene_spec import SceneSpec
from sat2density.views import Camera

LIGHTS = {name: Lighting.preset(name) for name in ("dusk", "overcast", "clear-noon")}


def test_pictures_sheet_and_progress(tiny, tile, tmp_path, told):
    names = write_matrix(
        tiny, {"a": tile, "b": tile.flip(2)}, LIGHTS, tmp_path, Camera(0.1, 0), progress=told
    )
    pairs = [f"{row}--{column}.png" for row in "ab" for column in LIGHTS]
    assert names == ["sheet.png", *pairs]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)
    assert told.steps == [(done, 6) for done in range(1, 7)]
    wanted = tiny.reconstruct(tile).render(Camera(0.1, 0), LIGHTS["dusk"]).image
    got = np.asarray(Image.open(tmp_path / "a--dusk.png"))
    np.testing.assert_allclose(got, 255 * wanted.permute(1, 2, 0), atol=0.51)


def test_each_light_is_encoded_once_for_all_tiles(tiny, tile, tmp_path, encodings):
    tiles = {"a": tile, "b": tile.flip(2), "c": tile.flip(1)}
    write_matrix(tiny, tiles, LIGHTS, tmp_path, Camera())
    assert len(encodings) == len(LIGHTS)


@pytest.mark.parametrize(
    ("tiles", "lights", "words"),
    [
        (0, 3, "at least one tile and one light"),
        (3, 0, "at least one tile and one light"),
        (1000, 1000, "1000 tiles under 1000 lights are 1000000 pictures; at most 2000"),
        (1, 1000, "sheet: 326172x112 pixels are too many"),
        (1000, 1, "sheet: 498x86026 pixels are too many"),
    ],
)
def test_what_fits_on_no_sheet_is_refused_before_anything_is_rendered(
    tile, tmp_path, tiles, lights, words
):
    class Model:
        """Fails where anything but its scale is asked for."""

        spec = SceneSpec(panorama_size=(512, 128))

    many = {str(index): tile for index in range(tiles)}
    lit = {str(index): LIGHTS["dusk"] for index in range(lights)}
    with pytest.raises(InputError, match=words):
        write_matrix(Model(), many, lit, tmp_path, Camera())
    assert list(tmp_path.iterdir()) == []


def test_a_matrix_of_reasonable_size_is_allowed():
    check_pairs(40, 50)


def test_names_stay_apart():
    assert distinct_names([Path("a/sat.png"), Path("b/sat.png"), Path("home.png")]) == [
        "a-sat",
        "b-sat",
        "home",
    ]
    assert distinct_names([Path("a/sat.png"), Path("a/sat.jpg")]) == ["a-sat-1", "a-sat-2"]


def test_a_link_that_leads_to_itself_has_a_name(tmp_path):
    loop = tmp_path / "circle.csv"
    loop.symlink_to(loop)
    assert distinct_names([loop, Path("a/../b/circle.csv")]) == [
        f"{tmp_path.name}-circle",
        "b-circle",
    ]

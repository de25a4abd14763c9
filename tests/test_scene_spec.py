import dataclasses
import json
import math

import pytest

from sat2density.errors import InputError
from sat2density.scene_spec import RELEASED, SCENES, Rules, SceneSpec


def test_named_scenes_have_the_specs_constants():
    cvact, cvusa = SceneSpec.named("cvact"), SceneSpec.named("cvusa")
    assert (cvact.extent_m, cvact.camera_height_m, cvact.max_height_m, cvact.vertical_fov_deg) == (
        30,
        2,
        8,
        180,
    )
    assert (cvusa.extent_m, cvusa.vertical_fov_deg, cvusa.panorama_size, cvusa.samples_per_ray) == (
        55,
        90,
        (512, 128),
        100,
    )


def test_units_worked_by_hand():
    spec = SceneSpec(extent_m=30, camera_height_m=2, max_height_m=8)
    assert spec.unit_m == 15
    assert spec.camera_y == pytest.approx(-1 + 2 / 15)
    assert spec.top_y == pytest.approx(-1 + 8 / 15)


def test_ray_length_worked_by_hand():
    # sqrt(450 + 36) = 22.045 m, a pixel is 30/256 m: 188.1 pixels, floored, over 128.
    assert (
        SceneSpec.named("cvact").ray_length
        == math.floor(math.sqrt(486) / (30 / 256)) / 128
        == 188 / 128
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("extent_m", 0),
        ("extent_m", math.nan),
        ("camera_height_m", -1),
        ("max_height_m", "8"),
        ("tile_size", 255.5),
        ("tile_size", 2),
        ("samples_per_ray", 0),
        ("panorama_size", (512,)),
        ("panorama_size", "512x128"),
        ("vertical_fov_deg", 181),
        ("vertical_fov_deg", True),
    ],
)
def test_a_value_out_of_range_is_named(field, value):
    with pytest.raises(InputError, match=field):
        SceneSpec(**{field: value})


@pytest.mark.parametrize("name", SCENES)
def test_round_trip_through_json(name, tmp_path):
    path = tmp_path / "scene.json"
    path.write_text(json.dumps(SceneSpec.named(name).to_dict()))
    assert SceneSpec.read(path) == SceneSpec.read(name) == SCENES[name]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "not valid JSON"),
        ("[1]", "JSON object"),
        ('{"extent": 3}', "did you mean 'extent_m'"),
        ("\udcff", "not UTF-8 text"),
    ],
)
def test_a_bad_scene_file_is_one_sentence(tmp_path, text, message):
    path = tmp_path / "scene.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(InputError, match=message) as caught:
        SceneSpec.read(path)
    assert "scene.json" in str(caught.value)


def test_unknown_and_missing_scenes(tmp_path):
    with pytest.raises(InputError, match="did you mean 'cvact'"):
        SceneSpec.read("cvatc")
    with pytest.raises(InputError, match="there is no such file"):
        SceneSpec.read(tmp_path / "none.json")


def test_released_rules_differ_from_ours():
    assert (RELEASED.pixel_rule, RELEASED.ground, RELEASED.histogram) == (
        "corner",
        "slab",
        "released",
    )
    assert Rules() != RELEASED


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("extent_m", 1e30),
        ("extent_m", math.nan),
        ("camera_height_m", math.inf),
        ("max_height_m", 1e-300),
        ("tile_size", 10**12),
        ("samples_per_ray", 10**12),
        ("panorama_size", (10**9, 10**9)),
        ("panorama_size", (10**400, 4)),
        ("panorama_size", (60000, 8)),
    ],
)
def test_absurd_scenes_are_one_sentence(field, value):
    with pytest.raises(InputError, match=f"scene: {field}") as caught:
        dataclasses.replace(SceneSpec(), **{field: value})
    assert len(str(caught.value)) < 200


def test_the_time_of_a_picture_is_bounded():
    with pytest.raises(InputError, match="would take minutes; at most"):
        SceneSpec(panorama_size=(8192, 4096), samples_per_ray=512)
    assert SceneSpec(panorama_size=(8192, 4096), samples_per_ray=256)

"""`sat2density plan`, and `--look model`: from weights that tell things, and from plans."""

import dataclasses
import json

import numpy as np
import pytest
from drawn_plans import everything
from PIL import Image

from sat2density.city.files import FILES
from sat2density.city.plan import read_plan, write_plan
from sat2density.conventions import CLASSES
from sat2density.models.architecture import Architecture
from sat2density.pipeline import Sat2Density
from sat2density.scene_spec import SceneSpec
from sat2density.weights import save_weights

LOOK = ("--look", "model", "--plan", "plan.json")
OF_THE_PLAN = ("inputs/sat.png", "--light", "clear-noon", *LOOK)
HEADS = ("classes", "trees", "vehicles", "poles", "edges", "slope", "ground")


@pytest.fixture(scope="module")
def telling(tmp_path_factory):
    """Untrained weights with all heads."""
    tiny = Architecture.named("tiny")
    arch = dataclasses.replace(tiny, heads=HEADS, class_names=CLASSES)
    spec = SceneSpec(tile_size=64, panorama_size=(64, 32), samples_per_ray=12)
    model = Sat2Density.random(arch, spec)
    stem = tmp_path_factory.mktemp("weights") / "telling"
    save_weights(stem, model.generator, spec, model.rules, model.info)
    return stem.with_suffix(".safetensors")


def plan_file(place, extent_m=30.0):
    plan = dataclasses.replace(everything(), extent_m=extent_m)
    write_plan(plan, place / "plan.json")
    return plan


def test_weights_that_tell_nothing_are_refused(place, run):
    code, out, err = run("plan", "inputs/sat.png")
    assert (code, out) == (2, "")
    assert "a plan needs weights with heads" in err
    assert len(err.strip().split("\n")) == 1
    assert not (place / "out" / "plan-sat").exists()


def test_weights_that_tell_things_make_a_plan(place, run, telling):
    code, out, err = run(
        "plan",
        "inputs/sat.png",
        "--weights",
        str(telling),
        "--json",
        "sum.json",
        with_weights=False,
    )
    assert code == 0, err
    assert [line.rpartition("/")[2] for line in out.split()] == list(FILES)
    plan = read_plan(place / "out" / "plan-sat" / "plan.json")
    assert json.loads((place / "sum.json").read_text())["trees"] == len(plan.trees)


def test_a_plan_becomes_its_files_again(place, run):
    plan = plan_file(place)
    code, out, err = run("plan", "plan.json", "--out", "again")
    assert code == 0, err
    assert len(out.split()) == len(FILES)
    assert read_plan(place / "again" / "plan.json") == plan
    code, _, err = run(
        "plan", "plan.json", "--out", "less", "--detail", "low", "--json", "less.json"
    )
    assert code == 0, err
    sizes = [(place / name / "city.glb").stat().st_size for name in ("again", "less")]
    assert sizes[1] < 0.5 * sizes[0]
    assert json.loads((place / "less.json").read_text())["triangles"] > 100
    with Image.open(place / "again" / "plan.png") as drawing:
        assert drawing.size == (768, 768)


def test_a_broken_plan_is_one_sentence(place, run):
    (place / "plan.json").write_text('{"extent_m": 40, "trees": [{"east_m": 1}]}')
    code, _, err = run("plan", "plan.json")
    assert code == 2
    assert "plan.json: trees 1: the field 'south_m' is missing" in err


def test_the_formats_of_things(place, run, telling):
    formats = ("city", "walk", "cityjson", "geojson")
    code, out, err = run(
        "export",
        "inputs/sat.png",
        "--weights",
        str(telling),
        "--formats",
        *formats,
        with_weights=False,
    )
    assert code == 0, err
    names = [line.rpartition("/")[2] for line in out.split()]
    assert names == ["city.glb", "walk.html", "plan.city.json", "plan.geojson"]
    code, _, err = run("export", "inputs/sat.png", "--formats", "city", "--out", "other")
    assert code == 2
    assert "weights with heads" in err


def test_a_view_of_a_plan(place, run):
    plan_file(place)
    code, out, err = run("render", *OF_THE_PLAN)
    assert code == 0, err
    with Image.open(place / "out" / "render-sat" / "panorama.png") as picture:
        assert np.asarray(picture).std() > 20
    assert len(out.split()) == 6


def test_a_film_of_a_plan(place, run):
    plan_file(place)
    (place / "walk.csv").write_text("east_m,south_m\n0,0\n0,-1\n")
    code, out, err = run("video", *OF_THE_PLAN, "--path", "walk.csv")
    assert code == 0, err
    assert [line.rpartition("/")[2] for line in out.split()] == ["video.mp4", "panorama-360.mp4"]


def test_a_plan_without_the_look_is_refused(place, run):
    plan_file(place)
    code, _, err = run("render", "inputs/sat.png", "--light", "clear-noon", "--plan", "plan.json")
    assert code == 2
    assert "--look model" in err


def test_a_plan_of_another_width_is_refused(place, run):
    plan_file(place, 123.0)
    code, _, err = run("render", *OF_THE_PLAN)
    assert code == 2
    assert "they must agree" in err

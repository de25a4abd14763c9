"""The plan of a whole map: at its place, whatever the tiles' borders; tests/city/test_joining.py
tests that things are whole.
"""

import dataclasses
import json

import pytest

pytest.importorskip("drawn_maps")
from drawn_maps import UTM56S, draw_map

from sat2density.city.cityjson import city
from sat2density.city.geojson import collection
from sat2density.conventions import CLASSES
from sat2density.errors import InputError
from sat2density.maps import area_plan
from sat2density.models.architecture import Architecture
from sat2density.pipeline import Sat2Density
from sat2density.scene_spec import SceneSpec

HEADS = ("classes", "trees", "vehicles", "poles", "edges", "slope", "ground")


@pytest.fixture(scope="module")
def model():
    """Untrained weights with all heads, tiles of 16 m."""
    arch = dataclasses.replace(Architecture.named("tiny"), heads=HEADS, class_names=CLASSES)
    spec = SceneSpec(extent_m=16.0, tile_size=64, panorama_size=(64, 32), samples_per_ray=12)
    return Sat2Density.random(arch, spec)


def test_a_map_has_one_plan_at_its_place(model, tmp_path):
    path = draw_map(tmp_path / "area.tif", side_m=30.0)
    told = []
    plan = area_plan.area_plan(path, model, progress=lambda *at: told.append(at))
    assert plan.extent_m == 32.0
    assert told[-1] == (9, 9)
    assert plan.place.crs == UTM56S
    picture = plan.ground_picture()
    assert picture.shape == (128, 128, 3)
    crs = collection(plan)["crs"]["properties"]["name"]
    assert crs.endswith("::32756")
    assert "32756" in json.dumps(city(plan)["metadata"])


def test_a_map_that_is_too_large_is_refused_before_work(model, tmp_path, monkeypatch):
    path = draw_map(tmp_path / "area.tif", side_m=30.0)
    monkeypatch.setattr(area_plan, "MOST_TILES", 1)
    with pytest.raises(InputError, match="30 m wide; a plan covers 16 m at most"):
        area_plan.area_plan(path, model)


def test_weights_without_heads_are_refused(tmp_path):
    bare = Sat2Density.random("tiny", SceneSpec(extent_m=16.0, tile_size=64))
    with pytest.raises(InputError, match="needs weights with heads"):
        area_plan.area_plan(tmp_path / "area.tif", bare)

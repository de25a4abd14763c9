"""The plan of a whole map: at its place, whatever the tiles' borders; tests/city/test_joining.py
tests that things are whole.
"""

import dataclasses
import json

import pytest

pytest.importorskip("drawn_maps")
from drawn_maps import SYDNEY, UTM56S, draw_map, xy_of
from tile_server import serving

from sat2density.apps.cli import main
from sat2density.city.cityjson import city
from sat2density.city.geojson import collection
from sat2density.conventions import CLASSES
from sat2density.errors import InputError
from sat2density.maps import area_plan, fetching
from sat2density.maps.grid import Bounds
from sat2density.maps.values import MapReading
from sat2density.models.architecture import Architecture
from sat2density.pipeline import Sat2Density
from sat2density.scene_spec import SceneSpec
from sat2density.weights import save_weights

HEADS = ("classes", "trees", "vehicles", "poles", "edges", "slope", "ground")

BOX = (SYDNEY[1] - 1e-4, SYDNEY[0] - 1e-4, SYDNEY[1] + 1e-4, SYDNEY[0] + 1e-4)
"""About 18 m by 22 m."""
CREDITED = MapReading(zoom=19, attribution="(c) the test")


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
    with pytest.raises(InputError, match="30 m wide; a plan covers 16 m at most: name a part"):
        area_plan.area_plan(path, model)


def test_weights_without_heads_are_refused(tmp_path):
    bare = Sat2Density.random("tiny", SceneSpec(extent_m=16.0, tile_size=64))
    with pytest.raises(InputError, match="needs weights with heads"):
        area_plan.area_plan(tmp_path / "area.tif", bare)


def test_a_part_of_a_map(model, tmp_path):
    path = draw_map(tmp_path / "area.tif", side_m=60.0)
    plan = area_plan.area_plan(path, model, bounds=Bounds(*BOX))
    assert plan.extent_m == 24.0
    assert (plan.place.x, plan.place.y) == pytest.approx(xy_of(*SYDNEY), abs=0.1)
    with pytest.raises(InputError, match="holds nothing of the map"):
        area_plan.area_plan(path, model, bounds=Bounds(151.3, -33.9, 151.301, -33.899))


@pytest.mark.usefixtures("cache")
def test_a_part_of_a_tile_server(model, tmp_path):
    told = []
    with serving() as asked:
        served = area_plan.area_plan(
            asked.template, model, CREDITED, lambda *at: told.append(at), Bounds(*BOX)
        )
        assert len(set(asked)) == len(asked) <= 9
    assert told[0][1] == len(asked), "pictures first"
    assert told[-1] == (4, 4)
    path = draw_map(tmp_path / "area.tif", side_m=60.0, pixel_m=0.2)
    drawn = area_plan.area_plan(path, model, bounds=Bounds(*BOX))
    assert served.extent_m == drawn.extent_m
    assert served.place.crs == drawn.place.crs
    assert (served.place.x, served.place.y) == pytest.approx((drawn.place.x, drawn.place.y))


@pytest.mark.usefixtures("cache")
def test_the_command_asks_a_server_and_names_no_key(model, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    save_weights("telling", model.generator, model.spec, model.rules, model.info)
    with serving() as asked:
        words = ["plan", asked.template, "--area", "--weights", "telling.safetensors"]
        words += ["--device", "cpu", "--zoom", "19"]
        for more, sentence in (
            ((), "--attribution TEXT"),
            (("--attribution", "(c) the test"), "say which part of it: --bounds"),
        ):
            assert main([*words, *more]) == 2
            assert sentence in capsys.readouterr().err
        assert main([*words[:2], *words[3:], "--bounds", *map(str, BOX)]) == 2
        assert "--area" in capsys.readouterr().err
        assert list(asked) == []
        words += ["--attribution", "(c) the test", "--bounds", *map(str, BOX), "--json", "s.json"]
        with monkeypatch.context() as few:
            few.setattr(fetching, "MOST_PICTURES", 0)
            assert main(words) == 2
        assert "at most 0 are asked for" in capsys.readouterr().err
        code = main(words)
    said = capsys.readouterr()
    assert code == 0, said.err
    out = tmp_path / "out/plan-127.0.0.1"
    assert (out / "attribution.txt").read_text() == "(c) the test\n"
    told = said.out + said.err + (tmp_path / "s.json").read_text()
    assert "secret" not in told + (out / "plan.json").read_text()

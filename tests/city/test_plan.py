import dataclasses
import json

import numpy as np
import pytest

from sat2density.city.parts import Barrier, Building, Part, Pole, Shrub, Tree, Vehicle, Water
from sat2density.city.plan import (
    KINDS,
    Place,
    Plan,
    encoded_ground,
    named,
    read_plan,
    write_plan,
)
from sat2density.errors import InputError

SQUARE = ((-5.0, -4.0), (5.0, -4.0), (5.0, 4.0), (-5.0, 4.0))


def full_plan():
    picture = np.arange(8 * 8 * 3, dtype=np.uint8).reshape(8, 8, 3)
    part = Part(0.0, 0.0, 10.0, 8.0, 90.0, 3.0, 5.0, "hipped")
    return Plan(
        extent_m=40.0,
        ground=encoded_ground(picture),
        buildings=(Building(SQUARE, 3.0, 5.0, "hipped", parts=(part,), confidence=0.9),),
        trees=(Tree(8.0, 9.0, 2.5, 7.0, 1.5, 0.2, "round", "#445533"),),
        shrubs=(Shrub(-8.0, 9.0, 0.6, 0.9),),
        barriers=(Barrier(((-9.0, -9.0), (9.0, -9.0)), 1.5, 0.6, "hedge"),),
        vehicles=(Vehicle(12.0, 0.0, 4.4, 1.8, 1.5, 10.0),),
        poles=(Pole(12.0, 5.0, 6.0),),
        waters=(Water(((9.0, 12.0), (14.0, 12.0), (12.0, 15.0))),),
        place=Place("EPSG:25832", 500000.0, 5700000.0),
        name="corner",
        seed=7,
    )


def test_a_plan_comes_back_as_it_was_written(tmp_path):
    plan = full_plan()
    write_plan(plan, tmp_path / "plan.json")
    assert read_plan(tmp_path / "plan.json") == plan
    assert np.array_equal(plan.ground_picture().reshape(-1), np.arange(192))


def test_a_plan_written_twice_is_the_same(tmp_path):
    for name in ("a.json", "b.json"):
        write_plan(full_plan(), tmp_path / name)
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_a_thing_is_a_line(tmp_path):
    write_plan(full_plan(), tmp_path / "plan.json")
    lines = (tmp_path / "plan.json").read_text().split("\n")
    assert any('"footprint"' in line and '"parts"' in line for line in lines)


def edited(tmp_path, edit):
    write_plan(full_plan(), tmp_path / "plan.json")
    values = json.loads((tmp_path / "plan.json").read_text())
    edit(values)
    (tmp_path / "plan.json").write_text(json.dumps(values))
    return tmp_path / "plan.json"


def put(kind, number, **fields):
    def edit(values):
        values[kind][number].update(fields)

    return edit


def drop(kind, field):
    def edit(values):
        del values[kind][0][field]

    return edit


def whole(**fields):
    return lambda values: values.update(fields)


BROKEN = {
    "a later version": (whole(version=2), "version 2 is not 1"),
    "no side": (lambda values: values.pop("extent_m"), "'extent_m' is missing"),
    "an unknown field": (whole(treees=[]), "did you mean 'trees'"),
    "a thing without a place": (drop("trees", "east_m"), "trees 1: the field 'east_m' is missing"),
    "an unknown roof": (put("buildings", 0, roof="gable"), "did you mean 'gabled'"),
    "a ridge below its eaves": (put("buildings", 0, ridge_m=1), "must not be below eaves_m"),
    "a footprint of two corners": (put("buildings", 0, footprint=[[0, 0], [1, 1]]), "points"),
    "a footprint that crosses itself": (
        put("buildings", 0, footprint=[[0, 0], [2, 2], [2, 0], [0, 3]]),
        "crosses itself",
    ),
    "a footprint without an inside": (
        put("buildings", 0, footprint=[[0, 0], [2, 2], [4, 4]]),
        "encloses nothing",
    ),
    "a colour": (put("trees", 0, colour="green"), "must be like '#8a7a70'"),
    "a text for a number": (put("trees", 0, height_m="high"), "height_m must be a number"),
    "a height below nothing": (put("poles", 0, height_m=-3), "height_m must be"),
    "a crown above its top": (put("trees", 0, base_m=9), "base_m must be below"),
    "a line of one point": (put("barriers", 0, points=[[0, 0]]), "number of points"),
    "a confidence of 2": (put("vehicles", 0, confidence=2), "confidence must be"),
    "ground that is no picture": (whole(ground="ground.png"), "must be a PNG"),
    "a place without a system": (whole(place={"crs": "UTM", "x": 0, "y": 0}), "EPSG:25832"),
    "things that are no list": (whole(trees=3), "must be a list"),
    "no object": (lambda values: values["trees"].append(3), "expected a JSON object"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_plan_gets_one_sentence(tmp_path, name):
    edit, words = BROKEN[name]
    path = edited(tmp_path, edit)
    with pytest.raises(InputError) as caught:
        read_plan(path)
    text = str(caught.value)
    assert text.startswith(str(path))
    assert words in text
    assert "\n" not in text


def test_ground_that_is_damaged_is_said_when_it_is_looked_at():
    with pytest.raises(InputError, match="not a PNG"):
        Plan(40.0, ground="data:image/png;base64,AAAA").ground_picture()
    wide = encoded_ground(np.zeros((2, 4, 3), np.uint8))
    with pytest.raises(InputError, match="square"):
        Plan(40.0, ground=wide).ground_picture()


def test_names_appear_once():
    tree = Tree(0.0, 0.0, 1.0, 5.0)
    trees = (tree, dataclasses.replace(tree, name="oak"), dataclasses.replace(tree, name="oak"))
    names = [name for name, _ in named(Plan(40.0, trees=trees), "trees")]
    assert names == ["tree-1", "oak", "oak-2"]


def test_a_building_moves_with_its_parts():
    plan = full_plan()
    moved = plan.buildings[0].moved(3.0, -2.0)
    assert moved.footprint[0] == (-2.0, -6.0)
    assert (moved.parts[0].east_m, moved.parts[0].south_m) == (3.0, -2.0)


def test_every_field_is_described():
    from pathlib import Path

    page = (Path(__file__).parents[2] / "docs" / "plan.md").read_text(encoding="utf-8")
    kinds = (Plan, Place, Building, Part, Tree, Shrub, Barrier, Vehicle, Pole, Water)
    fields = {field.name for kind in kinds for field in dataclasses.fields(kind)}
    assert [name for name in sorted(fields) if f"`{name}`" not in page] == []
    assert all(kind in page for kind in KINDS)

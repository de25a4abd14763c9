import json

import pytest
from drawn_plans import HERE, everything

from sat2density.city.geojson import collection, write_geojson
from sat2density.city.plan import KINDS


def test_every_thing_is_a_feature_with_a_name(tmp_path):
    plan = everything()
    write_geojson(plan, tmp_path / "plan.geojson")
    read = json.loads((tmp_path / "plan.geojson").read_text())
    names = [feature["id"] for feature in read["features"]]
    assert len(names) == len(set(names)) == sum(len(getattr(plan, kind)) for kind in KINDS)
    assert read["sat2density"]["axes"] == "east_south_m"
    assert "crs" not in read
    house = read["features"][0]
    assert house["properties"]["eaves_m"] == 3.0
    assert house["properties"]["kind"] == "building"
    assert "parts" not in house["properties"]


def test_rings_close_and_lines_stay_open():
    for feature in collection(everything())["features"]:
        kind, coordinates = feature["geometry"]["type"], feature["geometry"]["coordinates"]
        if kind == "Polygon":
            assert all(ring[0] == ring[-1] and len(ring) > 3 for ring in coordinates)
        elif kind == "LineString":
            assert len(coordinates) >= 2
        else:
            assert kind == "Point"
            assert len(coordinates) == 2


def test_a_place_on_earth_is_named_and_used():
    told = collection(everything(HERE))
    assert told["crs"]["properties"]["name"] == "urn:ogc:def:crs:EPSG::25832"
    tree = next(f for f in told["features"] if f["properties"]["kind"] == "tree")
    assert tree["geometry"]["coordinates"] == pytest.approx([500000 - 8, 5700000 - 14])

"""Files of one tile that came from a map: they say where on Earth it lies."""

import json

import numpy as np
import pytest

pytest.importorskip("drawn_maps")
import pyproj
import rasterio
from drawn_maps import SYDNEY, draw_map, xy_of

from sat2density.apps.cli import main
from sat2density.city.plan import Place
from sat2density.earth import EarthPlace, ecef


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    from sat2density.pipeline import Sat2Density
    from sat2density.scene_spec import SceneSpec
    from sat2density.weights import save_weights

    folder = tmp_path_factory.mktemp("placed")
    spec = SceneSpec(extent_m=32.0, tile_size=64, panorama_size=(64, 32), samples_per_ray=12)
    model = Sat2Density.random("tiny", spec)
    save_weights(folder / "tiny", model.generator, spec, model.rules, model.info)
    area = draw_map(folder / "area.tif")
    words = ["export", f"{area}@{SYDNEY[0]},{SYDNEY[1]}", "--formats", "heights", "glb", "obj"]
    words += ["--weights", str(folder / "tiny.safetensors"), "--device", "cpu"]
    words += ["--attribution", "(c) the test", "--out", str(folder / "out")]
    assert main(words) == 0
    return folder / "out"


def test_heights_and_pictures_open_at_their_place(exported):
    x, y = xy_of(*SYDNEY)
    for name in ("heights.tif", "tile.png", "scene.png"):
        with rasterio.open(exported / name) as file:
            transform = file.transform
            wkt = (exported / name).with_suffix(".prj")
            crs = pyproj.CRS.from_wkt(wkt.read_text() if wkt.exists() else file.crs.to_wkt())
            half = file.width / 2
            middle = transform.c + half * transform.a, transform.f + half * transform.e
            east, north = pyproj.Transformer.from_crs(crs, 32756, always_xy=True).transform(*middle)
            assert (east, north) == pytest.approx((x, y), abs=1e-3), name
            assert file.width * transform.a == pytest.approx(32.0)
            assert transform.e == -transform.a
    assert (exported / "attribution.txt").read_text() == "(c) the test\n"


def test_a_model_says_its_place_and_a_tileset_puts_it_there(exported):
    data = (exported / "scene.glb").read_bytes()
    assert int.from_bytes(data[8:12], "little") == len(data)
    root = json.loads(data[20 : 20 + int.from_bytes(data[12:16], "little")])
    assert root["asset"]["copyright"] == "(c) the test"
    extras = root["asset"]["extras"]
    assert (extras["latitude"], extras["longitude"]) == pytest.approx(SYDNEY, abs=1e-9)
    tileset = json.loads((exported / "tileset.json").read_text())
    matrix = np.array(tileset["root"]["transform"]).reshape(4, 4).T
    assert matrix == pytest.approx(np.array(extras["east_north_up_to_ecef"]).reshape(4, 4).T)
    to_earth = pyproj.Transformer.from_crs(4978, 4979, always_xy=True)
    lon, lat, up = to_earth.transform(*(matrix @ [3.0, 4.0, 5.0, 1.0])[:3])
    _, _, metres = pyproj.Geod(ellps="WGS84").inv(SYDNEY[1], SYDNEY[0], lon, lat)
    assert metres == pytest.approx(5.0, abs=1e-3)
    assert up == pytest.approx(5.0, abs=1e-3)
    assert lat > SYDNEY[0]
    assert lon > SYDNEY[1]


def test_earth_centred_places():
    lat, lon, up = (
        np.array([-33.9, 60.0, 0.0]),
        np.array([151.2, -10.0, 180.0]),
        np.array([0, 9, 1]),
    )
    x, y, z = pyproj.Transformer.from_crs(4979, 4978, always_xy=True).transform(lon, lat, up)
    assert ecef(lat, lon, up) == pytest.approx(np.stack([x, y, z], 1), abs=1e-6)


@pytest.mark.parametrize("lat", [0.0, -33.9, 68.0])
def test_a_plan_lies_where_its_tile_lies(lat):
    place = Place.on_earth(EarthPlace(lat, 151.2, ""))
    back = pyproj.Transformer.from_crs(3857, 4326, always_xy=True)
    lon, found = back.transform(*place.at(30.0, -40.0))
    azimuth, _, metres = pyproj.Geod(ellps="WGS84").inv(151.2, lat, lon, found)
    assert metres == pytest.approx(50.0, abs=0.2)
    assert azimuth == pytest.approx(np.degrees(np.arctan2(30, 40)), abs=0.3)

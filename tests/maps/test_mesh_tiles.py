"""A mesh of an area in 3D Tiles: every corner at its place on Earth, boxes that hold it."""

import json
import struct
import subprocess
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("drawn_maps")
import pyproj
import rasterio
from drawn_maps import SYDNEY, UTM56S, draw_map, write_raster, xy_of
from rasterio.transform import from_origin

from sat2density.maps import mesh_tiles
from sat2density.maps.blending import NODATA
from sat2density.maps.heights import HeightsPlan, area_heights
from sat2density.maps.mesh_tiles import MeshTiles, earth_of
from sat2density.maps.opening import opened
from sat2density.maps.raster import MapRaster

PIXEL, SIDE = 0.5, 150
TOOLS = Path(__file__).resolve().parents[1] / "tools"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A slope of 75 m with a hole, in tiles of 16 cells, and a file of lists for every level."""
    folder = tmp_path_factory.mktemp("mesh")
    x0, y0 = xy_of(*SYDNEY)
    values = np.linspace(0, 9, SIDE, dtype=np.float32) + np.zeros((1, SIDE, SIDE), np.float32)
    values[:, 40:60, 40:60] = NODATA
    grid = from_origin(x0 - 37.5, y0 + 37.5, PIXEL, PIXEL)
    path = write_raster(folder / "heights.tif", values, grid, UTM56S, nodata=NODATA)
    raster = MapRaster(draw_map(folder / "area.tif", side_m=80.0))
    with opened(path) as heights, pytest.MonkeyPatch.context() as patch:
        patch.setattr(mesh_tiles, "LEVELS_A_FILE", 2)
        tiles = MeshTiles(heights, raster, earth_of(heights, "(c) the test"), cells=16)
        told = []
        count = tiles.write(folder, lambda done, total: told.append((done, total)))
    assert told[-1] == (tiles.count(), tiles.count())
    return folder, count


def read_glb(path):
    data = path.read_bytes()
    length = struct.unpack_from("<I", data, 12)[0]
    root = json.loads(data[20 : 20 + length])
    blob = data[28 + length :]

    def array(number):
        entry = root["accessors"][number]
        view = root["bufferViews"][entry["bufferView"]]
        kind = {5126: np.float32, 5123: np.uint16, 5125: np.uint32}[entry["componentType"]]
        width = {"SCALAR": 1, "VEC2": 2, "VEC3": 3}[entry["type"]]
        values = np.frombuffer(blob, kind, entry["count"] * width, view["byteOffset"])
        return values.reshape(-1, width)

    primitive = root["meshes"][0]["primitives"][0]
    points = array(primitive["attributes"]["POSITION"]).astype(np.float64)
    east, up, south = (points + root["nodes"][0]["translation"]).T
    return root, np.stack([east, -south, up], 1), array(primitive["indices"]).reshape(-1, 3)


def listed(path, transform=None):
    """All (entry, transform, tile's file) of a tileset, through the files it names."""
    whole = json.loads(path.read_text())
    assert whole["asset"]["version"] == "1.1"
    root = whole["root"]
    transform = np.array(root.get("transform", transform)).reshape(4, 4).T.ravel("F").tolist()
    stack = [root]
    while stack:
        entry = stack.pop()
        uri = entry.get("content", {}).get("uri", "")
        if uri.endswith(".json"):
            yield from listed(path.parent / uri, transform)
        elif uri:
            yield entry, np.array(transform).reshape(4, 4).T, path.parent / uri
        for child in entry.get("children", []):
            assert child["geometricError"] < entry["geometricError"]
            stack.append(child)


def test_every_corner_is_at_its_place_on_earth(made):
    folder, count = made
    entries = list(listed(folder / "tileset.json"))
    assert len(entries) == count
    back = pyproj.Transformer.from_crs(4978, 4979, always_xy=True)
    x0, _ = xy_of(*SYDNEY)
    finest = [entry for entry in entries if entry[2].name.startswith("0-")]
    assert len(finest) > 80
    for entry, transform, path in finest[:: len(finest) // 9]:
        _, points, faces = read_glb(path)
        earth = points @ transform[:3, :3].T + transform[:3, 3]
        lon, lat, up = back.transform(*earth.T)
        x, _ = pyproj.Transformer.from_crs(4326, 32756, always_xy=True).transform(lon, lat)
        expected = (x - x0 + 37.5 - PIXEL / 2) / (SIDE - 1) / PIXEL * 9
        skirt = expected - up > 0.5
        assert np.abs(up - expected)[~skirt].max() < 0.01
        assert skirt.sum() < 70
        box = np.array(entry["boundingVolume"]["box"])
        half = box[[3, 7, 11]]
        assert (np.abs(points - box[:3]) <= half + 1e-3).all()
        a, b, c = (points[faces[:, k]] for k in range(3))
        assert (np.cross(b - a, c - a)[:, 2] > -1e-9).all()


def test_nothing_is_made_up_over_a_hole(made):
    for _, _, path in listed(made[0] / "tileset.json"):
        if path.name.startswith("0-"):
            _, points, faces = read_glb(path)
            middle = points[faces].mean(1)
            column, row = (middle[:, 0] + 37.5) / PIXEL, (37.5 - middle[:, 1]) / PIXEL
            # Grid north is turned by a degree against the frame's: 0.3 m at the hole.
            inside = (abs(column - 50) < 8) & (abs(row - 50) < 8)
            assert not inside.any()


def test_files_say_whose_pictures_they_hold(made):
    root, _, _ = read_glb(made[0] / "0-0-0.glb")
    assert root["asset"]["copyright"] == "(c) the test"
    assert root["asset"]["extras"]["latitude"] == pytest.approx(SYDNEY[0], abs=1e-6)


def test_the_validator_finds_no_fault(made):
    if not (TOOLS / "node_modules").is_dir():
        pytest.skip("tests/tools/ is not installed")
    for name in ("0-0-0.glb", "0-2-2.glb"):
        words = ["node", str(TOOLS / "validate.mjs"), str(made[0] / name)]
        report = json.loads(subprocess.run(words, capture_output=True, check=True).stdout)
        assert report["numErrors"] == report["numWarnings"] == 0, report


def test_heights_write_a_mesh_on_request(tiny_weights, tmp_path):
    area = draw_map(tmp_path / "area.tif", side_m=40.0)
    summary = area_heights(
        HeightsPlan(area, tiny_weights, overlap=0.25, mesh=True), tmp_path / "out"
    )
    entries = list(listed(tmp_path / "out/mesh/tileset.json"))
    assert len(entries) == summary["mesh_tiles"] >= 1
    assert rasterio.open(tmp_path / "out/heights.tif").count == 2
    assert not (tmp_path / "out/unfinished").exists()

"""A town as a map: everything on one grid, at the right place."""

import json

import numpy as np
import pytest

pytest.importorskip("drawn_maps")
import gpxpy
import pyproj
import rasterio

from sat2density.apps.cli import main


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    out = tmp_path_factory.mktemp("town") / "out"
    words = "world town --size-m 130 --seed 2 --pixel-m 0.5 --at 47.0,11.0 --out"
    assert main([*words.split(), str(out)]) == 0
    return out


def test_rasters_share_their_grid(town):
    with (
        rasterio.open(town / "area.tif") as picture,
        rasterio.open(town / "heights.tif") as heights,
        rasterio.open(town / "classes.tif") as classes,
    ):
        assert picture.transform == heights.transform == classes.transform
        assert picture.crs.to_epsg() == 32632
        assert picture.shape == (260, 260)
        east, north = picture.transform.c + 65, picture.transform.f - 65
        values, kinds = heights.read(1), classes.read(1)
        names = classes.tags()
        assert picture.read().std() > 5
    lon, lat = pyproj.Transformer.from_crs(32632, 4326, always_xy=True).transform(east, north)
    assert (lat, lon) == pytest.approx((47.0, 11.0), abs=1e-6)
    building = next(int(key[6:]) for key, name in names.items() if name == "building")
    assert values[kinds == building].mean() > 3
    assert 0 <= np.median(values[kinds != building]) < 1


def test_the_corner_that_is_told_is_a_corner(town):
    corner = json.loads((town / "town.json").read_text())["corner"]
    with rasterio.open(town / "heights.tif") as heights:
        row, column = heights.index(corner["x"], corner["y"])
        near = heights.read(1)[row - 2 : row + 3, column - 2 : column + 3]
    assert near.max() >= corner["height_m"] - 0.2
    assert near.min() < 2.0


def test_roads_and_rides_lie_in_it(town):
    roads = json.loads((town / "roads.geojson").read_text())
    assert roads["features"]
    lines = [feature["geometry"]["coordinates"] for feature in roads["features"]]
    rides = [gpxpy.parse((town / f"ride-{k}.gpx").read_text()) for k in (1, 2, 3)]
    for lon, lat in [*lines[0], *((p.longitude, p.latitude) for p in rides[0].walk(True))]:
        assert abs(lat - 47.0) < 0.001
        assert abs(lon - 11.0) < 0.001
    assert all(ride.length_2d() > 20 for ride in rides)

"""Heights in GDAL's own tools, at the right place in two projections. `make long` installs them.

The heights are those of a town, told as the brightness of a map: what is tested is where they come
to lie, and not how well a network guesses.
"""

import json
import shutil
import subprocess

import numpy as np
import pytest

pytest.importorskip("drawn_maps")
import rasterio
from rasterio.warp import transform

from sat2density.apps.cli import main
from sat2density.maps import blocks
from sat2density.maps.heights import HeightsPlan, area_heights

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not shutil.which("gdaldem"), reason="needs Debian's gdal-bin"),
]
PYTHON = "/usr/bin/python3"
VALIDATOR = "osgeo_utils.samples.validate_cloud_optimized_geotiff"
STEPS_A_METRE = 20
FLAT = 181
"""Of GDAL's hillshade."""


def gdal(*words):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """A town whose heights are also a grey picture: (folder, corner of a building)."""
    out = tmp_path_factory.mktemp("town") / "out"
    words = "world town --size-m 130 --seed 2 --pixel-m 0.25 --at 47.0,11.0 --out"
    assert main([*words.split(), str(out)]) == 0
    with rasterio.open(out / "heights.tif") as file:
        grey = (file.read(1) * STEPS_A_METRE).round().clip(0, 255).astype(np.uint8)
        profile = dict(driver="GTiff", width=file.width, height=file.height, count=1)
        with rasterio.open(
            out / "utm.tif", "w", dtype="uint8", crs=file.crs, transform=file.transform, **profile
        ) as made:
            made.write(grey, 1)
    gdal("gdalwarp", "-q", "-t_srs", "EPSG:4326", "-r", "cubic", out / "utm.tif", out / "deg.tif")
    return out, json.loads((out / "town.json").read_text())["corner"]


@pytest.fixture(scope="module", params=["utm.tif", "deg.tif"])
def dsm(request, town, tiny_weights, tmp_path_factory):
    """The heights of the map in UTM, and of the one in degrees."""

    def told(self, tiles):
        return tiles.mean(1) * (255 / STEPS_A_METRE), None

    out = tmp_path_factory.mktemp("dsm") / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks.BlockWorker, "_heights", told)
        area_heights(HeightsPlan(town[0] / request.param, tiny_weights, coarsen=1), out)
    return out / "heights.tif"


def test_gdal_reads_where_it_lies(dsm):
    info = json.loads(gdal("gdalinfo", "-json", dsm))
    assert 'ID["EPSG",32632]' in info["coordinateSystem"]["wkt"]
    assert info["bands"][0]["unit"] == "metres"
    assert info["bands"][0]["noDataValue"] == -9999
    assert info["geoTransform"][1] == pytest.approx(0.25)
    (west, south), (east, north) = (info["wgs84Extent"]["coordinates"][0][k] for k in (1, 3))
    assert west < 11.0 < east
    assert south < 47.0 < north


def test_it_is_cloud_optimised(dsm):
    if subprocess.run([PYTHON, "-c", f"import {VALIDATOR}"], capture_output=True).returncode:
        pytest.skip("needs Debian's python3-gdal")
    assert "is a valid cloud optimized GeoTIFF" in gdal(PYTHON, "-m", VALIDATOR, dsm)


@pytest.mark.parametrize("crs", ["EPSG:32632", "EPSG:4326"])
def test_a_corner_is_within_a_pixel_of_its_place(dsm, town, crs, tmp_path):
    corner = town[1]
    if crs == "EPSG:32632":
        path, scale = dsm, []
    else:
        path, scale = tmp_path / "degrees.tif", ["-s", "111120"]
        gdal("gdalwarp", "-q", "-t_srs", crs, "-r", "near", dsm, path)
    shade = tmp_path / "shade.tif"
    gdal("gdaldem", "hillshade", *scale, path, shade)
    (x,), (y,) = transform("EPSG:32632", crs, [corner["x"]], [corner["y"]])
    lon, lat = transform("EPSG:32632", "EPSG:4326", [corner["x"]], [corner["y"]])
    at = gdal("gdallocationinfo", "-wgs84", "-xml", path, lon[0], lat[0])
    with rasterio.open(path) as heights, rasterio.open(shade) as shaded:
        row, column = heights.index(x, y)
        assert f'pixel="{column}" line="{row}"' in at
        inside = heights.read(1) > corner["height_m"] / 2
        light = shaded.read(1).astype(int)
    assert row_of_corner(inside, row, column)
    near = light[row - 1 : row + 2, column - 1 : column + 2]
    assert np.abs(near - FLAT).max() > 60


def row_of_corner(inside, row, column):
    """Whether a corner lies within a pixel: the building fills about a quarter of the surroundings
    there, and further off in no direction so little on all sides.
    """
    rows, columns = np.indices((17, 17)) - 8
    found = []
    for down in range(-4, 5):
        for right in range(-4, 5):
            here = inside[row + down - 8 : row + down + 9, column + right - 8 : column + right + 9]
            disc = np.hypot(rows, columns) <= 7
            border = inside[
                row + down - 1 : row + down + 2, column + right - 1 : column + right + 2
            ]
            quarter = abs(float(here[disc].mean()) - 0.25)
            mixed = border.any() and not border.all()
            found.append((quarter if mixed else 1.0, max(abs(down), abs(right))))
    best = min(score for score, _ in found)
    return any(score <= best + 0.03 and away <= 1 for score, away in found)

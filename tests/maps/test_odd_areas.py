"""Areas at odd places, and with holes of every kind: nothing is invented, nothing is misplaced."""

import re

import numpy as np
import pytest

pytest.importorskip("drawn_maps")
import rasterio
from drawn_maps import SYDNEY, UTM56S, draw_map, write_raster, xy_of
from rasterio.transform import from_origin

from sat2density.apps.cli import main
from sat2density.errors import InputError
from sat2density.maps.blending import NODATA
from sat2density.maps.grid import Bounds
from sat2density.maps.heights import HeightsPlan, area_heights
from sat2density.maps.projections import metric_crs
from sat2density.maps.raster import MapRaster
from sat2density.maps.tracks import read_track
from sat2density.maps.values import MapReading
from sat2density.maps.walks import walk_on
from sat2density.notices import heard


def grey(side, seed=0):
    return np.random.default_rng(seed).uniform(0.2, 0.8, (1, side, side)).astype(np.float32)


def heights_of(path, weights, out, **more):
    summary = area_heights(HeightsPlan(path, weights, coarsen=1, overlap=0.25, **more), out)
    with rasterio.open(out / "heights.tif") as made:
        return made.read(1), made.profile, summary


def test_numbers_that_are_none_stay_without_heights(tiny_weights, tmp_path):
    x0, y0 = xy_of(*SYDNEY)
    values = grey(120)
    values[:, 20:50, 70:110] = np.nan
    path = write_raster(tmp_path / "nan.tif", values, from_origin(x0, y0, 0.25, 0.25), UTM56S)
    with pytest.raises(InputError, match="float32 numbers; say which are black and white"):
        heights_of(path, tiny_weights, tmp_path / "a")
    reading = MapReading(stretch=(0.0, 1.0))
    heights, _, _ = heights_of(path, tiny_weights, tmp_path / "b", reading=reading)
    assert ((heights == NODATA) == np.isnan(values[0])).all()


def test_an_area_without_any_data(tiny_weights, tmp_path):
    x0, y0 = xy_of(*SYDNEY)
    values = np.zeros((3, 120, 120), np.uint8)
    grid = from_origin(x0, y0, 0.25, 0.25)
    path = write_raster(tmp_path / "none.tif", values, grid, UTM56S, nodata=0)
    found = []
    with heard(found.append):
        heights, _, summary = heights_of(path, tiny_weights, tmp_path / "a")
    assert "no height is known" in found[-1]
    assert (heights == NODATA).all()
    assert summary["failed"] == 0
    assert summary["empty"] > 0


@pytest.mark.parametrize("west", [179.9999, -180.0001])
def test_an_area_across_the_antimeridian(tiny_weights, tmp_path, west):
    pixel = 2.3e-6
    values = np.repeat(grey(100), 3, 0)
    path = write_raster(
        tmp_path / "date.tif",
        (values * 255).astype(np.uint8),
        from_origin(west, -17.0, pixel, pixel),
        "EPSG:4326",
    )
    heights, profile, summary = heights_of(path, tiny_weights, tmp_path / "a")
    assert profile["crs"].to_epsg() in (32701, 32760)
    assert summary["width"] * summary["pixel_m"] == pytest.approx(100 * pixel * 106_450, rel=0.03)
    assert (heights != NODATA).mean() > 0.9


def north_of_utm(tmp_path, **more):
    """30 m at 86 degrees, in polar stereographic, whose metres are 0.2 % and more off."""
    return draw_map(tmp_path / "far.tif", (86.0, 20.0), 40.0, 0.25, "EPSG:3413", **more)


def test_beyond_utm_an_area_has_a_projection_of_its_own(tiny_weights, tmp_path):
    path = north_of_utm(tmp_path)
    heights, profile, _ = heights_of(path, tiny_weights, tmp_path / "a")
    assert profile["crs"].to_epsg() is None
    assert profile["crs"].linear_units == "metre"
    assert (heights != NODATA).mean() > 0.4  # the rest are corners: the map is turned by 65 degrees
    track = tmp_path / "north.csv"
    track.write_text("lat,lon\n85.99994,20\n86.00006,20")
    walk = walk_on(MapRaster(path), read_track(track), 1.0)
    assert walk.walked_m[-1] == pytest.approx(12.0, abs=1.5)
    assert np.abs((walk.true_headings + 180) % 360 - 180).max() < 1.0
    with pytest.raises(InputError, match="beyond the projections that have a number"):
        metric_crs(MapRaster(path), numbered=True)


@pytest.mark.parametrize(("text", "said"), [("", "is empty"), ("hello", "hello.tif converted.tif")])
def test_files_that_are_no_rasters(tmp_path, text, said):
    (tmp_path / "hello.tif").write_text(text)
    with pytest.raises(InputError, match=said):
        MapRaster(tmp_path / "hello.tif")


def test_a_pole_is_refused(tiny_weights, tmp_path):
    path = draw_map(tmp_path / "pole.tif", (89.95, 0.0), 40.0, 0.25, "EPSG:3413")
    with pytest.raises(InputError, match="too near the pole"):
        heights_of(path, tiny_weights, tmp_path / "a")
    assert not (tmp_path / "a").exists()


def test_a_rotated_area_lies_where_it_should(tiny_weights, tmp_path):
    """Turned by 30 degrees: the four corners of the north-up result hold no data, its middle
    does.
    """
    x0, y0 = xy_of(*SYDNEY)
    turn = rasterio.Affine.rotation(30.0)
    grid = rasterio.Affine.translation(x0, y0) @ turn @ rasterio.Affine.scale(0.25, -0.25)
    values = (np.repeat(grey(140), 3, 0) * 255).astype(np.uint8)
    path = write_raster(tmp_path / "turned.tif", values, grid, UTM56S)
    heights, _, _ = heights_of(path, tiny_weights, tmp_path / "a")
    corners = heights[[2, 2, -3, -3], [2, -3, 2, -3]]
    assert (corners == NODATA).all()
    half = len(heights) // 2
    assert (heights[half - 30 : half + 30, half - 30 : half + 30] != NODATA).all()


def test_a_track_with_latitude_and_longitude_swapped(tmp_path):
    raster = MapRaster(draw_map(tmp_path / "turin.tif", middle=(45.07, 7.69), crs="EPSG:32632"))
    (tmp_path / "a.csv").write_text("lat,lon\n7.69,45.07\n7.6901,45.0701")
    with pytest.raises(InputError, match=r"line 2: .*swapped it would lie inside: 45.07,7.69"):
        walk_on(raster, read_track(tmp_path / "a.csv"), 0.5)


def test_bounds_with_latitude_and_longitude_swapped(tiny_weights, tmp_path):
    path = draw_map(tmp_path / "turin.tif", middle=(45.07, 7.69), crs="EPSG:32632")
    box = Bounds(45.0699, 7.6899, 45.0701, 7.6901)
    with pytest.raises(InputError, match=r"swapped it would: --bounds 7.6899 45.0699 7.6901"):
        heights_of(path, tiny_weights, tmp_path / "a", bounds=box)


def test_a_film_over_nothing(tiny_weights, tmp_path, monkeypatch, capsys):
    """No data along the whole walk: refused, and nothing stays; along a part: said."""
    monkeypatch.chdir(tmp_path)
    x0, y0 = xy_of(*SYDNEY)
    track = tmp_path / "t.csv"
    track.write_text(f"lat,lon\n{SYDNEY[0]},{SYDNEY[1] - 2e-4}\n{SYDNEY[0]},{SYDNEY[1] + 2e-4}")
    words = ["video", "--track", "t.csv", "--light", "dusk", "--out", "o", "--spacing-m", "9"]
    words += ["--weights", tiny_weights, "--device", "cpu"]
    grid = from_origin(x0 - 30, y0 + 30, 0.5, 0.5)
    values = np.full((3, 120, 120), 90, np.uint8)
    values[:, :, 60:] = 0
    write_raster(tmp_path / "half.tif", values, grid, UTM56S, nodata=0)
    write_raster(tmp_path / "none.tif", values * 0, grid, UTM56S, nodata=0)
    write_raster(tmp_path / "radar.tif", values[:1].astype(np.complex64), grid, UTM56S)
    for name, said in (("none.tif", "hardly any data along the walk"), ("radar.tif", "complex")):
        assert main([*words, "--map", name]) == 2
        assert said in capsys.readouterr().err
        assert not (tmp_path / "o").exists()
    assert main([*words, "--map", "half.tif"]) == 0
    assert re.search(r"hardly any data along \d\d% of the walk", capsys.readouterr().err)

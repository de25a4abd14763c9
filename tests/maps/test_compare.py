"""Heights beside the truth, with numbers worked out by hand."""

import numpy as np
import pytest

pytest.importorskip("drawn_maps")
from drawn_maps import SYDNEY, UTM56S, write_raster, xy_of
from rasterio.transform import from_origin

from sat2density.errors import InputError
from sat2density.maps.compare import compare_heights

N = 120


def surface():
    """Flat ground with two boxes of 6 m and a slope."""
    heights = np.zeros((N, N), np.float32)
    heights[20:50, 30:60] = 6.0
    heights[70:100, 60:100] = 6.0
    heights[:, 110:] = np.linspace(0, 1, N)[:, None]
    return heights


def write(path, heights, shift=(0, 0), pixel=0.5, crs=UTM56S, **more):
    x0, y0 = xy_of(*SYDNEY, crs)
    grid = from_origin(x0 + shift[0], y0 + shift[1], pixel, pixel)
    return write_raster(path, heights[None], grid, crs, **more)


def test_a_perfect_answer_and_flat_ground(tmp_path):
    truth = write(tmp_path / "truth.tif", surface())
    result = compare_heights(truth, truth)
    assert result["as_it_lies"]["mae_m"] == 0
    assert result["as_it_lies"]["within_0.5"] == 1
    assert result["as_it_lies"]["edge_f1"] == 1
    assert result["registered"] == result["as_it_lies"]
    assert result["registration"] == {"east_m": 0, "north_m": 0, "up_m": 0, "search_m": 2.0}
    flat = result["flat"]
    assert flat["mae_m"] == pytest.approx(float(surface().mean()), rel=1e-5)
    assert flat["bias_m"] == pytest.approx(-float(surface().mean()), rel=1e-5)
    assert flat["rmse_m"] == pytest.approx(float(np.sqrt((surface() ** 2).mean())), rel=1e-5)
    assert flat["within_2.5"] == pytest.approx(float((surface() <= 2.5).mean()))
    assert flat["within_7.5"] == 1
    assert flat["edge_f1"] == 0


def test_one_shift_is_found(tmp_path):
    truth = write(tmp_path / "truth.tif", surface())
    made = write(tmp_path / "made.tif", surface() - 0.5, shift=(-1.0, 0.5))
    result = compare_heights(made, truth)
    found = result["registration"]
    assert (found["east_m"], found["north_m"]) == (1.0, -0.5)
    assert found["up_m"] == pytest.approx(0.5, abs=1e-5)
    assert result["registered"]["mae_m"] == pytest.approx(0, abs=1e-4)
    assert result["as_it_lies"]["mae_m"] > 0.5


def test_nodata_is_left_out_and_classes_have_rows(tmp_path):
    truth = surface()
    truth[:10] = -9999
    kinds = np.ones((N, N), np.uint8)
    kinds[20:50, 30:60] = 2
    path = write(tmp_path / "truth.tif", truth, nodata=-9999)
    made = write(tmp_path / "made.tif", surface() + 1.0)
    classes = write(tmp_path / "classes.tif", kinds)
    import rasterio

    with rasterio.open(classes, "r+") as file:
        file.update_tags(class_1="ground", class_2="building")
    result = compare_heights(made, path, classes, search_m=0.0)
    assert result["as_it_lies"]["pixels"] == N * (N - 10)
    assert result["as_it_lies"]["bias_m"] == pytest.approx(1.0)
    assert result["by_class"]["building"]["as_it_lies"]["pixels"] == 900
    assert result["by_class"]["building"]["flat"]["mae_m"] == pytest.approx(6.0)


def test_other_grids_and_systems(tmp_path):
    from rasterio.warp import Resampling, calculate_default_transform, reproject

    truth = write(tmp_path / "truth.tif", surface())
    import rasterio

    with rasterio.open(truth) as file:
        grid, width, height = calculate_default_transform(
            file.crs, "EPSG:4326", file.width, file.height, *file.bounds
        )
        values = np.full((1, height, width), -1, np.float32)
        reproject(
            file.read(),
            values,
            src_transform=file.transform,
            src_crs=file.crs,
            dst_transform=grid,
            dst_crs="EPSG:4326",
            dst_nodata=-1,
            resampling=Resampling.bilinear,
        )
    other = write_raster(tmp_path / "degrees.tif", values, grid, "EPSG:4326", nodata=-1)
    result = compare_heights(other, truth, search_m=1.0)
    assert result["as_it_lies"]["mae_m"] < 0.15
    assert result["pixel_m"] == pytest.approx(0.5, rel=0.1)


def test_what_cannot_be_compared(tmp_path):
    truth = write(tmp_path / "truth.tif", surface())
    far = write(tmp_path / "far.tif", surface(), shift=(1e4, 0))
    with pytest.raises(InputError, match="do not overlap"):
        compare_heights(far, truth)
    grid = from_origin(0, 0, 0.5, 0.5)
    nowhere = write_raster(tmp_path / "nowhere.tif", surface()[None], grid, None)
    with pytest.raises(InputError, match="no coordinate system"):
        compare_heights(truth, nowhere)
    with pytest.raises(InputError, match="from 0 to 50"):
        compare_heights(truth, truth, search_m=-1.0)
    with pytest.raises(InputError, match="no such file"):
        compare_heights(tmp_path / "missing.tif", truth)

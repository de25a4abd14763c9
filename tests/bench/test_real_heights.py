"""benchmarks/real_heights.py: by hand on a small place, and on the shared one where it is there."""

import json

import numpy as np
import pytest
import torch
from benchmark_scripts import benchmark_script

rasterio = pytest.importorskip("rasterio", reason="the extra maps is missing")
real_heights = benchmark_script("real_heights")


def write_place(folder, side=100, pixel_m=0.5, moved=0.0):
    """A picture of noise, and a block of 4 m in the middle of bare ground."""
    folder.mkdir(parents=True)
    place = rasterio.transform.from_origin(1000, 2000, pixel_m, pixel_m)
    grid = {"driver": "GTiff", "width": side, "height": side, "crs": "EPSG:2154"}
    picture = np.random.default_rng(0).integers(0, 255, (3, side, side), np.uint8)
    with rasterio.open(
        folder / "rgb.tif", "w", count=3, dtype="uint8", transform=place, **grid
    ) as file:
        file.write(picture)
    heights = np.zeros((side, side), np.float32)
    heights[40:60, 40:60] = 4
    place = rasterio.transform.from_origin(1000 + moved, 2000, pixel_m, pixel_m)
    with rasterio.open(
        folder / "heights.tif", "w", count=1, dtype="float32", transform=place, **grid
    ) as file:
        file.write(heights, 1)


def test_measures_by_hand():
    row = real_heights.measures(torch.tensor([0.0, -1.0, 2.0, 5.0]), torch.tensor([4.0] * 4))
    assert row == {
        "mae_m": 2.0,
        "rmse_m": pytest.approx(7.5**0.5),
        "within_1": 0.5,
        "within_2.5": 0.75,
        "mae_of_flat": 0.5,
    }


def test_the_middle_is_measured_and_places_are_pooled(tmp_path, capsys):
    for name in ("one", "two"):
        write_place(tmp_path / "places" / name)
    out = tmp_path / "table.json"
    real_heights.main([str(tmp_path / "places"), "--json", str(out)])
    table = json.loads(out.read_text())
    assert set(table) == {"one", "two", "all"}
    flat = table["one"]["flat ground"]
    assert flat["mae_m"] == pytest.approx(4 * 400 / 80**2)  # 40 m of 50 are measured
    assert flat["mae_of_flat"] == 1
    assert table["all"]["flat ground"] == pytest.approx(flat)
    assert table["one"]["anywhere-small"] == pytest.approx(table["two"]["anywhere-small"])
    assert "| all | anywhere-small |" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("changed", "message"),
    [({"side": 60}, "is 30 m wide, the weights see 40 m"), ({"moved": 5.0}, "different grids")],
)
def test_places_that_do_not_fit_are_refused(tmp_path, changed, message):
    write_place(tmp_path / "place", **changed)
    with pytest.raises(SystemExit, match=message):
        real_heights.main([str(tmp_path / "place")])
    with pytest.raises(SystemExit, match="holds no rgb"):
        real_heights.main([str(tmp_path / "nowhere")])


@pytest.mark.skipif(not real_heights.DEFAULT.is_dir(), reason="there is no ../shared/realheights")
def test_the_shared_place(capsys):
    real_heights.main([])
    printed = capsys.readouterr().out
    assert "| realheights | flat ground | 3.43 | 5.02 |" in printed

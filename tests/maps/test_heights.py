"""Heights of an area: the right place, the same bytes however they are made, nothing invented."""

import functools
import json
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

pytest.importorskip("drawn_maps")
import killed_blocks
import rasterio
from drawn_maps import SYDNEY, UTM56S, draw_map, write_raster, xy_of
from rasterio.transform import from_origin

from sat2density.apps.cli import main
from sat2density.errors import InputError, OutputError
from sat2density.maps import blocks, grid
from sat2density.maps.blending import NODATA
from sat2density.maps.engine import plain_engine
from sat2density.maps.heights import HeightsPlan, area_heights
from sat2density.maps.raster import MapRaster
from sat2density.notices import heard

SMALL = {"overlap": 0.25, "block_tiles": 2}


@pytest.fixture(scope="module")
def area(tmp_path_factory):
    """100 m: 25 blocks of 24 m of the tiny weights, the last ones partial."""
    return draw_map(tmp_path_factory.mktemp("area") / "area.tif", side_m=100.0)


@pytest.fixture
def plan(area, tiny_weights):
    return functools.partial(HeightsPlan, area, tiny_weights, **SMALL)


@pytest.fixture(scope="module")
def whole(area, tiny_weights, tmp_path_factory):
    """The heights as one process makes them: (folder, bytes, summary)."""
    out = tmp_path_factory.mktemp("whole") / "out"
    summary = area_heights(HeightsPlan(area, tiny_weights, **SMALL), out)
    return out, (out / "heights.tif").read_bytes(), summary


def test_where_the_heights_lie(whole, area):
    out, _, summary = whole
    with rasterio.open(out / "heights.tif") as made, rasterio.open(area) as source:
        assert made.crs == source.crs
        assert made.transform.c == pytest.approx(source.transform.c)
        assert made.transform.f == pytest.approx(source.transform.f)
        assert made.res[0] == pytest.approx(summary["pixel_m"])
        assert made.nodata == NODATA
        assert made.units[0] == "metres"
        heights, confidence = made.read()
        assert made.width * made.res[0] == pytest.approx(100.0, abs=1.0)
    assert np.isfinite(heights).all()
    assert (heights >= -0.01).all()
    assert heights.std() > 0
    assert ((confidence > 0) & (confidence <= 1) | (confidence == NODATA)).all()
    assert summary["blocks"] > 4
    assert not (out / "unfinished").exists()
    assert json.loads((out / "heights.json").read_text())["failed"] == 0


def test_a_cog(whole):
    """The order that the COG layout wants: header first, overviews inside, tiles of 512."""
    info = rasterio.open(whole[0] / "heights.tif")
    assert info.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
    assert info.profile["tiled"]
    info.close()


def test_the_same_bytes_from_two_workers(whole, plan, tmp_path):
    area_heights(plan(workers=2), tmp_path / "two")
    assert (tmp_path / "two/heights.tif").read_bytes() == whole[1]


def test_a_stopped_run_goes_on(whole, plan, tmp_path):
    out = tmp_path / "out"

    def stopped(job, numbers, workers):
        for number in list(numbers)[:3]:
            yield from plain_engine(job, [number], 1)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        area_heights(plan(), out, engine=stopped)
    assert not (out / "heights.tif").exists()
    again = area_heights(plan(), out)
    assert again["found"] == 3
    assert (out / "heights.tif").read_bytes() == whole[1]
    with pytest.raises(OutputError, match="not empty"):
        area_heights(plan(), out)
    area_heights(plan(), out, overwrite=True)


def test_another_plan_is_not_mixed_in(plan, tmp_path):
    out = tmp_path / "out"

    def stopped(job, numbers, workers):
        yield from plain_engine(job, list(numbers)[:1], 1)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        area_heights(plan(), out, engine=stopped)
    with pytest.raises(OutputError, match=r"another plan \(.*coarsen"):
        area_heights(plan(coarsen=4), out)


def test_a_killed_command_goes_on(whole, area, tiny_weights, tmp_path):
    """SIGKILL in the middle leaves no raster; the same command finishes with the same bytes."""
    words = ["heights", str(area), "--out", "out", "--overlap", "0.25", "--workers", "1"]
    words += ["--block-tiles", "2"]
    words += ["--weights", tiny_weights, "--device", "cpu"]
    command = [sys.executable, "-m", "sat2density.apps.cli", *words]
    process = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.DEVNULL)
    work = tmp_path / "out/unfinished"
    deadline = time.monotonic() + 300
    while len(list(work.glob("block-*.json"))) < 2 and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not (tmp_path / "out/heights.tif").exists()
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    assert (tmp_path / "out/heights.tif").read_bytes() == whole[1]


def test_a_killed_worker_is_made_good(whole, plan, tmp_path, monkeypatch):
    monkeypatch.setattr("sat2density.maps.engine._begin", killed_blocks.begin)
    found = []
    with heard(found.append):
        area_heights(plan(workers=2), tmp_path / "out")
    assert any("ended from outside" in text for text in found)
    assert (tmp_path / "out/heights.tif").read_bytes() == whole[1]


def test_nodata_stays_nodata(tiny_weights, tmp_path):
    x0, y0 = xy_of(*SYDNEY)
    values = np.full((3, 300, 300), 90, np.uint8)
    values[:, :, 100:200] = np.arange(100, 200, dtype=np.uint8)
    values[:, 60:200, 150:] = 0
    path = write_raster(
        tmp_path / "hole.tif", values, from_origin(x0, y0, 0.25, 0.25), UTM56S, nodata=0
    )
    area_heights(HeightsPlan(path, tiny_weights, coarsen=1), tmp_path / "out")
    with rasterio.open(tmp_path / "out/heights.tif") as made:
        heights = made.read(1)
    assert ((heights == NODATA)[:300, :300] == (values[0] == 0)).all()


def test_tiles_that_fail_are_a_table(plan, tmp_path, monkeypatch):
    original = blocks.BlockWorker._heights

    def failing(self, tiles):
        if np.abs(tiles - tiles.mean()).max() > 0.47:
            raise RuntimeError("no luck here")
        return original(self, tiles)

    monkeypatch.setattr(blocks.BlockWorker, "_heights", failing)
    summary = area_heights(plan(), tmp_path / "out")
    rows = (tmp_path / "out/failed.csv").read_text().splitlines()
    assert rows[0] == "lat,lon,reason"
    assert len(rows) == summary["failed"] + 1 > 1
    assert "no luck here" in rows[1]


def test_a_file_that_ends_early_is_not_fatal(area, tiny_weights, tmp_path):
    with rasterio.open(area) as file:
        values, transform, crs = file.read(), file.transform, file.crs
    path = tmp_path / "broken.tif"
    write_raster(
        path, values, transform, crs, tiled=True, blockxsize=256, blockysize=256, compress="deflate"
    )
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 6 // 10])
    summary = area_heights(HeightsPlan(path, tiny_weights, **SMALL), tmp_path / "out")
    assert summary["failed"] > 0
    with rasterio.open(tmp_path / "out/heights.tif") as made:
        heights = made.read(1)
    assert 0 < (heights == NODATA).mean() < 0.9


BOX = (SYDNEY[1] - 2e-4, SYDNEY[0] - 1e-4, SYDNEY[1] + 2e-4, SYDNEY[0] + 1e-4)
"""About 37 m by 22 m about the middle of the map."""


def test_a_part_of_a_map(plan, whole, tmp_path):
    area_heights(plan(bounds=grid.Bounds(*BOX)), tmp_path / "part")
    with (
        rasterio.open(tmp_path / "part/heights.tif") as part,
        rasterio.open(whole[0] / "heights.tif") as all_of_it,
    ):
        column, row = ~all_of_it.transform * (part.transform.c, part.transform.f)
        assert (column, row) == pytest.approx((round(column), round(row)), abs=1e-3)
        assert part.res == pytest.approx(all_of_it.res)
        corners = [xy_of(lat, lon) for lat in BOX[1::2] for lon in BOX[::2]]
        for at, side in enumerate(part.bounds):
            wanted = (min, max)[at // 2](corner[at % 2] for corner in corners)
            assert side == pytest.approx(wanted, abs=1.01 * part.res[0])
        assert (part.read(1) != NODATA).all()


@pytest.mark.parametrize(
    ("box", "said"),
    [
        (("10", "50", "11", "51"), "holds nothing of the map, which spans latitude -33.8"),
        (("151.3", "-33.9", "151.1", "-33.8"), "must be west, south, east, north"),
        (("nan", "-33.9", "151.3", "-33.8"), "must be west, south, east, north"),
    ],
)
def test_bounds_that_cannot_be(area, tiny_weights, tmp_path, capsys, box, said):
    out = tmp_path / "out"
    words = ["heights", str(area), "--weights", str(tiny_weights), "--out", str(out)]
    assert main([*words, "--device", "cpu", "--bounds", *box]) == 2
    assert said in capsys.readouterr().err
    assert not (out / "heights.tif").exists()


def test_a_summary_that_is_there_is_refused_before_the_work(area, tiny_weights, tmp_path, capsys):
    kept = tmp_path / "kept.json"
    kept.write_text("mine")
    out = tmp_path / "out"
    words = ["heights", str(area), "--weights", str(tiny_weights), "--out", str(out)]
    assert main([*words, "--device", "cpu", "--json", str(kept)]) == 2
    assert "kept.json" in capsys.readouterr().err
    assert kept.read_text() == "mine"
    assert not out.exists()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"workers": 0}, "at least 1"),
        ({"overlap": 0.9}, "from 0 to 0.75"),
        ({"overlap": float("nan")}, "from 0 to 0.75"),
        ({"coarsen": 7}, "evenly"),
    ],
)
def test_options_that_cannot_be(area, tiny_weights, tmp_path, more, said):
    with pytest.raises(InputError, match=said):
        area_heights(HeightsPlan(area, tiny_weights, **more), tmp_path / "out")
    assert not (tmp_path / "out/heights.tif").exists()


def test_projections_of_an_area(area, tmp_path):
    raster = MapRaster(area)
    assert grid.metric_crs(raster) == raster.crs
    for crs, pixel in (("EPSG:4326", 2e-6), ("EPSG:3857", 0.3)):
        x0, y0 = xy_of(*SYDNEY, crs)
        path = write_raster(
            tmp_path / "other.tif",
            np.ones((3, 99, 99), np.uint8),
            from_origin(x0, y0, pixel, pixel),
            crs,
        )
        other = MapRaster(path)
        assert grid.metric_crs(other).to_epsg() == 32756
        found = grid.area_grid(other, 16.0, 64, 0.5, 2)
        side = 99 * other.pixel_m()
        assert found.width * found.out_pixel_m == pytest.approx(side, rel=0.1)


def test_the_lattice_of_tiles_does_not_depend_on_the_block(area):
    found = grid.area_grid(MapRaster(area), 16.0, 64, 0.25, 2)
    places = set()
    for number in range(found.block_count):
        block = found.block_at(number)
        here = {
            (block.column * 2 + tile.column, block.row * 2 + tile.row)
            for tile in found.tiles(block)
        }
        assert all(column % 48 == 32 and row % 48 == 32 for column, row in here)
        places |= here
    assert len(places) == found.tile_count()

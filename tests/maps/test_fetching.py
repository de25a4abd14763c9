"""Areas and walks from tile servers: in place, each picture asked for once, never too many."""

import functools
import json
import shutil

import numpy as np
import pytest

pytest.importorskip("drawn_maps")
import rasterio
from drawn_maps import SYDNEY, xy_of
from tile_server import send, serving

from sat2density.apps.cli import main
from sat2density.errors import InputError
from sat2density.maps import fetching
from sat2density.maps.blending import NODATA
from sat2density.maps.engine import plain_engine
from sat2density.maps.grid import Bounds
from sat2density.maps.heights import HeightsPlan, area_heights
from sat2density.maps.raster import MapRaster
from sat2density.maps.served import ServedRaster
from sat2density.maps.tracks import read_track
from sat2density.maps.values import MapReading
from sat2density.maps.walks import walk_on
from sat2density.notices import heard

BOX = (SYDNEY[1] - 2e-4, SYDNEY[0] - 1e-4, SYDNEY[1] + 2e-4, SYDNEY[0] + 1e-4)
"""About 37 m by 22 m."""

CREDITED = MapReading(zoom=19, attribution="(c) the test")

pytestmark = pytest.mark.usefixtures("cache")


@pytest.fixture
def plan(tiny_weights):
    return functools.partial(
        HeightsPlan,
        weights=tiny_weights,
        reading=CREDITED,
        overlap=0.25,
        block_tiles=2,
        bounds=Bounds(*BOX),
    )


def words_for(template, weights, *more):
    words = ["heights", template, "--weights", weights, "--device", "cpu", "--out", "out"]
    words += ["--attribution", "(c) the test", "--overlap", "0.25", "--block-tiles", "2"]
    return [*words, "--bounds", *map(str, BOX), *more]


def missing_but(shown):
    """A server that has only some pictures, chosen by (column, row)."""

    def answer(handler):
        column, row = map(int, handler.path.split("?")[0].split(".")[0].split("/")[2:])
        if shown(column, row):
            import io

            from PIL import Image
            from tile_server import tile_picture

            data = io.BytesIO()
            Image.fromarray(tile_picture(19, column, row, SYDNEY)).save(data, "PNG")
            send(handler, 200, data.getvalue(), "image/png")
        else:
            send(handler, 404)

    return answer


def test_heights_of_a_part(tiny_weights, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with serving() as asked:
        code = main(words_for(asked.template, tiny_weights, "--mesh", "--workers", "1"))
        said = capsys.readouterr()
        assert code == 0, said.err
        assert len(set(asked)) == len(asked) <= 12
    with rasterio.open(tmp_path / "out/heights.tif") as made:
        assert made.crs.to_epsg() == 32756
        corners = [xy_of(lat, lon) for lat in BOX[1::2] for lon in BOX[::2]]
        for at, side in enumerate(made.bounds):
            wanted = (min, max)[at // 2](corner[at % 2] for corner in corners)
            assert side == pytest.approx(wanted, abs=1.01 * made.res[0])
        assert (made.read(1) != NODATA).all()
        assert made.tags()["TIFFTAG_COPYRIGHT"] == "(c) the test"
    assert (tmp_path / "out/attribution.txt").read_text() == "(c) the test\n"
    assert "(c) the test" in (tmp_path / "out/mesh/tileset.json").read_text()
    assert not (tmp_path / "out/unfinished").exists()
    told = said.out + said.err + (tmp_path / "out/heights.json").read_text()
    assert "secret" not in told
    assert "pictures of zoom 19 are needed" in said.err


def test_a_part_of_a_server_is_what_a_file_of_it_would_be(plan, tmp_path):
    """The same pictures saved as a file by hand, cut by the same bounds."""
    with serving() as asked:
        area_heights(plan(asked.template), tmp_path / "served")
        served = ServedRaster(asked.template, CREDITED)
        utm = "EPSG:32756"
        x, y = xy_of(*SYDNEY, utm)
        wide = fetching.pictures_under(served, utm, [(x - 200, y - 200, x + 200, y + 200)])
        fetching.fetch(served, wide)
        fetching.save(served, wide, tmp_path / "wide.tif")
    file = plan(tmp_path / "wide.tif", reading=MapReading())
    summary = area_heights(file, tmp_path / "file")
    with (
        rasterio.open(tmp_path / "served/heights.tif") as one,
        rasterio.open(tmp_path / "file/heights.tif") as two,
    ):
        # Their lattices differ by a part of a pixel: the middle agrees.
        assert abs(one.bounds.left - two.bounds.left) < one.res[0]
        assert abs(one.read(1).mean() - two.read(1).mean()) < 0.05 * one.read(1).std() + 1e-3
    assert summary["failed"] == 0


def test_across_the_antimeridian(plan, tmp_path):
    with serving(middle=(-17.0, 180.0)) as asked:
        box = Bounds(179.9998, -17.0001, -179.9998, -16.9999)
        summary = area_heights(plan(asked.template, bounds=box), tmp_path / "out")
        assert 0 < len(asked) <= 12
    assert summary["width"] * summary["pixel_m"] == pytest.approx(42.6, rel=0.05)
    with rasterio.open(tmp_path / "out/heights.tif") as made:
        assert (made.read(1) != NODATA).all()
        assert made.crs.to_epsg() in (32701, 32760)


def test_where_a_server_has_nothing_nothing_is_known(plan, tmp_path):
    from sat2density.maps.raster import HALF_M

    x, _ = xy_of(*SYDNEY, "EPSG:3857")
    here = int((x + HALF_M) / (2 * HALF_M) * 2**19)
    found = []
    with serving(missing_but(lambda column, row: column <= here)) as asked, heard(found.append):
        box = Bounds(BOX[0] - 5e-4, BOX[1], BOX[2] + 5e-4, BOX[3])
        area_heights(plan(asked.template, bounds=box), tmp_path / "out")
    assert any("has no pictures of" in text for text in found)
    with rasterio.open(tmp_path / "out/heights.tif") as made:
        heights = made.read(1)
    edge = round((heights[10] != NODATA).sum())
    assert 0 < edge < heights.shape[1]
    assert (heights[10, :edge] != NODATA).all()
    assert (heights[10, edge:] == NODATA).all()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda h: send(h, 404), "answers 404: it has no picture"),
        (lambda h: send(h, 204), "answers 204: it has no picture"),
        (lambda h: send(h, 500), "answers 500: a fault of the server"),
        (lambda h: send(h, 200, b"<html>", "text/html"), "a page, not a picture"),
        (lambda h: send(h, 200, b"{}", "application/json"), "answers with application/json, not"),
        (lambda h: send(h, 200, b"x", "image/png"), "something that is no PNG, JPEG or WebP"),
        (lambda h: h.connection.close(), "is there a network, and is the URL right"),
    ],
)
def test_servers_that_fail(answer, said, tiny_weights, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with serving(answer) as asked:
        assert main(words_for(asked.template, tiny_weights)) == 2
        assert len(asked) <= fetching.FIRST_LOOK
    shown = capsys.readouterr().err
    assert said in shown
    assert "secret" not in shown
    assert not (tmp_path / "out").exists()


def test_few_are_asked_for_where_none_is_there(plan, tmp_path):
    box = Bounds(151.21, -33.86, 151.22, -33.85)
    with serving(lambda h: send(h, 404)) as asked, pytest.raises(InputError, match="answers 404"):
        area_heights(plan(asked.template, bounds=box), tmp_path / "out")
    assert len(asked) == fetching.FIRST_LOOK


@pytest.mark.parametrize(
    ("box", "zoom", "said"),
    [
        (("151.2", "-33.9", "151.3", "-33.8"), "19", r"needs 2\d{4} pictures of .* at most 2500"),
        (("-120", "-80", "50", "80"), "19", "at most 2500 are asked for"),
        (("151.2", "-33.9", "151.3", "-33.8"), "24", "smaller --zoom"),
        (("151.2", "85.2", "151.3", "85.3"), "10", "holds nothing of the map"),
        (("-33.9", "151.2", "-33.8", "151.3"), "19", "did you mean --bounds 151.2 -33.9 151.3"),
        (("151.2", "-33.9", "200", "-33.8"), "10", "must be west, south, east, north"),
    ],
)
def test_areas_that_cannot_be(box, zoom, said, tiny_weights, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with serving() as asked:
        words = words_for(asked.template, tiny_weights, "--zoom", zoom, "--bounds", *box)
        assert main(words) == 2
        assert not asked
    import re

    assert re.search(said, capsys.readouterr().err)
    assert not (tmp_path / "out").exists()


def test_an_area_without_bounds_or_attribution(tiny_weights, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = ["heights", "http://127.0.0.1:9/{z}/{x}/{y}.png?key=secret", "--weights", tiny_weights]
    assert main([*words, "--bounds", *map(str, BOX)]) == 2
    assert "--attribution TEXT" in capsys.readouterr().err
    assert main([*words, "--attribution", "x"]) == 2
    assert "--bounds WEST SOUTH EAST NORTH" in capsys.readouterr().err
    assert main([*words, "--attribution", "x", "--bounds", *map(str, BOX)]) == 2
    shown = capsys.readouterr().err
    assert "cannot be fetched" in shown
    assert "secret" not in shown
    assert not list(tmp_path.rglob("out*"))


def test_workers_ask_nobody_and_a_stopped_run_goes_on(plan, tmp_path, cache):
    """What was fetched is a file among the unfinished work: the rate holds for any number of
    workers on any number of machines.
    """

    def stopped(job, numbers, workers):
        assert job.map.parent == job.folder
        yield from plain_engine(job, list(numbers)[:1], 1)
        raise KeyboardInterrupt

    with serving() as asked:
        whole = area_heights(plan(asked.template), tmp_path / "whole")
        with pytest.raises(KeyboardInterrupt):
            area_heights(plan(asked.template), tmp_path / "out", engine=stopped)
    shutil.rmtree(cache)
    again = area_heights(plan(asked.template), tmp_path / "out")
    assert again["found"] == 1
    assert again["blocks"] == whole["blocks"] > 1
    one, two = ((tmp_path / name / "heights.tif").read_bytes() for name in ("out", "whole"))
    assert one == two


def test_after_a_zoom_without_pictures_another_can_be_tried(plan, tmp_path):
    def answer(handler):
        missing_but(lambda column, row: True)(handler) if "/19/" in handler.path else send(
            handler, 404
        )

    with serving(answer) as asked:
        deep = MapReading(zoom=20, attribution="x")
        with pytest.raises(InputError, match="zoom 20; try a smaller --zoom"):
            area_heights(plan(asked.template, reading=deep), tmp_path / "out")
        area_heights(plan(asked.template), tmp_path / "out")


@pytest.fixture
def track(tmp_path):
    path = tmp_path / "walk.csv"
    rows = [f"{SYDNEY[0] + k * 9e-6},{SYDNEY[1] + 4e-6 * k}" for k in range(-10, 11, 5)]
    path.write_text("\n".join(["lat,lon", *rows]))
    return path


def film_words(template, track, weights, *more):
    words = ["video", "--map", template, "--track", str(track), "--light", "dusk", "--out", "o"]
    words += ["--spacing-m", "2", "--weights", weights, "--device", "cpu"]
    return [*words, "--attribution", "(c) the test", *more]


def test_a_walk_on_a_server(track, tiny_weights, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with serving() as asked:
        code = main(film_words(asked.template, track, tiny_weights, "--json", "s.json"))
        said = capsys.readouterr()
        assert code == 0, said.err
        assert len(set(asked)) == len(asked) <= 12
    where = json.loads((tmp_path / "o/frames.geojson").read_text())
    assert where["geometry"]["coordinates"][0] == pytest.approx(
        [SYDNEY[1] - 4e-5, SYDNEY[0] - 9e-5], abs=1e-6
    )
    assert (tmp_path / "o/video.mp4").stat().st_size > 1000
    assert (tmp_path / "o/attribution.txt").read_text() == "(c) the test\n"
    assert "secret" not in said.out + said.err + (tmp_path / "s.json").read_text()


def test_walks_that_cannot_be(track, tiny_weights, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "far.csv").write_text("lat,lon\n-33.8,151.2\n-34.8,152.2")
    with serving(lambda h: send(h, 404)) as asked:
        assert main(film_words(asked.template, "far.csv", tiny_weights, "--spacing-m", "9")) == 2
        assert "at most 2500 are asked for" in capsys.readouterr().err
        assert not asked
        assert main(film_words(asked.template, track, tiny_weights)) == 2
        assert "answers 404" in capsys.readouterr().err
    assert not (tmp_path / "o").exists()


def test_pictures_of_a_walk_are_all_it_reads(track, tiny_weights):
    """After `prepare` no window along the walk asks for more."""
    from sat2density.loading import load
    from sat2density.maps.following import FollowingScene

    with serving() as asked:
        raster = ServedRaster(asked.template, MapReading(zoom=21, attribution="x"))
        walk = walk_on(raster, read_track(track), 1.0)
        assert walk.crs.to_epsg() == 32756
        following = FollowingScene(load(tiny_weights, device="cpu"), raster, walk.crs)
        following.prepare(walk.points)
        first = len(asked)
        for x, y in walk.points:
            following._window(
                tuple(round(v / following.cell_m - following.cells / 2) for v in (x, -y))
            )
        assert len(asked) == first


def test_a_part_far_from_the_middle_is_measured_in_its_own_zone(tmp_path):
    """A raster of 20 degrees: its middle's UTM zone counts no true metres at its ends."""
    from sat2density.maps.grid import area_grid

    path = tmp_path / "long.tif"
    profile = {"driver": "GTiff", "count": 3, "dtype": "uint8", "crs": "EPSG:4326"}
    profile |= {"tiled": True, "blockxsize": 512, "blockysize": 512, "SPARSE_OK": True}
    grid = rasterio.transform.from_origin(145.0, -33.0, 2e-5, 2e-5)
    with rasterio.open(path, "w", **profile, width=1_000_000, height=500, transform=grid):
        pass
    raster = MapRaster(path)
    for lon, zone in ((155.0, 32756), (151.5, 32756), (146.5, 32755), (163.0, 32758)):
        bounds = Bounds(lon, -33.006, lon + 1e-3, -33.005)
        found = area_grid(raster, 16.0, 64, 0.5, 2, bounds=bounds)
        assert rasterio.crs.CRS.from_wkt(found.crs_wkt).to_epsg() == zone
        assert found.width * found.out_pixel_m == pytest.approx(93.4, rel=0.03)
    track = tmp_path / "t.csv"
    track.write_text("lat,lon\n-33.005,146.5\n-33.005,146.501")
    walk = walk_on(raster, read_track(track), 1.0)
    assert walk.crs.to_epsg() == 32755
    assert walk.headings == pytest.approx(np.full(len(walk), 90.0), abs=2.0)

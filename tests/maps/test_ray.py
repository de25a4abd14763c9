"""The engine on Ray: the same bytes, killed workers made good. `make test-ray` installs Ray."""

import functools

import pytest

pytest.importorskip("drawn_maps")
pytest.importorskip("ray.data", reason="the extra [ray] is not installed")
import killed_blocks
import rasterio
from drawn_maps import draw_map, write_raster

from sat2density.maps import ray_engine
from sat2density.maps.heights import HeightsPlan, area_heights

SMALL = {"overlap": 0.25, "block_tiles": 2}


@pytest.fixture(scope="module", autouse=True)
def running():
    """Ray, started once for all tests here, as the engine starts it."""
    import ray

    ray_engine._start(ray, 2, None)
    yield
    ray.shutdown()


@pytest.fixture(scope="module")
def area(tmp_path_factory):
    return draw_map(tmp_path_factory.mktemp("area") / "area.tif", side_m=45.0)


@pytest.fixture(scope="module")
def plain(area, tiny_weights, tmp_path_factory):
    out = tmp_path_factory.mktemp("plain") / "out"
    area_heights(HeightsPlan(area, tiny_weights, **SMALL), out)
    return (out / "heights.tif").read_bytes()


@pytest.fixture
def plan(area, tiny_weights):
    return functools.partial(HeightsPlan, area, tiny_weights, **SMALL)


def test_two_workers_on_ray_give_the_same_bytes(plan, plain, tmp_path):
    summary = area_heights(plan(workers=2), tmp_path / "out", engine=ray_engine.ray_engine())
    assert summary["found"] == 0
    assert (tmp_path / "out/heights.tif").read_bytes() == plain


def test_a_worker_that_is_killed_is_made_good(plan, plain, tmp_path, monkeypatch):
    monkeypatch.setattr(ray_engine, "RayWorker", killed_blocks.RayKilledOnce)
    area_heights(plan(workers=2), tmp_path / "out", engine=ray_engine.ray_engine())
    assert (tmp_path / "out/heights.tif").read_bytes() == plain


def test_tiles_that_fail_are_a_table(area, tiny_weights, tmp_path):
    """Of a file that ends early: what is there is worked out, the rest is listed, alike."""
    with rasterio.open(area) as file:
        values, transform, crs = file.read(), file.transform, file.crs
    path = tmp_path / "broken.tif"
    blocks = {"tiled": True, "blockxsize": 64, "blockysize": 64, "compress": "deflate"}
    write_raster(path, values, transform, crs, **blocks)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 6 // 10])
    wanted = HeightsPlan(path, tiny_weights, workers=2, **SMALL)
    summary = area_heights(wanted, tmp_path / "ray", engine=ray_engine.ray_engine())
    assert summary["failed"] > 0
    area_heights(wanted, tmp_path / "plain")
    for name in ("heights.tif", "failed.csv"):
        same = (tmp_path / "ray" / name).read_bytes() == (tmp_path / "plain" / name).read_bytes()
        assert same, name

"""The engine on Ray: the same bytes, killed workers made good. `make test-ray` installs Ray."""

import functools

import pytest

pytest.importorskip("drawn_maps")
pytest.importorskip("ray.data", reason="the extra [ray] is not installed")
import killed_blocks
from drawn_maps import draw_map

from sat2density.maps import ray_engine
from sat2density.maps.heights import HeightsPlan, area_heights

SMALL = {"overlap": 0.25, "block_tiles": 2}


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

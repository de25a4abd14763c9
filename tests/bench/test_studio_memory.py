"""`benchmarks/studio_memory.py`: the walk that it measures, and the memory it reads."""

import itertools
import os

import pytest

pytest.importorskip("rasterio")
pytest.importorskip("playwright")
pyproj = pytest.importorskip("pyproj")
from benchmark_scripts import benchmark_script  # noqa: E402

studio_memory = benchmark_script("studio_memory")
GEOD = pyproj.Geod(ellps="WGS84")
WEST, SOUTH, EAST, NORTH = BOUNDS = (153.0, -34.5058, 153.007, -34.5)
"""About 640 m each way."""


def test_the_walk_keeps_inside_and_comes_to_a_new_place_with_every_step():
    on = studio_memory.places(BOUNDS, 40.0, 60)
    assert len(on) == 61
    assert all(SOUTH < lat < NORTH and WEST < lon < EAST for lat, lon in on)
    away = [GEOD.inv(lon, lat, *reversed(after))[2] for (lat, lon), after in itertools.pairwise(on)]
    assert min(away) > 39
    assert sorted(away)[len(away) // 2] == pytest.approx(40, rel=0.01)
    assert len(set(on)) == len(on)


def test_a_map_that_is_too_small_is_refused():
    with pytest.raises(SystemExit, match="too small"):
        studio_memory.places((WEST, SOUTH, WEST + 0.0009, SOUTH + 0.0009), 40.0, 3)


def test_memory_of_a_process_is_read():
    now, most = studio_memory.memory(os.getpid())
    assert 10 < now <= most

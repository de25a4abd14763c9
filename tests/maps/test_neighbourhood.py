"""The model around a place of a map: what is kept, and what is worked out anew."""

import dataclasses

import pytest

pytest.importorskip("drawn_maps")
from drawn_maps import SYDNEY, draw_map

from sat2density.conventions import CLASSES
from sat2density.errors import InputError
from sat2density.maps.neighbourhood import KEPT_MODELS, KEPT_TILES, Neighbourhood
from sat2density.maps.places import LatLon, local_crs
from sat2density.maps.raster import MapRaster
from sat2density.models.architecture import Architecture
from sat2density.pipeline import Sat2Density
from sat2density.scene_spec import SceneSpec

HEADS = ("classes", "trees", "vehicles", "poles", "edges", "slope", "ground")


@pytest.fixture
def around(tmp_path):
    """Tiles of 16 m, told by untrained weights, on a map of 150 m."""
    arch = dataclasses.replace(Architecture.named("tiny"), heads=HEADS, class_names=CLASSES)
    spec = SceneSpec(extent_m=16.0, tile_size=64, panorama_size=(64, 32), samples_per_ray=12)
    raster = MapRaster(draw_map(tmp_path / "area.tif", side_m=150.0))
    yield Neighbourhood(Sat2Density.random(arch, spec), raster, local_crs(LatLon(*SYDNEY)))
    raster.close()


def test_a_step_works_out_new_tiles_only_and_memory_stays_flat(around):
    first = around.at(1.0, -1.0)
    assert (first.x, first.y) == (0.0, 0.0)
    assert around._told.cache_info().misses == 25
    assert around.at(-3.9, 3.9) is not None
    assert around._told.cache_info().misses == 25
    second = around.at(5.0, 0.0)
    assert (second.x, second.y) == (8.0, 0.0)
    assert around._told.cache_info().misses == 30
    assert around.at(0.0, 0.0).glb == first.glb
    for column in range(4):
        around.at(8.0 * column, 8.0)
    assert around._told.cache_info().currsize <= KEPT_TILES
    assert around._model.cache_info().currsize <= KEPT_MODELS


def test_beyond_the_map_there_is_nothing(around):
    with pytest.raises(InputError, match=r"area.tif: the map holds hardly any data there"):
        around.at(400.0, 0.0)

"""Distances to kerbs, and the grid that makes them fast."""

import numpy as np
import pytest

from sat2density.worlds import CLASSES
from sat2density.worlds.builder import _with_roads


def test_a_straight_street_is_eight_metres_wide(make_bare):
    world = make_bare(kerb_m=0.1)
    classes = world.classes(160)
    road = (classes == CLASSES.index("road")).any(0)
    # Pixels of 0.25 m; the street runs from west -4 m to east +4 m.
    assert np.array_equal(np.nonzero(road)[0], np.arange(64, 96))
    ground = world.ground_m(160)
    assert np.array_equal(ground[80] > 0.05, ~road)
    assert ground.max() == pytest.approx(0.1)


def test_a_kerb_hides_a_strip_behind_it_and_is_met_on_its_face(make_bare):
    # Towards the east: the kerb stands 4 m away, 0.1 m high, seen from 2 m.
    world = make_bare(kerb_m=0.1)
    view = world.panorama(size=(4, 3600))
    east = view.depth_m[:, 3] * np.cos(np.pi / 4)
    latitude = (0.5 - (np.arange(3600) + 0.5) / 3600) * np.pi
    flat = east * np.cos(latitude)
    height = 2.0 + view.depth_m[:, 3] * np.sin(latitude)
    on_face = (height > 0.005) & (height < 0.095) & np.isfinite(height)
    assert on_face.any()
    assert flat[on_face] == pytest.approx(4.0, abs=0.02)
    beyond = (flat > 4.1) & (flat < 30)
    assert height[beyond] == pytest.approx(0.1, abs=1e-3)


@pytest.mark.parametrize("seed", [3, 8, 11, 26])
def test_sorting_the_road_pieces_changes_nothing(some_world, seed):
    """Every cell listing every piece gives the same ground and the same picture as the short
    lists.
    """
    world = some_world("suburb", seed)
    n, count = world.geometry.kerb_at.shape[0], len(world.geometry.roads)
    slow = world.geometry._replace(
        road_start=np.arange(n * n + 1) * count,
        road_items=np.tile(np.arange(count), n * n),
        kerb_at=np.zeros((n, n)),
    )
    assert len(world.geometry.road_items) < len(slow.road_items)
    other = type(world)(
        **{
            **{
                f: getattr(world, f)
                for f in ("style", "seed", "spec", "network", "light", "weather")
            },
            "geometry": slow,
        }
    )
    assert np.array_equal(other.ground_m(200), world.ground_m(200))
    assert np.array_equal(other.classes(200), world.classes(200))
    assert np.array_equal(_with_roads(slow, n).kerb_at, world.geometry.kerb_at)

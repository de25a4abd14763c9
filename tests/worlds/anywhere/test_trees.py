import numpy as np
import pytest

from sat2density.worlds import CLASSES, World
from sat2density.worlds.anywhere.themes import LAND
from sat2density.worlds.anywhere.trees import KINDS, tree
from sat2density.worlds.builder import Builder
from sat2density.worlds.crowns import all_templates, template_number, templates
from sat2density.worlds.rng import Rng


@pytest.mark.parametrize("kind", list(KINDS))
def test_trees_grow_within_their_bounds(kind):
    build = Builder(64.0, 24.0, all_templates())
    for k in range(30):
        radius = tree(build, Rng(k, kind), LAND, (0.0, 0.0), kind)
        assert 0.2 < radius <= 7.5
    things = build.record.within(40.0).trees
    assert len(things) == 30
    heights = np.array([thing.height_m for thing in things])
    assert heights.max() <= 20.0
    assert heights.min() >= 2.0
    assert all(thing.base_m < thing.height_m for thing in things)


def test_crowns_over_a_road_leave_room_for_cars():
    build = Builder(64.0, 24.0, all_templates())
    for k in range(40):
        tree(build, Rng(k, "road"), LAND, (0.0, 0.0), "broad", clear_m=1.0)
    assert min(thing.base_m for thing in build.record.within(40.0).trees) >= 3.2


def test_new_templates_follow_the_old_ones():
    assert np.array_equal(all_templates()[: len(templates())], templates())
    assert template_number("clump", 0) == len(templates())


def test_crowns_are_seen_where_trees_are_told():
    world = World.generate("anywhere", 11)
    maps = world.truth_maps(160, occupancy=None)
    told = np.zeros((160, 160), bool)
    east, south = np.meshgrid(*[(np.arange(160) + 0.5) / 4 - 20] * 2)
    for thing in world.things(70.0).trees:
        near = np.hypot(east - thing.east_m, south - thing.south_m) < 1.35 * thing.radius_m + 0.3
        told |= near
    assert told[maps.classes == CLASSES.index("tree")].mean() > 0.99

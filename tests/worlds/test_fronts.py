"""Maps of walls: their colours, and where windows are."""

import dataclasses

import numpy as np
import pytest
from drawn_plans import everything

from sat2density.city.colours import linear_of
from sat2density.city.stage import stage
from sat2density.conventions import FRONT_CHANNELS
from sat2density.worlds import World
from sat2density.worlds.fronts import fronts_of


@pytest.fixture(scope="module")
def world():
    return World.generate("suburb", 104)


def test_walls_stand_at_the_edges_of_buildings(world):
    fronts = fronts_of(world.geometry, 40.0, 128)
    assert fronts.shape == (FRONT_CHANNELS, 128, 128)
    building = world.truth_maps(128, 40.0, occupancy=None).classes == 6
    walls = fronts.max(0) > 0
    assert 50 < walls.sum() < 0.5 * building.sum()
    assert not walls[~building].any()
    inside = building[1:-1, 1:-1] & building[:-2, 1:-1] & building[2:, 1:-1]
    inside &= building[1:-1, :-2] & building[1:-1, 2:]
    assert not walls[1:-1, 1:-1][inside].any()


def test_a_part_of_a_wall_is_glass(world):
    fronts = fronts_of(world.geometry, 40.0, 128)
    walls = fronts.max(0) > 0
    low, _, high = ((fronts[3 + storey] > 100)[walls].mean() for storey in range(3))
    assert 0.05 < low < 0.6
    assert high < 0.02  # suburbs have no third storey


def test_a_plans_walls_have_its_colour():
    plan = everything()
    house = dataclasses.replace(plan.buildings[0], wall_colour="#b04030")
    plan = dataclasses.replace(plan, buildings=(house,), trees=(), shrubs=(), barriers=())
    fronts = fronts_of(stage(plan).geometry, plan.extent_m, 128)
    colours = fronts[:3, fronts[:3].max(0) > 0]
    wanted = 255 * np.array(linear_of("#b04030")) ** (1 / 2.2)
    assert np.allclose(np.median(colours, 1), wanted, atol=25)
    assert np.array_equal(fronts, fronts_of(stage(plan).geometry, plan.extent_m, 128))


def test_nothing_stands_on_a_lawn():
    plan = everything()
    plan = dataclasses.replace(plan, buildings=())
    assert fronts_of(stage(plan).geometry, plan.extent_m, 64).max() == 0

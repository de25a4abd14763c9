import dataclasses
import math

import numpy as np
import pytest

from sat2density.worlds import STYLES, furniture, houses, plants
from sat2density.worlds.builder import Builder, Frame
from sat2density.worlds.rng import Rng
from sat2density.worlds.things import heading_deg


def test_headings_run_clockwise_from_north():
    # A frame's local x points east at yaw 0 and south at a quarter turn.
    turns = [heading_deg(k * math.pi / 2) for k in range(4)]
    assert turns == pytest.approx([90.0, 180.0, 270.0, 0.0])


def test_a_part_of_a_building_knows_its_corners_ridge_and_planes():
    build = Builder(64.0, 12.0)
    build.record.new_house()
    build.note_part(Frame(10.0, 5.0, math.pi / 2), (3.0, 2.0), (2.7, 4.0), "gable", (0.0, 0.5))
    (part,) = build.record.within(40.0).buildings
    # Turned by a quarter: 6 m from north to south, 4 m from west to east.
    assert part.footprint.min(0) == pytest.approx((8.0, 2.0))
    assert part.footprint.max(0) == pytest.approx((12.0, 8.0))
    assert (part.house, part.eaves_m, part.ridge_m, part.roof) == (0, 2.7, 4.0, "gable")
    # Local y points west then: the planes fall to the west and to the east.
    assert sorted(part.planes) == [pytest.approx((90.0, 0.5)), pytest.approx((270.0, 0.5))]


def test_neighbours_that_touch_share_an_edge_and_parts_of_one_house_do_not():
    build = Builder(64.0, 12.0)
    for middle in (0.0, 8.0, 17.0):
        build.record.new_house()
        build.note_part(Frame(middle, 0.0, 0.0), (4.0, 5.0), (6.0, 6.0), "flat")
    build.note_part(Frame(17.0, 8.0, 0.0), (4.0, 3.0), (3.0, 3.0), "flat")
    (edge,) = build.record.within(80.0).edges
    assert edge.houses == (0, 1)
    assert sorted((edge.start, edge.end)) == [pytest.approx((4, -5)), pytest.approx((4, 5))]


def test_things_of_a_square_only():
    build, rng = Builder(64.0, 12.0), Rng(1, "things")
    for place in (5.0, 25.0):
        furniture.car(build, rng, Frame(place, 0.0, 0.0))
        furniture.lamp(build, rng, Frame(place, 5.0, 0.0))
        plants.tree(build, rng, (place, 9.0), "oak")
    near, far = build.record.within(40.0), build.record.within(60.0)
    assert [len(t) for t in (near.trees, near.vehicles, near.poles)] == [1, 1, 1]
    assert [len(t) for t in (far.trees, far.vehicles, far.poles)] == [2, 2, 2]
    car = near.vehicles[0]
    assert car.heading_deg == 90.0
    assert 4.0 < car.length_m < 4.8
    assert 1.7 < car.width_m < 1.9


def test_a_house_has_one_number_and_what_is_seen_of_it_too(make_bare):
    made = {}

    def fill(build):
        for south in (-12.0, 12.0):
            houses.house(build, Rng(4, "house"), Frame(12.0, south, 0.0), 12.0, 10.0)
        made["build"] = build

    world = make_bare(fill)
    build = made["build"]
    world = dataclasses.replace(world, record=build.record, houses=build.houses())
    maps = world.truth_maps(128, occupancy=None)
    assert set(np.unique(maps.houses)) == {-1, 0, 1}
    assert (maps.houses[:64] <= 0).all()
    assert (maps.houses[64:] != 0).all()
    assert {part.house for part in world.things().buildings} == {0, 1}


@pytest.mark.parametrize("style", STYLES)
def test_recorded_things_stand_where_the_maps_show_them(some_world, style):
    hits = dict.fromkeys(("vehicle", "building"), 0)
    whole = dict.fromkeys(hits, 0)
    for seed in range(6):
        world = some_world(style, seed)
        maps, things = world.truth_maps(160, occupancy=None), world.things()
        per_m = 160 / world.spec.extent_m

        def at(east, south, per_m=per_m):
            return tuple(np.clip((np.array([south, east]) * per_m + 80).astype(int), 0, 159))

        for car in things.vehicles:
            whole["vehicle"] += 1
            hits["vehicle"] += maps.heights_m[at(car.east_m, car.south_m)] > 0.4 * car.height_m
        for part in things.buildings:
            middle = part.footprint.mean(0)
            if np.abs(middle).max() < world.spec.extent_m / 2 - 1:
                whole["building"] += 1
                hits["building"] += maps.heights_m[at(*middle)] > 0.9 * part.eaves_m
        for tree in things.trees:
            assert tree.base_m < tree.height_m <= world.spec.max_height_m
            assert tree.radius_m > 0.2
    for name, count in whole.items():
        assert hits[name] >= 0.9 * count, name

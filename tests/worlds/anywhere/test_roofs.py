"""Roofs are where geometry says, and what is written down of them is what is seen from above."""

import dataclasses
import math

import numpy as np
import pytest

from sat2density.worlds import CLASSES
from sat2density.worlds.anywhere import buildings, roofs
from sat2density.worlds.anywhere.themes import NORTH
from sat2density.worlds.builder import Frame
from sat2density.worlds.kernels import codes
from sat2density.worlds.rng import Rng

BUILDING = CLASSES.index("building")
PLAIN = roofs.Roof("gable", codes.ROOF_TILE, (0.2, 0.2, 0.2), (0.3, 0.3, 0.3), 0.5, 0.0, 1)


def built(make_bare, roof, half=(6.0, 4.0), yaw=0.0, top=4.0):
    """A world with walls 4 m high under a roof, their middle 10 m to the east, and its record."""
    made = {}

    def fill(build):
        build.record.new_house()
        frame = Frame(10.0, 0.0, yaw)
        walls = buildings.Walls(codes.WALL, (0.3, 0.3, 0.3), (0.5, 0.5, 0.5), 1, 1)
        buildings.put_walls(build, walls, frame, half, top)
        made["ridge"] = roofs.put_roof(build, Rng(1, "roof"), roof, frame, half, top)
        made["build"] = build

    world = make_bare(fill)
    build = made["build"]
    world = dataclasses.replace(world, record=build.record, houses=build.houses())
    return world, made["ridge"]


def test_a_single_plane_falls_to_local_plus_y(make_bare):
    # Depth 8 m, one plane of 1/4: from 4.18 m at the south to 6.18 m at the north.
    roof = dataclasses.replace(PLAIN, form="mono", slope=0.25)
    world, ridge = built(make_bare, roof)
    heights = world.truth_maps(80, occupancy=None)
    row = lambda south: int((south + 20.0) * 2)  # noqa: E731
    assert ridge == pytest.approx(6.18)
    assert heights.heights_m[row(3.75), 60] == pytest.approx(4.18 + 0.25 * 0.25, abs=1e-3)
    assert heights.heights_m[row(-3.75), 60] == pytest.approx(4.18 + 0.25 * 7.75, abs=1e-3)
    assert heights.roof_slope[:, row(0.25), 60] == pytest.approx((0.0, 0.25))
    (part,) = world.things().buildings
    assert (part.roof, part.eaves_m, part.ridge_m) == ("mono", 4.0, pytest.approx(6.18))
    assert part.planes == (pytest.approx((180.0, 0.25)),)


@pytest.mark.parametrize("yaw", [0.0, 0.7, math.pi / 2, 2.5])
@pytest.mark.parametrize("form", ["gable", "hip", "mono", "flat", "saw", "mansard"])
def test_planes_told_are_planes_seen(make_bare, form, yaw):
    roof = dataclasses.replace(PLAIN, form=form)
    world, ridge = built(make_bare, roof, yaw=yaw)
    maps, things = world.truth_maps(160, occupancy=None), world.things()
    told = {
        (
            round(fall * math.sin(math.radians(way)), 3),
            round(-fall * math.cos(math.radians(way)), 3),
        )
        for part in things.buildings
        for way, fall in part.planes
    }
    slope = maps.roof_slope[:, maps.classes == BUILDING].T
    sloped = slope[np.abs(slope).sum(1) > 0]
    assert (len(sloped) > 0) == (form != "flat")
    for east, south in np.unique(sloped.round(3), axis=0):
        assert min(math.hypot(east - a, south - b) for a, b in told) < 0.01
    top = maps.heights_m.max()
    assert top == pytest.approx(max(part.ridge_m for part in things.buildings), abs=1.8)
    assert top <= ridge + 3.0
    assert set(np.unique(maps.houses)) == {-1, 0}


def test_a_saw_has_equal_teeth(make_bare):
    world, _ = built(make_bare, dataclasses.replace(PLAIN, form="saw"), half=(9.6, 5.0))
    parts = world.things().buildings
    assert len(parts) == 3
    assert {round(part.ridge_m, 6) for part in parts} == {round(parts[0].ridge_m, 6)}
    widths = [np.ptp(part.footprint[:, 0]) for part in parts]
    assert widths == pytest.approx([6.4] * 3)


@pytest.mark.parametrize("seed", range(12))
def test_buildings_stay_below_the_volume_and_have_one_number(make_bare, seed):
    made = []

    def fill(build):
        rng = Rng(seed, "buildings")
        buildings.house(build, rng, NORTH, Frame(-10.0, -9.0, 0.3), (11.0, 9.0))
        buildings.flats(build, rng, NORTH, Frame(10.0, -9.0, 0.0), (8.0, 5.0), 6, True)
        buildings.hall(build, rng, NORTH, Frame(-10.0, 10.0, 0.2), (8.0, 6.0))
        buildings.shed(build, rng, Frame(12.0, 10.0, 1.0))
        made.append(build)

    world = make_bare(fill)
    world = dataclasses.replace(world, record=made[0].record, houses=made[0].houses())
    maps = world.truth_maps(128, occupancy=None)
    assert maps.heights_m.max() <= 12.0 + 1e-4  # the bare world's volume
    assert {part.house for part in world.things().buildings} == {0, 1, 2, 3}
    for quarter, number in (((0, 0), 0), ((0, 1), 1), ((1, 0), 2), ((1, 1), 3)):
        seen = maps.houses.reshape(2, 64, 2, 64)[quarter[0], :, quarter[1]]
        assert set(np.unique(seen)) == {-1, number}

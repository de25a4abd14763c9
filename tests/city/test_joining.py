"""Evidence of tiles put together: a thing that a border crosses is found once, and whole."""

import dataclasses

import numpy as np
import pytest
from drawn_evidence import lawn, with_heat, with_roof

from sat2density.city.from_maps import plan_of
from sat2density.city.joining import Joined
from sat2density.city.parts import Part


def cut_out(whole, row, column, steps):
    """A tile of an area's exact evidence; `whole` is a tile's maps of the whole area."""

    def part(values, first=False):
        axes = (0, 1) if first else (-2, -1)
        side = values.shape[axes[0]]
        tile, half = 2 * side // steps, side // steps
        picked = [slice(None)] * values.ndim
        picked[axes[0]] = slice(row * half, row * half + tile)
        picked[axes[1]] = slice(column * half, column * half + tile)
        return values[tuple(picked)]

    told = {
        name: part(getattr(whole, name))
        for name in ("classes", "certainty", "trees", "vehicles", "poles", "edges", "slope")
    }
    return dataclasses.replace(
        whole,
        extent_m=2 * whole.extent_m / steps,
        heights_m=part(whole.heights_m),
        tile=part(whole.tile, True),
        **told,
    )


def joined(whole, steps=4, skipped=(), valid=None):
    """The area put together from overlapping tiles."""
    out = Joined(2 * whole.extent_m / steps, steps)
    for row in range(steps - 1):
        for column in range(steps - 1):
            if (row, column) not in skipped:
                out.add(row, column, cut_out(whole, row, column, steps))
    valid = np.ones((64, 64), bool) if valid is None else valid
    return out.evidence(whole.tile, valid)


@pytest.fixture(scope="module")
def area():
    """A house across a border between tiles, a tree and a car on corners of tiles."""
    part = Part(0.0, -1.0, 12.0, 8.0, 20.0, 3.0, 5.2, "gabled")
    told = with_roof(lawn(), part)
    told = with_heat(told, "trees", (10.05, 10.05), (2.0, 5.0))
    return with_heat(told, "vehicles", (-10.0, 10.0), (4.4, 1.8, 0.6))


def test_tiles_that_say_the_same_give_it_back(area):
    again = joined(area)
    assert again.extent_m == area.extent_m
    assert np.array_equal(again.classes, area.classes)
    for name in ("certainty", "trees", "slope", "heights_m", "edges"):
        np.testing.assert_allclose(getattr(again, name), getattr(area, name), atol=1e-5)


def test_a_house_across_a_border_is_one_house(area):
    found = plan_of(joined(area)).buildings
    alone = plan_of(area).buildings
    assert len(found) == len(alone) == 1
    assert found[0].footprint == alone[0].footprint


def test_a_tree_and_a_car_that_four_tiles_see_are_counted_once(area):
    plan, alone = plan_of(joined(area)), plan_of(area)
    assert len(plan.trees) == len(plan.vehicles) == 1
    assert plan.trees[0].east_m == pytest.approx(alone.trees[0].east_m, abs=0.02)
    assert plan.vehicles[0].heading_deg == pytest.approx(alone.vehicles[0].heading_deg, abs=0.5)


def test_where_no_tile_reaches_and_no_data_are_nothing_is_found(area):
    empty = joined(area, valid=np.zeros((64, 64), bool))
    assert not plan_of(empty).buildings
    skipped = [(row, column) for row in range(3) for column in range(3) if (row, column) != (0, 0)]
    corner = joined(area, skipped=skipped)
    assert (corner.certainty[-10:] == 0).all()
    with pytest.raises(ValueError, match="no tile"):
        Joined(20.0, 4).evidence(area.tile, np.ones((4, 4), bool))

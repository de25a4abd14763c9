import dataclasses

import numpy as np
import pytest
from drawn_evidence import house, middles

from sat2density.city.parts import Building
from sat2density.city.polygons import area, rectangle
from sat2density.city.roofs import (
    RIM_M,
    direction,
    fitting_parts,
    parts_of,
    planes,
    rise,
    slope_of,
    surface,
    walls,
)

FORMS = ("flat", "gabled", "hipped", "shed")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("size", [(12.0, 8.0), (6.0, 9.0), (7.0, 7.0)])
def test_planes_cover_the_roof_once(form, size):
    part = house(form, size=size)
    over = 0.4
    plan = [[(e, s) for e, s, _ in plane] for plane in planes(part, over)]
    assert sum(area(ring) for ring in plan) == pytest.approx((size[0] + 0.8) * (size[1] + 0.8))
    assert all(area(ring) > 0 for ring in plan)


@pytest.mark.parametrize("form", FORMS)
def test_corners_of_planes_lie_on_the_surface(form):
    part = house(form)
    for plane in planes(part, 0.4):
        for east, south, up in plane:
            # A hair inwards: beyond the rim there is no roof.
            inner = [part.east_m + 0.9999 * (east - part.east_m)]
            inner.append(part.south_m + 0.9999 * (south - part.south_m))
            assert surface(part, 0.4, *map(np.array, inner)) == pytest.approx(up, abs=1e-3)


def test_slopes_by_hand():
    assert slope_of(house("gabled"), 0.4) == pytest.approx((5.4 - 3.0 - RIM_M) / 4.4)
    assert slope_of(house("shed"), 0.4) == pytest.approx((5.4 - 3.0 - RIM_M) / 8.8)
    assert slope_of(house("flat"), 0.4) == 0


def test_a_shed_falls_to_the_right_of_its_heading():
    part = house("shed", heading=0.0, place=(0.0, 0.0))
    east = surface(part, 0.0, np.array([3.0]), np.array([0.0]))
    west = surface(part, 0.0, np.array([-3.0]), np.array([0.0]))
    assert east < west


def ell():
    return ((-6.0, -4.0), (6.0, -4.0), (6.0, 4.0), (0.0, 4.0), (0.0, 9.0), (-6.0, 9.0))


def test_parts_are_made_from_a_footprint():
    parts = parts_of(Building(ell(), 3.0, 5.4, "gabled"))
    assert len(parts) == 2
    east, south = middles(256)
    built = np.zeros((256, 256), bool)
    for part in parts:
        built |= ~np.isnan(rise(part, 0.0, east, south))
    assert built.mean() * 40 * 40 == pytest.approx(area(ell()), rel=0.02)
    assert max(part.ridge_m for part in parts) == pytest.approx(5.4)


def test_a_crooked_footprint_gets_parts_as_well():
    ring = ((0.0, 0.0), (9.0, 1.0), (11.0, 8.0), (4.0, 10.0), (-1.0, 5.0))
    assert parts_of(Building(ring, 3.0, 5.0, "hipped"))


def test_own_parts_stay_while_they_fit():
    part = house()
    foot = walls(part)
    building = Building(foot, 3.0, 5.4, "gabled", parts=(part,))
    assert fitting_parts(building) == (part,)
    elsewhere = tuple((east + 9.0, south) for east, south in foot)
    moved = fitting_parts(dataclasses.replace(building, footprint=elsewhere))
    assert len(moved) == 1
    assert moved[0].east_m == pytest.approx(part.east_m + 9.0, abs=0.05)
    assert moved[0].length_m == pytest.approx(part.length_m, abs=0.05)


def test_the_direction_of_a_turned_rectangle():
    ring = np.array(rectangle((3, 4), 9, 4, 20))
    turn = np.degrees(direction(ring)) - (20 - 90)
    assert min(turn % 90, 90 - turn % 90) < 1e-6

import dataclasses

import numpy as np
import pytest
from drawn_evidence import EXTENT_M, degrees_apart, house, lawn, middles, with_class, with_roof

from sat2density.city.buildings import find_buildings
from sat2density.city.polygons import area, covered
from sat2density.city.roofs import walls


def iou(one, other):
    a, b = (covered([ring], EXTENT_M, 400) for ring in (one, other))
    return (a & b).sum() / (a | b).sum()


@pytest.mark.parametrize("form", ["gabled", "hipped", "shed"])
@pytest.mark.parametrize("heading", [0.0, 37.0, 100.0, 280.0])
def test_a_house_is_found_with_its_roof(form, heading):
    true = house(form, heading)
    (found,) = find_buildings(with_roof(lawn(), true))
    assert found.roof == form
    assert iou(found.footprint, walls(true)) > 0.9
    assert len(found.footprint) == 4
    assert found.eaves_m == pytest.approx(3.0, abs=0.2)
    assert found.ridge_m == pytest.approx(5.4, abs=0.2)
    whole = 360.0 if form == "shed" else 180.0
    assert degrees_apart(found.parts[0].heading_deg, heading, whole) < 2
    assert found.roof_colour == "#96503c"


def test_a_flat_roof_has_one_height():
    (found,) = find_buildings(with_roof(lawn(), house("flat"), overhang=0.0))
    assert (found.roof, found.eaves_m) == ("flat", found.ridge_m)
    assert found.ridge_m == pytest.approx(3.0, abs=0.01)


def test_a_house_with_a_wing_has_right_angles():
    evidence = with_roof(lawn(), house("gabled", 90.0, (0.0, 0.0)))
    evidence = with_roof(evidence, house("gabled", 0.0, (-4.0, 5.0), (9.0, 4.0)))
    (found,) = find_buildings(evidence)
    assert len(found.parts) == 2
    assert len(found.footprint) == 6
    ring = np.array(found.footprint)
    sides = np.roll(ring, -1, 0) - ring
    turns = (sides * np.roll(sides, -1, 0)).sum(1)
    assert np.abs(turns).max() < 1e-6


def test_a_crown_over_a_corner_leaves_the_corner():
    true = house("gabled", 90.0, (0.0, 0.0))
    evidence = with_roof(lawn(), true)
    east, south = middles(256)
    crown = np.hypot(east - 6.0, south - 4.0) < 2.5
    (found,) = find_buildings(with_class(evidence, crown, "tree", 7.0))
    assert iou(found.footprint, walls(true)) > 0.85


@pytest.mark.parametrize("cut_m", [1.5, 3.0])
def test_what_the_border_cuts_is_completed(cut_m):
    # Falls to the west and to the east; the eastern rim and some of that plane lie outside.
    true = house("gabled", 0.0, (20.0 - 4.4 + cut_m, 0.0))
    (found,) = find_buildings(with_roof(lawn(), true))
    assert found.roof == "gabled"
    assert abs(area(found.footprint)) == pytest.approx(12 * 8, rel=0.15)
    assert found.eaves_m == pytest.approx(3.0, abs=0.3)


def test_houses_that_touch_are_cut_at_the_edge():
    evidence = with_roof(lawn(), house("flat", 90.0, (-6.0, 0.0)), overhang=0.0)
    evidence = with_roof(evidence, house("flat", 90.0, (6.0, 0.0)), overhang=0.0)
    edges = evidence.edges.copy()
    edges[:, 63:65] = 0.9
    found = find_buildings(dataclasses.replace(evidence, edges=edges))
    assert len(find_buildings(evidence)) == 1
    assert len(found) == 2
    assert [round(abs(area(b.footprint))) for b in found] == pytest.approx([96, 96], abs=6)


def test_specks_are_no_buildings():
    east, south = middles(256)
    speck = np.hypot(east, south) < 0.6
    assert find_buildings(with_class(lawn(), speck, "building", 3.0)) == ()


def test_all_roof_is_one_building():
    everything = with_class(lawn(), np.ones((256, 256), bool), "building", 6.0)
    (found,) = find_buildings(everything)
    assert found.roof == "flat"
    assert abs(area(found.footprint)) > 0.9 * EXTENT_M**2


def test_slopes_come_from_the_heights_where_none_are_told():
    evidence = with_roof(lawn(), house("gabled", 90.0, (0.0, 0.0)))
    blind = dataclasses.replace(evidence, slope=np.zeros_like(evidence.slope))
    (found,) = find_buildings(blind)
    assert found.roof == "gabled"
    assert found.eaves_m == pytest.approx(3.0, abs=0.3)


def test_what_is_hardly_likely_is_no_building():
    evidence = with_roof(lawn(), house())
    doubtful = dataclasses.replace(evidence, certainty=np.full((256, 256), 0.4, np.float32))
    assert find_buildings(doubtful) == ()

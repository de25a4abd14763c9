import dataclasses

import numpy as np
import pytest

from sat2density.errors import InputError
from sat2density.worlds import CLASSES, STYLES
from sat2density.worlds.builder import Frame, Paint
from sat2density.worlds.kernels import codes

TILES = Paint(codes.ROOF_TILE, codes.C_BUILDING, (0.3, 0.1, 0.1))


@pytest.mark.parametrize("style", STYLES)
def test_the_maps_are_those_of_the_single_surveys(some_world, style):
    world = some_world(style, 2)
    maps = world.truth_maps(96, occupancy=(16, 48))
    heights, ground, classes = world.surface_maps(96)
    assert np.array_equal(maps.heights_m, heights)
    assert np.array_equal(maps.ground_m, ground)
    assert np.array_equal(maps.classes, classes)
    assert np.array_equal(maps.occupancy, world.occupancy(16, 48))
    assert maps.ground_classes.max() < CLASSES.index("building")
    built = classes == CLASSES.index("building")
    assert (built | (maps.houses < 0)).all()
    assert (maps.houses[built] < 0).sum() <= 0.05 * built.sum()
    assert not np.abs(maps.roof_slope).sum(0)[~built].any()


def test_a_roof_falls_away_from_its_ridge(make_bare):
    # The ridge runs from west to east: the southern plane falls to the south, half a metre a metre.
    world = make_bare(
        lambda build: build.sloped(
            Frame(10.0, 0.0, 0.0), (6.0, 4.0), (2.8, 3.0, 12.0), (0.0, 0.5), TILES
        )
    )
    slope = world.truth_maps(80, occupancy=None).roof_slope
    assert slope[:, 44, 60] == pytest.approx((0.0, 0.5))
    assert slope[:, 36, 60] == pytest.approx((0.0, -0.5))
    assert slope[:, 36, 30] == pytest.approx((0.0, 0.0))


def test_buildings_that_touch_have_an_edge_between_them(make_bare):
    made = []

    def fill(build):
        for east in (8.0, 12.0):
            build.record.new_house()
            build.box(Frame(east, 0.0, 0.0), (2.0, 3.0), (0.0, 5.0), TILES)
        made.append(build)

    world = make_bare(fill)
    world = dataclasses.replace(world, houses=made[0].houses())
    edges = world.truth_maps(80, occupancy=None).house_edges
    rows, columns = np.nonzero(edges)
    assert set(columns) == {59}
    assert (rows.min(), rows.max()) == (34, 45)


def test_a_wider_square_has_the_tile_in_its_middle(some_world):
    world = some_world("suburb", 3)
    inner, outer = world.truth_maps(128), world.truth_maps(192, 60.0, (32, 192))
    for name in ("heights_m", "classes", "ground_classes", "houses"):
        same = getattr(outer, name)[32:-32, 32:-32] == getattr(inner, name)
        assert same.mean() > 0.999, name  # places differ by rounding
    assert (outer.occupancy[:, 32:-32, 32:-32] == inner.occupancy).mean() > 0.999
    tile, wide = world.tile(128).astype(int), world.tile(192, 60.0).astype(int)
    assert np.abs(wide[32:-32, 32:-32] - tile)[4:-4, 4:-4].mean() < 12


def test_the_ground_picture_has_no_things_and_no_shadows(make_bare):
    def fill(build):
        build.box(Frame(10.0, 0.0, 0.0), (3.0, 3.0), (0.0, 8.0), TILES)

    with_house, empty = make_bare(fill), make_bare()
    assert np.array_equal(with_house.ground_picture(96), empty.ground_picture(96))
    shown = np.abs(with_house.tile(96).astype(int) - empty.tile(96)).max(-1) > 40
    assert shown[:, 48:].sum() > 100


def test_the_ground_picture_is_the_tile_where_nothing_stands(some_world):
    world = some_world("suburb", 5)
    tile, ground = world.tile(128).astype(float), world.ground_picture(128).astype(float)
    difference = np.abs(tile - ground).mean(-1)
    assert np.percentile(difference, 20) < 8


@pytest.mark.parametrize("extent", [0.0, -3.0, 1000.0])
def test_squares_beyond_the_world_are_refused(some_world, extent):
    world = some_world("suburb", 1)
    for ask in (world.tile, world.ground_picture, world.truth_maps):
        with pytest.raises(InputError, match="at most 128 m"):
            ask(32, extent)
    with pytest.raises(InputError, match="extent"):
        world.things(extent)


@pytest.mark.parametrize("style", ["suburb", "anywhere"])
def test_a_window_elsewhere_is_cut_from_the_same_place(some_world, style):
    # 80 m at 2 pixels a metre; the window's middle lies 10 m to the east and 6 m to the north.
    world = some_world(style, 4)
    whole = world.truth_maps(160, 80.0, (24, 160))
    window = world.truth_maps(80, 40.0, (24, 80), middle_m=(10.0, -6.0))
    rows, columns = slice(28, 108), slice(60, 140)
    assert (whole.heights_m[rows, columns] == window.heights_m).mean() > 0.999
    assert (whole.classes[rows, columns] == window.classes).mean() > 0.999
    assert (whole.occupancy[:, rows, columns] == window.occupancy).mean() > 0.999
    near = {(round(t.east_m, 3), round(t.south_m, 3)) for t in world.things(80.0).trees}
    for thing in world.things(40.0, (10.0, -6.0)).trees:
        assert (round(thing.east_m + 10.0, 3), round(thing.south_m - 6.0, 3)) in near
    assert world.tile(64, 40.0, (10.0, -6.0)).shape == (64, 64, 3)
    with pytest.raises(InputError, match="at most 28 m"):
        world.tile(64, 40.0, (50.0, 0.0))

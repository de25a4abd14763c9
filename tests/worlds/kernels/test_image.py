"""Pictures of hand-made worlds, against geometry worked out by hand."""

import math

import numpy as np
import pytest

from sat2density.views import Camera
from sat2density.worlds import CLASSES
from sat2density.worlds.builder import Builder, Frame, Paint
from sat2density.worlds.kernels import codes

BUILDING = CLASSES.index("building")
BRICK = Paint(codes.PLAIN, codes.C_BUILDING, (0.3, 0.2, 0.1))


def box(east: float, south: float, half: tuple[float, float] = (2.0, 1.0), top: float = 3.0):
    return lambda build: build.box(Frame(east, south, 0.0), half, (0.0, top), BRICK)


def test_empty_world_is_floor_below_and_sky_above(make_bare):
    view = make_bare().panorama(size=(64, 32))
    assert view.sky[:16].all()
    assert not view.sky[16:].any()
    latitude = (0.5 - (np.arange(32) + 0.5) / 32) * math.pi
    expected = 2.0 / np.sin(-latitude[16:])
    inside = expected < 150
    assert view.depth_m[16:][inside] == pytest.approx(
        np.broadcast_to(expected[inside, None], (inside.sum(), 64)), rel=1e-5
    )
    assert np.isinf(view.depth_m[:16]).all()


def test_empty_world_looks_the_same_in_every_direction_and_in_a_mirror(make_bare):
    depth = make_bare().panorama(size=(64, 32)).depth_m[16:]
    assert depth == pytest.approx(np.roll(depth, 16, 1), rel=1e-6)
    assert depth == pytest.approx(depth[:, ::-1], rel=1e-6)


@pytest.mark.parametrize(("rule", "shift"), [("centre", 0.5), ("corner", 0.0)])
def test_a_box_of_known_size_appears_at_the_computed_pixels(make_bare, rule, shift):
    # 4 m wide, 2 m deep, 3 m high, 10 m north: the front stands at south = -9, columns by azimuth,
    # rows by latitude.
    view = make_bare(box(0.0, -10.0)).panorama(size=(512, 128), pixel_rule=rule)
    seen = view.classes == BUILDING
    azimuth = ((np.arange(512) + shift) / 512 * 2 - 1) * math.pi
    wide = np.abs(azimuth) < math.atan2(2.0, 9.0)
    assert np.array_equal(seen.any(0), wide)
    middle = int(np.argmin(np.abs(azimuth)))
    latitude = (0.5 - (np.arange(128) + shift) / 128) * math.pi
    front = np.tan(latitude) * 9.0 / math.cos(azimuth[middle]) + 2.0
    assert np.array_equal(seen[:, middle], (front > 0.0) & (front < 3.0))
    distance = 9.0 / math.cos(azimuth[middle]) / np.cos(latitude[seen[:, middle]])
    assert view.depth_m[seen[:, middle], middle] == pytest.approx(distance, rel=1e-5)
    # A level ray meets no ground.
    sky = latitude[:, None] >= np.where(wide, np.arctan(1.0 / 9.0 * np.cos(azimuth)), 0.0)
    assert np.array_equal(view.sky, sky)


@pytest.mark.parametrize(
    ("place", "column"),
    [((0.0, -10.0), 256), ((10.0, 0.0), 384), ((0.0, 10.0), 0), ((-10.0, 0.0), 128)],
)
def test_north_is_in_the_middle_east_at_three_quarters(make_bare, place, column):
    view = make_bare(box(*place, half=(1.0, 1.0))).panorama()
    assert view.classes[66, column] == BUILDING
    assert (view.classes == BUILDING).any(0).sum() < 40


def test_turning_the_camera_rolls_the_panorama(make_bare):
    world = make_bare(box(6.0, -8.0))
    north = world.panorama(Camera(), (128, 32))
    east = world.panorama(Camera(heading=90.0), (128, 32))
    assert np.array_equal(east.classes == BUILDING, np.roll(north.classes == BUILDING, -32, 1))
    near = north.depth_m < 60
    assert np.roll(north.depth_m, -32, 1)[np.roll(near, -32, 1)] == pytest.approx(
        east.depth_m[np.roll(near, -32, 1)], rel=1e-4
    )


def test_a_mirrored_world_gives_a_mirrored_panorama(make_bare):
    left, right = (make_bare(box(side * 6.0, -8.0)).panorama(size=(128, 32)) for side in (-1, 1))
    assert np.array_equal(left.classes == BUILDING, (right.classes == BUILDING)[:, ::-1])
    shown = left.classes == BUILDING
    assert left.depth_m[shown] == pytest.approx(right.depth_m[:, ::-1][shown], rel=1e-4)


def test_moving_towards_a_box_shortens_its_depth_by_the_way(make_bare):
    world = make_bare(box(0.0, -10.0))
    ahead = {}
    for metres in (0.0, 3.0):
        view = world.perspective(Camera.from_metres(world.spec, 0.0, -metres), (9, 9), 20.0)
        ahead[metres] = view.depth_m[4, 4]
    assert ahead[0.0] == pytest.approx(9.0, rel=1e-5)
    assert ahead[3.0] == pytest.approx(6.0, rel=1e-5)


def test_a_photograph_sees_what_the_panorama_sees_in_the_same_direction(make_bare):
    world = make_bare(box(3.0, -7.0))
    photo = world.perspective(Camera(heading=25.0), (65, 65), 90.0, pitch_deg=-5.0)
    # The middle pixel looks along heading 25, 5 degrees down: one ray of a 1 x 1 panorama row says
    # the same.
    column, row = (25.0 / 360 + 0.5) * 720, (0.5 + 5.0 / 180) * 360
    panorama = world.panorama(Camera(), (720, 360), pixel_rule="corner")
    assert photo.depth_m[32, 32] == pytest.approx(
        panorama.depth_m[round(row), round(column)], rel=1e-4
    )


def test_a_crown_hides_what_is_behind_it_and_lets_some_light_through(make_bare):
    def fill(build: Builder) -> None:
        build.crown(
            Frame(0.0, -8.0, 0.0),
            (3.0, 3.0),
            (0.5, 8.0),
            5,
            Paint(codes.LEAF, codes.C_TREE, (0.1, 0.1, 0.05)),
        )

    view = make_bare(fill).panorama(size=(512, 128))
    tree = view.classes == CLASSES.index("tree")
    assert 300 < tree.sum() < 6000
    assert view.depth_m[tree].min() >= 5.0
    assert view.depth_m[tree].max() <= math.hypot(11.0, 6.0, 3.0)
    rows, columns = np.nonzero(tree)
    assert view.sky[rows.min() : 60, columns.min() : columns.max()].any()


def test_edges_are_smoothed_but_depth_is_not(make_bare):
    view = make_bare(box(0.0, -10.0)).panorama(size=(256, 64))
    assert set(np.unique(view.classes)) <= {
        0,
        BUILDING,
        CLASSES.index("road"),
        CLASSES.index("grass"),
        CLASSES.index("soil"),
    }
    shown = view.classes == BUILDING
    assert view.depth_m[shown].max() < 12.0
    assert view.depth_m[shown].min() >= 8.99

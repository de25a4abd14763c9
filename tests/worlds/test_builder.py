import math

import numpy as np
import pytest

from sat2density.worlds.builder import Builder, Frame, Paint
from sat2density.worlds.kernels import codes
from sat2density.worlds.kernels.codes import CELL_M

PAINT = Paint(codes.PLAIN, codes.C_BUILDING, (0.3, 0.2, 0.1))


def test_frame_turns_from_east_towards_south():
    frame = Frame(1.0, 2.0, math.pi / 2)
    assert frame.at(3.0, 0.0) == pytest.approx((1.0, 5.0))
    assert frame.at(0.0, 1.0) == pytest.approx((0.0, 2.0))
    moved = frame.moved(3.0, 0.0, -math.pi / 2)
    assert (moved.x, moved.y, moved.yaw) == pytest.approx((1.0, 5.0, 0.0))


def test_a_box_is_listed_in_the_cells_it_touches_and_only_there(make_bare):
    # 3 m x 2 m around (5, -3): east 3.5..6.5, south -4..-2.
    world = make_bare(lambda build: build.box(Frame(5.0, -3.0, 0.0), (1.5, 1.0), (0.0, 2.5), PAINT))
    geometry = world.geometry
    n = geometry.cell_top.shape[0] - 1
    filled = np.nonzero(np.diff(geometry.cell_start))[0]
    columns = {int(c % n) for c in filled}
    rows = {int(c // n) for c in filled}
    cell = lambda metres: math.floor((metres + 64.0) / CELL_M)  # noqa: E731
    assert columns == set(range(cell(3.5), cell(6.5) + 1))
    assert rows == set(range(cell(-4.0), cell(-2.0) + 1))
    assert geometry.cell_top[cell(-3.0), cell(5.0)] == 2.5
    assert geometry.cell_top[-1, -1] == 2.5


def test_nothing_rises_above_the_volume_or_stands_outside_the_grid(make_bare):
    def fill(build: Builder) -> None:
        build.box(Frame(0.0, -9.0, 0.0), (1.0, 1.0), (0.0, 50.0), PAINT)
        build.box(Frame(63.5, 0.0, 0.0), (1.0, 1.0), (0.0, 2.0), PAINT)

    world = make_bare(fill)
    assert len(world.geometry.prims) == 1
    assert world.heights_m(64).max() == pytest.approx(12.0)


def test_ground_is_darker_beside_a_wall_than_in_the_open(make_bare):
    world = make_bare(
        lambda build: build.box(Frame(10.0, 0.0, 0.0), (1.0, 20.0), (0.0, 8.0), PAINT)
    )
    n = world.geometry.openness.shape[0]
    beside, away = world.geometry.openness[n // 2, n // 2 + 3], world.geometry.openness[n // 2, 5]
    assert beside < away - 0.1
    assert away == pytest.approx(1.0)


def test_bounds_hold_every_primitive(some_world):
    """What bounds hold no hit may leave: nothing a ray meets lies outside them."""
    world = some_world("suburb", 3)
    geometry = world.geometry
    heights = world.heights_m(256)
    low, high = geometry.bounds[:, codes.B_LOW], geometry.bounds[:, codes.B_HIGH]
    assert (low < geometry.prims[:, codes.Z0]).all()
    assert (high <= geometry.prims[:, codes.Z1] + 1e-5).all()
    assert heights.max() <= high.max()
    reach = np.sqrt(geometry.bounds[:, codes.B_REACH2])
    assert (reach > np.hypot(geometry.prims[:, codes.A], geometry.prims[:, codes.B])).all()


def test_bounds_of_a_leaning_post_reach_its_top(make_bare):
    world = make_bare(
        lambda build: build.post(Frame(5.0, 0.0, 0.0), 0.1, (0.0, 4.0), PAINT, (0.5, 0.0))
    )
    assert math.sqrt(world.geometry.bounds[0, codes.B_REACH2]) >= 0.1 + 0.5 * 4.0
    assert world.heights_m(256)[128, int((7.0 / 40 + 0.5) * 256)] > 3.0

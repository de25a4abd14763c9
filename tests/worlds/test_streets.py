import itertools
import math

import pytest

from sat2density.worlds.builder import Frame
from sat2density.worlds.rng import Rng
from sat2density.worlds.streets import Piece, lay_streets
from sat2density.worlds.styles import STYLES


def test_a_quarter_turn_to_the_right_ends_where_geometry_says():
    # Radius 10, heading east, bending right (south): after a quarter the place is (10, 10), heading
    # south.
    end = Piece(Frame(0.0, 0.0, 0.0), 5 * math.pi, 0.1).at(5 * math.pi)
    assert (end.x, end.y, end.yaw) == pytest.approx((10.0, 10.0, math.pi / 2))
    left = Piece(Frame(0.0, 0.0, 0.0), 5 * math.pi, -0.1).at(5 * math.pi)
    assert (left.x, left.y, left.yaw) == pytest.approx((10.0, -10.0, -math.pi / 2))


@pytest.mark.parametrize("style", list(STYLES))
def test_the_camera_stands_on_the_first_street_in_its_lane(style):
    for seed in range(40):
        network = lay_streets(Rng(seed, "streets"), STYLES[style].streets)
        main = network.streets[0]
        assert main.at(0.0).at(0.0, network.lane) == pytest.approx((0.0, 0.0), abs=1e-9)
        assert network.clearance(0.0, 0.0) < -0.5
        assert network.island(0.0, 0.0) > 1.0


def test_streets_have_no_gaps_and_the_kernel_finds_every_place_of_their_middle_line():
    for seed in range(30):
        network = lay_streets(Rng(seed, "streets"), STYLES["suburb"].streets)
        for street in network.streets:
            places = (
                [street.at(-20 + 0.5 * k) for k in range(81)]
                if street.origin
                else [street.at(0.5 * k) for k in range(81)]
            )
            steps = [math.hypot(b.x - a.x, b.y - a.y) for a, b in itertools.pairwise(places)]
            assert max(steps) < 0.502
            assert min(steps) > 0.49
            assert all(network.clearance(p.x, p.y) <= -street.half + 1e-6 for p in places)


def test_the_right_side_of_a_street_is_to_its_right():
    network = lay_streets(Rng(4, "streets"), STYLES["suburb"].streets)
    main = network.streets[0]
    ahead, right, left = (
        main.at(5.0),
        main.side(5.0, True).at(0.0, 3.0),
        main.side(5.0, False).at(0.0, 3.0),
    )
    assert right == pytest.approx(ahead.at(0.0, 3.0))
    assert left == pytest.approx(ahead.at(0.0, -3.0))

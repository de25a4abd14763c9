"""A whole area of the procedural world: seamless, repeatable, with rides on its roads."""

import numpy as np
import pytest

from sat2density.errors import InputError
from sat2density.worlds.rides import ride
from sat2density.worlds.town import make_town


@pytest.fixture(scope="module")
def town():
    return make_town("town", 3, 220.0)


def test_windows_fit_together(town):
    """A place looks the same in every window, truth and picture (but for noise and JPEG)."""
    world = town.world
    wide = world.truth_maps(128, 64.0, None, (20.0, -10.0))
    part = world.truth_maps(64, 32.0, None, (4.0, 6.0))
    assert (wide.heights_m[64:, :64] == part.heights_m).all()
    assert (wide.classes[64:, :64] == part.classes).all()
    big = world.tile(128, 64.0, (20.0, -10.0)).astype(int)
    small = world.tile(64, 32.0, (4.0, 6.0)).astype(int)
    assert np.abs(big[64:, :64] - small)[2:-2, 2:-2].mean() < 12


def test_it_is_built_up_everywhere(town):
    half = town.size_m / 2
    for east in (-half + 40, 0, half - 40):
        for south in (-half + 40, 0, half - 40):
            heights = town.world.truth_maps(64, 80.0, None, (east, south)).heights_m
            assert heights.max() > 3.0, (east, south)
    assert len(town.streets) >= 6


def test_the_same_arguments_give_the_same_town(town):
    again = make_town("town", 3, 220.0)
    assert (again.world.geometry.prims == town.world.geometry.prims).all()
    assert len(make_town("town", 4, 220.0).world.geometry.prims) != len(again.world.geometry.prims)


def test_a_ride_keeps_to_the_roads(town):
    points = ride(town, 1, 150.0)
    assert np.abs(points).max() < town.size_m / 2
    clear = [town.world.network.clearance(*point) for point in points]
    assert max(clear) < -0.5
    assert (ride(town, 1, 150.0) == points).all()
    length = np.hypot(*np.diff(points, axis=0).T).sum()
    assert length > 100.0


@pytest.mark.parametrize("style", ["suburb", "village", "anywhere"])
def test_every_style(style):
    town = make_town(style, 1, 120.0)
    assert len(town.world.geometry.prims) > 20
    assert all(len(town.line(street)) >= 0 for street in town.streets)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("city", 1, 200.0), "unknown style"),
        (("town", -1, 200.0), "seed"),
        (("town", 1, 50.0), "size-m"),
        (("town", 1, float("nan")), "size-m"),
        (("town", 1, 1e5), "size-m"),
    ],
)
def test_towns_that_cannot_be(arguments, said):
    with pytest.raises(InputError, match=said):
        make_town(*arguments)

"""The distant rings, against the loops over the whole circle that they were first written as."""

import math

import numpy as np
import pytest

from sat2density.worlds import distance
from sat2density.worlds.distance import STEPS
from sat2density.worlds.rng import Rng


def trees_one_by_one(rng: Rng, radius: float, height: float, cover: float) -> np.ndarray:
    out, azimuth = np.zeros(STEPS), np.arange(STEPS) / STEPS * 2 * math.pi
    for _ in range(int(cover * 2 * math.pi * radius / 4.5)):
        centre, top = rng.uniform(0, 2 * math.pi), height * rng.uniform(0.35, 1.0)
        half = top * rng.uniform(0.3, 0.55) / radius
        off = np.abs((azimuth - centre + math.pi) % (2 * math.pi) - math.pi) / half
        out = np.maximum(out, top * np.sqrt(np.clip(1 - off**2, 0, 1)))
    return out * (1 + np.array([rng.uniform(-0.09, 0.09) for _ in range(STEPS)]))


@pytest.mark.parametrize(
    ("radius", "height", "cover"), [(71.7, 12.5, 0.9), (310.0, 20.0, 1.4), (40.0, 12.0, 0.02)]
)
def test_crowns_of_a_ring_are_those_of_the_plain_loop(radius, height, cover):
    one, other = Rng(3, "trees"), Rng(3, "trees")
    assert np.array_equal(
        distance._trees(one, radius, height, cover), trees_one_by_one(other, radius, height, cover)
    )
    assert one.uniform() == other.uniform()


def test_gaps_follow_the_streets(some_world):
    network = some_world("suburb", 1).network
    gaps = distance._gaps(network, 71.7)
    places = [
        71.7 * np.array((math.cos(a), math.sin(a))) for a in np.arange(STEPS) / STEPS * 2 * math.pi
    ]
    clear = np.array([network.clearance(*place) for place in places])
    assert np.array_equal(gaps == 0.0, clear <= 1.0)
    assert np.array_equal(gaps == 1.0, clear >= 3.5)

import numpy as np
import pytest

from sat2density.worlds.rng import Rng


def test_first_numbers_are_those_of_splitmix64():
    rng = Rng(0)
    rng._state = 1234567
    # Reference values of SplitMix64 for the state 1234567.
    assert [rng._next() for _ in range(3)] == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
    ]


def test_labels_make_independent_streams_and_equal_ones_repeat():
    one = [Rng(5, "trees").uniform() for _ in range(2)]
    assert one[0] == one[1]
    assert Rng(5, "trees").uniform() != Rng(5, "cars").uniform()
    assert Rng(5, "trees").uniform() != Rng(6, "trees").uniform()


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (-0.09, 0.09), (0.35, 1.0)])
def test_many_numbers_at_once_are_those_of_single_calls(low, high):
    one, other = Rng(1_999_999_999, "x"), Rng(1_999_999_999, "x")
    assert np.array_equal(
        one.uniforms(1000, low, high), [other.uniform(low, high) for _ in range(1000)]
    )
    assert one.uniform() == other.uniform()
    assert one.uniforms(0).shape == (0,)


def test_ranges_hold_and_ends_are_reached():
    rng = Rng(1)
    numbers = [rng.integer(2, 4) for _ in range(200)]
    assert set(numbers) == {2, 3, 4}
    values = [rng.uniform(-1.0, 3.0) for _ in range(500)]
    assert min(values) >= -1.0
    assert max(values) < 3.0
    assert sum(values) / 500 == pytest.approx(1.0, abs=0.2)


def test_weights_are_frequencies():
    rng = Rng(2)
    drawn = [rng.weighted({"a": 3.0, "b": 1.0, "never": 0.0}) for _ in range(2000)]
    assert drawn.count("a") / 2000 == pytest.approx(0.75, abs=0.04)
    assert "never" not in drawn


def test_normal_has_unit_spread():
    rng = Rng(3)
    values = [rng.normal() for _ in range(4000)]
    assert sum(values) / 4000 == pytest.approx(0.0, abs=0.06)
    assert sum(v * v for v in values) / 4000 == pytest.approx(1.0, abs=0.08)

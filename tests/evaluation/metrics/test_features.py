"""Frechet distance by hand; distances in features of pictures."""

import pytest
import torch

from sat2density import lite0
from sat2density.evaluation.metrics import METRICS, Tally
from sat2density.evaluation.metrics.features import FRECHET, LITE0, FeatureDistances, frechet


def drawn(count, size, scale=1.0, shift=0.0, seed=0):
    values = torch.randn(count, size, generator=torch.Generator().manual_seed(seed)).double()
    return (values * scale + shift).tolist()


def test_frechet_of_gaussians_that_are_known():
    """Apart by 3 in each of 2 numbers, spreads 1 and 4: 2 (9 + 1 + 4 - 2 sqrt(4))."""
    one, other = drawn(20000, 2), drawn(20000, 2, scale=2.0, shift=3.0, seed=1)
    assert frechet(one, other) == pytest.approx(2 * (9 + 1), rel=0.03)
    assert frechet(one, other) == pytest.approx(frechet(other, one), rel=1e-9)


def test_frechet_of_the_same_is_nothing_however_few():
    for count in (1, 3, 40):
        vectors = drawn(count, 8)
        assert frechet(vectors, vectors) == pytest.approx(0, abs=1e-6)
    assert frechet([[0.0, 0.0]], [[3.0, 4.0]]) == pytest.approx(25)


def test_the_tally_makes_one_number_of_all_vectors():
    tally = Tally()
    for ours, theirs in zip(drawn(5, 4), drawn(5, 4, shift=2.0), strict=True):
        tally.add_sums({FRECHET: (ours, theirs), LITE0: (0.5, 1.0)})
    result = tally.result()
    assert tally.vectors(FRECHET) == 5
    assert result[FRECHET] == pytest.approx(frechet(drawn(5, 4), drawn(5, 4, shift=2.0)))
    assert result[LITE0] == 0.5
    assert Tally().result()[FRECHET] is None
    assert {FRECHET, LITE0} <= set(METRICS)


@pytest.mark.skipif(not lite0.available(), reason="the extra lite0 is missing")
def test_sums_of_a_picture():
    measure = FeatureDistances()
    one, other = torch.rand(2, 1, 3, 32, 64, generator=torch.Generator().manual_seed(0))
    same = measure.sums(one, one)
    assert same[LITE0] == (0, 1)
    assert same[FRECHET][0] == same[FRECHET][1]
    apart = measure.sums(other, one)
    assert apart[LITE0][0] > 0
    assert apart[FRECHET][1] == same[FRECHET][1]
    assert len(apart[FRECHET][0]) == sum(lite0.CHANNELS)

import numpy as np
import pytest

from sat2density.worlds.photo import Film, develop, ground_film, tile_film
from sat2density.worlds.rng import Rng

GREY = np.full((16, 32, 3), 0.2, np.float32)


def test_a_plain_film_is_the_gamma_curve():
    # 0.25 with gamma 2: half of 255, rounded.
    out = develop(np.full((4, 4, 3), 0.25, np.float32), Film(shoulder=0.0, gamma=2.0))
    assert (out == 128).all()


def test_brighter_light_and_longer_exposure_give_brighter_pictures():
    one, two = develop(GREY, Film()), develop(GREY * 2, Film())
    assert two.mean() > one.mean() + 20
    assert np.array_equal(develop(GREY, Film(exposure=2.0)), two)
    assert develop(GREY * 100, Film()).max() == 255


def test_saturation_zero_is_grey_and_balance_tints():
    colour = GREY * np.array([1.0, 0.5, 0.2], np.float32)
    grey = develop(colour, Film(saturation=0.0))
    assert (np.ptp(grey.astype(int), axis=-1) == 0).all()
    warm = develop(GREY, Film(balance=(1.3, 1.0, 0.8))).reshape(-1, 3).mean(0)
    assert warm[0] > warm[1] > warm[2]


def test_blur_keeps_the_mean_and_joins_the_edges_of_a_panorama():
    light = np.zeros((9, 16, 3), np.float32)
    light[:, 0] = 0.2
    film = Film(shoulder=0.0, gamma=1.0, blur=0.7)
    wrapped, plain = develop(light, film, wrap=True), develop(light, film)
    assert wrapped[4, 15, 0] == wrapped[4, 1, 0] > 0
    assert plain[4, 15, 0] == 0
    assert wrapped.sum() == pytest.approx(light.sum() * 255, rel=0.03)


def test_noise_repeats_with_its_seed_and_has_the_spread_asked_for():
    film = Film(noise=4.0, seed=7)
    wide = np.full((64, 64, 3), 0.2, np.float32)
    a, b = develop(wide, film), develop(wide, film)
    assert np.array_equal(a, b)
    assert not np.array_equal(a, develop(wide, Film(noise=4.0, seed=8)))
    assert a.astype(float).std() == pytest.approx(4.0, rel=0.35)
    assert a.mean() == pytest.approx(develop(wide, Film()).mean(), abs=0.5)


def test_satellite_film_is_darker_than_ground_film():
    ground = np.mean([develop(GREY, ground_film(Rng(k), 0.3)).mean() for k in range(8)])
    above = np.mean([develop(GREY, tile_film(Rng(k))).mean() for k in range(8)])
    assert above < ground - 20

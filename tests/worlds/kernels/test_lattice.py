"""Noise by vector instructions against noise by the book."""

import math

import numpy as np
import pytest

from sat2density.worlds.kernels.jit import entry
from sat2density.worlds.kernels.noise import fbm, hash01, noise


@entry
def by_machine(places: np.ndarray, seed: int, octaves: int, out: np.ndarray) -> None:
    for k in range(places.shape[0]):
        x, y = places[k]
        out[k] = noise(x, y, seed) if octaves == 0 else fbm(x, y, seed, octaves)


@entry
def corner(x: int, y: int, seed: int) -> float:
    return hash01(x, y, seed)


def by_the_book(x: float, y: float, seed: int) -> float:
    ix, iy = math.floor(x), math.floor(y)
    u, v = x - ix, y - iy
    u, v = u * u * (3 - 2 * u), v * v * (3 - 2 * v)
    north = corner(ix, iy, seed) * (1 - u) + corner(ix + 1, iy, seed) * u
    south = corner(ix, iy + 1, seed) * (1 - u) + corner(ix + 1, iy + 1, seed) * u
    return north * (1 - v) + south * v


def octaves_by_the_book(x: float, y: float, seed: int, octaves: int) -> float:
    total, weight = 0.0, 0.0
    for k in range(octaves):
        total += 0.5**k * by_the_book(x, y, seed + 101 * k)
        weight += 0.5**k
        x, y = 2.03 * x + 17.1, 2.03 * y - 9.7
    return total / weight


@pytest.mark.parametrize("octaves", range(6))
@pytest.mark.parametrize("seed", [0, 7, 2**20 + 77, -3])
def test_vector_noise_is_equal_to_the_last_bit(octaves, seed):
    places = np.random.default_rng(octaves).normal(0.0, 300.0, (300, 2))
    places[:4] = [(0.0, 0.0), (-1.0, 2.0), (-1e-9, 1 - 1e-16), (4000.25, -0.5)]
    out = np.empty(len(places))
    by_machine(places, seed, octaves, out)
    expected = [
        by_the_book(*p, seed) if octaves == 0 else octaves_by_the_book(*p, seed, octaves)
        for p in places
    ]
    assert np.array_equal(out, expected)
    assert out.min() >= 0.0
    assert out.max() <= 1.0

"""Hash noise: the same number for the same place on every machine, worker and run; no state."""

from __future__ import annotations

from sat2density.worlds.kernels.jit import njit
from sat2density.worlds.kernels.lattice import value_noise, value_noise_pair


@njit
def hash01(x: int, y: int, seed: int) -> float:
    """Return a number in [0, 1) for a cell (x, y) and a seed, by integer mixing (all steps fit 63
    bits).
    """
    # The first two factors are primes of xxHash. Masked after each step: 32-bit arithmetic in
    # Python's and numba's longer integers.
    h = (x * 374761393 + y * 668265263 + seed * 1274126177) & 0xFFFFFFFF
    h = ((h ^ (h >> 15)) * 739995677) & 0xFFFFFFFF
    h = ((h ^ (h >> 12)) * 915488749) & 0xFFFFFFFF
    return (h ^ (h >> 15)) / 4294967296.0


@njit
def noise(x: float, y: float, seed: int) -> float:
    """Return smooth noise in [0, 1] with features of size 1 (value noise of `hash01` at whole
    places, cubic blend).
    """
    return value_noise(x, y, seed)


@njit
def fbm(x: float, y: float, seed: int, octaves: int) -> float:
    """Return a sum of `octaves` noises, each half as strong and half as large, scaled to [0, 1]."""
    total, weight, strength = 0.0, 0.0, 1.0
    # Two octaves at a time, as the vector instructions take them. Each is a little more than twice
    # as fine as the one before and shifted, so that their grids never line up.
    for k in range(0, octaves - 1, 2):
        x1, y1 = 2.03 * x + 17.1, 2.03 * y - 9.7
        coarse, fine = value_noise_pair(x, y, x1, y1, seed + 101 * k)
        total += strength * coarse
        total += 0.5 * strength * fine
        weight += 1.5 * strength
        strength *= 0.25
        x, y = 2.03 * x1 + 17.1, 2.03 * y1 - 9.7
    if octaves % 2 == 1:
        total += strength * value_noise(x, y, seed + 101 * (octaves - 1))
        weight += strength
    return total / weight


@njit
def smooth(low: float, high: float, value: float) -> float:
    """Return 0 below `low`, 1 above `high`, a cubic between."""
    t = min(1.0, max(0.0, (value - low) / (high - low)))
    return t * t * (3 - 2 * t)

"""Hash noise: the same number for the same place on every machine, worker and run; no state."""

from __future__ import annotations

import math

from sat2density.worlds.kernels.jit import njit


@njit
def hash01(x: int, y: int, seed: int) -> float:
    """Return a number in [0, 1) for a cell (x, y) and a seed, by integer mixing (all steps fit 63 bits)."""
    h = (x * 374761393 + y * 668265263 + seed * 1274126177) & 0xFFFFFFFF
    h = ((h ^ (h >> 15)) * 739995677) & 0xFFFFFFFF
    h = ((h ^ (h >> 12)) * 915488749) & 0xFFFFFFFF
    return (h ^ (h >> 15)) / 4294967296.0


@njit
def noise(x: float, y: float, seed: int) -> float:
    """Return smooth noise in [0, 1] with features of size 1 (value noise, cubic blend)."""
    fx, fy = math.floor(x), math.floor(y)
    ix, iy = int(fx), int(fy)
    u, v = x - fx, y - fy
    u, v = u * u * (3 - 2 * u), v * v * (3 - 2 * v)
    north = hash01(ix, iy, seed) * (1 - u) + hash01(ix + 1, iy, seed) * u
    south = hash01(ix, iy + 1, seed) * (1 - u) + hash01(ix + 1, iy + 1, seed) * u
    return north * (1 - v) + south * v


@njit
def fbm(x: float, y: float, seed: int, octaves: int) -> float:
    """Return a sum of `octaves` noises, each half as strong and half as large, scaled to [0, 1]."""
    total, weight, strength = 0.0, 0.0, 1.0
    for k in range(octaves):
        total += strength * noise(x, y, seed + 101 * k)
        weight += strength
        strength *= 0.5
        x, y = 2.03 * x + 17.1, 2.03 * y - 9.7
    return total / weight


@njit
def smooth(low: float, high: float, value: float) -> float:
    """Return 0 below `low`, 1 above `high`, a cubic between."""
    t = min(1.0, max(0.0, (value - low) / (high - low)))
    return t * t * (3 - 2 * t)

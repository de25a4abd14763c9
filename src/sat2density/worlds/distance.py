"""The distance: rings of tree tops, roofs and hills around the world, so that the horizon is never
empty.
"""

from __future__ import annotations

import functools
import math

import numpy as np

from sat2density.worlds.kernels.outlines import domes
from sat2density.worlds.kernels.roads import clearances
from sat2density.worlds.rng import Rng
from sat2density.worlds.streets import Network
from sat2density.worlds.styles import Style

STEPS = 1024
"""Azimuths at which a ring's height is kept."""


def rings(rng: Rng, style: Style, network: Network) -> tuple[np.ndarray, np.ndarray]:
    """Draw the distant rings, the nearest first.

    Args:
        rng: stream that outlines and colours are drawn from.
        style: its radius, and whether it is a town.
        network: the streets: the nearest ring has gaps where they leave.

    Returns:
        Heights (L, STEPS) in metres by azimuth, and (L, 5) radius (metres), colour (3) and grain
        size (metres).

    """
    near = style.radius_m * 1.12
    far = style.radius_m * rng.uniform(1.7, 2.4)
    wooded = rng.uniform(0.5, 1.25) if style.name != "town" else rng.uniform(0.2, 0.5)
    leaf = rng.shade((0.075, 0.085, 0.045), 0.3)
    # Only the nearest ring has gaps for the streets; through them the next one is seen.
    first = _trees(rng, near, 12.5, 1.3 * wooded) * _gaps(network, near)
    second = np.maximum(
        _trees(rng, far, 17.0, 1.5 * wooded), _roofs(rng, far, style.name == "town")
    )
    third = _trees(rng, 2.2 * far, 20.0, 1.4) + 5.0
    hill_m = rng.uniform(700.0, 1800.0)
    hills = hill_m * _hills(rng, rng.uniform(0.004, 0.085))
    dark = rng.shade((0.06, 0.075, 0.04), 0.25)
    table = [
        [near, *leaf, 1.6],
        [far, *dark, 3.0],
        [2.2 * far, *dark, 6.0],
        [hill_m, *rng.shade((0.085, 0.095, 0.06), 0.3), 90.0],
    ]
    return np.stack([first, second, third, hills]), np.array(table, np.float64)


def _azimuths() -> np.ndarray:
    return np.arange(STEPS) / STEPS * 2 * math.pi


def _trees(rng: Rng, radius: float, height: float, cover: float) -> np.ndarray:
    """Return the outline of a row of tree crowns: domes of many sizes with ragged edges."""
    # With a cover of 1 there is a crown every 4.5 m.
    count = int(cover * 2 * math.pi * radius / 4.5)
    draws = rng.uniforms(3 * count).reshape(-1, 3)
    centre = draws[:, 0] * (2 * math.pi)
    top = height * (0.35 + (1.0 - 0.35) * draws[:, 1])
    half = top * (0.3 + (0.55 - 0.3) * draws[:, 2]) / radius
    out = np.zeros(STEPS)
    domes(_azimuths(), centre, top, half, out)
    return out * (1 + rng.uniforms(STEPS, -0.09, 0.09))


def _roofs(rng: Rng, radius: float, town: bool) -> np.ndarray:
    """Return the outline of a row of roofs."""
    out = np.zeros(STEPS)
    azimuth = _azimuths()
    for _ in range(rng.integer(6, 22)):
        centre = rng.uniform(0, 2 * math.pi)
        top = rng.uniform(9.0, 24.0) if town else rng.uniform(3.6, 6.5)
        half = rng.uniform(6.0, 11.0) / radius
        off = np.abs((azimuth - centre + math.pi) % (2 * math.pi) - math.pi) / half
        ridge = 1.0 if town else 1.0 - 0.4 * np.clip((off - 0.45) / 0.55, 0, 1)
        out = np.maximum(out, np.where(off < 1, top * ridge, 0.0))
    return out


def _gaps(network: Network, radius: float) -> np.ndarray:
    """Return 0 where a street runs through a ring of this radius, 1 elsewhere."""
    clear = np.empty(STEPS)
    clearances(network.table, network.discs, radius * _circle(), clear)
    return np.clip((clear - 1.0) / 2.5, 0.0, 1.0)


@functools.cache
def _circle() -> np.ndarray:
    """Return (STEPS, 2) cosines and sines of the azimuths, from `math`: numpy's differ by
    machine.
    """
    return np.array([(math.cos(a), math.sin(a)) for a in _azimuths()])


def _hills(rng: Rng, steep: float) -> np.ndarray:
    """Return the outline of hills as a share of their distance: a few waves, never below a low
    ridge.
    """
    azimuth = _azimuths()
    wave = np.zeros(STEPS)
    for k in range(1, 24):
        wave += rng.normal() / k**1.25 * np.cos(k * azimuth + rng.uniform(0, 2 * math.pi))
    return 0.006 + steep * np.clip(0.35 + 0.35 * wave, 0.0, 2.0)

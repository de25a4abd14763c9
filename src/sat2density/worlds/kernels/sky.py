"""The sky as a function of direction: gradient, sun with its glow, clouds."""

from __future__ import annotations

import math

import numpy as np

from sat2density.worlds.kernels.jit import entry, njit
from sat2density.worlds.kernels.noise import fbm, noise, smooth
from sat2density.worlds.kernels.records import Light, Vec


@njit
def mix(a: Vec, b: Vec, t: float) -> Vec:
    """Return a (1 - t) + b t."""
    return a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t


@njit
def add(a: Vec, b: Vec, k: float) -> Vec:
    """Return a + k b."""
    return a[0] + k * b[0], a[1] + k * b[1], a[2] + k * b[2]


@njit
def times(a: Vec, b: Vec) -> Vec:
    """Return the product channel by channel."""
    return a[0] * b[0], a[1] * b[1], a[2] * b[2]


@njit
def scale(a: Vec, k: float) -> Vec:
    """Return k a."""
    return k * a[0], k * a[1], k * a[2]


@njit
def cloud_cover(light: Light, d: Vec) -> tuple[float, float]:
    """Return (opacity of the cloud in direction d, its thickness), both in [0, 1]; clouds lie on a
    plane overhead.
    """
    if light.cloud <= 0.0 or d[2] < 0.015:
        return 0.0, 0.0
    # On a plane overhead clouds would shrink to nothing at the horizon; the summand bends it down.
    k = light.cloud_scale / (d[2] + 0.12)
    x, y = d[0] * k, d[1] * k
    # Noise pushed aside by other noise gives streaks in place of blots.
    bend = noise(0.7 * x, 0.7 * y, light.seed + 7)
    value = fbm(x + bend, 1.5 * y - bend, light.seed, 5)
    edge = 0.80 - 0.62 * light.cloud
    # Low clouds fade into the haze above the horizon.
    cover = smooth(edge, edge + 0.20, value) * smooth(0.015, 0.12, d[2])
    return cover, smooth(edge + 0.08, edge + 0.40, value)


@njit
def sky(light: Light, d: Vec) -> Vec:
    """Return the radiance of the sky in the unit direction d."""
    up = max(d[2], 0.0)
    colour = mix(light.horizon_rgb, light.zenith_rgb, 1.0 - (1.0 - up) ** 2.6)
    facing = d[0] * light.sun[0] + d[1] * light.sun[1] + d[2] * light.sun[2]
    angle = math.acos(min(1.0, max(-1.0, facing)))
    cover, thick = cloud_cover(light, d)
    # A wide glow, a near one, and the sun itself, by the angle in radians.
    halo = light.glow * (
        0.10 * math.exp(-angle / 0.55)
        + 0.55 * math.exp(-angle / 0.16)
        + 9.0 * math.exp(-angle / 0.040)
    )
    colour = add(colour, light.sun_rgb, halo * (1.0 - 0.75 * cover))
    body = scale(
        light.cloud_rgb, 1.0 - 0.38 * thick + 0.35 * math.exp(-angle / 0.5) * (1.0 - thick)
    )
    return mix(colour, body, 0.94 * cover)


@entry
def sky_panorama(light: Light, out: np.ndarray) -> None:
    """Fill `out` (H, W, 3) with the sky's radiance all around: north in the middle, zenith on top;
    below the horizon that of the horizon.
    """
    rows, columns = out.shape[:2]
    for row in range(rows):
        up = max(0.0, (0.5 - (row + 0.5) / rows) * math.pi)
        flat = math.cos(up)
        for column in range(columns):
            around = ((column + 0.5) / columns - 0.5) * 2.0 * math.pi
            seen = sky(light, (flat * math.sin(around), -flat * math.cos(around), math.sin(up)))
            for channel in range(3):
                out[row, column, channel] = seen[channel]

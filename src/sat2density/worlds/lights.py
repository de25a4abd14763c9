"""Light of the two photographs: sun, sky, clouds and haze, drawn for a kind of weather."""

from __future__ import annotations

import math

from sat2density.worlds.kernels.records import Light
from sat2density.worlds.rng import Rng

WEATHER: dict[str, float] = {
    "clear": 0.46,
    "light-cloud": 0.27,
    "overcast": 0.13,
    "golden": 0.10,
    "dusk": 0.04,
}
"""Kinds of weather of the ground photograph and how often they are drawn."""


def direction(azimuth: float, elevation: float) -> tuple[float, float, float]:
    """Return a unit vector (east, south, up).

    Args:
        azimuth: radians clockwise from north.
        elevation: radians above the horizon.

    """
    flat = math.cos(elevation)
    return flat * math.sin(azimuth), -flat * math.cos(azimuth), math.sin(elevation)


def _tint(colour: tuple[float, ...], k: float) -> tuple[float, float, float]:
    return colour[0] * k, colour[1] * k, colour[2] * k


def ground_light(rng: Rng) -> tuple[Light, str]:
    """Draw the light of the ground photograph. The sun stands in the northern half of the sky, as
    it does south of the equator.

    Args:
        rng: stream that the choices are drawn from.

    Returns:
        The light, and the name of its weather, a key of `WEATHER`.

    """
    weather = rng.weighted(WEATHER)
    low, high = {"golden": (7.0, 16.0), "dusk": (2.0, 6.0)}.get(weather, (22.0, 72.0))
    azimuth = math.radians(rng.uniform(-115.0, 115.0))
    elevation = math.radians(rng.uniform(low, high))
    up = math.sin(elevation)
    # Below about 20 degrees (sine 0.35) the sun turns warm, and the sky with it.
    warm = max(0.0, 1.0 - up / 0.35)
    sun = _tint((1.0, 0.95 - 0.20 * warm, 0.87 - 0.48 * warm), 2.3 * min(1.0, 0.35 + 1.6 * up))
    deep = rng.uniform(0.6, 1.15)
    zenith = _tint(
        (0.072 + 0.05 * warm, 0.145 + 0.02 * warm, 0.40), deep * (0.45 + 0.6 * min(1.0, 2 * up))
    )
    horizon = _tint(
        (0.50 + 0.3 * warm, 0.60 - 0.02 * warm, 0.72 - 0.22 * warm), 0.7 + 0.45 * min(1.0, 2 * up)
    )
    sky = _tint((0.40, 0.47, 0.58), 0.55 + 0.55 * min(1.0, 2 * up))
    cloud = {"clear": rng.uniform(0.0, 0.3), "light-cloud": rng.uniform(0.35, 0.62)}.get(
        weather, rng.uniform(0.15, 0.6)
    )
    cloud_rgb = _tint(
        (1.0, 0.98 - 0.12 * warm, 0.97 - 0.3 * warm), 1.05 * (0.5 + 0.5 * min(1.0, 2.2 * up))
    )
    glow = rng.uniform(0.5, 2.2)
    if weather == "overcast":
        grey = rng.uniform(0.62, 0.95)
        sun = _tint(sun, rng.uniform(0.0, 0.14))
        glow = rng.uniform(0.1, 0.5)
        cloud = rng.uniform(0.0, 0.8)
        zenith = _tint((0.78, 0.82, 0.88), 0.85 * grey)
        horizon = _tint((0.88, 0.90, 0.92), 1.05 * grey)
        cloud_rgb = _tint((0.80, 0.83, 0.87), grey)
        sky = _tint((0.92, 0.95, 1.0), 0.98 * grey)
    haze = rng.uniform(0.00008, 0.0006)
    # Far things fade into the colour of the sky just above the horizon.
    air = tuple(0.8 * h + 0.2 * z for h, z in zip(horizon, zenith, strict=True))
    scale = rng.uniform(0.35, 0.8) if weather != "overcast" else rng.uniform(0.25, 0.5)
    light = Light(
        direction(azimuth, elevation),
        sun,
        sky,
        zenith,
        horizon,
        haze,
        _tint(air, 0.9),
        cloud,
        scale,
        cloud_rgb,
        glow,
        rng.seed(),
    )
    return light, weather


def tile_light(rng: Rng) -> Light:
    """Return the light of the satellite picture: another day, nearly always clear, no sky to be
    seen.

    Args:
        rng: stream that the choices are drawn from.

    """
    azimuth = math.radians(rng.uniform(-75.0, 75.0))
    elevation = math.radians(rng.uniform(28.0, 68.0))
    sun = (2.3, 2.18, 1.98)
    sky = _tint((0.33, 0.37, 0.45), rng.uniform(0.6, 1.1))
    # A dull day: little sun, and a bright grey sky.
    if rng.chance(0.08):
        sun = _tint(sun, rng.uniform(0.1, 0.45))
        sky = _tint((0.95, 0.97, 1.0), 1.8)
    haze = (0.6, 0.7, 0.85)
    black = (0.0, 0.0, 0.0)
    return Light(
        direction(azimuth, elevation),
        sun,
        sky,
        haze,
        haze,
        0.0,
        black,
        0.0,
        1.0,
        black,
        0.0,
        rng.seed(),
    )

"""A light as the world's renderer needs it: sun, sky and haze, read off the sky that the light
holds.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from sat2density.errors import InputError
from sat2density.worlds.kernels.records import Light
from sat2density.worlds.lights import direction

if TYPE_CHECKING:
    from sat2density.light.lighting import Lighting

RADIANCE: Final = 1.0
"""Of a pixel that is fully white, before the film; a clear noon then looks as in the worlds."""
DAZZLING: Final = 0.9
"""Luma from which a pixel may belong to the sun."""
STANDS_OUT: Final = 1.12
"""The sun is brighter than the middle of the sky by this factor, or there is none."""
GREY: Final = 0.16
"""Saturation below which a bright pixel is cloud."""
CLEAR: Final = 15
"""Percentile that the zenith is: half of it may lie in the glow of the sun."""
HAZY: Final = 0.15
"""Share of a clear sky that is grey: haze above the horizon, glow round the sun."""
HAZE: Final = 0.0003
CLOUD_SCALE: Final = 0.55

Rgb = tuple[float, float, float]


def light_of(lighting: Lighting) -> Light:
    """Return the light for the renderer; of a mix, the mean of its parts.

    The sun stands where the sky's picture has it; without one (dusk, closed cloud) there are no
    shadows.

    Args:
        lighting: a preset, a photograph with its sky, or a mix of these.

    Raises:
        InputError: the light holds no picture of its sky.

    """
    parts = [(_light(part), weight) for part, weight in lighting.parts]
    if len(parts) == 1:
        return parts[0][0]

    def mean(name: str) -> np.ndarray:
        return np.sum([w * np.asarray(getattr(light, name)) for light, w in parts], axis=0)

    sun = mean("sun")
    return Light(
        _rgb(sun / max(float(np.linalg.norm(sun)), 1e-9)),
        _rgb(mean("sun_rgb")),
        _rgb(mean("sky_rgb")),
        _rgb(mean("zenith_rgb")),
        _rgb(mean("horizon_rgb")),
        HAZE,
        _rgb(mean("haze_rgb")),
        float(mean("cloud")),
        CLOUD_SCALE,
        _rgb(mean("cloud_rgb")),
        float(mean("glow")),
        7,
    )


def _light(lighting: Lighting) -> Light:
    if lighting.sky is None:
        raise InputError(
            f"light {lighting.name}: holds numbers only, no picture of a sky; a model is lit by a "
            f"preset or a photograph"
        )
    known = lighting.sky[..., 3] > 127
    colours = (lighting.sky[..., :3].astype(np.float64) / 255) ** 2.2 * RADIANCE
    luma = lighting.sky[..., :3] @ np.array([0.3, 0.59, 0.11]) / 255
    rows = np.nonzero(known.any(1))[0]
    if not len(rows):
        raise InputError(f"light {lighting.name}: there is no sky in it")
    last = int(rows[-1])
    zenith = _middle(colours, known, 0, max(last // 3, 1), CLEAR)
    horizon = _middle(colours, known, max(last - last // 4, 0), last + 1, 50)
    cloud = _cover(lighting.sky[..., :3], luma, known)
    sun, found = _sun(luma, known, cloud)
    up = max(sun[2], 0.02)
    warm = max(0.0, 1.0 - up / 0.35)
    strength = 2.3 * min(1.0, 0.35 + 1.6 * up) if found else 0.0
    sky = tuple(1.1 * (0.5 * z + 0.5 * h) for z, h in zip(zenith, horizon, strict=True))
    air = tuple(0.8 * h + 0.2 * z for z, h in zip(zenith, horizon, strict=True))
    grey = float(np.mean(horizon))
    return Light(
        sun,
        (strength, strength * (0.95 - 0.2 * warm), strength * (0.87 - 0.48 * warm)),
        _rgb(sky),
        _rgb(zenith),
        _rgb(horizon),
        HAZE,
        _rgb(air),
        cloud,
        CLOUD_SCALE,
        (1.05 * grey, 1.04 * grey, 1.04 * grey),
        0.5 if found else 0.0,
        7,
    )


def _middle(colours: np.ndarray, known: np.ndarray, first: int, last: int, percent: float) -> Rgb:
    """Return a percentile of the sky's colours in some rows; of the whole sky where these have
    none.
    """
    part = colours[first:last][known[first:last]]
    return _rgb(np.percentile(part if len(part) else colours[known], percent, axis=0))


def _cover(pixels: np.ndarray, luma: np.ndarray, known: np.ndarray) -> float:
    """Return about how much of the sky is under clouds, [0, 0.8]."""
    most = pixels.max(-1).astype(np.float64)
    saturation = (most - pixels.min(-1)) / np.maximum(most, 1.0)
    grey = (saturation < GREY) & (luma > 0.5)
    # The haze above the horizon is grey under any sky.
    return float(np.clip(1.2 * grey[known].mean() - HAZY, 0.0, 0.8))


def _sun(
    luma: np.ndarray, known: np.ndarray, cloud: float
) -> tuple[tuple[float, float, float], bool]:
    """Return the direction of the sun (or straight up), and whether there is one."""
    height, width = luma.shape
    bright = known & (luma >= max(DAZZLING, STANDS_OUT * float(np.median(luma[known]))))
    if not bright.any() or bright.sum() > 0.25 * known.sum() or cloud > 0.75:
        return (0.0, 0.0, 1.0), False
    rows, columns = np.nonzero(bright)
    turns = ((columns + 0.5) / width - 0.5) * 2 * math.pi
    rise = float(np.median((0.5 - (rows + 0.5) / height) * math.pi))
    azimuth = math.atan2(float(np.sin(turns).mean()), float(np.cos(turns).mean()))
    return direction(azimuth, max(rise, 0.03)), True


def _rgb(values: object) -> Rgb:
    red, green, blue = (float(v) for v in np.asarray(values).reshape(3))
    return red, green, blue

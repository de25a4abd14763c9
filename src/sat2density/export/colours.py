"""Our colour scale: even steps of lightness from deep violet over red and orange to pale yellow.

Built from a formula in OKLCh (lightness, chroma, hue; B. Ottosson, "A perceptual color space for
image processing", 2020), so that equal differences look equal and the order survives a
black-and-white print.
"""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

DARK, LIGHT = 0.24, 0.95
"""OKLab lightness of the two ends."""

HUE_START_DEG, HUE_TURN_DEG = 288.0, 178.0
CHROMA = 0.16
"""Wished for; less where sRGB has no such colour."""

NO_SURFACE = (214, 222, 232)
"""Colour of pixels without a surface (sky): a pale blue grey that the scale does not hold."""

_LMS_FROM_LAB = np.array(
    [
        [1.0, 0.3963377774, 0.2158037573],
        [1.0, -0.1055613458, -0.0638541728],
        [1.0, -0.0894841775, -1.2914855480],
    ]
)
_RGB_FROM_LMS = np.array(
    [
        [4.0767416621, -3.3077115913, 0.2309699292],
        [-1.2684380046, 2.6097574011, -0.3413193965],
        [-0.0041960863, -0.7034186147, 1.7076147010],
    ]
)


def _linear_rgb(lightness: NDArray, chroma: NDArray, hue: NDArray) -> NDArray:
    lab = np.stack([lightness, chroma * np.cos(hue), chroma * np.sin(hue)], axis=-1)
    return (lab @ _LMS_FROM_LAB.T) ** 3 @ _RGB_FROM_LMS.T


@functools.cache
def scale() -> NDArray[np.uint8]:
    """Return the scale as a table (256, 3) uint8 sRGB, dark (0) to light (255)."""
    t = np.linspace(0.0, 1.0, 256)
    lightness = DARK + (LIGHT - DARK) * t
    hue = np.radians(HUE_START_DEG + HUE_TURN_DEG * t)
    low = np.zeros_like(t)
    high = np.full_like(t, CHROMA)
    for _ in range(30):  # bisection for the largest chroma that sRGB holds
        middle = (low + high) / 2
        rgb = _linear_rgb(lightness, middle, hue)
        fits = ((rgb >= 0.0) & (rgb <= 1.0)).all(axis=-1)
        low = np.where(fits, middle, low)
        high = np.where(fits, high, middle)
    rgb = _linear_rgb(lightness, low, hue).clip(0.0, 1.0)
    encoded = np.where(rgb <= 0.0031308, 12.92 * rgb, 1.055 * rgb ** (1 / 2.4) - 0.055)
    table = np.round(encoded * 255).astype(np.uint8)
    table.setflags(write=False)
    return table


def coloured(values: NDArray, low: float, high: float, reverse: bool = False) -> NDArray[np.uint8]:
    """Colour an array: `low` dark, `high` light (the other way with `reverse`), beyond them like
    the ends.

    Args:
        values: any shape; NaN and infinity have no surface and take the colour `NO_SURFACE`.
        low: value of the dark end.
        high: value of the light end, above `low`.
        reverse: near things light: what a depth picture wants.

    Returns:
        (*values.shape, 3) uint8.

    """
    known = np.isfinite(values)
    share = (np.where(known, values, low) - low) / (high - low)
    index = np.round(share.clip(0.0, 1.0) * 255).astype(np.uint8)
    colours = scale()[255 - index if reverse else index]
    colours[~known] = NO_SURFACE
    return colours

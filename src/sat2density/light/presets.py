"""Six named lights: synthetic skies of ours, drawn by a formula, so that no photograph is needed.

Each is a whole upper half sphere as a panorama (512 x 128, rows above the horizon are sky): a
gradient from horizon to zenith, a sun with its glow and, where there are any, clouds of value
noise. Deterministic: no random generator is used.
"""

from __future__ import annotations

import dataclasses
from functools import cache
from typing import Final

import numpy as np

from sat2density.errors import unknown_name

WIDTH, HEIGHT = 512, 128
_SKYLINE: Final = 61
"""Rows of sky: three rows (4 degrees) above the horizon are left to hills and trees, as in any
photograph.
"""

Colour = tuple[float, float, float]


@dataclasses.dataclass(frozen=True)
class _Sky:
    """Colours are display values in [0, 1]; angles in degrees; `cover` is the share of the sky
    under clouds.
    """

    zenith: Colour
    horizon: Colour
    sun: tuple[float, float] | None
    """(azimuth clockwise from north, elevation)."""
    glow: Colour = (1.0, 1.0, 1.0)
    glow_width: float = 12.0
    halo: float = 0.25
    cover: float = 0.0
    cloud: Colour = (0.9, 0.9, 0.92)
    shade: Colour = (0.6, 0.62, 0.66)


_SKIES: Final[dict[str, _Sky]] = {
    "clear-morning": _Sky(
        (0.30, 0.47, 0.76), (0.78, 0.84, 0.88), (80, 22), (1.0, 0.96, 0.86), 10, 0.35
    ),
    "clear-noon": _Sky(
        (0.25, 0.38, 0.70), (0.60, 0.74, 0.92), (350, 66), (1.0, 1.0, 1.0), 14, 0.35
    ),
    "golden-hour": _Sky(
        (0.45, 0.56, 0.76),
        (0.97, 0.80, 0.58),
        (285, 8),
        (1.0, 0.90, 0.72),
        14,
        0.55,
        0.2,
        (0.97, 0.86, 0.76),
        (0.66, 0.60, 0.64),
    ),
    "dusk": _Sky(
        (0.10, 0.14, 0.28),
        (0.52, 0.38, 0.40),
        None,
        cover=0.2,
        cloud=(0.36, 0.30, 0.38),
        shade=(0.20, 0.19, 0.28),
    ),
    "light-cloud": _Sky(
        (0.33, 0.50, 0.78), (0.74, 0.83, 0.92), (40, 48), (1.0, 0.99, 0.96), 11, 0.25, 0.4
    ),
    "overcast": _Sky(
        (0.86, 0.87, 0.88),
        (0.88, 0.89, 0.90),
        None,
        cover=1.0,
        cloud=(0.89, 0.90, 0.91),
        shade=(0.84, 0.85, 0.87),
    ),
}

PRESETS: Final[tuple[str, ...]] = tuple(_SKIES)
"""Names of the presets, from morning to overcast."""


@cache
def preset_panorama(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return a preset's picture, uint8 (128, 512, 3), and its sky mask, uint8 (128, 512) of 0 and
    255.

    Args:
        name: one of `PRESETS`.

    Raises:
        InputError: `name` is none of `PRESETS`; the message has the nearest one.

    """
    picture = preset_sky(name, (WIDTH, HEIGHT))
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    mask[:_SKYLINE] = 255
    pixels = (picture * 255).round().astype(np.uint8)
    pixels[_SKYLINE:] = 0
    return pixels, mask


def preset_sky(name: str, size: tuple[int, int]) -> np.ndarray:
    """Return a preset's sky all around and from zenith to nadir, (H, W, 3) of display
    values in [0, 1]; north is in the middle, and below the horizon its colours there go on.

    Args:
        name: one of `PRESETS`.
        size: (W, H) pixels; H is even.

    Raises:
        InputError: `name` is none of `PRESETS`; the message has the nearest one.

    """
    if name not in _SKIES:
        raise unknown_name("light", name, PRESETS)
    sky = _SKIES[name]
    elevation, azimuth = _angles(size)
    picture = _gradient(sky, elevation, size[0])
    if sky.cover > 0:
        picture = _with_clouds(sky, picture, elevation, azimuth)
    if sky.sun is not None:
        picture = _with_sun(sky, picture, elevation, azimuth)
    below = np.repeat(picture[-1:], len(picture), axis=0)
    return np.concatenate((picture, below)).clip(0, 1)


def _angles(size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Elevation (H / 2, 1), down to the horizon, and azimuth clockwise from north (1, W) of the
    pixels' centres, radians; the middle is north.
    """
    rows = (np.arange(size[1] // 2) + 0.5) / size[1]
    columns = (np.arange(size[0]) + 0.5) / size[0]
    return ((0.5 - rows) * np.pi)[:, None], ((columns - 0.5) * 2 * np.pi)[None, :]


def _gradient(sky: _Sky, elevation: np.ndarray, width: int) -> np.ndarray:
    """From the horizon's colour to the zenith's, quickly at first, as a column of air thins out."""
    thickness = np.exp(-np.maximum(np.sin(elevation), 0) / 0.28)[..., None]
    colour = np.array(sky.zenith) * (1 - thickness) + np.array(sky.horizon) * thickness
    return np.broadcast_to(colour, (len(elevation), width, 3)).copy()


def _with_sun(
    sky: _Sky, picture: np.ndarray, elevation: np.ndarray, azimuth: np.ndarray
) -> np.ndarray:
    """Add a burnt-out sun and its halo (two Gaussians of the angle to the sun)."""
    assert sky.sun is not None
    sun_azimuth, sun_elevation = np.radians(sky.sun)
    cosine = np.sin(elevation) * np.sin(sun_elevation)
    cosine = cosine + np.cos(elevation) * np.cos(sun_elevation) * np.cos(azimuth - sun_azimuth)
    angle = np.degrees(np.arccos(cosine.clip(-1, 1)))
    core = np.exp(-0.5 * (angle / sky.glow_width) ** 2)
    halo = sky.halo * np.exp(-0.5 * (angle / (3.5 * sky.glow_width)) ** 2)
    weight = (1.4 * core + halo).clip(0, 1)[..., None]
    return picture * (1 - weight) + np.array(sky.glow) * weight


def _with_clouds(
    sky: _Sky, picture: np.ndarray, elevation: np.ndarray, azimuth: np.ndarray
) -> np.ndarray:
    """Lay a sheet of noise over the sky as a plane overhead, so that clouds shrink towards the
    horizon.
    """
    # Bounded: at the horizon the plane is infinitely far.
    reach = 1 / np.maximum(np.sin(elevation), 0.06)
    east = reach * np.sin(azimuth)
    south = -reach * np.cos(azimuth)
    noise = _fractal_noise(east * 0.9, south * 0.9)
    threshold = 0.5 + 0.35 * (0.5 - sky.cover)
    opacity = ((noise - threshold) / 0.10).clip(0, 1) if sky.cover < 1 else np.ones_like(noise)
    # From another part of the noise: thick clouds are not always the dark ones.
    light = ((_fractal_noise(east * 0.9 + 17.3, south * 0.9 + 4.1) - 0.3) / 0.4).clip(0, 1)[
        ..., None
    ]
    cloud = np.array(sky.shade) * (1 - light) + np.array(sky.cloud) * light
    # Far clouds fade into the haze.
    opacity = (opacity * np.exp(-reach / 14))[..., None]
    return picture * (1 - opacity) + cloud * opacity


def _fractal_noise(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Four octaves of value noise in [0, 1] at the given positions."""
    total = np.zeros(np.broadcast(x, y).shape)
    for octave in range(4):
        # Shifted, so that the octaves' grids do not line up.
        total += 0.5 ** (octave + 1) * _value_noise(x * 2**octave + 31.7 * octave, y * 2**octave)
    return total / (1 - 0.5**4)


def _value_noise(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Values at whole positions, smoothly interpolated (3t^2 - 2t^3)."""
    column = np.floor(x).astype(np.int64)
    row = np.floor(y).astype(np.int64)
    across = x - column
    down = y - row
    across = across**2 * (3 - 2 * across)
    down = down**2 * (3 - 2 * down)
    upper = _lattice(column, row) * (1 - across) + _lattice(column + 1, row) * across
    lower = _lattice(column, row + 1) * (1 - across) + _lattice(column + 1, row + 1) * across
    return upper * (1 - down) + lower * down


def _lattice(column: np.ndarray, row: np.ndarray) -> np.ndarray:
    """A well mixed value in [0, 1) for each pair of whole numbers (integer multiplications and
    shifts, 32 bit).
    """
    # The factors are primes of xxHash.
    mixed = (column * 0x27D4EB2F + row * 0x165667B1) & 0xFFFFFFFF
    for _ in range(2):
        mixed = ((mixed ^ (mixed >> 15)) * 0x2C1B3C6D) & 0xFFFFFFFF
    return (mixed ^ (mixed >> 16)) / 2**32

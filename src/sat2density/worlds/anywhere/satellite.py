"""The satellite's camera of the style `anywhere`: every sharpness, light, haze and colour that real
tiles come in.
"""

from __future__ import annotations

import dataclasses
import math

import numpy as np
from PIL import Image

from sat2density.worlds.kernels.pixels import quantise
from sat2density.worlds.kernels.records import Light
from sat2density.worlds.lights import direction
from sat2density.worlds.photo import as_jpeg
from sat2density.worlds.rng import Rng

LUMA = (0.3, 0.59, 0.11)
"""Weights of the channels in the grey of a colour."""


@dataclasses.dataclass(frozen=True)
class Satellite:
    """A camera above a place, and the light of its day.

    Attributes:
        light: of the picture.
        slant: (east, south) metres by which it sees a thing's top shifted per metre of its height.
        ground_m: side of the sensor's pixels on the ground, metres.
        exposure: factor on linear light; balance: per channel.
        haze: share of `haze_rgb` added to every colour, [0, 1].
        gamma, contrast, saturation, lift: of the tone curve, as in `photo.Film`.
        sharpen: strength of the unsharp mask; halo: its reach in sensor pixels.
        noise: in [0, 255] steps, of sensor pixels.
        quality: of the JPEG of sensor pixels and of the resampled picture, 0 for none.
        seed: of the noise.

    """

    light: Light
    slant: tuple[float, float]
    ground_m: float
    exposure: float
    balance: tuple[float, float, float]
    haze: float
    haze_rgb: tuple[float, float, float]
    gamma: float
    contrast: float
    saturation: float
    lift: float
    sharpen: float
    halo: float
    noise: float
    quality: tuple[int, int]
    seed: int

    def rays(self, size: int, extent_m: float) -> tuple[int, int]:
        """Return (rays a side, how many more at edges).

        Args:
            size: side of the picture in pixels.
            extent_m: side of the square it shows, metres.

        Returns:
            At most `size` rays a side, two for each of the sensor's pixels; one more at edges only
            where the sensor is about as fine as the picture.

        """
        sensor = self._sensor(size, extent_m)
        return min(size, 2 * sensor), int(1.3 * sensor > size)

    def _sensor(self, size: int, extent_m: float) -> int:
        return min(size, max(16, round(extent_m / self.ground_m)))

    def develop(
        self, light: np.ndarray, size: int, extent_m: float, clean: bool = False
    ) -> np.ndarray:
        """Return the picture of linear light.

        Args:
            light: (R, R, 3) float32 linear, R as `rays` says.
            size: side of the picture in pixels.
            extent_m: side of the square it shows, metres.
            clean: without noise, halos and JPEG.

        Returns:
            (size, size, 3) uint8.

        """
        sensor = self._sensor(size, extent_m)
        picture = _resized(light, sensor, Image.Resampling.BOX)
        picture = self._toned(picture)
        if not clean and self.sharpen > 0.0:
            picture = picture + np.float32(self.sharpen) * (picture - _soft(picture, self.halo))
        out = np.empty(picture.shape, np.uint8)
        quantise(np.ascontiguousarray(picture), 0.0 if clean else self.noise, self.seed, out)
        if self.quality[0] and not clean:
            out = as_jpeg(out, self.quality[0])
        if sensor != size:
            out = np.asarray(Image.fromarray(out).resize((size, size), Image.Resampling.BICUBIC))
        return as_jpeg(out, self.quality[1]) if self.quality[1] and not clean else out

    def _toned(self, light: np.ndarray) -> np.ndarray:
        """Return the picture in [0, 1] (not clipped above by much) of linear light."""
        gain = np.asarray(self.balance, np.float32) * np.float32(self.exposure)
        veil = np.float32(self.haze) * np.asarray(self.haze_rgb, np.float32)
        picture = light * gain * np.float32(1.0 - self.haze) + veil
        picture = np.clip(picture, 0.0, 1.2) ** np.float32(1.0 / self.gamma)
        grey = (picture @ np.asarray(LUMA, np.float32))[..., None]
        picture = grey + np.float32(self.saturation) * (picture - grey)
        picture = picture + np.float32(self.contrast) * (picture - 0.45) * (
            1.0 - np.abs(np.clip(picture, 0.0, 1.0) * 2.0 - 1.0)
        )
        return (picture * np.float32(1.0 - self.lift) + np.float32(self.lift)).astype(np.float32)


def _resized(picture: np.ndarray, size: int, how: Image.Resampling) -> np.ndarray:
    """Return float32 (S, S, C) resampled to (size, size, C)."""
    if picture.shape[0] == size:
        return picture
    channels = [
        np.asarray(Image.fromarray(np.ascontiguousarray(picture[..., k])).resize((size, size), how))
        for k in range(picture.shape[2])
    ]
    return np.stack(channels, -1)


def _soft(picture: np.ndarray, sigma: float) -> np.ndarray:
    """Return the picture blurred by a five-pixel Gaussian of so many pixels, edges repeated."""
    weights = np.array([math.exp(-0.5 * (k / sigma) ** 2) for k in range(-2, 3)])
    weights = (weights / weights.sum()).astype(np.float32)
    size = picture.shape[0]
    rows = np.pad(picture, ((2, 2), (0, 0), (0, 0)), "edge")
    soft = np.zeros_like(picture)
    for k in range(5):
        soft += weights[k] * rows[k : k + size]
    columns = np.pad(soft, ((0, 0), (2, 2), (0, 0)), "edge")
    out = np.zeros_like(picture)
    for k in range(5):
        out += weights[k] * columns[:, k : k + size]
    return out


def draw_satellite(rng: Rng) -> Satellite:
    """Draw a camera and its light.

    Args:
        rng: stream that the choices are drawn from.

    """
    light = _light(rng)
    lean = math.tan(math.radians(8.0 * rng.uniform() ** 1.5))
    side = rng.uniform(0.0, 2 * math.pi)
    up = max(light.sun[2], 0.1)
    # Exposed so that ground of albedo 0.16 comes out as bright as `target`.
    bright = 0.16 * (up * light.sun_rgb[1] + light.sky_rgb[1])
    dark = rng.chance(0.5)
    target = rng.uniform(0.07, 0.13) if dark else rng.uniform(0.12, 0.30)
    warm = rng.uniform(-0.05, 0.13)
    tint = rng.uniform(-0.04, 0.03)
    haze = 0.4 * target * rng.uniform() ** 2
    # Tiles are compressed where they are made, and again where they are resampled.
    file = rng.integer(60, 95)
    shown = rng.integer(70, 96)
    # Pixels of 0.1 to 0.6 m, and a view up to 8 degrees from the vertical: the lower ends come more
    # often, because the random numbers are raised to a power.
    return Satellite(
        light=light,
        slant=(lean * math.cos(side), lean * math.sin(side)),
        ground_m=0.1 * 6.0 ** (rng.uniform() ** 1.25),
        exposure=target / bright,
        balance=(1.0 + warm, 1.0 + tint, 1.0 - warm),
        haze=haze,
        haze_rgb=(rng.uniform(0.5, 0.75), rng.uniform(0.6, 0.8), rng.uniform(0.7, 0.95)),
        gamma=rng.uniform(1.75, 2.35),
        contrast=rng.uniform(0.1, 0.7),
        saturation=rng.uniform(0.55, 1.2),
        lift=rng.uniform(-0.05, 0.03),
        sharpen=rng.uniform(0.0, 1.7) if rng.chance(0.75) else 0.0,
        halo=rng.uniform(0.6, 1.4),
        noise=3.2 * rng.uniform() ** 1.5,
        quality=(file if rng.chance(0.5) else 0, shown if rng.chance(0.7) else 0),
        seed=rng.seed(),
    )


def _light(rng: Rng) -> Light:
    """Draw the day: sun from all sides, from 18 to 70 degrees high, clear to overcast."""
    azimuth = math.radians(rng.uniform(-180.0, 180.0))
    elevation = math.radians(20.0 + 48.0 * rng.uniform() ** 0.75)
    up = math.sin(elevation)
    warm = max(0.0, 1.0 - up / 0.6)
    sun = (2.3, 2.18 - 0.25 * warm, 1.98 - 0.55 * warm)
    fill = rng.uniform(0.8, 2.0)
    sky = (0.33 * fill, 0.37 * fill, 0.45 * fill)
    if rng.chance(0.14):
        dim = rng.uniform(0.05, 0.5)
        sun = (dim * sun[0], dim * sun[1], dim * sun[2])
        more = rng.uniform(1.3, 2.0)
        sky = (0.95 * more, 0.97 * more, more)
    glint = rng.uniform(0.05, 0.5) ** 1.5
    above = (0.6 * glint, 0.7 * glint, 0.85 * glint)
    black = (0.0, 0.0, 0.0)
    return Light(
        direction(azimuth, elevation),
        sun,
        sky,
        above,
        above,
        0.0,
        black,
        0.0,
        1.0,
        black,
        0.0,
        rng.seed(),
    )

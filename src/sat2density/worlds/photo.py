"""From linear light to a photograph's bytes: exposure, colour cast, tone, sharpness, noise,
JPEG.
"""

from __future__ import annotations

import dataclasses
import io

import numpy as np
from PIL import Image

from sat2density.worlds.kernels.pixels import quantise
from sat2density.worlds.rng import Rng


@dataclasses.dataclass(frozen=True)
class Film:
    """How a camera turns light into bytes.

    Attributes:
        exposure: factor on the linear light.
        balance: factor per channel.
        shoulder: 1 rolls highlights off softly (ground camera), 0 clips them (satellite).
        gamma: exponent of the tone curve; contrast: strength of the S around middle grey;
            saturation: 1 keeps colours.
        lift: black level added, in [0, 1].
        blur: standard deviation in pixels; sharpen: strength of the unsharp mask that follows.
        noise: standard deviation in [0, 255] steps.
        quality: JPEG quality, 0 for none.
        seams: strength of the exposure steps between the cameras of a panorama rig.
        seed: seed of the noise.

    """

    exposure: float = 1.0
    balance: tuple[float, float, float] = (1.0, 1.0, 1.0)
    shoulder: float = 1.0
    gamma: float = 2.2
    contrast: float = 0.0
    saturation: float = 1.0
    lift: float = 0.0
    blur: float = 0.0
    sharpen: float = 0.0
    noise: float = 0.0
    quality: int = 0
    seams: float = 0.0
    seed: int = 0


def ground_film(rng: Rng, brightness: float) -> Film:
    """Return the film of a ground photograph.

    Args:
        rng: stream that the choices are drawn from.
        brightness: the scene's typical linear light, as a light meter reads it; above 0.

    """
    return Film(
        exposure=0.56 / brightness * rng.uniform(0.8, 1.25),
        balance=(rng.uniform(0.95, 1.06), 1.0, rng.uniform(0.94, 1.08)),
        contrast=rng.uniform(0.1, 0.4),
        saturation=rng.uniform(1.0, 1.35),
        lift=rng.uniform(0.0, 0.02),
        blur=rng.uniform(0.2, 0.42),
        sharpen=rng.uniform(0.15, 1.0),
        noise=rng.uniform(0.4, 1.8),
        quality=rng.integer(80, 95),
        seams=rng.uniform(0.0, 0.035),
        seed=rng.seed(),
    )


def tile_film(rng: Rng) -> Film:
    """Return the film of a satellite picture: dark, warm, crisp.

    Args:
        rng: stream that the choices are drawn from.

    """
    return Film(
        exposure=rng.uniform(0.20, 0.42),
        balance=(rng.uniform(1.0, 1.1), 1.0, rng.uniform(0.82, 1.02)),
        shoulder=0.0,
        gamma=rng.uniform(1.75, 2.1),
        contrast=rng.uniform(0.05, 0.35),
        saturation=rng.uniform(0.5, 0.95),
        lift=rng.uniform(-0.02, 0.02),
        blur=rng.uniform(0.35, 0.7),
        sharpen=rng.uniform(0.4, 1.5),
        noise=rng.uniform(0.8, 3.0),
        quality=rng.integer(72, 93),
        seed=rng.seed(),
    )


def develop(light: np.ndarray, film: Film, wrap: bool = False) -> np.ndarray:
    """Turn linear light into a photograph.

    Args:
        light: (H, W, 3) float32 linear.
        film: how the camera answers to light.
        wrap: whether the left and right edges join (a panorama).

    Returns:
        (H, W, 3) uint8.

    """
    picture = light * (np.asarray(film.balance, np.float32) * np.float32(film.exposure))
    if film.seams > 0.0:
        picture *= _seams(picture.shape[1], film)[None, :, None]
    if film.shoulder > 0.0:
        # Never reaches white: highlights roll off as on film.
        picture = 1.0 - np.exp(-picture)
    picture = np.clip(picture, 0.0, 1.0) ** np.float32(1.0 / film.gamma)
    # Luma of ITU-R BT.601, rounded.
    grey = picture @ np.asarray((0.3, 0.59, 0.11), np.float32)
    picture = grey[..., None] + np.float32(film.saturation) * (picture - grey[..., None])
    # An S about middle grey; its last factor keeps black and white where they are.
    picture += np.float32(film.contrast) * (picture - 0.5) * (1.0 - np.abs(2.0 * picture - 1.0))
    picture = picture * np.float32(1.0 - film.lift) + np.float32(film.lift)
    if film.blur > 0.0:
        soft = _blur(picture, film.blur, wrap)
        # Sharpened after the lens has blurred, as cameras do: it gives edges their halos.
        picture = soft + np.float32(film.sharpen) * (soft - _blur(soft, 1.0, wrap))
    out = np.empty(picture.shape, np.uint8)
    quantise(picture.astype(np.float32), film.noise, film.seed, out)
    return as_jpeg(out, film.quality) if film.quality else out


def _seams(width: int, film: Film) -> np.ndarray:
    """Return a gain per column: six cameras with slightly different exposure, blended over a few
    columns.
    """
    rng = Rng(film.seed, "seams")
    gains = np.array([1.0 + film.seams * rng.uniform(-1, 1) for _ in range(6)])
    place = (np.arange(width) / width * 6 + rng.uniform()) % 6
    low = place.astype(int)
    w = np.clip((place - low - 0.85) / 0.15, 0, 1)
    return (gains[low] * (1 - w) + gains[(low + 1) % 6] * w).astype(np.float32)


def _blur(picture: np.ndarray, sigma: float, wrap: bool) -> np.ndarray:
    """Return the picture convolved with a 3x3 kernel of the given standard deviation (at most about
    1).
    """
    side = np.float32(np.exp(-0.5 / sigma**2))
    middle = np.float32(1.0) / (1 + 2 * side)
    side *= middle
    rows = np.pad(picture, ((1, 1), (0, 0), (0, 0)), "edge")
    picture = middle * picture + side * (rows[:-2] + rows[2:])
    columns = np.pad(picture, ((0, 0), (1, 1), (0, 0)), "wrap" if wrap else "edge")
    return middle * picture + side * (columns[:, :-2] + columns[:, 2:])


def as_jpeg(picture: np.ndarray, quality: int) -> np.ndarray:
    """Return a picture as it comes back from a JPEG file, in memory.

    Args:
        picture: (H, W, 3) uint8.
        quality: Pillow's, 1 to 95.

    """
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=quality)
    buffer.seek(0)
    return np.asarray(Image.open(buffer).convert("RGB"))

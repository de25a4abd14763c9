"""An own estimator of the sky in a ground picture: no download, no training data, a tenth of a second.

What it goes by: the sky is smooth, bright for its picture or blue, reaches the upper edge, and in a panorama ends at
the horizon. Each pixel gets a score from brightness, blueness and texture; gaps inside crowns are closed; only what
hangs together with the upper edge is sky, and specks in it (flare, birds, a mask's own noise) are sky too. Texture
weighs most: the edge between a sky and a smooth wall is itself a textured line, at which the connection ends.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import torch
from PIL import Image
from scipy import ndimage
from torch import Tensor

from sat2density.data.images import MASK_FILTER, PICTURE_FILTER, to_bytes
from sat2density.errors import ShapeError

WORKING_WIDTH: Final = 512
"""Pictures are looked at with this width: texture means the same at every resolution, and time is bounded."""

PANORAMA_ASPECT: Final = 1.9
"""At least this wide, a picture is taken for a full turn: its sides meet, and its middle row is the horizon."""

_LUMINANCE: Final = np.array([0.299, 0.587, 0.114], np.float32)


def estimate_sky(image: Tensor) -> Tensor:
    """Estimate where the sky is.

    Args:
        image: (3, H, W) in [0, 1], upright. At least `PANORAMA_ASPECT` wide: a panorama with the horizon in the middle.

    Returns:
        float32 (1, H, W): 1 = sky, 0 = not.

    Raises:
        ShapeError: another shape.

    """
    if image.ndim != 3 or image.shape[0] != 3:
        raise ShapeError(f"sky: expected an image (3, H, W), got {tuple(image.shape)}")
    height, width = image.shape[1:]
    working = (WORKING_WIDTH, max(8, round(WORKING_WIDTH * height / width)))
    pixels = np.asarray(Image.fromarray(to_bytes(image)).resize(working, PICTURE_FILTER), np.float32) / 255
    panorama = width >= PANORAMA_ASPECT * height
    sky = _tidy(sky_score(pixels, panorama) > 0, panorama)
    mask = Image.fromarray(sky.astype(np.uint8)).resize((width, height), MASK_FILTER)
    return torch.from_numpy(np.array(mask, np.float32))[None]


def sky_score(pixels: np.ndarray, panorama: bool) -> np.ndarray:
    """Return the log-odds that a pixel is sky, float32 (H, W), from colour, texture and the horizon alone.

    Args:
        pixels: float32 (H, W, 3) in [0, 1] at `WORKING_WIDTH`.
        panorama: whether left and right meet, and nothing below the middle row can be sky.

    """
    luminance = pixels @ _LUMINANCE
    bright = float(np.percentile(luminance[: len(luminance) // 2], 90))
    relative = luminance / max(bright, 0.05)
    blueness = pixels[..., 2] - pixels[..., :2].max(axis=2)
    # A dark picture has less contrast, though not in proportion (noise, compression): hence the root.
    texture = _texture(luminance) / np.sqrt(max(bright, 0.25))
    score = 1.5 + (5 * (relative - 0.55)).clip(-2.5, 2) + (20 * blueness).clip(-0.7, 3) - (60 * texture).clip(0, 4)
    if panorama:
        score[score.shape[0] // 2 :] = -10
    return score.astype(np.float32)


def _texture(luminance: np.ndarray) -> np.ndarray:
    """Standard deviation of the luminance in windows of 5 x 5 pixels."""
    mode = ("nearest", "wrap")
    mean = ndimage.uniform_filter(luminance, 5, mode=mode)
    square = ndimage.uniform_filter(luminance**2, 5, mode=mode)
    return np.sqrt(np.maximum(square - mean**2, 0))


def _tidy(sky: np.ndarray, panorama: bool) -> np.ndarray:
    """Close small gaps in what is not sky, keep the sky that reaches the upper edge, and fill specks in it."""
    turn = sky.shape[1] if panorama else 0
    padded = np.pad(sky, ((0, 0), (turn // 4, turn // 4)), mode="wrap")
    ground = ndimage.binary_closing(np.pad(~padded, 8, mode="edge"), iterations=3)[8:-8, 8:-8]
    labels, _ = ndimage.label(~ground)
    top = np.unique(labels[: max(1, len(sky) // 64)])
    connected = np.isin(labels, top[top > 0])
    specks, count = ndimage.label(~connected)
    if count:
        sizes = ndimage.sum_labels(np.ones_like(specks), specks, np.arange(1, count + 1))
        small = np.flatnonzero(sizes < sky.size / 1000) + 1
        connected |= np.isin(specks, small)
    return connected[:, turn // 4 : turn // 4 + sky.shape[1]]

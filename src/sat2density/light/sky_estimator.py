"""An own estimator of the sky in a ground picture: no download, no training data, no learned
weights.

What it goes by: the sky is smooth, bright for its picture or blue, reaches the upper edge, and in a
panorama ends at the horizon. Two steps:

1. Seeds: each pixel gets a score from brightness, blueness and texture; what scores well and hangs
   together with the upper edge is sky for sure. Texture weighs most: the edge between a sky and a
   smooth wall is itself a textured line, at which the connection ends.
2. Growth: the seeds' colour, blurred, says what the sky looks like hereabouts; pixels like it join,
   up to the edge of leaves and through gaps under crowns. Then small gaps in crowns are closed, and
   specks in the sky are filled.

Measured in docs/decisions/data.md.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import torch
from PIL import Image
from scipy import ndimage
from torch import Tensor

from sat2density.conventions import LUMINANCE
from sat2density.errors import ShapeError
from sat2density.images import MASK_FILTER, PICTURE_FILTER, to_bytes

WORKING_WIDTH: Final = 512
"""Pictures are looked at with this width: texture means the same at every resolution, and time is
bounded.
"""

TALLEST: Final = 4.0
"""Pictures that are taller than this many times their width are looked at as if they were that
tall: 1 x 1000 pixels would else become 512 x 512,000.
"""

PANORAMA_ASPECT: Final = 1.9
"""At least this wide, a picture is taken for a full turn: its sides meet, and its middle row is the
horizon.
"""

_SURE: Final = 0.5
"""Score of a seed."""

_REACH: Final = 6
"""Width (sigma, in pixels) over which the sky's colour is taken to be the same."""

_LIKE: Final = 0.2
"""A pixel is like the sky when no channel differs by more than this share of the picture's
brightness.
"""

_ALIKE: Final = 0.1
"""Sky that hangs together with no seed must be as like as this on average, and have `_LEAST`
pixels.
"""

_LEAST: Final = 40
_GAP: Final = 3
"""Gaps in crowns up to twice as many pixels wide are closed."""

_SPECK: Final = 1 / 1500
"""Smaller shares of the picture are specks."""

_LUMINANCE: Final = np.array(LUMINANCE, np.float32)


def working_size(size: tuple[int, int], width: int = WORKING_WIDTH) -> tuple[int, int]:
    """Return the size at which a picture is looked at, bounded in proportions and so in area.

    Args:
        size: (width, height) of the picture.
        width: width to look at it with.

    Returns:
        (width, height): the picture's proportions, at least 8 and at most `TALLEST` x `width`
        pixels high.

    Example:
        >>> working_size((1024, 512)), working_size((1, 1000))
        ((512, 256), (512, 2048))

    """
    height = round(min(width * size[1] / size[0], TALLEST * width))
    return width, max(8, height)


def estimate_sky(image: Tensor) -> Tensor:
    """Estimate where the sky is.

    Args:
        image: (3, H, W) in [0, 1], upright. At least `PANORAMA_ASPECT` wide: a panorama with the
            horizon in the middle.

    Returns:
        float32 (1, H, W): 1 = sky, 0 = not.

    Raises:
        ShapeError: another shape.

    """
    if image.ndim != 3 or image.shape[0] != 3:
        raise ShapeError(f"sky: expected an image (3, H, W), got {tuple(image.shape)}")
    height, width = image.shape[1:]
    working = working_size((width, height))
    pixels = (
        np.asarray(Image.fromarray(to_bytes(image)).resize(working, PICTURE_FILTER), np.float32)
        / 255
    )
    panorama = width >= PANORAMA_ASPECT * height
    turn = working[0] // 4 if panorama else 0  # what meets at the sides is seen whole
    sky = _grow(np.pad(pixels, ((0, 0), (turn, turn), (0, 0)), mode="wrap"), panorama)[
        :, turn : turn + working[0]
    ]
    mask = Image.fromarray(sky.astype(np.uint8)).resize((width, height), MASK_FILTER)
    return torch.from_numpy(np.array(mask, np.float32))[None]


def sky_score(pixels: np.ndarray, panorama: bool) -> np.ndarray:
    """Return how much a pixel looks like sky, float32 (H, W), above 0 = more than not, from itself
    and its neighbours.

    Args:
        pixels: float32 (H, W, 3) in [0, 1] at `WORKING_WIDTH`.
        panorama: whether nothing below the middle row can be sky.

    """
    luminance = pixels @ _LUMINANCE
    bright = _brightness(pixels)
    relative = luminance / bright
    blueness = pixels[..., 2] - pixels[..., :2].max(axis=2)
    # A dark picture has less contrast, though not in proportion (noise, compression): hence the
    # root.
    texture = _texture(luminance) / np.sqrt(max(bright, 0.25))
    score = (
        1.5
        + (5 * (relative - 0.55)).clip(-2.5, 2)
        + (20 * blueness).clip(-0.7, 3)
        - (60 * texture).clip(0, 4)
    )
    if panorama:
        score[score.shape[0] // 2 :] = -10
    return score.astype(np.float32)


def _brightness(pixels: np.ndarray) -> float:
    """Return the luminance that a tenth of the upper half exceeds: the sky's, where there is
    any.
    """
    return max(float(np.percentile(pixels[: len(pixels) // 2] @ _LUMINANCE, 90)), 0.05)


def _texture(luminance: np.ndarray) -> np.ndarray:
    """Standard deviation of the luminance in windows of 5 x 5 pixels."""
    mean = ndimage.uniform_filter(luminance, 5, mode="nearest")
    square = ndimage.uniform_filter(luminance**2, 5, mode="nearest")
    return np.sqrt(np.maximum(square - mean**2, 0))


def _grow(pixels: np.ndarray, panorama: bool) -> np.ndarray:
    """Return bool (H, W): the sky grown from its seeds."""
    seeds = _seeds(sky_score(pixels, panorama) > _SURE)
    if not seeds.any():
        return seeds
    difference = np.abs(pixels - _colour_hereabouts(pixels, seeds)).max(axis=2) / _brightness(
        pixels
    )
    like = difference < _LIKE
    if panorama:
        like[len(like) // 2 :] = False
    sky = ~_closed(~(seeds | like))
    labels, _ = ndimage.label(sky)
    sizes = np.bincount(labels.ravel())
    means = np.bincount(labels.ravel(), difference.ravel()) / np.maximum(sizes, 1)
    keep = (sizes >= _LEAST) & (means < _ALIKE)
    keep[np.unique(labels[seeds])] = True
    # Number 0 is what is no sky.
    keep[0] = False
    return _without_specks(keep[labels])


def _seeds(sure: np.ndarray) -> np.ndarray:
    """Return what reaches the upper edge by more than a thread; under a tree, where nothing does,
    the largest.
    """
    # A pixel less all round: a thread of sky between two roofs joins nothing. The picture's edge is
    # no edge of the sky.
    labels, _ = ndimage.label(ndimage.binary_erosion(sure, border_value=1))
    sizes = np.bincount(labels.ravel())
    sizes[0] = 0
    at_top = np.unique(labels[: max(1, len(sure) // 64)])
    if sizes[at_top].sum() < sure.size / 100:
        at_top = np.array([sizes.argmax()])
    seeds = np.isin(labels, at_top[at_top > 0])
    return ndimage.binary_dilation(seeds, mask=sure)


def _colour_hereabouts(pixels: np.ndarray, seeds: np.ndarray) -> np.ndarray:
    """Blur the seeds' colours over their surroundings, (H, W, 3); far from any seed it is their
    mean.
    """
    # The mean colour of all seeds counts where the blurred ones have faded away.
    far = 1e-3
    weight = ndimage.gaussian_filter(seeds.astype(np.float32), _REACH, mode="nearest")[..., None]
    blurred = ndimage.gaussian_filter(
        pixels * seeds[..., None], (_REACH, _REACH, 0), mode="nearest"
    )
    return (blurred + far * pixels[seeds].mean(axis=0)) / (weight + far)


def _closed(ground: np.ndarray) -> np.ndarray:
    """Close small gaps in what is not sky."""
    # Closing takes what lies outside for sky, and would eat into the ground at the edges.
    padding = 2 * _GAP
    closed = ndimage.binary_closing(np.pad(ground, padding, mode="edge"), iterations=_GAP)
    return closed[padding:-padding, padding:-padding]


def _without_specks(sky: np.ndarray) -> np.ndarray:
    """Fill specks in the sky: flare, birds, wires."""
    labels, _ = ndimage.label(~sky)
    small = np.bincount(labels.ravel()) < sky.size * _SPECK
    small[0] = False
    return sky | small[labels]

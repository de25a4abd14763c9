"""From a photograph to the pixels of its sky: what a `Lighting` keeps."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
from torch import Tensor

from sat2density.errors import InputError
from sat2density.images import (
    Picture,
    is_path,
    picture_size,
    read_image,
    read_mask,
    resize_mask,
    to_bytes,
)
from sat2density.light.histogram import SKY_SIZE
from sat2density.light.sky_estimator import WORKING_WIDTH, estimate_sky, working_size

ASPECT_TOLERANCE: Final = 0.02
"""A mask's proportions may differ from its picture's by this share (rounding when both were
resized).
"""


def sky_of_photo(photo: Picture, mask: Picture | None) -> tuple[str, np.ndarray]:
    """Return a photograph's name and its sky, uint8 (128, 512, 4): colours and mask.

    Args:
        photo: as `images.read_image` takes it.
        mask: as `images.read_mask` takes it; None estimates it.

    Raises:
        InputError: see `Lighting.from_photo`.

    """
    name = Path(photo).stem if is_path(photo) else "photo"
    where = str(photo) if is_path(photo) else name
    # Files are made small while they are still bytes: the largest allowed would take gigabytes
    # as floats.
    whole = photo if is_path(photo) else read_image(photo)
    size = _size(whole)
    image = read_image(whole, size=SKY_SIZE)
    if mask is None:
        area = resize_mask(estimate_sky(_for_estimate(whole, size)), SKY_SIZE)
    else:
        drawn = mask if is_path(mask) else read_mask(mask)
        words = f"the mask {mask}" if is_path(mask) else "its mask"
        _check_same_proportions(where, size, words, _size(drawn))
        area = read_mask(drawn, SKY_SIZE)
    pixels, alpha = to_bytes(image), to_bytes(area)
    if alpha.max() < 128:
        raise _no_sky(where, mask is not None)
    return name, sky_pixels(pixels, alpha)


def sky_pixels(pixels: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Join colours and mask, and drop what is no sky: only the light is kept, not the place.

    Args:
        pixels: uint8 (H, W, 3).
        mask: uint8 (H, W), 0 where there is no sky.

    """
    sky = np.dstack([pixels, mask])
    sky[mask == 0] = 0
    return sky


def _size(picture: str | Path | Tensor) -> tuple[int, int]:
    """Return (width, height)."""
    if isinstance(picture, Tensor):
        return picture.shape[2], picture.shape[1]
    return picture_size(picture)


def _no_sky(where: str, masked: bool) -> InputError:
    if masked:
        return InputError(
            f"{where}: its mask shows no sky; give one in which sky is white, or leave it out, so "
            f"that the sky is estimated"
        )
    return InputError(
        f"{where}: no sky was found in it; give a mask of its sky (PHOTO::MASK), or use a preset"
    )


def _for_estimate(photo: str | Path | Tensor, size: tuple[int, int]) -> Tensor:
    if isinstance(photo, Tensor):
        return photo
    return read_image(photo, size=working_size(size, min(size[0], 2 * WORKING_WIDTH)))


def _check_same_proportions(
    photo: str, size: tuple[int, int], mask: str, mask_size: tuple[int, int]
) -> None:
    if abs(size[0] * mask_size[1] / (size[1] * mask_size[0]) - 1) > ASPECT_TOLERANCE:
        raise InputError(
            f"{photo}: is {size[0]}x{size[1]} pixels and {mask} {mask_size[0]}x{mask_size[1]}: "
            "not the same picture; give the mask that belongs to it"
        )

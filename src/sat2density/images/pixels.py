"""Pixels in memory: bytes to tensors and back, resizing, cutting a square."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Final, get_args

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from sat2density.conventions import Crop
from sat2density.errors import InputError, ShapeError, unknown_name

PICTURE_FILTER: Final = Image.Resampling.BICUBIC
MASK_FILTER: Final = Image.Resampling.NEAREST

CROPS: Final[tuple[Crop, ...]] = get_args(Crop)
"""How a square can be cut out of a picture that is not one: the largest square at that side, or in
the middle.
"""


BEYOND: Final = 0.25
"""Values may leave [0, 1] by this much (resizing overshoots); more is another range, such as 0 to
255.
"""


def check_range(image: Tensor, what: str) -> None:
    """Refuse a picture (any shape) whose values are not those of [0, 1].

    Args:
        image: of any shape.
        what: what the message calls it.

    Raises:
        ShapeError: values that are not finite, or outside [0, 1] by more than `BEYOND`.

    """
    if not image.numel():
        raise ShapeError(f"{what}: is empty, of the shape {tuple(image.shape)}")
    least = float(image.min())
    most = float(image.max())
    if not (math.isfinite(least) and math.isfinite(most)):
        raise ShapeError(f"{what}: holds values that are not finite")
    if least < -BEYOND or most > 1 + BEYOND:
        raise ShapeError(
            f"{what}: expected values in [0, 1], got {least:.4g} to {most:.4g}; divide 8-bit "
            f"values by 255"
        )


def to_bytes(image: Tensor) -> np.ndarray:
    """Return (3, H, W) or (1, H, W) in [0, 1] as uint8 (H, W, 3) or (H, W): round(255 x), so that
    reading inverts it.

    Args:
        image: on any device; values outside [0, 1] are clamped.

    Raises:
        ShapeError: another shape, or values that are not finite.

    """
    if image.ndim != 3 or image.shape[0] not in (1, 3):
        raise ShapeError(f"picture: expected (3, H, W) or (1, H, W), got {tuple(image.shape)}")
    values = image.detach().to("cpu", torch.float32)
    if not torch.isfinite(values).all():
        raise ShapeError("picture: holds values that are not finite")
    pixels = (
        (values.clamp(0, 1) * 255).round().to(torch.uint8).permute(1, 2, 0).contiguous().numpy()
    )
    return pixels[..., 0] if pixels.shape[2] == 1 else pixels


def from_bytes(pixels: np.ndarray) -> Tensor:
    """Return uint8 (H, W, 3) or (H, W) as float32 (3, H, W) or (1, H, W) in [0, 1].

    Args:
        pixels: uint8 (H, W, 3) or (H, W).

    """
    planes = pixels[..., None] if pixels.ndim == 2 else pixels
    return torch.from_numpy(np.array(planes.transpose(2, 0, 1), np.float32)).div_(255)


def resize_image(image: Tensor, size: tuple[int, int]) -> Tensor:
    """Resize a picture through 8 bits with `PICTURE_FILTER`, as Pillow does it for files.

    Args:
        image: (3, H, W) in [0, 1].
        size: (width, height) in pixels.

    """
    return from_bytes(resized(to_bytes(image), size, PICTURE_FILTER))


def resize_mask(mask: Tensor, size: tuple[int, int]) -> Tensor:
    """Resize a mask through 8 bits by the nearest pixel: no values arise between sky and ground.

    Args:
        mask: (1, H, W) in [0, 1].
        size: (width, height) in pixels.

    """
    return from_bytes(resized(to_bytes(mask), size, MASK_FILTER))


def crop_square(pixels: np.ndarray, crop: str, path: str | Path) -> np.ndarray:
    """Cut the largest square out of a picture.

    Args:
        pixels: (H, W, ...).
        crop: one of `CROPS`: the side, or the middle, that is kept.
        path: the file, for messages.

    Raises:
        InputError: unknown crop, or one that would not make a square (left of a tall picture).

    """
    if crop not in CROPS:
        raise unknown_name("crop", crop, CROPS)
    height, width = pixels.shape[:2]
    side = min(height, width)
    if (crop in ("left", "right") and height > width) or (
        crop in ("top", "bottom") and width > height
    ):
        raise InputError(
            f"{path}: is {width}x{height} pixels; --crop {crop} would not make it square, say "
            f"--crop centre"
        )
    row, column = {
        "centre": ((height - side) // 2, (width - side) // 2),
        "right": (0, width - side),
        "bottom": (height - side, 0),
    }.get(crop, (0, 0))
    return pixels[row : row + side, column : column + side]


def resized(
    pixels: np.ndarray, size: int | tuple[int, int] | None, resample: Image.Resampling
) -> np.ndarray:
    """Resize decoded pixels; 16 bits go through float so that none are lost.

    Args:
        pixels: uint8 (H, W, 3) or (H, W), or uint16 (H, W).
        size: side of a square, or (width, height), in pixels; None changes nothing.
        resample: a filter of Pillow's.

    Raises:
        InputError: a side below one pixel.

    """
    if size is None:
        return pixels
    target = (size, size) if isinstance(size, int) else (int(size[0]), int(size[1]))
    if min(target) < 1:
        raise InputError(f"size: must be at least 1 pixel, not {target[0]}x{target[1]}")
    if target == (pixels.shape[1], pixels.shape[0]):
        return pixels
    if pixels.dtype == np.uint16:
        resized = np.asarray(Image.fromarray(pixels.astype(np.float32)).resize(target, resample))
        return resized.round().clip(0, 65535).astype(np.uint16)
    return np.asarray(Image.fromarray(pixels).resize(target, resample))


def to_tensor(pixels: np.ndarray) -> Tensor:
    """Return decoded pixels as float32 (3, H, W) in [0, 1].

    Args:
        pixels: uint8 (H, W, 3) or (H, W), or uint16 (H, W); grey is repeated in three channels.

    """
    if pixels.dtype == np.uint16:
        plane = torch.from_numpy(pixels.astype(np.float32)).div_(65535)[None]
    else:
        plane = from_bytes(pixels)
    return plane.expand(3, -1, -1).contiguous() if plane.shape[0] == 1 else plane


def middle(values: Tensor, side: int) -> Tensor:
    """Return the middle of square maps.

    Args:
        values: (..., S, S).
        side: width of the middle, pixels; S - side must be even.

    Returns:
        (..., side, side), a view.

    """
    rim = (values.shape[-1] - side) // 2
    return values[..., rim : rim + side, rim : rim + side]

"""Pictures and masks as people have them: a path, a PIL picture, an array or a tensor.

Whole numbers are bytes and go through the same assumptions as files (`assumptions`); floating point
is [0, 1] and keeps its precision. Whatever cannot be taken for a picture is refused in a sentence.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, TypeGuard

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import Tensor

from sat2density.conventions import LUMINANCE
from sat2density.errors import InputError, ShapeError
from sat2density.images.assumptions import Samples, to_picture
from sat2density.images.decoding import MAX_PIXELS, damage_named, decode, flat_pixels
from sat2density.images.pixels import check_range, to_tensor

Picture = str | Path | Image.Image | np.ndarray | Tensor
"""One picture: a path, a PIL picture, an array (H, W, 3) of bytes or (3, H, W) of floats in [0, 1],
or a tensor (3, H, W).
"""

Pictures = Picture | Sequence[Picture]
"""One picture, or a list of them."""

FORMS: Final = (
    "a path, a PIL picture, an array (H, W, 3) of bytes or (3, H, W) of floats in [0, 1], or a "
    "tensor (3, H, W)"
)
"""What messages say may be given."""


def is_path(value: Any) -> TypeGuard[str | Path]:
    """Whether a value names a file.

    Args:
        value: anything.

    """
    return isinstance(value, str | os.PathLike)


def name_of(value: Any, what: str) -> str:
    """Return what messages call a picture: its path, or what it is for.

    Args:
        value: the picture, as it was given.
        what: what it is for, such as "tile".

    """
    return str(value) if is_path(value) else what


def pixels_of(value: Picture, what: str = "picture") -> np.ndarray | Tensor:
    """Return a picture's pixels: bytes for what is made of bytes, floats for what is made of them.

    Args:
        value: see `Picture`. Of three dimensions, bytes in arrays have their channels last, floats
            and tensors first; the other way round is understood where only that can be meant.
            Grey and a fourth channel (transparency: black shows through) are taken as well.
        what: what messages call it.

    Returns:
        uint8 (H, W, 3) or (H, W), or uint16 (H, W); or a float32 tensor (3, H, W) in [0, 1], where
        the values were floats.

    Raises:
        ShapeError: another kind, shape or range. InputError: a file that cannot be read.

    """
    if is_path(value):
        return decode(value).pixels
    if isinstance(value, Image.Image):
        return _of_pillow(value, what)
    if isinstance(value, Tensor):
        if value.is_floating_point():
            return _floats(value, what)
        return _whole_numbers(_array(value), what, last=False)
    if isinstance(value, np.ndarray):
        if value.dtype.kind == "f":
            return _floats(torch.from_numpy(np.array(value, np.float32)), what)
        return _whole_numbers(value, what, last=True)
    raise ShapeError(f"{what}: give {FORMS}, not {type(value).__name__}")


def as_image(value: Picture, what: str = "picture") -> Tensor:
    """Return one picture as float32 (3, H, W) in [0, 1].

    Args:
        value: see `Picture`.
        what: what messages call it.

    Raises:
        ShapeError: another kind, shape or range. InputError: a file that cannot be read.

    """
    pixels = pixels_of(value, what)
    return pixels if isinstance(pixels, Tensor) else to_tensor(pixels)


def mask_pixels(value: Picture, what: str = "mask") -> np.ndarray | Tensor:
    """Return a mask's pixels; one of only zeros and ones is taken at its word.

    Args:
        value: see `Picture`; also (H, W) or (1, H, W), and truth values. Colour is reduced to
            luminance.
        what: what messages call it.

    Returns:
        uint8 or uint16 (H, W), 0 and 255 where it held zeros and ones; or float32 (1, H, W).

    Raises:
        ShapeError: another kind, shape or range. InputError: a file that cannot be read.

    """
    pixels = pixels_of(value, what)
    if isinstance(pixels, Tensor):
        grey = torch.tensor(LUMINANCE)[:, None, None].to(pixels)
        same = bool((pixels[0] == pixels[1]).all() and (pixels[0] == pixels[2]).all())
        return pixels[:1] if same else (pixels * grey).sum(0, keepdim=True)
    if pixels.ndim == 3:
        pixels = np.asarray(Image.fromarray(pixels).convert("L"))
    one = 257 if pixels.dtype == np.uint16 else 1  # 8-bit values in 16 bits were spread
    return (pixels // one * 255).astype(np.uint8) if pixels.max(initial=0) == one else pixels


def are_many(value: Any) -> TypeGuard[Sequence[Any]]:
    """Whether several pictures are given: a list or a tuple.

    Args:
        value: anything.

    """
    return isinstance(value, list | tuple)


def stacked(images: Sequence[Tensor], what: str) -> Tensor:
    """Return pictures (C, H, W) of one size as one tensor (B, C, H, W).

    Args:
        images: at least one.
        what: what the message calls one of them.

    Raises:
        ShapeError: none, or different sizes.

    """
    if not images:
        raise ShapeError(f"{what}: the list is empty")
    for number, image in enumerate(images, start=1):
        if image.shape != images[0].shape:
            raise ShapeError(
                f"{what} {number}: is {image.shape[-1]}x{image.shape[-2]} pixels and the first "
                f"{images[0].shape[-1]}x{images[0].shape[-2]}; say size= to make them fit"
            )
    return torch.stack([image.to(images[0].device) for image in images])


def _array(value: Tensor) -> np.ndarray:
    return value.detach().cpu().numpy()


def _of_pillow(picture: Image.Image, what: str) -> np.ndarray:
    width, height = picture.size
    if width * height > MAX_PIXELS or min(picture.size) < 1:
        raise InputError(
            f"{what}: {width}x{height} pixels cannot be taken; give 1 to {MAX_PIXELS:,}"
        )
    with damage_named(what):  # a file that Pillow opened is decoded only now
        upright = ImageOps.exif_transpose(picture)
    if upright.mode.startswith("I"):
        nothing = upright.info.get("transparency")
        return to_picture(Samples(np.asarray(upright)[..., None], 1, nothing), what)
    if upright.mode == "F":
        raise InputError(
            f"{what}: a PIL picture of floating-point numbers has no white; give them as an array "
            f"(3, H, W) in [0, 1]"
        )
    return flat_pixels(upright)


def _whole_numbers(array: np.ndarray, what: str, last: bool) -> np.ndarray:
    if array.dtype.kind not in "iub":
        raise ShapeError(f"{what}: expected bytes or floats in [0, 1], not {array.dtype}")
    bands = _arranged(array, what, last)
    if bands.dtype.kind == "b":
        return bands[..., 0].astype(np.uint8) * 255
    return to_picture(Samples(bands, bands.shape[2]), what)


def _arranged(array: np.ndarray, what: str, last: bool) -> np.ndarray:
    """Return (H, W, C) with C of 1, 3 or 4; `last` says where channels are sought first."""
    bands = array[..., None] if array.ndim == 2 else array
    if bands.ndim == 3:
        for at in (2, 0) if last else (0, 2):
            if bands.shape[at] in (1, 3, 4) and bands.size:
                return bands if at == 2 else bands.transpose(1, 2, 0)
    shapes = "(H, W, 3) or (H, W)" if last else "(3, H, W) or (H, W)"
    raise ShapeError(f"{what}: expected {shapes}, got {tuple(array.shape)}")


def _floats(image: Tensor, what: str) -> Tensor:
    """Return float32 (3, H, W) in [0, 1] of floats with their channels first, else last."""
    check_range(image, what)
    planes = image[None] if image.ndim == 2 else image
    if planes.ndim == 3 and planes.shape[0] not in (1, 3, 4) and planes.shape[2] in (1, 3, 4):
        planes = planes.permute(2, 0, 1)
    if planes.ndim != 3 or planes.shape[0] not in (1, 3, 4):
        raise ShapeError(f"{what}: expected (3, H, W), got {tuple(image.shape)}")
    planes = planes.detach().float().clamp(0, 1)
    if len(planes) == 4:
        planes = planes[:3] * planes[3:]
    return planes.expand(3, -1, -1).contiguous()

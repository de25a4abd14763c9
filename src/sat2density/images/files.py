"""Pictures and masks from files and from memory, and pictures to files."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, cast

from PIL import Image
from torch import Tensor

from sat2density.errors import OutputError
from sat2density.files import atomic_path
from sat2density.images.given import (
    Picture,
    Pictures,
    are_many,
    mask_pixels,
    name_of,
    pixels_of,
    stacked,
)
from sat2density.images.pixels import (
    MASK_FILTER,
    PICTURE_FILTER,
    crop_square,
    resize_mask,
    resized,
    to_bytes,
    to_tensor,
)

SUFFIXES: Final = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp")
"""Endings under which pictures are looked for in a folder and written."""


def read_image(
    path: Pictures, *, crop: str | None = None, size: int | tuple[int, int] | None = None
) -> Tensor:
    """Read a picture as float32 (3, H, W) in [0, 1], turned upright by its EXIF tag, without its
    alpha.

    Grey becomes three equal channels; 16-bit grey keeps its precision, 16-bit colours are read in
    8 bits; what is transparent becomes black. Dark 16-bit values (reflectance, 12 bits) are
    stretched, bands beyond the third left out, and south-up rasters turned, each with a notice
    (`notices.Notice`; docs/robustness.md).

    Args:
        path: a PNG, JPEG, WebP, TIFF or BMP file; or a PIL picture, an array (H, W, 3) of bytes or
            (3, H, W) of floats in [0, 1], or a tensor (3, H, W); or a list of these, of one size or
            with `size`, for (B, 3, H, W).
        crop: one of `CROPS`: cut the largest square out of a picture that is not square; None keeps
            it whole.
        size: the side of a square or (width, height) in pixels to resize to (`PICTURE_FILTER`);
            None keeps the size.

    Raises:
        InputError: the file is missing, empty, damaged, too large or no picture; `crop` is unknown.
        ShapeError: what is given in memory is no picture, or has values outside [0, 1].

    """
    if are_many(path):
        images = [read_image(one, crop=crop, size=size) for one in path]
        return stacked(images, "picture")
    picture = cast(Picture, path)
    what = name_of(picture, "picture")
    pixels = pixels_of(picture, what)
    if isinstance(pixels, Tensor):
        if crop is None and size is None:
            return pixels
        pixels = to_bytes(pixels)
    if crop is not None:
        pixels = crop_square(pixels, crop, what)
    return to_tensor(resized(pixels, size, PICTURE_FILTER))


def read_mask(path: Pictures, size: tuple[int, int] | None = None) -> Tensor:
    """Read a mask as float32 (1, H, W) in [0, 1], 1 = sky; one of only zeros and ones is taken
    at its word.

    Args:
        path: a picture as `read_image` takes it, also (H, W) or (1, H, W) and truth values; colour
            is reduced to luminance. A list of these gives (B, 1, H, W).
        size: (width, height) to resize to by the nearest pixel; None keeps the size.

    Raises:
        InputError: as `read_image`.

    """
    if are_many(path):
        return stacked([read_mask(one, size) for one in path], "mask")
    pixels = mask_pixels(cast(Picture, path), name_of(path, "mask"))
    if isinstance(pixels, Tensor):
        return pixels if size is None else resize_mask(pixels, size)
    return to_tensor(resized(pixels, size, MASK_FILTER))[:1]


def save_image(path: str | Path, image: Tensor) -> None:
    """Write (3, H, W) or (1, H, W) in [0, 1] as an 8-bit picture, complete or not at all; the
    suffix says the format.

    Values are clamped to [0, 1] and rounded. JPEG and WebP are written at quality 95.

    Args:
        path: name with one of `SUFFIXES`; a file of that name is replaced.
        image: (3, H, W) or (1, H, W) in [0, 1].

    Raises:
        ShapeError: `image` has another shape, or is not finite.
        OutputError: the suffix is none of `SUFFIXES`, or the file cannot be written.

    """
    path = Path(path)
    if path.suffix.lower() not in SUFFIXES:
        raise OutputError(
            f"{path}: '{path.suffix}' is no kind of picture; use one of {', '.join(SUFFIXES)}"
        )
    picture = Image.fromarray(to_bytes(image))
    options: dict[str, Any] = (
        {} if path.suffix.lower() in (".png", ".bmp", ".tif", ".tiff") else {"quality": 95}
    )
    with atomic_path(path) as temporary:
        picture.save(temporary, **options)

"""Pictures, tiles and masks from files, and pictures to files."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
from PIL import Image
from torch import Tensor

from sat2density.errors import InputError, OutputError
from sat2density.files import atomic_path
from sat2density.images.decoding import decode
from sat2density.images.georeference import Georeference
from sat2density.images.pixels import (
    CROPS,
    MASK_FILTER,
    PICTURE_FILTER,
    crop_square,
    resized,
    to_bytes,
    to_tensor,
)
from sat2density.notices import notice

SUFFIXES: Final = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp")
"""Endings under which pictures are looked for in a folder and written."""

SQUARE_TOLERANCE: Final = 0.01
"""A tile whose sides differ by at most this share counts as square (a pixel lost in a
reprojection).
"""

SCALE_TOLERANCE: Final = 0.02
"""A georeferenced tile may be wider or narrower than asked for by this share without a word."""


def read_image(
    path: str | Path, *, crop: str | None = None, size: int | tuple[int, int] | None = None
) -> Tensor:
    """Read a picture as float32 (3, H, W) in [0, 1], turned upright by its EXIF tag, without its
    alpha.

    Grey becomes three equal channels; 16-bit grey keeps its precision, 16-bit colours are read in
    8 bits; what is transparent becomes black. Dark 16-bit values (reflectance, 12 bits) are
    stretched, bands beyond the third left out, and south-up rasters turned, each with a notice
    (`notices.Notice`; docs/robustness.md).

    Args:
        path: a PNG, JPEG, WebP, TIFF or BMP file.
        crop: one of `CROPS`: cut the largest square out of a picture that is not square; None keeps
            it whole.
        size: the side of a square or (width, height) in pixels to resize to (`PICTURE_FILTER`);
            None keeps the size.

    Raises:
        InputError: the file is missing, empty, damaged, too large or no picture; `crop` is unknown.

    """
    pixels = decode(path).pixels
    if crop is not None:
        pixels = crop_square(pixels, crop, path)
    return to_tensor(resized(pixels, size, PICTURE_FILTER))


def read_tile(
    path: str | Path, size: int, crop: str | None = None, extent_m: float | None = None
) -> Tensor:
    """Read a satellite tile as float32 (3, size, size) in [0, 1].

    Args:
        path: a picture file.
        size: the side to resize to, pixels.
        crop: one of `CROPS`; None refuses a picture that is not square.
        extent_m: the side the tile should have, metres; a georeferenced file of another size is
            told of by a notice (`notices.Notice`).

    Raises:
        InputError: as `read_image`, and when the picture is not square and `crop` does not say how
            to cut it.

    """
    pixels, place = decode(path)
    height, width = pixels.shape[:2]
    if crop is not None:
        pixels = crop_square(pixels, crop, path)
    elif abs(height - width) > SQUARE_TOLERANCE * max(height, width):
        raise InputError(
            f"{path}: the tile is {width}x{height} pixels, not square; cut a square around the "
            f"camera, "
            f"or say --crop centre (choices: {', '.join(CROPS)})"
        )
    if place is not None and extent_m is not None:
        _compare_scale(path, place, pixels.shape[1], extent_m)
    return to_tensor(resized(pixels, size, PICTURE_FILTER))


def _compare_scale(path: str | Path, place: Georeference, side: int, extent_m: float) -> None:
    """Say where a file's own scale differs from the one it is used with."""
    own_m = max(place.size_m(side, side))
    if abs(own_m / extent_m - 1) <= SCALE_TOLERANCE:
        return
    cut = round(side * extent_m / own_m)
    start = (side - cut) // 2
    remedy = (
        f"cut {extent_m:g} m around the camera, such as: gdal_translate -srcwin {start} {start} "
        f"{cut} {cut} {Path(path).name} {Path(path).stem}-cut.tif"
        if 0 < cut < side
        else f"fetch {extent_m:g} m around the camera"
    )
    notice(
        f"{path}: is {own_m:.4g} m wide by {place.source}, and these weights take it for "
        f"{extent_m:g} m: heights and distances in metres will be wrong by a factor of "
        f"{own_m / extent_m:.3g}; {remedy}"
    )


def read_mask(path: str | Path, size: tuple[int, int] | None = None) -> Tensor:
    """Read a mask as float32 (1, H, W) in [0, 1], 1 = sky; a file of only zeros and ones is taken
    at its word.

    Args:
        path: a picture file; colour is reduced to luminance.
        size: (width, height) to resize to by the nearest pixel; None keeps the size.

    Raises:
        InputError: as `read_image`.

    """
    pixels = decode(path).pixels
    if pixels.ndim == 3:
        pixels = np.asarray(Image.fromarray(pixels).convert("L"))
    one = 257 if pixels.dtype == np.uint16 else 1  # 8-bit values in 16 bits were spread
    if pixels.max(initial=0) == one:
        pixels = (pixels // one * 255).astype(np.uint8)
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

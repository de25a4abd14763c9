"""Picture files in and out: PNG, JPEG, WebP, TIFF and BMP, 8 and 16 bit, as float32 tensors in [0,
1].

Reading never trusts a file: its size is looked at before its pixels are decoded, and whatever a
decoder says about a damaged file becomes one `InputError` that names it. Resizing is Pillow's
bicubic (antialiased when shrinking) for pictures and nearest for masks: metrics differ by the
filter, so it is stated here and nowhere else.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any, Final, get_args

import numpy as np
import torch
from PIL import (
    BmpImagePlugin,
    Image,
    ImageOps,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)
from torch import Tensor

from sat2density.conventions import Crop
from sat2density.errors import InputError, OutputError, ShapeError, unknown_name
from sat2density.files import atomic_path

_DECODERS: Final = (
    PngImagePlugin,
    JpegImagePlugin,
    WebPImagePlugin,
    TiffImagePlugin,
    BmpImagePlugin,
)  # registers them

FORMATS: Final = ("PNG", "JPEG", "WEBP", "TIFF", "BMP")
"""What may be decoded here (JPEG includes the MPO of some phones); recognised by content, not by
the file's name.
"""

SUFFIXES: Final = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp")
"""Endings under which pictures are looked for in a folder and written."""

MAX_PIXELS: Final = 2**27
"""Larger pictures are refused before decoding: 16384 x 8192, the largest panorama in use, is just
allowed.
"""

PICTURE_FILTER: Final = Image.Resampling.BICUBIC
MASK_FILTER: Final = Image.Resampling.NEAREST

CROPS: Final[tuple[Crop, ...]] = get_args(Crop)
"""How a square can be cut out of a picture that is not one: the largest square at that side, or in
the middle.
"""

SQUARE_TOLERANCE: Final = 0.01
"""A tile whose sides differ by at most this share counts as square (a pixel lost in a
reprojection).
"""


def read_image(
    path: str | Path, *, crop: str | None = None, size: int | tuple[int, int] | None = None
) -> Tensor:
    """Read a picture as float32 (3, H, W) in [0, 1], turned upright by its EXIF tag, without its
    alpha.

    Grey becomes three equal channels, 16-bit grey keeps its precision, other 16-bit pictures are
    read in 8 bits (Pillow's decoder); what is transparent becomes black.

    Args:
        path: a PNG, JPEG, WebP, TIFF or BMP file.
        crop: one of `CROPS`: cut the largest square out of a picture that is not square; None keeps
            it whole.
        size: the side of a square or (width, height) in pixels to resize to (`PICTURE_FILTER`);
            None keeps the size.

    Raises:
        InputError: the file is missing, empty, damaged, too large or no picture; `crop` is unknown.

    """
    pixels = _decode(path)
    if crop is not None:
        pixels = _crop_square(pixels, crop, path)
    return _to_tensor(_resize(pixels, size, PICTURE_FILTER))


def read_tile(path: str | Path, size: int, crop: str | None = None) -> Tensor:
    """Read a satellite tile as float32 (3, size, size) in [0, 1].

    Raises:
        InputError: as `read_image`, and when the picture is not square and `crop` does not say how
            to cut it.

    """
    pixels = _decode(path)
    height, width = pixels.shape[:2]
    if crop is not None:
        pixels = _crop_square(pixels, crop, path)
    elif abs(height - width) > SQUARE_TOLERANCE * max(height, width):
        raise InputError(
            f"{path}: the tile is {width}x{height} pixels, not square; cut a square around the "
            f"camera, "
            f"or say --crop centre (choices: {', '.join(CROPS)})"
        )
    return _to_tensor(_resize(pixels, size, PICTURE_FILTER))


def read_mask(path: str | Path, size: tuple[int, int] | None = None) -> Tensor:
    """Read a mask as float32 (1, H, W) in [0, 1], 1 = sky; a file of only zeros and ones is taken
    at its word.

    Args:
        path: a picture file; colour is reduced to luminance.
        size: (width, height) to resize to by the nearest pixel; None keeps the size.

    Raises:
        InputError: as `read_image`.

    """
    pixels = _decode(path)
    if pixels.ndim == 3:
        pixels = np.asarray(Image.fromarray(pixels).convert("L"))
    if pixels.max(initial=0) == 1:
        pixels = (pixels * 255).astype(np.uint8)
    return _to_tensor(_resize(pixels, size, MASK_FILTER))[:1]


def save_image(path: str | Path, image: Tensor) -> None:
    """Write (3, H, W) or (1, H, W) in [0, 1] as an 8-bit picture, complete or not at all; the
    suffix says the format.

    Values are clamped to [0, 1] and rounded. JPEG and WebP are written at quality 95.

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


def to_bytes(image: Tensor) -> np.ndarray:
    """Return (3, H, W) or (1, H, W) in [0, 1] as uint8 (H, W, 3) or (H, W): round(255 x), so that
    reading inverts it.

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
    """Return uint8 (H, W, 3) or (H, W) as float32 (3, H, W) or (1, H, W) in [0, 1]."""
    planes = pixels[..., None] if pixels.ndim == 2 else pixels
    return torch.from_numpy(np.array(planes.transpose(2, 0, 1), np.float32)) / 255


def resize_image(image: Tensor, size: tuple[int, int]) -> Tensor:
    """Resize a picture (3, H, W) in [0, 1] to (width, height), through 8 bits, with
    `PICTURE_FILTER`.
    """
    return from_bytes(_resize(to_bytes(image), size, PICTURE_FILTER))


def resize_mask(mask: Tensor, size: tuple[int, int]) -> Tensor:
    """Resize a mask (1, H, W) in [0, 1] to (width, height), through 8 bits, by the nearest
    pixel.
    """
    return from_bytes(_resize(to_bytes(mask), size, MASK_FILTER))


def picture_size(path: str | Path) -> tuple[int, int]:
    """Return (width, height) of a picture as `read_image` would give it, without decoding its
    pixels.

    Raises:
        InputError: as `read_image`, as far as the header shows it.

    """
    with _opened(path) as picture:
        width, height = picture.size
        try:
            turned = picture.getexif().get(0x0112, 1) in (5, 6, 7, 8)
        except (
            Exception
        ) as error:  # a PNG's EXIF may stand after its pixels: Pillow then decodes them
            raise _damaged(path, error) from error
    return (height, width) if turned else (width, height)


def _opened(path: str | Path) -> Image.Image:
    """Open a picture after looking at what can be known without decoding it."""
    path = Path(path)
    if path.is_dir():
        raise InputError(f"{path}: is a folder; give a picture file")
    try:
        if not path.is_file():
            raise InputError(f"{path}: there is no such file; check the path")
        if path.stat().st_size == 0:
            raise InputError(f"{path}: is empty (0 bytes); fetch or copy it again")
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # of size (our own limit is checked below) and of odd metadata
            picture = Image.open(path, formats=FORMATS)
    except InputError:
        raise
    except UnidentifiedImageError:
        raise InputError(
            f"{path}: is not a picture that can be read; give PNG, JPEG, WebP, TIFF or BMP"
        ) from None
    except Image.DecompressionBombError:
        raise InputError(
            f"{path}: is too large to be read safely; give at most {MAX_PIXELS:,} pixels"
        ) from None
    except Exception as error:
        raise _damaged(path, error) from error
    width, height = picture.size
    if width * height > MAX_PIXELS:
        picture.close()
        raise InputError(
            f"{path}: {width}x{height} pixels are too many; give at most {MAX_PIXELS:,} (e.g. "
            f"16384x8192)"
        )
    return picture


def _damaged(path: str | Path, error: Exception) -> InputError:
    # Pillow's decoders raise OSError, SyntaxError, ValueError, struct.error, EOFError, ... for
    # damaged files: one sentence serves for all of them.
    if isinstance(error, PermissionError):
        return InputError(f"{path}: no permission to read it; change its rights or copy it")
    words = str(error).strip().splitlines()
    return InputError(
        f"{path}: is damaged or cut short ({words[0] if words else type(error).__name__}); fetch "
        f"it again"
    )


def _decode(path: str | Path) -> np.ndarray:
    """Return the pixels upright: uint8 (H, W, 3) or (H, W), or uint16 (H, W)."""
    try:
        with _opened(path) as picture, warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # Pillow warns of odd metadata; the pixels are what counts
            picture.load()
            upright = ImageOps.exif_transpose(picture)
    except InputError:
        raise
    except Exception as error:
        raise _damaged(path, error) from error
    return _pixels(upright, path)


def _pixels(picture: Image.Image, path: str | Path) -> np.ndarray:
    mode = picture.mode
    if mode.startswith("I"):
        values = np.asarray(picture)
        if values.min(initial=0) < 0 or values.max(initial=0) > 65535:
            raise InputError(
                f"{path}: holds whole numbers beyond 16 bits; save it as an 8 or 16 bit picture"
            )
        return values.astype(np.uint16)
    if mode == "F":
        raise InputError(
            f"{path}: holds floating-point numbers, not a picture; save it in 8 or 16 bits"
        )
    if mode in ("1", "L"):
        return np.asarray(picture.convert("L"))
    if mode in ("LA", "La", "PA", "RGBA", "RGBa") or "transparency" in picture.info:
        rgba = picture.convert("RGBA")
        return np.asarray(
            Image.alpha_composite(Image.new("RGBA", rgba.size, (0, 0, 0, 255)), rgba).convert("RGB")
        )
    return np.asarray(picture.convert("RGB"))


def _crop_square(pixels: np.ndarray, crop: str, path: str | Path) -> np.ndarray:
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


def _resize(
    pixels: np.ndarray, size: int | tuple[int, int] | None, resample: Image.Resampling
) -> np.ndarray:
    """Resize uint8 or uint16 pixels to (width, height); 16 bits go through float so that none are
    lost.
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


def _to_tensor(pixels: np.ndarray) -> Tensor:
    """Return decoded pixels as float32 (3, H, W) in [0, 1]."""
    if pixels.dtype == np.uint16:
        plane = torch.from_numpy(pixels.astype(np.float32) / np.float32(65535))[None]
    else:
        plane = from_bytes(pixels)
    return plane.expand(3, -1, -1).contiguous() if plane.shape[0] == 1 else plane

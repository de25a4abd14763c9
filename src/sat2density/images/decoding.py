"""From a file to upright pixels in 8 or 16 bits, with a sentence for whatever does not lead there.

A file is never trusted: its kind and size are looked at before its pixels are decoded, and whatever
a decoder says about a damaged file becomes one `InputError` that names it.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

import numpy as np
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

from sat2density.errors import InputError
from sat2density.images import tiff
from sat2density.images.assumptions import DARK, Samples, is_transparency, to_picture
from sat2density.images.georeference import Georeference, georeference
from sat2density.images.kinds import HEAD, other_kind
from sat2density.notices import notice
from sat2density.reading import open_regular

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

MAX_PIXELS: Final = 2**27
"""Larger pictures are refused before decoding: 16384 x 8192, the largest panorama in use, is just
allowed.
"""

STRIP: Final = 2**22
"""Pixels that are turned into plain colours at once."""

_OURS: Final = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"BM", b"RIFF")
"""Beginnings of the kinds that are decoded here: what starts so and is not known is damaged."""

_RAW: Final = (32803, 34892)
"""Photometric kinds of the raw files of cameras."""


class _Source(NamedTuple):
    """An opened picture.

    Attributes:
        file: its bytes.
        head: the first of them.
        picture: what Pillow made of it; None for a page that Pillow does not read as it is.
        page: the page of a TIFF; None for other formats.
        equals: pages of the same size, itself included.

    """

    file: BinaryIO
    head: bytes
    picture: Image.Image | None
    page: tiff.Page | None
    equals: int = 1


class Decoded(NamedTuple):
    """A picture's pixels, upright and north up.

    Attributes:
        pixels: uint8 (H, W, 3) or (H, W), or uint16 (H, W).
        place: its georeference, where it has one (before turning).

    """

    pixels: np.ndarray
    place: Georeference | None


def decode(path: str | Path) -> Decoded:
    """Decode a file.

    Args:
        path: a picture of a kind in `FORMATS`; its suffix does not matter.

    Raises:
        InputError: the file is missing, empty, damaged, too large or no picture.

    """
    with _opened(path) as source:
        with damage_named(path), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of odd metadata; the pixels count
            loaded = _loaded(source, path)
        # Out of the block that silences warnings: what is assumed from here on is said.
        page = source.page
        if source.equals > 1 and page is not None:
            notice(f"{path}: has {source.equals} pages of this size; page {page.index + 1} is read")
        if isinstance(loaded, Image.Image):
            pixels = _from_pillow(loaded, source, path)
        else:
            assert page is not None
            pixels = to_picture(loaded, path, tiff.conversion(page, path))
            pixels = tiff.upright(pixels, page)
    size = pixels.shape[1], pixels.shape[0]
    place = georeference(path, None if page is None else page.tags, size)
    return Decoded(_north_up(pixels, place, path), place)


def picture_size(path: str | Path) -> tuple[int, int]:
    """Return (width, height) of a picture as `read_image` would give it, without decoding its
    pixels.

    Args:
        path: a picture of a kind in `FORMATS`; its suffix does not matter.

    Raises:
        InputError: as `read_image`, as far as the header shows it.

    """
    with _opened(path) as source, damage_named(path):
        if source.page is not None:
            (width, height), orientation = source.page.size, source.page.orientation
        else:
            assert source.picture is not None
            width, height = source.picture.size
            # A PNG's EXIF may stand after its pixels: Pillow then decodes them.
            orientation = source.picture.getexif().get(tiff.ORIENTATION, 1)
    return (height, width) if orientation in (5, 6, 7, 8) else (width, height)


def picture_width_m(path: str | Path) -> float | None:
    """Return how wide a picture is on the ground by its own georeference, metres; None without one.

    Args:
        path: a picture of a kind in `FORMATS`; its suffix does not matter.

    Raises:
        InputError: as `picture_size`.

    """
    with _opened(path) as source, damage_named(path):
        page = source.page
        size = page.size if page is not None else source.picture.size  # type: ignore[union-attr]
        tags = None if page is None else page.tags
    place = georeference(path, tags, size)
    return None if place is None else place.size_m(*size)[0]


@contextlib.contextmanager
def _opened(path: str | Path) -> Iterator[_Source]:
    """Open a picture after looking at what can be known without decoding it."""
    with open_regular(path) as file:
        with damage_named(path):
            head = file.read(HEAD)
        if not head:
            raise InputError(f"{path}: is empty (0 bytes); fetch or copy it again")
        with warnings.catch_warnings():
            # of size (our own limit is checked below) and of odd metadata
            warnings.simplefilter("ignore")
            page, equals = _page(file, path) if head.startswith(tiff.MAGIC) else (None, 1)
            picture = _by_pillow(file, head, page, path)
        width, height = page.size if page is not None else picture.size  # type: ignore[union-attr]
        if width * height > MAX_PIXELS:
            raise InputError(
                f"{path}: {width}x{height} pixels are too many; give at most {MAX_PIXELS:,} (e.g. "
                f"16384x8192)"
            )
        yield _Source(file, head, picture, page, equals)


def _page(file: BinaryIO, path: str | Path) -> tuple[tiff.Page, int]:
    """Return the page of a TIFF that is the picture, and how many have its size."""
    with damage_named(path):
        found = tiff.pages(file)
        page = tiff.main_page(found)
        if min(page.size) < 1:
            raise ValueError("its first page has no size")
    if page.photometric in _RAW:
        raise InputError(
            f"{path}: is a camera's raw picture; develop it, and save the result as PNG or JPEG"
        )
    return page, sum(other.size == page.size and not other.is_mask for other in found)


def _by_pillow(
    file: BinaryIO, head: bytes, page: tiff.Page | None, path: str | Path
) -> Image.Image | None:
    if page is not None and not page.for_pillow:
        return None
    try:
        file.seek(0)
        picture = Image.open(file, formats=FORMATS)
        if page is not None:
            picture.seek(page.index)
        return picture
    except UnidentifiedImageError:
        if page is not None:
            return None
        raise _not_ours(head, path) from None
    except Image.DecompressionBombError:
        raise InputError(
            f"{path}: is too large to be read safely; give at most {MAX_PIXELS:,} pixels"
        ) from None
    except Exception as error:
        raise _damaged(path, error) from error


def _not_ours(head: bytes, path: str | Path) -> InputError:
    known = None if head.startswith(_OURS) else other_kind(head)
    if known is not None:
        return InputError(f"{path}: is {known[0]}; {known[1]}")
    if head.startswith(_OURS):
        return InputError(f"{path}: is damaged or cut short; fetch it again")
    return InputError(
        f"{path}: is not a picture that can be read; give PNG, JPEG, WebP, TIFF or BMP"
    )


def _loaded(source: _Source, path: str | Path) -> Image.Image | Samples:
    """Decode: Pillow's picture, upright, or the samples of a page that Pillow does not
    read.
    """
    page = source.page
    if source.picture is not None:
        source.picture.load()
        ImageOps.exif_transpose(source.picture, in_place=True)  # no copy where nothing turns
        return source.picture
    assert page is not None
    if page.kind not in (1, 2):
        raise InputError(
            f"{path}: holds {tiff.describe(page)}, not a picture; convert it: "
            f"{tiff.conversion(page, path)}"
        )
    bands = tiff.read_bands(source.file, page, path)
    return Samples(bands, page.samples, tiff.nodata(page), page.photometric == 0)


def _from_pillow(picture: Image.Image, source: _Source, path: str | Path) -> np.ndarray:
    mode = picture.mode
    page = source.page
    advice = "" if page is None else tiff.conversion(page, path)
    nodata = None if page is None else tiff.nodata(page)
    if mode.startswith("I"):
        # In a PNG of 16-bit grey one value may stand for transparent.
        nothing = nodata if page is not None else picture.info.get("transparency")
        inverted = page is not None and page.photometric == 0
        return to_picture(
            Samples(np.asarray(picture)[..., None], 1, nothing, inverted), path, advice
        )
    if mode == "F":
        remedy = f"convert it: {advice}" if advice else "save it in 8 or 16 bits"
        raise InputError(f"{path}: holds floating-point numbers, not a picture; {remedy}")
    picture = _without_extra_bands(picture, source, path)
    pixels = flat_pixels(picture)
    if nodata is not None:
        pixels[(pixels == nodata).reshape(*pixels.shape[:2], -1).all(-1)] = 0
    _refuse_lost_bits(pixels, source.head, path)
    return pixels


def _without_extra_bands(picture: Image.Image, source: _Source, path: str | Path) -> Image.Image:
    """Leave out a TIFF's band that was taken for transparency and cannot be it by its numbers."""
    if source.page is None or picture.mode not in ("RGBA", "LA", "RGB"):
        return picture
    if picture.mode == "RGB":
        if source.page.samples > 3 and source.page.photometric == 2:
            notice(f"{path}: its fourth band is not said to be transparency, and was left out")
        return picture
    last = np.asarray(picture.getchannel("A"))
    if is_transparency(last):
        return picture
    what = "fourth band" if picture.mode == "RGBA" else "second band"
    notice(
        f"{path}: its {what} ({last.min()} to {last.max()}) is no transparency by its numbers; "
        f"taken for near infrared and left out"
    )
    return picture.convert(picture.mode[:-1])


def flat_pixels(picture: Image.Image) -> np.ndarray:
    """Return a picture in grey or colour, black where it is transparent, made in strips: of a large
    picture there are never several copies.

    Args:
        picture: of any mode but "I" and "F".

    Returns:
        uint8 (H, W, 3) or (H, W).

    """
    width, height = picture.size
    rows = max(1, STRIP // width)
    pixels: np.ndarray | None = None
    for top in range(0, height, rows):
        part = picture.crop((0, top, width, min(height, top + rows)))
        flat = np.asarray(_flat(part))
        if pixels is None:
            pixels = np.empty((height, *flat.shape[1:]), np.uint8)
        pixels[top : top + rows] = flat
    assert pixels is not None
    return pixels


def _flat(picture: Image.Image) -> Image.Image:
    """Return a picture in grey or colour, black where it is transparent."""
    mode = picture.mode
    if mode == "La":  # Pillow turns it into LA only
        picture = picture.convert("LA")
    if mode in ("LA", "La", "PA", "RGBA", "RGBa") or "transparency" in picture.info:
        rgba = picture.convert("RGBA")
        black = Image.new("RGBA", rgba.size, (0, 0, 0, 255))
        flat = Image.alpha_composite(black, rgba).convert("RGB")
        return flat.getchannel(0) if mode in ("1", "L", "LA", "La") else flat
    return picture.convert("L" if mode in ("1", "L") else "RGB")


def _refuse_lost_bits(pixels: np.ndarray, head: bytes, path: str | Path) -> None:
    """Refuse a PNG of 16-bit colours of which Pillow's 8 bits keep nearly nothing."""
    # Bytes 24 and 25: bits a sample (16), and colour type (2 colours, 6 with alpha, 4 grey with
    # alpha).
    deep = head.startswith(b"\x89PNG") and head[24:26] in (b"\x10\x02", b"\x10\x06", b"\x10\x04")
    if deep and pixels.max(initial=0) < DARK >> 8:
        stem = Path(path).stem
        raise InputError(
            f"{path}: its 16-bit colours end below a quarter of white, and only 8 bits of them can "
            f"be read; stretch it: gdal_translate -ot Byte -scale {Path(path).name} {stem}-8bit.png"
        )


def _north_up(pixels: np.ndarray, place: Georeference | None, path: str | Path) -> np.ndarray:
    """Turn a raster whose first row is the southern one, or whose first column the eastern one."""
    if place is None:
        return pixels
    if place.turned_deg:
        notice(
            f"{path}: is turned by {place.turned_deg:.0f} degrees against north ({place.source}); "
            f"make it north up: gdalwarp {Path(path).name} {Path(path).stem}-north.tif"
        )
        return pixels
    if place.south_up:
        notice(f"{path}: its first row is the southern one ({place.source}); turned north up")
        pixels = pixels[::-1]
    if place.east_left:
        notice(f"{path}: its first column is the eastern one ({place.source}); turned")
        pixels = pixels[:, ::-1]
    return np.ascontiguousarray(pixels)


@contextlib.contextmanager
def damage_named(path: str | Path) -> Iterator[None]:
    """Turn whatever a decoder raises into an InputError that names the file.

    Args:
        path: for the message.

    """
    try:
        yield
    except (InputError, MemoryError):  # lack of memory is no damage
        raise
    except Exception as error:
        raise _damaged(path, error) from error


def _damaged(path: str | Path, error: Exception) -> InputError:
    # Pillow's decoders raise OSError, SyntaxError, ValueError, struct.error, EOFError, ... for
    # damaged files: one sentence serves for all of them.
    words = str(error).strip().splitlines()
    return InputError(
        f"{path}: is damaged or cut short ({words[0] if words else type(error).__name__}); fetch "
        f"it again"
    )

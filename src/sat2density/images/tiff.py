"""TIFF's own words about its pages, and the samples of those pages that Pillow cannot read.

Pillow reads 16-bit colours to 8 bits (whatever lies below 256 is lost), takes planes for pixels,
and does not open most files of several bands. The plain kinds of those (uncompressed or deflate)
are read here; the others by rasterio, where it is installed ([maps]).
"""

from __future__ import annotations

import dataclasses
import math
import zlib
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple

import numpy as np
from PIL import TiffImagePlugin

from sat2density.errors import InputError

MAGIC: Final = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")

MOST_PAGES: Final = 64
"""Pages that are looked at for the picture."""

MOST_SAMPLES: Final = 64
"""Bands of a picture; more is another kind of data."""

KEPT: Final = 4
"""Bands that are kept: three colours and what may be their transparency."""

(WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC) = (256, 257, 258, 259, 262)
(SAMPLES, PLANAR, PREDICTOR, EXTRA, FORMAT) = (277, 284, 317, 338, 339)
(SUBFILE, ORIENTATION, NODATA) = (254, 274, 42113)
_STRIPS: Final = (273, 279)
_ROWS: Final = 278
_TILES: Final = (324, 325)
_TILE_SIZE: Final = (322, 323)

Tags = dict[int, Any]


@dataclasses.dataclass(frozen=True)
class Page:
    """One page of a file.

    Attributes:
        index: its number, counted from 0.
        tags: its tags, as Pillow reads them.

    """

    index: int
    tags: Tags

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels."""
        return _number(self.tags, WIDTH, 0), _number(self.tags, HEIGHT, 0)

    @property
    def samples(self) -> int:
        """Bands."""
        return _number(self.tags, SAMPLES, 1)

    @property
    def bits(self) -> int:
        """Bits of the widest band."""
        return max(_several(self.tags, BITS, 1))

    @property
    def kind(self) -> int:
        """Kind of the numbers: 1 unsigned, 2 signed, 3 floating point, others."""
        return max(_several(self.tags, FORMAT, 1))

    @property
    def is_mask(self) -> bool:
        """Whether the page says which pixels of another one count."""
        return bool(_number(self.tags, SUBFILE, 0) & 0b100)

    @property
    def photometric(self) -> int:
        """What the numbers stand for: 0 white is zero, 1 black is zero, 2 colours, others."""
        return _number(self.tags, PHOTOMETRIC, 1)

    @property
    def orientation(self) -> int:
        """How the page is to be turned, 1 to 8."""
        return _number(self.tags, ORIENTATION, 1)

    @property
    def for_pillow(self) -> bool:
        """Whether Pillow reads its pixels as they are."""
        samples = self.samples
        if samples == 1:
            return True
        if self.bits != 8 or self.kind != 1 or _number(self.tags, PLANAR, 1) != 1:
            return False
        usual = {0: (2,), 1: (2,), 2: (3, 4), 5: (4,), 6: (3,), 8: (3,)}
        return samples in usual.get(self.photometric, ())


def pages(file: BinaryIO) -> list[Page]:
    """Return the pages in the order of the file, at most `MOST_PAGES`.

    Args:
        file: a TIFF or BigTIFF of either byte order, at any place.

    Raises:
        Exception: whatever Pillow says about damaged tags.

    """
    file.seek(0)
    # BigTIFF has a header of 16 bytes.
    head = file.read(8)
    if head[2:4] in (b"+\0", b"\0+"):
        head += file.read(8)
    offset = TiffImagePlugin.ImageFileDirectory_v2(head).next
    found: list[Page] = []
    seen: set[int] = set()
    # A damaged or hostile file may lead in a circle.
    while offset and offset not in seen and len(found) < MOST_PAGES:
        seen.add(offset)
        directory = TiffImagePlugin.ImageFileDirectory_v2(head)
        file.seek(offset)
        directory.load(file)
        found.append(Page(len(found), dict(directory)))
        offset = directory.next
    return found


def main_page(found: list[Page]) -> Page:
    """Return the page that is the picture: the largest one that is neither marked as a smaller copy
    nor as a mask, the first of equals.

    Args:
        found: what `pages` gave, at least one.

    """
    # NewSubfileType: bit 0 is a smaller copy (an overview), bit 2 a mask.
    full = [page for page in found if not _number(page.tags, SUBFILE, 0) & 0b101] or found
    return max(full, key=lambda page: (page.size[0] * page.size[1], -page.index))


def read_bands(file: BinaryIO, page: Page, path: str | Path) -> np.ndarray:
    """Return a page's samples (H, W, bands), at most `KEPT` bands, in the file's own numbers.

    Args:
        file: the open file.
        page: one of its pages.
        path: the file's name, for rasterio and messages.

    Raises:
        InputError: neither this module nor rasterio (where it is installed) can read it.

    """
    if _is_plain(page):
        return _plain_bands(file, page)
    try:
        return _by_rasterio(path, page)
    except ImportError:
        raise InputError(
            f"{path}: is a TIFF of {describe(page)}, which needs the packages of [maps] (pip "
            f"install 'sat2density[maps]'), or convert it: {conversion(page, path)}"
        ) from None


def conversion(page: Page, path: str | Path) -> str:
    """Return the line that makes a usual picture of a page.

    Args:
        page: of a TIFF that cannot be read here.
        path: of the file.

    Returns:
        A command of GDAL's, to be copied.

    """
    bands = "-b 1 -b 2 -b 3 " if page.samples >= 3 else "-b 1 "
    stem = Path(path).stem
    return f"gdal_translate -ot Byte -scale {bands}{Path(path).name} {stem}-8bit.tif"


def describe(page: Page) -> str:
    """Say in a few words what a page's samples are.

    Args:
        page: one that this module may not be able to read.

    """
    numbers = {1: "", 2: " signed", 3: " floating-point"}.get(page.kind, " odd")
    compression = _number(page.tags, COMPRESSION, 1)
    packed = "" if compression == 1 else f", compression {compression}"
    planes = ", one plane a band" if _number(page.tags, PLANAR, 1) == 2 else ""
    return f"{page.samples} bands of {page.bits}{numbers} bits{planes}{packed}"


def nodata(page: Page) -> float | None:
    """Return the number that stands for "nothing measured here", where the file names one.

    Args:
        page: its tag 42113, which GDAL writes, is looked at.

    """
    try:
        value = float(str(page.tags[NODATA]).strip(" \0"))
    except (KeyError, ValueError):
        return None
    return value if math.isfinite(value) else None


def upright(pixels: np.ndarray, page: Page) -> np.ndarray:
    """Turn pixels (H, W, ...) as the page's orientation says.

    Args:
        pixels: (H, W, ...) as stored.
        page: its tag 274 (Orientation, TIFF 6.0) says how to turn; 1 and unknown values change
            nothing.

    """
    turns = {
        2: lambda a: a[:, ::-1],
        3: lambda a: a[::-1, ::-1],
        4: lambda a: a[::-1],
        5: lambda a: a.swapaxes(0, 1),
        6: lambda a: np.rot90(a, -1),
        7: lambda a: a[::-1, ::-1].swapaxes(0, 1),
        8: lambda a: np.rot90(a),
    }
    turn = turns.get(page.orientation)
    return pixels if turn is None else turn(pixels)


def _is_plain(page: Page) -> bool:
    return (
        # None, and both numbers that deflate goes by.
        _number(page.tags, COMPRESSION, 1) in (1, 8, 32946)
        and set(_several(page.tags, BITS, 1)) in ({8}, {16})
        and set(_several(page.tags, FORMAT, 1)) in ({1}, {2})
        and _number(page.tags, PREDICTOR, 1) in (1, 2)
        and 1 <= page.samples <= MOST_SAMPLES
        and page.photometric in (0, 1, 2)
    )


class _Layout(NamedTuple):
    """Where a page's samples lie: segments (strips or tiles) of (height, width), in rows of
    `across`.
    """

    offsets: tuple[int, ...]
    counts: tuple[int, ...]
    height: int
    width: int
    across: int
    down: int


def _layout(page: Page) -> _Layout:
    width, height = page.size
    tags = page.tags
    if _TILES[0] in tags:
        offsets, counts = (_several(tags, tag, 0) for tag in _TILES)
        across, down = (_number(tags, tag, 0) for tag in _TILE_SIZE)
        return _Layout(offsets, counts, down, across, -(-width // across), -(-height // down))
    rows = min(_number(tags, _ROWS, height), height)
    offsets, counts = (_several(tags, tag, 0) for tag in _STRIPS)
    return _Layout(offsets, counts, rows, width, 1, -(-height // rows))


def _plain_bands(file: BinaryIO, page: Page) -> np.ndarray:
    """Read strips or tiles, bands side by side or in planes; raises what damage leads to."""
    width, height = page.size
    layout = _layout(page)
    planar = _number(page.tags, PLANAR, 1) == 2
    kept = min(page.samples, KEPT)
    dtype = _dtype(file, page)
    bands = np.zeros((height, width, kept), dtype.newbyteorder("="))
    depth = 1 if planar else page.samples
    segments = layout.across * layout.down
    for number in range(segments * (kept if planar else 1)):
        plane, place = divmod(number, segments)
        top = place // layout.across * layout.height
        left = place % layout.across * layout.width
        file.seek(layout.offsets[number])
        data = file.read(layout.counts[number])
        block = _segment(data, (layout.height, layout.width, depth), dtype, page)
        block = block[: height - top, : width - left]
        target = bands[top : top + block.shape[0], left : left + block.shape[1]]
        if planar:
            target[..., plane] = block[..., 0]
        else:
            target[...] = block[..., :kept]
    return bands


def _segment(
    data: bytes, shape: tuple[int, int, int], dtype: np.dtype[Any], page: Page
) -> np.ndarray:
    """Return one strip or tile as (rows, width, depth); the last strip may have fewer rows."""
    if _number(page.tags, COMPRESSION, 1) != 1:
        # Bounded: a few bytes can ask for gigabytes.
        data = zlib.decompressobj().decompress(data, math.prod(shape) * dtype.itemsize)
    row = shape[1] * shape[2] * dtype.itemsize
    rows = min(len(data) // row, shape[0])
    if not rows:
        raise ValueError("a strip is cut short")
    block = np.frombuffer(data, dtype, rows * shape[1] * shape[2]).reshape(rows, *shape[1:])
    # Predictor 2 stores differences to the pixel at the left; sums wrap as the type does.
    if _number(page.tags, PREDICTOR, 1) == 2:
        block = np.cumsum(block, axis=1, dtype=dtype.newbyteorder("="))
    return block


def _dtype(file: BinaryIO, page: Page) -> np.dtype[Any]:
    file.seek(0)
    order = "<" if file.read(2) == b"II" else ">"
    return np.dtype(f"{order}{'i' if page.kind == 2 else 'u'}{page.bits // 8}")


def _by_rasterio(path: str | Path, page: Page) -> np.ndarray:
    import warnings

    import rasterio

    count = min(page.samples, KEPT)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of pictures without a place
        # The driver is named, so that the text of a file cannot send GDAL to other files.
        name = str(path) if page.index == 0 else f"GTIFF_DIR:{page.index + 1}:{path}"
        with rasterio.open(name, driver="GTiff") as raster:
            bands = raster.read(indexes=list(range(1, count + 1)))
    return np.ascontiguousarray(bands.transpose(1, 2, 0))


def _several(tags: Tags, tag: int, default: int) -> tuple[int, ...]:
    value = tags.get(tag, default)
    values = value if isinstance(value, tuple | list) else (value,)
    return tuple(int(one) for one in values) or (default,)


def _number(tags: Tags, tag: int, default: int) -> int:
    return _several(tags, tag, default)[0]

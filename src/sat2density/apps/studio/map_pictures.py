"""What the page shows of the map under the studio: pictures in the usual grid of the web, cut from
a raster, or those of a tile server, passed on from our own cache.
"""

from __future__ import annotations

import functools
import io
import math
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from PIL import Image

from sat2density.errors import InputError
from sat2density.maps.libraries import library
from sat2density.maps.places import LatLon
from sat2density.maps.raster import HALF_M, WEB, MapRaster
from sat2density.maps.served import ServedRaster
from sat2density.maps.servers import DEEPEST, TILE, NoPictureError
from sat2density.maps.tiles import cut

if TYPE_CHECKING:
    from collections.abc import Callable

    from sat2density.maps.values import MapReading

KEPT: Final = 256
"""Pictures for the page that are kept in memory (25 MB at most)."""

EARTH_M: Final = 2 * HALF_M / TILE
"""Metres of a pixel at zoom 0 at the equator."""

NEAREST_PX: Final = 64
"""The area has at least so many pixels at the smallest zoom."""

KINDS: Final = ((b"\x89PNG", "image/png"), (b"\xff\xd8", "image/jpeg"), (b"RIFF", "image/webp"))
"""First bytes of pictures and what they are."""

PagePicture = tuple[bytes, str]
"""A picture file, and its kind ("image/png")."""


class Span(NamedTuple):
    """Which part of the Earth the page shows.

    Attributes:
        bounds: south, west, north, east, degrees.
        zooms: smallest and largest.

    """

    bounds: tuple[float, float, float, float]
    zooms: tuple[int, int]


class MapPictures:
    """Pictures of a map by zoom, column and row.

    Args:
        make: makes one that is in the grid.
        span: of what is shown.
        close: ends it.

    """

    def __init__(
        self,
        make: Callable[[int, int, int], PagePicture],
        span: Span,
        close: Callable[[], None] = lambda: None,
    ) -> None:
        self._made = functools.lru_cache(KEPT)(make)
        self.span = span
        self.close = close

    def picture(self, zoom: int, column: int, row: int) -> PagePicture:
        """Return a picture.

        Args:
            zoom: 2**zoom pictures go round the Earth.
            column: from longitude -180 to the east.
            row: from the north.

        Raises:
            NoPictureError: there is no such picture in the grid.
            InputError: the map cannot be read.

        """
        count = 2 ** min(zoom, DEEPEST)
        if not (0 <= zoom <= DEEPEST and 0 <= column < count and 0 <= row < count):
            raise NoPictureError("There is no such picture.")
        return self._made(zoom, column, row)


def raster_pictures(path: Path, reading: MapReading, raster: MapRaster) -> MapPictures:
    """Return the pictures of a raster.

    Args:
        path: of the file.
        reading: bands and stretch.
        raster: the same file, opened for scenes on another thread.

    """
    # Pictures are cut on other threads than scenes; a data set is for one at a time.
    own = MapRaster(path, reading, raster.colours)
    mercator = library("pyproj").CRS.from_epsg(WEB)
    lock = threading.Lock()

    def make(zoom: int, column: int, row: int) -> PagePicture:
        with lock:
            return _encoded(*_cut(own, mercator, _bounds(zoom, column, row)))

    return MapPictures(make, _span_of(own), own.close)


def served_pictures(raster: ServedRaster, around: LatLon, reach_m: float) -> MapPictures:
    """Return a tile server's own pictures, each fetched once and politely.

    Args:
        raster: of the server.
        around: the middle of what is shown.
        reach_m: so far from there.

    """
    server = raster.server
    blank = _encoded(np.zeros((3, TILE, TILE)), np.zeros((TILE, TILE), np.bool_))

    def make(zoom: int, column: int, row: int) -> PagePicture:
        try:
            data = server.data(zoom, column, row)
        except NoPictureError:
            return blank
        return data, next(kind for magic, kind in KINDS if data.startswith(magic))

    lat = math.degrees(reach_m * math.pi / HALF_M)
    lon = lat / math.cos(math.radians(around.lat))
    bounds = (around.lat - lat, around.lon - lon, around.lat + lat, around.lon + lon)
    pixels = 2 * reach_m / raster.pixel_m(around)
    return MapPictures(make, Span(bounds, (_smallest(raster.zoom, pixels), raster.zoom)))


def _smallest(finest: float, pixels: float) -> int:
    return max(0, math.floor(finest - math.log2(pixels / NEAREST_PX)))


def _span_of(raster: MapRaster) -> Span:
    width, height = raster.size
    columns = np.array([0, 0, width, width, width / 2, width / 2, 0, width])
    rows = np.array([0, height, 0, height, 0, height, height / 2, height / 2])
    transformer = library("pyproj").Transformer.from_crs(raster.crs, 4326, always_xy=True)
    lon, lat = transformer.transform(*raster.coordinates(columns, rows))
    middle = raster.middle()
    lon = middle.lon + (np.asarray(lon) - middle.lon + 180.0) % 360.0 - 180.0
    south, west, north, east = (float(v) for v in (min(lat), lon.min(), max(lat), lon.max()))
    finest = math.log2(EARTH_M * math.cos(math.radians(middle.lat)) / raster.pixel_m())
    zooms = _smallest(finest, max(width, height)), min(DEEPEST, math.ceil(finest))
    return Span((south, west, north, east), zooms)


def _bounds(zoom: int, column: int, row: int) -> tuple[float, float, float, float]:
    side = 2 * HALF_M / 2**zoom
    west, north = column * side - HALF_M, HALF_M - row * side
    return west, north - side, west + side, north


def _cut(
    raster: MapRaster, mercator: Any, bounds: tuple[float, float, float, float]
) -> tuple[np.ndarray, np.ndarray]:
    try:
        return cut(raster, mercator, bounds, TILE)[:2]
    except InputError:  # the raster's projection does not reach there
        return np.zeros((3, TILE, TILE)), np.zeros((TILE, TILE), np.bool_)


def _encoded(pixels: np.ndarray, valid: np.ndarray) -> PagePicture:
    rgb = (np.moveaxis(pixels, 0, -1) * 255).round().astype(np.uint8)
    data = io.BytesIO()
    if valid.all():
        Image.fromarray(rgb).save(data, "JPEG", quality=90)
        return data.getvalue(), "image/jpeg"
    alpha = np.where(valid, 255, 0).astype(np.uint8)[..., None]
    Image.fromarray(np.concatenate([rgb, alpha], -1)).save(data, "PNG", compress_level=1)
    return data.getvalue(), "image/png"

"""`ServedRaster`: the pictures of a tile server as one raster of the whole Earth."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from sat2density.errors import InputError
from sat2density.maps.libraries import library
from sat2density.maps.raster import HALF_M, WEB, MapRaster
from sat2density.maps.servers import DEEPEST, TILE, NoPictureError, TileServer, server_template
from sat2density.maps.values import Colours, MapReading

MOST_TILES: Final = 100
"""A picture that needs more is asked for at a wrong zoom."""

DECODED: Final = 32
"""Pictures kept in memory (8 MB): tiles that overlap, and frames of a walk, lie on the same."""

ZOOM: Final = 19
"""Where nothing is said: the finest that most servers have, 0.3 m at the equator."""


class _World(NamedTuple):
    """What `MapRaster` asks of a data set."""

    width: int
    height: int
    transform: Any
    bounds: tuple[float, float, float, float]


class ServedRaster(MapRaster):
    """A tile server's pictures at one zoom.

    Args:
        template: URL with {z}, {x}, {y}.
        reading: its zoom is taken, and its attribution, which must be given.
        gaps: a picture that the server has not holds no data, instead of being an error.

    Raises:
        InputError: the template or the zoom cannot be, or no attribution is given.

    Attributes:
        server: whom to ask.
        zoom: of the pictures.
        missing: (column, row) of pictures that the server has not: they hold no data.

    """

    endless = True

    def __init__(self, template: str, reading: MapReading, gaps: bool = False) -> None:
        self.server = TileServer(template)
        self.gaps = gaps
        self._decoded = functools.lru_cache(DECODED)(self.server.picture)
        self.path = Path(self.server.host)
        self.reading = reading
        self._colours = Colours((1, 2, 3), 0.0, 255.0)
        self.missing: frozenset[tuple[int, int]] = frozenset()
        self.zoom = ZOOM if reading.zoom is None else reading.zoom
        if not 0 <= self.zoom <= DEEPEST:
            raise InputError(f"--zoom {self.zoom}: from 0 to {DEEPEST}")
        if not (reading.attribution or "").strip():
            raise InputError(
                f"{self.server.name}: say whose pictures these are, as the server's terms want it: "
                f"--attribution TEXT"
            )
        if reading.bands is not None or reading.stretch is not None:
            raise InputError("--bands and --stretch: a tile server's pictures are 8-bit colours")
        side = TILE * 2**self.zoom
        pixel = 2 * HALF_M / side
        transform = library("rasterio.transform").from_origin(-HALF_M, HALF_M, pixel, pixel)
        bounds = (-HALF_M, -HALF_M, HALF_M, HALF_M)
        crs = library("pyproj").CRS.from_epsg(WEB)
        self._lay(_World(side, side, transform, bounds), crs)

    def close(self) -> None:
        """Do nothing: connections are closed after each picture."""

    def known_by(self) -> dict[str, Any]:
        """Return by which values the map is known again; see `MapRaster.known_by`."""
        return {"map": self.server.key, "zoom": self.zoom}

    def unwrapped(self, x: np.ndarray) -> np.ndarray:
        """Return x moved by whole turns so that a tile across the antimeridian hangs together.

        Args:
            x: of EPSG:3857.

        """
        x = np.asarray(x)
        return x - 2 * HALF_M * np.round((x - x.flat[0]) / (2 * HALF_M))

    def read(self, window: tuple[int, int, int, int], step: int) -> tuple[np.ndarray, np.ndarray]:
        """Read a window; see `MapRaster.read`. Columns go round the Earth.

        Args:
            window: (column, row, width, height) in pixels; multiples of `step`.
            step: so many pixels are averaged into one, each way.

        Raises:
            InputError: the server fails, or the window needs too many pictures.

        """
        column, row, width, height = window
        first, last = column // TILE, (column + width - 1) // TILE
        top, bottom = max(row // TILE, 0), min((row + height - 1) // TILE, 2**self.zoom - 1)
        if (last - first + 1) * (bottom - top + 1) > MOST_TILES:
            raise InputError(
                f"--zoom {self.zoom}: a tile needs more than {MOST_TILES} pictures of "
                f"{self.server.name}; give a smaller zoom"
            )
        whole = np.zeros((height, width, 4), np.uint8)
        for j in range(top, bottom + 1):
            for i in range(first, last + 1):
                pixels = self._picture(i % 2**self.zoom, j)
                if pixels is not None:
                    _paste(whole, pixels, i * TILE - column, j * TILE - row)
        cells = whole.reshape(height // step, step, width // step, step, 4)
        means = cells.mean((1, 3), dtype=np.float32) / np.float32(255)
        valid = cells[..., 3].min((1, 3)) > 0
        return np.ascontiguousarray(np.moveaxis(means[..., :3], -1, 0)), valid

    def _picture(self, column: int, row: int) -> np.ndarray | None:
        """Return a picture; None where the server is known to have none."""
        if (column, row) in self.missing:
            return None
        try:
            return self._decoded(self.zoom, column, row)
        except NoPictureError:
            if not self.gaps:
                raise
            self.missing |= {(column, row)}
            return None


def _paste(whole: np.ndarray, pixels: np.ndarray, left: int, top: int) -> None:
    height, width = whole.shape[:2]
    rows = slice(max(top, 0), min(top + TILE, height))
    columns = slice(max(left, 0), min(left + TILE, width))
    whole[rows, columns] = pixels[
        rows.start - top : rows.stop - top, columns.start - left : columns.stop - left
    ]


def open_map(path: Path, reading: MapReading | None = None, gaps: bool = False) -> MapRaster:
    """Open a raster file, or a tile server by its URL template.

    Args:
        path: of the file, or the template.
        reading: bands and stretch, or zoom and attribution.
        gaps: see `ServedRaster`.

    Raises:
        InputError: it cannot be used; see `MapRaster` and `ServedRaster`.

    """
    template = server_template(path)
    if template is not None:
        return ServedRaster(template, reading or MapReading(), gaps)
    return MapRaster(path, reading)

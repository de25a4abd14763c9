"""Parts of a tile server: which pictures lie under an area or a walk, fetched once and politely,
and kept as one raster.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sat2density.errors import InputError
from sat2density.files import atomic_path
from sat2density.maps.libraries import library
from sat2density.maps.opening import in_words
from sat2density.maps.raster import HALF_M, WEB
from sat2density.maps.servers import REQUESTS_A_SECOND, TILE, NoPictureError
from sat2density.notices import notice

if TYPE_CHECKING:
    from sat2density.maps.grid import Bounds
    from sat2density.maps.served import ServedRaster

MOST_PICTURES: Final = 2500
"""Pictures that one area or walk may need: ten minutes of asking. At zoom 19 and 34 degrees of
latitude that are 10 km2; who wants more owns the server, or gets a raster from its owner.
"""

FIRST_LOOK: Final = 20
"""Pictures asked for first, spread over the part: where none of them is there, the zoom or the URL
is wrong, and no more are asked for.
"""

EDGE_PX: Final = 32
"""Pixels beyond a part that interpolation may look at."""

Picture = tuple[int, int]
"""Column and row in the server's grid; columns go on across the antimeridian."""

Square = tuple[float, float, float, float]
"""(west, south, east, north) in a metric projection."""

Progress = Callable[[int, int], None]


def check_few(raster: ServedRaster, count: int, what: str) -> None:
    """Refuse to ask a server for too much.

    Args:
        raster: of the server.
        count: pictures that would be asked for.
        what: begins the message.

    Raises:
        InputError: they are more than `MOST_PICTURES`.

    """
    if count > MOST_PICTURES:
        raise InputError(
            f"{what}: needs {count} pictures of {raster.server.name} at zoom {raster.zoom}, and at "
            f"most {MOST_PICTURES} are asked for; take a smaller part, a smaller --zoom, or a "
            f"raster file of the area"
        )


def check_bounds(raster: ServedRaster, bounds: Bounds | None) -> None:
    """Refuse an area that is too large for a server, before anything is made of it.

    Args:
        raster: of the server.
        bounds: the area, checked.

    Raises:
        InputError: none is given, it lies beyond the server's map, or needs too many pictures.

    """
    if bounds is None:
        raise InputError(
            f"{raster.server.name}: a tile server has no end; say which part of it: --bounds WEST "
            f"SOUTH EAST NORTH"
        )
    into = library("pyproj").Transformer.from_crs(4326, WEB, always_xy=True)
    rows = [max(bounds.south, -89), min(bounds.north, 89)]
    _, y = into.transform([bounds.west] * 2, rows)
    y = np.clip(y, -HALF_M, HALF_M)
    side = 2 * HALF_M / 2**raster.zoom
    across = (bounds.east - bounds.west) / 360 * 2**raster.zoom
    check_few(raster, int(across * (y[1] - y[0]) / side), str(bounds))


def pictures_under(raster: ServedRaster, crs: Any, squares: Iterable[Square]) -> list[Picture]:
    """Return which pictures lie under squares.

    Args:
        raster: of the server.
        crs: metric projection of the squares.
        squares: each at most a few kilometres wide.

    Raises:
        InputError: the server's map does not reach there.

    """
    into = library("pyproj").Transformer.from_crs(crs, raster.crs, always_xy=True)
    along = np.linspace(0.0, 1.0, 9)
    found: set[Picture] = set()
    middle: float | None = None
    for west, south, east, north in squares:
        x, y = into.transform(
            *np.meshgrid(west + along * (east - west), south + along * (north - south))
        )
        if not (np.isfinite(x).all() and np.isfinite(y).all()):
            raise InputError(f"{raster.server.name}: its map does not reach there")
        middle = float(x.flat[0]) if middle is None else middle
        x -= 2 * HALF_M * np.round((x - middle) / (2 * HALF_M))
        columns, rows = raster.pixels(x, y)
        spans = [
            range(int((v.min() - EDGE_PX) // TILE), int((v.max() + EDGE_PX) // TILE) + 1)
            for v in (columns, rows)
        ]
        found |= {(i, j) for i in spans[0] for j in spans[1] if 0 <= j < 2**raster.zoom}
    return sorted(found)


def fetch(
    raster: ServedRaster,
    wanted: list[Picture],
    progress: Progress = lambda done, total: None,
) -> None:
    """Fetch pictures into the cache, at the polite rate; those that the server has not become
    `raster.missing`, and a notice says so.

    Args:
        raster: of the server.
        wanted: see `pictures_under`.
        progress: told (pictures done, all of them).

    Raises:
        InputError: the server fails, or has none of them; what was fetched stays in the cache.

    """
    server, zoom, round_ = raster.server, raster.zoom, 2**raster.zoom
    new = sum(not server.keeps(zoom, i % round_, j) for i, j in wanted)
    if new:
        notice(
            f"{server.name}: {len(wanted)} pictures of zoom {zoom} are needed; {new} are asked "
            f"for, at most {REQUESTS_A_SECOND:g} a second: {new / REQUESTS_A_SECOND:.0f} s"
        )
    missing: set[Picture] = set()
    stride = -(-len(wanted) // FIRST_LOOK)
    spread = [picture for first in range(stride) for picture in wanted[first::stride]]
    for done, (i, j) in enumerate(spread, 1):
        try:
            server.picture(zoom, i % round_, j)
        except NoPictureError:
            missing.add((i % round_, j))
            if done == len(missing) and done in (FIRST_LOOK, len(spread)):
                raise
        progress(done, len(spread))
    if missing:
        notice(
            f"{server.name}: has no pictures of {len(missing)} of {len(wanted)} places at zoom "
            f"{zoom}; nothing is known there"
        )
    raster.missing = frozenset(missing)


def save(raster: ServedRaster, wanted: list[Picture], path: Path) -> None:
    """Write fetched pictures as one raster, complete or absent; beside them it holds no data.

    Args:
        raster: of the server.
        wanted: see `fetch`.
        path: GeoTIFF of 8-bit colours with alpha; its size is that of the pictures, not of the
            rectangle about them.

    """
    left, top = (min(picture[k] for picture in wanted) for k in (0, 1))
    across, down = (max(p[k] for p in wanted) + 1 - (left, top)[k] for k in (0, 1))
    pixel = 2 * HALF_M / (TILE * 2**raster.zoom)
    corner = left * TILE * pixel - HALF_M, HALF_M - top * TILE * pixel
    profile = {
        "driver": "GTiff",
        "width": across * TILE,
        "height": down * TILE,
        "count": 4,
        "dtype": "uint8",
        "crs": library("rasterio.crs").CRS.from_epsg(WEB),
        "transform": library("rasterio.transform").from_origin(*corner, pixel, pixel),
        "tiled": True,
        "blockxsize": TILE,
        "blockysize": TILE,
        "compress": "deflate",
        "zlevel": 1,
        "photometric": "RGB",
        "alpha": "yes",
        "SPARSE_OK": True,
        "BIGTIFF": "IF_SAFER",
    }
    window = library("rasterio.windows").Window
    with (
        atomic_path(path, durable=True) as temporary,
        in_words(path),
        library("rasterio").open(temporary, "w", **profile) as file,
    ):
        for i, j in wanted:
            place = (i % 2**raster.zoom, j)
            if place not in raster.missing:
                pixels = raster.server.picture(raster.zoom, *place)
                where = window((i - left) * TILE, (j - top) * TILE, TILE, TILE)
                file.write(np.moveaxis(pixels, -1, 0), window=where)

"""The grid of an area: its metric projection, its pixels, its tiles and blocks of tiles."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from sat2density.errors import InputError
from sat2density.maps.libraries import library

if TYPE_CHECKING:
    from sat2density.maps.raster import MapRaster

SCALE_ERROR: Final = 2e-3
"""A projection whose metre differs from a true one by more than this share is not measured in."""

MOST_TURNED_DEG: Final = 10.0
"""Nor one whose grid is turned against north by more than this."""

BLOCK_TILES: Final = 8
"""Tiles' sides in a block's side: blocks are worked out one by one, each with the tiles that reach
into it, so that memory does not grow with the area.
"""

EDGE_POINTS: Final = 33
"""Points a side of a raster that are projected to find its bounds."""


class Block(NamedTuple):
    """A rectangle of output pixels."""

    number: int
    column: int
    row: int
    width: int
    height: int


class TileAt(NamedTuple):
    """A tile's place: tile pixels from the block's corner, negative where it begins before it."""

    column: int
    row: int


class Bounds(NamedTuple):
    """A part of the Earth, degrees (WGS 84)."""

    west: float
    south: float
    east: float
    north: float


@dataclasses.dataclass(frozen=True)
class AreaGrid:
    """Where the pixels of an area lie.

    Attributes:
        crs_wkt: metric projection of the output.
        west, north: its upper left corner.
        pixel_m: side of a tile's pixel, metres.
        tile: side of a tile in its pixels.
        stride: pixels from one tile to the next.
        coarsen: tile pixels in an output pixel's side.
        width, height: of the output in its own pixels.
        block_tiles: tiles' sides in a block's side.

    """

    crs_wkt: str
    west: float
    north: float
    pixel_m: float
    tile: int
    stride: int
    coarsen: int
    width: int
    height: int
    block_tiles: int = BLOCK_TILES

    @property
    def out_pixel_m(self) -> float:
        """Side of an output pixel, metres."""
        return self.pixel_m * self.coarsen

    @property
    def block(self) -> int:
        """Side of a whole block in output pixels."""
        return max(1, self.block_tiles * self.tile // self.stride) * self.stride // self.coarsen

    @property
    def blocks_across(self) -> int:
        """Blocks in a row of blocks."""
        return math.ceil(self.width / self.block)

    @property
    def block_count(self) -> int:
        """Blocks of the area."""
        return self.blocks_across * math.ceil(self.height / self.block)

    def block_at(self, number: int) -> Block:
        """Return a block.

        Args:
            number: from 0, row by row.

        """
        row, column = divmod(number, self.blocks_across)
        left, top = column * self.block, row * self.block
        return Block(
            number,
            left,
            top,
            min(self.block, self.width - left),
            min(self.block, self.height - top),
        )

    @property
    def margin(self) -> int:
        """Tile pixels by which tiles reach beyond a block."""
        return self.tile - self.stride

    def tiles(self, block: Block) -> Iterator[TileAt]:
        """Yield the tiles that reach into a block, row by row; they lie on one lattice of the area.

        Args:
            block: of this grid.

        """
        for row in range(-self.margin, block.height * self.coarsen, self.stride):
            for column in range(-self.margin, block.width * self.coarsen, self.stride):
                yield TileAt(column, row)

    def tile_count(self) -> int:
        """Return how many tiles cover the area, each counted once."""
        across, down = (
            math.ceil((side * self.coarsen + self.margin) / self.stride)
            for side in (self.width, self.height)
        )
        return across * down

    def bounds(self, block: Block, margin: bool = True) -> tuple[float, float, float, float]:
        """Return (west, south, east, north) of the square around a block that its tiles cover.

        Args:
            block: of this grid; partial blocks are taken as whole ones.
            margin: with what the tiles reach beyond it; else just the block's own pixels.

        """
        reach = self.margin * self.pixel_m if margin else 0.0
        west = self.west + block.column * self.out_pixel_m - reach
        north = self.north - block.row * self.out_pixel_m + reach
        side = self.source_side(block) * self.pixel_m if margin else None
        if side is not None:
            return west, north - side, west + side, north
        east = west + block.width * self.out_pixel_m
        return west, north - block.height * self.out_pixel_m, east, north

    def source_side(self, block: Block) -> int:
        """Return the tile pixels of the side of the square around a block that its tiles cover.

        Args:
            block: of this grid.

        """
        longest = max(block.width, block.height) * self.coarsen
        return math.ceil((longest + self.margin) / self.stride) * self.stride + self.margin


def area_grid(
    raster: MapRaster,
    extent_m: float,
    tile: int,
    overlap: float,
    coarsen: int,
    block_tiles: int = BLOCK_TILES,
    bounds: Bounds | None = None,
) -> AreaGrid:
    """Lay the grid over a raster: in its own projection where its metres are true, else in UTM.

    Args:
        raster: the map.
        extent_m: side of a tile, metres.
        tile: its side in pixels.
        overlap: share of a tile's side that the next one covers again, 0 to 0.75.
        coarsen: tile pixels in an output pixel's side.
        block_tiles: tiles' sides in a block's side.
        bounds: the part that is wanted; None takes all of the map.

    Raises:
        InputError: an overlap that cannot be, an area without a metric projection, or bounds that
            hold nothing of it.

    """
    if not 0.0 <= overlap <= 0.75:
        raise InputError(f"--overlap {overlap:g}: from 0 to 0.75 of a tile's side")
    stride = max(1, round(tile * (1.0 - overlap) / coarsen)) * coarsen
    crs = metric_crs(raster)
    pixel_m = extent_m / tile
    step = pixel_m * coarsen
    # The corner is the raster's: where its pixels are the tile's, none is interpolated.
    west, south, east, north = area_bounds(raster, crs)
    if bounds is not None:
        part = _part(raster, crs, bounds, (west, south, east, north))
        # On the lattice of the whole map: a part has the pixels that all of it would have.
        west += math.floor((part[0] - west) / step) * step
        north -= math.floor((north - part[3]) / step) * step
        south, east = part[1], part[2]
    width, height = (math.ceil(side / step - 1e-3) for side in (east - west, north - south))
    return AreaGrid(
        crs.to_wkt(), west, north, pixel_m, tile, stride, coarsen, width, height, block_tiles
    )


def metric_crs(raster: MapRaster, numbered: bool = False) -> Any:
    """Return the projection that an area is measured in.

    Args:
        raster: the map; its own is kept where it counts true metres and north is up.
        numbered: it must have an EPSG number to be kept.

    Raises:
        InputError: the area has no place on Earth, or lies about a pole.

    """
    pyproj = library("pyproj")
    at = raster.middle()
    own = raster.crs
    metres = own.is_projected and all(
        math.isclose(axis.unit_conversion_factor, 1.0) for axis in own.axis_info
    )
    if metres and (own.to_epsg() or not numbered):
        scale, turned = _scale_and_turn(raster, own)
        if abs(scale - 1.0) <= SCALE_ERROR and abs(turned) <= MOST_TURNED_DEG:
            return own
    if not -80.0 <= at.lat <= 84.0:
        raise InputError(
            f"{raster.path}: lies at latitude {at.lat:.2f}, where UTM ends; project it to true "
            f"metres first, such as: gdalwarp -t_srs EPSG:3413 {raster.path.name} metric.tif"
        )
    zone = int((at.lon + 180.0) // 6.0) % 60 + 1
    return pyproj.CRS.from_epsg((32600 if at.lat >= 0 else 32700) + zone)


def _scale_and_turn(raster: MapRaster, crs: Any) -> tuple[float, float]:
    """Return (metres of the projection in a true metre, degrees its grid is turned) at a map's
    middle.
    """
    pyproj = library("pyproj")
    at = raster.middle()
    x, y = pyproj.Transformer.from_crs(4326, crs, always_xy=True).transform(
        [at.lon, at.lon], [at.lat - 5e-4, at.lat + 5e-4]
    )
    _, _, true = pyproj.Geod(ellps="WGS84").inv(at.lon, at.lat - 5e-4, at.lon, at.lat + 5e-4)
    east, north = x[1] - x[0], y[1] - y[0]
    return math.hypot(east, north) / true, math.degrees(math.atan2(east, north))


def area_bounds(raster: MapRaster, crs: Any) -> tuple[float, float, float, float]:
    """Return (west, south, east, north) of a map in a projection.

    Args:
        raster: the map.
        crs: the projection.

    Raises:
        InputError: it does not reach the map's borders.

    """
    pyproj = library("pyproj")
    width, height = raster.size
    along = np.linspace(0.0, 1.0, EDGE_POINTS)
    zero, one = np.zeros(EDGE_POINTS), np.ones(EDGE_POINTS)
    columns = np.concatenate([along, along, zero, one]) * width
    rows = np.concatenate([zero, one, along, along]) * height
    x, y = raster.coordinates(columns, rows)
    if crs != raster.crs:
        x, y = pyproj.Transformer.from_crs(raster.crs, crs, always_xy=True).transform(x, y)
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise InputError(f"{raster.path}: its borders have no place in {crs.name}")
    return float(x.min()), float(y.min()), float(x.max()), float(y.max())


def _part(
    raster: MapRaster, crs: Any, bounds: Bounds, whole: tuple[float, float, float, float]
) -> tuple[float, float, float, float]:
    """Return (west, south, east, north) in a projection of what lies in bounds and in the map."""
    said = "--bounds " + " ".join(f"{value:g}" for value in bounds)
    if not (-180 <= bounds.west < bounds.east <= 180 and -90 <= bounds.south < bounds.north <= 90):
        raise InputError(
            f"{said}: must be west, south, east, north in degrees, west below east and south below "
            f"north"
        )
    along = np.linspace(0.0, 1.0, EDGE_POINTS)
    zero, one = np.zeros(EDGE_POINTS), np.ones(EDGE_POINTS)
    lon = bounds.west + np.concatenate([along, along, zero, one]) * (bounds.east - bounds.west)
    lat = bounds.south + np.concatenate([zero, one, along, along]) * (bounds.north - bounds.south)
    into = library("pyproj").Transformer.from_crs(4326, crs, always_xy=True)
    x, y = into.transform(lon, lat)
    west, south = max(x.min(), whole[0]), max(y.min(), whole[1])
    east, north = min(x.max(), whole[2]), min(y.max(), whole[3])
    if not (np.isfinite(x).all() and np.isfinite(y).all() and west < east and south < north):
        raise InputError(f"{said}: holds nothing of the map, which spans {raster.spans()}")
    return float(west), float(south), float(east), float(north)

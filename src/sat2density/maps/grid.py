"""The grid of an area: its pixels, its tiles and blocks of tiles."""

from __future__ import annotations

import contextlib
import dataclasses
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from sat2density.errors import InputError
from sat2density.maps.libraries import library
from sat2density.maps.places import LatLon, check_lat_lon
from sat2density.maps.projections import crs_about, metric_crs

if TYPE_CHECKING:
    from sat2density.maps.raster import MapRaster

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
    """A part of the Earth, degrees (WGS 84); east may count beyond 180."""

    west: float
    south: float
    east: float
    north: float

    def __str__(self) -> str:
        """Return what was typed, for messages."""
        return "--bounds " + " ".join(f"{value:.10g}" for value in self)

    @property
    def middle(self) -> LatLon:
        """Its middle; InputError about a pole."""
        lat, lon = (self.south + self.north) / 2, (self.west + self.east) / 2
        return check_lat_lon(lat, lon, str(self))

    def checked(self) -> Bounds:
        """Return these bounds, with east beyond 180 where they reach across the antimeridian.

        Raises:
            InputError: they are none, or half round the Earth.

        """
        east = self.east + 360.0 if -180 <= self.east < self.west <= 180 else self.east
        if not (
            -180 <= self.west < east < self.west + 180
            and self.east <= 180
            and -90 <= self.south < self.north <= 90
        ):
            other = self.swapped
            meant = other.west < other.east and other.south < other.north and abs(other.north) <= 90
            raise InputError(
                f"{self}: must be west, south, east, north in degrees, west below east (except "
                f"across the antimeridian), south below north, and less than half round the Earth"
                + (f"; longitude comes first: did you mean {other}?" if meant else "")
            )
        return self._replace(east=east)

    @property
    def swapped(self) -> Bounds:
        """With latitude and longitude exchanged."""
        return Bounds(self.south, self.west, self.north, self.east)


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

    def covered(self) -> tuple[float, float, float, float]:
        """Return (west, south, east, north) of what all tiles together cover."""
        reach = self.margin * self.pixel_m
        across, down = (
            math.ceil((side * self.coarsen + self.margin) / self.stride) * self.stride
            for side in (self.width, self.height)
        )
        return (
            self.west - reach,
            self.north - down * self.pixel_m,
            self.west + across * self.pixel_m,
            self.north + reach,
        )

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
        bounds: the part that is wanted, checked; None takes all of the map.

    Raises:
        InputError: an overlap that cannot be, an area without a metric projection, or bounds that
            hold nothing of it.

    """
    if not 0.0 <= overlap <= 0.75:
        raise InputError(f"--overlap {overlap:g}: from 0 to 0.75 of a tile's side")
    stride = max(1, round(tile * (1.0 - overlap) / coarsen)) * coarsen
    pixel_m = extent_m / tile
    step = pixel_m * coarsen
    # The corner is the raster's: where its pixels are the tile's, none is interpolated.
    if bounds is None:
        crs = metric_crs(raster)
        west, south, east, north = area_bounds(raster, crs)
    else:
        crs = crs_about(raster, bounds.middle)
        west, south, east, north = _laid(raster, crs, bounds, step)
    width, height = (math.ceil(side / step - 1e-3) for side in (east - west, north - south))
    return AreaGrid(
        crs.to_wkt(), west, north, pixel_m, tile, stride, coarsen, width, height, block_tiles
    )


def area_bounds(
    raster: MapRaster, crs: Any, bounds: Bounds | None = None
) -> tuple[float, float, float, float]:
    """Return (west, south, east, north) of a map, or of a part of it, in a projection.

    Args:
        raster: the map.
        crs: the projection.
        bounds: the part, checked; None takes all of the map.

    Raises:
        InputError: the projection does not reach the map's borders, or the bounds hold nothing of
            it.

    """
    whole = _borders(raster, crs)
    if bounds is None:
        if whole is None:
            raise InputError(f"{raster.path}: its borders have no place in {crs.name}")
        return whole
    part = _part(raster, crs, bounds)
    if whole is None:  # a map of half the Earth
        if not raster.holds(raster.xy(bounds.middle)):
            raise _beside(raster, bounds)
        return part
    west, south = max(part[0], whole[0]), max(part[1], whole[1])
    east, north = min(part[2], whole[2]), min(part[3], whole[3])
    if not (west < east and south < north):
        raise _beside(raster, bounds)
    return west, south, east, north


def _borders(raster: MapRaster, crs: Any) -> tuple[float, float, float, float] | None:
    """Return a map's bounds in a projection; None where that does not reach all of its borders."""
    if raster.endless:
        return None
    width, height = raster.size
    along, across = _outline()
    x, y = raster.coordinates(along * width, across * height)
    if crs != raster.crs:
        into = library("pyproj").Transformer.from_crs(raster.crs, crs, always_xy=True)
        x, y = into.transform(x, y)
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        return None
    return float(x.min()), float(y.min()), float(x.max()), float(y.max())


def _outline() -> tuple[np.ndarray, np.ndarray]:
    """Return points along the four sides of the unit square."""
    along = np.linspace(0.0, 1.0, EDGE_POINTS)
    zero, one = np.zeros(EDGE_POINTS), np.ones(EDGE_POINTS)
    return np.concatenate([along, along, zero, one]), np.concatenate([zero, one, along, along])


def _part(raster: MapRaster, crs: Any, bounds: Bounds) -> tuple[float, float, float, float]:
    """Return (west, south, east, north) in a projection of what lies in bounds."""
    along, across = _outline()
    lon = bounds.west + along * (bounds.east - bounds.west)
    lat = bounds.south + across * (bounds.north - bounds.south)
    x, y = library("pyproj").Transformer.from_crs(4326, crs, always_xy=True).transform(lon, lat)
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise _beside(raster, bounds)
    return float(x.min()), float(y.min()), float(x.max()), float(y.max())


def _beside(raster: MapRaster, bounds: Bounds) -> InputError:
    swapped = ""
    with contextlib.suppress(InputError):
        if raster.holds(raster.xy(bounds.swapped.checked().middle)):
            swapped = f"; with latitude and longitude swapped it would: {bounds.swapped}"
    return InputError(f"{bounds}: holds nothing of the map, which spans {raster.spans()}{swapped}")


def _laid(
    raster: MapRaster, crs: Any, bounds: Bounds, step: float
) -> tuple[float, float, float, float]:
    """Return (west, south, east, north) of what lies in bounds and in the map, its corner on the
    lattice of the whole map: a part has the pixels that all of it would have. A map of half the
    Earth has the projection's own lattice.
    """
    west, south, east, north = area_bounds(raster, crs, bounds)
    left, _, _, top = _borders(raster, crs) or (0.0, 0.0, 0.0, 0.0)
    west = left + math.floor((west - left) / step) * step
    north = top - math.floor((top - north) / step) * step
    return west, south, east, north

"""Tiles out of maps: north up, true metres, of a model's extent, around a place."""

from __future__ import annotations

import dataclasses
import functools
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sat2density.earth import EarthPlace
from sat2density.errors import InputError
from sat2density.maps.libraries import library
from sat2density.maps.places import LatLon, MapPlace, local_crs
from sat2density.maps.raster import MapRaster
from sat2density.maps.served import open_map
from sat2density.maps.values import MapReading
from sat2density.notices import notice

if TYPE_CHECKING:
    from pyproj import CRS

    from sat2density.scene_spec import SceneSpec

COARSE: Final = 1.25
"""A raster whose pixels are larger than the tile's by more than this factor is called coarse."""

BORDER: Final = 4
"""Pixels read around what a tile needs, for the cubic interpolation."""

KNOTS: Final = 9
"""Places a side at which a tile is projected. Between them it is bent by less than a micrometre: a
sphere's curvature over 5 m.
"""

ON_GRID: Final = 1e-3
"""Pixels by which a tile's grid may miss the raster's to be the same."""

LEAST_VALID: Final = 0.5
"""Share of a tile that must hold data for a scene to be made of it."""

MENTIONED: Final = 0.001
"""A smaller share of single pixels without data is filled without a word."""


@dataclasses.dataclass(frozen=True)
class MapTile:
    """A tile cut out of a map.

    Attributes:
        picture: float32 (3, S, S) in [0, 1], north up; where the map holds no data, the mean
            colour.
        valid: bool (S, S): where the map holds data.
        middle: its place on Earth.
        crs: its coordinates: metres east and north of the middle.
        extent_m: its side, metres.
        coarse: metres of the map's pixels over those of the tile; 3 means three times coarser.

    """

    picture: np.ndarray
    valid: np.ndarray
    middle: LatLon
    crs: CRS
    extent_m: float
    coarse: float

    def earth(self, attribution: str = "") -> EarthPlace:
        """Return its place as results carry it on.

        Args:
            attribution: whose pictures the map holds.

        """
        return EarthPlace(*self.middle, self.crs.to_wkt("WKT2_2019"), attribution)


def read_map_tile(
    at: MapPlace,
    extent_m: float,
    size: int,
    reading: MapReading | None = None,
    margin: int = 0,
) -> MapTile:
    """Cut one tile; a coarse map, and parts without data, are told by notices.

    Args:
        at: the map and the place.
        extent_m: side of the tile, metres.
        size: its side in pixels.
        reading: bands and stretch.
        margin: pixels beyond each side that are cut too, if the map holds data in all of them.

    Raises:
        InputError: the map cannot be read, the place lies outside it, or half of the tile holds no
            data.

    """
    raster = open_map(at.map, reading)
    try:
        where = raster.check_inside(at.place, str(at))
        place, wide = raster.geodetic_lat_lon(where), size + 2 * margin
        tile = cut_at(raster, place, extent_m * wide / size, wide)
        if margin and not tile.valid.all():
            tile = cut_at(raster, place, extent_m, size)
        tile = dataclasses.replace(tile, middle=raster.lat_lon(where))
    finally:
        raster.close()
    share = float(tile.valid.mean())
    if share < LEAST_VALID:
        raise InputError(
            f"{at}: only {share:.0%} of the {extent_m:g} m around the place hold "
            f"data; at least {LEAST_VALID:.0%} are needed"
        )
    if share < 1 - MENTIONED:
        notice(f"{at}: {1 - share:.1%} of the tile hold no data; filled with the mean colour")
    tell_if_coarse(raster.path, tile.coarse, extent_m / size)
    return tile


def tile_for_scene(
    at: MapPlace, spec: SceneSpec, reading: MapReading | None = None, margin: int = 0
) -> MapTile:
    """Cut the tile that a scene's weights want.

    Args:
        at: the map and the place.
        spec: says the side in metres and pixels.
        reading: bands and stretch.
        margin: see `read_map_tile`.

    Raises:
        InputError: see `read_map_tile`.

    """
    return read_map_tile(at, spec.extent_m, spec.tile_size, reading, margin)


def tell_if_coarse(path: Path, coarse: float, pixel_m: float) -> None:
    """Say by a notice that a map is coarser than what the weights were trained with.

    Args:
        path: of the map.
        coarse: its pixels over the tile's.
        pixel_m: of the tile, metres.

    """
    if coarse > COARSE:
        notice(
            f"{path}: its pixels are {coarse * pixel_m:.3g} m and the weights were trained with "
            f"{pixel_m:.3g} m: {coarse:.1f} times coarser; what is smaller is not seen"
        )


def cut_at(raster: MapRaster, middle: LatLon, extent_m: float, size: int) -> MapTile:
    """Cut a tile about a place, in its local projection.

    Args:
        raster: the map.
        middle: in the degrees of the map's own datum.
        extent_m: side, metres.
        size: side in pixels.

    """
    crs = local_crs(middle, raster.geodetic)
    half = extent_m / 2
    picture, valid, coarse = cut(raster, crs, (-half, -half, half, half), size)
    return MapTile(picture, valid, middle, crs, extent_m, coarse)


def cut(
    raster: MapRaster, crs: CRS, bounds: tuple[float, float, float, float], size: int
) -> tuple[np.ndarray, np.ndarray, float]:
    """Cut a north-up square in any projection; reads no more of the raster than lies under it.

    Args:
        raster: the map.
        crs: of the square, metres.
        bounds: (west, south, east, north) in `crs`.
        size: side in pixels.

    Returns:
        (picture float32 (3, S, S) in [0, 1] with the mean colour where there are no data, valid
        bool (S, S), pixels of the map over pixels of the square).

    Raises:
        InputError: the map's projection does not reach there.

    """
    columns, rows = _source_pixels(raster, crs, bounds, size)
    span = math.hypot(columns[-1, -1] - columns[0, 0], rows[-1, -1] - rows[0, 0])
    per_pixel = span / (math.sqrt(2) * (size - 1))
    step = max(1, int(per_pixel + 1e-6))
    low = [math.floor(a.min() / step - BORDER) * step for a in (columns, rows)]
    high = [math.ceil(a.max() / step + BORDER) * step for a in (columns, rows)]
    window = (low[0], low[1], high[0] - low[0], high[1] - low[1])
    values, mask = raster.read(window, step)
    at = np.stack([(rows - low[1]) / step - 0.5, (columns - low[0]) / step - 0.5])
    picture, valid = _sampled(values, mask, at)
    return picture, valid, 1.0 / per_pixel


def _source_pixels(
    raster: MapRaster, crs: Any, bounds: tuple[float, float, float, float], size: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the raster's (columns, rows) at the middles of a square's pixels: projected at a few
    knots, and linear between them.
    """
    west, south, east, north = bounds
    knots = np.linspace(0.0, 1.0, KNOTS)
    x, y = np.meshgrid(west + knots * (east - west), north - knots * (north - south))
    into = _transformer(crs, raster.crs)
    mx, my = into.transform(x, y)
    if not (np.isfinite(mx).all() and np.isfinite(my).all()):
        raise InputError(f"{raster.path}: its coordinate system does not reach the whole tile")
    weights = _between(size)
    columns, rows = raster.pixels(raster.unwrapped(mx), my)
    return weights @ columns @ weights.T, weights @ rows @ weights.T


@functools.lru_cache(maxsize=8)
def _between(size: int) -> np.ndarray:
    """Return (size, KNOTS) weights that interpolate knots at the middles of pixels."""
    at = (np.arange(size) + 0.5) / size * (KNOTS - 1)
    return np.maximum(0.0, 1.0 - np.abs(at[:, None] - np.arange(KNOTS)))


@functools.lru_cache(maxsize=64)
def _transformer(source: Any, target: Any) -> Any:
    return library("pyproj").Transformer.from_crs(source, target, always_xy=True)


def _sampled(values: np.ndarray, mask: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Interpolate a picture (cubic) and its mask (linear) at (2, S, S) rows and columns."""
    from scipy.ndimage import distance_transform_edt, map_coordinates

    on_grid = _slices(at)
    if on_grid is not None:
        return _mean_filled(values[:, *on_grid].copy(), mask[on_grid])
    if not mask.any():
        return np.full((3, *at.shape[1:]), 0.5, np.float32), np.zeros(at.shape[1:], np.bool_)
    valid = np.ones(at.shape[1:], np.bool_)
    if not mask.all():
        covered = map_coordinates(mask.astype(np.float32), at, order=1, mode="constant")
        valid = covered > 0.5
        # Colours next to a hole are not to be mixed with what the hole is filled with.
        nearest = distance_transform_edt(~mask, return_distances=False, return_indices=True)
        values = values[:, nearest[0], nearest[1]]
    return _mean_filled(_cubic(values, at), valid)


def _mean_filled(picture: np.ndarray, valid: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if not valid.all():
        mean = picture[:, valid].mean(1) if valid.any() else np.full(3, 0.5, np.float32)
        picture[:, ~valid] = mean[:, None]
    return picture, valid


def _slices(at: np.ndarray) -> tuple[slice, slice] | None:
    """Return the rows and columns of a square that lies on the raster's own grid: these pixels are
    taken as they are.
    """
    side = at.shape[-1]
    row, column = (round(float(first)) for first in at[:, 0, 0])
    along = np.arange(side)
    off = max(np.abs(at[0] - (row + along)[:, None]).max(), np.abs(at[1] - column - along).max())
    if off > ON_GRID:
        return None
    return slice(row, row + side), slice(column, column + side)


def _cubic(values: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Interpolate (3, H, W) at (2, S, S) rows and columns; pixel middles are whole numbers."""
    import torch
    from torch.nn.functional import grid_sample

    sides = np.array(values.shape[1:], np.float64)[:, None, None]
    # grid_sample counts in float32 from the window's middle: to 1e-4 of a pixel in any window.
    place = ((2.0 * at + 1.0) / sides - 1.0)[::-1].astype(np.float32)
    grid = torch.from_numpy(np.ascontiguousarray(np.moveaxis(place, 0, -1)))[None]
    picture = grid_sample(
        torch.from_numpy(np.ascontiguousarray(values))[None],
        grid,
        mode="bicubic",
        padding_mode="border",
        align_corners=False,
    )
    return picture[0].clamp(0.0, 1.0).numpy()

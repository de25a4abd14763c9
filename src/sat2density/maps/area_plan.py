"""The plan of a whole map: tiles that overlap by half are told, put together, and things are found
once in all of it, so that no border cuts or doubles them.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from sat2density.city.evidence import Evidence, check_weights, evidence_of
from sat2density.city.from_maps import plan_of
from sat2density.city.joining import STEPS, Joined
from sat2density.city.plan import Place, Plan
from sat2density.errors import InputError
from sat2density.maps.fetching import Square, check_bounds, check_few, fetch, pictures_under
from sat2density.maps.grid import Bounds, area_bounds, metric_crs
from sat2density.maps.raster import MapRaster
from sat2density.maps.served import ServedRaster, open_map
from sat2density.maps.servers import map_label, map_name
from sat2density.maps.tiles import LEAST_VALID, cut, tell_if_coarse

if TYPE_CHECKING:
    from sat2density.maps.values import MapReading
    from sat2density.pipeline import Sat2Density

MOST_TILES: Final = 16
"""Tiles' sides in an area's side: what is told of it must fit into memory (docs/plan.md), its
ground's picture into a plan (`city.plan.MOST_GROUND`), and its model into a browser.
"""

Progress = Callable[[int, int], None]


class Told(NamedTuple):
    """What is told of one tile.

    Attributes:
        picture: uint8 (T, T, 3).
        valid: bool (T, T), where the map holds data.
        evidence: of the things in it; None where it holds too little.

    """

    picture: np.ndarray
    valid: np.ndarray
    evidence: Evidence | None


def tell_tile(
    model: Sat2Density, raster: MapRaster, crs: Any, corner: tuple[float, float]
) -> tuple[Told, float]:
    """Return what weights tell of a tile of a map, and how coarse the map is there.

    Args:
        model: weights that tell what stands where.
        raster: the map.
        crs: metric projection.
        corner: west and north of the tile in it.

    """
    import torch

    west, north = corner
    extent = model.spec.extent_m
    bounds = (west, north - extent, west + extent, north)
    tile, valid, coarse = cut(raster, crs, bounds, model.spec.tile_size)
    evidence = None
    if valid.mean() >= LEAST_VALID:
        # Tiles overlap: every place is looked at several times.
        evidence = evidence_of(model.reconstruct(torch.from_numpy(tile), turns=1))
    picture = (np.moveaxis(tile, 0, -1) * 255).round().astype(np.uint8)
    return Told(picture, valid, evidence), coarse


class Sheet:
    """A square area on which tiles are laid, half a tile apart.

    Args:
        extent_m: side of a tile, metres.
        size: of a tile, pixels.
        steps: half tiles in the area's side.

    """

    def __init__(self, extent_m: float, size: int, steps: int) -> None:
        self.half = size // STEPS
        self.told = 0
        self._picture = np.full((steps * self.half, steps * self.half, 3), 128, np.uint8)
        self._valid = np.zeros(self._picture.shape[:2], np.bool_)
        self._joined = Joined(extent_m, steps)

    def put(self, row: int, column: int, told: Told) -> None:
        """Lay a tile.

        Args:
            row: of its upper border, in half tiles from the area's.
            column: of its left border, likewise.
            told: of the tile.

        """
        side = len(told.valid)
        top, left = row * self.half, column * self.half
        here = np.s_[top : top + side, left : left + side]
        self._valid[here] |= told.valid
        self._picture[here][told.valid] = told.picture[told.valid]
        if told.evidence is not None:
            self._joined.add(row, column, told.evidence)
            self.told += 1

    def evidence(self) -> Evidence:
        """Return what all tiles say together; ValueError where none says anything."""
        return self._joined.evidence(self._picture, self._valid)


def area_plan(
    path: Path,
    model: Sat2Density,
    reading: MapReading | None = None,
    progress: Progress = lambda done, total: None,
    bounds: Bounds | None = None,
) -> Plan:
    """Return the plan of a map or of a part of it: a square that holds it; beyond the map there is
    nothing.

    It lies in the map's own projection where its metres are true and it has a number, else in UTM.

    Args:
        path: of the map, or the URL template of a tile server.
        model: weights that tell what stands where.
        reading: bands and stretch; of a tile server zoom and attribution.
        progress: told (tiles done, all of them); of a tile server before them (pictures done, all
            of them).
        bounds: the part that is wanted; None takes all of the map. A tile server needs it.

    Raises:
        InputError: the map cannot be read, is too large, or holds hardly any data; the weights
            tell no things; the server fails.

    """
    check_weights(model.architecture)
    part = None if bounds is None else bounds.checked()
    with contextlib.closing(open_map(path, reading)) as raster:
        if isinstance(raster, ServedRaster):
            check_bounds(raster, part)
        crs = metric_crs(raster, numbered=True, at=None if part is None else part.middle)
        extent, side = model.spec.extent_m, model.spec.tile_size
        west, north, steps = _layout(map_name(path), area_bounds(raster, crs, part), extent)
        beyond = steps * extent / STEPS
        if isinstance(raster, ServedRaster):
            square = west, north - beyond, west + beyond, north
            _fetch(raster, crs, square, str(bounds), progress)
        sheet, coarse = Sheet(extent, side, steps), 0.0
        count = steps - STEPS + 1
        for number in range(count * count):
            row, column = divmod(number, count)
            corner = west + column * extent / STEPS, north - row * extent / STEPS
            told, coarse = tell_tile(model, raster, crs, corner)
            sheet.put(row, column, told)
            progress(number + 1, count * count)
        if not sheet.told:
            raise InputError(f"{map_name(path)}: no tile of it holds enough data for a plan")
        tell_if_coarse(raster.path, coarse, extent / side)
        place = Place(f"EPSG:{crs.to_epsg()}", west + 0.5 * beyond, north - 0.5 * beyond)
        return plan_of(sheet.evidence(), map_label(path), place)


def _fetch(raster: ServedRaster, crs: Any, square: Square, what: str, progress: Progress) -> None:
    """Fetch what lies under a square, before any work."""
    pictures = pictures_under(raster, crs, [square])
    check_few(raster, len(pictures), what)
    fetch(raster, pictures, progress)


def _layout(
    name: str, bounds: tuple[float, float, float, float], extent_m: float
) -> tuple[float, float, int]:
    """Return (west, north, half tiles a side) of the square of tiles about an area."""
    west, south, east, north = bounds
    side = max(east - west, north - south)
    steps = max(math.ceil(side / extent_m * STEPS - 1e-3), STEPS)
    if steps > MOST_TILES * STEPS:
        raise InputError(
            f"{name}: the area is {side:.0f} m wide; a plan covers {MOST_TILES * extent_m:g} m at "
            f"most: name a part of it (--bounds), or one tile as MAP@LAT,LON"
        )
    beyond = steps * extent_m / STEPS
    return 0.5 * (west + east - beyond), 0.5 * (north + south + beyond), steps

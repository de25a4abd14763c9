"""The plan of a whole map: tiles that overlap by half are told, put together, and things are found
once in all of it, so that no border cuts or doubles them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from sat2density.city.evidence import check_weights, evidence_of
from sat2density.city.from_maps import plan_of
from sat2density.city.joining import STEPS, Joined
from sat2density.city.plan import Place, Plan
from sat2density.errors import InputError
from sat2density.maps.grid import area_bounds, metric_crs
from sat2density.maps.raster import MapRaster
from sat2density.maps.tiles import LEAST_VALID, cut, tell_if_coarse

if TYPE_CHECKING:
    from sat2density.maps.values import MapReading
    from sat2density.pipeline import Sat2Density

MOST_TILES: Final = 12
"""Tiles' sides in an area's side: what is told of it must fit into memory (1 GB), and its model
into a browser.
"""


def area_plan(
    path: Path,
    model: Sat2Density,
    reading: MapReading | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Plan:
    """Return the plan of a whole map: a square that holds it; beyond the map there is nothing.

    It lies in the map's own projection where its metres are true and it has a number, else in UTM.

    Args:
        path: of the map.
        model: weights that tell what stands where.
        reading: bands and stretch.
        progress: told (tiles done, all of them).

    Raises:
        InputError: the map cannot be read, is too large, or holds hardly any data; the weights
            tell no things.

    """
    import torch

    check_weights(model.architecture)
    raster = MapRaster(path, reading)
    try:
        crs = metric_crs(raster, numbered=True)
        extent, side = model.spec.extent_m, model.spec.tile_size
        west, north, steps = _layout(path, area_bounds(raster, crs), extent)
        half = side // STEPS
        picture = np.full((steps * half, steps * half, 3), 128, np.uint8)
        valid = np.zeros(picture.shape[:2], np.bool_)
        joined, made, coarse = Joined(extent, steps), 0, 0.0
        count = steps - STEPS + 1
        for number in range(count * count):
            row, column = divmod(number, count)
            left, top = west + column * extent / STEPS, north - row * extent / STEPS
            tile, there, coarse = cut(raster, crs, (left, top - extent, left + extent, top), side)
            here = np.s_[row * half : row * half + side, column * half : column * half + side]
            valid[here] |= there
            picture[here][there] = (tile[:, there].T * 255).round().astype(np.uint8)
            if there.mean() >= LEAST_VALID:
                scene = model.reconstruct(torch.from_numpy(tile), turns=1)  # tiles overlap
                joined.add(row, column, evidence_of(scene))
                made += 1
            progress(number + 1, count * count)
        if not made:
            raise InputError(f"{path}: no tile of it holds enough data for a plan")
        tell_if_coarse(path, coarse, extent / side)
        middle = 0.5 * steps * extent / STEPS
        place = Place(f"EPSG:{crs.to_epsg()}", west + middle, north - middle)
        return plan_of(joined.evidence(picture, valid), path.stem, place)
    finally:
        raster.close()


def _layout(
    path: Path, bounds: tuple[float, float, float, float], extent_m: float
) -> tuple[float, float, int]:
    """Return (west, north, half tiles a side) of the square of tiles about an area."""
    west, south, east, north = bounds
    side = max(east - west, north - south)
    steps = max(math.ceil(side / extent_m * STEPS - 1e-3), STEPS)
    if steps > MOST_TILES * STEPS:
        raise InputError(
            f"{path}: the map is {side:.0f} m wide; a plan covers {MOST_TILES * extent_m:g} m at "
            f"most: cut it, or name one tile as MAP@LAT,LON"
        )
    beyond = steps * extent_m / STEPS
    return 0.5 * (west + east - beyond), 0.5 * (north + south + beyond), steps

"""The projection that an area or a walk is measured in: the map's own where its metres are true,
else UTM, and beyond UTM one about the place.
"""

from __future__ import annotations

import contextlib
import math
from typing import TYPE_CHECKING, Any, Final

from sat2density.errors import InputError
from sat2density.maps.libraries import library
from sat2density.maps.places import LatLon, local_crs

if TYPE_CHECKING:
    from sat2density.maps.raster import MapRaster

SCALE_ERROR: Final = 2e-3
"""A projection whose metre differs from a true one by more than this share is not measured in."""

MOST_TURNED_DEG: Final = 10.0
"""Nor one whose grid is turned against north by more than this."""


def metric_crs(raster: MapRaster, numbered: bool = False, at: LatLon | None = None) -> Any:
    """Return the projection that an area is measured in.

    Args:
        raster: the map; its own is kept where it counts true metres and north is up.
        numbered: it must have an EPSG number to be kept.
        at: where metres must be true; None takes the map's middle.

    Raises:
        InputError: the area has no place on Earth, or lies about a pole, or beyond UTM where a
            number is wanted.

    """
    at = at or raster.middle()
    own = raster.crs
    metres = own.is_projected and all(
        math.isclose(axis.unit_conversion_factor, 1.0) for axis in own.axis_info
    )
    if metres and (own.to_epsg() or not numbered) and _true_at(own, at):
        return own
    if not -80.0 <= at.lat <= 84.0:  # UTM ends
        if numbered:
            raise InputError(
                f"{raster.path}: lies at latitude {at.lat:.2f}, beyond the projections that have a "
                f"number (UTM); name one tile instead, as MAP@LAT,LON"
            )
        return local_crs(at)
    zone = int((at.lon + 180.0) // 6.0) % 60 + 1
    return library("pyproj").CRS.from_epsg((32600 if at.lat >= 0 else 32700) + zone)


def crs_about(raster: MapRaster, at: LatLon) -> Any:
    """Return the projection that a part of a map, or a walk on it, is measured in: that of the
    whole map where it counts true metres there too, else one about the place.

    Args:
        raster: the map.
        at: the part's middle.

    Raises:
        InputError: it lies about a pole.

    """
    if not raster.endless:
        with contextlib.suppress(InputError):  # a map about a pole, or without a middle on Earth
            whole = metric_crs(raster)
            if _true_at(whole, at):
                return whole
    return metric_crs(raster, at=at)


def _true_at(crs: Any, at: LatLon) -> bool:
    """Whether a projection counts true metres at a place, and north is up there."""
    pyproj = library("pyproj")
    x, y = pyproj.Transformer.from_crs(4326, crs, always_xy=True).transform(
        [at.lon, at.lon], [at.lat - 5e-4, at.lat + 5e-4]
    )
    east, north = x[1] - x[0], y[1] - y[0]
    if not (math.isfinite(east) and math.isfinite(north)):
        return False
    _, _, true = pyproj.Geod(ellps="WGS84").inv(at.lon, at.lat - 5e-4, at.lon, at.lat + 5e-4)
    turned = math.degrees(math.atan2(east, north))
    return abs(math.hypot(east, north) / true - 1) <= SCALE_ERROR and abs(turned) <= MOST_TURNED_DEG

"""Places on Earth as users write them: `MAP@LAT,LON`, and the metric projection around a place."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sat2density.errors import InputError
from sat2density.maps.libraries import library
from sat2density.maps.servers import TileServer, map_label, map_name, server_template

if TYPE_CHECKING:
    from pyproj import CRS

NEAREST_POLE_DEG: Final = 89.9
"""Beyond this latitude (11 km from a pole) "north up" turns too fast within a tile to mean much."""

_NUMBER: Final = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[-+]?(?:nan|inf)"
_PLACE: Final = re.compile(rf"(?P<xy>xy:)?(?P<a>{_NUMBER}),\s*(?P<b>{_NUMBER})", re.IGNORECASE)


class LatLon(NamedTuple):
    """A place on Earth: degrees north and east, WGS 84."""

    lat: float
    lon: float

    def __str__(self) -> str:
        """Return "LAT,LON" to a centimetre, as it is typed."""
        return f"{self.lat:.7f},{self.lon:.7f}"


class MapXY(NamedTuple):
    """A place in the coordinates of a map: x and y of its own coordinate system."""

    x: float
    y: float

    def __str__(self) -> str:
        """Return "xy:X,Y", as it is typed."""
        return f"xy:{self.x:.10g},{self.y:.10g}"


Place = LatLon | MapXY


class MapPlace(NamedTuple):
    """A place on a map: what `MAP@LAT,LON` means."""

    map: Path
    place: Place

    def __str__(self) -> str:
        """Return "MAP@LAT,LON"; of a tile server without user and key."""
        return f"{map_name(self.map)}@{self.place}"

    @property
    def label(self) -> str:
        """A short name for folders: the map's or server's name and the place."""
        return f"{map_label(self.map)}@{str(self.place).replace(':', '')}"


def parse_place(text: str, what: str = "place") -> Place:
    """Read "LAT,LON" in degrees, or "xy:X,Y" in a map's own coordinates.

    Args:
        text: what the user wrote.
        what: begins the message, such as "--at-map".

    Raises:
        InputError: something else, NaN, or numbers that no place has.

    """
    match = _PLACE.fullmatch(text.strip())
    if match is None:
        raise InputError(
            f"{what}: expected LAT,LON in degrees, such as -33.8568,151.2153, or xy:X,Y in the "
            f"map's own coordinates, not '{text}'"
        )
    first, second = float(match["a"]), float(match["b"])
    if not (math.isfinite(first) and math.isfinite(second)):
        raise InputError(f"{what}: the coordinates must be finite numbers, not '{text}'")
    return MapXY(first, second) if match["xy"] else check_lat_lon(first, second, what)


def check_lat_lon(lat: float, lon: float, what: str) -> LatLon:
    """Return a place with its longitude in [-180, 180).

    Args:
        lat: degrees north.
        lon: degrees east, -360 to 360.
        what: begins the message.

    Raises:
        InputError: no place on Earth, or too near a pole.

    """
    if not (abs(lat) <= 90 and abs(lon) <= 360):
        swapped = (
            f"; latitude comes first: did you mean {lon:g},{lat:g}?"
            if abs(lon) <= 90 and abs(lat) <= 360
            else ""
        )
        raise InputError(
            f"{what}: latitude {lat:g}, longitude {lon:g} is no place on Earth (-90 to 90, -180 to "
            f"180){swapped}"
        )
    if abs(lat) > NEAREST_POLE_DEG:
        raise InputError(
            f"{what}: latitude {lat:g} is too near the pole, where north-up means nothing; up to "
            f"{NEAREST_POLE_DEG} degrees"
        )
    return LatLon(lat, (lon + 180.0) % 360.0 - 180.0)


def map_place(tile: str | Path, at: str | None = None) -> MapPlace | None:
    """Read a tile's name as a place on a map: "MAP@LAT,LON" or "MAP@xy:X,Y".

    Args:
        tile: what stands where a tile is named. A file of just that name is no map place.
        at: the place, where it is given apart from the map (`--at-map`).

    Returns:
        The place, or None for a plain tile.

    Raises:
        InputError: two places, or a place that cannot be read.

    """
    text = str(tile)
    before, _, after = text.rpartition("@")
    named = bool(before) and _PLACE.fullmatch(after.strip()) is not None
    if named and not Path(text).exists():
        if at is not None:
            raise InputError(f"--at-map: {text} names a place already; give one place only")
        return MapPlace(Path(before), parse_place(after, text))
    if before and not Path(text).exists() and Path(before).is_file():
        parse_place(after, text)
    template = server_template(text)
    if at is None and template is not None:
        name = TileServer(template).name
        raise InputError(f"{name}: is a tile server; say which place: URL@LAT,LON")
    return None if at is None else MapPlace(Path(text), parse_place(at, "--at-map"))


def local_crs(at: LatLon, geodetic: Any = None) -> CRS:
    """Return the metric projection of a place: transverse Mercator about it, true to 1 mm in 10 km.

    Args:
        at: its middle, x = y = 0; in the degrees of `geodetic`.
        geodetic: the geographic system that the degrees belong to; None for WGS 84.

    """
    pyproj = library("pyproj")
    conversion = library("pyproj.crs.coordinate_operation")
    base = pyproj.CRS.from_epsg(4326) if geodetic is None else geodetic
    about = conversion.TransverseMercatorConversion(
        latitude_natural_origin=at.lat, longitude_natural_origin=at.lon
    )
    name = f"north-up metres about {at.lat:.7f}, {at.lon:.7f}"
    return pyproj.crs.ProjectedCRS(about, name=name, geodetic_crs=base)

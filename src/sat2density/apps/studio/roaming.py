"""The map under the studio: its pictures for the page, and the scene around any place of it."""

from __future__ import annotations

import functools
import io
import math
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from PIL import Image

from sat2density.earth import EarthPlace
from sat2density.errors import InputError
from sat2density.maps.following import FollowingScene
from sat2density.maps.libraries import library
from sat2density.maps.neighbourhood import Neighbourhood
from sat2density.maps.places import LatLon, MapXY, check_lat_lon, local_crs
from sat2density.maps.raster import HALF_M, MapRaster
from sat2density.maps.servers import DEEPEST, TILE
from sat2density.maps.tiles import cut, tell_if_coarse
from sat2density.maps.values import MapReading
from sat2density.views import Camera

if TYPE_CHECKING:
    from sat2density.pipeline import Sat2Density
    from sat2density.scene import Scene

KEPT: Final = 256
"""Pictures for the page that are kept in memory (25 MB at most)."""

EARTH_M: Final = 2 * HALF_M / TILE
"""Metres of a pixel at zoom 0 at the equator."""

NORTH_DEG: Final = 1e-4
"""North is looked for so far away (11 m)."""

NEAREST_PX: Final = 64
"""The area has at least so many pixels at the smallest zoom."""


class Standing(NamedTuple):
    """Where somebody stands: the scene around, and the camera in it, which looks to true north."""

    scene: Scene
    camera: Camera


class StudioMap:
    """A raster to walk on.

    Args:
        path: of the raster.
        model: makes the scenes.
        reading: bands, stretch, attribution.

    Raises:
        InputError: the raster cannot be used.

    """

    def __init__(self, path: Path, model: Sat2Density, reading: MapReading | None = None) -> None:
        self.reading = reading or MapReading()
        self.raster = MapRaster(path, self.reading)
        # About the map's middle: north is up to 0.03 degrees in 5 km, unlike in a UTM zone.
        width, height = self.raster.size
        middle = MapXY(*self.raster.coordinates(width / 2, height / 2))
        self.crs = local_crs(self.raster.geodetic_lat_lon(middle), self.raster.geodetic)
        self.following = FollowingScene(model, self.raster, self.crs)
        self.neighbourhood = Neighbourhood(model, self.raster, self.crs)
        pixel_m = model.spec.extent_m / model.spec.tile_size
        tell_if_coarse(path, self.raster.pixel_m() / pixel_m, pixel_m)
        pyproj = library("pyproj")
        self._into = pyproj.Transformer.from_crs(4326, self.crs, always_xy=True)
        self._mercator = pyproj.CRS.from_epsg(3857)
        # Pictures are cut on other threads than scenes; a data set is for one at a time.
        self._pictured = MapRaster(path, self.reading, self.raster.colours)
        self._lock = threading.Lock()
        self.picture = functools.lru_cache(KEPT)(self._picture)

    def close(self) -> None:
        """Close the raster."""
        self.raster.close()
        self._pictured.close()

    def describe(self) -> dict[str, Any]:
        """Return what the page needs: name, bounds (south, west, north, east), middle, zooms."""
        width, height = self.raster.size
        columns = np.array([0, 0, width, width, width / 2, width / 2, 0, width])
        rows = np.array([0, height, 0, height, 0, height, height / 2, height / 2])
        transformer = library("pyproj").Transformer.from_crs(self.raster.crs, 4326, always_xy=True)
        lon, lat = transformer.transform(*self.raster.coordinates(columns, rows))
        middle = self.raster.middle()
        lon = middle.lon + (np.asarray(lon) - middle.lon + 180.0) % 360.0 - 180.0
        pixel_m = self.raster.pixel_m()
        finest = math.log2(EARTH_M * math.cos(math.radians(middle.lat)) / pixel_m)
        return {
            "name": self.raster.path.name,
            "attribution": self.reading.attribution or "",
            "bounds": [float(v) for v in (min(lat), lon.min(), max(lat), lon.max())],
            "middle": [middle.lat, middle.lon],
            "minZoom": max(0, math.floor(finest - math.log2(max(width, height) / NEAREST_PX))),
            "maxZoom": min(DEEPEST, math.ceil(finest)),
        }

    def stand(self, lat: float, lon: float) -> Standing:
        """Return the scene around a place; call it on one thread only.

        Args:
            lat: degrees north.
            lon: degrees east.

        Raises:
            InputError: the place lies outside the map, or the map cannot be read there.

        """
        place, x, y = self._inside(lat, lon)
        scene, camera = self.following.at(x, y, self._north(place, x, y))
        if scene.earth is None:
            scene.earth = self._earth(x, y)
        return Standing(scene, camera)

    def model(self, lat: float, lon: float) -> tuple[bytes, LatLon]:
        """Return the things around a place (glTF 2.0), and their middle; on one thread only.

        Args:
            lat: degrees north.
            lon: degrees east.

        Raises:
            InputError: the place lies outside the map, which cannot be read or holds hardly any
                data there, or the weights tell no things.

        """
        _, x, y = self._inside(lat, lon)
        around = self.neighbourhood.at(x, y)
        east, north = self._into.transform(around.x, around.y, direction="INVERSE")
        return around.glb, LatLon(float(north), float(east))

    def _inside(self, lat: float, lon: float) -> tuple[LatLon, float, float]:
        """Return a place that must lie inside the map, also in metres of the projection."""
        place = check_lat_lon(lat, lon, "place")
        if not self.raster.holds(self.raster.xy(place)):
            raise InputError(
                f"{place} lies outside the map, which spans {self.raster.spans()}"
                f"{self.raster.swapped(place)}."
            )
        x, y = (float(value) for value in self._into.transform(place.lon, place.lat))
        return place, x, y

    def _earth(self, x: float, y: float) -> EarthPlace:
        """Return where the window around a place lies, for what is exported of it."""
        lon, lat = self._into.transform(*self.following.bounds(x, y), direction="INVERSE")
        at = LatLon(float(lat), float(lon))
        return EarthPlace(*at, local_crs(at).to_wkt("WKT2_2019"), self.reading.attribution or "")

    def _north(self, place: LatLon, x: float, y: float) -> float:
        """Return where true north lies in the projection, degrees clockwise."""
        ahead = min(place.lat + NORTH_DEG, 90.0)
        x1, y1 = self._into.transform(place.lon, ahead)
        return math.degrees(math.atan2(x1 - x, y1 - y))

    def _picture(self, zoom: int, column: int, row: int) -> tuple[bytes, str]:
        """Return a picture of the usual grid of the web, and its kind.

        Args:
            zoom: 2**zoom pictures go round the Earth.
            column: from longitude -180 to the east.
            row: from the north.

        Raises:
            InputError: there is no such picture in the grid, or the raster cannot be read.

        """
        count = 2 ** min(zoom, DEEPEST)
        if not (0 <= zoom <= DEEPEST and 0 <= column < count and 0 <= row < count):
            raise InputError("There is no such picture.")
        side = 2 * HALF_M / count
        west, north = column * side - HALF_M, HALF_M - row * side
        with self._lock:
            try:
                bounds = (west, north - side, west + side, north)
                pixels, valid, _ = cut(self._pictured, self._mercator, bounds, TILE)
            except InputError:  # the raster's projection does not reach there
                pixels, valid = np.zeros((3, TILE, TILE)), np.zeros((TILE, TILE), np.bool_)
        rgb = (np.moveaxis(pixels, 0, -1) * 255).round().astype(np.uint8)
        data = io.BytesIO()
        if valid.all():
            Image.fromarray(rgb).save(data, "JPEG", quality=90)
            return data.getvalue(), "image/jpeg"
        alpha = np.where(valid, 255, 0).astype(np.uint8)[..., None]
        Image.fromarray(np.concatenate([rgb, alpha], -1)).save(data, "PNG", compress_level=1)
        return data.getvalue(), "image/png"

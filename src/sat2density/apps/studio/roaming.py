"""The map under the studio: its pictures for the page, and the scene around any place of it."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sat2density.apps.studio.map_pictures import raster_pictures, served_pictures
from sat2density.earth import EarthPlace
from sat2density.errors import InputError
from sat2density.maps.following import FollowingScene
from sat2density.maps.libraries import library
from sat2density.maps.neighbourhood import Neighbourhood
from sat2density.maps.places import LatLon, MapPlace, check_lat_lon, local_crs, map_place
from sat2density.maps.served import ServedRaster, open_map
from sat2density.maps.tiles import tell_if_coarse
from sat2density.maps.values import MapReading
from sat2density.views import Camera

if TYPE_CHECKING:
    from sat2density.pipeline import Sat2Density
    from sat2density.scene import Scene

NORTH_DEG: Final = 1e-4
"""North is looked for so far away (11 m)."""

REACH_M: Final = 20_000.0
"""How far from where it was begun one goes on a tile server's map: there its projection counts true
metres to 5 in a million, and north is up to 0.3 degrees at 60 degrees of latitude.
"""


class Standing(NamedTuple):
    """Where somebody stands: the scene around, and the camera in it, which looks to true north."""

    scene: Scene
    camera: Camera


class StudioMap:
    """A map to walk on.

    Args:
        path: of a raster, or the URL template of a tile server, as it is or with the place where
            one stands first (`MAP@LAT,LON`), which a server needs.
        model: makes the scenes.
        reading: bands, stretch, zoom, attribution.

    Raises:
        InputError: the map cannot be used, or the place lies outside it.

    """

    def __init__(self, path: Path, model: Sat2Density, reading: MapReading | None = None) -> None:
        self.reading = reading or MapReading()
        place = map_place(path)
        path = path if place is None else place.map
        self.raster = open_map(path, self.reading, gaps=True)
        self.begin = self._first(place)
        # About the beginning: north is up to 0.03 degrees in 5 km, unlike in a UTM zone.
        middle = self.raster.xy(self.begin)
        self.crs = local_crs(self.raster.geodetic_lat_lon(middle), self.raster.geodetic)
        self.following = FollowingScene(model, self.raster, self.crs)
        self.neighbourhood = Neighbourhood(model, self.raster, self.crs)
        pixel_m = model.spec.extent_m / model.spec.tile_size
        tell_if_coarse(self.raster.path, self.raster.pixel_m(self.begin) / pixel_m, pixel_m)
        self._into = library("pyproj").Transformer.from_crs(4326, self.crs, always_xy=True)
        if isinstance(self.raster, ServedRaster):
            self.pictures = served_pictures(self.raster, self.begin, REACH_M)
        else:
            self.pictures = raster_pictures(path, self.reading, self.raster)

    def _first(self, place: MapPlace | None) -> LatLon:
        """Return where one stands first: the place that was named, or the map's middle."""
        if place is None:
            return self.raster.middle()
        at = self.raster.check_inside(place.place, str(place))
        return self.raster.lat_lon(at)

    def close(self) -> None:
        """Close the map."""
        self.raster.close()
        self.pictures.close()

    def describe(self) -> dict[str, Any]:
        """Return what the page needs: name, bounds (south, west, north, east), where one stands
        first, zooms.
        """
        bounds, (smallest, largest) = self.pictures.span
        return {
            "name": self.raster.path.name,
            "attribution": self.reading.attribution or "",
            "bounds": list(bounds),
            "middle": list(self.begin),
            "minZoom": smallest,
            "maxZoom": largest,
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
        if isinstance(self.raster, ServedRaster):
            if not math.hypot(x, y) <= REACH_M:
                raise InputError(
                    f"{place} is more than {REACH_M / 1000:g} km from where this map was begun "
                    f"({self.begin}); start the studio there: --map URL@LAT,LON"
                )
            if not self.following.known(x, y):
                raise InputError(
                    f"{self.raster.path} has no pictures of {place} at zoom {self.raster.zoom}; go "
                    f"elsewhere, or start the studio with a smaller --zoom."
                )
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

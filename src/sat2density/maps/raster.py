"""`MapRaster`: a georeferenced raster of any size, asked for small windows only."""

from __future__ import annotations

import contextlib
import math
from pathlib import Path
from typing import Any, Final

import numpy as np

from sat2density.errors import InputError
from sat2density.maps.libraries import library
from sat2density.maps.opening import earthly, in_words, opened
from sat2density.maps.places import LatLon, MapXY, Place, check_lat_lon
from sat2density.maps.values import Colours, MapReading, colours_of

HALF_M: Final = math.pi * 6378137.0
"""Half the side of the web's map (EPSG:3857)."""

WEB: Final = 3857
"""Its number."""


class MapRaster:
    """A raster with its place on Earth.

    Args:
        path: of the file: GeoTIFF, BigTIFF, COG, VRT, JPEG 2000, or a PNG or JPEG that says its
            place.
        reading: bands and stretch.
        colours: what another process found of them already; None looks.

    Raises:
        InputError: it cannot be read, or says no place on Earth.
        MissingExtraError: the extra `[maps]` is not installed.

    """

    endless = False
    """Whether it is all of the Earth, so that its middle says nothing."""

    def __init__(
        self,
        path: str | Path,
        reading: MapReading | None = None,
        colours: Colours | None = None,
    ) -> None:
        self.path = Path(path)
        self.reading = reading or MapReading()
        self._colours = colours
        dataset = opened(self.path)
        self._lay(dataset, earthly(dataset, self.path))

    def _lay(self, dataset: Any, crs: Any) -> None:
        """Lay the pixels of a data set on Earth."""
        pyproj = library("pyproj")
        self.dataset = dataset
        self.crs = crs
        self._inverse = ~dataset.transform
        self._turn = _once_round(crs)
        self.geodetic = (self.crs.geodetic_crs or pyproj.CRS.from_epsg(4326)).to_2d()
        wgs84 = pyproj.CRS.from_epsg(4326)
        make = pyproj.Transformer.from_crs
        self._from_earth = make(wgs84, self.crs, always_xy=True)
        self._to_earth = make(self.crs, wgs84, always_xy=True)
        self._to_geodetic = make(self.crs, self.geodetic, always_xy=True)

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels."""
        return self.dataset.width, self.dataset.height

    @property
    def colours(self) -> Colours:
        """Bands and stretch, found once."""
        if self._colours is None:
            with in_words(self.path):
                self._colours = colours_of(self.dataset, self.path, self.reading)
        return self._colours

    def close(self) -> None:
        """Close the file."""
        self.dataset.close()

    def known_by(self) -> dict[str, Any]:
        """Return by which values the map is known again: a run that goes on wants the same."""
        status = self.path.stat()
        return {
            "map": self.path.name,
            "map_bytes": status.st_size,
            "map_changed": status.st_mtime_ns,
        }

    # ---- places

    def xy(self, place: Place) -> MapXY:
        """Return a place in the raster's coordinates.

        Args:
            place: on Earth, or in these coordinates already.

        Raises:
            InputError: the raster's projection does not reach there.

        """
        if isinstance(place, MapXY):
            return place
        x, y = self._from_earth.transform(place.lon, place.lat)
        if not (math.isfinite(x) and math.isfinite(y)):
            raise InputError(f"{self.path}: its coordinate system does not reach {place}")
        return MapXY(float(self.unwrapped(np.array(x))), float(y))

    def unwrapped(self, x: np.ndarray) -> np.ndarray:
        """Return x moved by whole turns to where the raster counts it: a raster about the
        antimeridian may count to 181 degrees, or from -181.

        Args:
            x: of the raster's coordinates; returned as they are where they do not go round.

        """
        if self._turn is None:
            return x
        middle, _ = self.coordinates(self.size[0] / 2, self.size[1] / 2)
        return x - self._turn * np.round((x - middle) / self._turn)

    def pixels(self, x: Any, y: Any) -> tuple[Any, Any]:
        """Return (columns, rows) of places in the raster's coordinates; 0, 0 is the corner of the
        first pixel.

        Args:
            x: of the raster's coordinates, a number or an array.
            y: likewise.

        """
        a, b, c, d, e, f = self._inverse[:6]
        return a * x + b * y + c, d * x + e * y + f

    def coordinates(self, column: Any, row: Any) -> tuple[Any, Any]:
        """Return (x, y) of places in pixels: the other way of `pixels`.

        Args:
            column: from the raster's left border, a number or an array.
            row: from its upper border.

        """
        a, b, c, d, e, f = self.dataset.transform[:6]
        return a * column + b * row + c, d * column + e * row + f

    def lat_lon(self, at: MapXY) -> LatLon:
        """Return a place on Earth (WGS 84).

        Args:
            at: in the raster's coordinates.

        Raises:
            InputError: it is no place on Earth, or too near a pole.

        """
        return self._on_earth(self._to_earth, at)

    def middle(self) -> LatLon:
        """Return the place of the raster's middle on Earth; InputError where it has none."""
        return self.lat_lon(MapXY(*self.coordinates(self.size[0] / 2, self.size[1] / 2)))

    def pixel_m(self, at: LatLon | None = None) -> float:
        """Return the side of a pixel in true metres.

        Args:
            at: where; None takes the raster's middle.

        """
        place = None if at is None else self.xy(at)
        x, y = (side / 2 for side in self.size) if place is None else self.pixels(*place)
        columns, rows = np.array([x, x + 1, x]), np.array([y, y, y + 1])
        lons, lats = self._to_earth.transform(*self.coordinates(columns, rows))
        geod = library("pyproj").Geod(ellps="WGS84")
        _, _, sides = geod.inv([lons[0]] * 2, [lats[0]] * 2, lons[1:], lats[1:])
        return math.sqrt(sides[0] * sides[1])

    def geodetic_lat_lon(self, at: MapXY) -> LatLon:
        """Return a place in the degrees of the raster's own datum, for `places.local_crs`.

        Args:
            at: in the raster's coordinates.

        Raises:
            InputError: it is no place on Earth, or too near a pole.

        """
        return self._on_earth(self._to_geodetic, at)

    def _on_earth(self, transformer: Any, at: MapXY) -> LatLon:
        lon, lat = transformer.transform(*at)
        if not (math.isfinite(lat) and math.isfinite(lon)):
            raise InputError(f"{self.path}: {at} is no place on Earth")
        return check_lat_lon(lat, lon, str(self.path))

    def holds(self, at: MapXY) -> bool:
        """Whether a place lies in the raster.

        Args:
            at: in its coordinates.

        """
        column, row = self.pixels(*at)
        return bool(0 <= column < self.size[0] and 0 <= row < self.size[1])

    def check_inside(self, place: Place, what: str) -> MapXY:
        """Return a place in the raster's coordinates, where it lies inside.

        Args:
            place: on Earth or in its coordinates.
            what: begins the message.

        Raises:
            InputError: it lies outside; the message says what the raster spans, and whether the
                swapped place lies inside.

        """
        at = self.xy(place)
        if self.holds(at):
            return at
        if isinstance(place, MapXY):
            west, south, east, north = self.dataset.bounds
            spans = f"x {west:.8g} to {east:.8g}, y {south:.8g} to {north:.8g}"
            raise InputError(f"{what}: lies outside the map {self.path}, which spans {spans}")
        raise InputError(
            f"{what}: lies outside the map {self.path}, which spans {self.spans()}"
            f"{self.swapped(place)}"
        )

    def spans(self) -> str:
        """Return the latitudes and longitudes that the raster spans, in words."""
        width, height = self.size
        corners = [
            self._to_earth.transform(*self.coordinates(column, row))
            for column in (0, width)
            for row in (0, height)
        ]
        lons, lats = zip(*corners, strict=True)
        if not all(map(math.isfinite, (*lons, *lats))):
            return "places that its corners do not tell"
        return (
            f"latitude {min(lats):.5f} to {max(lats):.5f}, longitude {min(lons):.5f} to "
            f"{max(lons):.5f}"
        )

    def swapped(self, place: LatLon) -> str:
        """Return words for a place outside whose latitude and longitude, swapped, lie inside; ""
        otherwise.

        Args:
            place: outside.

        """
        with contextlib.suppress(InputError):
            other = check_lat_lon(place.lon, place.lat, "")
            if self.holds(self.xy(other)):
                return (
                    f"; with latitude and longitude swapped it would lie inside: "
                    f"{place.lon:.7g},{place.lat:.7g}"
                )
        return ""

    # ---- pixels

    def read(self, window: tuple[int, int, int, int], step: int) -> tuple[np.ndarray, np.ndarray]:
        """Read a window that may reach beyond the raster.

        Args:
            window: (column, row, width, height) in pixels; multiples of `step`.
            step: so many pixels are averaged into one, each way.

        Returns:
            (picture float32 (3, height / step, width / step) in [0, 1], valid bool of that size).

        """
        column, row, width, height = window
        out = np.zeros((3, height // step, width // step), np.float32)
        valid = np.zeros(out.shape[1:], np.bool_)
        left, top = max(column, 0), max(row, 0)
        right, bottom = min(column + width, self.size[0]), min(row + height, self.size[1])
        if step > 1:  # whole steps only: a part of one at the border is left out
            right -= (right - column) % step
            bottom -= (bottom - row) % step
        if right <= left or bottom <= top:
            return out, valid
        colours = self.colours
        inside = library("rasterio.windows").Window(left, top, right - left, bottom - top)
        shape = ((bottom - top) // step, (right - left) // step)
        method = "average" if step > 1 and colours.palette is None else "nearest"
        resampling = library("rasterio.enums").Resampling[method]
        place = np.s_[
            (top - row) // step : (top - row) // step + shape[0],
            (left - column) // step : (left - column) // step + shape[1],
        ]
        with in_words(self.path):
            values = self.dataset.read(
                list(colours.bands),
                window=inside,
                out_shape=(len(colours.bands), *shape),
                resampling=resampling,
            )
            mask = self.dataset.dataset_mask(window=inside, out_shape=shape) > 0
        mask &= np.isfinite(values).all(0)
        out[:, *place] = colours.picture(values)
        valid[place] = mask
        return out, valid


def _once_round(crs: Any) -> float | None:
    """Return how far x counts once round the Earth; None where it does not go round."""
    if crs.is_geographic:
        return 360.0
    return 2 * HALF_M if crs.to_epsg() == WEB else None

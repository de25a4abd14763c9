"""Walks on maps: a track inside a raster, resampled evenly, with its headings."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sat2density.errors import InputError
from sat2density.maps.clipping import part_inside
from sat2density.maps.libraries import library
from sat2density.maps.places import LatLon, check_lat_lon
from sat2density.maps.projections import crs_about
from sat2density.maps.tracks import Track
from sat2density.paths.splines import EvenCurve, arc_length, without_repeats

if TYPE_CHECKING:
    from sat2density.maps.raster import MapRaster

SHORTEST_M: Final = 1.0
"""A walk shorter than this is taken for a mistake."""

MOST_FRAMES: Final = 1_000_000
"""More frames than this (a day of film) are taken for a mistake in a unit."""

LOOK_M: Final = 3.0
"""The heading looks this far ahead and back: a recorder's shake does not turn the camera."""


@dataclasses.dataclass(frozen=True)
class MapWalk:
    """Camera positions on a map; one row is one frame.

    Attributes:
        crs: metric projection that the positions are in.
        points: (N, 2) float64, x and y in `crs`, metres.
        headings: (N,) degrees clockwise from the projection's north.
        places: (N, 2) latitude and longitude.
        north: (N,) degrees that the projection's north is turned against true north there.
        notices: what was left out.

    """

    crs: Any
    points: np.ndarray
    headings: np.ndarray
    places: np.ndarray
    north: np.ndarray
    notices: tuple[str, ...] = ()

    def __len__(self) -> int:
        """Return the number of frames."""
        return len(self.points)

    @property
    def middle(self) -> LatLon:
        """The place of the frame in its middle."""
        return LatLon(*(float(value) for value in self.places[len(self) // 2]))

    @property
    def walked_m(self) -> np.ndarray:
        """(N,) metres walked at every frame."""
        return arc_length(self.points)

    @property
    def true_headings(self) -> np.ndarray:
        """(N,) degrees clockwise from true north."""
        return (self.headings + self.north) % 360.0


def walk_on(raster: MapRaster, track: Track, spacing_m: float) -> MapWalk:
    """Lay a track on a map: its longest part inside the raster, evenly resampled.

    Args:
        raster: the map.
        track: on Earth.
        spacing_m: metres between frames.

    Raises:
        InputError: no part of it lies in the raster, it is too short, or has too many frames.

    """
    if not (math.isfinite(spacing_m) and spacing_m > 0):
        raise InputError(f"--spacing-m {spacing_m:g}: must be above 0")
    places, notices = part_inside(raster, track)
    crs = crs_about(raster, _place(track, (places.min(0) + places.max(0)) / 2))
    into = library("pyproj").Transformer.from_crs(4326, crs, always_xy=True)
    points = np.column_stack(into.transform(places[:, 1], places[:, 0]))
    if not np.isfinite(points).all():
        raise InputError(f"{track.path}: reaches too far round the Earth for one walk; cut it")
    points = points[without_repeats(points)]
    if len(points) < 2 or arc_length(points)[-1] < SHORTEST_M:
        raise InputError(f"{track.path}: less than {SHORTEST_M:g} m of it lie in {raster.path}")
    frames = int(arc_length(points)[-1] / spacing_m) + 1
    if frames > MOST_FRAMES:
        raise InputError(f"--spacing-m {spacing_m:g}: gives {frames} frames; at most {MOST_FRAMES}")
    curve = EvenCurve(points)
    steps = np.arange(0.0, curve.length, spacing_m)
    if len(steps) < 2:
        raise InputError(f"--spacing-m {spacing_m:g}: the walk has {curve.length:.1f} m only")
    even = curve.at(steps)
    ahead, back = curve.at(steps + LOOK_M), curve.at(steps - LOOK_M)
    way = ahead - back
    headings = np.degrees(np.arctan2(way[:, 0], way[:, 1])) % 360.0
    lon, lat = into.transform(even[:, 0], even[:, 1], direction="INVERSE")
    north = _north(into, np.asarray(lat), np.asarray(lon))
    return MapWalk(
        crs, even, headings, np.column_stack([lat, lon]), north, (*track.notices, *notices)
    )


def _place(track: Track, at: np.ndarray) -> LatLon:
    return check_lat_lon(float(at[0]), float(at[1]), str(track.path))


def _north(into: Any, lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
    """Return by how many degrees a projection's north is turned against true north."""
    step = 1e-4
    x0, y0 = into.transform(lon, lat - step)
    x1, y1 = into.transform(lon, lat + step)
    return -np.degrees(np.arctan2(np.asarray(x1) - x0, np.asarray(y1) - y0))

"""The part of a track that lies inside a map, also where its points lie far apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sat2density.errors import InputError
from sat2density.maps.libraries import library
from sat2density.maps.places import check_lat_lon
from sat2density.maps.tracks import DEGREE_M, Track

if TYPE_CHECKING:
    from sat2density.maps.raster import MapRaster

LOOK_EVERY_M: Final = 1.0
"""A line is followed in such steps to find where it enters and leaves a map."""

MOST_LOOKS: Final = 1_000_000
"""Longer lines are followed in longer steps."""


def part_inside(raster: MapRaster, track: Track) -> tuple[np.ndarray, list[str]]:
    """Return the longest part of a track inside a map.

    Args:
        raster: the map.
        track: on Earth; between its points it goes straight.

    Returns:
        ((N, 2) latitudes and longitudes, notices that name the points left out).

    Raises:
        InputError: no part of it lies in the map.

    """
    if _held(raster, track.places).all():
        return track.places, []
    line, index = _followed(track.places)
    held = _held(raster, line)
    if not held.any():
        lat, lon = (float(value) for value in track.places[0])
        first_place = check_lat_lon(lat, lon, str(track.path))
        raster.check_inside(first_place, f"{track.path}: {track.where[0]}")
        raise InputError(f"{track.path}: lies outside the map {raster.path}")
    edges = np.flatnonzero(np.diff(np.concatenate([[False], held, [False]]).astype(int)))
    runs = edges.reshape(-1, 2)
    geod = library("pyproj").Geod(ellps="WGS84")
    lengths = [geod.line_length(line[a:b, 1], line[a:b, 0]) for a, b in runs]
    start, end = (int(edge) for edge in runs[int(np.argmax(lengths))])
    first, last = float(index[start]), float(index[end - 1])
    between = np.arange(int(np.floor(first)) + 1, int(np.ceil(last)))
    places = np.concatenate([line[start : start + 1], track.places[between], line[end - 1 : end]])
    left_out = (
        (0, int(np.ceil(first))),
        (int(np.floor(last)) + 1, len(track.places)),
    )
    return places, [_named(raster, track, *ends) for ends in left_out if ends[0] < ends[1]]


def _named(raster: MapRaster, track: Track, first: int, end: int) -> str:
    what = track.where[first]
    if end - first > 1:
        what += f" to {track.where[end - 1]}"
    return f"{track.path}: {what}: outside {raster.path} or beyond a gap; left out"


def _held(raster: MapRaster, places: np.ndarray) -> np.ndarray:
    """Return which of (N, 2) places lie in a map."""
    into = library("pyproj").Transformer.from_crs(4326, raster.crs, always_xy=True)
    x, y = into.transform(places[:, 1], places[:, 0])
    with np.errstate(invalid="ignore"):
        columns, rows = raster.pixels(raster.unwrapped(np.asarray(x)), np.asarray(y))
        inside = (rows >= 0) & (rows < raster.size[1])
        if not raster.endless:
            inside &= (columns >= 0) & (columns < raster.size[0])
    return np.asarray(inside)


def _followed(places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return (M, 2) places along a line, and which of its points each is, with a fraction."""
    steps = np.diff(places, axis=0)
    east = steps[:, 1] * np.cos(np.radians(places[:-1, 0]))
    metres = np.hypot(steps[:, 0], east) * DEGREE_M
    every = max(LOOK_EVERY_M, float(metres.sum()) / MOST_LOOKS)
    counts = np.maximum(np.ceil(metres / every), 1).astype(int)
    point = np.repeat(np.arange(len(steps)), counts)
    part = (np.arange(len(point)) - np.repeat(np.cumsum(counts) - counts, counts)) / counts[point]
    line = places[point] + part[:, None] * steps[point]
    index = np.concatenate([point + part, [len(places) - 1.0]])
    return np.concatenate([line, places[-1:]]), index

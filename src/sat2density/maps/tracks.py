"""Tracks on Earth: GPX, GeoJSON lines in longitude and latitude, CSV with lat and lon."""

from __future__ import annotations

import csv
import dataclasses
import re
from pathlib import Path
from typing import Any, Final

import numpy as np

from sat2density.errors import InputError
from sat2density.maps.libraries import library
from sat2density.maps.places import check_lat_lon
from sat2density.paths.files import LARGEST_FILE
from sat2density.paths.rows import number
from sat2density.reading import parse_json, read_text

LATITUDES: Final = ("lat", "latitude")
LONGITUDES: Final = ("lon", "lng", "long", "longitude")

GAP_M: Final = 50.0
"""Recorders lose the sky: a piece that begins further from the end of the last one is told of."""

DEGREE_M: Final = 111_195.0
"""Metres of a degree of latitude, for gaps."""


@dataclasses.dataclass(frozen=True)
class Track:
    """A line on Earth.

    Attributes:
        path: the file.
        places: (N, 2) float64 latitude and longitude, degrees, N >= 2; the places differ.
        where: what each point is called in its file, for messages.
        notices: what was left out.

    """

    path: Path
    places: np.ndarray
    where: tuple[str, ...]
    notices: tuple[str, ...] = ()


def read_track(path: str | Path) -> Track:
    """Read a track by its file's suffix.

    Args:
        path: a file ending in .gpx, .geojson, .json, .csv, .tsv or .txt.

    Raises:
        InputError: it cannot be read as a track; the message names the point or line.
        MissingExtraError: a GPX file, and the extra `[maps]` is not installed.

    """
    path = Path(path)
    readers = {".gpx": _gpx, ".geojson": _geojson, ".json": _geojson}
    readers |= dict.fromkeys((".csv", ".tsv", ".txt"), _csv)
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise InputError(f"{path}: a track ends in .gpx, .geojson or .csv")
    text = read_text(path, LARGEST_FILE)
    if not text.strip():
        raise InputError(f"{path}: the file is empty")
    values, where, notices = reader(path, text)
    checked = [
        check_lat_lon(lat, lon, f"{path}: {place}")
        for (lat, lon), place in zip(values, where, strict=True)
    ]
    places = np.array(checked, np.float64).reshape(-1, 2)
    if len(places) < 2 or (places == places[0]).all():
        raise InputError(f"{path}: fewer than two different points; a track needs somewhere to go")
    # Across the antimeridian longitudes go on: a line from 179.9 to -179.9 is short.
    places[:, 1] = np.unwrap(places[:, 1], period=360.0)
    return Track(path, places, tuple(where), tuple(notices))


_Read = tuple[list[tuple[float, float]], list[str], list[str]]


def _gpx(path: Path, text: str) -> _Read:
    if "<!ENTITY" in text or "<!DOCTYPE" in text:
        raise InputError(f"{path}: declares entities, which no GPX file needs; they are not read")
    if re.search(r"<([\w.-]+:)?gpx[\s>]", text) is None:
        raise InputError(f"{path}: is no GPX file: there is no <gpx> in it")
    gpxpy = library("gpxpy")
    try:
        whole = gpxpy.parse(text)
    except Exception as error:  # its own and those of the parser below
        reason = (str(error).splitlines() or [""])[0]
        raise InputError(f"{path}: is no GPX file: {reason}") from None
    pieces = [piece.points for track in whole.tracks for piece in track.segments if piece.points]
    notices = []
    if not pieces:
        pieces = [route.points for route in whole.routes if route.points]
    elif whole.routes:
        notices.append(f"{path}: holds tracks and routes; the tracks are walked")
    if not pieces and whole.waypoints:
        raise InputError(f"{path}: holds single waypoints only, no track and no route")
    if not pieces:
        raise InputError(f"{path}: holds no track and no route")
    values: list[tuple[float, float]] = []
    for piece in pieces:
        here = [
            (
                number(path, f"point {len(values) + k}", "lat", point.latitude),
                number(path, f"point {len(values) + k}", "lon", point.longitude),
            )
            for k, point in enumerate(piece, 1)
        ]
        if values:
            notices += _gap(path, values[-1], here[0])
        values += here
    return values, [f"point {k}" for k in range(1, len(values) + 1)], notices


def _gap(path: Path, end: tuple[float, float], start: tuple[float, float]) -> list[str]:
    north = (start[0] - end[0]) * DEGREE_M
    east = (start[1] - end[1]) * DEGREE_M * np.cos(np.radians(end[0]))
    metres = float(np.hypot(north, east))
    if metres <= GAP_M:
        return []
    return [f"{path}: its pieces lie {metres:.0f} m apart; the gap is walked straight"]


def _geojson(path: Path, text: str) -> _Read:
    value = parse_json(text, str(path))
    if isinstance(value, dict) and "sat2density" in value:
        raise InputError(
            f"{path}: its coordinates are metres on a tile; a track on a map needs longitude and "
            f"latitude"
        )
    lines = list(_lines(value))
    if not lines:
        raise InputError(f"{path}: holds no LineString")
    notices = []
    if len(lines) > 1:
        notices.append(f"{path}: holds {len(lines)} lines; the first is walked")
    where = [f"point {k}" for k in range(1, len(lines[0]) + 1)]
    values = []
    for place, entry in zip(where, lines[0], strict=True):
        if not isinstance(entry, list) or len(entry) < 2:
            raise InputError(f"{path}: {place}: expected [longitude, latitude]")
        lon = number(path, place, "longitude", entry[0])
        values.append((number(path, place, "latitude", entry[1]), lon))
    return values, where, notices


def _lines(value: Any) -> Any:
    """Yield the coordinates of all lines in a GeoJSON value."""
    if not isinstance(value, dict):
        return
    kind = value.get("type")
    if kind == "FeatureCollection" and isinstance(value.get("features"), list):
        for feature in value["features"]:
            yield from _lines(feature)
    elif kind == "Feature":
        yield from _lines(value.get("geometry"))
    elif kind == "LineString" and isinstance(value.get("coordinates"), list):
        yield value["coordinates"]
    elif kind == "MultiLineString" and isinstance(value.get("coordinates"), list):
        yield from (line for line in value["coordinates"] if isinstance(line, list))


def _csv(path: Path, text: str) -> _Read:
    first = text.lstrip("\ufeff\r\n ").splitlines()[0]
    delimiter = max(",;\t", key=first.count)
    rows = list(csv.reader(text.lstrip("\ufeff").splitlines(), delimiter=delimiter))
    filled = [(k, row) for k, row in enumerate(rows, 1) if any(field.strip() for field in row)]
    names = [name.strip().lower() for name in filled[0][1]]
    lat = next((names.index(name) for name in LATITUDES if name in names), None)
    lon = next((names.index(name) for name in LONGITUDES if name in names), None)
    if lat is None or lon is None:
        raise InputError(
            f"{path}: line {filled[0][0]}: a track needs a header with the columns lat and lon"
        )
    values, where = [], []
    for line, row in filled[1:]:
        place = f"line {line}"
        if len(row) != len(names):
            raise InputError(
                f"{path}: {place}: {len(row)} values where the header has {len(names)} columns"
            )
        one = number(path, place, "lat", row[lat].strip(), text=True)
        values.append((one, number(path, place, "lon", row[lon].strip(), text=True)))
        where.append(place)
    ignored = [name for k, name in enumerate(names) if k not in (lat, lon)]
    notices = [f"{path}: the columns {', '.join(ignored)} are left out"] if ignored else []
    return values, where, notices

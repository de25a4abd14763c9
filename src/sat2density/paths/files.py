"""Files of paths: CSV, JSON and GeoJSON, read strictly and written back (docs/paths.md shows every
form).

A wrong file is refused with its line (CSV) or the number of its point (JSON, GeoJSON); what can be
ignored without harm is ignored with a notice in `Trajectory.notices`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, get_args

import numpy as np

from sat2density.conventions import AngleUnit, PathUnit
from sat2density.errors import InputError, near_matches
from sat2density.files import atomic_path
from sat2density.paths.csv_files import csv_text, read_csv
from sat2density.paths.rows import Rows, Walk, number, on_earth, rows_to_walk
from sat2density.reading import check_regular, parse_json, read_text
from sat2density.scene_spec import SceneSpec
from sat2density.structured import check_choice

if TYPE_CHECKING:
    from sat2density.paths.trajectory import Trajectory

LARGEST_FILE: Final = 32 * 2**20
"""Bytes; 100,000 points with all their digits take less than 10 MB."""

CSV_SUFFIXES: Final = (".csv", ".tsv", ".txt")
"""Endings of tables that are read; they are written as .csv."""

ON_EARTH: Final = (".gpx", ".kml", ".kmz", ".fit", ".tcx")
"""Endings of tracks in longitude and latitude."""

GEOJSON_AXES: Final = "east_south_m"
GEOJSON_TYPES: Final = ("FeatureCollection", "Feature", "LineString", "MultiLineString")


def read_walk(file: Path, spec: SceneSpec, angle: AngleUnit | None = None) -> Walk:
    """Read a path file by its suffix; `Trajectory.read` builds the path and tells its notices.

    Args:
        file: name ending in .csv, .tsv, .txt, .json or .geojson.
        spec: the scene, for files in metres.
        angle: see `read_csv`; only for CSV files.

    Raises:
        InputError: the file cannot be read as a path; the message names the line or the point.

    """
    if angle is not None:
        check_choice("--angle", angle, AngleUnit)
    suffix = file.suffix.lower()
    if suffix in ON_EARTH:
        check_regular(file)
        raise on_earth(file, f"the points of a {suffix[1:].upper()} file")
    if suffix not in (*CSV_SUFFIXES, ".json", ".geojson"):
        raise InputError(f"{file}: a path file ends in .csv, .json or .geojson")
    text = read_text(file, LARGEST_FILE)
    if not text.strip():
        raise InputError(f"{file}: the file is empty")
    if suffix in CSV_SUFFIXES:
        return rows_to_walk(read_csv(file, text, angle), file, spec)
    if angle is not None:
        raise InputError(f"{file}: --angle is only for CSV files with the columns w,h,angle")
    value = _object(file, text)
    if suffix == ".geojson" or value.get("type") in GEOJSON_TYPES:
        return rows_to_walk(_geojson_rows(file, value), file, spec)
    return rows_to_walk(_json_rows(file, value), file, spec)


def write_path(path: Trajectory, file: Path, spec: SceneSpec, unit: str = "m") -> None:
    """Write a path file by its suffix, complete or not at all.

    Args:
        path: what to write.
        file: name ending in .csv, .json or .geojson.
        spec: the scene, for its metres a unit.
        unit: "m", or "px" (CSV only, without headings).

    Raises:
        InputError: another suffix, or a unit that the format does not have.
        OutputError: the file cannot be written.

    """
    writers: dict[str, Callable[[], str]] = {
        ".csv": lambda: csv_text(path, spec, unit),
        ".json": lambda: json.dumps(_to_json(path, spec), indent=1) + "\n",
        ".geojson": lambda: json.dumps(_to_geojson(path, spec)) + "\n",
    }
    suffix = file.suffix.lower()
    if suffix not in writers:
        raise InputError(f"{file}: a path file ends in .csv, .json or .geojson")
    if unit not in get_args(PathUnit) or (unit == "px" and suffix != ".csv"):
        raise InputError(
            f"{file}: paths are written in metres ('m'), or as CSV in pixels ('px'), not {unit!r}"
        )
    with atomic_path(file) as temporary:
        temporary.write_text(writers[suffix](), encoding="utf-8")


# ---- reading


def _object(file: Path, text: str) -> dict[str, Any]:
    value = parse_json(text, str(file))
    if not isinstance(value, dict):
        raise InputError(f'{file}: expected {{"unit": "m", "points": [...]}}')
    return value


def _only(file: Path, where: str, value: dict[str, Any], known: tuple[str, ...]) -> None:
    for key in value:
        if key not in known:
            raise InputError(
                f"{file}: {where}unknown member '{key}'{near_matches(key, known)} (known: "
                f"{', '.join(known)})"
            )


def _json_rows(file: Path, value: dict[str, Any]) -> Rows:
    _only(file, "", value, ("unit", "points"))
    if value.get("unit") != "m":
        raise InputError(
            f'{file}: the member "unit" must be "m" (metres), not {value.get("unit")!r}'
        )
    points = value.get("points")
    if not isinstance(points, list):
        raise InputError(
            f'{file}: the member "points" must be a list of {{"east": m, "south": m, "heading": '
            f"degrees}}"
        )
    places = []
    values = []
    for index, point in enumerate(points):
        where = f"point {index + 1}"
        if not isinstance(point, dict):
            raise InputError(
                f'{file}: {where}: expected {{"east": m, "south": m, "heading": degrees}}'
            )
        _only(file, f"{where}: ", point, ("east", "south", "heading"))
        places.append(where)
        values.append([number(file, where, key, point.get(key)) for key in ("east", "south")])
        values[-1].append(number(file, where, "heading", point.get("heading", 0.0)))
    return Rows(places, np.array(values, dtype=np.float64).reshape(-1, 3), "m", [])


def _geojson_rows(file: Path, value: dict[str, Any]) -> Rows:
    ours = value.get("sat2density")
    if not isinstance(ours, dict) or ours.get("axes") != GEOJSON_AXES:
        raise on_earth(
            file,
            f'without the member "sat2density": {{"axes": "{GEOJSON_AXES}"}} the coordinates of '
            f"GeoJSON",
        )
    line, properties = _line_string(file, value)
    headings = properties.get("headings", [0.0] * len(line))
    if not isinstance(headings, list) or len(headings) != len(line):
        raise InputError(
            f'{file}: the property "headings" must list one number for each of the {len(line)} '
            f"points"
        )
    places = []
    values = []
    for index, (place, heading) in enumerate(zip(line, headings, strict=True)):
        where = f"point {index + 1}"
        if not isinstance(place, list) or len(place) not in (2, 3):
            raise InputError(f"{file}: {where}: expected [east_m, south_m]")
        named = {"east": place[0], "south": place[1], "heading": heading}
        places.append(where)
        values.append([number(file, where, key, entry) for key, entry in named.items()])
    notices = []
    if any(len(place) == 3 for place in line):
        notices.append(f"{file}: the third coordinate (height) is ignored")
    return Rows(places, np.array(values, dtype=np.float64).reshape(-1, 3), "m", notices)


def _line_string(file: Path, value: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """Find the one LineString of a FeatureCollection, a Feature or a bare geometry, and its
    feature's properties.
    """
    if value.get("type") == "FeatureCollection":
        features = value.get("features")
        if (
            not isinstance(features, list)
            or len(features) != 1
            or not isinstance(features[0], dict)
        ):
            raise InputError(f"{file}: expected one feature, a LineString")
        value = features[0]
    properties: Any = {}
    if value.get("type") == "Feature":
        properties = value.get("properties") or {}
        value = value.get("geometry") or {}
    parts = value.get("coordinates") if isinstance(value, dict) else None
    if (
        isinstance(value, dict)
        and value.get("type") == "MultiLineString"
        and isinstance(parts, list)
        and len(parts) == 1
    ):
        value = {"type": "LineString", "coordinates": parts[0]}  # what QGIS writes of a line
    if (
        not isinstance(value, dict)
        or not isinstance(properties, dict)
        or value.get("type") != "LineString"
    ):
        kind = value.get("type") if isinstance(value, dict) else value
        raise InputError(f"{file}: expected a LineString geometry, not {kind!r}")
    line = value.get("coordinates")
    if not isinstance(line, list):
        raise InputError(
            f'{file}: the LineString\'s "coordinates" must be a list of [east_m, south_m]'
        )
    return line, properties


# ---- writing


def _rounded(path: Trajectory, spec: SceneSpec) -> list[list[float]]:
    """Rows (east_m, south_m, heading) to a micrometre, which is far below any camera's place."""
    return np.round(np.column_stack([path.metres(spec), path.headings]), 6).tolist()


def _to_json(path: Trajectory, spec: SceneSpec) -> dict[str, Any]:
    rows = _rounded(path, spec)
    return {"unit": "m", "points": [{"east": e, "south": s, "heading": h} for e, s, h in rows]}


def _to_geojson(path: Trajectory, spec: SceneSpec) -> dict[str, Any]:
    rows = _rounded(path, spec)
    return {
        "type": "Feature",
        "sat2density": {"axes": GEOJSON_AXES},
        "properties": {"headings": [heading for _, _, heading in rows]},
        "geometry": {
            "type": "LineString",
            "coordinates": [[east, south] for east, south, _ in rows],
        },
    }

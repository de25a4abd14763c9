"""Paths between the page and files; the formats and their rules are those of
`paths.files`.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, Final

import numpy as np

from sat2density.errors import InputError
from sat2density.notices import heard
from sat2density.paths.trajectory import Trajectory
from sat2density.reading import parse_json, read_text
from sat2density.scene_spec import SceneSpec

KINDS = ("csv", "json", "geojson")

MAX_PATH_POINTS: Final = 2000
"""Cameras of one video or page that the studio makes."""


def _file(folder: Path, kind: str) -> Path:
    if kind not in KINDS:
        raise InputError(f"Paths are read and written as {', '.join(KINDS)}.")
    return Path(tempfile.mkdtemp(prefix="path-", dir=folder)) / f"path.{kind}"


def read_path(data: bytes, kind: str, folder: Path, spec: SceneSpec) -> dict[str, Any]:
    """Read a path file that a page sent.

    Args:
        data: the file's bytes.
        kind: one of `KINDS`, without the dot.
        folder: where a temporary file may be written; nothing stays.
        spec: the scene, for files in metres.

    Returns:
        {"points": [[east, south], ...] in units, "notices": [...]}; of a longer path
        `MAX_PATH_POINTS` points, evenly chosen.

    Raises:
        InputError: another kind, or what `Trajectory.read` says, without the server's file name.

    """
    path = _file(folder, kind)
    path.write_bytes(data)
    try:
        with heard(lambda text: None):  # they are in the answer
            read = Trajectory.read(path, spec)
    except InputError as error:
        raise InputError(str(error).replace(str(path), "the file")) from error
    finally:
        path.unlink()
        path.parent.rmdir()
    points = read.points
    if len(points) > MAX_PATH_POINTS:
        points = points[np.linspace(0, len(points) - 1, MAX_PATH_POINTS).round().astype(int)]
    return {
        "points": points.round(6).tolist(),
        "notices": [n.replace(str(path), "the file") for n in read.notices],
    }


def points_of(values: object) -> np.ndarray:
    """Check the points of a message and return them.

    Args:
        values: [[east, south], ...] in units, each in [-1, 1].

    Returns:
        (N, 2) float64, rounding over the border taken back.

    Raises:
        InputError: fewer than two, more than `MAX_PATH_POINTS`, not numbers, or outside the tile.

    """
    if not isinstance(values, list) or len(values) < 2:
        raise InputError("A path needs at least two points; draw one on the tile first.")
    if len(values) > MAX_PATH_POINTS:
        raise InputError(
            f"The path has {len(values)} points; at most {MAX_PATH_POINTS} are accepted."
        )
    try:
        points = np.array([[float(east), float(south)] for east, south in values])
    except (TypeError, ValueError, OverflowError):
        raise InputError("A path is a list of [east, south].") from None
    if not np.isfinite(points).all() or np.abs(points).max() > 1 + 1e-6:
        raise InputError("A point of the path lies outside the tile.")
    return points.clip(-1, 1)


def write_path(data: bytes, kind: str, folder: Path, spec: SceneSpec) -> str:
    """Write points that a page sent as a path file, headings along the path, and return the file's
    text.

    Args:
        data: JSON {"points": [[east, south], ...]} in units.
        kind: one of `KINDS`, without the dot.
        folder: where a temporary file may be written; nothing stays.
        spec: the scene, for its metres a unit.

    Raises:
        InputError: another kind, no JSON, or points that `points_of` refuses.

    """
    try:
        body = parse_json(data.decode("utf-8"), "the path")
    except UnicodeDecodeError:
        raise InputError("The path is not valid JSON.") from None
    points = points_of(body.get("points") if isinstance(body, dict) else None)
    path = _file(folder, kind)
    try:
        Trajectory(points).along_path().write(path, spec)
        return read_text(path)
    finally:
        path.unlink(missing_ok=True)
        path.parent.rmdir()

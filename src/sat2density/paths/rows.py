"""Rows of a path file on their way to a `Trajectory`: numbers checked one by one, with the place
each came from. Below `trajectory`, which calls the readers.
"""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sat2density.conventions import REFERENCE_TILE, PathUnit
from sat2density.errors import InputError
from sat2density.paths.splines import arc_length, without_repeats
from sat2density.scene_spec import SceneSpec

MOST_FRAMES: Final = 100_000
"""More camera positions than this in one path are taken for a mistake in a unit."""

BORDER_SLACK: Final = 1e-6
"""Units a point may lie outside the tile through a file's rounding alone; it is then put on the
border.
"""

SHORTEST_M: Final = 0.01
"""A path shorter than this is taken for a mistake in a unit."""

WIDEST_DEGREES: Final = 0.5
"""Numbers that could be longitude and latitude and spread by less than this are taken for them: as
pixels it is half a pixel, as degrees it is some fifty kilometres.
"""


@dataclasses.dataclass
class Rows:
    """What a file holds, still in the file's unit.

    Attributes:
        places: where each row stands ("line 3", "point 3"), for messages.
        values: (N, 3) float64: two coordinates in `unit`, and the heading in degrees.
        unit: "m" (east, south of the middle) or "px" (column, row of a 256-pixel tile).
        notices: what was ignored so far.

    """

    places: list[str]
    values: NDArray[np.float64]
    unit: PathUnit
    notices: list[str]


class Walk(NamedTuple):
    """What a `Trajectory` is made from.

    Attributes:
        points: (N, 2) float64, (east, south) in tile units.
        headings: (N,) float64, degrees clockwise from north.
        notices: what was ignored or changed.

    """

    points: NDArray[np.float64]
    headings: NDArray[np.float64]
    notices: tuple[str, ...]


def number(file: Path, where: str, what: str, value: Any, text: bool = False) -> float:
    """Return a finite number from a file's value.

    Args:
        file: the file, for messages.
        where: place in it, such as "line 3".
        what: what the number is, such as "east_m".
        value: a JSON value, or with `text` a CSV field.
        text: whether the value is a field's text.

    Raises:
        InputError: missing, no number, or not finite; the message names the place.

    """
    if value is None or (text and not value.strip()):
        raise InputError(f"{file}: {where}: {what} is missing")
    # Python also reads 1_000 as a number, which no other tool would.
    fits = (
        "_" not in value if text else isinstance(value, int | float) and not isinstance(value, bool)
    )
    try:
        result = float(value) if fits else None
    except (ValueError, OverflowError):
        result = None
    if result is None:
        raise InputError(f"{file}: {where}: {what} must be a number, not {str(value)[:40]!r}")
    if not math.isfinite(result):
        raise InputError(f"{file}: {where}: {what} must be a finite number, not {value}")
    return result


def on_earth(file: Path, what: str) -> InputError:
    """Build the error for places in longitude and latitude.

    Args:
        file: the file, for the message.
        what: how one can tell, in the plural, such as "the columns lon,lat".

    """
    return InputError(
        f"{file}: {what} are longitude and latitude, which need a map that says where the tile "
        f"lies; without one, give metres from the tile's middle (east_m,south_m)"
    )


def rows_to_walk(rows: Rows, file: Path, spec: SceneSpec) -> Walk:
    """Turn rows into a walk: to tile units, inside the tile, consecutive equal points merged with a
    notice.

    Args:
        rows: what the file holds.
        file: the file, for messages.
        spec: the scene, for rows in metres.

    Raises:
        InputError: too many points, fewer than two different ones, one outside the tile, a path
            under `SHORTEST_M`, or numbers that look like longitude and latitude.

    """
    if len(rows.values) > MOST_FRAMES:
        raise InputError(f"{file}: {len(rows.values)} points; at most {MOST_FRAMES} are accepted")
    if rows.unit == "m":
        points = rows.values[:, :2] / spec.unit_m
    else:
        points = (rows.values[:, :2] - REFERENCE_TILE / 2) / (REFERENCE_TILE / 2)
    # First: where such numbers lie outside the tile, that alone would not help the user.
    _refuse_degrees(rows, file)
    _refuse_outside(rows, points, file, spec)
    if len(points) < 2 or (points == points[0]).all():
        raise InputError(f"{file}: fewer than two different points; a path needs somewhere to go")
    length_m = float(arc_length(points)[-1]) * spec.unit_m
    if length_m < SHORTEST_M:
        raise InputError(
            f"{file}: the whole path is {length_m * 1000:.2g} mm long; are its numbers in another "
            f"unit?"
        )
    keep = without_repeats(points)
    notices = list(rows.notices)
    merged = np.flatnonzero(~keep)
    if merged.size:
        first = rows.places[merged[0]]
        notices.append(
            f"{file}: {merged.size} points equal to the one before were merged with it (the first: "
            f"{first})"
        )
    return Walk(points[keep], rows.values[keep, 2], tuple(notices))


def _refuse_degrees(rows: Rows, file: Path) -> None:
    """Refuse numbers of pixels that can only be degrees."""
    values = rows.values[:, :2]
    if rows.unit != "px" or len(values) < 2:
        return
    possible = (np.abs(values[:, 0]) <= 180).all() and (np.abs(values[:, 1]) <= 90).all()
    fine = (values != values.round(3)).any()
    spread = np.ptp(values, axis=0).max()
    if possible and fine and 0 < spread < WIDEST_DEGREES:
        first, second = values[0]
        raise on_earth(file, f"numbers such as {first:g}, {second:g} (all within {spread:.2g})")


def _refuse_outside(rows: Rows, points: NDArray[np.float64], file: Path, spec: SceneSpec) -> None:
    outside = np.flatnonzero((np.abs(points) > 1.0 + BORDER_SLACK).any(axis=1))
    if not outside.size:
        return
    first, second = rows.values[outside[0], :2]
    reach = spec.unit_m
    limits = (
        f"-{reach:g} to {reach:g} m of a tile of {spec.extent_m:g} m"
        if rows.unit == "m"
        else f"0 to {REFERENCE_TILE} pixels"
    )
    raise InputError(
        f"{file}: {rows.places[outside[0]]}: ({first:g}, {second:g}) lies outside the tile "
        f"({limits})"
    )

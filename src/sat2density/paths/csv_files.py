"""Trajectory files of comma-separated values: `x,y`, `east_m,south_m[,heading]` and `w,h,angle`."""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from sat2density.conventions import AngleUnit, PathUnit
from sat2density.errors import InputError
from sat2density.paths.rows import Rows, number
from sat2density.paths.trajectory import Trajectory
from sat2density.scene_spec import SceneSpec


class _Form(NamedTuple):
    first: str
    second: str
    unit: PathUnit
    heading: str | None


FORMS: Final = (
    _Form("x", "y", "px", None),
    _Form("east_m", "south_m", "m", "heading"),
    _Form("w", "h", "px", "angle"),
)
ACCEPTED: Final = (
    "x,y (pixels of a 256 tile), east_m,south_m[,heading] (metres) or w,h,angle (pixels)"
)


def read_csv(file: Path, text: str, angle: AngleUnit | None) -> Rows:
    """Read the rows of a CSV path; `angle` as in `Trajectory.read`. InputError names the file and
    the line.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines: list[tuple[int, list[str]]] = []
    try:
        lines.extend(
            (reader.line_num, fields) for fields in reader if any(field.strip() for field in fields)
        )
    except csv.Error as error:
        raise InputError(
            f"{file}: line {reader.line_num}: not comma-separated values: {error}"
        ) from None
    (header_line, header), rows = lines[0], lines[1:]
    names = [name.strip().lower() for name in header]
    form = _form(file, header_line, names, header)
    notices = _ignored(file, form, names, angle)
    heading = (
        names.index(form.heading)
        if form.heading in names and not (form.heading == "angle" and not angle)
        else None
    )
    to_degrees = 180.0 / math.pi if angle == "radians" else 1.0
    first, second = names.index(form.first), names.index(form.second)
    places, values = [], []
    for line, fields in rows:
        where = f"line {line}"
        if len(fields) != len(names):
            raise InputError(
                f"{file}: {where}: {len(fields)} values where the header has {len(names)} columns"
            )
        read = [
            number(file, where, names[column], fields[column], text=True)
            for column in (first, second)
        ]
        turn = (
            0.0
            if heading is None
            else number(file, where, names[heading], fields[heading], text=True) * to_degrees
        )
        places.append(where)
        values.append([*read, turn])
    return Rows(places, np.array(values, dtype=np.float64).reshape(-1, 3), form.unit, notices)


def _form(file: Path, line: int, names: list[str], header: list[str]) -> _Form:
    """Find which of the three forms the header announces."""
    if len(set(names)) < len(names):
        raise InputError(
            f"{file}: line {line}: a column name appears twice in '{','.join(header)}'"
        )
    found = [form for form in FORMS if {form.first, form.second} <= set(names)]
    if len(found) == 1:
        return found[0]
    shown = ",".join(header)[:80]
    if found:
        raise InputError(
            f"{file}: line {line}: the header '{shown}' mixes two forms; keep one of {ACCEPTED}"
        )
    for form in FORMS:
        for present, absent in ((form.first, form.second), (form.second, form.first)):
            if present in names:
                raise InputError(
                    f"{file}: line {line}: the column '{absent}' is missing beside '{present}' in "
                    f"'{shown}'"
                )
    hint = " (separate the columns with commas)" if ";" in shown or "\t" in shown else ""
    raise InputError(f"{file}: line {line}: '{shown}' is not a header{hint}; expected {ACCEPTED}")


def _ignored(file: Path, form: _Form, names: list[str], angle: AngleUnit | None) -> list[str]:
    """Say which columns are not used; refuse `--angle` where there is no angle that it could
    explain.
    """
    if angle is not None and not (form.first == "w" and "angle" in names):
        raise InputError(f"{file}: --angle is only for CSV files with the columns w,h,angle")
    used = {form.first, form.second, form.heading}
    others = [name for name in names if name not in used]
    notices = (
        [f"{file}: ignored columns: {', '.join(name or '(no name)' for name in others)}"]
        if others
        else []
    )
    if form.heading == "angle" and "angle" in names and angle is None:
        notices.append(
            f"{file}: the column 'angle' is ignored: its unit is undocumented (--angle degrees | "
            f"radians reads it)"
        )
    return notices


def csv_text(path: Trajectory, spec: SceneSpec, unit: str) -> str:
    """Return the file's text: `east_m,south_m,heading` to a micrometre, or with unit "px" the
    released `x,y`.
    """
    if unit == "px":
        return "x,y\n" + "".join(f"{x:.6f},{y:.6f}\n" for x, y in path.pixels().tolist())
    rows = zip(path.metres(spec).tolist(), path.headings.tolist(), strict=True)
    return "east_m,south_m,heading\n" + "".join(f"{e:.6f},{s:.6f},{h:.6f}\n" for (e, s), h in rows)

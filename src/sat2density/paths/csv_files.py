"""Trajectory files of comma-separated values: `x,y`, `east_m,south_m[,heading]` and `w,h,angle`."""

from __future__ import annotations

import csv
import math
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from sat2density.conventions import AngleUnit, PathUnit
from sat2density.errors import InputError
from sat2density.paths.rows import Rows, number, on_earth
from sat2density.scene_spec import SceneSpec

if TYPE_CHECKING:
    from sat2density.paths.trajectory import Trajectory


class _Form(NamedTuple):
    first: str
    second: str
    unit: PathUnit


FORMS: Final = (
    _Form("x", "y", "px"),
    _Form("east_m", "south_m", "m"),
    _Form("w", "h", "px"),
)
ACCEPTED: Final = (
    "x,y[,heading] (pixels of a 256 tile), east_m,south_m[,heading] (metres) or w,h,angle (pixels)"
)
HEADINGS: Final = ("heading", "heading_deg", "yaw_deg")
"""Columns of degrees clockwise from north."""

YAWS: Final = ("yaw", "yaw_rad")
"""Columns of a heading that `--angle` must explain (one that says radians by its name need not)."""

ON_EARTH: Final = ("lon", "lat", "lng", "long", "longitude", "latitude")


class _Table(NamedTuple):
    """Lines with their numbers, cut into fields; the first is the header, in lower case."""

    header: list[str]
    line: int
    rows: list[tuple[int, list[str]]]
    decimal_comma: bool


def read_csv(file: Path, text: str, angle: AngleUnit | None) -> Rows:
    """Read the rows of a CSV path.

    Args:
        file: where the text comes from, for messages.
        text: the file's content.
        angle: "degrees" or "radians" reads the third column of `w,h,angle` as a heading; None
            ignores it with a notice.

    Raises:
        InputError: no table of a known form, or a field that is no finite number; the message names
            the file and the line.

    """
    table = _table(file, text)
    names = table.header
    form = _form(file, table)
    heading, to_degrees = _heading(file, form, names, angle)
    notices = _ignored(file, form, names, heading, angle)
    columns = [names.index(name) for name in (form.first, form.second, heading) if name]
    places = []
    values = []
    for line, fields in table.rows:
        where = f"line {line}"
        if len(fields) != len(names):
            raise InputError(
                f"{file}: {where}: {len(fields)} values where the header has {len(names)} columns"
            )
        read = [_number(file, where, names[at], fields[at], table) for at in columns]
        places.append(where)
        values.append([*read[:2], read[2] * to_degrees if heading else 0.0])
    return Rows(places, np.array(values, dtype=np.float64).reshape(-1, 3), form.unit, notices)


def _number(file: Path, where: str, name: str, field: str, table: _Table) -> float:
    text = field.replace(",", ".", 1) if table.decimal_comma else field
    return number(file, where, name, text, text=True)


def _table(file: Path, text: str) -> _Table:
    """Cut the text into fields; empty columns that follow the last one are left out."""
    lines = text.splitlines(keepends=True)
    separator = None
    first = next((at for at, line in enumerate(lines) if _says_something(line)), 0)
    if lines[first].strip().lower().startswith("sep="):  # Excel's own line
        separator = lines[first].strip("\r\n")[4:5] or None
        lines[first] = "\n"
        first = next((at for at, line in enumerate(lines) if _says_something(line)), first)
    separator = separator or _separator(lines[first])
    kept = ["\n" if line.lstrip().startswith("#") else line for line in lines]
    # Quotes may stand behind a space after the separator: "east_m", "south_m".
    reader = csv.reader(kept, strict=True, skipinitialspace=True, delimiter=separator)
    table: list[tuple[int, list[str]]] = []
    try:
        for fields in reader:
            if any(field.strip() for field in fields):
                table.append((reader.line_num, fields))
    except csv.Error as error:
        raise InputError(
            f"{file}: line {reader.line_num}: not comma-separated values: {error}"
        ) from None
    if not table:
        raise InputError(f"{file}: holds no columns; expected {ACCEPTED}")
    (header_line, header), rows = table[0], table[1:]
    names = [name.strip().lower() for name in header]
    count = len(names)
    # Spreadsheets write empty columns behind the last one.
    while count and not names[count - 1] and not any(_at(fields, count - 1) for _, fields in rows):
        count -= 1
    cut = [(line, fields[:count] if not any(fields[count:]) else fields) for line, fields in rows]
    return _Table(names[:count], header_line, cut, separator != ",")


def _at(fields: list[str], index: int) -> str:
    return fields[index].strip() if index < len(fields) else ""


def _says_something(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _separator(header: str) -> str:
    """Return what separates the columns of a header line: what no name of ours contains."""
    # The commonest; a comma where two are equally common.
    return max(",;\t", key=lambda mark: (header.count(mark), mark == ","))


def _form(file: Path, table: _Table) -> _Form:
    """Find which of the three forms the header announces."""
    names = table.header
    line = table.line
    shown = ",".join(names)[:80]
    if len(set(names)) < len(names):
        raise InputError(f"{file}: line {line}: a column name appears twice in '{shown}'")
    found = [form for form in FORMS if {form.first, form.second} <= set(names)]
    if len(found) == 1:
        return found[0]
    if found:
        raise InputError(
            f"{file}: line {line}: the header '{shown}' mixes two forms; keep one of {ACCEPTED}"
        )
    if set(names) & set(ON_EARTH):
        raise on_earth(file, f"the columns '{shown}'")
    for form in FORMS:
        for present, absent in ((form.first, form.second), (form.second, form.first)):
            if present in names:
                raise InputError(
                    f"{file}: line {line}: the column '{absent}' is missing beside '{present}' in "
                    f"'{shown}'"
                )
    raise InputError(f"{file}: line {line}: '{shown}' is not a header; expected {ACCEPTED}")


def _heading(
    file: Path, form: _Form, names: list[str], angle: AngleUnit | None
) -> tuple[str | None, float]:
    """Return the column of headings, if there is one, and what turns it into degrees."""
    known = [name for name in (*HEADINGS, *YAWS) if name in names]
    if len(known) > 1:
        raise InputError(
            f"{file}: the columns '{known[0]}' and '{known[1]}' both say where to look; keep one"
        )
    by_angle = 180.0 / math.pi if angle == "radians" else 1.0
    if known and known[0] in HEADINGS:
        return known[0], 1.0
    if known == ["yaw_rad"]:
        return "yaw_rad", 180.0 / math.pi
    if known:
        if angle is None:
            raise InputError(
                f"{file}: the column 'yaw' does not say its unit; add --angle degrees or --angle "
                f"radians (clockwise from north), or call it 'heading' (degrees)"
            )
        return "yaw", by_angle
    if form.first == "w" and "angle" in names and angle is not None:
        return "angle", by_angle
    return None, 1.0


def _ignored(
    file: Path, form: _Form, names: list[str], heading: str | None, angle: AngleUnit | None
) -> list[str]:
    """Say which columns are not used; refuse `--angle` where there is no angle that it could
    explain.
    """
    if angle is not None and heading not in ("angle", "yaw"):
        raise InputError(
            f"{file}: --angle is only for CSV files with the columns w,h,angle, or with a column "
            f"yaw"
        )
    unread = form.first == "w" and "angle" in names and heading is None
    used = {form.first, form.second, heading, "angle" if unread else None}
    others = [name for name in names if name not in used]
    notices = (
        [f"{file}: ignored columns: {', '.join(name or '(no name)' for name in others)}"]
        if others
        else []
    )
    if unread:
        notices.append(
            f"{file}: the column 'angle' is ignored: its unit is undocumented (--angle degrees | "
            f"radians reads it)"
        )
    return notices


def csv_text(path: Trajectory, spec: SceneSpec, unit: str) -> str:
    """Return the text of a CSV file of a path, with six decimals (micrometres, or millionths of a
    pixel).

    Args:
        path: what to write.
        spec: the scene, for its metres a unit.
        unit: "m" for `east_m,south_m,heading`; "px" for the released `x,y` (headings are left out).

    """
    if unit == "px":
        return "x,y\n" + "".join(f"{x:.6f},{y:.6f}\n" for x, y in path.pixels().tolist())
    rows = zip(path.metres(spec).tolist(), path.headings.tolist(), strict=True)
    return "east_m,south_m,heading\n" + "".join(f"{e:.6f},{s:.6f},{h:.6f}\n" for (e, s), h in rows)

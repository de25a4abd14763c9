"""`sat2density evaluate-heights`: a raster of heights beside the truth."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Annotated, Any

import tyro

from sat2density.apps.options import optional
from sat2density.apps.session import say

ROWS = {"as_it_lies": "as it lies", "registered": "registered", "flat": "flat ground"}
COLUMNS = (
    ("MAE m", "mae_m"),
    ("RMSE m", "rmse_m"),
    ("bias m", "bias_m"),
    ("<0.5 m", "within_0.5"),
    ("<1 m", "within_1"),
    ("<2.5 m", "within_2.5"),
    ("<7.5 m", "within_7.5"),
    ("edge F1", "edge_f1"),
)


@dataclasses.dataclass(frozen=True)
class EvaluateHeights:
    """Measure heights against true ones above the same ground: as they lie, moved once to where
    they fit best, and beside flat ground (docs/maps.md).
    """

    heights: Annotated[Path, tyro.conf.Positional, tyro.conf.arg(metavar="DSM")]
    """The heights, metres; what 'sat2density heights' writes."""
    truth: Annotated[Path, tyro.conf.Positional, tyro.conf.arg(metavar="TRUTH")]
    """The true heights, metres, in any coordinate system."""
    classes: Annotated[Path | None, optional("FILE")] = None
    """Classes of the same place, for a table by class."""
    search_m: float = 2.0
    """How far the one shift may be, each way, metres."""
    json: Annotated[Path | None, optional("FILE")] = None
    """Also write the measures for other programs to read."""

    def run(self) -> None:
        """Measure and print a table."""
        from sat2density.files import atomic_path, check_output_file
        from sat2density.maps.compare import compare_heights

        if self.json is not None:
            check_output_file(self.json, False)
        result = compare_heights(self.heights, self.truth, self.classes, self.search_m)
        for line in table(result):
            say(line)
        if self.json is not None:
            with atomic_path(self.json, replace=False) as temporary:
                temporary.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


def table(result: dict[str, Any]) -> list[str]:
    """Return the lines of the table of `compare_heights`."""
    heads = "  ".join(f"{head:>8}" for head, _ in COLUMNS)
    lines = [f"{'':24}  {heads}"]
    lines += [_line(text, result[row]) for row, text in ROWS.items()]
    moved = result["registration"]
    lines.append(
        f"registered: moved {moved['east_m']:.2f} m east, {moved['north_m']:.2f} m north, "
        f"{moved['up_m']:.2f} m up (looked at up to {moved['search_m']:g} m)"
    )
    for name, rows in result.get("by_class", {}).items():
        lines += [_line(f"{name}, {ROWS[row]}", rows[row]) for row in rows]
    return lines


def _line(text: str, measures: dict[str, Any]) -> str:
    values = [measures.get(key) for _, key in COLUMNS]
    cells = "  ".join(f"{'-':>8}" if value is None else f"{value:8.3f}" for value in values)
    return f"{text[:24]:24}  {cells}"


COMMAND = EvaluateHeights

"""The targets of the shipped model, from an evaluation's JSON: target, aim, measured, met or not,
in Markdown.

    sat2density evaluate anywhere-small suburb:test --json table.json
    python benchmarks/targets.py table.json

Most figures are relative to a trivial predictor, named in the figure (for an error its ratio, for
a sky IoU the share of the gap to 1 that is closed): they say what was learned, not how easy the
scenes are. The frame is that of the machine on which the JSON was made.
"""

import argparse
import dataclasses
import json
from collections.abc import Callable
from pathlib import Path


@dataclasses.dataclass(frozen=True)
class Target:
    """A figure that is asked for: how it is worked out from the rows, how it is printed, its two
    bounds.
    """

    name: str
    figure: Callable
    form: str
    least: float
    aim: float
    larger_is_better: bool = True

    def line(self, rows):
        """Lay out a line of the table; "-" where something it needs was not measured."""
        bounds = f"{self.form.format(self.least)} | {self.form.format(self.aim)}"
        try:
            value = self.figure(rows)
        except (KeyError, TypeError):  # None: not measured
            return f"| {self.name} | {bounds} | - | - |"
        reached = [
            bound for bound in ("least", "aim") if self._reaches(value, getattr(self, bound))
        ]
        verdict = {0: "missed", 1: "met", 2: "aim reached"}[len(reached)]
        return f"| {self.name} | {bounds} | {self.form.format(value)} | {verdict} |"

    def _reaches(self, value, bound):
        return value >= bound if self.larger_is_better else value <= bound


def ratio(key, trivial):
    """The model's error as a share of a trivial row's."""
    return lambda rows: 100 * rows["model"][key] / rows[trivial][key]


def gap(key, trivial):
    """Share of a trivial row's gap to 1 that the model closes."""
    return lambda rows: 100 * (rows["model"][key] - rows[trivial][key]) / (1 - rows[trivial][key])


def of(key):
    """The model's own figure."""
    return lambda rows: float(rows["model"][key])


PERCENT = "{:.0f}%"
TARGETS = (
    Target(
        "heights RMSE over the tile, of flat ground's",
        ratio("heights.rmse", "flat"),
        PERCENT,
        32,
        24,
        False,
    ),
    Target(
        "heights RMSE within 10 m, of flat ground's",
        ratio("heights.rmse_10m", "flat"),
        PERCENT,
        28,
        20,
        False,
    ),
    Target(
        "roofs' RMSE, of flat ground's",
        ratio("heights.rmse_building", "flat"),
        PERCENT,
        20,
        12,
        False,
    ),
    Target(
        "trees' RMSE, of flat ground's", ratio("heights.rmse_tree", "flat"), PERCENT, 25, 19, False
    ),
    Target(
        "depth AbsRel above the horizon, of the row mean's",
        ratio("depth.absrel_above", "mean"),
        PERCENT,
        22,
        15,
        False,
    ),
    Target("structure IoU", of("structure.iou"), "{:.2f}", 0.85, 0.90),
    Target("sky IoU, share of flat ground's gap closed", gap("sky.iou", "flat"), PERCENT, 80, 88),
    Target("IoU from above, building", of("classes.iou_building"), "{:.2f}", 0.90, 0.95),
    Target("IoU from above, tree", of("classes.iou_tree"), "{:.2f}", 0.75, 0.85),
    Target("IoU from above, vehicle", of("classes.iou_vehicle"), "{:.2f}", 0.70, 0.85),
    Target("sharpness above the horizon", of("image.sharpness"), "{:.2f}", 0.7, 0.9),
    Target("flicker", of("flicker"), "{:.1f}", 3.8, 3.4, False),
    Target(
        "one frame of 512x128",
        lambda r: 1000 * r["model"]["seconds.frame_half"],
        "{:.0f} ms",
        40,
        25,
        False,
    ),
    Target(
        "one frame of 1024x256",
        lambda r: 1000 * r["model"]["seconds.frame"],
        "{:.0f} ms",
        110,
        70,
        False,
    ),
)


def table(rows):
    """Lay the targets out in Markdown."""
    head = ["| figure | at least | aim | measured | |", "|---|---|---|---|---|"]
    return "\n".join([*head, *(target.line(rows) for target in TARGETS)])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("table", type=Path, help="written by sat2density evaluate --json")
    print(table(json.loads(parser.parse_args().table.read_text(encoding="utf-8"))))

"""The targets of the shipped model, from an evaluation's JSON: target, aim, measured, met or not,
in Markdown.

    sat2density evaluate suburb-small suburb:test --json table.json
    python benchmarks/targets.py table.json

Most figures are relative to a trivial predictor, named in the figure (for an error its ratio, for
an IoU the share of the gap to 1 that is closed, for PSNR the difference): they say what was
learned, not how easy the scenes are. The frame is that of the machine on which the JSON was made.
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


def below(key, reference, other):
    """How much the model's `key` falls short of `reference` of the row `other`."""
    return lambda rows: rows[other][reference] - rows["model"][key]


TARGETS = (
    Target(
        "PSNR at the centre over the mean panorama's",
        lambda r: -below("image.psnr", "image.psnr", "mean")(r),
        "{:+.1f} dB",
        4.5,
        6,
    ),
    Target(
        "PSNR 5 m off the centre below the centre's",
        below("view5m.psnr", "image.psnr", "model"),
        "{:.1f} dB",
        0.5,
        0,
        False,
    ),
    Target("sky IoU, share of flat ground's gap closed", gap("sky.iou", "flat"), "{:.0f}%", 58, 75),
    Target("structure IoU", lambda r: r["model"]["structure.iou"], "{:.2f}", 0.66, 0.80),
    Target(
        "depth AbsRel above the horizon, of the row mean's",
        ratio("depth.absrel_above", "mean"),
        "{:.0f}%",
        40,
        20,
        False,
    ),
    Target(
        "depth AbsRel below the horizon, of the row mean's",
        ratio("depth.absrel_below", "mean"),
        "{:.0f}%",
        125,
        50,
        False,
    ),
    Target(
        "heights RMSE within 10 m, of flat ground's",
        ratio("heights.rmse_10m", "flat"),
        "{:.0f}%",
        45,
        25,
        False,
    ),
    Target(
        "heights RMSE over the tile, of flat ground's",
        ratio("heights.rmse", "flat"),
        "{:.0f}%",
        65,
        35,
        False,
    ),
    Target(
        "roofs' RMSE, of flat ground's",
        ratio("heights.rmse_building", "flat"),
        "{:.0f}%",
        70,
        35,
        False,
    ),
    Target(
        "sharpness above the horizon", lambda r: r["model"]["image.sharpness"], "{:.2f}", 0.5, 0.8
    ),
    Target("one frame", lambda r: 1000 * r["model"]["seconds.frame"], "{:.0f} ms", 60, 30, False),
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

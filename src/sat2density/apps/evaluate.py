"""`sat2density evaluate`: one table of image and geometry measures, the trivial predictors beside
the model.
"""

from __future__ import annotations

import contextlib
import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import tyro

from sat2density.apps.options import parse_light
from sat2density.apps.session import note, progress
from sat2density.data.registry import syntax
from sat2density.errors import InputError
from sat2density.files import check_output_file, check_output_folder, output_folder

if TYPE_CHECKING:
    from sat2density.data import PairedDataset
    from sat2density.evaluation.evaluator import Report
    from sat2density.pipeline import Sat2Density


@dataclasses.dataclass(frozen=True)
class Evaluate:
    """Measure weights on a data set.

    Rows of the table: the model; flat ground; the mean of training scenes; the tile projected on
    flat ground; the truth's own occupancy through the renderer. Every metric's definition:
    docs/benchmark.md.
    """

    weights: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="WEIGHTS")]
    """A name (anywhere-small, cvact, cvusa) or a file of weights."""
    data: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="DATA", help=f"{syntax()}.")]
    split: str | None = None
    """Split of a folder. Default: test, else val."""
    limit: int | None = None
    """Only the first so many scenes."""
    scene: Annotated[str | None, tyro.conf.arg(metavar="NAME|JSON")] = None
    """Scale, for a released file given by path."""
    light: Annotated[str | None, tyro.conf.arg(metavar="LIGHT")] = None
    """One light for all: a preset, PHOTO, PHOTO::MASK or light.json. Default: each truth's own sky.
    """
    json: Annotated[Path | None, tyro.conf.arg(metavar="FILE")] = None
    """Write the table as JSON."""
    csv: Annotated[Path | None, tyro.conf.arg(metavar="FILE")] = None
    """Write the table as CSV."""
    save_pictures: Annotated[Path | None, tyro.conf.arg(metavar="FOLDER")] = None
    """Keep truth, prediction and opacity of every scene."""
    views: bool = True
    """Measure views 2, 5 and 10 m off the centre (procedural data)."""
    flicker_scenes: int = 20
    """Measure flicker on so many scenes (procedural data)."""
    fetch: bool = False
    """Fetch LPIPS's public weights where they are missing."""
    images_only: bool = False
    """Measure the pictures at the centre alone, as the released code's test does."""
    allow_other_scale: bool = False
    """Measure weights on data of another scale (a transfer, which the table says)."""
    drawn: bool = False
    """Also measure what is drawn from the plan of each tile, and on procedural data the plans
    themselves (docs/plan.md).
    """
    cache: bool = True
    """Keep what is true of procedural scenes, and the trivial rows, in the cache (2.5 MB a scene).
    """
    skip_bad: bool = False
    """Leave out pairs that cannot be read, with one line each and a count."""
    jobs: int = 0
    """Processes to work in. 0: one a core."""
    overwrite: bool = False
    """Replace the files of --json, --csv and, where they have the same names, --save-pictures."""
    device: str = "auto"
    """auto, cpu, cuda or cuda:N."""

    def run(self) -> None:
        """Measure, show the table, write the files."""
        from sat2density.evaluation.evaluator import EvaluationSettings, evaluate
        from sat2density.evaluation.matching import match
        from sat2density.loading import load
        from sat2density.parallel import cores

        self._check()
        jobs = self.jobs or cores()
        light = None if self.light is None else parse_light(self.light)
        model = load(self.weights, scene=self.scene, device=self.device)
        dataset = self._open(jobs)
        matched = match(model, dataset, self.allow_other_scale)
        timed = load(self.weights, scene=self.scene, device=self.device, precision="auto")
        with self._pictures() as pictures, progress("scenes", len(dataset)) as advance:
            settings = EvaluationSettings(
                light=light,
                views=self.views,
                flicker_scenes=self.flicker_scenes,
                pictures=pictures,
                fetch=self.fetch,
                timed=timed,
                cache=self.cache,
                skip_bad=self.skip_bad,
                images_only=self.images_only,
                other_scale=self.allow_other_scale,
                drawn=self.drawn,
            )
            report = evaluate(model, dataset, settings, advance, jobs)
        for notice in dict.fromkeys([*([matched] if matched else []), *report.notices]):
            note(f"notice: {notice}")
        # Shown first: the table of a long evaluation is not lost where a file cannot be written.
        self._show(report, model)
        if self.json is not None:
            report.save_json(self.json, self.overwrite)
        if self.csv is not None:
            report.save_csv(self.csv, self.overwrite)

    def _pictures(self) -> contextlib.AbstractContextManager[Path | None]:
        """Give the folder for the pictures; it appears when the evaluation ends well."""
        if self.save_pictures is None:
            return contextlib.nullcontext()
        return output_folder(self.save_pictures, self.overwrite)

    def _check(self) -> None:
        """Refuse now what would fail after the work."""
        if self.jobs < 0:
            raise InputError(f"--jobs {self.jobs}: must be at least 1, or 0 for one a core")
        if self.limit is not None and self.limit < 1:
            raise InputError(f"--limit {self.limit}: must be at least 1")
        if self.flicker_scenes < 0:
            raise InputError(f"--flicker-scenes {self.flicker_scenes}: must be at least 0")
        for path in (self.json, self.csv):
            if path is not None:
                check_output_file(path, self.overwrite)
        if self.save_pictures is not None:
            check_output_folder(self.save_pictures, self.overwrite)

    def _open(self, jobs: int) -> PairedDataset:
        """Open the data; say what is left out of it."""
        from sat2density.data import open_dataset

        dataset = open_dataset(self.data, self.split, self.limit)
        if dataset.notice():
            note(f"notice: {dataset.notice()}")
        if self.skip_bad:
            count = len(dataset)
            left_out = dataset.leave_out_unreadable(jobs)
            for name, reason in left_out:
                note(f"skipped {name}: {reason}")
            note(f"skipped {len(left_out)} of {count} pairs that cannot be read")
        return dataset

    def _show(self, report: Report, model: Sat2Density) -> None:
        from rich.console import Console
        from rich.table import Table

        from sat2density.evaluation.matching import TRANSFER
        from sat2density.evaluation.metrics import METRICS

        trained = model.info.get("trained_on", "unknown")
        transfer = any(notice.startswith(TRANSFER) for notice in report.notices)
        table = Table(
            title=f"{self.weights} (trained on {trained}) on {self.data}, {report.scenes} scenes"
            f"{', ' + TRANSFER if transfer else ''}"
        )
        table.add_column("metric")
        table.add_column("unit")
        for name in report.rows:
            table.add_column(name, justify="right")
        for key, metric in METRICS.items():
            values = [row[key] for row in report.rows.values()]
            if any(value is not None for value in values):
                cells = ["-" if value is None else f"{value:.3f}" for value in values]
                table.add_row(key, metric.unit, *cells)
        Console(width=110).print(table)


COMMAND = Evaluate

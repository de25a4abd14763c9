"""`sat2density data check | sky | complete`: look after a data set."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import tyro

from sat2density.apps.session import say
from sat2density.apps.streams import printable
from sat2density.data.listing import is_litter
from sat2density.data.registry import DATASETS
from sat2density.errors import InputError

if TYPE_CHECKING:
    from sat2density.data.check import Report

Folder = Annotated[Path, tyro.conf.Positional, tyro.conf.arg(metavar="[KEY:]DIR")]
if TYPE_CHECKING:
    Layout = str
else:
    Layout = tyro.extras.literal_type_from_choices(DATASETS)

EXIT_FOUND: Final = 1
"""`data check` found something wrong (2 is bad input, as everywhere)."""

SHOWN: Final = 5
"""Findings of one kind that are listed; --all lists every one."""


@dataclasses.dataclass(frozen=True)
class Check:
    """Look for what is wrong with a data set; nothing is changed. Exit code: 0 well, 1 something
    wrong, 2 bad input.
    """

    folder: Folder
    """The data set's folder, or, as `train` and `evaluate` take it, cvact:DIR, cvusa:DIR."""
    layout: Layout | None = None
    """How it is laid out; found out by itself otherwise."""
    all: bool = False
    """List every finding, not only the first of each kind."""
    jobs: int = 1
    """Threads that read pictures."""
    json: Annotated[Path | None, tyro.conf.arg(metavar="FILE")] = None
    """Also write the report for other programs to read."""
    overwrite: bool = False
    """Replace the file of --json."""

    def run(self) -> int:
        """Check, print the tables, and return the exit code."""
        from sat2density.data.check import check_folder
        from sat2density.files import check_output_file

        _check_jobs(self.jobs)
        folder, layout = _named(self.folder, self.layout)
        if self.json is not None:
            check_output_file(self.json, self.overwrite)
        with _progress("looking at pairs") as progress:
            report = check_folder(folder, layout, self.jobs, progress)
        _print_report(report, None if self.all else SHOWN)
        if self.json is not None:
            _write_json(self.json, report, self.overwrite)
        return EXIT_FOUND if report.errors else 0


@dataclasses.dataclass(frozen=True)
class Sky:
    """Fill in the sky masks that are missing, by the estimator. Masks that are there stay; stopped,
    it continues.
    """

    folder: Folder
    """The data set's folder, or, as `train` and `evaluate` take it, cvact:DIR, cvusa:DIR."""
    layout: Layout | None = None
    """How it is laid out; found out by itself otherwise."""
    skip_bad: bool = False
    """Leave out panoramas that cannot be read, with one line each and a count."""
    jobs: int = 1
    """Threads."""

    def run(self) -> int:
        """Fill in masks and say how many."""
        from sat2density.data.fill_sky import fill_sky_masks
        from sat2density.data.registry import detect_layout

        _check_jobs(self.jobs)
        folder, layout = _named(self.folder, self.layout)
        dataset = DATASETS[layout or detect_layout(folder)].unverified(folder)
        with _progress("estimating skies") as progress:
            filled = fill_sky_masks(dataset, self.jobs, self.skip_bad, progress)
        for _, reason in filled.bad:
            say(f"skipped {reason}")
        if filled.bad:
            say(f"skipped {len(filled.bad)} panoramas that cannot be read")
        say(f"{self.folder}: {filled.written} masks written, {filled.present} were there")
        return 0


@dataclasses.dataclass(frozen=True)
class Complete:
    """Complete panoramas (or their masks) that were cut above and below: the edge rows go on to
    zenith and nadir.
    """

    pictures: Annotated[tuple[Path, ...], tyro.conf.Positional, tyro.conf.arg(metavar="PANO...")]
    """Panoramas a full turn wide, of the same height in degrees."""
    top_deg: float
    """Latitude of the upper edge, degrees above the horizon."""
    bottom_deg: float
    """Latitude of the lower edge, negative below the horizon."""
    out: Annotated[Path, tyro.conf.arg(metavar="FOLDER")] = Path("out/data-complete")
    """Folder for the completed pictures, under their own names, as PNG."""
    overwrite: bool = False
    """Write into a folder that is not empty; only files of the same names are replaced."""

    def run(self) -> int:
        """Write the completed pictures and say where."""
        from sat2density.data.large import LargeReader
        from sat2density.data.panorama import complete_file
        from sat2density.files import output_folder

        pictures = [path for path in self.pictures if not is_litter(path.name)]
        if not pictures:
            raise InputError("data complete: there is no picture to complete; name at least one")
        if len(pictures) < len(self.pictures):
            say(f"{len(self.pictures) - len(pictures)} files of the system are passed over")
        names = [path.stem for path in pictures]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise InputError(
                f"{twice}: two pictures have this name; complete them into folders of their own"
            )
        edges = (self.top_deg, self.bottom_deg)
        with output_folder(self.out, self.overwrite) as folder, LargeReader() as reader:
            for path in pictures:
                target = folder / f"{path.stem}.png"
                reader.call(complete_file, path, target, *edges, pictures=[path])
        say(f"{self.out}: {len(names)} pictures")
        return 0


COMMAND = (
    Annotated[Check, tyro.conf.subcommand("check")]
    | Annotated[Sky, tyro.conf.subcommand("sky")]
    | Annotated[Complete, tyro.conf.subcommand("complete")]
)


def _named(folder: Path, layout: str | None) -> tuple[Path, str | None]:
    """Split KEY:DIR, as `train` and `evaluate` take it; InputError where --layout says another."""
    key, colon, rest = str(folder).partition(":")
    if not colon or key not in DATASETS or folder.exists():
        return folder, layout
    if layout not in (None, key):
        raise InputError(f"{folder}: is of the layout '{key}', and --layout says '{layout}'")
    named = Path(rest).expanduser()
    if not named.is_dir():
        raise InputError(f"{named}: there is no such folder; give the folder of a data set")
    return named, key


def _check_jobs(jobs: int) -> None:
    if jobs < 1:
        raise InputError(f"--jobs {jobs}: must be at least 1")


@contextlib.contextmanager
def _progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar on stderr (only where it is a terminal) while the block runs; give the function
    that moves it.
    """
    from rich.console import Console
    from rich.progress import Progress

    with Progress(
        console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()
    ) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _print_report(report: Report, shown: int | None) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from sat2density.data.check import KINDS

    console = Console()
    counts = ", ".join(f"{split} {count}" for split, count in report.counts.items()) or "none"
    title = f"{printable(str(report.root))} ({report.layout}); pairs listed: {counts}"
    console.print(title, highlight=False, markup=False)
    for kind, sizes in report.sizes.items():
        listed = ", ".join(
            f"{count} of {width}x{height}" for (width, height), count in list(sizes.items())[:SHOWN]
        )
        console.print(f"  {kind}s: {listed}", highlight=False, markup=False)
    if not report.findings:
        console.print("nothing wrong was found")
        return
    table = Table("what", "where", "detail", "remedy")
    for kind, (severity, remedy) in KINDS.items():
        findings = [finding for finding in report.findings if finding.kind == kind]
        label = f"{severity}: {kind} ({len(findings)})"
        advice = remedy
        for finding in findings[:shown]:
            row = (label, finding.subject, finding.detail, advice)
            table.add_row(*(Text(printable(cell)) for cell in row))
            label = advice = ""
        if shown is not None and len(findings) > shown:
            table.add_row("", "...", f"{len(findings) - shown} more (--all lists them)", "")
    console.print(table)
    warnings = len(report.findings) - report.errors
    console.print(
        f"{report.errors} errors, {warnings} warnings; nothing was changed", highlight=False
    )


def _write_json(path: Path, report: Report, replace: bool) -> None:
    from sat2density.files import atomic_path

    with atomic_path(path, replace=replace) as temporary:
        temporary.write_text(json.dumps(report.to_dict(), indent=1) + "\n", encoding="utf-8")

"""What every command does around its work: progress on stderr, a gentle Ctrl-C, the list of files,
the JSON summary.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

from sat2density.apps.streams import printable, printable_lines
from sat2density.export.work import Progress
from sat2density.files import atomic_path


class Interrupt:
    """Whether Ctrl-C was pressed; see `gentle_interrupt`."""

    asked = False


@contextlib.contextmanager
def gentle_interrupt() -> Iterator[Interrupt]:
    """Turn the first Ctrl-C into a request, so that a frame is never cut in half; the second one
    interrupts at once.

    The block looks at ``.asked`` between frames, closes its files and raises KeyboardInterrupt
    itself. Outside the main thread, where Python allows no handlers, nothing changes.
    """
    state = Interrupt()

    def handler(number: int, frame: FrameType | None) -> None:
        if state.asked:
            raise KeyboardInterrupt
        state.asked = True

    with _handled(signal.SIGINT, handler):
        yield state


@contextlib.contextmanager
def tidy_termination() -> Iterator[None]:
    """Let a polite request to end (SIGTERM) run the clean-up of unfinished files, like any other
    error.
    """

    def handler(number: int, frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    with _handled(signal.SIGTERM, handler):
        yield


@contextlib.contextmanager
def _handled(
    number: signal.Signals, handler: Callable[[int, FrameType | None], None]
) -> Iterator[None]:
    """Handle a signal for a while; outside the main thread, where Python allows no handlers, change
    nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    previous = signal.signal(number, handler)
    try:
        yield
    finally:
        signal.signal(number, previous)


@contextlib.contextmanager
def progress(label: str, total: int) -> Iterator[Callable[[], None]]:
    """Show a bar on stderr (only where it is a terminal) and give the function that moves it by
    one.
    """
    done = itertools.count(1)
    with progress_bar(label) as tell:
        yield lambda: tell(next(done), total)


@contextlib.contextmanager
def stoppable_progress(label: str) -> Iterator[Progress]:
    """Show such a bar; what moves it raises KeyboardInterrupt after the piece during which Ctrl-C
    was pressed: no frame is cut in half.
    """
    with gentle_interrupt() as interrupt, progress_bar(label) as tell:

        def told(done: int, total: int) -> None:
            tell(done, total)
            if interrupt.asked and done < total:
                raise KeyboardInterrupt(f"interrupted after {done} of {total} {label}")

        yield told


@contextlib.contextmanager
def progress_bar(label: str) -> Iterator[Progress]:
    """Show a bar on stderr (only where it is a terminal) and give what moves it: (pieces done, all
    of them), as the functions of `export` call it.
    """
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    shown = sys.stderr.isatty()
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not shown) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def note(text: str) -> None:
    """Tell the user something on stderr: progress and notices never mix with the files listed on
    stdout.
    """
    print(printable_lines(text), file=sys.stderr, flush=True)


def say(text: str) -> None:
    """Print one line of a command's answer on stdout; what a terminal would obey is escaped."""
    print(printable(text))


@contextlib.contextmanager
def step(label: str) -> Iterator[None]:
    """Say what is being done and how long it took."""
    start = time.perf_counter()
    yield
    note(f"{label}: {time.perf_counter() - start:.1f} s")


def finish(
    folder: Path,
    files: Iterable[str],
    summary: dict[str, Any],
    json_file: Path | None = None,
    overwrite: bool = False,
) -> None:
    """List the files on stdout, one path a line, and write the summary where ``--json`` asks for
    it.

    What the weights were trained on ("weights", "trained_on" in the summary) is told on stderr.

    Args:
        folder: the finished output folder.
        files: names inside it, in the order to list.
        summary: plain JSON values; "files" is added.
        json_file: where to write the summary, or None.
        overwrite: whether that file may be replaced.

    """
    if "trained_on" in summary:
        note(f"weights: {summary['weights']}, trained on {summary['trained_on']}")
    paths = [str(folder / name) for name in files]
    for path in paths:
        say(path)
    if json_file is not None:
        with atomic_path(json_file, replace=overwrite) as temporary:
            temporary.write_text(
                json.dumps({**summary, "files": paths}, indent=2) + "\n", encoding="utf-8"
            )

"""What a run leaves behind: its folder, the record of the environment, lines of JSON, the progress
bar.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import sys
import time
from pathlib import Path
from typing import Any

import torch

from sat2density.errors import InputError, MissingExtraError, OutputError
from sat2density.files import atomic_path, reason
from sat2density.reading import parse_json, read_text

LOG = "log.jsonl"
CONFIG = "config.json"
ENVIRONMENT = "environment.json"
CHECKPOINTS = "checkpoints"
SHEETS = "sheets"
WEIGHTS = "weights"

LARGEST_LOG = 2**30
"""Bytes; a step is a line of some hundred."""


def environment() -> dict[str, Any]:
    """Describe the machine and the versions, without names of people or places."""
    from sat2density import __version__

    return {
        "sat2density": __version__,
        "python": platform.python_version(),
        "torch": torch.__version__,
        "system": platform.system(),
        "machine": platform.machine(),
        "cpus": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "gpu": torch.cuda.get_device_name() if torch.cuda.is_available() else None,
        "processes": int(os.environ.get("WORLD_SIZE", "1")),
    }


class RunLog:
    """Lines of JSON in the run's folder, optionally TensorBoard beside them.

    Args:
        folder: of the run.
        tensorboard: also write TensorBoard's files.
        after: the step at which a run goes on: what was logged later counts no more (a killed run
            logs on after its last checkpoint); None for a new run.

    Raises:
        MissingExtraError: TensorBoard is asked for and not installed.

    """

    def __init__(self, folder: Path, tensorboard: bool = False, after: int | None = None) -> None:
        self.path = folder / LOG
        purge = None if after is None else after + 1
        self._board = (
            summary_writer()(str(folder / "tensorboard"), purge_step=purge) if tensorboard else None
        )
        if after is not None:
            self._cut(after)

    def close(self) -> None:
        """Write out what TensorBoard's writer still holds back; lines of JSON are written at
        once.
        """
        if self._board is not None:
            self._board.close()

    def write(self, kind: str, step: int, **values: Any) -> None:
        """Append one line: {"kind", "step", ...}; OutputError says so when the disk is full.

        Args:
            kind: "step", "sheet" or "notice".
            step: steps done.
            values: numbers and texts of the line.

        """
        line = json.dumps({"kind": kind, "step": step, **values})
        try:
            with open(self.path, "a", encoding="utf-8") as handle:
                handle.write(line + "\n")
        except OSError as error:
            raise OutputError(f"{self.path}: cannot be written: {reason(error)}") from error
        if self._board is not None:
            for name, value in values.items():
                if isinstance(value, int | float):
                    self._board.add_scalar(f"{kind}/{name}", value, step)

    def _cut(self, step: int) -> None:
        """Drop what was logged after `step`, and a torn last line."""
        if self.path.is_file():
            kept = [
                line
                for line in read_text(self.path, LARGEST_LOG).splitlines()
                if _is_before(line, step)
            ]
            with atomic_path(self.path) as temporary:
                temporary.write_text("".join(line + "\n" for line in kept), encoding="utf-8")


def read(folder: Path, kind: str | None = None) -> list[dict[str, Any]]:
    """Return a run's lines, of one kind or all.

    Args:
        folder: of the run.
        kind: of the lines; None takes all.

    """
    path = folder / LOG
    text = read_text(path, LARGEST_LOG)
    lines = [parse_json(line, str(path), constants=True) for line in text.splitlines()]
    return [line for line in lines if kind is None or line["kind"] == kind]


def _is_before(line: str, step: int) -> bool:
    try:
        return bool(parse_json(line, LOG, constants=True)["step"] <= step)
    except (InputError, KeyError, TypeError):
        return False


def summary_writer() -> Any:
    """Return TensorBoard's class that writes; MissingExtraError where TensorBoard is not
    installed.
    """
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        raise MissingExtraError("run.tensorboard", "tensorboard") from None
    return SummaryWriter


class Progress:
    """A bar with samples a second, time left and losses on a terminal; a line every half minute
    otherwise.
    """

    def __init__(self, total_steps: int, start_step: int, shown: bool = True) -> None:
        self.total = total_steps
        self.shown = shown
        self._begun = time.monotonic()
        self._last = 0.0
        self._first = start_step
        self._live = shown and sys.stderr.isatty()
        self._stack = contextlib.ExitStack()
        if self._live:
            from rich.console import Console
            from rich.progress import BarColumn, TextColumn
            from rich.progress import Progress as Bar

            columns = (
                BarColumn(20),
                TextColumn("{task.completed}/{task.total}"),
                TextColumn("{task.description}"),
            )
            self._bar = self._stack.enter_context(Bar(*columns, console=Console(stderr=True)))
            self._task = self._bar.add_task("", total=total_steps, completed=start_step)

    def update(self, step: int, rate: float, seconds_left: float, report: dict[str, float]) -> None:
        """Show where the run is.

        Args:
            step: steps done.
            rate: samples a second.
            seconds_left: until the run ends by its steps or its minutes.
            report: the step's terms.

        """
        shown = {name: value for name, value in report.items() if name not in ("lr", "grad")}
        losses = " ".join(f"{name} {value:.3g}" for name, value in shown.items())
        text = f"{rate:.2f} samples/s, {seconds_left / 60:.1f} min left, {losses}"
        if self._live:
            self._bar.update(self._task, completed=step, description=text)
        elif self.shown and time.monotonic() - self._last >= 30:
            self._last = time.monotonic()
            print(f"step {step}/{self.total}  {text}", file=sys.stderr, flush=True)

    def close(self) -> None:
        """Put the terminal back."""
        self._stack.close()

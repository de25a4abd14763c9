"""Benchmarks: how things are measured and recorded (the contract is `benchmarks/README.md`)."""

from __future__ import annotations

import dataclasses
import datetime
import importlib.metadata
import importlib.util
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from sat2density import processor
from sat2density.models.inference import gains_from_bfloat16


@dataclasses.dataclass(frozen=True)
class Effort:
    """How long to measure: rounds go on until both `rounds` and `seconds` are reached, and stop at
    `most` rounds.

    Where a round takes longer than `slow_s` seconds, `SLOW_ROUNDS` rounds are made.
    """

    rounds: int = 7
    seconds: float = 3.0
    most: int = 50
    warm_up: int = 2
    slow_s: float = 10.0


QUICK = Effort(rounds=2, seconds=0.3, warm_up=1, slow_s=1.0)
"""For a first look: two or three rounds of everything."""

SLOW_ROUNDS = 3


@dataclasses.dataclass(frozen=True)
class Measured:
    """What one thing took.

    Attributes:
        name: what was measured.
        milliseconds: every round's wall time, sorted.
        cpu_milliseconds: median of the processor time of all threads: on a shared machine the
            steadier number.
        reference: the name it is compared with, measured in the same rounds in turn; None for the
            reference itself.
        ratio: reference's median / own median, over 1 where it is faster; None without reference.
        extra: further numbers (bytes, samples a second), by name.

    """

    name: str
    milliseconds: tuple[float, ...]
    cpu_milliseconds: float
    reference: str | None = None
    ratio: float | None = None
    extra: dict[str, float] = dataclasses.field(default_factory=dict)

    @property
    def median(self) -> float:
        """Median of the rounds, milliseconds."""
        return statistics.median(self.milliseconds)

    @property
    def spread(self) -> tuple[float, float]:
        """First and third quartile of the rounds, milliseconds."""
        count = len(self.milliseconds)
        return self.milliseconds[count // 4], self.milliseconds[(3 * count - 1) // 4]

    def line(self) -> str:
        """Return a line for the screen."""
        low, high = self.spread
        ratio = "" if self.ratio is None else f"  {self.ratio:6.2f} x the reference's speed"
        extra = "".join(f"  {key} {value:g}" for key, value in self.extra.items())
        return f"{self.name:<58} {self.median:9.1f} ms ({low:.1f}-{high:.1f}){ratio}{extra}"

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "name": self.name,
            "median_ms": round(self.median, 3),
            "quartiles_ms": [round(value, 3) for value in self.spread],
            "least_ms": round(self.milliseconds[0], 3),
            "cpu_ms": round(self.cpu_milliseconds, 3),
            "rounds": len(self.milliseconds),
            "reference": self.reference,
            "times_faster": None if self.ratio is None else round(self.ratio, 3),
            **self.extra,
        }


def compare(
    calls: dict[str, Callable[[], Any]],
    effort: Effort,
    device: torch.device,
    reference: str | None = None,
) -> list[Measured]:
    """Time several calls in turn, round after round, so that the machine's moods fall on all of
    them alike.

    Args:
        calls: name -> what to time.
        effort: how long.
        device: waited for after every call where it is a GPU.
        reference: the name that the others are compared with.

    """
    rounds, most = _warm_up(calls, effort, device)
    wall: dict[str, list[float]] = {name: [] for name in calls}
    cpu: dict[str, list[float]] = {name: [] for name in calls}
    begun = time.perf_counter()
    for number in range(most):
        if number >= rounds and time.perf_counter() - begun > effort.seconds:
            break
        for name, call in calls.items():
            _wait(device)
            start = time.perf_counter()
            start_cpu = time.process_time()
            call()
            _wait(device)
            wall[name].append(1e3 * (time.perf_counter() - start))
            cpu[name].append(1e3 * (time.process_time() - start_cpu))
    base = statistics.median(wall[reference]) if reference else None
    return [
        Measured(
            name,
            tuple(sorted(wall[name])),
            statistics.median(cpu[name]),
            None if name == reference else reference,
            None if base is None or name == reference else base / statistics.median(wall[name]),
        )
        for name in calls
    ]


def _warm_up(
    calls: dict[str, Callable[[], Any]], effort: Effort, device: torch.device
) -> tuple[int, int]:
    """Call everything without timing it; return how many rounds to make, at least and at most."""
    took = 0.0
    for _ in range(effort.warm_up):
        begun = time.perf_counter()
        for call in calls.values():
            call()
        _wait(device)
        took = time.perf_counter() - begun
    rounds = effort.rounds
    most = effort.most
    return (
        (rounds, most)
        if took <= effort.slow_s
        else (min(rounds, SLOW_ROUNDS), min(most, SLOW_ROUNDS))
    )


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def extra_memory_mb(call: Callable[[], Any], device: torch.device) -> float | None:
    """Return how far memory rises during a call, MiB: allocated on a GPU, resident here; None where
    nobody says.

    What the call returns counts too. Resident memory is read from Linux's own high-water mark,
    which is reset first.

    Args:
        call: is called once.
        device: "cpu" or "cuda" as torch's device.

    """
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)
        before = torch.cuda.memory_allocated(device)
        call()
        return (torch.cuda.max_memory_allocated(device) - before) / 2**20
    try:
        Path("/proc/self/clear_refs").write_text("5")
        before_kb = _status_kb("VmRSS")
        call()
        return (_status_kb("VmHWM") - before_kb) / 1024
    except OSError:
        return None


def resident_mb() -> float | None:
    """Return this process's resident memory, MiB; None where nobody says."""
    try:
        return _status_kb("VmRSS") / 1024
    except OSError:
        return None


def _status_kb(key: str) -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(key):
            return int(line.split()[1])
    raise OSError(key)


def describe_machine(device: torch.device) -> dict[str, Any]:
    """Return the machine, versions and commit that a run's record carries.

    Args:
        device: "cpu" or "cuda" as torch's device.

    """
    names = ("torch", "numba", "numpy", "triton")
    versions = {
        name: importlib.metadata.version(name) for name in names if importlib.util.find_spec(name)
    }
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return {
        "device": torch.cuda.get_device_name(device) if device.type == "cuda" else processor.name(),
        "instructions": torch.backends.cpu.get_cpu_capability(),
        "auto_precision": "bfloat16" if gains_from_bfloat16(device) else "float32",
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "load_at_start": load,
        "system": platform.system(),
        "versions": {"python": platform.python_version(), **versions},
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "commit": _commit(),
    }


def _commit() -> str | None:
    """Return the checkout's commit ("+" where files differ from it); None outside a checkout."""

    def git(*words: str) -> str:
        here = Path(__file__).parent
        return subprocess.run(
            ["git", *words], cwd=here, capture_output=True, text=True, check=True
        ).stdout.strip()

    try:
        return git("rev-parse", "--short", "HEAD") + (
            "+" if git("status", "--porcelain", "-uno") else ""
        )
    except (OSError, subprocess.CalledProcessError):
        return None


def time_command(arguments: list[str]) -> Callable[[], Any]:
    """Return a call that runs Python with these arguments in a fresh process.

    Args:
        arguments: of `python`.

    """
    return lambda: subprocess.run([sys.executable, *arguments], check=True, capture_output=True)

"""`sat2density bench`: how fast this machine is, measured as `benchmarks/README.md` promises."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import tyro

from sat2density.files import atomic_path, check_output_file

QUICK_SUITES: Final = ("render", "frame", "load")
"""What --quick measures."""


@dataclasses.dataclass(frozen=True)
class Bench:
    """Measure rendering, a frame of a walk, a training step, loading and start-up: medians and
    quartiles of rounds.

    The reference is timed in the same rounds, and each line gives the ratio to it. Networks have
    random weights.
    """

    suite: Annotated[
        Literal["render", "frame", "train", "load", "start", "all"], tyro.conf.Positional
    ] = "all"
    """What to measure."""
    arch: Literal["released", "small", "tiny", "both"] = "both"
    """Size of the networks (frame, train, load); both: small and released."""
    device: str = "auto"
    """Where: auto, cpu, cuda."""
    rounds: int = 7
    """Rounds at least."""
    seconds: float = 3.0
    """Measure every group for at least this long."""
    quick: bool = False
    """A first look in half a minute: small networks, few rounds, rendering over the plane alone; no
    memory, no start-up, no training."""
    json: Annotated[Path | None, tyro.conf.arg(metavar="FILE")] = None
    """Also write the record: machine, versions, commit, every number."""
    overwrite: bool = False
    """Replace the file of --json."""

    def run(self) -> int:
        """Measure, print a table, write the record."""
        from sat2density.bench.suites import OF_NETWORKS, SUITES, Setting
        from sat2density.bench.timing import QUICK, Effort, describe_machine
        from sat2density.loading import choose_device

        if self.json is not None:
            check_output_file(self.json, self.overwrite)
        device = choose_device(self.device)
        record: dict[str, Any] = {**describe_machine(device), "results": []}
        written = self.overwrite
        effort = QUICK if self.quick else Effort(max(self.rounds, 2), self.seconds)
        print(
            f"{record['device']}, {record['cores']} cores, {record['threads']} threads, commit "
            f"{record['commit']}"
        )
        everything = QUICK_SUITES if self.quick else tuple(SUITES)
        both = ("small",) if self.quick else ("small", "released")
        for name in everything if self.suite == "all" else (self.suite,):
            for arch in both if self.arch == "both" else (self.arch,):
                if arch != "released" or name in OF_NETWORKS or self.arch != "both":
                    setting = Setting(device, arch, effort, brief=self.quick)
                    for measured in SUITES[name](setting):
                        record["results"].append(measured.to_dict())
                        print(measured.line(), flush=True)
                    # After every suite: a run that is stopped keeps what it has.
                    self._write(record, replace=written)
                    written = True
        return 0

    def _write(self, record: dict[str, Any], replace: bool) -> None:
        if self.json is not None:
            with atomic_path(self.json, replace=replace) as path:
                path.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


COMMAND = Bench

"""``--skip-bad`` for training: pairs that cannot be read are found once, and every process of a run
leaves the same ones out.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from sat2density.data.paired import PairedDataset
from sat2density.errors import InputError
from sat2density.files import atomic_path
from sat2density.parallel import cores
from sat2density.reading import read_json

LIST = "left-out.json"


def find_unreadable(
    dataset: PairedDataset, sources: list[str], folder: Path, say: Callable[[str], None]
) -> None:
    """Read every pair, and write to a pack's folder which cannot be read; say how many and which.

    Args:
        dataset: opened for training; nothing is left out of it yet.
        sources: stands for the contents of each of its samples. Where none has changed since the
            last time, nothing is read.
        folder: of the pack.
        say: is told one line a pair, and their number.

    Raises:
        InputError: not one pair can be read.
        OutputError: the list cannot be written.

    """
    known = _read(folder)
    if known.get("sources") == sources:
        found = [(name, reason) for name, reason in known["left_out"]]
        say(f"the list of unreadable pairs is taken from the cache ({folder / LIST})")
    else:
        say(f"looking for pairs of {dataset.label} that cannot be read")
        identities = list(dataset.identities)
        found = dataset.leave_out_unreadable(cores())
        dataset.identities = identities  # each process leaves out what the list says
        with atomic_path(folder / LIST) as path:
            path.write_text(json.dumps({"sources": sources, "left_out": found}), encoding="utf-8")
    for name, reason in found:
        say(f"skipped {name}: {reason}")
    say(f"skipped {len(found)} of {len(sources)} pairs that cannot be read")


def leave_out(dataset: PairedDataset, folder: Path) -> None:
    """Leave out of a data set what `find_unreadable` has found.

    Args:
        dataset: opened for training; its `identities` are replaced.
        folder: of the pack.

    """
    gone = {name for name, _ in _read(folder).get("left_out", [])}
    if gone:
        dataset.identities = [name for name in dataset.identities if name not in gone]


def _read(folder: Path) -> dict:
    try:
        found = read_json(folder / LIST)
        return found if {"sources", "left_out"} <= set(found) else {}
    except (InputError, TypeError):
        return {}  # absent or damaged: made again

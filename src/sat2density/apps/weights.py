"""`sat2density weights list | fetch | show | convert`: files of weights."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import tyro

from sat2density.apps.session import say
from sat2density.apps.streams import printable
from sat2density.files import check_output_file

if TYPE_CHECKING:
    from sat2density.weights.loaded import LoadedWeights

NAME = tyro.conf.arg(metavar="NAME")
FILE = tyro.conf.arg(metavar="NAME|FILE")
SCENE = tyro.conf.arg(metavar="NAME|JSON")


@dataclasses.dataclass(frozen=True)
class List:
    """List the weights that have a name: where they are and under which licence."""

    def run(self) -> int:
        """Print one line per name."""
        from rich.console import Console
        from rich.table import Table

        from sat2density.caches import cache_folder
        from sat2density.weights.names import KNOWN

        table = Table("name", "also", "state", "licence", "what", box=None, pad_edge=False)
        for name, item in KNOWN.items():
            if name != item.name:
                continue
            there = item.path.is_file()
            missing = f"weights fetch {name}" if item.run else "does not ship yet"
            table.add_row(
                name,
                ", ".join(item.aliases),
                "here" if there else missing,
                item.licence,
                item.about,
            )
        console = Console(highlight=False)
        console.print(table)
        console.print(
            f"downloads are kept in {cache_folder()} (SAT2DENSITY_CACHE)",
            markup=False,
            soft_wrap=True,
        )
        return 0


@dataclasses.dataclass(frozen=True)
class Fetch:
    """Download released weights into the cache; stopped, it goes on where it was."""

    name: Annotated[str, tyro.conf.Positional, NAME]
    """cvact (2u87bj8w) or cvusa (2cqv8uh4)."""
    url: Annotated[str | None, tyro.conf.arg(metavar="URL")] = None
    """Fetch the same zip from there instead (a mirror)."""

    def run(self) -> int:
        """Download, and say licence, place, size and checksum."""
        from sat2density.weights.fetching import fetch
        from sat2density.weights.names import known

        item = known(self.name)
        _say(
            f"The weights '{item.name}' are {item.licence}: not for commercial use, and name their "
            f"authors."
        )
        with _bar(item.file) as progress:
            done = fetch(self.name, self.url, progress)
        _say(
            f"{done.path}: {'was here already' if done.before else 'fetched'}, {done.bytes} bytes, "
            f"sha256 {done.sha256}"
        )
        _say(
            "No checksum is published for these files: this one is recorded, and later downloads "
            "are compared with it."
        )
        return 0


@dataclasses.dataclass(frozen=True)
class Show:
    """Say what a file of weights holds: networks, scene, rules, licence."""

    file: Annotated[str, tyro.conf.Positional, FILE]
    """A name, a released zip or .pth, or our .safetensors."""
    scene: Annotated[str | None, SCENE] = None
    """Scene of a released file given by path."""
    json: bool = False
    """Print it for other programs to read."""

    def run(self) -> int:
        """Read, check and describe."""
        from sat2density.weights.opening import open_weights

        described = _described(open_weights(self.file, self.scene))
        if self.json:
            print(json.dumps(described, indent=1))
            return 0
        for title, values in described.items():
            print(f"{title}:")
            for key, value in values.items():
                say(f"  {key}: {value}")
        return 0


@dataclasses.dataclass(frozen=True)
class Convert:
    """Write weights in our own format (.safetensors and .json); a discriminator is left out."""

    file: Annotated[str, tyro.conf.Positional, FILE]
    """A name, a released zip or .pth, or our .safetensors."""
    out: Annotated[Path, tyro.conf.Positional, tyro.conf.arg(metavar="OUT")]
    """Where to: a path, with or without .safetensors."""
    scene: Annotated[str | None, SCENE] = None
    """Scene of a released file given by path."""
    half: bool = False
    """Store matrices in half precision: half the size, slightly other pictures."""
    overwrite: bool = False
    """Replace OUT if it is there."""

    def run(self) -> int:
        """Convert, and say what was written."""
        from sat2density.weights.opening import open_weights
        from sat2density.weights.own import own_pair, save_weights

        for path in own_pair(self.out):
            check_output_file(path, self.overwrite)
        loaded = open_weights(self.file, self.scene)
        kept = {key: value for key, value in loaded.info.items() if key != "source"}
        network = loaded.generator()
        scene = loaded.spec
        pair = save_weights(self.out, network, scene, loaded.rules, kept, self.half, self.overwrite)
        for path in pair:
            _say(f"{path}: {path.stat().st_size} bytes")
        if "licence" in kept:
            _say(f"The weights stay under their licence: {kept['licence']}.")
        return 0


def _described(weights: LoadedWeights) -> dict[str, dict[str, Any]]:
    from sat2density.models.architecture import Architecture

    numbers: Counter[str] = Counter()
    for key, value in weights.generator_state.items():
        if not key.endswith(("weight_u", "weight_v")):
            numbers[key.split(".")[0]] += value.numel()
    disc = weights.discriminator_state
    released = Architecture().to_dict()
    own = weights.architecture.to_dict()
    return {
        "weights": weights.info,
        "scene": weights.spec.to_dict(),
        "rules": dataclasses.asdict(weights.rules),
        "parameters": {
            **numbers,
            "in all": sum(numbers.values()),
            "discriminator": "yes" if disc else "none",
        },
        "architecture, where it differs from the released one": {
            key: value for key, value in own.items() if value != released[key]
        },
    }


def _say(text: str) -> None:
    print(printable(text), flush=True)


class _bar:  # noqa: N801 - used like a function
    """Progress of a download on stderr; a callable inside its `with`."""

    def __init__(self, title: str) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            DownloadColumn,
            Progress,
            TimeRemainingColumn,
            TransferSpeedColumn,
        )

        columns = (BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
        console = Console(file=sys.stderr)
        self._progress = Progress(
            "{task.description}", *columns, console=console, disable=not console.is_terminal
        )
        self._task = self._progress.add_task(title, total=None)

    def __enter__(self) -> _bar:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def __call__(self, got: int, total: int | None) -> None:
        """Show how far it is."""
        self._progress.update(self._task, completed=got, total=total)


COMMAND = (
    Annotated[List, tyro.conf.subcommand("list")]
    | Annotated[Fetch, tyro.conf.subcommand("fetch")]
    | Annotated[Show, tyro.conf.subcommand("show")]
    | Annotated[Convert, tyro.conf.subcommand("convert")]
)

"""The resolved configuration on disk: JSON, read strictly; and what differs between two of them."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sat2density.errors import InputError
from sat2density.files import atomic_path
from sat2density.reading import read_json
from sat2density.structured import from_values
from sat2density.training.config import TrainConfig

FREE_TO_CHANGE = ("run.", "optim.steps", "optim.epochs", "optim.minutes", "data.limit")
"""A resumed run may differ in these; in anything else it would not be the same run. With another
`data.limit` the order of the data is another from there on."""

SCALE = ("extent_m", "camera_height_m", "max_height_m", "vertical_fov_deg")
"""The scene's fields that fix what a pixel and a cell mean; the others are sizes, which may change.
"""


def to_set(part: str, wanted: Any, present: Any, names: Iterable[str]) -> list[str]:
    """List the options to set so that a part of the configuration has the wanted values.

    Args:
        part: of the configuration: "scene", "rules" ...
        wanted: has the values to set.
        present: has the values as they are.
        names: of the fields to compare.

    Example: ["--scene.extent-m 60.0 (not 40.0)"].

    """
    return [
        f"--{part}.{name.replace('_', '-')} {getattr(wanted, name)} (not {getattr(present, name)})"
        for name in names
        if getattr(wanted, name) != getattr(present, name)
    ]


def to_dict(config: TrainConfig) -> dict[str, Any]:
    """Return the configuration as plain values (tuples become lists).

    Args:
        config: of the run.

    """
    return _plain(dataclasses.asdict(config))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, tuple | list) else value


def save(config: TrainConfig, path: str | Path) -> None:
    """Write the configuration as JSON, complete or not at all.

    Args:
        config: of the run.
        path: of the file.

    """
    text = json.dumps(to_dict(config), indent=2) + "\n"
    with atomic_path(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def read(path: str | Path) -> TrainConfig:
    """Read a configuration saved by `save`.

    Args:
        path: of the file.

    Raises:
        InputError: the file is missing, no JSON, has an unknown key (the nearest known one is
            named) or a wrong value.

    """
    return from_dict(read_json(path), str(path))


def from_dict(values: Any, source: str = "configuration") -> TrainConfig:
    """Build a configuration from plain values; InputError names `source` and what is wrong in
    it.

    Args:
        values: what a JSON file holds.
        source: names the file in messages.

    """
    return from_values(TrainConfig, values, source)


def flat(config: TrainConfig) -> dict[str, Any]:
    """Return the configuration as {"optim.lr": value, ...}.

    Args:
        config: of the run.

    """

    def walk(value: Any, prefix: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            return {prefix: value}
        return {
            k: v
            for key, inner in value.items()
            for k, v in walk(inner, f"{prefix}.{key}" if prefix else key).items()
        }

    return walk(to_dict(config), "")


def differences(saved: TrainConfig, wanted: TrainConfig) -> list[tuple[str, Any, Any]]:
    """List what differs, as (key, saved value, wanted value), leaving out what a resumed run may
    change.

    Args:
        saved: the run's own.
        wanted: what it shall go on with.

    """
    before = flat(saved)
    after = flat(wanted)
    return [
        (key, before[key], after[key])
        for key in before
        if before[key] != after[key]
        and not any(key == free or key.startswith(free) for free in FREE_TO_CHANGE)
    ]


def changes(saved: TrainConfig, wanted: TrainConfig) -> list[tuple[str, Any, Any]]:
    """List all that differs, what a resumed run may change included.

    Args:
        saved: the run's own.
        wanted: what it goes on with.

    """
    before, after = flat(saved), flat(wanted)
    return [(key, before[key], after[key]) for key in before if before[key] != after[key]]


def resumed(path: Path, wanted: TrainConfig) -> str:
    """Check that a run can go on with a configuration, and say what is anew in it.

    Args:
        path: the run's own configuration.
        wanted: what it shall go on with.

    Raises:
        InputError: it would not be the same run; with a table.

    """
    saved = read(path)
    changed = differences(saved, wanted)
    if changed:
        raise InputError(
            f"{path.parent}: was trained with other settings; resume with the saved ones, or start "
            f"a new run:\n" + table(changed)
        )
    anew = [f"{key} {after!r} (was {before!r})" for key, before, after in changes(saved, wanted)]
    return f"goes on with {path}; anew: {'; '.join(anew) or 'nothing'}"


def table(rows: list[tuple[str, Any, Any]]) -> str:
    """Lay differences out for the screen.

    Args:
        rows: (key, saved value, wanted value), as `differences` lists them.

    """
    width = max(len(key) for key, _, _ in rows)
    return "\n".join(
        f"  {key:<{width}}  saved {before!r}, now {after!r}" for key, before, after in rows
    )

"""The resolved configuration on disk: plain YAML, read strictly; and what differs between two of
them.

Where PyYAML and cattrs are missing (`make gpu` runs on what a machine has), the file is JSON, which
is YAML as well.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sat2density.errors import InputError, near_matches
from sat2density.files import atomic_path
from sat2density.training.config import TrainConfig

FREE_TO_CHANGE = ("run.", "optim.steps", "optim.epochs", "optim.minutes", "data.limit")
"""A resumed run may differ in these; in anything else it would not be the same run. With another
`data.limit` the order of the data is another from there on."""

SCALE = ("extent_m", "camera_height_m", "max_height_m", "vertical_fov_deg")
"""The scene's fields that fix what a pixel and a cell mean; the others are sizes, which may change.
"""


def to_set(part: str, wanted: Any, present: Any, names: Iterable[str]) -> list[str]:
    """List the options to set so that a part of the configuration has the wanted values.

    Example: ["--scene.extent-m 60.0 (not 40.0)"].

    """
    return [
        f"--{part}.{name.replace('_', '-')} {getattr(wanted, name)} (not {getattr(present, name)})"
        for name in names
        if getattr(wanted, name) != getattr(present, name)
    ]


def to_dict(config: TrainConfig) -> dict[str, Any]:
    """Return the configuration as plain values (tuples become lists)."""
    return _plain(dataclasses.asdict(config))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, tuple | list) else value


def save(config: TrainConfig, path: str | Path) -> None:
    """Write the configuration as YAML, complete or not at all."""
    text = json.dumps(to_dict(config), indent=2) + "\n"
    with contextlib.suppress(ImportError):
        import yaml

        text = yaml.safe_dump(to_dict(config), sort_keys=False)
    with atomic_path(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def read(path: str | Path) -> TrainConfig:
    """Read a configuration saved by `save`.

    Raises:
        InputError: the file is missing, no YAML, has an unknown key (the nearest known one is
            named) or a wrong value.

    """
    path = Path(path)
    try:
        values = _parsed(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read as a configuration: {error}") from error
    return from_dict(values, str(path))


def _parsed(text: str) -> Any:
    """Return the values of a YAML text, or of a JSON text where PyYAML is missing; ValueError for
    neither.
    """
    try:
        import yaml
    except ImportError:
        return json.loads(text)
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error


def from_dict(values: Any, source: str = "configuration") -> TrainConfig:
    """Build a configuration from plain values; InputError names `source` and what is wrong in
    it.
    """
    if not isinstance(values, dict):
        raise InputError(f"{source}: expected a mapping of TrainConfig's fields")
    unknown = _unknown_keys(values, TrainConfig())
    if unknown:
        key, known = unknown
        raise InputError(f"{source}: unknown key '{key}'{near_matches(key, known)}")
    try:
        import cattrs
        from cattrs.errors import ClassValidationError, ForbiddenExtraKeysError
    except ImportError:
        filled: TrainConfig = _filled(TrainConfig(), values)
        return filled
    try:
        return cattrs.Converter(forbid_extra_keys=True).structure(values, TrainConfig)
    except (ClassValidationError, ForbiddenExtraKeysError) as error:
        lines = cattrs.transform_error(error)
        raise InputError(f"{source}: {'; '.join(lines[:3])}") from error


def _filled(default: Any, values: dict[str, Any]) -> Any:
    """Replace a dataclass's fields by a saved file's values; types are not looked at."""

    def value_of(key: str, value: Any) -> Any:
        inner = getattr(default, key)
        if dataclasses.is_dataclass(inner):
            return _filled(inner, value)
        return tuple(value) if isinstance(value, list) else value

    return dataclasses.replace(
        default, **{key: value_of(key, value) for key, value in values.items()}
    )


def _unknown_keys(
    values: dict[str, Any], default: Any, prefix: str = ""
) -> tuple[str, list[str]] | None:
    known = [field.name for field in dataclasses.fields(default)]
    for key, value in values.items():
        if key not in known:
            return f"{prefix}{key}", [f"{prefix}{name}" for name in known]
        inner = getattr(default, key)
        if dataclasses.is_dataclass(inner) and isinstance(value, dict):
            found = _unknown_keys(value, inner, f"{prefix}{key}.")
            if found:
                return found
    return None


def flat(config: TrainConfig) -> dict[str, Any]:
    """Return the configuration as {"optim.lr": value, ...}."""

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
    """
    before, after = flat(saved), flat(wanted)
    return [
        (key, before[key], after[key])
        for key in before
        if before[key] != after[key]
        and not any(key == free or key.startswith(free) for free in FREE_TO_CHANGE)
    ]


def table(rows: list[tuple[str, Any, Any]]) -> str:
    """Lay differences out for the screen."""
    width = max(len(key) for key, _, _ in rows)
    return "\n".join(
        f"  {key:<{width}}  saved {before!r}, now {after!r}" for key, before, after in rows
    )

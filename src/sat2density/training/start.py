"""`train`: a training run from Python, as the command makes it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sat2density.errors import InputError, near_matches, unknown_name
from sat2density.training import config_file
from sat2density.training.config import TrainConfig
from sat2density.training.presets import PRESETS
from sat2density.training.trainer import RunOptions, RunResult
from sat2density.training.trainer import train as run


def configured(preset: str | TrainConfig, settings: dict[str, Any] | None = None) -> TrainConfig:
    """Return a configuration with some of its settings replaced.

    Args:
        preset: a preset's name (`PRESETS`), or a configuration.
        settings: by their names on the command line: {"optim.steps": 100, "data.source": "suburb"}.

    Raises:
        InputError: an unknown preset or setting (the nearest is named), or a wrong value.

    Example:
        >>> configured("tiny", {"optim.steps": 2}).optim.steps
        2

    """
    if isinstance(preset, str):
        if preset not in PRESETS:
            raise unknown_name("preset", preset, PRESETS)
        preset = PRESETS[preset]
    known = config_file.flat(preset)
    values = config_file.to_dict(preset)
    for key, value in (settings or {}).items():
        if key not in known:
            raise InputError(f"settings: unknown setting '{key}'{near_matches(key, known)}")
        *parts, last = key.split(".")
        place = values
        for part in parts:
            place = place[part]
        place[last] = list(value) if isinstance(value, tuple) else value
    return config_file.from_dict(values, "settings")


def train(
    preset: str | TrainConfig,
    out: str | Path,
    settings: dict[str, Any] | None = None,
    *,
    resume: bool = False,
    init_from: str | None = None,
    max_minutes: float | None = None,
    max_steps: int | None = None,
    device: str = "auto",
    quiet: bool = True,
    interrupted: Callable[[], bool] = lambda: False,
) -> RunResult:
    """Train a model, or go on with a run; docs/training.md has the settings.

    Args:
        preset: a preset's name, such as "suburb-small", or a configuration.
        out: the run's folder: configuration, log, checkpoints, sheets of pictures, and the weights.
        settings: what is other than the preset, by the names of the command line.
        resume: go on in `out` from its last complete checkpoint.
        init_from: weights to start from, a name or a file.
        max_minutes: stop, saved, after so many minutes of this call.
        max_steps: stop, saved, after so many steps of this call.
        device: "auto", "cpu", "cuda" ...
        quiet: no progress on stderr.
        interrupted: asked after every step; True stops, saved.

    Returns:
        Steps done, whether the run is complete, and the stem of its weights, which `load` reads.

    Raises:
        InputError: settings, data or weights that cannot be used. OutputError: `out` exists.
        TrainingDiverged: a loss is not a finite number.

    Example:
        result = train("tiny", "out/try", {"optim.steps": 20})
        model = sat2density.load(result.weights)

    """
    options = RunOptions(
        out=Path(out),
        max_minutes=max_minutes,
        max_steps=max_steps,
        resume=resume,
        init_from=init_from,
        device=device,
        quiet=quiet,
        interrupted=interrupted,
    )
    return run(configured(preset, settings), options)

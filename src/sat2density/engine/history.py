"""What weights say of their training: every run that led to them, and the sums."""

from __future__ import annotations

from typing import Any

from sat2density.engine import config_file
from sat2density.engine.config import TrainConfig
from sat2density.engine.presets import PRESETS
from sat2density.engine.step import State

Run = dict[str, Any]
SUMMED = ("steps", "samples", "minutes")
"""What is added up over the runs."""


def description(config: TrainConfig, state: State, scenes: int) -> dict[str, Any]:
    """Describe trained weights (the `info` of their file).

    `history` lists the runs, the first one first: the runs of the weights that this run started from, then this one.
    `steps`, `samples` and `minutes` are sums over them.

    Args:
        config: of this run.
        state: as trained.
        scenes: how many scenes this run drew from.

    """
    runs = [*state.history, this_run(config, state, scenes)]
    sums = {key: round(sum(run.get(key, 0) for run in runs), 1) for key in SUMMED}
    data = config.data
    return {
        "name": config.preset,
        "trained_on": f"{data.source}:{data.split}, {scenes} scenes, {data.protocol} views{_world(data.source)}",
        "licence": "Apache-2.0",
        **sums,
        "history": runs,
    }


def this_run(config: TrainConfig, state: State, scenes: int) -> Run:
    """Describe one run in plain JSON values: what it cost, and in which options it differs from its preset."""
    width, height = config.scene.panorama_size
    return {
        "preset": config.preset,
        "panorama": f"{width}x{height}",
        "tile": config.scene.tile_size,
        "scenes": scenes,
        "steps": state.step,
        "samples": state.step * config.optim.batch,
        "minutes": round(state.seconds / 60, 1),
        "options": changed(config),
    }


def changed(config: TrainConfig) -> dict[str, Any]:
    """Return the options in which a configuration differs from its preset, {"optim.lr": 1e-4, ...}."""
    preset = PRESETS.get(config.preset)
    if preset is None:
        return {}
    before, after = config_file.flat(preset), config_file.flat(config)
    return {key: value for key, value in after.items() if before[key] != value and not key.startswith("run.")}


def inherited(info: dict[str, Any]) -> list[Run]:
    """Return the runs that led to weights; those of files from before there was a history become one run."""
    runs = info.get("history")
    if isinstance(runs, list):
        return [run for run in runs if isinstance(run, dict)]
    known = {key: info[key] for key in SUMMED if isinstance(info.get(key), int | float)}
    return [{"preset": info.get("name"), **known}] if known else []


def _world(source: str) -> str:
    from sat2density.worlds import GENERATOR_VERSION, STYLES

    return f", generator version {GENERATOR_VERSION}" if source.partition(":")[0] in STYLES else ""

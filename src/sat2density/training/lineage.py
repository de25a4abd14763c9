"""What weights say of their training: every run that led to them, the sums, and under which licence
they may go on.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from sat2density.data.registry import DATASETS, is_style
from sat2density.training import config_file
from sat2density.training.config import TrainConfig
from sat2density.training.presets import PRESETS
from sat2density.training.state import State

Run = dict[str, Any]
SUMMED = ("steps", "samples", "minutes")
"""What is added up over the runs."""
TOLD: Final = ("name", "trained_on", "licence")
"""What weights pass on to those that are trained from them, besides their runs."""
OURS: Final = "Apache-2.0"
YOURS: Final = "yours to say: it depends on the data and weights it was trained from"


def description(config: TrainConfig, state: State, scenes: int) -> dict[str, Any]:
    """Describe trained weights (the `info` of their file).

    `history` lists the runs, the first one first: the runs of the weights that this run started
    from, then this one. `steps`, `samples` and `minutes` are sums over them.

    Args:
        config: of this run.
        state: as trained.
        scenes: how many scenes this run drew from.

    """
    runs = [*state.history, this_run(config, state, scenes)]
    sums = {key: round(sum(run.get(key, 0) for run in runs), 1) for key in SUMMED}
    return {
        "name": config.preset,
        "trained_on": _trained_on(config, state, scenes),
        "licence": licence(config.data.source, state.parent),
        **sums,
        "history": runs,
    }


def licence(source: str, parent: dict[str, str] | None) -> str:
    """Return the licence of weights: ours where all they come from is ours, else that of the
    weights they began from.

    Photographs are never ours: without a stricter parent it is for their user to say.

    Args:
        source: the data's name.
        parent: what the weights that training began from tell (`passed_on`); None without such.

    """
    inherited = OURS if parent is None else parent.get("licence", YOURS)
    return inherited if inherited != OURS or is_style(source) else YOURS


def passed_on(info: dict[str, Any]) -> dict[str, str]:
    """Return what weights pass on (`TOLD`), as far as their file says it; its path stays where it
    is.

    Args:
        info: what the weights tell of themselves.

    """
    return {key: str(info[key]) for key in TOLD if info.get(key)}


def source_name(source: str) -> str:
    """Name the data without saying where it lies: "suburb", "cvact:CVACT", "my-pairs".

    Args:
        source: `data.source` of a configuration.

    """
    if is_style(source):
        return source
    kind, colon, place = source.partition(":")
    if not colon or kind not in DATASETS:
        return _base_name(source)
    return f"{kind}:{_base_name(place)}"


def _base_name(place: str) -> str:
    return Path(place).absolute().name


def _trained_on(config: TrainConfig, state: State, scenes: int) -> str:
    data = config.data
    world = ""
    if is_style(data.source):
        world = f", generator version {_generator_version(data.source.partition(':')[0])}"
    sources = " and ".join(
        f"{source_name(source)}:{data.split}" for source in (data.source, *data.further)
    )
    ours = f"{sources}, {scenes} scenes, {data.protocol} views{world}"
    before = (state.parent or {}).get("trained_on", ours)
    return (
        ours
        if before == ours
        else f"{ours}; started from {(state.parent or {}).get('name', '?')} ({before})"
    )


def this_run(config: TrainConfig, state: State, scenes: int) -> Run:
    """Describe one run in plain JSON values: what it cost, and in which options it differs from its
    preset.

    Args:
        config: of the run.
        state: what is trained.
        scenes: number of scenes trained on.

    """
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
    """Return the options in which a configuration differs from its preset, {"optim.lr": 1e-4,
    ...}.

    Args:
        config: of the run.

    """
    preset = PRESETS.get(config.preset)
    if preset is None:
        return {}
    before = config_file.flat(preset)
    after = config_file.flat(config)
    names = {"data.source": source_name, "loss.vgg": _base_name}
    return {
        key: names[key](value) if key in names and value else value
        for key, value in after.items()
        if before[key] != value and not key.startswith("run.")
    }


def inherited(info: dict[str, Any]) -> list[Run]:
    """Return the runs that led to weights; those of files without a history become one run, with
    its origin.

    Args:
        info: what the weights tell of themselves.

    """
    runs = info.get("history")
    if isinstance(runs, list):
        return [run for run in runs if isinstance(run, dict)]
    told = passed_on(info)
    origin = {"preset": told.pop("name", None), **told}
    known = {key: info[key] for key in SUMMED if isinstance(info.get(key), int | float)}
    return [origin | known] if told or known else []


def _generator_version(style: str) -> str:
    from sat2density.worlds import generator_version

    return generator_version(style)

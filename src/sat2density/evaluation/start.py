"""`evaluate`: the table of measures from Python, as the command makes it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sat2density.data import PairedDataset, open_dataset
from sat2density.evaluation.evaluator import EvaluationSettings, Report
from sat2density.evaluation.evaluator import evaluate as measure
from sat2density.light.lighting import Lighting, LightLike
from sat2density.loading import load
from sat2density.pipeline import Sat2Density


def evaluate(
    model: Sat2Density | str | Path,
    data: PairedDataset | str | Path,
    *,
    split: str | None = None,
    limit: int | None = None,
    light: LightLike | None = None,
    images_only: bool = False,
    allow_other_scale: bool = False,
    views: bool = True,
    flicker_scenes: int = 20,
    cache: bool = True,
    jobs: int = 1,
    progress: Callable[[], None] = lambda: None,
) -> Report:
    """Measure weights on a data set, beside the trivial predictors (docs/benchmark.md).

    Args:
        model: of `load`, or what `load` takes.
        data: as the command takes it: "suburb:test", "cvact:DIR", a folder of pairs; or a data set.
        split: of a folder; None takes test, else val.
        limit: only the first so many scenes.
        light: one for all scenes; None takes each truth's own sky.
        images_only: only the pictures at the centre.
        allow_other_scale: weights of another scale than the data's: a transfer.
        views: views off the centre as well (procedural data).
        flicker_scenes: on how many scenes flicker is measured (procedural data).
        cache: keep what is true of procedural scenes on disk.
        jobs: processes.
        progress: called after every scene.

    Returns:
        The table: `report["model"]["image.psnr"]`, `report.save_csv(...)`.

    Raises:
        InputError: data or weights that cannot be used, or of different scales.

    """
    if not isinstance(model, Sat2Density):
        model = load(model)
    if isinstance(data, str | Path):
        data = open_dataset(data, split, limit)
    settings = EvaluationSettings(
        light=None if light is None else Lighting.of(light),
        views=views,
        flicker_scenes=flicker_scenes,
        cache=cache,
        images_only=images_only,
        other_scale=allow_other_scale,
    )
    return measure(model, data, settings, progress, jobs)

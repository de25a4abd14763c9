"""Measuring a model on a data set, beside the trivial predictors, as one table."""

from __future__ import annotations

import csv
import dataclasses
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from sat2density.city.evidence import check_weights
from sat2density.data.listing import plain_name
from sat2density.data.paired import PairedDataset
from sat2density.data.sample import Sample
from sat2density.errors import InputError
from sat2density.evaluation.baselines import ModelPrediction, PredictedView, trivial
from sat2density.evaluation.drawn import DrawnPrediction, plan_sums
from sat2density.evaluation.feature_networks import lite0_network, lpips_networks
from sat2density.evaluation.ground_truth import TrueScene, TrueView
from sat2density.evaluation.ground_truth_cache import TruthCache, digest
from sat2density.evaluation.kept import measuring_digest, truth_cache
from sat2density.evaluation.matching import match
from sat2density.evaluation.mean_baseline import MeanSource
from sat2density.evaluation.metrics import METRICS, Tally
from sat2density.evaluation.metrics.features import FRECHET
from sat2density.evaluation.scene_measures import Measures, Sums
from sat2density.evaluation.timing import frame_times
from sat2density.files import atomic_path
from sat2density.images import save_image
from sat2density.parallel import in_order
from sat2density.pipeline import Sat2Density

if TYPE_CHECKING:
    from sat2density.light.lighting import Lighting

ROWS = ("model", "flat", "mean", "projected", "ceiling")
DRAWN = "drawn"
"""Further row on request: what is drawn from the plan that the weights find."""
Row = dict[str, float | None]


@dataclasses.dataclass(frozen=True)
class EvaluationSettings:
    """What is measured.

    Attributes:
        light: one light for every scene; None takes each truth's own sky.
        views: whether views off the centre are measured (procedural data only).
        flicker_scenes: on how many scenes, from the first, flicker is measured (21 true views each;
            procedural only).
        pictures: folder for truth and prediction of every scene, or None.
        fetch: fetch LPIPS's weights where they are missing.
        timed: the model as it is used for pictures (precision "auto"): how long one takes is
            measured; None: it is not.
        cache: keep what is true of procedural scenes on disk, and the trivial predictors' numbers
            (`truth_cache`).
        skip_bad: leave out training scenes (of the means) that cannot be read.
        images_only: measure pictures at the centre alone, as the released code does: no geometry,
            no views off the centre, no flicker.
        other_scale: measure weights of another extent, height of camera or volume than the data's:
            a transfer, which the notices and the title say.
        drawn: add the row `DRAWN`, and measure the plans it is drawn from (procedural data).

    """

    light: Lighting | None = None
    views: bool = True
    flicker_scenes: int = 20
    pictures: Path | None = None
    fetch: bool = False
    timed: Sat2Density | None = None
    cache: bool = True
    skip_bad: bool = False
    images_only: bool = False
    other_scale: bool = False
    drawn: bool = False


@dataclasses.dataclass(frozen=True)
class Report:
    """The table: one row per predictor, a number or None per metric; notices say what was left out
    and why.
    """

    rows: dict[str, Row]
    scenes: int
    notices: tuple[str, ...]

    def __getitem__(self, name: str) -> Row:
        """Return a predictor's row, such as report["model"]."""
        return self.rows[name]

    def save_json(self, path: str | Path, replace: bool = True) -> None:
        """Write one object per row, flat keys.

        Args:
            path: the file.
            replace: whether a file that is there may be replaced.

        Raises:
            OutputError: it cannot be written, or is there (without `replace`).

        """
        with atomic_path(path, replace=replace) as temporary:
            temporary.write_text(json.dumps(self.rows, indent=1) + "\n", encoding="utf-8")

    def save_csv(self, path: str | Path, replace: bool = True) -> None:
        """Write one line per row, a column per metric; what does not apply is empty.

        Args:
            path: the file.
            replace: whether a file that is there may be replaced.

        Raises:
            OutputError: it cannot be written, or is there (without `replace`).

        """
        with (
            atomic_path(path, replace=replace) as temporary,
            open(temporary, "w", newline="", encoding="utf-8") as handle,
        ):
            writer = csv.writer(handle)
            writer.writerow(["predictor", *METRICS])
            for name, row in self.rows.items():
                writer.writerow([name, *("" if row[m] is None else repr(row[m]) for m in METRICS)])


def evaluate(
    model: Sat2Density,
    dataset: PairedDataset,
    settings: EvaluationSettings,
    progress: Callable[[], None] = lambda: None,
    jobs: int = 1,
) -> Report:
    """Measure.

    Args:
        model: ready for inference (`loading.load`).
        dataset: opened with its truth.
        settings: what is measured.
        progress: called after every scene.
        jobs: processes to work in, each with its share of the cores; where the model is on a GPU
            they prepare what is true. The numbers do not depend on it (but for rounding, since
            networks run on other numbers of threads).

    Raises:
        InputError: the weights belong to another scene than the data.

    """
    resized = match(model, dataset, settings.other_scale)
    if settings.drawn:
        check_weights(model.architecture)
    if settings.images_only:
        settings = dataclasses.replace(settings, views=False, flicker_scenes=0)
    others = TrivialMeter(model, dataset, settings, jobs)
    names = (*ROWS, DRAWN) if settings.drawn else ROWS
    tallies = {name: Tally() for name in names}
    for measured in _measured(Meter(model, others), others, jobs):
        for name, sums in measured.items():
            tallies[name].add_sums(sums)
        progress()
    if settings.timed is not None:
        for key, seconds in frame_times(settings.timed, others.truth(0).sample.tile).items():
            tallies["model"].add(key, seconds, 1)
    notices = [*([resized] if resized else []), *others.notices]
    pictures = tallies["model"].vectors(FRECHET)
    if pictures:
        notices.append(
            f"{FRECHET} is of {pictures} pictures a row; compare it with tables of as many only"
        )
    rows = {name: tallies[name].result() for name in names}
    if settings.images_only:
        rows = {name: images_of(row) for name, row in rows.items() if row["image.psnr"] is not None}
    return Report(rows, len(dataset), tuple(notices))


def images_of(row: Row) -> Row:
    """Return a row with the measures of the centre's picture alone; the others are None.

    Args:
        row: of a report.

    """
    return {
        key: value if key.startswith(("image.", "seconds.")) else None for key, value in row.items()
    }


def _measured(meter: Meter, others: TrivialMeter, jobs: int) -> Iterator[dict[str, Sums]]:
    """Every scene's sums by row, in order."""
    count = len(others.dataset)
    # A GPU is not shared among processes: the model stays here, and they prepare what is true.
    if meter.model.device.type == "cpu":
        yield from in_order(meter.scene, count, jobs)
        return
    for index, rows in enumerate(in_order(others.scene, count, jobs)):
        yield {**meter.own_rows(index), **rows}


class TrivialMeter:
    """Measures the trivial predictors of scenes; can be sent to another process, as `Meter` can.

    Args:
        model: whose scale, and whose grid for the ceiling, they are given.
        dataset: opened with its truth, of the weights' scene and size (`match`).
        settings: what is measured.
        jobs: processes that may help with the means.

    Attributes:
        notices: what is left out, and why.

    """

    def __init__(
        self, model: Sat2Density, dataset: PairedDataset, settings: EvaluationSettings, jobs: int
    ) -> None:
        self.dataset, self.settings, self.spec = (
            dataset,
            dataclasses.replace(settings, timed=None),
            dataset.spec if settings.other_scale else model.spec,
        )
        self.source = MeanSource(dataset, jobs, settings.skip_bad)
        self.notices = list(self.source.notices)
        self.lpips, left_out = lpips_networks(settings.fetch)
        self.lite0, without = lite0_network()
        self.notices += left_out + without
        self.cache = truth_cache(dataset) if settings.cache else TruthCache(None)
        kept = self.cache.count(dataset.identities, "scene")
        if kept:
            self.notices.append(
                f"what is true of {kept} scenes is taken from the cache ({self.cache.folder}); "
                f"--no-cache makes it again"
            )
        self.cells = (
            model.architecture.density_layers,
            model.spec.tile_size // model.architecture.density_stride,
        )
        known = [
            self.source.sums.digest(),
            self.spec.to_dict(),
            self.cells,
            sorted(self.lpips),
            self.lite0 is not None,
            settings.views,
        ]
        self.key = digest(measuring_digest(), *known)

    def truth(self, index: int) -> TrueScene:
        """Return what is true of a scene.

        Args:
            index: place in the data set.

        """
        return TrueScene(self.dataset, index, self.cache)

    def measures(self, index: int) -> Measures:
        """Return what is measured of a scene.

        Args:
            index: place in the data set; flicker is measured on the first scenes only.

        """
        walk = index < self.settings.flicker_scenes
        return Measures(self.settings.views, walk, self.lpips, self.lite0)

    @torch.no_grad()
    def scene(self, index: int) -> dict[str, Sums]:
        """Measure a scene: partial sums by row, from the cache where they were measured before.

        Args:
            index: place in the data set.

        """
        return self.rows(self.truth(index))

    def rows(self, truth: TrueScene) -> dict[str, Sums]:
        """Measure a scene whose truth is at hand.

        Args:
            truth: of the scene.

        Returns:
            Partial sums by row.

        """
        measures = self.measures(truth.index)

        def make() -> dict[str, Sums]:
            rows = trivial(self.spec, truth, self.source.means(truth.sample), self.cells)
            return {name: measures.of(prediction, truth) for name, prediction in rows.items()}

        part = f"trivial-{self.key}" + "-walk" * measures.walk
        return self.cache.numbers(truth.identity, part, make)


class Meter:
    """Measures the model on scenes, beside the trivial predictors.

    Args:
        model: ready for inference.
        trivial: for the other rows.

    """

    def __init__(self, model: Sat2Density, trivial: TrivialMeter) -> None:
        self.model, self.trivial = model, trivial
        light = trivial.settings.light
        with torch.no_grad():
            self.style = None if light is None else model.style(light)

    @torch.no_grad()
    def scene(self, index: int) -> dict[str, Sums]:
        """Measure everyone on one scene: partial sums by row.

        Args:
            index: place in the data set.

        """
        truth = self.trivial.truth(index)
        return {**self._own(truth), **self.trivial.rows(truth)}

    @torch.no_grad()
    def own_rows(self, index: int) -> dict[str, Sums]:
        """Measure the model alone, and what is drawn from its plans where that is asked for.

        Args:
            index: place in the data set.

        """
        return self._own(self.trivial.truth(index))

    def _own(self, truth: TrueScene) -> dict[str, Sums]:
        rows = {"model": self._sums(truth)}
        settings = self.trivial.settings
        if settings.drawn:
            size = truth.spec.panorama_size
            drawn = DrawnPrediction(self.model, truth.sample, settings.light, size)
            rows[DRAWN] = self.trivial.measures(truth.index).of(drawn, truth)
            if truth.world is not None:
                rows[DRAWN] |= plan_sums(drawn.plan, truth.world)
        return rows

    def _sums(self, truth: TrueScene) -> Sums:
        sample, pictures = truth.sample, self.trivial.settings.pictures
        style = self.style if self.style is not None else self._own_style(sample)
        prediction = ModelPrediction(self.model, sample.tile, style, truth.spec.panorama_size)
        if pictures is not None:
            _save(pictures, sample.identity, prediction.view(truth.camera), truth.centre)
        return self.trivial.measures(truth.index).of(prediction, truth)

    def _own_style(self, sample: Sample) -> Tensor:
        """Encode the light of a sample's own sky."""
        return self.model.generator.style(
            sample.histogram(self.model.rules.histogram)[None].to(self.model.device)
        )


def _save(folder: Path, name: str, predicted: PredictedView, centre: TrueView) -> None:
    if not plain_name(name):  # data sets refuse such names already
        raise InputError(f"{name!r}: is no plain name; its pictures would leave {folder}")
    folder.mkdir(parents=True, exist_ok=True)
    save_image(folder / f"{name}-truth.png", centre.image)
    save_image(folder / f"{name}-opacity.png", predicted.opacity)
    if predicted.image is not None:
        save_image(folder / f"{name}-predicted.png", predicted.image)

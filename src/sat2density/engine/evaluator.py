"""Measuring a model on a data set, beside the trivial predictors, as one table."""

from __future__ import annotations

import csv
import dataclasses
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from sat2density.data.images import save_image
from sat2density.data.paired import PairedDataset
from sat2density.engine.means import MeanSource
from sat2density.engine.predictors import Look, Prediction, predictions
from sat2density.engine.truth import TrueScene, TrueView
from sat2density.errors import InputError, WeightsError
from sat2density.files import atomic_path
from sat2density.metrics import METRICS, OFF_CENTRE_M, Tally, flicker, geometry, images
from sat2density.perceptual import Lpips, available
from sat2density.pipeline import Sat2Density
from sat2density.render.cameras import equirectangular_rays
from sat2density.scene_spec import Rules
from sat2density.types import Camera

if TYPE_CHECKING:
    from sat2density.data.lighting import Lighting

ROWS = ("model", "flat", "mean", "projected", "ceiling")
Row = dict[str, float | None]


@dataclasses.dataclass(frozen=True)
class EvaluationSettings:
    """What is measured.

    Attributes:
        light: one light for every scene; None takes each truth's own sky.
        views: whether views off the centre are measured (procedural data only).
        flicker_scenes: on how many scenes, from the first, flicker is measured (21 true views each; procedural only).
        pictures: folder for truth and prediction of every scene, or None.
        fetch: fetch LPIPS's weights where they are missing.

    """

    light: Lighting | None = None
    views: bool = True
    flicker_scenes: int = 20
    pictures: Path | None = None
    fetch: bool = False


@dataclasses.dataclass(frozen=True)
class Report:
    """The table: one row per predictor, a number or None per metric; notices say what was left out and why."""

    rows: dict[str, Row]
    scenes: int
    notices: tuple[str, ...]

    def save_json(self, path: Path) -> None:
        """Write one object per row, flat keys."""
        with atomic_path(path) as temporary:
            temporary.write_text(json.dumps(self.rows, indent=1) + "\n", encoding="utf-8")

    def save_csv(self, path: Path) -> None:
        """Write one line per row, a column per metric; what does not apply is empty."""
        with atomic_path(path) as temporary, open(temporary, "w", newline="", encoding="utf-8") as handle:
            writer = csv.writer(handle)
            writer.writerow(["predictor", *METRICS])
            for name, row in self.rows.items():
                writer.writerow([name, *("" if row[m] is None else repr(row[m]) for m in METRICS)])


@torch.no_grad()
def evaluate(
    model: Sat2Density,
    dataset: PairedDataset,
    settings: EvaluationSettings,
    progress: Callable[[], None] = lambda: None,
) -> Report:
    """Measure.

    Args:
        model: ready to look (`pipeline.load`).
        dataset: opened with its truth.
        settings: what is measured.
        progress: called after every scene.

    Raises:
        InputError: the weights belong to another scene than the data.

    """
    resized = match(model, dataset)
    meter = _Meter(model, dataset, settings)
    meter.notices += [resized] if resized else []
    for index in range(len(dataset)):
        meter.scene(index)
        progress()
    rows = {name: meter.tallies[name].result() for name in ROWS if name in meter.tallies}
    empty = dict.fromkeys(METRICS)
    return Report({name: rows.get(name, empty) for name in ROWS}, len(dataset), tuple(meter.notices))


def match(model: Sat2Density, dataset: PairedDataset) -> str | None:
    """Make the data's pictures as large as the weights', and say so where that changes anything.

    Procedural truth is rendered at that size, pictures of files are resized (`data.images`).

    Raises:
        InputError: the weights belong to another scale, camera height or field of view than the data.

    """
    ours, theirs = model.spec, dataset.spec
    for name in ("extent_m", "camera_height_m", "vertical_fov_deg"):
        if getattr(ours, name) != getattr(theirs, name):
            raise InputError(
                f"{dataset.label}: its scene has {name} {getattr(theirs, name)}, the weights were trained for "
                f"{getattr(ours, name)}; choose weights for this scene, or data of the weights' scene"
            )
    if (ours.panorama_size, ours.tile_size) == (theirs.panorama_size, theirs.tile_size):
        return None
    dataset.spec = dataclasses.replace(theirs, panorama_size=ours.panorama_size, tile_size=ours.tile_size)
    width, height = ours.panorama_size
    return f"measured at the weights' own size: panoramas {width}x{height}, tiles {ours.tile_size}"


class _Meter:
    def __init__(self, model: Sat2Density, dataset: PairedDataset, settings: EvaluationSettings) -> None:
        self.model, self.dataset, self.settings = model, dataset, settings
        self.tallies = {name: Tally() for name in ROWS}
        self.notices: list[str] = []
        self.source = MeanSource(dataset)
        self.lpips = self._lpips()
        form = model.rules.histogram
        self.light = None if settings.light is None else settings.light.histogram(form)

    def _lpips(self) -> dict[str, Lpips]:
        found = {}
        for net in ("alex", "squeeze"):
            try:
                if not self.settings.fetch and not (available(net) and available(f"lpips_{net}")):
                    raise WeightsError(
                        f"the public weights of LPIPS ({net}) are not in the cache; fetch them (--fetch)"
                    )
                found[f"image.lpips_{net}"] = Lpips.public(net, self.settings.fetch)
            except WeightsError as error:
                self.notices.append(f"image.lpips_{net} is left out: {error}")
        return found

    def scene(self, index: int) -> None:
        """Measure everyone on one scene."""
        truth = TrueScene(self.dataset, index)
        histogram = self.light if self.light is not None else truth.sample.histogram(self.model.rules.histogram)
        known = predictions(truth, self.model, histogram, self.source.means(truth.sample))
        centre = truth.centre()
        for name, prediction in known.items():
            tally, look = self.tallies[name], prediction.look(Camera())
            self._images(tally, "image", look, centre)
            self._centre(tally, look, centre)
            self._depth(tally, "", look, centre, Camera())
            self._heights(tally, prediction, truth)
        self._views(known, truth)
        if index < self.settings.flicker_scenes and truth.world is not None:
            self._flicker(known, truth)
        if self.settings.pictures is not None:
            _save(self.settings.pictures, truth, known["model"].look(Camera()), centre)

    def _images(self, tally: Tally, prefix: str, look: Look, true: TrueView) -> None:
        if look.image is None:
            return
        pair = (look.image[None], true.image[None])
        tally.add_values(f"{prefix}.psnr", images.psnr(*pair).tolist())
        tally.add_values(f"{prefix}.rmse", images.rmse(*pair).tolist())
        tally.add_values(f"{prefix}.ssim", images.ssim(*pair).tolist())

    def _centre(self, tally: Tally, look: Look, true: TrueView) -> None:
        """What is measured at the centre alone: sharpness, LPIPS, sky and structure."""
        sky, structure = geometry.sky_ious(look.opacity[None], true.sky[None])
        tally.add_values("sky.iou", sky.tolist())
        tally.add_values("structure.iou", structure.tolist())
        if look.image is None:
            return
        pair = (look.image[None], true.image[None])
        tally.add_values("image.sd", images.sharpness_difference(*pair).tolist())
        mask = 1 - true.sky[None]
        mask[..., geometry.rows_above_horizon(mask.shape[-2]) :, :] = 0
        ours, theirs = (float(images.gradient_energy(picture, mask)) for picture in pair)
        tally.add("image.sharpness", ours, theirs)
        for key, distance in self.lpips.items():
            tally.add_values(key, distance(*pair).tolist())

    def _depth(self, tally: Tally, prefix: str, look: Look, true: TrueView, camera: Camera) -> None:
        if look.depth_m is None or true.depth_m is None:
            return
        rays = equirectangular_rays(self.dataset.spec, Rules(), camera)
        inside = geometry.hits_inside(true.depth_m[None], rays.directions, rays.origins, self.dataset.spec.unit_m)
        usable = inside & torch.isfinite(look.depth_m[None])
        tally.add_sums(geometry.depth_errors(look.depth_m[None].nan_to_num(0), true.depth_m[None], usable), prefix)

    def _heights(self, tally: Tally, prediction: Prediction, truth: TrueScene) -> None:
        true = truth.heights_m()
        if prediction.heights is not None and true is not None:
            ours = _resized(prediction.heights, true.shape[-1])
            regions = {name: mask[None] for name, mask in truth.regions().items()}
            tally.add_sums(geometry.height_errors(ours[None], true[None], regions, truth.spec.extent_m))
        if prediction.occupied is not None:
            cells = prediction.occupied
            solid = truth.occupancy(cells.shape[0], cells.shape[-1])
            if solid is not None:
                tally.add_values("occupancy.iou", geometry.intersection_over_union(cells[None], solid[None]).tolist())

    def _views(self, known: dict[str, Prediction], truth: TrueScene) -> None:
        for metres in OFF_CENTRE_M if self.settings.views else ():
            camera = truth.road_camera(metres)
            if camera is None:
                return
            true = truth.view(camera)
            for name, prediction in known.items():
                look = prediction.look(camera)
                self._images(self.tallies[name], f"view{metres}m", look, true)
                self._depth(self.tallies[name], f"view{metres}m.", look, true, camera)

    def _flicker(self, known: dict[str, Prediction], truth: TrueScene) -> None:
        cameras = truth.walk()
        spec = truth.spec
        depths = torch.stack([view.depth_m for view in map(truth.view, cameras) if view.depth_m is not None])
        rays = equirectangular_rays(spec, Rules(), cameras)
        for name, prediction in known.items():
            frames = _frames(prediction, cameras)
            if frames is not None:
                places = rays.origins * spec.unit_m
                sums = flicker.flicker(frames, depths, places, rays.directions[0], spec.vertical_fov_deg)
                self.tallies[name].add("flicker", *sums)


def _frames(prediction: Prediction, cameras: Sequence[Camera]) -> Tensor | None:
    if prediction.look(cameras[0]).image is None:
        return None
    pictures = [prediction.look(camera).image for camera in cameras]
    return torch.stack([picture for picture in pictures if picture is not None])


def _resized(heights: Tensor, side: int) -> Tensor:
    if heights.shape[-1] == side:
        return heights
    return torch.nn.functional.interpolate(heights[None, None], (side, side), mode="bilinear", align_corners=False)[
        0, 0
    ]


def _save(folder: Path, truth: TrueScene, look: Look, centre: TrueView) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    name = truth.sample.identity
    save_image(folder / f"{name}-truth.png", centre.image)
    save_image(folder / f"{name}-opacity.png", look.opacity)
    if look.image is not None:
        save_image(folder / f"{name}-predicted.png", look.image)

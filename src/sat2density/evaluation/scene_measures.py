"""Measuring one prediction of one scene: partial sums by metric, which `Tally` pools over a data
set.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, Protocol

import torch
from torch import Tensor

from sat2density.conventions import CLASSES
from sat2density.evaluation.baselines import PredictedView, Prediction
from sat2density.evaluation.ground_truth import TrueScene, TrueView
from sat2density.evaluation.metrics import (
    OFF_CENTRE_M,
    classes,
    flicker,
    geometry,
    images,
    things,
)
from sat2density.evaluation.metrics.features import FeatureDistances
from sat2density.render.cameras import equirectangular_rays
from sat2density.scene_spec import Rules, SceneSpec
from sat2density.views import Camera

Sums = dict[str, tuple[Any, Any]]
"""Total and count by metric; our vector and the true one for `image.lite0_frechet`."""


class Distance(Protocol):
    """A distance between pictures (B, 3, H, W) in [0, 1], (B,): LPIPS."""

    def __call__(self, prediction: Tensor, truth: Tensor) -> Tensor:
        """Measure."""


@dataclasses.dataclass(frozen=True)
class Measures:
    """What is measured of a scene.

    Attributes:
        views: whether views off the centre are (`OFF_CENTRE_M`; procedural data only).
        walk: whether flicker is (procedural data only).
        distances: further distances at the centre by metric.
        features: distances in the features of EfficientNet-Lite0, None without them.

    """

    views: bool
    walk: bool
    distances: Mapping[str, Distance]
    features: FeatureDistances | None = None

    def of(self, prediction: Prediction, truth: TrueScene) -> Sums:
        """Measure a prediction.

        Args:
            prediction: of the scene.
            truth: of the scene.

        Returns:
            Total and count by metric (`METRICS`); what does not apply is left out.

        """
        predicted = prediction.view(truth.camera)
        centre = truth.centre
        sums = _images("image", predicted, centre) | self._centre(predicted, centre)
        sums |= _depth("", predicted, centre, truth.camera, truth.spec)
        sums |= _heights(prediction, truth) | _occupancy(prediction, truth)
        sums |= _classes(prediction, truth) | _street(prediction, truth)
        if self.views:
            for metres, (camera, true) in zip(
                OFF_CENTRE_M, truth.road_views(OFF_CENTRE_M), strict=False
            ):
                predicted = prediction.view(camera)
                sums |= _images(f"view{metres}m", predicted, true)
                sums |= _depth(f"view{metres}m.", predicted, true, camera, truth.spec)
        return sums | _flicker(prediction, truth) if self.walk else sums

    def _centre(self, predicted: PredictedView, true: TrueView) -> Sums:
        """What is measured at the centre alone: sharpness, features, sky and structure."""
        sky, structure = geometry.sky_ious(predicted.opacity[None], true.sky[None])
        sums: Sums = {"sky.iou": (float(sky), 1.0), "structure.iou": (float(structure), 1.0)}
        if predicted.image is None:
            return sums
        pair = (predicted.image[None], true.image[None])
        mask = 1 - true.sky[None]
        mask[..., geometry.rows_above_horizon(mask.shape[-2]) :, :] = 0
        ours, theirs = (float(images.gradient_energy(picture, mask)) for picture in pair)
        sums |= {
            "image.sd": (float(images.sharpness_difference(*pair)), 1.0),
            "image.sharpness": (ours, theirs),
        }
        if self.features is not None:
            sums |= self.features.sums(*pair)
        return sums | {
            key: (float(distance(*pair)), 1.0) for key, distance in self.distances.items()
        }


def _images(prefix: str, predicted: PredictedView, true: TrueView) -> Sums:
    if predicted.image is None:
        return {}
    pair = (predicted.image[None], true.image[None])
    functions = {"psnr": images.psnr, "rmse": images.rmse, "ssim": images.ssim}
    return {
        f"{prefix}.{name}": (float(function(*pair)), 1.0) for name, function in functions.items()
    }


def _depth(
    prefix: str, predicted: PredictedView, true: TrueView, camera: Camera, spec: SceneSpec
) -> Sums:
    if predicted.depth_m is None or true.depth_m is None:
        return {}
    rays = equirectangular_rays(spec, Rules(), camera)
    inside = geometry.hits_inside(true.depth_m[None], rays.directions, rays.origins, spec.unit_m)
    usable = inside & torch.isfinite(predicted.depth_m[None])
    sums = geometry.depth_errors(predicted.depth_m[None].nan_to_num(0), true.depth_m[None], usable)
    return {prefix + name: values for name, values in sums.items()}


def _heights(prediction: Prediction, truth: TrueScene) -> Sums:
    true = truth.heights_m()
    if prediction.heights is None or true is None:
        return {}
    ours = _resized(prediction.heights, true.shape[-1])
    regions = {name: mask[None] for name, mask in truth.regions.items()}
    return geometry.height_errors(ours[None], true[None], regions, truth.spec.extent_m)


def _resized(heights: Tensor, side: int) -> Tensor:
    if heights.shape[-1] == side:
        return heights
    scaled = torch.nn.functional.interpolate(
        heights[None, None], (side, side), mode="bilinear", align_corners=False
    )
    return scaled[0, 0]


def _occupancy(prediction: Prediction, truth: TrueScene) -> Sums:
    cells = prediction.occupied
    if cells is None:
        return {}
    solid = truth.occupancy(cells.shape[0], cells.shape[-1], prediction.top_m)
    if solid is None:
        return {}
    return {
        "occupancy.iou": (float(geometry.intersection_over_union(cells[None], solid[None])), 1.0)
    }


def _classes(prediction: Prediction, truth: TrueScene) -> Sums:
    true = truth.classes()
    if prediction.classes is None or true is None:
        return {}
    codes, names = prediction.classes
    if codes.shape != true.shape:
        scaled = torch.nn.functional.interpolate(codes[None, None].float(), tuple(true.shape))
        codes = scaled[0, 0].long()
    sums: Sums = dict(classes.class_sums(codes, true, names))
    heights = truth.heights_m()
    if prediction.heights is None or heights is None:
        return sums
    ours, extent_m = classes.world_codes(codes, names), truth.spec.extent_m
    building, tree = CLASSES.index("building"), CLASSES.index("tree")
    higher = _resized(prediction.heights, heights.shape[-1])
    sums["things.f1_building"] = things.building_sums(ours == building, true == building, extent_m)
    sums["things.f1_tree"] = things.tree_sums(
        (higher, ours == tree), (heights, true == tree), extent_m
    )
    return sums


def _street(prediction: Prediction, truth: TrueScene) -> Sums:
    """Classes seen from the street, where the true surface lies inside the tile."""
    depth_m = truth.centre.depth_m
    if prediction.classes is None or depth_m is None:
        return {}
    seen, true = prediction.street(truth.camera), truth.street_classes()
    if seen is None or true is None:
        return {}
    rays = equirectangular_rays(truth.spec, Rules(), truth.camera)
    unit_m = truth.spec.unit_m
    inside = geometry.hits_inside(depth_m[None], rays.directions, rays.origins, unit_m)[0, 0]
    codes, names = seen
    return classes.class_sums(codes[inside], true[inside], names, "street")


def _flicker(prediction: Prediction, truth: TrueScene) -> Sums:
    walk = truth.walk()
    if walk is None:
        return {}
    cameras, depths = walk
    if prediction.view(cameras[0]).image is None:
        return {}
    rays = equirectangular_rays(truth.spec, Rules(), cameras)
    frames = torch.stack(
        [
            predicted.image
            for predicted in map(prediction.view, cameras)
            if predicted.image is not None
        ]
    )
    places = rays.origins * truth.spec.unit_m
    return {
        "flicker": flicker.flicker(
            frames, depths, places, rays.directions[0], truth.spec.vertical_fov_deg
        )
    }

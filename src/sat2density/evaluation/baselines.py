"""Who predicts: the model, and the trivial predictors that stand beside it in every table."""

from __future__ import annotations

import dataclasses
from typing import Protocol

import torch
from torch import Tensor

from sat2density.evaluation.ground_truth import TrueScene
from sat2density.evaluation.means import Means
from sat2density.evaluation.metrics import geometry
from sat2density.pipeline import Sat2Density
from sat2density.render.cameras import Rays, equirectangular_rays
from sat2density.render.volume import RenderedRays, heights_m, render_rays, top_down
from sat2density.scene_spec import Rules, SceneSpec
from sat2density.views import Camera

SOLID = 1000.0
"""Density of a true cell, per unit: opaque within a hundredth of a unit."""

Classes = tuple[Tensor, tuple[str, ...]]
"""Of what is seen from above: (S, S) places in a list of names, and that list."""


@dataclasses.dataclass(frozen=True)
class PredictedView:
    """Prediction of one view: picture (3, H, W) or None, opacity (1, H, W), depth (1, H, W) in
    metres or None.
    """

    image: Tensor | None
    opacity: Tensor
    depth_m: Tensor | None


class Prediction(Protocol):
    """What is predicted of one scene; `top_m` is the height of the top of `occupied`, metres."""

    heights: Tensor | None
    occupied: Tensor | None
    top_m: float
    classes: Classes | None

    def view(self, camera: Camera) -> PredictedView:
        """Predict a view.

        Args:
            camera: where it is taken from.

        """

    def street(self, camera: Camera) -> Classes | None:
        """Predict the classes (H, W) of what is seen from the street.

        Args:
            camera: where it stands and looks.

        """


class WithoutClasses:
    """The part of predictors that know no classes, and mostly no cells."""

    classes: Classes | None = None
    top_m: float = 0.0

    def street(self, camera: Camera) -> Classes | None:
        """Return None.

        Args:
            camera: does not matter.

        """
        del camera
        return None


def _predicted_view(rendered: RenderedRays, image: Tensor | None, unit_m: float) -> PredictedView:
    depth = geometry.metric_depth(rendered.depth[0], rendered.opacity[0], unit_m)
    return PredictedView(image, rendered.opacity[0].float().cpu(), depth.float().cpu())


class ModelPrediction:
    """The model's: the density once, then any view, in one light (`style` (1, n), see
    `Sat2Density.style`).
    """

    def __init__(
        self, model: Sat2Density, tile: Tensor, style: Tensor, size: tuple[int, int]
    ) -> None:
        self.model = model
        self.size = size
        self.scene = model.reconstruct(tile, maps=bool(model.architecture.class_names))
        self.style = style
        self.heights: Tensor | None = self.scene.heights().float().cpu()
        layers = self.scene.densities.shape[1]
        cell = model.spec.max_height_m / model.spec.unit_m / layers
        self.top_m = model.spec.max_height_m
        self.occupied: Tensor | None = geometry.occupied(self.scene.densities[0], cell).cpu()
        self.classes: Classes | None = None
        names = model.architecture.class_names
        self._likely: Tensor | None = None
        if names:
            maps = self.scene.tile_maps()
            assert maps.classes is not None
            self.classes = (maps.class_codes()[0].cpu(), names)
            self._likely = maps.classes.float().softmax(1)

    @torch.no_grad()
    def view(self, camera: Camera) -> PredictedView:
        """Predict a view.

        Args:
            camera: where it stands and looks.

        Returns:
            The panorama seen from there, as the generator paints it; opacity and depth of the
            volume as told, a ray for each pixel.

        """
        scene = self.scene
        image = scene.render(camera, self.style, size=self.size).image
        assert image is not None
        told = self.model.render_rays(
            scene.densities, scene.tiles, self._rays(camera), features=scene.features
        )
        return _predicted_view(told, image.float().cpu(), scene.spec.unit_m)

    def _rays(self, camera: Camera) -> Rays:
        spec = dataclasses.replace(self.scene.spec, panorama_size=self.size)
        return equirectangular_rays(spec, self.model.rules, [camera]).to(self.model.device)

    @torch.no_grad()
    def street(self, camera: Camera) -> Classes | None:
        """Predict the classes of what is seen from the street.

        The class head's likelihoods are composited along rays as colours are; the light that passes
        is sky; the likeliest is what is seen.

        Args:
            camera: where it stands and looks.

        """
        if self.classes is None:
            return None
        scene, rules = self.scene, self.model.rules
        spec, rays = self.model.spec, self._rays(camera)
        seen = render_rays(scene.densities, scene.tiles, rays, spec, rules, features=self._likely)
        assert seen.features is not None
        names = self.classes[1]
        likely = torch.cat((seen.features[0], 1 - seen.opacity[0]))
        if "sky" in names:
            likely[names.index("sky")] += likely[-1]
            return likely[:-1].argmax(0).cpu(), names
        return likely.argmax(0).cpu(), (*names, "sky")


class FlatPrediction(WithoutClasses):
    """Bare ground and a flat horizon. With `pictured`, the tile projected on that ground, under the
    mean sky.
    """

    def __init__(self, spec: SceneSpec, tile: Tensor, means: Means | None, pictured: bool) -> None:
        self.spec = spec
        self.tile = tile
        self.means = means
        self.pictured = pictured
        self.heights: Tensor | None = torch.zeros(tile.shape[-1], tile.shape[-1])
        self.occupied: Tensor | None = None

    def view(self, camera: Camera) -> PredictedView:
        """Predict a view.

        Args:
            camera: where it stands and looks.

        Returns:
            Depth and opacity of a plain; a picture only with `pictured`.

        """
        rays = equirectangular_rays(self.spec, Rules(), [camera])
        # An empty volume of hardly any cells: only the ground under it is seen.
        rendered = render_rays(torch.zeros(1, 2, 4, 4), self.tile[None], rays, self.spec, Rules())
        image = None
        if self.pictured and self.means is not None:
            ground = rendered.colour[0]
            image = torch.where(rendered.opacity[0] > 0.5, ground, self.means.panorama)
        return _predicted_view(rendered, image, self.spec.unit_m)


class MeanPrediction(WithoutClasses):
    """The mean panorama, the mean sky, the mean heights, the mean depth of each row: the same from
    everywhere.
    """

    def __init__(self, means: Means) -> None:
        self.means = means
        self.heights: Tensor | None = means.heights
        self.occupied: Tensor | None = None

    def view(self, camera: Camera) -> PredictedView:
        """Predict a view, the same for every camera.

        Args:
            camera: does not matter.

        """
        depth = self.means.row_depth
        if depth is not None:
            # A row without any hit in training has no mean: the nearest row's depth below it is
            # taken.
            filled = depth.clone()
            for row in range(len(filled) - 2, -1, -1):
                if torch.isnan(filled[row]):
                    filled[row] = filled[row + 1]
            depth = filled[None, :, None].expand_as(self.means.sky)
        return PredictedView(self.means.panorama, 1 - self.means.sky, depth)


class CeilingPrediction(WithoutClasses):
    """The truth's own occupancy through the renderer, at the model's resolution: what no density
    can do better.
    """

    def __init__(self, spec: SceneSpec, tile: Tensor, occupancy: Tensor) -> None:
        self.spec = spec
        self.tile = tile[None]
        self.density = SOLID * occupancy.float()[None]
        self.occupied: Tensor | None = occupancy
        self.top_m = spec.max_height_m
        seen = top_down(self.density, self.tile, spec, Rules())
        self.heights: Tensor | None = heights_m(seen, spec)[0]

    def view(self, camera: Camera) -> PredictedView:
        """Predict a view.

        Args:
            camera: where it stands and looks.

        Returns:
            Depth and opacity; there is no picture.

        """
        rays = equirectangular_rays(self.spec, Rules(), [camera])
        return _predicted_view(
            render_rays(self.density, self.tile, rays, self.spec, Rules()), None, self.spec.unit_m
        )


def trivial(
    spec: SceneSpec, truth: TrueScene, means: Means | None, cells: tuple[int, int]
) -> dict[str, Prediction]:
    """The trivial predictors of a scene, by the table's rows; those that lack what they need are
    left out.

    Args:
        spec: the weights' scale and samples per ray.
        truth: the scene.
        means: what the mean predictors know.
        cells: layers and side of the density's grid, at which the ceiling is rendered.

    """
    tile = truth.sample.tile
    size = truth.spec.panorama_size
    fov = truth.spec.vertical_fov_deg
    spec = dataclasses.replace(spec, panorama_size=size, vertical_fov_deg=fov)
    rows: dict[str, Prediction] = {"flat": FlatPrediction(spec, tile, means, pictured=False)}
    if means is not None:
        rows["mean"] = MeanPrediction(means)
        rows["projected"] = FlatPrediction(spec, tile, means, pictured=True)
    occupancy = truth.occupancy(*cells, spec.max_height_m)
    if occupancy is not None:
        rows["ceiling"] = CeilingPrediction(spec, tile, occupancy)
    return rows

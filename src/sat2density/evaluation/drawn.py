"""What is drawn from the plan of a tile, as a row of the table; and how good the plan itself is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import torch
from torch import Tensor

from sat2density.city.from_maps import plan_of_scene
from sat2density.city.measures import Score, measured
from sat2density.city.plan import Plan
from sat2density.city.render import PlanScene
from sat2density.evaluation.baselines import PredictedView, WithoutClasses
from sat2density.evaluation.metrics import geometry
from sat2density.evaluation.scene_measures import Sums
from sat2density.light.lighting import Lighting
from sat2density.views import Camera

if TYPE_CHECKING:
    from sat2density.data.sample import Sample
    from sat2density.pipeline import Sat2Density
    from sat2density.worlds import World

ERRORS: Final = {
    "buildings": {"iou": "plan.buildings_iou", "eaves_m": "plan.eaves_m"},
    "trees": {"radius_m": "plan.radius_m", "height_m": "plan.height_m"},
    "vehicles": {"heading_deg": "plan.heading_deg"},
}
"""Errors of `city.measures` that the table has, by kind of thing, and their names there."""


class DrawnPrediction(WithoutClasses):
    """Pictures of the plan that weights find in a tile, in the light of the sample's own sky."""

    def __init__(
        self, model: Sat2Density, sample: Sample, light: Lighting | None, size: tuple[int, int]
    ) -> None:
        scene = model.reconstruct(sample.tile)
        self.plan: Plan = plan_of_scene(scene, sample.identity)
        self.drawn = PlanScene.of(self.plan, scene.spec, scene.tile.cpu())
        self.light = light or Lighting.from_photo(sample.panorama, sample.sky)
        self.size = size
        self.heights: Tensor | None = self.drawn.heights()
        self.occupied: Tensor | None = None

    @torch.no_grad()
    def view(self, camera: Camera) -> PredictedView:
        """Draw a view.

        Args:
            camera: where it stands and looks.

        """
        seen = self.drawn.render(camera, self.light, size=self.size)
        assert seen.image is not None
        depth = geometry.metric_depth(seen.depth, seen.opacity, self.drawn.spec.unit_m)
        return PredictedView(seen.image, seen.opacity, depth)


def plan_sums(plan: Plan, world: World) -> Sums:
    """Return the parts of the plan's measures: F1 and mean errors of what was found.

    Args:
        plan: of the world's tile.
        world: that the tile shows.

    """
    sums: Sums = {}
    for kind, score in measured(plan, world).items():
        sums[f"plan.{kind}_f1"] = _f1(score)
        for error, name in ERRORS[kind].items():
            values = score.errors.get(error, [])
            sums[name] = (float(sum(values)), float(len(values)))
        if kind == "buildings":
            right = sum(count for (true, told), count in score.forms.items() if true == told)
            sums["plan.roof_form"] = (float(right), float(sum(score.forms.values())))
    return sums


def _f1(score: Score) -> tuple[float, float]:
    return 2.0 * score.found, 2.0 * score.found + score.missed + score.invented

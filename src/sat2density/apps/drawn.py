"""The option by which a view is painted by the network, or drawn from the plan of the place."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from sat2density.apps.options import TileOptions, open_scene, optional, tile_name
from sat2density.errors import InputError

if TYPE_CHECKING:
    from sat2density.pipeline import Sat2Density

LookKind = Literal["paint", "model"]


@dataclasses.dataclass(frozen=True)
class DrawnOptions:
    """How the place is looked at."""

    look: LookKind = "paint"
    """paint: as the network paints it. model: its buildings, trees and vehicles drawn sharply
    (docs/plan.md); needs weights that tell what stands where, or --plan.
    """
    plan: Annotated[Path | None, optional("FILE")] = None
    """With --look model: a plan.json, perhaps edited, in place of what is found in the tile."""

    def check(self) -> None:
        """Refuse a plan that would not be looked at; InputError."""
        if self.plan is not None and self.look != "model":
            raise InputError("--plan: is looked at with --look model only")

    def open(self, model: Sat2Density, tile_options: TileOptions, sat: Path) -> Any:
        """Return what is looked at.

        Args:
            model: the weights.
            tile_options: how the tile is read.
            sat: the tile.

        Returns:
            A `Scene`, or a `city.render.PlanScene`, which has the same cameras.

        Raises:
            InputError: the weights tell no things, or the plan does not fit the scene.

        """
        if self.look == "paint":
            return open_scene(model, tile_options, sat)
        from sat2density.city.evidence import check_weights
        from sat2density.city.from_maps import plan_of_scene
        from sat2density.city.plan import read_plan
        from sat2density.city.render import PlanScene

        if self.plan is not None:
            tile = tile_options.read(sat, model.spec)
            return PlanScene.of(read_plan(self.plan), model.spec, tile)
        check_weights(model.architecture)
        scene = open_scene(model, tile_options, sat)
        return PlanScene.of(plan_of_scene(scene, tile_name(sat)), model.spec, scene.tile)

"""`sat2density plan`: what stands in a tile, as things; or the files of a plan that was edited."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import tyro

from sat2density.apps.options import (
    Flat,
    ModelOptions,
    OutputOptions,
    TileOptions,
    open_scene,
    optional,
    summary_of,
    tile_name,
)
from sat2density.apps.session import finish, stoppable_progress
from sat2density.conventions import Detail
from sat2density.errors import InputError
from sat2density.files import output_folder

if TYPE_CHECKING:
    from sat2density.city.plan import Plan as CityPlan
    from sat2density.pipeline import Sat2Density


@dataclasses.dataclass(frozen=True)
class Plan:
    """The things that stand in a tile: buildings with roofs, trees, hedges, fences, vehicles, water
    (docs/plan.md).

    Files: walk.html (to walk in, in a browser, without a server), plan.json (may be edited by
    hand), plan.png (drawn from above), city.glb (a model, glTF 2.0), plan.city.json (CityJSON
    2.0), plan.geojson. Given a plan, writes the others anew from it.
    """

    sat: Annotated[Path, tyro.conf.Positional, tyro.conf.arg(metavar="SAT|PLAN")]
    """The satellite tile: square, north up; or a plan.json."""
    area: Annotated[bool, optional()] = False
    """SAT is a map: the plan of all of it, tile by tile, things that cross tiles' borders whole. A
    tile server (URL with {z}, {x}, {y}) needs --bounds and --attribution."""
    bounds: Annotated[
        tuple[float, float, float, float] | None, optional("WEST SOUTH EAST NORTH")
    ] = None
    """With --area: the part of the map that is wanted, degrees. Default: all of it."""
    detail: Detail = "high"
    """Of city.glb: medium (fewer leaves, no sills) for streets, low (no leaves, no windows) for
    districts; walk.html shows less of what is far by itself."""
    tile: Annotated[TileOptions, Flat] = dataclasses.field(default_factory=TileOptions)
    model: Annotated[ModelOptions, Flat] = dataclasses.field(default_factory=ModelOptions)
    output: Annotated[OutputOptions, Flat] = dataclasses.field(default_factory=OutputOptions)

    def run(self) -> None:
        """Find the things, or read them, and write."""
        from sat2density.city.files import FILES, write_files
        from sat2density.city.plan import KINDS
        from sat2density.maps.servers import map_label

        if self.bounds is not None and not self.area:
            raise InputError("--bounds: is the part of a map that --area plans; give both")
        folder = self.output.folder("plan", map_label(self.sat) if self.area else self.sat)
        plan, summary = self._plan()
        with output_folder(folder, self.output.overwrite) as staging:
            shown = write_files(plan, staging, detail=self.detail)
            names = [*FILES, *self.tile.credit(staging)]
        counts = {kind: len(getattr(plan, kind)) for kind in KINDS}
        counts["triangles"] = shown  # of city.glb
        finish(folder, names, {**summary, **counts}, self.output.json, self.output.overwrite)

    def _plan(self) -> tuple[CityPlan, dict[str, Any]]:
        from sat2density.city.evidence import check_weights
        from sat2density.city.from_maps import plan_of_scene
        from sat2density.city.plan import read_plan
        from sat2density.maps.servers import map_name

        if self.sat.suffix.lower() == ".json":
            return read_plan(self.sat), {"command": "plan", "plan": str(self.sat)}
        model = self.model.load()
        check_weights(model.architecture)
        if self.area:
            return self._area(model), summary_of("plan", model, map_name(self.sat))
        plan = plan_of_scene(open_scene(model, self.tile, self.sat), tile_name(self.sat))
        return plan, summary_of("plan", model, self.sat)

    def _area(self, model: Sat2Density) -> CityPlan:
        from sat2density.maps.area_plan import area_plan
        from sat2density.maps.grid import Bounds
        from sat2density.maps.servers import server_template

        bounds = None if self.bounds is None else Bounds(*self.bounds)
        label = "tiles" if server_template(self.sat) is None else "pictures, then tiles"
        with stoppable_progress(label) as tell:
            return area_plan(self.sat, model, self.tile.reading(), tell, bounds)


COMMAND = Plan

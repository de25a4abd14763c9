"""All files of a plan, into one folder."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PIL import Image

from sat2density.city.cityjson import write_cityjson
from sat2density.city.drawing import overview
from sat2density.city.geojson import write_geojson
from sat2density.city.model import write_model
from sat2density.city.plan import Plan, write_plan
from sat2density.city.walk_content import Start
from sat2density.city.walk_page import write_walk
from sat2density.conventions import Detail
from sat2density.export.pictures import write_picture

FILES: Final = (
    "walk.html",
    "plan.json",
    "plan.png",
    "city.glb",
    "plan.city.json",
    "plan.geojson",
)
"""Names of what `write_files` writes."""


def write_files(
    plan: Plan, folder: Path, start: Start | None = None, detail: Detail = "high"
) -> int:
    """Write a page to walk in, a plan, its drawing from above, its model, CityJSON and GeoJSON
    (`FILES`); return how many triangles the model shows.

    Args:
        plan: what stands in a tile.
        folder: that exists.
        start: where the page opens; None for the tile's middle.
        detail: of the model city.glb, see `model.model`.

    Raises:
        OutputError: a file cannot be written.

    """
    write_walk(plan, folder / "walk.html", plan.name, start)
    write_plan(plan, folder / "plan.json")
    write_picture(folder / "plan.png", Image.fromarray(overview(plan)))
    shown = write_model(plan, folder / "city.glb", detail=detail)
    write_cityjson(plan, folder / "plan.city.json")
    write_geojson(plan, folder / "plan.geojson")
    return shown

"""The things that stand in a tile for maps programs."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sat2density.export.formats.format import Content, Format


def write(content: Content, path: Path) -> list[Path]:
    """Write the plan of the scene; see `city.geojson.write_geojson`.

    Args:
        content: its `plan` is written.
        path: the file.

    """
    from sat2density.city.geojson import write_geojson

    write_geojson(content.plan, path)
    return [path]


FORMAT: Final = Format(
    title="Footprints and trees (GeoJSON)",
    about="the things as features of a map: footprints, trees, fences, vehicles",
    file="plan.geojson",
    write=write,
    needs_things=True,
)

"""The things that stand in a tile for programs of cities and registers."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sat2density.export.formats.format import Content, Format


def write(content: Content, path: Path) -> list[Path]:
    """Write the plan of the scene; see `city.cityjson.write_cityjson`.

    Args:
        content: its `plan` is written.
        path: the file.

    """
    from sat2density.city.cityjson import write_cityjson

    write_cityjson(content.plan, path)
    return [path]


FORMAT: Final = Format(
    title="City model (CityJSON)",
    about="buildings as closed solids with roofs, trees, water, CityJSON 2.0",
    file="plan.city.json",
    write=write,
    needs_things=True,
)

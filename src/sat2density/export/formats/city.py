"""A model of the things that stand in a tile, for viewers, game engines and Blender."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sat2density.export.formats.format import Content, Format


def write(content: Content, path: Path) -> list[Path]:
    """Write the plan of the scene; see `city.model.write_model`.

    Args:
        content: its `plan` is written.
        path: the file.

    """
    from sat2density.city.model import write_model

    write_model(content.plan, path)
    return [path]


FORMAT: Final = Format(
    title="City model (GLB)",
    about="buildings, trees and cars as things, glTF 2.0, metres, y up",
    file="city.glb",
    write=write,
    needs_things=True,
)

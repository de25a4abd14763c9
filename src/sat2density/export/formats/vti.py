"""The volume of density for ParaView."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sat2density.export.formats.format import Content, Format


def write(content: Content, path: Path) -> list[Path]:
    """Write the density, and the ground slab beside it; see `export.volume.write_vti`.

    Args:
        content: its scene's density is written.
        path: the file; a ground slab goes to `<stem>-ground.vti`.

    """
    from sat2density.export.volume import write_vti

    scene = content.scene
    return write_vti(path, scene.density, scene.spec, scene.model.rules)


FORMAT: Final = Format(
    title="Volume (VTI)",
    about="density for ParaView, metres, x east, y north, z up, origin on the floor under the "
    "camera",
    file="density.vti",
    write=write,
)

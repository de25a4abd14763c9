"""A mesh with its texture in one file, for viewers and game engines."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sat2density.export.formats.format import Content, Format


def write(content: Content, path: Path) -> list[Path]:
    """Write the surface as glTF 2.0 in one binary file; see `export.mesh.write_mesh`.

    Args:
        content: its `surface` is written.
        path: the file, ending in .glb.

    """
    from sat2density.export.mesh import write_mesh

    return write_mesh(path, content.surface)


FORMAT: Final = Format(
    title="Mesh (GLB)",
    about="the surface with the tile on it, metres, y up",
    file="scene.glb",
    write=write,
    extra="mesh",
    modules=("trimesh",),
)

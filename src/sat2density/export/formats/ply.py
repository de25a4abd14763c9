"""A mesh with colours at its vertices, for tools that measure."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sat2density.export.formats.format import Content, Format


def write(content: Content, path: Path) -> list[Path]:
    """Write the surface; see `export.mesh.write_mesh`.

    Args:
        content: its `surface` is written.
        path: the file, ending in .ply.

    """
    from sat2density.export.mesh import write_mesh

    return write_mesh(path, content.surface)


FORMAT: Final = Format(
    title="Mesh (PLY)",
    about="the surface with the tile's colours at its vertices, metres, z up",
    file="scene.ply",
    write=write,
    extra="mesh",
    modules=("trimesh",),
)

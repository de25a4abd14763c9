"""A mesh with its texture in one file, for viewers and game engines."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sat2density.export.formats.format import Content, Format


def write(content: Content, path: Path) -> list[Path]:
    """Write the surface as glTF 2.0 in one binary file; see `export.mesh.write_mesh`. Of a tile
    from a map it says its place, and a 3D Tiles tileset beside it puts it on Earth.

    Args:
        content: its `surface` is written.
        path: the file, ending in .glb.

    """
    from sat2density.export.mesh import write_mesh
    from sat2density.export.placed import TILESET, placed_glb, write_tileset

    files = write_mesh(path, content.surface)
    earth, spec = content.scene.earth, content.scene.spec
    if earth is not None:
        path.write_bytes(placed_glb(path.read_bytes(), earth))
        size = (spec.extent_m, spec.max_height_m)
        files.append(write_tileset(path.with_name(TILESET), path.name, earth, size))
    return files


FORMAT: Final = Format(
    title="Mesh (GLB)",
    about="the surface with the tile on it, metres, y up",
    file="scene.glb",
    write=write,
    extra="mesh",
    modules=("trimesh",),
)

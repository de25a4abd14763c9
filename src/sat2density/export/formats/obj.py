"""A mesh as text, with material and texture beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sat2density.export.formats.format import Content, Format


def write(content: Content, path: Path) -> list[Path]:
    """Write the surface; see `export.mesh.write_mesh`.

    Args:
        content: its `surface` is written.
        path: the file, ending in .obj; `<stem>.mtl` and `<stem>.png` go beside it, and of a
            tile from a map the picture's world file and coordinate system.

    """
    from sat2density.export.mesh import write_mesh

    files = write_mesh(path, content.surface)
    earth, spec = content.scene.earth, content.scene.spec
    if earth is not None:
        from sat2density.export.placed import write_world_file

        texture = path.with_suffix(".png")
        side = content.surface.texture.shape[1]
        files += write_world_file(texture, earth, spec.extent_m, side)
    return files


FORMAT: Final = Format(
    title="Mesh (OBJ)",
    about="the surface with material and texture beside it, metres, y up",
    file="scene.obj",
    write=write,
    extra="mesh",
    modules=("trimesh",),
)

"""Surface heights for maps programs."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sat2density.export.formats.format import Content, Format


def write(content: Content, path: Path) -> list[Path]:
    """Write the heights; see `export.heights.write_heights`. Of a tile from a map also its picture
    with a world file.

    Args:
        content: its `heights_m` are written, and its scene's scale.
        path: the file.

    """
    from sat2density.export.heights import write_heights

    scene = content.scene
    write_heights(path, content.heights_m, scene.spec, scene.earth)
    if scene.earth is None:
        return [path]
    from sat2density.export.placed import write_world_file
    from sat2density.images import save_image

    picture = path.with_name("tile.png")
    save_image(picture, scene.tile)
    side = scene.tile.shape[-1]
    return [path, picture, *write_world_file(picture, scene.earth, scene.spec.extent_m, side)]


FORMAT: Final = Format(
    title="Heights (TIFF)",
    about="surface heights, 32-bit TIFF, metres",
    file="heights.tif",
    write=write,
)

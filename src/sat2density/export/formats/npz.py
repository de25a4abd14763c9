"""The volume of density for numpy."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sat2density.export.formats.format import Content, Format


def write(content: Content, path: Path) -> list[Path]:
    """Write density, heights, tile and scale as one archive; see `export.volume.write_npz`.

    Args:
        content: its scene and `heights_m` are written.
        path: the file.

    """
    from sat2density.export.volume import write_npz

    scene = content.scene
    write_npz(
        path,
        scene.density,
        scene.spec,
        scene.model.rules,
        tile=scene.tile,
        heights_m=content.heights_m,
    )
    return [path]


FORMAT: Final = Format(
    title="Arrays (NPZ)",
    about="density, heights and tile for numpy",
    file="density.npz",
    write=write,
)

"""Surface heights for maps programs."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sat2density.export.formats.format import Content, Format


def write(content: Content, path: Path) -> list[Path]:
    """Write the heights; see `export.heights.write_heights`.

    Args:
        content: its `heights_m` are written, and its scene's scale.
        path: the file.

    """
    from sat2density.export.heights import write_heights

    write_heights(path, content.heights_m, content.scene.spec)
    return [path]


FORMAT: Final = Format(
    title="Heights (TIFF)",
    about="surface heights, 32-bit TIFF, metres",
    file="heights.tif",
    write=write,
)

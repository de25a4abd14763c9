"""One HTML file to walk in, without a server."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sat2density.export.formats.format import Content, Format


def write(content: Content, path: Path) -> list[Path]:
    """Render the walk and the stills into one page; see `export.page.write_page`.

    Args:
        content: must hold a light, which `Format.check` sees to.
        path: the file.

    """
    from sat2density.export.page import write_page

    assert content.light is not None  # `Format.check` saw to it
    write_page(
        path,
        content.scene,
        content.light,
        content.walk,
        content.stills,
        content.title,
        content.run,
        content.progress,
    )
    return [path]


FORMAT: Final = Format(
    title="Page (HTML)",
    about="one HTML file to walk in, without a server, in the light of --light",
    file="page.html",
    write=write,
    needs_light=True,
)

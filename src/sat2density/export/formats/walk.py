"""One HTML file to walk through the model in, without a server."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sat2density.export.formats.format import Content, Format


def write(content: Content, path: Path) -> list[Path]:
    """Write the plan of the scene as a page to walk in; see `city.walk_page.write_walk`.

    Args:
        content: its `plan` is written; the page opens where its walk begins, in its light.
        path: the file.

    """
    from sat2density.city.walk_content import start_of
    from sat2density.city.walk_page import write_walk

    spec = content.scene.spec
    cameras = [] if content.walk is None else content.walk.cameras
    start = start_of(cameras[0], spec.unit_m) if cameras else None
    write_walk(content.plan, path, content.title, start, content.light)
    return [path]


FORMAT: Final = Format(
    title="Walk (HTML)",
    about="one HTML file to walk through the model in, without a server",
    file="walk.html",
    write=write,
    needs_things=True,
)

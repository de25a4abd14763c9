"""One HTML file to walk in: a plan's model, shown from eye height by the page's own WebGL view.

The file holds everything and opens from disk without a server; its content policy forbids it every
request (`export.page.POLICY`).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sat2density.city.plan import Plan
from sat2density.city.walk_content import Start, walk_content
from sat2density.export.page import built_page, page_text
from sat2density.files import atomic_path

if TYPE_CHECKING:
    from sat2density.light.lighting import Lighting

ELEMENT: Final = "sat2density-walk"


def write_walk(
    plan: Plan,
    path: Path,
    title: str = "",
    start: Start | None = None,
    lighting: Lighting | None = None,
) -> None:
    """Write a page to walk in, complete or not at all.

    Args:
        plan: of a tile.
        path: the file.
        title: of the page; empty takes a plain one.
        start: where it opens; None for the tile's middle. The page moves it out of houses.
        lighting: the light it opens in, offered before the presets; None for `FIRST`.

    Raises:
        InputError: the page's script is not part of this installation, or the light holds no
            picture of its sky.

    """
    content = walk_content(plan, title, start or Start(), lighting)
    text = page_text(content, *built_page(), element=ELEMENT)
    with atomic_path(path) as staging:
        Path(staging).write_text(text, encoding="utf-8")

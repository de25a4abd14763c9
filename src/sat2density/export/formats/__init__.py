"""The output formats of a scene: one table, which `export`, `demo` and the studio read.

A format is a module here that holds `FORMAT`, and its name in `NAMES`. The modules import nothing
heavy at their top: every `--help` reads the table.
"""

from __future__ import annotations

import importlib
from typing import Final

from sat2density.errors import unknown_name
from sat2density.export.formats.format import Content, Format, MeshKind

__all__ = ["FORMATS", "NAMES", "Content", "Format", "MeshKind", "find_format"]

NAMES: Final = (
    "vti",
    "npz",
    "heights",
    "glb",
    "ply",
    "obj",
    "page",
    "city",
    "walk",
    "cityjson",
    "geojson",
)
"""Keys of the formats, as users write them; each is a module of this package."""

FORMATS: Final[dict[str, Format]] = {
    name: importlib.import_module(f"{__name__}.{name}").FORMAT for name in NAMES
}
"""Key -> format, in the order in which they are offered."""


def find_format(key: str) -> Format:
    """Return the format of this key.

    Args:
        key: one of `NAMES`.

    Raises:
        InputError: there is none; the nearest one is named.

    """
    try:
        return FORMATS[key]
    except (KeyError, TypeError):
        raise unknown_name("format", str(key), FORMATS) from None

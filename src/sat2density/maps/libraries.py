"""The optional packages of `[maps]` and `[ray]`: imported late, missing in words."""

from __future__ import annotations

import importlib
from typing import Any


def library(name: str, extra: str = "maps") -> Any:
    """Import an optional package.

    Args:
        name: module to import, such as "rasterio.shutil".
        extra: the extra that brings it.

    Raises:
        MissingExtraError: it is not installed.

    """
    from sat2density.errors import MissingExtraError

    try:
        return importlib.import_module(name)
    except ImportError as error:
        what = "Ray" if extra == "ray" else "work on maps"
        raise MissingExtraError(what, extra) from error

"""Stands for code: what other code has made is not taken from a cache.

The key of such a cache is made from imported modules, so that a module that is renamed stops the
import and is not silently forgotten.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Final

LIBRARIES: Final = ("numba", "numpy", "pillow", "scipy", "torch")
"""Distributions whose version changes numbers or pictures."""


def source_files(module: ModuleType) -> list[Path]:
    """Return the files of a module, sorted: its own, or all of a package's.

    Args:
        module: a module of Python code.

    Raises:
        ValueError: the module has no file.

    """
    place = getattr(module, "__file__", None)
    if place is None:
        raise ValueError(f"{module.__name__}: has no file")
    file = Path(place)
    return sorted(file.parent.rglob("*.py")) if hasattr(module, "__path__") else [file]


def code_digest(modules: Iterable[ModuleType]) -> str:
    """Stand for the code of modules and the versions of `LIBRARIES`.

    Args:
        modules: modules and packages, in any order; of a package all files count.

    Returns:
        Sixteen hexadecimal digits, others when a byte of the code changes.

    """
    digest = hashlib.sha256()
    for name in LIBRARIES:
        digest.update(f"{name} {_version(name)}\n".encode())
    # Sorted: the order in which a caller names them does not matter.
    for module in sorted(modules, key=lambda one: one.__name__):
        for file in source_files(module):
            digest.update(f"{module.__name__} {file.name}\n".encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "none"

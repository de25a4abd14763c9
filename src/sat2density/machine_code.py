"""numba's machine code on disk, and a change in *any* of the files that it was compiled from.

numba checks only the file that holds a function, not the files of the functions it calls. An edited
helper would leave its callers' old code in use: two checkouts could then make two pictures of one
seed, or two gradients of one loss.
"""

from __future__ import annotations

import contextlib
from pathlib import Path


def drop_stale(folder: Path, sources: str = "*.py") -> None:
    """Remove a folder's machine code that is older than the newest of its sources.

    To be called when the module with the folder's decorators is imported: before numba first looks
    for its code. Code that numba keeps elsewhere (`NUMBA_CACHE_DIR`, a folder that is not writable)
    is not looked at.

    Args:
        folder: holds the sources, and in `__pycache__` what numba made of them.
        sources: pattern of the files that are compiled together.

    """
    newest = max(path.stat().st_mtime for path in folder.glob(sources))
    for path in (folder / "__pycache__").glob("*.nb[ic]"):
        with contextlib.suppress(OSError):
            if path.stat().st_mtime < newest:
                path.unlink()

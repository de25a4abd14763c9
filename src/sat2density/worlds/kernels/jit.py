"""`njit` with a disk cache that notices a change in *any* kernel file.

Numba checks only the file that holds a function, not the files of the functions it calls, so an edited helper would
leave its callers' old machine code in use, and two checkouts of one seed could then differ.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import numba


def _drop_stale_cache() -> None:
    """Remove cached machine code that is older than the newest kernel source."""
    folder = Path(__file__).parent
    newest = max(path.stat().st_mtime for path in folder.glob("*.py"))
    for path in (folder / "__pycache__").glob("*.nb[ic]"):
        with contextlib.suppress(OSError):
            if path.stat().st_mtime < newest:
                path.unlink()


_drop_stale_cache()

_njit: Any = numba.njit  # its stubs do not know the options below
_OPTIONS = {"cache": True, "nogil": True, "error_model": "numpy", "_nrt": False}
# No fastmath and no parallel loops: the same input gives the same bytes whatever the number of workers.
# Without reference counts (_nrt; kernels make no arrays) a call that passes `Geometry` costs nanoseconds, not 1 us.

entry = _njit(**_OPTIONS)
"""For functions that Python calls."""

njit = _njit(no_cpython_wrapper=True, no_cfunc_wrapper=True, **_OPTIONS)
"""For functions that only kernels call: they get no wrapper for Python, which halves the time to compile."""

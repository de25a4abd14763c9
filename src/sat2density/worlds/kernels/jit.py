"""`njit` with a disk cache that notices a change in any kernel file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sat2density.machine_code import cached

_FOLDER = Path(__file__).parent
_OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": False}
# No fastmath and no parallel loops: the same input gives the same bytes whatever the number of
# workers. Without reference counts (_nrt; kernels make no arrays) a call that passes `Geometry`
# costs nanoseconds, not 1 us.

entry = cached(_FOLDER, **_OPTIONS)
"""For functions that Python calls."""

njit = cached(_FOLDER, no_cpython_wrapper=True, no_cfunc_wrapper=True, **_OPTIONS)
"""For functions that only kernels call: they get no wrapper for Python, which halves the time to
compile.
"""

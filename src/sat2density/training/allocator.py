"""What happens to memory that is freed, where the C library lets one choose (glibc).

As usual, every array of 32 MB or more is mapped anew and handed back when it is freed, and so is
the rest at the end of a step. The system fills what it hands out with zeros, page by page: at
released size a fifth of a training step.
"""

from __future__ import annotations

import ctypes
import os
import sys

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _MMAP_MAX = -1, -3, -4
_USUAL_MMAPS = 65536
_USUAL_THRESHOLD = int(os.environ.get("MALLOC_MMAP_THRESHOLD_", 32 << 20))
"""glibc's own rule comes to 32 MB after the first larger array that was freed."""


def keep_freed_memory() -> bool:
    """Keep what is freed for the next array, from now on; return whether that can be chosen
    here.
    """
    return _set(_MMAP_MAX, 0) and _set(_TRIM_THRESHOLD, -1)


def hand_back_large() -> bool:
    """Hand large arrays back again when they are freed, as usual; return whether that can be chosen
    here.

    What was kept until then stays with the process, and serves what fits into it.
    """
    return _set(_MMAP_MAX, _USUAL_MMAPS) and _set(_MMAP_THRESHOLD, _USUAL_THRESHOLD)


def _set(parameter: int, value: int) -> bool:
    """Call glibc's `mallopt`; other C libraries have none (musl), or none that does this."""
    if not sys.platform.startswith("linux"):
        return False
    choose = getattr(ctypes.CDLL(None), "mallopt", None)
    return choose is not None and choose(parameter, value) == 1

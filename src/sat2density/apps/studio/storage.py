"""The studio's one place on disk: a folder of its own in the system's temporary folder, removed at
the end, and by the next start where a studio was killed.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

PREFIX: Final = "sat2density-studio-"
LOCK: Final = "in-use"


class Storage:
    """A temporary folder, locked while this process lives.

    Args:
        parent: where to make it; None is the system's temporary folder.

    """

    def __init__(self, parent: Path | None = None) -> None:
        remove_abandoned(parent)
        self.root = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
        self._lock = os.open(self.root / LOCK, os.O_CREAT | os.O_RDWR, 0o600)
        _try_lock(self._lock)

    def close(self) -> None:
        """Remove the folder and everything in it."""
        shutil.rmtree(self.root, ignore_errors=True)
        with contextlib.suppress(OSError):
            os.close(self._lock)


def remove_abandoned(parent: Path | None = None) -> list[Path]:
    """Remove this user's folders of studios that were killed, and return them.

    A living studio holds a lock on a file in its folder, which the system gives back however the
    process ends.
    """
    removed = []
    for folder in Path(parent or tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            if folder.is_symlink() or (
                hasattr(os, "getuid") and folder.stat().st_uid != os.getuid()
            ):
                continue
            lock = os.open(folder / LOCK, os.O_RDWR)
            try:
                if _try_lock(lock):
                    shutil.rmtree(folder, ignore_errors=True)
                    removed.append(folder)
            finally:
                os.close(lock)
    return removed


def _try_lock(file: int) -> bool:
    """Lock an open file, if nobody else does; False also where the system has no such locks."""
    try:
        import fcntl
    except ImportError:  # Windows: abandoned folders stay
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True

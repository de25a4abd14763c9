"""numba's machine code on disk, kept for exactly the sources that it was compiled from.

numba looks at the file that holds a function, by its date and size, and not at the files of the
functions it calls: an edited helper would leave its callers' old code in use, and two checkouts
could make two pictures of one seed. Here the folder's name is a digest of all the sources.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from sat2density.caches import cache_folder, can_be_written

_PREFIX: Final = "machine-code-"
_KEPT_DAYS: Final = 30
"""Code of other sources is kept so long where several installations share the folder."""


def cached(folder: Path, sources: str = "*.py", **options: Any) -> Callable[[Any], Any]:
    """Return numba's decorator whose machine code is kept on disk, for these sources alone.

    Args:
        folder: holds the sources.
        sources: pattern of the files that are compiled together.
        **options: of `numba.njit`.

    """
    import numba

    place = code_folder(folder, sources)
    jit: Any = numba.njit(cache=True, **options)

    def decorate(function: Any) -> Any:
        with _kept_in(place):
            return jit(function)

    return decorate


def code_folder(folder: Path, sources: str = "*.py") -> Path:
    """Return where the machine code of a folder's sources is kept; what is out of date is removed.

    In `NUMBA_CACHE_DIR` where that is set; else beside the sources; else, where nobody may write
    there, in the package's cache.

    Args:
        folder: the package that holds the kernels.
        sources: pattern of its files that the machine code depends on.

    Returns:
        The folder, which need not be there yet; its name changes with every byte of the sources.

    """
    name = _PREFIX + _digest(sorted(folder.glob(sources)))
    own = folder / "__pycache__"
    named = os.environ.get("NUMBA_CACHE_DIR")
    if not named and can_be_written(own):
        _remove_old(own, name, days=0)
        for former in own.glob("*.nb[ic]"):  # where numba puts them by itself
            former.unlink(missing_ok=True)
        return own / name
    shared = Path(named) if named else cache_folder() / "machine-code"
    _remove_old(shared, name, days=_KEPT_DAYS)
    return shared / name


def tell_compiling(folder: Path, sources: str, seconds: int) -> None:
    """Say on stderr, once a process, that machine code is compiled now, where none is kept yet.

    Args:
        folder: the package that holds the kernels.
        sources: see `code_folder`.
        seconds: about how long it takes.

    """
    if (folder, sources) in _told:
        return
    _told.add((folder, sources))
    if not any(code_folder(folder, sources).glob("**/*.nbi")):
        text = f"compiling once for this machine, about {seconds} s; later starts find it"
        print(f"notice: {text}", file=sys.stderr, flush=True)


_told: set[tuple[Path, str]] = set()


def _digest(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + b"\0")
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _remove_old(base: Path, name: str, days: float) -> None:
    """Remove the code of other sources that was not used for so many days."""
    oldest = time.time() - days * 86400
    with contextlib.suppress(OSError):
        if (base / name).is_dir():
            os.utime(base / name)
        for path in base.glob(f"{_PREFIX}*"):
            if path.name != name and path.stat().st_mtime <= oldest:
                shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def _kept_in(place: Path) -> Iterator[None]:
    """Let numba keep the code of what is decorated now in a folder."""
    import numba

    config: Any = numba.config
    before = config.CACHE_DIR
    config.CACHE_DIR = str(place)
    try:
        yield
    finally:
        config.CACHE_DIR = before

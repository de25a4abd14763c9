"""Private folders in which results are made, and what killed runs leave of them.

A work folder lies beside the goal, or in it where the goal is a folder that is there. It is called
`.NAME.xxxxxxxxxxxx.partial`: twelve random digits, made exclusively, for nobody else to read. Its
process holds a lock on it, which the system takes back when the process ends, however it ends: a
work folder without a lock is a leftover. One whose files were just being put in their places is
called `.undo` instead of `.partial` (see `publishing`).
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sat2density.errors import OutputError
from sat2density.notices import notice

try:
    import fcntl
except ImportError:  # no such locks on this system: leftovers then stay
    fcntl = None  # type: ignore[assignment]

PARTIAL: Final = ".partial"
UNDO: Final = ".undo"
_NAME: Final = re.compile(r"\.(?P<name>.+)\.[0-9a-f]{12}(?P<kind>\.partial|\.undo)", re.DOTALL)
_LONGEST: Final = 40
"""Characters of a goal's name that its work folder repeats: names may have 255 bytes in all."""


class BusyError(Exception):
    """Another process holds the lock."""


class Work:
    """A work folder that this process holds; `path` changes with its kind."""

    def __init__(self, path: Path, handle: int | None) -> None:
        self.path = path
        self._handle = handle

    def turn(self, kind: str) -> None:
        """Rename to another kind, in one step.

        Args:
            kind: `PARTIAL` or `UNDO`.

        Raises:
            OSError: it cannot be renamed.

        """
        goal = self.path.with_suffix(kind)
        os.rename(self.path, goal)
        self.path = goal

    def close(self) -> None:
        """Remove what is in it, unless it is needed to undo; let the lock go."""
        try:
            if self.path.suffix == PARTIAL:
                shutil.rmtree(self.path, ignore_errors=True)
        finally:
            _unlock(self._handle)
            self._handle = None


@contextlib.contextmanager
def work_in(folder: Path, name: str) -> Iterator[Work]:
    """Give a new work folder for a goal called `name`; removed at the end.

    Args:
        folder: where it is made, and made itself where it is missing.
        name: of the goal.

    Raises:
        OSError: it cannot be made there.

    """
    made = _missing(folder)
    work = _new(folder, name)
    try:
        yield work
    finally:
        work.close()
        # Where nothing was published, nothing stays: not the folders on the way there either.
        for place in made:
            with contextlib.suppress(OSError):
                place.rmdir()


def _missing(folder: Path) -> list[Path]:
    """Return a folder and its parents as far as they are missing, the innermost first."""
    places = (folder, *folder.parents)
    return list(itertools.takewhile(lambda place: not os.path.lexists(place), places))


def _new(folder: Path, name: str) -> Work:
    while True:
        folder.mkdir(parents=True, exist_ok=True)  # another run may have taken an empty one away
        path = folder / f".{_short(name)}.{secrets.token_hex(6)}{PARTIAL}"
        with contextlib.suppress(FileExistsError):
            path.mkdir(mode=0o700)
            # In the moment before it is locked it may be taken for a leftover: a new one then.
            with contextlib.suppress(FileNotFoundError, BusyError):
                handle = _lock(path)
                if _same(handle, path):
                    return Work(path, handle)
            with contextlib.suppress(OSError):
                path.rmdir()


def _short(name: str) -> str:
    if len(name) <= _LONGEST:
        return name or "root"
    digest = hashlib.sha256(os.fsencode(name)).hexdigest()[:8]
    return f"{name[: _LONGEST - 9]}-{digest}"


def is_work(name: str) -> bool:
    """Whether a file's name is that of a work folder.

    Args:
        name: of a file, without its folder.

    """
    return _NAME.fullmatch(name) is not None


def in_work(folder: Path, name: str) -> bool:
    """Whether another run is making the goal `name` in `folder` now.

    Args:
        folder: where work folders for the goal would lie.
        name: of the goal.

    """
    for path in _works(folder, name):
        try:
            _unlock(_lock(path))
        except BusyError:
            return True
        except OSError:
            continue
    return False


def leftovers(folder: Path, name: str | None = None) -> Iterator[Work]:
    """Give what killed runs left in a folder (for a goal called `name`), each held, none in use.

    The caller closes them.

    Args:
        folder: where the goals are, not below.
        name: of one goal; None for all.

    """
    if fcntl is None:
        return
    for path in _works(folder, name):
        with contextlib.suppress(OSError, BusyError):
            handle = _lock(path)
            if handle is not None and _same(handle, path):
                yield Work(path, handle)


def _works(folder: Path, name: str | None) -> list[Path]:
    """Work folders of this user in a folder."""
    found = []
    wanted = None if name is None else _short(name)
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            match = _NAME.fullmatch(entry.name)
            if match and wanted in (None, match["name"]) and _ours(entry):
                found.append(Path(entry.path))
    return sorted(found)


def _ours(entry: os.DirEntry[str]) -> bool:
    with contextlib.suppress(OSError):
        own = not hasattr(os, "geteuid") or entry.stat(follow_symlinks=False).st_uid == os.geteuid()
        return own and entry.is_dir(follow_symlinks=False)
    return False


def remove_partial(folder: Path) -> None:
    """Remove what killed processes left in a folder and those in it, and say so.

    What a living process is writing stays.

    Args:
        folder: searched with all folders below.

    """
    for place, _, _ in os.walk(folder):
        tidy(Path(place))


def tidy(folder: Path) -> None:
    """Remove what killed runs left in a folder, and say so; what can be undone is not touched.

    Args:
        folder: searched without the folders below.

    """
    for left in leftovers(folder):
        clear(left)


def clear(left: Work) -> None:
    """Let a leftover go and, unless it can be undone, remove it, and say so.

    Args:
        left: what `leftovers` gave; its lock is let go.

    """
    path = left.path
    left.close()
    if not path.exists():
        notice(f"{path}: left by a run that was stopped; removed")


def in_use(goal: Path) -> OutputError:
    """Build the error for a goal that another run is making.

    Args:
        goal: file or folder, for the message.

    """
    return OutputError(
        f"{goal}: another run is writing there now; wait for it, or choose another name"
    )


@contextlib.contextmanager
def held(folder: Path, wait: bool = False) -> Iterator[None]:
    """Hold the lock of a folder while the block runs; where the system has no locks, nothing is
    held.

    Args:
        folder: a folder that is there; links are followed, so that two names of one folder lock
            each other.
        wait: wait until nobody else holds it, rather than refuse.

    Raises:
        BusyError: another process holds it.

    """
    handle = None
    with contextlib.suppress(OSError):
        handle = _lock(Path(os.path.realpath(folder)), wait)
    try:
        yield
    finally:
        _unlock(handle)


def _lock(folder: Path, wait: bool = False) -> int | None:
    """Lock a folder; None where the system has no locks.

    Raises:
        BusyError: another process has it (without `wait`).
        OSError: the folder cannot be opened.

    """
    if fcntl is None:
        return None
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise BusyError from None
    except OSError:  # a file system without locks
        os.close(handle)
        return None
    return handle


def _same(handle: int | None, path: Path) -> bool:
    """Whether the folder that was locked is still the one of this name; else let it go."""
    with contextlib.suppress(FileNotFoundError):
        if handle is None or os.path.samestat(os.fstat(handle), os.lstat(path)):
            return True
    _unlock(handle)
    return False


def _unlock(handle: int | None) -> None:
    if handle is not None:
        os.close(handle)

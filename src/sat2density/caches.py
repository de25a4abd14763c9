"""Where the package keeps what it can make or fetch again; and where, when there is no home.

In a container there is often no home folder, or none that may be written. Caches then go to a
private folder among the system's temporary ones, which is said once.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
import tempfile
from pathlib import Path
from typing import Final

from sat2density.errors import InputError, OutputError
from sat2density.notices import notice

VARIABLE: Final = "SAT2DENSITY_CACHE"
"""Names the folder of caches, instead of ~/.cache/sat2density."""

_PRIVATE: Final = "SAT2DENSITY_TEMPORARY_CACHE"
"""Tells worker processes which temporary folder was taken: they use the same and say nothing."""


def cache_folder() -> Path:
    """Return the folder of caches: $SAT2DENSITY_CACHE, else ~/.cache/sat2density, else a private
    temporary one (with a notice).

    Raises:
        OutputError: there is no temporary folder either.

    """
    named = os.environ.get(VARIABLE)
    if named:
        return Path(expand_home(named))
    home = home_folder()
    if home is None:
        return _temporary("there is no home folder")
    place = home / ".cache" / "sat2density"
    return place if can_be_written(place) else _temporary(f"{place} cannot be written")


def cached_file(name: str) -> Path:
    """Return where a file of the cache lies, or would lie: also in a home that cannot be written.

    Args:
        name: of the file, in the cache's folder.

    """
    home = home_folder()
    if not os.environ.get(VARIABLE) and home is not None:
        place = home / ".cache" / "sat2density" / name
        with contextlib.suppress(OSError):
            if place.is_file():
                return place
    return cache_folder() / name


def is_temporary() -> bool:
    """Whether caches go to a temporary folder, for want of a home."""
    return cache_folder() == _known_temporary()


def home_folder() -> Path | None:
    """Return the user's home folder; None where there is none, or only the root of all files."""
    try:
        home = Path.home()
        return home if home.is_absolute() and home != home.parent and home.is_dir() else None
    except (RuntimeError, OSError):  # a user without a name, a folder that may not be looked at
        return None


def can_be_written(place: Path) -> bool:
    """Say whether a folder can be written to, or made.

    Args:
        place: a folder; it need not be there: then its nearest parent that is there decides.

    Returns:
        False also where a parent is a file. Nothing is written to find out.

    """
    for folder in (place, *place.parents):
        with contextlib.suppress(OSError):
            if os.path.lexists(folder):
                # A new name in a folder needs both rights.
                return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
    return False


def expand_home(text: str) -> str:
    """Put the home folder in the place of a leading `~` or `~name`.

    Args:
        text: a path, as the user wrote it.

    Raises:
        InputError: there is no such home folder; a folder called `~` is never made.

    Example:
        >>> expand_home("tiles/a.png")
        'tiles/a.png'

    """
    if not re.match(r"~\w*(/|$)", text):
        return text
    found = os.path.expanduser(text)
    if found.startswith("~") or not os.path.isabs(found):
        who = text.split("/")[0]
        raise InputError(f"{text}: there is no home folder for {who}; write the whole path")
    return found


def private_folder(name: str) -> Path:
    """Return a folder among the temporary ones that nobody else can read or write; made where it
    is missing.

    Args:
        name: of the folder. Where somebody else has one of that name, another one is made.

    Raises:
        OutputError: there is no temporary folder that can be written.

    """
    try:
        path = Path(tempfile.gettempdir()) / name
        with contextlib.suppress(FileExistsError):
            path.mkdir(mode=0o700)
        return path if _is_private(path) else Path(tempfile.mkdtemp(prefix=f"{name}-"))
    except OSError as error:
        raise OutputError(
            f"no folder for temporary files can be written; export {VARIABLE}=FOLDER (one you may "
            f"write to)"
        ) from error


def _is_private(path: Path) -> bool:
    with contextlib.suppress(OSError):
        status = path.lstat()
        own = not hasattr(os, "geteuid") or status.st_uid == os.geteuid()
        return own and stat.S_ISDIR(status.st_mode) and not status.st_mode & 0o077
    return False


def _known_temporary() -> Path | None:
    known = os.environ.get(_PRIVATE)
    return Path(known) if known and _is_private(Path(known)) else None


def _temporary(why: str) -> Path:
    known = _known_temporary()
    if known is not None:
        return known
    number = os.geteuid() if hasattr(os, "geteuid") else 0
    path = private_folder(f"sat2density-{number}")
    os.environ[_PRIVATE] = str(path)
    notice(f"{why}: caches are kept in {path}; to keep them, export {VARIABLE}=FOLDER")
    return path

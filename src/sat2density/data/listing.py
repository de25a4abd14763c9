"""Which picture of a folder has a name: by its stem, in any format and any encoding of letters.

A Mac writes the two dots of an umlaut as a sign of its own (NFD), a list that was typed elsewhere
has one letter (NFC): both are the same name here. Files that systems leave beside pictures
(`._name.jpg`, `.DS_Store`) begin with a dot and are passed over.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path, PurePosixPath

LITTER = ("thumbs.db", "desktop.ini")
"""What Windows leaves in folders, in lower case; names that begin with a dot are litter too."""


def is_litter(name: str) -> bool:
    """Say whether a file of this name was left by a system and is nobody's data.

    Args:
        name: of a file, without its folder.

    Example:
        >>> is_litter("._0001.jpg"), is_litter("Thumbs.db"), is_litter("0001.jpg")
        (True, True, False)

    """
    return name.startswith(".") or name.lower() in LITTER


def same_name(name: str) -> str:
    """Return the form of a name that is equal for all encodings of its letters (NFC).

    Args:
        name: of a file or a pair.

    """
    return unicodedata.normalize("NFC", name)


def plain_name(name: str) -> bool:
    """Say whether a name stays in its folder: no folders in it, not `..`, no control characters.

    Args:
        name: as a list has it.

    Example:
        >>> plain_name("0001"), plain_name("../../0001"), plain_name("/etc/passwd")
        (True, False, False)

    """
    outside = "/" in name or "\\" in name or name in ("", ".", "..")
    return not outside and not any(ord(letter) < 32 for letter in name)


def find_picture(root: Path, relative: str) -> Path | None:
    """Return the picture at `relative` below `root`, or one of the same stem in another format.

    Args:
        root: a folder.
        relative: place of the picture in it, such as ``sat/0001.png``.

    Returns:
        Its path, or None where there is none.

    """
    from sat2density.images import SUFFIXES

    return _find(root, relative, SUFFIXES)


def find_file(root: Path, relative: str) -> Path | None:
    """Return the file at `relative` below `root`, with this ending; None where there is none.

    Args:
        root: a folder.
        relative: place of the file in it, such as ``truth/0001.npz``.

    """
    return _find(root, relative, (PurePosixPath(relative).suffix,))


def _find(root: Path, relative: str, suffixes: tuple[str, ...]) -> Path | None:
    wanted = PurePosixPath(relative)
    folder = root / wanted.parent
    try:
        stamp = folder.stat().st_mtime_ns
    except OSError:
        return None
    found = _listing(folder.absolute(), stamp, suffixes).get(same_name(wanted.stem))
    return None if found is None else folder / found


@cache
def _listing(folder: Path, stamp: int, suffixes: tuple[str, ...]) -> dict[str, str]:
    """Map the stem of every file with one of the endings to its name, the first ending first.

    `stamp` is the folder's time of change: what was listed before is not looked at any more.
    """
    names = sorted(entry.name for entry in folder.iterdir()) if folder.is_dir() else []
    by_stem: dict[str, str] = {}
    for suffix in suffixes:
        for name in names:
            if name.lower().endswith(suffix) and not is_litter(name):
                by_stem.setdefault(same_name(name[: -len(suffix)]), name)
    return by_stem


def identities_in(root: Path, pattern: str) -> list[str]:
    """Return the names of the pictures that fit a pattern.

    Args:
        root: a folder.
        pattern: place of pictures in it with ``{id}`` for the name, such as
            ``streetview/{id}_grdView.png``; they may have any picture's ending.

    Returns:
        What stands for ``{id}``, sorted.

    """
    from sat2density.images import SUFFIXES

    folder, _, name = pattern.rpartition("/")
    before, _, after = name.partition("{id}")
    after = Path(f"x{after}").stem[1:]
    stems = _stems((root / folder).glob("*"), SUFFIXES)
    fitting = (
        s
        for s in stems
        if s.startswith(before) and s.endswith(after) and len(s) > len(before) + len(after)
    )
    return sorted(stem[len(before) : len(stem) - len(after)] for stem in fitting)


def _stems(paths: Iterable[Path], suffixes: tuple[str, ...]) -> set[str]:
    wanted = (p for p in paths if p.suffix.lower() in suffixes and not is_litter(p.name))
    return {same_name(path.stem) for path in wanted}

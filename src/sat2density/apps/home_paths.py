"""`~` where a shell leaves it alone: in `--out=~/x`, `cvact:~/data`, `~/photo.jpg::~/mask.png`."""

from __future__ import annotations

import re

from sat2density.caches import expand_home


def with_homes(word: str) -> str:
    """Put the home folder in the place of each `~` that begins a path in a command's word.

    Args:
        word: as it was typed: a path, an option with its value, a data set, a light with its mask.

    Raises:
        InputError: there is no such home folder.

    Example:
        >>> with_homes("--out=a/~/b")
        '--out=a/~/b'

    """
    parts = [
        re.fullmatch(r"((?:--[\w.-]+=)?(?:\w+:)?)(.*)", p, re.DOTALL) for p in word.split("::")
    ]
    return "::".join(part[1] + expand_home(part[2]) for part in parts if part)

"""Reading files that a user names: regular files only, never more than a bound, one sentence for
whatever is wrong.

A name can lead to a pipe that never says anything, to a device, to a file of many gigabytes, or in
a circle. All readers of text and JSON go through here (`tests/test_reading.py` looks for others),
so that none of these is trusted anywhere. Every error is an `InputError` that begins with the
file's name as the user gave it.
"""

from __future__ import annotations

import codecs
import errno
import json
import math
import os
import re
import stat
from collections import Counter
from pathlib import Path
from typing import Any, BinaryIO, Final, NoReturn

from sat2density.errors import InputError

LARGEST_TEXT: Final = 16 * 2**20
"""Bytes of text that are read unless a caller says otherwise: no configuration, scene or light of
ours comes near."""

DEEPEST: Final = 64
"""Lists and objects in one another in a JSON file; ours have at most a dozen."""

MOST_DIGITS: Final = 40
"""Digits of a whole number in a JSON file: the largest float32 has 39."""

MOST_CHARACTERS: Final = 400
"""Characters of a number with a point or exponent: more than any float64 needs."""

_KINDS: Final = (
    (stat.S_ISDIR, "is a folder"),
    (stat.S_ISFIFO, "is a pipe"),
    (stat.S_ISSOCK, "is a socket"),
    (stat.S_ISCHR, "is a device"),
    (stat.S_ISBLK, "is a device"),
)
_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]")
_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def check_regular(path: str | Path) -> None:
    """Refuse what is no regular file, before a library is given its name.

    Args:
        path: as the user gave it; links are followed.

    Raises:
        InputError: as `open_regular`, but for a file that may not be read.

    """
    try:
        _refuse_others(path, os.stat(path).st_mode)
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: {_reason(error)}") from None


def open_regular(path: str | Path) -> BinaryIO:
    """Open a regular file for reading bytes, without ever waiting for a pipe or touching a device.

    Args:
        path: as the user gave it; links are followed.

    Returns:
        The file at its start; the caller closes it.

    Raises:
        InputError: there is no such file, it is a folder, pipe, socket or device, its links go in a
            circle, or it may not be read.

    """
    check_regular(path)  # before opening: a device may act on it
    try:
        number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _BINARY)
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: {_reason(error)}") from None
    try:
        _refuse_others(path, os.fstat(number).st_mode)  # what was opened, not what was looked at
    except InputError:
        os.close(number)
        raise
    return open(number, "rb")


_BINARY: Final = getattr(os, "O_BINARY", 0)


def read_bytes(path: str | Path, limit: int = LARGEST_TEXT) -> bytes:
    """Return a regular file's bytes.

    Args:
        path: the file, as the user named it.
        limit: bytes; a larger file is refused before it is read.

    Raises:
        InputError: as `open_regular`, or the file is larger than `limit`.

    """
    try:
        with open_regular(path) as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise InputError(f"{path}: {_reason(error)}") from None
    if len(data) > limit:
        raise InputError(f"{path}: is larger than {_size(limit)}; is it the right file?")
    return data


def read_text(path: str | Path, limit: int = LARGEST_TEXT) -> str:
    """Return a regular file's text: UTF-8, with or without a byte order mark, line ends kept.

    Args:
        path: the file, as the user named it.
        limit: bytes; a larger file is refused before it is read.

    Raises:
        InputError: as `read_bytes`, or it is no UTF-8 text (the line is named).

    """
    data = read_bytes(path, limit)
    if data.startswith(_UTF16):
        raise InputError(f"{path}: is UTF-16 text; save it as UTF-8")
    if b"\0" in data:
        raise InputError(f"{path}: is not a text file")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(f"{path}: line {line}: is not UTF-8 text; save it as UTF-8") from None


def read_json(path: str | Path, limit: int = LARGEST_TEXT, constants: bool = False) -> Any:
    """Return the value in a JSON file, read strictly (see `parse_json`).

    Args:
        path: the file, as the user named it.
        limit: bytes; a larger file is refused before it is read.
        constants: see `parse_json`.

    Raises:
        InputError: as `read_text` and `parse_json`.

    """
    return parse_json(read_text(path, limit), str(path), constants)


def parse_json(text: str, source: str, constants: bool = False) -> Any:
    """Return the value of a JSON text, refusing what readers of JSON disagree about.

    Refused are keys that appear twice, numbers that are not finite or longer than any of ours,
    texts that are no Unicode, and nesting deeper than `DEEPEST`.

    Args:
        text: the JSON text.
        source: names the text in messages.
        constants: take NaN and Infinity as numbers, for files that only this package writes.

    Raises:
        InputError: not valid JSON (the line is named), or one of the above.

    Example:
        >>> parse_json('{"extent_m": 40}', "scene.json")
        {'extent_m': 40}

    """

    def refuse(what: str) -> NoReturn:
        raise InputError(f"{source}: {what}")

    def constant(word: str) -> float:
        return float(word) if constants else refuse(f"holds {word}, which is no number in JSON")

    def whole(digits: str) -> int:
        return int(digits) if len(digits) <= MOST_DIGITS else refuse(_TOO_LONG)

    def broken(digits: str) -> float:
        value = float(digits) if len(digits) <= MOST_CHARACTERS else math.inf
        return value if math.isfinite(value) else refuse(_TOO_LONG)

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
            refuse(f"the key {_quoted(twice)} appears twice in one object; keep one")
        return found

    try:
        value = json.loads(
            text,
            parse_constant=constant,
            parse_int=whole,
            parse_float=broken,
            object_pairs_hook=once,
        )
    except json.JSONDecodeError as error:
        refuse(f"line {error.lineno}: is not valid JSON ({error.msg})")
    except RecursionError:
        refuse(_TOO_DEEP)
    if _deeper(value, DEEPEST):
        refuse(_TOO_DEEP)
    if _SURROGATE.search(text) and not _is_unicode(value):
        refuse("holds a text that is no Unicode (half of a pair)")
    return value


_TOO_LONG: Final = "holds a number that is too long or too large"
_TOO_DEEP: Final = f"is nested deeper than {DEEPEST} levels"


def _refuse_others(path: str | Path, mode: int) -> None:
    if stat.S_ISREG(mode):
        return
    what = next((words for test, words in _KINDS if test(mode)), "is no file")
    raise InputError(f"{path}: {what}; give a regular file")


def _reason(error: Exception) -> str:
    """Say why a file cannot be opened or read."""
    if isinstance(error, InputError):
        raise error
    number = getattr(error, "errno", None)
    if number == errno.ENOENT:
        return "there is no such file; check the path"
    if number == errno.ELOOP:
        return "its links go in a circle; give a regular file"
    if number in (errno.EACCES, errno.EPERM):
        return "no permission to read it; change its rights or copy it"
    return f"cannot be read ({getattr(error, 'strerror', None) or error})"


def _size(limit: int) -> str:
    return f"{limit // 2**20} MB" if limit >= 2**20 else f"{limit} bytes"


def _quoted(key: str) -> str:
    return repr(key if len(key) <= 40 else key[:37] + "...")


def _deeper(value: Any, levels: int) -> bool:
    """Whether lists and objects stand in one another more than `levels` deep."""
    layer = [value]
    for _ in range(levels):
        layer = [
            inner
            for outer in layer
            if isinstance(outer, list | dict)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, list | dict)
        ]
        if not layer:
            return False
    return True


def _is_unicode(value: Any) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True

"""Standard streams that are closed, full or of another alphabet, and what is said on them."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterator
from typing import Final

LONGEST: Final = 2000
"""Characters of one message; more is somebody's input, not our sentence."""

_HIDDEN: Final = {
    *range(0x20),
    *range(0x7F, 0xA0),
    0x061C,
    *range(0x200B, 0x2010),
    *range(0x2028, 0x202F),
    *range(0x2060, 0x2070),
    0xFEFF,
    *range(0xD800, 0xE000),
}
"""Characters that a terminal obeys or does not show: control characters, line separators, marks of
direction, and the bytes of names that are not UTF-8 (Python keeps them as surrogates).
"""


def printable(text: str) -> str:
    r"""Return a text on one line, with everything that a terminal would obey shown as an escape.

    Example:
        >>> printable("a\x1b[31m\nb")
        'a\\x1b[31m\\nb'

    """
    if len(text) > LONGEST:
        half = LONGEST // 2
        text = f"{text[:half]} ... {text[-half:]}"
    return "".join(_shown(letter) for letter in text)


def printable_lines(text: str) -> str:
    """Return a text of several lines, such as a table, with all else escaped as by `printable`."""
    return "\n".join(printable(line) for line in text.split("\n"))


def _shown(letter: str) -> str:
    code = ord(letter)
    if code not in _HIDDEN:
        return letter
    if 0xDC80 <= code <= 0xDCFF:  # a byte of a name
        return f"\\x{code - 0xDC00:02x}"
    return letter.encode("unicode_escape", "backslashreplace").decode("ascii")


def mend_streams() -> None:
    """Make the standard streams usable: closed ones lead nowhere, and no character is refused.

    A closed stdout or stderr is opened on nothing at once: otherwise the next file that is opened
    takes its number, and messages would be written into it.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            # Reading only for stdout: what is written there fails, as it does for other programs.
            os.open(os.devnull, os.O_RDWR if name == "stderr" else os.O_RDONLY)
            mode = "r" if name == "stdin" else "w"
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def flush_stdout() -> None:
    """Write out what is still held back; OSError where it cannot be."""
    if sys.stdout is not None and not sys.stdout.closed:
        sys.stdout.flush()


def give_up_stdout() -> None:
    """Let nothing more be written to a stdout that failed: Python would complain again when it
    ends.
    """
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


@contextlib.contextmanager
def held_stderr() -> Iterator[None]:
    """Hold back what the block writes to stderr, and write it escaped at its end."""
    held = io.StringIO()
    try:
        with contextlib.redirect_stderr(held):
            yield
    finally:
        sys.stderr.write(printable_lines(held.getvalue()))

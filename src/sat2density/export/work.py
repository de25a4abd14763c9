"""What long work tells, and how it renders: the two hooks that every product takes.

A command shows a bar and stops on Ctrl-C; the studio sends every rendering through its queue, tells
the page and notices a cancellation. The functions that make products know neither.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

T = TypeVar("T")

Progress = Callable[[int, int], None]
"""Told (pieces done, all of them) after each piece. What it raises ends the work between two
pieces: files that are written while they grow keep the pieces so far on KeyboardInterrupt.
"""


class Run(Protocol):
    """Does one rendering and returns its result, here or on another thread."""

    def __call__(self, work: Callable[[], T], /) -> T:
        """Call `work` and return what it returns."""


def silent(done: int, total: int) -> None:
    """Tell nobody.

    Args:
        done: pieces that are done.
        total: all of them.

    """


def here(work: Callable[[], T], /) -> T:
    """Do the work at once, on this thread.

    Args:
        work: takes nothing and returns the result.

    """
    return work()

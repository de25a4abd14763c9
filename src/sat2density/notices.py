"""What the user should know though the work goes on: one way for all notices.

In Python a notice is a warning of the category `Notice` (`warnings.simplefilter("ignore", Notice)`
silences them, "error" makes them exceptions). The commands print it as one line, "notice: ...", on
stderr. A program that shows notices itself listens with `heard`.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Iterator


class Notice(UserWarning):
    """Something was assumed, left out or changed while reading; the text names the file and says
    what.
    """


_listeners: list[Callable[[str], object]] = []


def notice(text: str) -> None:
    """Tell the user something: to whoever listens (see `heard`), else as a `Notice`.

    Args:
        text: one sentence; it names the file or argument first.

    """
    if _listeners:
        _listeners[-1](text)
    else:
        warnings.warn(text, Notice, stacklevel=3)


@contextlib.contextmanager
def heard(listener: Callable[[str], object]) -> Iterator[None]:
    """Give notices to `listener` while the block runs, in all threads; of blocks in one another the
    inner one hears.

    Args:
        listener: called with the text of each notice, in the thread that gives it.

    Example:
        >>> found = []
        >>> with heard(found.append):
        ...     notice("tile.tif: is south-up; it was turned")
        >>> found
        ['tile.tif: is south-up; it was turned']

    """
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)

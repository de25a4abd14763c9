"""Large pictures are read beside the program, under limits of memory and time; small ones here.

A small file can hold a very large picture. In a child process (`guarded`) it costs that child
alone, and the rest of the data set is looked at all the same. Starting a child takes seconds, so
that ordinary pictures are read without one.
"""

from __future__ import annotations

import queue
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, TypeVar

from sat2density.guarded import GuardedReader, Limits, header_size

T = TypeVar("T")

LARGE: Final = 2**24
"""Pixels from which a picture is read in a child: it takes about half a gigabyte."""

LIMITS: Final = Limits(seconds=180.0, megabytes=4500)
"""Enough for the largest picture that is read at all (`images.MAX_PIXELS`)."""


class LargeReader:
    """Calls functions that read pictures, here or in a child; safe to use from several threads.

    Args:
        jobs: children that may work at once; each is started when it is needed.

    """

    def __init__(self, jobs: int = 1) -> None:
        self._all = [GuardedReader(LIMITS) for _ in range(max(1, jobs))]
        self._free: queue.LifoQueue[GuardedReader] = queue.LifoQueue()
        for reader in self._all:
            self._free.put(reader)

    def __enter__(self) -> LargeReader:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the children."""
        for reader in self._all:
            reader.close()

    def call(self, function: Callable[..., T], *arguments: Any, pictures: Sequence[Path]) -> T:
        """Return function(*arguments).

        Args:
            function: a module's function; it, its arguments and its result can be pickled.
            *arguments: passed on.
            pictures: the files that it reads.

        Raises:
            InputError: what the function raised, or a limit that was met; the largest picture is
                named.

        """
        sizes = {path: _pixels(path) for path in pictures}
        if max(sizes.values(), default=0) < LARGE:
            return function(*arguments)
        ordered = sorted(sizes, key=lambda path: -sizes[path])
        reader = self._free.get()
        try:
            return reader.call(function, *arguments, pictures=ordered)
        finally:
            self._free.put(reader)


def _pixels(path: Path) -> int:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its size: that is what is looked at
        width, height = header_size(str(path))
    return width * height

"""Uploads are decoded beside the server, in children with limits of time and memory: a hostile file
costs its sender alone.

What the children run stands here as plain functions; they import nothing of the server.
"""

from __future__ import annotations

import dataclasses
import queue
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, TypeVar

from sat2density.apps.studio.limits import (
    DECODE_MB,
    DECODE_S,
    DECODERS,
    MAX_SHOWN_SIDE,
    MAX_UPLOAD_PIXELS,
)
from sat2density.guarded import GuardedReader, Limits
from sat2density.images import picture_size, picture_width_m, read_image, save_image
from sat2density.light.lighting import Lighting

T = TypeVar("T")

NICENESS: Final = 10
"""Decoding waits for rendering where both want the processor."""


class Decoders:
    """A few children, each doing one call at a time; safe to use from several threads."""

    def __init__(self, count: int = DECODERS) -> None:
        limits = Limits(DECODE_S, DECODE_MB, MAX_UPLOAD_PIXELS)
        self._readers = [GuardedReader(limits, NICENESS) for _ in range(count)]
        # Last in, first out: one child serves as long as one is enough.
        self._free: queue.LifoQueue[GuardedReader] = queue.LifoQueue()
        for reader in self._readers:
            self._free.put(reader)
        self._pool = ThreadPoolExecutor(count, "studio-decode")

    def submit(
        self,
        function: Callable[..., T],
        *arguments: Any,
        pictures: Sequence[Path] = (),
        **named: Any,
    ) -> Future[T]:
        """Have function(*arguments, **named) worked out by the next free child; see
        `GuardedReader.call`.
        """

        def work() -> T:
            reader = self._free.get()
            try:
                return reader.call(function, *arguments, pictures=pictures, **named)
            finally:
                self._free.put(reader)

        return self._pool.submit(work)

    def warm_up(self) -> None:
        """Start the first child now: it takes seconds."""
        self.submit(ready)

    def close(self) -> None:
        """End the children, whatever they do."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        for reader in self._readers:
            reader.close()


def ready() -> bool:
    """Do nothing."""
    return True


def to_png(source: Path, target: Path) -> float | None:
    """Write a picture as a PNG that a browser can show, at most `MAX_SHOWN_SIDE` a side; return
    its width on the ground in metres, where its georeference says it.
    """
    width, height = picture_size(source)
    shrink = min(1.0, MAX_SHOWN_SIDE / max(width, height))
    size = (max(1, round(width * shrink)), max(1, round(height * shrink)))
    save_image(target, read_image(source, size=size))
    return picture_width_m(source)


def photo_light(photo: Path, mask: Path | None, name: str) -> Lighting:
    """Take the light of a photograph."""
    return dataclasses.replace(Lighting.from_photo(photo, mask), name=name)

"""The next step's batch is prepared in a thread while this one is trained on; batches move to the
device.
"""

from __future__ import annotations

import dataclasses
import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

import torch
from torch import Tensor

from sat2density.training import distributed
from sat2density.training.batches import Batch, Batches
from sat2density.training.config import OptimConfig

AnyBatch = TypeVar("AnyBatch")


class Loader:
    """Prepares the next step's batch in a thread while this one is trained on; counts the seconds
    waited for it.
    """

    def __init__(
        self, batches: Batches, config: OptimConfig, world: distributed.ProcessGroup
    ) -> None:
        self.batches = batches
        self.config = config
        self.world = world
        self.accumulate = config.accumulate
        self.waited = 0.0
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="batches")
        self._ready: dict[int, Future[list[Batch]]] = {}

    def parts(self, step: int) -> list[Batch]:
        """Return this process's share of every part of a step's batch.

        Args:
            step: counted from 0; the next one is prepared ahead.

        """
        begun = time.monotonic()
        current = self._future(step)
        self._future(step + 1)
        parts = current.result()
        self.waited += time.monotonic() - begun
        return parts

    def _future(self, step: int) -> Future[list[Batch]]:
        if step not in self._ready:
            self._ready = {s: f for s, f in self._ready.items() if s >= step - 1}
            self._ready[step] = self._pool.submit(self._make, step)
        return self._ready[step]

    def split_finer(self) -> bool:
        """Split batches into twice as many parts from here on; False where that cannot be."""
        if self.world.size > 1 or self.config.batch % (2 * self.accumulate):
            return False
        self.accumulate *= 2
        self._ready.clear()
        return True

    def _make(self, step: int) -> list[Batch]:
        size = self.config.batch // self.accumulate
        starts = range(0, self.config.batch, size)
        return [
            self.batches.part(step, self.world.share(range(start, start + size)))
            for start in starts
        ]

    def close(self) -> None:
        """End the thread."""
        self._pool.shutdown(wait=True, cancel_futures=True)


def to_device(batch: AnyBatch, device: torch.device) -> AnyBatch:
    """Return a batch with its tensors on a device.

    Args:
        batch: on the CPU.
        device: any that torch knows.

    """
    moved: AnyBatch = batch if device.type == "cpu" else _moved(batch, device)
    return moved


def _moved(value: Any, device: torch.device) -> Any:
    """Move the tensors of a value: of dataclasses and dictionaries those in them."""
    if isinstance(value, Tensor):
        return value.to(device, non_blocking=True)
    if isinstance(value, dict):
        return {name: _moved(inner, device) for name, inner in value.items()}
    if not dataclasses.is_dataclass(value) or isinstance(value, type):
        return value
    fields = [f.name for f in dataclasses.fields(value)]
    return dataclasses.replace(
        value, **{name: _moved(getattr(value, name), device) for name in fields}
    )

"""The engine on Ray Data: the same blocks by the same function, on one machine or a cluster."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sat2density.errors import InputError
from sat2density.maps.blocks import AreaJob, BlockWorker
from sat2density.maps.libraries import library
from sat2density.notices import notice

if TYPE_CHECKING:
    from sat2density.maps.heights import Engine

SHARE: Final = 0.9
"""Of a core that a worker asks Ray for. Ray Data hangs for ever when its actors take every core:
its own tasks get none.
"""


MOST_FAILURES: Final = 3
"""Times that Ray may give up without a block being finished before we do."""

STARTS: Final = 3
"""Times that Ray is started here: it gives up after 30 s, which a busy machine may need."""


def ray_engine(address: str | None = None) -> Engine:
    """Return an engine that works on Ray.

    Args:
        address: of a cluster; None starts Ray on this machine. Every worker of a cluster must see
            the map, the weights and the output folder under the same names.

    Raises:
        MissingExtraError: the extra `[ray]` is not installed.

    """
    library("ray.data", "ray")

    def engine(job: AreaJob, numbers: Sequence[int], workers: int) -> Iterator[dict[str, Any]]:
        return _run(job, numbers, workers, address)

    return engine


def _run(
    job: AreaJob, numbers: Sequence[int], workers: int, address: str | None
) -> Iterator[dict[str, Any]]:
    ray = library("ray", "ray")
    if not numbers:
        return
    started = not ray.is_initialized()
    if started:
        _start(ray, workers, address)
    left, failures = list(numbers), 0
    try:
        while left:
            try:
                yield from _pass(job, left, workers)
            except ray.exceptions.RayError as error:
                reason = (str(error).splitlines() or [type(error).__name__])[0]
            else:
                return
            before, missing = len(left), set(job.missing())
            left = [number for number in left if number in missing]
            failures = failures + 1 if len(left) == before else 0
            if failures >= MOST_FAILURES:
                raise InputError(
                    f"Ray gave up {failures} times without finishing anything: {reason}"
                )
            if left:
                notice(f"Ray gave up ({reason}); {len(left)} blocks are done again")
    finally:
        if started:
            ray.shutdown()


def _pass(job: AreaJob, numbers: Sequence[int], workers: int) -> Iterator[dict[str, Any]]:
    """Work out blocks on Ray as it runs; Ray itself starts killed workers again."""
    data = library("ray.data", "ray")
    context = data.DataContext.get_current()
    context.enable_progress_bars = False
    context.execution_options.preserve_order = False
    # A block is a task of its own: what a killed worker had in hand is little.
    items = [{"block": number} for number in numbers]
    statuses = data.from_items(items, override_num_blocks=len(items)).map_batches(
        RayWorker,
        batch_size=1,
        compute=data.ActorPoolStrategy(size=min(workers, len(numbers))),
        fn_constructor_args=(job,),
        num_cpus=SHARE,
        num_gpus=1 if job.device.startswith("cuda") else 0,
    )
    for row in statuses.iter_rows():
        yield {"tiles": int(row["tiles"]), "block": int(row["block"])}


def _start(ray: Any, workers: int, address: str | None) -> None:
    # Workers import what this process does, from the same places.
    path = os.pathsep.join(entry for entry in sys.path if entry)
    runtime: dict[str, Any] = {"env_vars": {"PYTHONPATH": path, "OMP_NUM_THREADS": "1"}}
    options: dict[str, Any] = {"num_cpus": workers + 1} if address is None else {"address": address}
    for left in reversed(range(STARTS if address is None else 1)):
        try:
            ray.init(
                include_dashboard=False,
                log_to_driver=False,
                logging_level="error",
                runtime_env=runtime,
                **options,
            )
            return
        except Exception as error:  # Ray's own are of many kinds
            ray.shutdown()
            if not left:
                reason = (str(error).splitlines() or [type(error).__name__])[0]
                raise InputError(f"Ray could not be started: {reason}") from error


class RayWorker:
    """An actor: a model loaded once, and blocks one after the other.

    Args:
        job: the area and the model.

    """

    def __init__(self, job: AreaJob) -> None:
        self.work = BlockWorker(job)

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        """Work out the blocks of a batch.

        Args:
            batch: {"block": numbers}.

        """
        statuses = [self.work(int(number)) for number in batch["block"]]
        return {
            "block": np.array([status["block"] for status in statuses]),
            "tiles": np.array([status["tiles"] for status in statuses]),
        }

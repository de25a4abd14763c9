"""The plain engine: blocks worked out here or by a pool of processes; killed ones are made good."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any, Final

from sat2density.errors import InputError
from sat2density.maps.blocks import AreaJob, BlockWorker
from sat2density.notices import notice
from sat2density.parallel import worker_pool

MOST_DEATHS: Final = 3
"""Times that the pool may break without a block being finished before we give up."""

_worker: BlockWorker | None = None
"""A pool process's own."""


def plain_engine(job: AreaJob, numbers: Sequence[int], workers: int) -> Iterator[dict[str, Any]]:
    """Work out blocks and yield their statuses as they are finished, in any order.

    Args:
        job: the area and the model.
        numbers: of the blocks.
        workers: processes; with one the work is done in this one.

    Raises:
        InputError: processes are ended from outside again and again.

    """
    if workers <= 1 or len(numbers) <= 1:
        if numbers:
            yield from map(BlockWorker(job), numbers)
        return
    left, deaths = list(numbers), 0
    while left:
        before = len(left)
        yield from _pool(job, left, workers)
        done = set(range(job.grid.block_count)) - set(job.missing())
        left = [number for number in left if number not in done]
        if not left:
            return
        deaths = deaths + 1 if len(left) == before else 0
        if deaths >= MOST_DEATHS:
            raise InputError(
                f"working processes were ended from outside {deaths} times without finishing "
                f"anything (out of memory?); try fewer --workers"
            )
        notice(f"a working process was ended from outside; {len(left)} blocks are done again")


def _pool(job: AreaJob, numbers: Sequence[int], workers: int) -> Iterator[dict[str, Any]]:
    """Yield the statuses of blocks until all are done, or the pool breaks."""
    pool = worker_pool(min(workers, len(numbers)), _begin, (job,))
    try:
        waiting: set[Future[dict[str, Any]]] = {pool.submit(_work, number) for number in numbers}
        while waiting:
            finished, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for future in finished:
                try:
                    yield future.result()
                except BrokenProcessPool:
                    return
    except BrokenProcessPool:
        return
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _begin(job: AreaJob) -> None:
    global _worker
    _worker = BlockWorker(job)


def _work(number: int) -> dict[str, Any]:
    assert _worker is not None
    return _worker(number)

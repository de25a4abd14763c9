"""Several processes: calling a function for every index with the results in order, and workers
that never outlive the run they work for.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import pickle
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, Final, TypeVar

from sat2density.errors import InputError

T = TypeVar("T")

_PR_SET_PDEATHSIG: Final = 1

_function: Callable[[int], Any] = lambda index: None  # noqa: E731 (a process's own copy, put in its place by `_begin`)


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_order(function: Callable[[int], T], count: int, jobs: int = 1) -> Iterator[T]:
    """Yield function(0), ..., function(count - 1), in this order, worked out by `jobs` processes.

    With one job, or where the processes would take longer to start than to work (fewer than four
    calls each), the calls are made here. Processes share the cores among them, and end with the
    iteration, also by Ctrl-C.

    Args:
        function: can be pickled (a module's function, or the bound method of an object that can);
            sent once a process.
        count: number of calls.
        jobs: number of processes.

    Raises:
        InputError: a process was ended from outside, as a system short of memory does.

    """
    jobs = min(jobs, count // 4)
    if jobs <= 1:
        yield from map(function, range(count))
        return
    payload = pickle.dumps(function)
    pool = worker_pool(jobs, _begin, (payload, max(1, cores() // jobs)))
    try:
        yield from pool.map(_call, range(count))
    except BrokenProcessPool:
        raise InputError(
            "a working process was ended from outside (out of memory?); try --jobs 1"
        ) from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def worker_pool(
    jobs: int, begin: Callable[..., None] | None = None, arguments: tuple[Any, ...] = ()
) -> ProcessPoolExecutor:
    """Make a pool of processes that leave Ctrl-C to this one and end with it, also when it is
    killed.

    Args:
        jobs: number of processes.
        begin: called with `arguments` in each process before its first call.
        arguments: can be pickled.

    """
    # A process asked of the kernel ends with the *thread* that made it: only the main one lasts.
    lasting = threading.current_thread() is threading.main_thread()
    # spawn: a forked child would inherit threads and locks of torch and numba.
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(jobs, context, _prepare, (lasting, begin, arguments))


def _prepare(lasting: bool, begin: Callable[..., None] | None, arguments: tuple[Any, ...]) -> None:
    # Ctrl-C reaches all processes of a terminal; only the first one is to answer.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if lasting and sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    end_with_parent()
    if begin is not None:
        begin(*arguments)


def end_with_parent() -> None:
    """End this process as soon as the one that started it is gone: a thread watches."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        gone: Callable[[], object] = parent.join
    else:
        first = os.getppid()

        def gone() -> None:
            while os.getppid() == first:
                time.sleep(1)

    def watch() -> None:
        gone()
        os._exit(1)

    threading.Thread(target=watch, name="ends with its parent", daemon=True).start()


def _begin(payload: bytes, threads: int) -> None:
    """Take the function, and this process's share of the cores."""
    global _function
    import numba
    import torch

    torch.set_num_threads(threads)
    numba.set_num_threads(min(threads, numba.get_num_threads()))
    _function = pickle.loads(payload)


def _call(index: int) -> Any:
    import torch

    with torch.no_grad():
        return _function(index)

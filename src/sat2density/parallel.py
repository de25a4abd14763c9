"""Calling a function for every index in several processes, with the results in order."""

from __future__ import annotations

import os
import pickle
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Any, TypeVar

import torch

from sat2density.errors import InputError

T = TypeVar("T")

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
    # spawn: a forked child would inherit threads and locks of torch and numba.
    pool = ProcessPoolExecutor(
        jobs, get_context("spawn"), _begin, (payload, max(1, cores() // jobs))
    )
    try:
        yield from pool.map(_call, range(count))
    except BrokenProcessPool:
        raise InputError(
            "a working process was ended from outside (out of memory?); try --jobs 1"
        ) from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _begin(payload: bytes, threads: int) -> None:
    """Take the function; Ctrl-C is the parent's to handle."""
    global _function
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    import numba

    torch.set_num_threads(threads)
    numba.set_num_threads(min(threads, numba.get_num_threads()))
    _function = pickle.loads(payload)


def _call(index: int) -> Any:
    with torch.no_grad():
        return _function(index)

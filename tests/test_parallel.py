"""Calls in several processes: in order, with errors passed on, nothing left running."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import sat2density
from sat2density.errors import InputError
from sat2density.parallel import cores, in_order


def no_children_left():
    """Whether the processes end, however long a busy machine takes to clear them away."""
    given_up = time.monotonic() + 120
    while multiprocessing.active_children():
        if time.monotonic() > given_up:
            return False
        time.sleep(0.05)
    return True


class Square:
    def __call__(self, index):
        return index * index, os.getpid()


class Dies:
    def __call__(self, index):
        os._exit(1)


class Refuses:
    def __call__(self, index):
        raise InputError(f"call {index}")


def test_here_and_in_processes():
    here = list(in_order(Square(), 8, 1))
    there = list(in_order(Square(), 8, 2))
    assert (
        [value for value, _ in here] == [value for value, _ in there] == [i * i for i in range(8)]
    )
    assert {process for _, process in here} == {os.getpid()}
    assert os.getpid() not in {process for _, process in there}


def test_few_calls_start_no_process():
    assert {process for _, process in in_order(Square(), 7, 2)} == {os.getpid()}


def test_errors_of_a_process():
    with pytest.raises(InputError, match="call 0"):
        list(in_order(Refuses(), 8, 2))
    with pytest.raises(InputError, match="--jobs 1"):
        list(in_order(Dies(), 8, 2))
    assert no_children_left()


def test_stopping_early_ends_the_processes():
    calls = in_order(Square(), 100, 2)
    assert next(calls)[0] == 0
    calls.close()
    assert no_children_left()


def test_cores():
    assert 1 <= cores() <= os.cpu_count()


RUN = """
import multiprocessing, sys, threading, time
from sat2density.parallel import in_order

def work():
    for done, _ in enumerate(in_order(time.sleep, 400, 2)):
        if done == 0:
            print(*(child.pid for child in multiprocessing.active_children()), flush=True)

if sys.argv[1] == "main":
    work()
else:
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
"""


def alive(pid):
    """Whether a process runs (a dead one may wait for somebody to ask)."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"


def all_gone(pids, within_s=120):
    given_up = time.monotonic() + within_s
    while any(alive(pid) for pid in pids):
        if time.monotonic() > given_up:
            return False
        time.sleep(0.05)
    return True


@pytest.mark.parametrize("place", ["main", "thread"])  # of a thread, the kernel is not asked
def test_workers_end_with_a_killed_parent(place):
    command = [sys.executable, "-c", RUN, place]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    workers = [int(word) for word in process.stdout.readline().split()]
    assert len(workers) == 2
    assert all(alive(pid) for pid in workers)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert all_gone(workers)


WATCHED = """
import os, subprocess, sys, time
from sat2density.parallel import end_with_parent
if len(sys.argv) == 1:
    subprocess.Popen([sys.executable, "-c", sys.orig_argv[2], "child"])
    time.sleep(600)
end_with_parent()
print(os.getpid(), flush=True)
time.sleep(600)
"""


def test_a_process_that_was_started_otherwise_ends_too():
    """As torchrun starts its processes: without multiprocessing."""
    process = subprocess.Popen([sys.executable, "-c", WATCHED], stdout=subprocess.PIPE, text=True)
    child = int(process.stdout.readline())
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert all_gone([child])


def test_every_pool_of_processes_is_made_here():
    root = Path(sat2density.__file__).parent
    pools = [
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if "ProcessPoolExecutor(" in path.read_text(encoding="utf-8")
    ]
    assert pools == ["parallel.py"]

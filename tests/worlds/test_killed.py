"""`world make` in several processes, killed: nobody is left behind, and the next run goes on."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sat2density.apps.cli import main

WAIT_S = 240


def children(pid):
    """Processes that a process has started and that still run."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if int(parent) == pid and state != "Z":
            found.append(int(stat.parent.name))
    return found


def waited_for(what):
    given_up = time.monotonic() + WAIT_S
    while not what():
        assert time.monotonic() < given_up
        time.sleep(0.05)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")
def test_workers_end_and_the_next_run_goes_on(tmp_path):
    out = tmp_path / "out"
    words = ["world", "make", "--out", str(out), "--split", "train:6", "--style", "suburb"]
    command = [sys.executable, "-m", "sat2density.apps.cli", *words, "--jobs", "2"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    waited_for(lambda: list(out.glob("sat/*.png")) or process.poll() is not None)
    assert process.poll() is None, process.stderr.read()
    workers = children(process.pid)
    assert len(workers) >= 2
    assert main([*words, "--jobs", "1"]) == 2  # one run at a time
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stderr.close()
    waited_for(lambda: not any(os.path.exists(f"/proc/{pid}") and _runs(pid) for pid in workers))
    assert main([*words, "--jobs", "1"]) == 0
    assert len(list(out.glob("truth/*.npz"))) == 6
    assert not list(out.rglob(".*"))


def _runs(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False

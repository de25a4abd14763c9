"""Whole runs of the command, killed at any moment: resumed, they end where an uninterrupted run
ends, bit for bit.
"""

import os
import random
import signal
import subprocess
import sys
import time

import pytest
import torch

from sat2density.apps.cli import main
from sat2density.training import checkpoint, runlog

PATIENCE_S = 120


def last_step(out):
    """Steps in the newest checkpoint's name, -1 before there is one."""
    return max(
        (int(path.stem[5:]) for path in checkpoint.found(out / runlog.CHECKPOINTS)), default=-1
    )


def killed(words, out, new_steps, delay_s):
    """Start the command or go on with it; kill it a moment after it has saved so many new steps."""
    again = ["--resume"] if out.is_dir() else []
    command = [sys.executable, "-m", "sat2density.apps.cli", *words, "--out", str(out), *again]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=dict(os.environ))
    wanted, given_up = last_step(out) + new_steps, time.monotonic() + PATIENCE_S
    while last_step(out) < wanted and process.poll() is None:
        assert time.monotonic() < given_up
        time.sleep(0.002)
    time.sleep(delay_s)
    process.send_signal(signal.SIGKILL)
    said = process.communicate()[1]
    assert process.returncode == -signal.SIGKILL, said


def assert_same(ours, theirs, where=""):
    """Hold two checkpoints' contents equal to the last bit, but for the clock."""
    assert type(ours) is type(theirs), where
    if isinstance(ours, torch.Tensor):
        assert torch.equal(ours, theirs), where
    elif isinstance(ours, dict | list):
        assert len(ours) == len(theirs), where
        for key in ours if isinstance(ours, dict) else range(len(ours)):
            if key != "seconds":
                assert_same(ours[key], theirs[key], f"{where}.{key}")
    else:
        assert ours == theirs, where


def assert_ends_like_an_uninterrupted_run(words, tmp_path, kills):
    """Run once in peace, once with these kills, (new steps, seconds after them); compare what is
    left.
    """
    whole, out = tmp_path / "whole", tmp_path / "killed"
    assert main([*words, "--out", str(whole)]) == 0
    for new_steps, delay_s in kills:
        killed(words, out, new_steps, delay_s)
    assert main([*words, "--out", str(out), "--resume"]) == 0
    ours, theirs = (
        checkpoint.load(run / runlog.CHECKPOINTS, torch.device("cpu")) for run in (out, whole)
    )
    assert ours[1] == theirs[1] == []
    assert_same(ours[0], theirs[0])
    assert [line["step"] for line in runlog.read(out, "step")] == list(
        range(1, last_step(whole) + 1)
    )
    assert not list(out.rglob(".*"))


def test_killed_once(words, tmp_path):
    assert_ends_like_an_uninterrupted_run([*words, "--optim.steps", "12"], tmp_path, [(4, 0.02)])


@pytest.mark.long
def test_killed_twenty_times(words, tmp_path):
    """Every fifth kill falls into the start, before a new step; the others between, in and after
    the savings.
    """
    rng = random.Random(0)
    steps = [0 if kill % 5 == 4 else rng.randint(1, 6) for kill in range(20)]
    kills = [(new, rng.uniform(0, 3) if new == 0 else rng.uniform(0, 0.1)) for new in steps]
    assert_ends_like_an_uninterrupted_run([*words, "--optim.steps", "400"], tmp_path, kills)

"""A disk that fills up while the command trains: one sentence, the checkpoint kept, and the run
goes on from it.
"""

import os
import subprocess
import sys

import torch

from sat2density.training import checkpoint, runlog

SCRIPT = """
import resource, sys
from sat2density.apps.cli import main
from sat2density.training.runlog import RunLog
from sat2density.training.preview_sheets import SheetMaker

def limit(size):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

def full(call, when):
    def wrapped(self, *args, **kwargs):
        if when(*args):
            limit(10)
        return call(self, *args, **kwargs)
    return wrapped

def third(kind, step):
    return kind == "step" and step == 3 and "--resume" not in sys.argv

def fourth(path, state):
    return state.step == 4 and "--twice" not in sys.argv

RunLog.write = full(RunLog.write, third)
SheetMaker.write = full(SheetMaker.write, fourth)
words = sys.argv[1:]
for more in ([], ["--resume"], ["--twice"]):
    sys.argv += more
    limit(resource.RLIM_INFINITY)
    print(main([*words, *(["--resume"] if more else [])]), flush=True)
"""


def test_no_room_for_log_and_sheet(words, tmp_path):
    """A limit on the size of files, set in the middle of the run, stands for the full disk (see
    `test_checkpoint`).
    """
    out = tmp_path / "run"
    options = ["--out", str(out), "--optim.steps", "4", "--run.sheet-minutes", "0"]
    command = [sys.executable, "-c", SCRIPT, *words, *options]
    done = subprocess.run(
        command, env=dict(os.environ), capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == ["2", "2", "0"], done.stderr
    assert "Traceback" not in done.stderr
    failed = [line for line in done.stderr.splitlines() if line.startswith("sat2density train:")]
    for line, name in zip(failed, (runlog.LOG, f"{runlog.SHEETS}/step-0000004.png"), strict=True):
        assert line == f"sat2density train: {out / name}: cannot be written: File too large"
    assert [
        line.split()[-1] for line in done.stderr.splitlines() if line.startswith("resumed")
    ] == ["2", "4"]
    contents, notices = checkpoint.load(out / runlog.CHECKPOINTS, torch.device("cpu"))
    assert (contents["step"], notices) == (4, [])
    assert not list(out.rglob(".*"))
    assert [line["step"] for line in runlog.read(out, "step")] == [1, 2, 3, 4]

"""What a run writes down while it goes on: the log's lines, TensorBoard's."""

import dataclasses
import sys
from typing import ClassVar

import pytest
from drawn_scenes import run

from sat2density.errors import MissingExtraError
from sat2density.training import runlog
from sat2density.training.step import Stepper, TrainingDiverged

pytestmark = pytest.mark.usefixtures("made_up")


def test_the_log_tells_how_long_data_was_waited_for(tiny, tmp_path):
    count = iter([False, False, True])
    run(tiny, tmp_path / "run", interrupted=lambda: next(count))
    run(tiny, tmp_path / "run", resume=True)
    shares = [line["waiting"] for line in runlog.read(tmp_path / "run", "step")]
    assert len(shares) == 4
    assert all(0 <= share <= 1 for share in shares)
    assert max(shares) > 0


class FakeBoard:
    """Keeps what TensorBoard's writer is told."""

    made: ClassVar[list["FakeBoard"]] = []

    def __init__(self, folder, purge_step=None):
        self.folder, self.purge_step, self.steps, self.closed = folder, purge_step, [], False
        self.made.append(self)

    def add_scalar(self, name, value, step):
        assert not self.closed
        self.steps.append(step)

    def close(self):
        self.closed = True


def test_tensorboard_is_closed_and_told_where_a_run_goes_on(tiny, tmp_path, monkeypatch):
    monkeypatch.setattr(runlog, "summary_writer", lambda: FakeBoard)
    monkeypatch.setattr(FakeBoard, "made", [])
    config = dataclasses.replace(tiny, run=dataclasses.replace(tiny.run, tensorboard=True))
    count = iter([False, False, True])
    run(config, tmp_path / "run", interrupted=lambda: next(count))
    run(config, tmp_path / "run", resume=True)
    first, second = FakeBoard.made
    assert (first.purge_step, second.purge_step) == (None, 3)
    assert (set(first.steps), set(second.steps)) == ({1, 2}, {3, 4})
    assert first.closed
    assert second.closed
    monkeypatch.setattr(Stepper, "run", lambda self: (_ for _ in ()).throw(TrainingDiverged("no")))
    longer = dataclasses.replace(config, optim=dataclasses.replace(config.optim, steps=5))
    with pytest.raises(TrainingDiverged):
        run(longer, tmp_path / "run", resume=True)
    assert FakeBoard.made[-1].closed


def test_tensorboard_where_it_is_missing_leaves_nothing(tiny, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    config = dataclasses.replace(tiny, run=dataclasses.replace(tiny.run, tensorboard=True))
    with pytest.raises(MissingExtraError, match=r"sat2density\[tensorboard\]"):
        run(config, tmp_path / "run")
    assert not (tmp_path / "run").exists()

"""A checkpoint whose writing fails at its n-th step: the one before is found, whole, or the new."""

import shutil

import pytest
import torch
from failing_writes import Writer, survives

from sat2density.training import checkpoint, presets
from sat2density.training.build import build_state

SHORT, LONG = 8, 120
"""Steps that the two forms try in each way; most of 732 are pieces of one file."""


@pytest.fixture
def writers(tmp_path):
    """A further checkpoint, and one again of the same step, as a resumed run writes it."""
    run = build_state(presets.PRESETS["tiny"], torch.device("cpu"))
    for step in (1, 2):
        run.step, run.seconds = step, float(step)
        checkpoint.save(tmp_path / "before", run)

    def arrange(folder):
        shutil.copytree(tmp_path / "before", folder, dirs_exist_ok=True)

    def writing(step):
        def write(folder):
            run.step, run.seconds = step, 9.0
            checkpoint.save(folder, run)

        return write

    def state(folder):
        contents, notices = checkpoint.load(folder, torch.device("cpu"))
        assert notices == []
        return contents["step"], contents["seconds"]

    return {step: Writer(writing(step), arrange, state) for step in (2, 3)}


@pytest.mark.parametrize("step", [2, 3])
def test_failing_at_a_few_steps(writers, tmp_path, step):
    survives(writers[step], tmp_path / "work", SHORT)


@pytest.mark.long
@pytest.mark.parametrize("step", [2, 3])
def test_failing_at_many_steps(writers, tmp_path, step, capsys):
    told = survives(writers[step], tmp_path / "work", LONG)
    with capsys.disabled():
        print(f"\ncheckpoint {step}: {told}")

"""Kills at any moment: what is on disk is always a whole checkpoint, and the run goes on from
it.
"""

import os
import random
import signal
import subprocess
import sys
import time

import pytest
import torch

from sat2density.errors import InputError
from sat2density.training import checkpoint, presets
from sat2density.training.build import build_state

SCRIPT = """
import sys, dataclasses, torch
from pathlib import Path
from sat2density.training import checkpoint, presets
from sat2density.training.build import build_state
torch.set_num_threads(1)
folder = Path(sys.argv[1])
state = build_state(presets.PRESETS["tiny"], torch.device("cpu"))
if checkpoint.found(folder):
    checkpoint.restore(state, checkpoint.load(folder, torch.device("cpu"))[0])
print("ready", state.step, flush=True)
while True:
    for parameter in state.model.generator.parameters():
        parameter.data += 1
    state.step += 1
    checkpoint.save(folder, state)
    print("saved", state.step, flush=True)
"""


def state():
    return build_state(presets.PRESETS["tiny"], torch.device("cpu"))


def test_round_trip_and_kept(tmp_path):
    one = state()
    for step in (1, 2, 3):
        one.step, one.seconds = step, 2.5
        checkpoint.save(tmp_path, one)
    assert [path.name for path in checkpoint.found(tmp_path)] == [
        "step-000000003.pt",
        "step-000000002.pt",
    ]
    assert len(list(tmp_path.iterdir())) == 4
    other = state()
    with torch.no_grad():
        next(other.model.generator.parameters()).fill_(0)
    contents, notices = checkpoint.load(tmp_path, torch.device("cpu"))
    checkpoint.restore(other, contents)
    assert (other.step, other.seconds, notices) == (3, 2.5, [])
    for a, b in zip(one.model.parameters(), other.model.parameters(), strict=True):
        assert torch.equal(a, b)


LIMIT = """
import resource, sys
from pathlib import Path
import numpy as np
import torch
from drawn_scenes import make_pack
from sat2density.training import checkpoint, presets
from sat2density.training.build import build_state
from sat2density.errors import OutputError
from sat2density.weights import save_weights
state = build_state(presets.PRESETS["tiny"], torch.device("cpu"))
folder = Path(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
for write in (
    lambda: checkpoint.save(folder, state),
    lambda: save_weights(
        folder / "w", state.model.generator, state.model.spec, state.model.rules, {}
    ),
):
    try:
        write()
    except OutputError as error:
        print(error)
print([path.name for path in folder.iterdir()])
make_pack(folder, 8)
"""


def test_no_room_is_one_sentence(tmp_path):
    """A limit on the size of files stands for a full disk: the same calls fail, with another
    errno.
    """
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([os.path.dirname(__file__), *sys.path]),
    }
    command = [sys.executable, "-c", LIMIT, str(tmp_path)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    first, second, left = done.stdout.splitlines()
    assert "step-000000000.pt: cannot be written: File too large" in first
    assert "w.safetensors: cannot be written" in second
    assert left == "[]"
    assert "OSError" in done.stderr.splitlines()[-1]  # a sentence in the commands


def test_flipped_byte_is_noticed(tmp_path):
    one = state()
    for step in (1, 2):
        one.step = step
        checkpoint.save(tmp_path, one)
    last = checkpoint.found(tmp_path)[0]
    content = bytearray(last.read_bytes())
    content[len(content) // 2] ^= 1
    last.write_bytes(content)
    contents, notices = checkpoint.load(tmp_path, torch.device("cpu"))
    assert contents["step"] == 1
    assert "checksum differs" in notices[0]


WRONG = {
    "generator": [None, {}, {"x": 1}, "first key's tensor"],
    "optimizer": [None, [], {"state": {}}, {"state": {}, "param_groups": []}],
    "step": [None, "7", -1, True, 1.5],
    "seconds": [None, float("nan"), "long"],
    "history": [3, [1]],
    "parent": [[]],
    "average_updates": [None, -2],
    "average": [{}],
}


@pytest.mark.parametrize(
    ("member", "value"),
    [(member, value) for member, values in WRONG.items() for value in values],
    ids=str,
)
def test_with_a_wrong_member_the_one_before_is_taken(tmp_path, member, value):
    """Whole files with matching checksums, whose contents are not a run's."""
    one = state()
    checkpoint.save(tmp_path, one)
    one.step = 1
    last = checkpoint.save(tmp_path, one)
    contents = torch.load(last, weights_only=True)
    if value == "first key's tensor":
        key = next(iter(contents[member]))
        contents[member][key], value = torch.zeros(3), contents[member]
    if value is None:
        del contents[member]
    else:
        contents[member] = value
    torch.save(contents, last)
    last.with_suffix(".sha256").unlink()
    found, notices = checkpoint.load(tmp_path, torch.device("cpu"), one)
    assert found["step"] == 0
    (notice,) = notices
    assert f"{last}: does not fit: its '{member}'" in notice
    assert notice.endswith("; the one before is used")
    checkpoint.restore(one, found)


@pytest.mark.parametrize("moments", [{}, {"step": 1}, 5], ids=str)
def test_wrong_moments_are_noticed(tmp_path, moments):
    one = state()
    last = checkpoint.save(tmp_path, one)
    contents = torch.load(last, weights_only=True)
    contents["optimizer"]["state"] = {0: moments}
    torch.save(contents, last)
    last.with_suffix(".sha256").unlink()
    with pytest.raises(InputError, match=r"no complete checkpoint .*'optimizer' lacks the moments"):
        checkpoint.load(tmp_path, torch.device("cpu"), one)


@pytest.mark.parametrize("contents", [[], 3, "text", {}, {"format": 2}], ids=str)
def test_what_is_no_checkpoint_at_all(tmp_path, contents):
    torch.save(contents, checkpoint.file_of(tmp_path, 4))
    with pytest.raises(InputError, match=r"holds no complete checkpoint .*has format") as caught:
        checkpoint.load(tmp_path, torch.device("cpu"))
    assert "the one before is used" not in str(caught.value)


def test_without_its_checksum_it_is_still_read(tmp_path):
    one = state()
    checkpoint.save(tmp_path, one)
    checkpoint.found(tmp_path)[0].with_suffix(".sha256").unlink()
    assert checkpoint.load(tmp_path, torch.device("cpu"))[0]["step"] == 0


def test_killed_between_a_rewritten_checkpoint_and_its_checksum(tmp_path, monkeypatch):
    one = state()
    checkpoint.save(tmp_path, one)
    one.seconds = 1.0

    def killed(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(type(tmp_path), "write_text", killed)
    with pytest.raises(KeyboardInterrupt):
        checkpoint.save(tmp_path, one)
    contents, notices = checkpoint.load(tmp_path, torch.device("cpu"))
    assert (contents["seconds"], notices) == (1.0, [])


def test_set_aside_takes_later_ones_alone(tmp_path):
    one = state()
    for step in (1, 2):
        one.step = step
        checkpoint.save(tmp_path, one)
    (notice,) = checkpoint.set_aside(tmp_path, 1)
    assert "step-000000002.pt: renamed to step-000000002.pt.damaged" in notice
    names = ["step-000000001.pt", "step-000000001.sha256", "step-000000002.pt.damaged"]
    assert sorted(path.name for path in tmp_path.iterdir()) == names


def kill_and_resume(folder, kills, rng):
    """Kill a process that saves without pause, `kills` times; each time at most the step being
    saved is lost.
    """
    reached = 0
    for _ in range(kills):
        process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(folder)],
            stdout=subprocess.PIPE,
            text=True,
            env=dict(os.environ),
        )
        ready = process.stdout.readline().split()
        assert int(ready[1]) >= reached
        process.stdout.readline()
        time.sleep(rng.uniform(0, 0.5))
        process.send_signal(signal.SIGKILL)
        said = [line.split() for line in process.stdout.read().splitlines()]
        process.wait()
        reached = max([reached, *(int(words[1]) for words in said if len(words) == 2)])
        contents, notices = checkpoint.load(folder, torch.device("cpu"))
        assert notices == []
        assert contents["step"] >= reached
        first = next(iter(contents["generator"].values()))
        start = next(iter(state().model.generator.state_dict().values()))
        torch.testing.assert_close(first, start + contents["step"])
    return reached


def test_killed_while_saving(tmp_path):
    assert kill_and_resume(tmp_path, 1, random.Random(0)) >= 1


@pytest.mark.long
def test_killed_twenty_times(tmp_path):
    kill_and_resume(tmp_path, 20, random.Random(1))

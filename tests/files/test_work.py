"""What killed runs leave: named and removed by the next, and only that."""

import os
import signal
import subprocess
import sys
import time

import pytest

from sat2density.errors import OutputError
from sat2density.files import atomic_path, output_folder, remove_partial, repair, work, writing
from sat2density.notices import heard

LEFT = ".file.0123456789ab.partial"


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def told():
    """What the user was told."""
    found = []
    with heard(found.append):
        yield found


@pytest.fixture(autouse=True)
def _anew():
    writing._tidied.clear()


def test_what_kills_leave_is_removed_and_nothing_else(tmp_path, told):
    for name in (LEFT, "in/.other.0123456789ab.partial", "file.partial", ".out.partial", ".hidden"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / ".file.0123456789ac.partial").touch()  # no folder: not ours
    (tmp_path / ".file.0123456789ad.partial").symlink_to(tmp_path / "in")
    (tmp_path / LEFT / "deep").mkdir()
    with atomic_path(tmp_path / "in" / "kept.txt") as temporary:
        remove_partial(tmp_path)
        assert temporary.is_file()  # in use: not left
    assert names(tmp_path) == [
        ".file.0123456789ac.partial",
        ".file.0123456789ad.partial",
        ".hidden",
        ".out.partial",
        "file.partial",
        "in",
    ]
    assert names(tmp_path / "in") == ["kept.txt"]
    assert f"{tmp_path / LEFT}: left by a run that was stopped; removed" in "\n".join(told)


SCRIPT = """
import sys, time
from pathlib import Path
from sat2density.notices import heard
from sat2density.files import atomic_path, output_folder
with {call}(Path(sys.argv[1])) as path:
    print("writing", flush=True)
    time.sleep(600)
"""


@pytest.mark.parametrize("call", ["atomic_path", "output_folder"])
def test_a_killed_process_leaves_one_folder_and_the_next_removes_it(tmp_path, call, told):
    goal = tmp_path / "goal"
    command = [sys.executable, "-c", SCRIPT.format(call=call), str(goal)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"writing\n"
    (left,) = names(tmp_path)
    assert work.is_work(left)
    if call == "output_folder":
        with pytest.raises(OutputError, match="another run is writing"), output_folder(goal):
            pass
    remove_partial(tmp_path)
    assert names(tmp_path) == [left]
    process.send_signal(signal.SIGKILL)
    process.communicate()
    writing._tidied.clear()
    with getattr(writing, call)(goal) as path:
        path.touch() if call == "atomic_path" else (path / "a").touch()
    assert names(tmp_path) == ["goal"]
    assert left in "\n".join(told)


def test_names_cannot_be_foreseen_and_nothing_there_is_opened(tmp_path, monkeypatch):
    tokens = iter(["0" * 12, "1" * 12])
    monkeypatch.setattr(work.secrets, "token_hex", lambda count: next(tokens))
    taken = tmp_path / f".a.{'0' * 12}.partial"
    taken.symlink_to(tmp_path)
    with atomic_path(tmp_path / "a") as temporary:
        assert temporary.parent.name == f".a.{'1' * 12}.partial"
    assert names(tmp_path) == [taken.name, "a"]


def test_an_exchange_that_was_killed_is_undone_by_reading_or_writing(tmp_path, monkeypatch, told):
    for name in ("a", "b"):
        (tmp_path / name).write_text("old")

    def die(*args):
        raise SystemExit

    replace, count = os.replace, []

    def second_dies(source, goal):
        count.append(goal)
        if len(count) == 2:
            monkeypatch.setattr("sat2density.files.publishing.undo", die)
            die()
        replace(source, goal)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", second_dies)
        with pytest.raises(SystemExit), writing.written_together(tmp_path / "a") as folder:
            for name in ("a", "b", "c"):
                (folder / name).write_text("new")
    monkeypatch.undo()
    assert (tmp_path / "a").read_text() == "new"
    assert (tmp_path / "b").read_text() == "old"
    remove_partial(tmp_path)  # what can be undone is no rubbish
    repair(tmp_path / "a")
    assert (tmp_path / "a").read_text() == (tmp_path / "b").read_text() == "old"
    assert names(tmp_path) == ["a", "b"]
    assert "what was before is back" in "\n".join(told)


def test_what_was_written_since_the_kill_stays(tmp_path):
    (tmp_path / "a").write_text("theirs")
    left = tmp_path / ".a.0123456789ab.undo"
    (left / "old").mkdir(parents=True)
    (left / "old" / "a").write_text("old")
    (left / "undo.json").write_text('{"a": 1, "b": 1}')
    (tmp_path / "b").write_text("theirs")
    repair(tmp_path / "a")
    assert (tmp_path / "a").read_text() == (tmp_path / "b").read_text() == "theirs"
    assert names(tmp_path) == ["a", "b"]


def test_an_exchange_that_cannot_be_undone_is_told(tmp_path):
    left = tmp_path / ".a.0123456789ab.undo"
    left.mkdir()
    (left / "undo.json").write_text("half")
    for act in (repair, lambda goal: writing.written_together(goal).__enter__()):
        with pytest.raises(OutputError, match=r"cannot be put back from .*\.undo"):
            act(tmp_path / "a")
    assert left.is_dir()


def test_locks_end_with_the_work(tmp_path):
    began = time.monotonic()
    for _ in range(50):
        with atomic_path(tmp_path / "a") as temporary:
            temporary.touch()
    assert time.monotonic() - began < 5
    assert names(tmp_path) == ["a"]

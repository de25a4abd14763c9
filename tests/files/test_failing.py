"""Every way of writing, failing at its n-th step: the old state or the new one, whole."""

import pytest
from failing_writes import FailingDisk, Killed, Writer, contents, survives

from sat2density.errors import OutputError
from sat2density.files import atomic_path, output_folder, written_together

SHORT = 12
"""Steps that the short form tries in each way."""


def write_file(folder, replace=True):
    with atomic_path(folder / "report.json", replace=replace, durable=True) as path:
        path.write_text("new")


def write_folder(folder):
    with output_folder(folder / "out", overwrite=True) as out:
        (out / "sub").mkdir()
        for name in ("a", "b", "sub/c", "sub/d"):
            (out / name).write_text("new")


def write_pair(folder):
    with written_together(folder / "w.bin") as staging:
        (staging / "w.bin").write_text("new")
        (staging / "w.json").write_text("new")


def some_of_it(folder):
    (folder / "out" / "sub").mkdir(parents=True)
    for name in ("a", "mine", "sub/c"):
        (folder / "out" / name).write_text("old")


def all_of_it(folder):
    for name in ("w.bin", "w.json", "report.json"):
        (folder / name).write_text("old")


WRITERS = {
    "a new file": Writer(write_file),
    "a file again": Writer(write_file, all_of_it),
    "a new folder": Writer(write_folder),
    "into an empty folder": Writer(write_folder, lambda folder: (folder / "out").mkdir()),
    "into a folder": Writer(write_folder, some_of_it),
    "a new pair": Writer(write_pair),
    "a pair again": Writer(write_pair, all_of_it),
}


@pytest.mark.parametrize("name", WRITERS)
def test_failing_at_every_step(name, tmp_path):
    print(name, survives(WRITERS[name], tmp_path, None))


def test_on_a_file_system_without_hard_links(tmp_path, monkeypatch):
    def refuse(*args, **kwargs):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("os.link", refuse)
    for name in ("into a folder", "a pair again"):
        survives(WRITERS[name], tmp_path / name, None)


def test_the_harness_finds_a_writer_that_loses_something(tmp_path):
    """Two files renamed one after the other, as weights were written before."""

    def careless(folder):
        for name in ("w.bin", "w.json"):
            with atomic_path(folder / name) as path:
                path.write_text("new")

    with pytest.raises(AssertionError, match="at step"):
        survives(Writer(careless, all_of_it), tmp_path, None)


def test_a_kill_lets_nothing_through(tmp_path):
    disk = FailingDisk(tmp_path, 3, "killed")
    with disk, pytest.raises(Killed):
        write_file(tmp_path)
    assert disk.steps == 3
    assert contents(tmp_path) == {}
    with FailingDisk(tmp_path, 1, "full"), pytest.raises(OutputError, match="disk is full"):
        write_file(tmp_path)

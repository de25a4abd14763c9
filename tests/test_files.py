import errno
import os

import pytest

from sat2density.errors import OutputError
from sat2density.files import atomic_path, output_folder, remove_partial


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_appears_complete_or_not_at_all(tmp_path):
    target = tmp_path / "new" / "file.txt"
    with atomic_path(target) as temporary:
        temporary.write_text("half")
        assert not target.exists()
        assert temporary.suffix == ".txt"
    assert target.read_text() == "half"
    with pytest.raises(RuntimeError), atomic_path(target) as temporary:
        temporary.write_text("spoiled")
        raise RuntimeError
    assert target.read_text() == "half"
    assert names(target.parent) == ["file.txt"]


def test_what_kills_leave_is_removed_and_nothing_else(tmp_path):
    (tmp_path / "in").mkdir()
    for name in (".hidden", "file.partial.txt", ".file.7.partial.txt", "in/.other.8.partial"):
        (tmp_path / name).touch()
    with atomic_path(tmp_path / "in" / "kept.txt") as temporary:
        temporary.touch()
        assert temporary.match(".*.partial*")
    remove_partial(tmp_path)
    assert names(tmp_path) == [".hidden", "file.partial.txt", "in"]
    assert names(tmp_path / "in") == ["kept.txt"]


def test_a_full_disk_is_said_in_words(tmp_path):
    with pytest.raises(OutputError, match=r"a\.bin.*disk is full"), atomic_path(tmp_path / "a.bin"):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert names(tmp_path) == []


def test_places_that_cannot_be_written(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="is a folder"), atomic_path(tmp_path):
        pass
    with (
        pytest.raises(OutputError, match="cannot be written"),
        atomic_path(tmp_path / "file" / "below") as path,
    ):
        path.touch()
    with (
        pytest.raises(OutputError, match="cannot be written"),
        output_folder(tmp_path / "file" / "below"),
    ):
        pass
    with pytest.raises(OutputError, match="is a file"), output_folder(tmp_path / "file"):
        pass


def test_a_folder_appears_complete_or_not_at_all(tmp_path):
    out = tmp_path / "deep" / "out"
    with pytest.raises(RuntimeError), output_folder(out) as folder:
        (folder / "a.png").touch()
        raise RuntimeError
    assert names(out.parent) == []
    with output_folder(out) as folder:
        (folder / "a.png").touch()
        assert not out.exists()
    assert names(out) == ["a.png"]
    assert names(out.parent) == ["out"]


def test_an_empty_folder_may_be_written_into(tmp_path):
    with output_folder(tmp_path / "out") as folder:
        pass
    (tmp_path / "out").mkdir()
    with output_folder(tmp_path / "out") as folder:
        (folder / "a").touch()
    assert names(tmp_path / "out") == ["a"]


def test_overwrite_replaces_only_files_of_the_same_names(tmp_path):
    out = tmp_path / "out"
    (out / "sub").mkdir(parents=True)
    for name in ("mine", "a", "sub/b"):
        (out / name).write_text("old")
    with pytest.raises(OutputError, match="--overwrite"), output_folder(out):
        pass
    with output_folder(out, overwrite=True) as folder:
        (folder / "sub").mkdir()
        for name in ("a", "sub/b", "sub/c"):
            (folder / name).write_text("new")
    read = {name: (out / name).read_text() for name in ("mine", "a", "sub/b", "sub/c")}
    assert read == {"mine": "old", "a": "new", "sub/b": "new", "sub/c": "new"}


@pytest.mark.parametrize("keep", [True, False])
def test_interrupted(tmp_path, keep):
    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt), output_folder(out, keep_on_interrupt=keep) as folder:
        (folder / "video.mp4").touch()
        raise KeyboardInterrupt
    assert out.exists() == keep
    assert names(tmp_path) == (["out"] if keep else [])

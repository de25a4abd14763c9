"""One file, a folder, several files with one meaning: complete or absent, and nothing replaced
without leave.
"""

import errno
import os
import stat
import threading

import pytest

from sat2density.errors import InputError, OutputError
from sat2density.files import (
    atomic_path,
    check_output_file,
    check_output_folder,
    locked,
    output_folder,
    written_together,
)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def umask():
    """Set the umask for a test."""
    before = os.umask(0o022)
    yield os.umask
    os.umask(before)


def test_a_file_appears_complete_or_not_at_all(tmp_path):
    target = tmp_path / "new" / "file.txt"
    with atomic_path(target) as temporary:
        temporary.write_text("half")
        assert not target.exists()
        assert temporary.name == target.name
    assert target.read_text() == "half"
    with pytest.raises(RuntimeError), atomic_path(target) as temporary:
        temporary.write_text("spoiled")
        raise RuntimeError
    assert target.read_text() == "half"
    assert names(target.parent) == ["file.txt"]


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


def test_the_longest_names_can_be_written(tmp_path):
    for name in ("x" * 251 + ".txt", "\N{CJK UNIFIED IDEOGRAPH-6C34}" * 84):
        with atomic_path(tmp_path / name) as temporary:
            temporary.touch()
    with output_folder(tmp_path / ("d" * 255)) as folder:
        (folder / "a").touch()
    assert len(names(tmp_path)) == 3


# Not without leave --------------------------------------------------------------------------


def test_a_file_that_is_there_or_appears_is_not_replaced(tmp_path):
    target = tmp_path / "report.json"
    with (
        pytest.raises(OutputError, match="appeared while this ran"),
        atomic_path(target, replace=False) as temporary,
    ):
        temporary.write_text("ours")
        target.write_text("theirs")
    assert target.read_text() == "theirs"
    with (
        pytest.raises(OutputError, match="exists; choose another name, or say --overwrite"),
        atomic_path(target, replace=False),
    ):
        pass
    with atomic_path(target) as temporary:
        temporary.write_text("ours")
    assert target.read_text() == "ours"
    assert names(tmp_path) == ["report.json"]


@pytest.mark.parametrize("refusing", ["os.link", "both"])
def test_a_file_system_without_hard_links(tmp_path, monkeypatch, refusing):
    """FAT and some network file systems: Linux's own call then, or looking before renaming."""
    from sat2density.files import publishing

    def refuse(*args, **kwargs):
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", refuse)
    if refusing == "both":
        monkeypatch.setattr(publishing, "_renamed_new", lambda source, goal: False)
    target = tmp_path / "a"
    with atomic_path(target, replace=False) as temporary:
        temporary.write_text("ours")
    assert target.read_text() == "ours"
    target.unlink()
    with (
        pytest.raises(OutputError, match="appeared"),
        atomic_path(target, replace=False) as temporary,
    ):
        temporary.write_text("ours")
        target.write_text("theirs")
    assert target.read_text() == "theirs"
    with output_folder(tmp_path, overwrite=True) as folder:
        (folder / "a").write_text("new")
    assert target.read_text() == "new"
    assert names(tmp_path) == ["a"]


@pytest.mark.parametrize("there", [False, True])
def test_a_folder_that_appears_or_is_filled_meanwhile_is_left_alone(tmp_path, there):
    out = tmp_path / "out"
    if there:
        out.mkdir()
    with pytest.raises(OutputError, match="appeared"), output_folder(out) as folder:
        (folder / "video.mp4").write_text("ours")
        out.mkdir(exist_ok=True)
        (out / "theirs").touch()
    assert names(out) == ["theirs"]
    assert names(tmp_path) == ["out"]


@pytest.mark.parametrize("there", [False, True])
def test_of_two_runs_into_one_folder_one_is_refused(tmp_path, there):
    out = tmp_path / "out"
    if there:
        out.mkdir()
    with output_folder(out) as folder:
        (folder / "a").write_text("first")
        with (
            pytest.raises(OutputError, match="another run is writing there"),
            output_folder(out),
        ):
            pass
    assert (out / "a").read_text() == "first"
    assert names(tmp_path) == ["out"]


def test_many_runs_at_the_same_moment_leave_one_winner(tmp_path):
    out, start, won = tmp_path / "out", threading.Barrier(8), []

    def run(number):
        start.wait()
        try:
            with output_folder(out) as folder:
                (folder / f"{number}").touch()
            won.append(number)
        except OutputError:
            pass

    threads = [threading.Thread(target=run, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # All may be refused, each for another's sake; never may two succeed.
    assert len(won) <= 1
    assert (names(out) if out.exists() else []) == [str(number) for number in won]
    assert names(tmp_path) == ["out"] * len(won)


def test_a_locked_folder(tmp_path):
    with (
        locked(tmp_path),
        pytest.raises(OutputError, match="another run is writing there"),
        locked(tmp_path),
    ):
        pass
    with locked(tmp_path):
        pass


def test_waiting_for_a_locked_folder(tmp_path):
    first, order = threading.Event(), []

    def hold():
        with locked(tmp_path):
            first.set()
            told.wait(10)
            order.append("first")

    told = threading.Event()
    thread = threading.Thread(target=hold)
    thread.start()
    first.wait(10)
    with locked(tmp_path, waiting=told.set):
        order.append("second")
    thread.join()
    assert order == ["first", "second"]


def test_only_files_are_replaced(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("/dev/null")
    for name in ("pipe", "link"):
        for check in (True, False):
            with pytest.raises(OutputError, match="a device or a pipe"):
                check_output_file(tmp_path / name, check)
        with pytest.raises(OutputError, match="a device or a pipe"), atomic_path(tmp_path / name):
            pass
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)
    out = tmp_path / "out"
    out.mkdir()
    os.mkfifo(out / "b")
    (out / "a").write_text("old")
    with (
        pytest.raises(OutputError, match="a device or a pipe"),
        output_folder(out, overwrite=True) as folder,
    ):
        (folder / "a").write_text("new")
        (folder / "b").write_text("new")
    assert (out / "a").read_text() == "old"
    assert names(out) == ["a", "b"]


def test_a_link_leads_to_the_file_that_is_written(tmp_path):
    real = tmp_path / "far" / "real.json"
    real.parent.mkdir()
    real.touch()
    link = tmp_path / "link.json"
    link.symlink_to(real)
    with atomic_path(link) as temporary:
        temporary.write_text("new")
    assert link.is_symlink()
    assert real.read_text() == "new"
    out = tmp_path / "out"
    out.symlink_to(tmp_path / "far")
    with output_folder(out, overwrite=True) as folder:
        (folder / "a").touch()
    assert names(tmp_path / "far") == ["a", "real.json"]


# Folders ------------------------------------------------------------------------------------


def test_a_folder_appears_complete_or_not_at_all(tmp_path):
    out = tmp_path / "deep" / "out"
    with pytest.raises(RuntimeError), output_folder(out) as folder:
        (folder / "a.png").touch()
        raise RuntimeError
    assert names(tmp_path) == []
    with output_folder(out) as folder:
        (folder / "a.png").touch()
        assert not out.exists()
    assert names(out) == ["a.png"]
    assert names(out.parent) == ["out"]


def test_folders_on_the_way_to_a_refused_result_do_not_stay(tmp_path):
    (tmp_path / "there").mkdir()
    for goal in ("out/result", "there/deep/result"):
        with pytest.raises(InputError), output_folder(tmp_path / goal):
            raise InputError("refused")
    assert [path.name for path in tmp_path.rglob("*")] == ["there"]
    with output_folder(tmp_path / "out" / "result") as folder:
        (folder / "a").touch()
    assert (tmp_path / "out" / "result" / "a").is_file()


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
    assert names(out) == ["a", "mine", "sub"]


def test_names_that_are_no_unicode(tmp_path):
    name = os.fsdecode(b"a\xff")
    for text in ("old", "new"):
        with output_folder(tmp_path / "out", overwrite=True) as folder:
            (folder / name).write_text(text)
            (folder / "b").write_text(text)
    assert (tmp_path / "out" / name).read_text() == "new"
    with (
        pytest.raises(OutputError, match="b: is a folder"),
        output_folder(tmp_path / "out", overwrite=True) as folder,
    ):
        (tmp_path / "out" / "b").unlink()
        (tmp_path / "out" / "b").mkdir()
        (folder / name).write_text("newer")
        (folder / "b").write_text("newer")
    assert (tmp_path / "out" / name).read_text() == "new"


@pytest.mark.parametrize("keep", [True, False])
def test_interrupted(tmp_path, keep):
    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt), output_folder(out, keep_on_interrupt=keep) as folder:
        (folder / "video.mp4").touch()
        raise KeyboardInterrupt
    assert out.exists() == keep
    assert names(tmp_path) == (["out"] if keep else [])


def test_errors_name_the_folder_that_was_asked_for(tmp_path):
    with pytest.raises(OutputError) as caught, output_folder(tmp_path / "out") as folder:
        (folder / "a").mkdir()
        with atomic_path(folder / "a"):
            pass
    assert str(caught.value).startswith(f"{tmp_path / 'out' / 'a'}: is a folder")


def test_several_files_appear_together(tmp_path):
    first = tmp_path / "w.bin"
    with written_together(first) as folder:
        (folder / "w.bin").write_text("1")
        (folder / "w.json").write_text("1")
        assert names(tmp_path) != ["w.bin", "w.json"]
    assert names(tmp_path) == ["w.bin", "w.json"]
    (tmp_path / "w.bin").unlink()
    with (
        pytest.raises(OutputError, match=r"w\.json: appeared"),
        written_together(first, replace=False) as folder,
    ):
        (folder / "w.bin").write_text("2")
        (folder / "w.json").write_text("2")
    assert names(tmp_path) == ["w.json"]
    assert (tmp_path / "w.json").read_text() == "1"


# Permissions --------------------------------------------------------------------------------


@pytest.mark.parametrize(("mask", "file", "folder"), [(0o022, 0o644, 0o755), (0o077, 0o600, 0o700)])
def test_permissions_follow_the_umask(tmp_path, umask, mask, file, folder):
    umask(mask)
    with atomic_path(tmp_path / "a") as temporary:
        assert mode(temporary.parent) == 0o700
        temporary.chmod(0o600)  # as some libraries do
    assert mode(tmp_path / "a") == file
    with output_folder(tmp_path / "out") as staging:
        (staging / "a").touch()
    assert mode(tmp_path / "out") == folder


def test_permissions_are_not_widened(tmp_path, umask):
    umask(0o022)
    out, report = tmp_path / "out", tmp_path / "report"
    for overwrite in (False, True):
        out.mkdir(mode=0o700, exist_ok=True)
        with output_folder(out, overwrite) as folder:
            (folder / "a").write_text(str(overwrite))
            assert mode(folder.parent) == 0o700
        assert mode(out) == 0o700
        (out / "a").chmod(0o600)
    assert mode(out / "a") == 0o600
    report.touch(mode=0o600)
    with atomic_path(report) as temporary:
        temporary.write_text("new")
    assert mode(report) == 0o600


def test_checks_before_the_work(tmp_path):
    (tmp_path / "out").mkdir()
    check_output_folder(tmp_path / "out", overwrite=False)
    (tmp_path / "out" / "a").touch()
    check_output_folder(tmp_path / "out", overwrite=True)
    with pytest.raises(OutputError, match="not empty"):
        check_output_folder(tmp_path / "out", overwrite=False)
    with pytest.raises(OutputError, match="exists"):
        check_output_file(tmp_path / "out" / "a", overwrite=False)
    check_output_file(tmp_path / "out" / "b", overwrite=False)

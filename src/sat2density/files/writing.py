"""The ways to write: one file, a folder, several files with one meaning."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from sat2density.errors import OutputError
from sat2density.files import publishing, work
from sat2density.files.work import Work

_tidied: set[Path] = set()
"""Folders in which this process has looked for leftovers: once is enough, and a folder may hold
very many files."""


def reason(error: OSError) -> str:
    """Say in words why the system refused, with the remedy where there is one.

    Args:
        error: what a system call raised; its `errno` decides.

    Returns:
        Words for the end of a message, without a full stop.

    """
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "the disk is full; free some space and run again"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return "no permission to write there; choose another place"
    return error.strerror or str(error)


@contextlib.contextmanager
def atomic_path(path: str | Path, *, replace: bool = True, durable: bool = False) -> Iterator[Path]:
    """Give a temporary path (same name, another folder) to write to; renamed to `path` on success,
    removed on failure.

    A link is followed. The new file has the permissions of the one it replaces, else those of every
    new file.

    Args:
        path: the file.
        replace: whether a file that is there may be replaced, also one that appeared meanwhile.
        durable: bring it to the disk before and after it gets its name.

    Raises:
        OutputError: the folder is missing or not writable, the disk is full, `path` is a folder, a
            device or a pipe, or is there (without `replace`).

    """
    path = Path(path)
    check_output_file(path, replace)
    with _in_words(path):
        goal = Path(os.path.realpath(path)) if path.is_symlink() else path
        _tidy_once(goal.parent)
        with work.work_in(goal.parent, goal.name) as folder:
            temporary = folder.path / goal.name
            mode = _created(temporary, goal)
            yield temporary
            if stat.S_IMODE(temporary.stat().st_mode) != mode:
                temporary.chmod(mode)
            publishing.place_file(temporary, goal, replace, durable)


@contextlib.contextmanager
def output_folder(
    path: str | Path, overwrite: bool = False, keep_on_interrupt: bool = False
) -> Iterator[Path]:
    """Give an empty folder to fill; its files appear in `path` only when the block ends well.

    The folder is made beside `path` and moved there at the end. With `overwrite`, files of the same
    names are replaced, all or none, and everything else in `path` stays. With `keep_on_interrupt`,
    what Ctrl-C finds written is kept too.

    Args:
        path: the folder to fill, absent or empty; its parents are made.
        overwrite: whether files of the same names may be replaced.
        keep_on_interrupt: whether Ctrl-C publishes what is written so far.

    Raises:
        OutputError: `path` is not an empty folder at the start or at the end (without `overwrite`),
            another run is writing there, or it cannot be written.

    """
    path = Path(path)
    check_output_folder(path, overwrite)
    goal = Path(os.path.realpath(path))
    # A folder that is there may be a mount, or may be private: it is filled, not exchanged.
    room = goal if goal.is_dir() else goal.parent
    if room == goal:
        work.tidy(goal.parent)  # of a run that was stopped before the folder was there
    with _in_words(path), _work_at(room, goal.name, path) as folder:
        staging = folder.path / (goal.name or "root")
        staging.mkdir()
        with _named(staging, path):
            try:
                yield staging
            except KeyboardInterrupt:
                if keep_on_interrupt:
                    _publish(folder, goal, overwrite)
                raise
        _publish(folder, goal, overwrite)


@contextlib.contextmanager
def written_together(first: Path, *, replace: bool = True) -> Iterator[Path]:
    """Give an empty folder for several files with one meaning; at the end they go into the folder
    of `first`, all or none, and lie on the disk.

    Killed in the middle, the next writing or `repair(first)` puts back what was there before.

    Args:
        first: one of the files: the name by which the others are known.
        replace: whether files of the same names may be replaced.

    Raises:
        OutputError: a file is there (without `replace`), another run is writing it, or it cannot be
            written.

    """
    with _in_words(first), _work_at(first.parent, first.name, first) as folder:
        staging = folder.path / "new"
        staging.mkdir()
        with _named(staging, first.parent):
            yield staging
        publishing.Exchange(folder, staging.name, replace, durable=True).run()


@contextlib.contextmanager
def locked(folder: Path, waiting: Callable[[], None] | None = None) -> Iterator[None]:
    """Hold a folder into which one run at a time writes, piece by piece; made where it is missing.

    Args:
        folder: where they write.
        waiting: called before waiting for another run; without it, another run is an error.

    Raises:
        OutputError: another run holds it, or it cannot be made.

    """
    with _in_words(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with _held(folder, waiting):
        yield


def check_output_file(path: Path, overwrite: bool) -> None:
    """Refuse a goal before the work begins, so that no rendering is lost to a name.

    Args:
        path: where the file is to appear.
        overwrite: whether a file of that name may be replaced.

    Raises:
        OutputError: it exists (without `overwrite`), or is a folder, a device or a pipe.

    """
    with _in_words(path):
        publishing.refuse_special(path)
        if path.exists() and not overwrite:
            raise OutputError(f"{path}: exists; choose another name, or say --overwrite")


def check_output_folder(path: Path, overwrite: bool) -> None:
    """Refuse a goal before the work begins, so that no rendering is lost to a name.

    Args:
        path: where the folder is to appear.
        overwrite: whether it may hold something.

    Raises:
        OutputError: it is a file, or is not empty (without `overwrite`).

    """
    with _in_words(path):
        if path.exists() and not path.is_dir():
            raise OutputError(f"{path}: is a file; give the name of a folder")
        if path.is_dir() and not overwrite and not is_empty(path):
            raise OutputError(
                f"{path}: exists and is not empty; choose another folder, or say --overwrite"
            )


def _publish(folder: Work, goal: Path, overwrite: bool) -> None:
    staging = folder.path / (goal.name or "root")
    if not any(staging.iterdir()):
        return
    if folder.path.parent != goal:
        publishing.place_folder(staging, goal)
        return
    with _held(goal):
        if not overwrite and not is_empty(goal):
            raise publishing.appeared(goal)
        publishing.Exchange(folder, staging.name, overwrite).run()


def is_empty(folder: Path) -> bool:
    """Whether a folder holds nothing but work folders.

    Args:
        folder: a folder that is there; OSError where it may not be read.

    """
    with os.scandir(folder) as entries:
        return all(work.is_work(entry.name) for entry in entries)


@contextlib.contextmanager
def _held(folder: Path, waiting: Callable[[], None] | None = None) -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(work.held(folder))
        except work.BusyError:
            if waiting is None:
                raise work.in_use(folder) from None
            waiting()
            stack.enter_context(work.held(folder, wait=True))
        yield


@contextlib.contextmanager
def _work_at(room: Path, name: str, shown: Path) -> Iterator[Work]:
    """Give a work folder in `room` for the goal `name` that nobody else is making, and that is
    whole; errors call it `shown`.
    """
    publishing.repair_in(room, name)
    work.tidy(room)
    if work.in_work(room, name):
        raise work.in_use(shown)
    with work.work_in(room, name) as folder:
        yield folder


def _tidy_once(folder: Path) -> None:
    if folder not in _tidied:
        _tidied.add(folder)
        work.tidy(folder)


def _created(temporary: Path, goal: Path) -> int:
    """Make an empty file; return the permissions it shall have in the end."""
    handle = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666)
    try:
        status = goal.stat() if goal.exists() else os.fstat(handle)
        return stat.S_IMODE(status.st_mode)
    finally:
        os.close(handle)


@contextlib.contextmanager
def _in_words(path: Path) -> Iterator[None]:
    """Turn the system's refusal into a sentence that names the path the user gave."""
    try:
        yield
    except OSError as error:
        if isinstance(error, OutputError):
            raise
        raise OutputError(f"{path}: cannot be written: {reason(error)}") from error


@contextlib.contextmanager
def _named(staging: Path, goal: Path) -> Iterator[None]:
    """Name the goal in errors, not the folder in which it is made."""
    try:
        yield
    except OutputError as error:
        text = str(error).replace(str(staging), str(goal))
        if text == str(error):
            raise
        raise OutputError(text) from error

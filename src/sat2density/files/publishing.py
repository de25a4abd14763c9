"""From a work folder to the goal in one step: no file that appeared meanwhile is replaced without
leave, and what is killed in the middle is undone by the next run or reading.

One new file or folder is one renaming. Where several files go into a folder that is there, the old
ones are kept in the work folder first, with a list; while they are exchanged it is called `.undo`.
"""

from __future__ import annotations

import contextlib
import ctypes
import dataclasses
import errno
import json
import os
import stat
from pathlib import Path
from typing import Final

from sat2density.errors import OutputError
from sat2density.files.work import PARTIAL, UNDO, Work, clear, leftovers
from sat2density.notices import notice
from sat2density.reading import read_json

OLD: Final = "old"
LIST: Final = "undo.json"
_RENAME_NOREPLACE: Final = 1
_AT_FDCWD: Final = -100


def appeared(goal: Path) -> OutputError:
    """Build the error for a goal that was not there when the work began.

    Args:
        goal: file or folder that is there now, for the message.

    """
    return OutputError(f"{goal}: appeared while this ran and is not replaced; choose another name")


def refuse_special(path: Path) -> None:
    """Refuse what is neither absent nor a file (a device, a pipe): only files are replaced.

    Args:
        path: what is to be written; links are followed.

    Raises:
        OutputError: it is something else.

    """
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise OutputError(f"{path}: is a folder; give the name of a file")
        if not stat.S_ISREG(mode):
            raise OutputError(
                f"{path}: is a device or a pipe, not a file; give the name of a new file"
            )


def place_file(source: Path, goal: Path, replace: bool, durable: bool = False) -> None:
    """Rename a file to its goal, which is complete before or after, whatever happens.

    Args:
        source: in a work folder beside the goal.
        goal: a file, or nothing.
        replace: whether a file of that name may be replaced.
        durable: bring file and name to the disk first: a loss of power takes neither.

    Raises:
        OutputError: something of that name is there (without `replace`), or is no file.

    """
    refuse_special(goal)
    if durable or goal.exists():
        sync(source)
    if replace:
        os.replace(source, goal)
    else:
        try:
            rename_new(source, goal)
        except FileExistsError:
            raise appeared(goal) from None
    if durable:
        sync(goal.parent)


def place_folder(source: Path, goal: Path) -> None:
    """Rename a folder to its goal.

    Args:
        source: on the same file system.
        goal: absent, or an empty folder.

    Raises:
        OutputError: something lies at the goal by now.
        OSError: the system refuses otherwise.

    """
    try:
        os.rename(source, goal)
    except OSError as error:
        if error.errno in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
            raise appeared(goal) from None
        raise


def rename_new(source: Path, goal: Path) -> None:
    """Rename a file to a name that nothing has; the system decides it in one step.

    Args:
        source: on the same file system.
        goal: its new name.

    Raises:
        FileExistsError: the goal is there.

    """
    try:
        os.link(source, goal, follow_symlinks=False)
    except FileExistsError:
        raise
    except (OSError, NotImplementedError):
        if not _renamed_new(source, goal):
            if os.path.lexists(goal):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), goal) from None
            os.rename(source, goal)
    else:
        os.unlink(source)


def _renamed_new(source: Path, goal: Path) -> bool:
    """Linux's own call; False where it is not there."""
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is None:
        return False
    names = os.fsencode(source), os.fsencode(goal)
    if call(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_NOREPLACE) == 0:
        return True
    if ctypes.get_errno() == errno.EEXIST:
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), goal)
    return False


def sync(path: Path) -> None:
    """Bring a file, or the names in a folder, to the disk.

    Args:
        path: a file, or a folder for the names in it.

    Raises:
        OSError: the disk cannot take it; file systems that have no such thing are passed over.

    """
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        # Some file systems cannot sync folders: then there is nothing to wait for.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(handle)


@dataclasses.dataclass(frozen=True)
class Exchange:
    """Files that go into the folder of their work folder as one step.

    Attributes:
        work: the work folder; it lies in the folder into which the files go.
        new: the folder in it that holds the new files.
        replace: whether files of the same names may be replaced.
        durable: bring every new file to the disk first, not only those that replace one.

    """

    work: Work
    new: str
    replace: bool
    durable: bool = False

    def run(self) -> None:
        """Exchange all files, or none.

        Raises:
            OutputError: a goal is there (without `replace`), or is no file.
            OSError: the system refuses; what was exchanged is put back.

        """
        names = self._keep_old()
        base = self.work.path.parent
        self.work.turn(UNDO)
        sync(base)
        try:
            for name in names:
                self._move(name)
            for folder in sorted({(base / name).parent for name in names}):
                sync(folder)
        except BaseException:
            with contextlib.suppress(OSError):
                undo(self.work)
            raise
        self.work.turn(PARTIAL)

    def _keep_old(self) -> list[str]:
        """Put the old files aside (under a second name) and write the list; return the names."""
        new = self.work.path / self.new
        listed: dict[str, int] = {}
        for path in sorted(p for p in new.rglob("*") if not p.is_dir()):
            name = str(path.relative_to(new))
            goal = self.work.path.parent / name
            old = self.work.path / OLD / name
            refuse_special(goal)
            if os.path.lexists(goal):
                if not self.replace:
                    raise appeared(goal)
                if not goal.is_symlink():
                    path.chmod(stat.S_IMODE(goal.stat().st_mode))
                old.parent.mkdir(parents=True, exist_ok=True)
                with contextlib.suppress(OSError, NotImplementedError):  # moved aside later
                    os.link(goal, old, follow_symlinks=False)
            if self.durable or os.path.lexists(goal):
                sync(path)
            listed[name] = path.lstat().st_ino
        (self.work.path / LIST).write_text(
            json.dumps({_coded(name): number for name, number in listed.items()}), encoding="utf-8"
        )
        sync(self.work.path / LIST)
        return list(listed)

    def _move(self, name: str) -> None:
        source = self.work.path / self.new / name
        goal = self.work.path.parent / name
        goal.parent.mkdir(parents=True, exist_ok=True)
        if not self.replace:
            try:
                return rename_new(source, goal)
            except FileExistsError:
                raise appeared(goal) from None
        old = self.work.path / OLD / name
        if goal.exists() and not os.path.lexists(old):
            old.parent.mkdir(parents=True, exist_ok=True)
            os.rename(goal, old)  # no second names on this file system: a moment without the file
        return os.replace(source, goal)


def _coded(name: str) -> str:
    """A file's name as text, byte by byte: names need not be Unicode."""
    return os.fsencode(name).decode("latin-1")


def undo(work: Work) -> None:
    """Put back what an exchange replaced and take away what it brought; the work folder becomes an
    ordinary leftover.

    What somebody wrote there since stays.

    Args:
        work: of the kind `UNDO`, held.

    Raises:
        OSError, InputError: the list cannot be read, or a file cannot be put back.

    """
    for coded, number in read_json(work.path / LIST).items():
        name = os.fsdecode(coded.encode("latin-1"))
        goal = work.path.parent / name
        old = work.path / OLD / name
        there = goal.lstat().st_ino if os.path.lexists(goal) else None
        if os.path.lexists(old):
            if there in (None, number):
                os.replace(old, goal)
        elif there == number:
            goal.unlink()
            if goal.parent != work.path.parent:
                with contextlib.suppress(OSError):
                    goal.parent.rmdir()
    work.turn(PARTIAL)


def repair(first: Path) -> None:
    """Undo what a killed run left half exchanged, before it is read or written.

    Args:
        first: the first of the files, as `written_together` was given it.

    Raises:
        OutputError: it cannot be undone here.

    """
    repair_in(first.parent, first.name)


def repair_in(folder: Path, name: str) -> None:
    """Undo what killed runs left half exchanged in a folder; remove their other leftovers.

    Args:
        folder: where the work folders lie.
        name: of the goal they were for.

    Raises:
        OutputError: what was there before cannot be put back.

    """
    for left in leftovers(folder, name):
        if left.path.suffix == UNDO:
            _undone(left, folder, name)
        else:
            clear(left)


def _undone(left: Work, folder: Path, name: str) -> None:
    what = f"{folder}: a run was stopped while it wrote {name}"
    try:
        undo(left)
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise OutputError(
            f"{what}, and what was before cannot be put back from {left.path}: "
            f"{getattr(error, 'strerror', None) or error}"
        ) from error
    finally:
        left.close()
    notice(f"{what}; what was before is back")

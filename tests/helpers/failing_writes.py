"""Writing that fails at its n-th step: the disk refuses once, is full from then on, or the process
is killed.

Steps are what changes the disk below one folder: making, opening for writing, writing, renaming,
linking, removing, syncing, changing permissions. They are counted where Python calls the system;
what libraries in C write (video, safetensors) is written into work folders between these steps.

A kill is played within the process: from its step on no step gets through any more, so that no
clean-up can help.
"""

import builtins
import collections
import contextlib
import dataclasses
import errno
import hashlib
import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sat2density.errors import OutputError
from sat2density.files import publishing, work, writing
from sat2density.notices import heard

WAYS = ("refused", "full", "killed")


class Killed(BaseException):
    """The process is no more."""


class FailingDisk:
    """Counts steps below a folder and lets one fail.

    Args:
        root: only what happens in it counts.
        step: number of the step that fails, from 1; None: none does.
        way: "refused": this step alone; "full": this and all later ones that need room; "killed".

    Attributes:
        steps: how many there were.

    """

    def __init__(self, root: Path, step: int | None = None, way: str = "refused") -> None:
        self.root, self.at, self.way = str(root), step, way
        self.steps, self.dead = 0, False
        self._patches = pytest.MonkeyPatch()

    def step(self, *places: Any, room: bool = False) -> None:
        """One step at some paths; `room` where it needs room on the disk."""
        if not any(str(place).startswith(self.root) for place in places):
            return
        if self.dead:
            raise Killed
        self.steps += 1
        if self.at is None or self.steps < self.at:
            return
        if self.way == "killed":
            self.dead = True
            raise Killed
        if self.way == "full" and room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(places[0]))
        if self.way == "refused" and self.steps == self.at:
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(places[0]))

    def __enter__(self) -> "FailingDisk":
        for name in ("mkdir", "link", "symlink", "rename", "replace"):
            self._wrap(name, room=name in ("mkdir", "link", "symlink"))
        for name in ("unlink", "remove", "rmdir", "chmod", "truncate"):
            self._wrap(name)
        real_fsync, real_open = os.fsync, os.open

        def fsync(handle: Any) -> None:
            self.step(_path_of(handle if isinstance(handle, int) else handle.fileno()), room=True)
            real_fsync(handle)

        def low_open(path: Any, flags: int, *args: Any, **kwargs: Any) -> int:
            if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
                self.step(_full(path, kwargs), room=True)
            return real_open(path, flags, *args, **kwargs)

        self._patches.setattr(os, "fsync", fsync)
        self._patches.setattr(os, "open", low_open)
        opened = self._opened(builtins.open)
        self._patches.setattr(builtins, "open", opened)
        self._patches.setattr(io, "open", opened)
        return self

    def __exit__(self, *_: object) -> None:
        self._patches.undo()

    def _wrap(self, name: str, room: bool = False) -> None:
        real = getattr(os, name)

        def wrapped(*args: Any, **kwargs: Any) -> Any:
            paths = [_full(arg, kwargs) for arg in args[:2] if isinstance(arg, str | os.PathLike)]
            self.step(*paths, room=room)
            return real(*args, **kwargs)

        self._patches.setattr(os, name, wrapped)

    def _opened(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def opened(file: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
            writes = set(mode) & set("wax+") and isinstance(file, str | os.PathLike)
            if not writes or not str(file).startswith(self.root):
                return real(file, mode, *args, **kwargs)
            self.step(file, room=True)
            return _File(real(file, mode, *args, **kwargs), lambda: self.step(file, room=True))

        return opened


class _File:
    """A file opened for writing: every writing is a step."""

    def __init__(self, file: Any, step: Callable[[], None]) -> None:
        self._file, self._step = file, step

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> "_File":
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._file.close()

    def __iter__(self) -> Any:
        return iter(self._file)

    def write(self, data: Any) -> int:
        """Write, or fail."""
        self._step()
        return self._file.write(data)


def _path_of(handle: int) -> str:
    return os.readlink(f"/proc/self/fd/{handle}")


def _full(path: Any, kwargs: dict[str, Any]) -> str:
    handle = kwargs.get("dir_fd")
    text = os.fsdecode(path)
    return text if handle is None else os.path.join(_path_of(handle), text)


# Writers and what must hold ------------------------------------------------------------------


def contents(folder: Path) -> dict[str, str]:
    """Checksums of a folder's files by name, but for work folders."""
    found = {}
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not work.is_work(name)]
        for name in files:
            path = Path(place, name)
            found[str(path.relative_to(folder))] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def work_folders(folder: Path) -> list[Path]:
    """Work folders anywhere in a folder."""
    return [path for path in folder.rglob(".*") if work.is_work(path.name)]


@dataclasses.dataclass(frozen=True)
class Writer:
    """Something that writes, and how to see what it left.

    Attributes:
        write: writes below a folder; may raise OutputError or return an exit code. Called again,
            it replaces or completes what it wrote.
        arrange: makes what is there before.
        state: what a reader finds; by default the files' checksums.
        between: whether a state that is neither old nor new is one a run may stop in (a folder that
            is written piece by piece and continued).

    """

    write: Callable[[Path], int | None]
    arrange: Callable[[Path], object] = lambda folder: None
    state: Callable[[Path], Any] = contents
    between: Callable[[Any], bool] = lambda state: False


def _attempt(writer: Writer, folder: Path, step: int | None, way: str) -> tuple[int, Any]:
    """Write once; return the steps made and how it ended: an exit code, OutputError or Killed."""
    writing._tidied.clear()
    with heard(lambda text: None), FailingDisk(folder, step, way) as disk:
        try:
            ended: Any = writer.write(folder) or 0
        except (OutputError, Killed, RuntimeError) as error:
            ended = type(error)
    return disk.steps, ended


def _repaired(folder: Path) -> int:
    """Undo as the next run or reading does; return how often there was something."""
    undone = [path for path in work_folders(folder) if path.suffix == work.UNDO]
    for path in undone:
        with heard(lambda text: None):
            publishing.repair_in(path.parent, path.name.rsplit(".", 2)[0][1:])
    return len(undone)


def survives(writer: Writer, root: Path, most: int | None, ways: tuple[str, ...] = WAYS) -> str:
    """Let a writer fail at every step, or at `most` of them spread evenly, in every way.

    Afterwards the old or the new state must be there, whole, with nothing else but work folders;
    the next run must remove these and end in the new state.

    Returns: what was counted, for a report.

    """
    trial = iter(range(1_000_000))

    def fresh() -> Path:
        folder = root / f"trial-{next(trial)}"
        folder.mkdir(parents=True)
        writer.arrange(folder)
        return folder

    folder = fresh()
    old = writer.state(folder)
    steps, ended = _attempt(writer, folder, None, "")
    assert ended == 0
    new = writer.state(folder)
    assert not work_folders(folder)
    assert steps > 0
    assert old != new
    stride = 1 if most is None else max(1, -(-steps // most))
    told: collections.Counter[str] = collections.Counter()
    for way in ways:
        for step in range(1, steps + 1, stride):
            folder = fresh()
            _, ended = _attempt(writer, folder, step, way)
            where = f"{way} at step {step} of {steps}"
            assert ended in (0, 2, OutputError, Killed, RuntimeError), f"{where}: {ended}"
            told["undone"] += _repaired(folder)
            state = writer.state(folder)
            assert state in (old, new) or writer.between(state), f"{where}: {state}"
            assert ended != 0 or state == new, where
            told["old" if state == old else "new" if state == new else "between"] += 1
            told["leftovers"] += len(work_folders(folder))
            _, ended = _attempt(writer, folder, None, "")
            assert ended == 0, f"next run after {where}"
            assert writer.state(folder) == new, f"next run after {where}"
            assert not work_folders(folder), f"next run after {where}"
            told["trials"] += 1
    return f"{steps} steps, {dict(told)}"

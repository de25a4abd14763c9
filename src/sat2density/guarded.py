"""Reading files of strangers beside the program: in a child process with limits of processor time,
memory and pixels.

A picture of a few kilobytes can ask for gigabytes and minutes. In a child it costs the child alone:
the system ends it or refuses it memory, the caller gets one `InputError`, and the next call starts
another child. One child serves many calls, so that ordinary pictures do not pay for a start each.

This bounds resources; it is no sandbox: the child has the same user and the same files.
"""

from __future__ import annotations

import contextlib
import dataclasses
import math
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final, TypeVar

from PIL import Image
from torch import Tensor

from sat2density import errors, images
from sat2density.errors import InputError
from sat2density.notices import heard, notice

T = TypeVar("T")

START_WITHIN_S: Final = 180.0
"""A child that is not ready after this long never will be: importing takes seconds, on a busy
machine tens of them.
"""

WALL_PER_CPU: Final = 6.0
"""The clock may run this many times longer than the processor time allowed: the machine may be
busy, and a file may lie on a slow disk.
"""

_KNOWN: Final = ("InputError", "ShapeError", "WeightsError", "OutputError")


@dataclasses.dataclass(frozen=True)
class Limits:
    """What one call may cost.

    Attributes:
        seconds: processor time; where the system has no such limit (not Linux, not macOS), time.
        megabytes: memory beyond what an idle child holds (Linux only).
        pixels: width x height of each picture, looked at before it is decoded.

    """

    seconds: float = 20.0
    megabytes: int = 1500
    pixels: int = images.MAX_PIXELS


class GuardedReader:
    """A child process that reads files under `Limits`; started by the first call, again after one
    that it did not survive. Safe to use from several threads: calls wait for each other.

    Example:
        >>> with GuardedReader(Limits(seconds=10, megabytes=500)) as reader:  # doctest: +SKIP
        ...     tile = reader.call(images.read_tile, "tile.png", 256, pictures=["tile.png"])

    """

    def __init__(self, limits: Limits | None = None, niceness: int = 0) -> None:
        """Keep the limits; `niceness` (0 to 19) lets the child wait for other work."""
        self.limits = limits or Limits()
        self.niceness = niceness
        self._child: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> GuardedReader:
        """Return the reader itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the child."""
        self.close()

    def close(self) -> None:
        """End the child, whatever it does."""
        with self._lock:
            self._end()

    def read_image(
        self,
        path: str | Path,
        *,
        crop: str | None = None,
        size: int | tuple[int, int] | None = None,
    ) -> Tensor:
        """Do what `images.read_image` does, in the child.

        Args:
            path: a picture of a kind that `images.read_image` reads.
            crop: "centre", "left", "right", "top" or "bottom" to cut a square; None keeps the
                whole.
            size: side of a square, or (width, height), in pixels; None keeps the picture's.

        Returns:
            float32 (3, H, W) in [0, 1].

        Raises:
            InputError: as there, and when a limit was met.

        """
        return self.call(images.read_image, path, crop=crop, size=size, pictures=[path])

    def call(
        self,
        function: Callable[..., T],
        *arguments: Any,
        pictures: Sequence[str | Path] = (),
        **named: Any,
    ) -> T:
        """Return function(*arguments, **named), worked out in the child.

        Args:
            function: a module's function; it, its arguments and its result can be pickled.
            *arguments: passed on.
            pictures: files whose size in pixels is checked first; the first one is named in
                messages.
            **named: passed on.

        Raises:
            InputError: what the function raised (other `Sat2DensityError`s keep their class), or a
                limit that was met.
            RuntimeError: what the function raised and nobody foresaw, with the child's traceback.

        """
        named_files = [item for item in (*pictures, *arguments) if isinstance(item, str | Path)]
        name = str(named_files[0] if named_files else "the file")
        request = pickle.dumps((function, arguments, named, [str(path) for path in pictures]))
        with self._lock:
            kind, value = self._ask(request, name)
        if kind == "result":
            result, told = value
            for text in told:
                notice(text)
            return result
        if kind == "memory":
            raise InputError(
                f"{name}: takes more than {self.limits.megabytes} MB to read; make it smaller"
            )
        if kind in _KNOWN:
            raise getattr(errors, kind)(value)
        raise RuntimeError(f"reading {name} failed in the child:\n{value}")

    def _ask(self, request: bytes, name: str) -> tuple[str, Any]:
        """Send a request and wait for the answer; a child that dies or is late is put away."""
        child = self._child or self._start()
        assert child.stdin is not None
        assert child.stdout is not None
        late = threading.Event()

        def give_up() -> None:
            late.set()
            child.kill()

        clock = threading.Timer(self._patience(), give_up)
        clock.daemon = True
        clock.start()
        try:
            child.stdin.write(request)
            child.stdin.flush()
            answer: tuple[str, Any] = pickle.load(child.stdout)
            return answer
        except (EOFError, OSError, pickle.UnpicklingError):
            ended = self._end()
            raise InputError(f"{name}: {self._last_words(ended, late.is_set())}") from None
        except BaseException:  # Ctrl-C: the answer would be taken for the next call's
            self._end()
            raise
        finally:
            clock.cancel()

    def _patience(self) -> float:
        return self.limits.seconds * (WALL_PER_CPU if _has_limits() else 1)

    def _last_words(self, code: int, late: bool) -> str:
        if late or code == -getattr(signal, "SIGXCPU", 0):
            return f"takes more than {self.limits.seconds:g} seconds to read; make it smaller"
        return f"reading it ended the process that did (status {code}); it is damaged or hostile"

    def _start(self) -> subprocess.Popen[bytes]:
        start = f"import sys; sys.path[:] = {sys.path!r}; from sat2density import guarded; "
        child = subprocess.Popen(
            [sys.executable, "-c", f"{start}guarded.serve()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # C libraries print their opinion of damaged files
            env={**os.environ, "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"},
        )
        assert child.stdin is not None
        assert child.stdout is not None
        clock = threading.Timer(START_WITHIN_S, child.kill)
        clock.daemon = True
        clock.start()
        try:
            pickle.dump((self.limits, self.niceness), child.stdin)
            child.stdin.flush()
            ready = child.stdout.read(1)
        except OSError:
            ready = b""
        finally:
            clock.cancel()
        self._child = child
        if ready != b"r":
            code = self._end()
            raise RuntimeError(f"the process that reads files could not start (status {code})")
        return child

    def _end(self) -> int:
        """Put the child away and return its exit status."""
        child = self._child
        self._child = None
        if child is None:
            return 0
        if child.stdin is not None:
            with contextlib.suppress(OSError):
                child.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(0.2)  # it may be dying already: its own status says more than ours
        child.kill()
        if child.stdout is not None:
            child.stdout.close()
        return child.wait()


def _has_limits() -> bool:
    return sys.platform in ("linux", "darwin")


# ---- the child's side


def serve() -> None:
    """Answer calls from standard input until it ends, as it does when the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent's to handle
    requests = sys.stdin.buffer
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints must not print into the answers
    limits, niceness = pickle.load(requests)
    if hasattr(os, "nice"):
        os.nice(niceness)
    idle = _idle_bytes()
    answers.write(b"r")
    answers.flush()
    with contextlib.suppress(EOFError):
        while True:
            _serve_one(requests, answers, limits, idle)


def _serve_one(requests: BinaryIO, answers: BinaryIO, limits: Limits, idle: int) -> None:
    request = pickle.load(requests)
    _set_limits(limits, idle)
    try:
        told: list[str] = []
        with heard(told.append):
            result = _work(limits, *request)
        answer = pickle.dumps(("result", (result, told)), protocol=5)
    except BaseException as error:
        answer = pickle.dumps(_described(error))
    answers.write(answer)
    answers.flush()


def _work(
    limits: Limits,
    function: Callable[..., Any],
    arguments: tuple[Any, ...],
    named: dict[str, Any],
    pictures: list[str],
) -> Any:
    for path in pictures:
        width, height = header_size(path)
        if width * height > limits.pixels:
            raise InputError(
                f"{path}: {width}x{height} pixels are too many; give at most {limits.pixels:,}"
            )
    return function(*arguments, **named)


def header_size(path: str) -> tuple[int, int]:
    """Return what a picture's header says of its size, without its metadata (Pillow decodes some
    pictures for that).

    Args:
        path: a file that may be no picture at all.

    Returns:
        (width, height) in pixels as stored; (0, 0) where the reader has to say what is wrong.

    """
    with contextlib.suppress(Exception), Image.open(path, formats=images.FORMATS) as picture:
        return picture.size
    return 0, 0


def _described(error: BaseException) -> tuple[str, str]:
    """Return (kind, text) of an error; one that lack of memory caused is of the kind "memory"."""
    import traceback

    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, MemoryError) or "memory" in str(cause).lower():
            return "memory", ""
        cause = cause.__cause__ or cause.__context__
    for name in (cls.__name__ for cls in type(error).__mro__):
        if name in _KNOWN:
            return name, str(error)
    if isinstance(error, errors.Sat2DensityError):
        return "InputError", str(error)
    return "unforeseen", "".join(traceback.format_exception(error))


def _set_limits(limits: Limits, idle: int) -> None:
    """Allow so much processor time from now on, and so much memory beyond what is held when
    idle.
    """
    if not _has_limits():
        return
    import resource

    until = math.ceil(time.process_time() + limits.seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # no picture of the memory on disk
    if idle:
        # RLIMIT_DATA counts what a process may write to; RLIMIT_AS would count every library, too.
        most = idle + limits.megabytes * 2**20
        hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
        if hard != resource.RLIM_INFINITY:
            most = min(most, hard)
        resource.setrlimit(resource.RLIMIT_DATA, (most, hard))


def _idle_bytes() -> int:
    """Return what the process may write to now, in bytes; 0 where the system does not tell."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
            if line.startswith("VmData:"):
                return int(line.split()[1]) * 1024
    return 0

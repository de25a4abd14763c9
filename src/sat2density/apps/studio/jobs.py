"""Long work: one thread per visitor's running job, every rendering through the queue, progress,
time left, cancel.
"""

from __future__ import annotations

import dataclasses
import logging
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError
from pathlib import Path
from typing import Any, Literal, TypeVar

from sat2density.apps.studio.limits import MAX_JOBS
from sat2density.apps.studio.studio import Studio
from sat2density.apps.studio.visitors import Visitor
from sat2density.errors import InputError, Sat2DensityError

log = logging.getLogger("sat2density.studio")

State = Literal["waiting", "running", "done", "failed", "cancelled"]
T = TypeVar("T")
JOB_SLOT = "job "
"""Beginning of the queue's slots for jobs."""

END_WITHIN_S = 20.0
REPORT_EVERY_S = 0.2
"""Progress is told at most this often."""


class JobCancelledError(KeyboardInterrupt):
    """Raised inside a job's thread when somebody pressed cancel: what Ctrl-C is to a command. So
    films are closed with the frames that are done (`export.film.write_film`).
    """


@dataclasses.dataclass
class Job:
    """One piece of long work; `run` of a maker gets it to render, to report and to notice a
    cancellation.
    """

    key: str
    kind: str
    title: str
    visitor: Visitor
    studio: Studio
    tell: Callable[[dict[str, Any]], None]
    state: State = "waiting"
    done: int = 0
    total: int = 0
    started: float = 0.0
    text: str = ""
    stop: threading.Event = dataclasses.field(default_factory=threading.Event)
    _told: float = 0.0

    def render(self, work: Callable[[], T]) -> T:
        """Do `work` on the queue's thread as background work and return its result.

        Raises:
            JobCancelledError: the job was cancelled meanwhile.

        """
        self.check()
        future = self.studio.queue.submit(
            self.visitor.key, f"{JOB_SLOT}{self.key}", work, urgent=False
        )
        try:
            result: T = future.result()
        except CancelledError:
            raise JobCancelledError from None
        self.check()
        return result

    def check(self) -> None:
        """Raise JobCancelledError if the job was cancelled, or its visitor stayed away too long."""
        if self.stop.is_set() or self.visitor.forgotten:
            raise JobCancelledError

    def progress(self, done: int, total: int) -> None:
        """Note how far the job is and tell the page, not too often."""
        self.done = done
        self.total = total
        if time.monotonic() - self._told > REPORT_EVERY_S or done == total:
            self.report()

    def report(self) -> None:
        """Tell the page the job's state now."""
        self._told = time.monotonic()
        self.tell({"kind": "job", **self.describe()})

    def describe(self) -> dict[str, Any]:
        """Return what the page shows: state, progress, seconds left (None while unknown)."""
        left = None
        if self.state == "running" and self.done > 0:
            left = (time.monotonic() - self.started) / self.done * (self.total - self.done)
        return {
            "job": self.key,
            "what": self.kind,
            "title": self.title,
            "state": self.state,
            "done": self.done,
            "total": self.total,
            "leftS": left,
            "text": self.text,
        }


class Maker:
    """A kind of long work: checks what was asked at once, then runs in a job's thread.

    Subclasses set `title` and `result_kind` and implement `run`.
    """

    title = "Result"
    result_kind = "file"
    keeps_part = False  # whether what a cancelled job has written is worth keeping

    def __init__(self, visitor: Visitor, message: dict[str, Any], studio: Studio) -> None:
        """Read the options of `message`; InputError when they make no sense."""

    def run(self, job: Job, folder: Path) -> Path:
        """Make the file in `folder` and return it."""
        raise NotImplementedError


MakerClass = Callable[[Visitor, dict[str, Any], Studio], Maker]


class Jobs:
    """All jobs of all visitors.

    Args:
        studio: where to render.
        makers: kinds of work by the name the page uses.

    """

    def __init__(self, studio: Studio, makers: Mapping[str, MakerClass]) -> None:
        self.studio = studio
        self.makers = makers
        self._jobs: dict[str, list[Job]] = {}
        self._listeners: dict[str, Callable[[dict[str, Any]], None]] = {}
        self._turns: dict[str, threading.Lock] = {}
        self._threads: list[threading.Thread] = []

    def listen(self, visitor: str, tell: Callable[[dict[str, Any]], None]) -> None:
        """Send what happens to a visitor's jobs to `tell`, instead of to an earlier listener."""
        self._listeners[visitor] = tell

    def silence(self, visitor: str, tell: Callable[[dict[str, Any]], None]) -> None:
        """Stop sending to `tell`: its page has gone; jobs go on and are told when it is back. A
        listener that took its place stays.
        """
        if self._listeners.get(visitor) is tell:
            self._listeners.pop(visitor, None)

    def describe(self, visitor: str) -> list[dict[str, Any]]:
        """List a visitor's jobs that wait or run."""
        return [job.describe() for job in self._active(visitor)]

    def start(self, visitor: Visitor, message: dict[str, Any]) -> None:
        """Start the work a message asks for ("what": its kind, and that kind's options).

        Raises:
            InputError: unknown kind, options that make no sense, or too many jobs already.

        """
        kind = str(message.get("what"))
        if kind not in self.makers:
            raise InputError("The studio cannot make that.")
        if len(self._active(visitor.key)) >= MAX_JOBS:
            raise InputError(f"{MAX_JOBS} jobs are waiting already; let one finish, or cancel one.")
        maker = self.makers[kind](visitor, message, self.studio)
        job = Job(
            secrets.token_urlsafe(8),
            kind,
            maker.title,
            visitor,
            self.studio,
            self._teller(visitor.key),
        )
        self._jobs.setdefault(visitor.key, []).append(job)
        self._turns.setdefault(visitor.key, threading.Lock())
        job.report()
        thread = threading.Thread(
            target=self._run, args=(job, maker), name=f"studio-{kind}", daemon=True
        )
        self._threads = [*(running for running in self._threads if running.is_alive()), thread]
        thread.start()

    def cancel(self, visitor: Visitor, message: dict[str, Any]) -> None:
        """Cancel one job of a visitor; one that has ended already stays as it is."""
        for job in self._active(visitor.key):
            if job.key == message.get("job"):
                job.stop.set()

    def close(self) -> None:
        """Cancel everything and wait for the threads: an encoder must not be torn down while it
        writes.
        """
        for jobs in list(self._jobs.values()):
            for job in jobs:
                job.stop.set()
        for thread in self._threads:
            thread.join(timeout=END_WITHIN_S)

    def _active(self, visitor: str) -> list[Job]:
        jobs = [job for job in self._jobs.get(visitor, []) if job.state in ("waiting", "running")]
        if jobs:
            self._jobs[visitor] = jobs
        else:
            self._jobs.pop(visitor, None)
        return jobs

    def _teller(self, visitor: str) -> Callable[[dict[str, Any]], None]:
        def tell(message: dict[str, Any]) -> None:
            listener = self._listeners.get(visitor)
            if listener is not None:
                listener(message)

        return tell

    def _run(self, job: Job, maker: Maker) -> None:
        folder = job.visitor.new_folder()
        try:
            with self._turns[job.visitor.key]:
                job.check()
                job.state = "running"
                job.started = time.monotonic()
                job.report()
                path = maker.run(job, folder)
            self._add(job, maker, path, maker.title)
            job.state = "done"
        except JobCancelledError:
            job.state = "cancelled"
            self._keep_begun(job, maker, folder)
        except Sat2DensityError as error:
            job.state = "failed"
            job.text = str(error).replace(f"{folder}/", "")
        except Exception:
            log.exception("%s failed", maker.title)
            job.state = "failed"
            job.text = "Something went wrong in the studio; its terminal says more."
        if not any(result.path.parent == folder for result in job.visitor.results):
            shutil.rmtree(folder, ignore_errors=True)
        job.report()

    def _keep_begun(self, job: Job, maker: Maker, folder: Path) -> None:
        """List what a cancelled job has left: a film of the frames that are done."""
        begun = [path for path in folder.glob("*") if path.is_file()]
        if not maker.keeps_part or not begun or job.visitor.forgotten:
            return
        job.text = f"{begun[0].name}: the {job.done} frames that are done are kept."
        note = f"{maker.title}, {job.done} of {job.total} frames"
        self._add(job, maker, begun[0], note)

    def _add(self, job: Job, maker: Maker, path: Path, note: str) -> None:
        result = job.visitor.add_result(path, maker.result_kind, note)
        job.tell({**result.describe(), "result": result.kind, "kind": "result"})

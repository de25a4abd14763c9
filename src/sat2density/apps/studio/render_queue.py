"""The one queue all rendering goes through: newest wins, fair turns, cancellation.

One thread does the work: the engine already uses every core, and two renderings at once would only
make both late. A visitor has named slots ("look", "shape", ...). New work in a slot replaces the
work that waits there, so twenty quick clicks cost two renderings: the one under way and the last.
Visitors take turns, and whoever has used the least time is next: many or costly requests of one do
not make the others wait longer.
"""

from __future__ import annotations

import dataclasses
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from sat2density.apps.studio.limits import URGENT_RUN

END_WITHIN_S = 20.0
"""How long `close` waits for the work under way."""


TURN_S = 0.02
"""Times that differ by less than this count as equal: then it is whoever waits longest."""

MOST_REMEMBERED = 200
"""Visitors whose time is remembered while they have nothing to do."""


@dataclasses.dataclass
class _Task:
    visitor: str
    work: Callable[[], Any]
    urgent: bool
    future: Future[Any]


class RenderQueue:
    """Runs work for many visitors on one thread.

    Example:
        >>> queue = RenderQueue()
        >>> queue.submit("anna", "look", lambda: 6 * 7).result()
        42
        >>> queue.close()

    """

    def __init__(self) -> None:
        self._waiting: OrderedDict[str, OrderedDict[str, _Task]] = OrderedDict()
        self._changed = threading.Condition()
        self._closed = False
        self._urgent_in_a_row = 0
        self._used: dict[str, float] = {}
        self._now = 0.0  # time used by whoever was served last: newcomers start there
        self._thread = threading.Thread(target=self._run, name="studio-render", daemon=True)
        self._thread.start()

    def submit(
        self, visitor: str, slot: str, work: Callable[[], Any], urgent: bool = True
    ) -> Future[Any]:
        """Ask for `work` to be done; what waits in the same slot of the same visitor is cancelled.

        Args:
            visitor: whose turn it takes.
            slot: name of the kind of work; one piece waits per slot.
            work: called on the queue's thread.
            urgent: urgent work goes before background work, which still gets every fifth turn.

        Returns:
            The future result; cancelled when newer work took its place, or the queue was closed.

        """
        task = _Task(visitor, work, urgent, Future())
        with self._changed:
            if self._closed:
                task.future.cancel()
                return task.future
            if visitor not in self._waiting:
                self._used[visitor] = max(self._used.get(visitor, 0.0), self._now)
            slots = self._waiting.setdefault(visitor, OrderedDict())
            old = slots.get(slot)
            slots[slot] = task
            self._changed.notify()
        if old is not None:
            old.future.cancel()
        return task.future

    def forget(self, visitor: str, keep: str | None = None) -> None:
        """Cancel what waits for `visitor`, but for slots whose name begins with `keep`."""
        with self._changed:
            slots = self._waiting.get(visitor, OrderedDict())
            gone = [name for name in slots if keep is None or not name.startswith(keep)]
            tasks = [slots.pop(name) for name in gone]
            if not slots:
                self._waiting.pop(visitor, None)
        for task in tasks:
            task.future.cancel()

    def waiting(self, visitor: str) -> int:
        """Return how many pieces of work wait for `visitor`."""
        with self._changed:
            return len(self._waiting.get(visitor, ()))

    def close(self) -> None:
        """Cancel all that waits and end the thread once the work under way is done."""
        with self._changed:
            self._closed = True
            visitors = list(self._waiting)
            self._changed.notify()
        for visitor in visitors:
            self.forget(visitor)
        if threading.current_thread() is not self._thread:
            self._thread.join(timeout=END_WITHIN_S)

    def _run(self) -> None:
        while (task := self._next()) is not None:
            if not task.future.set_running_or_notify_cancel():
                continue
            began = time.thread_time()  # not the clock: other programs are nobody's fault
            try:
                task.future.set_result(task.work())
            except BaseException as error:
                task.future.set_exception(error)
            self._charge(task.visitor, time.thread_time() - began)

    def _charge(self, visitor: str, seconds: float) -> None:
        with self._changed:
            self._used[visitor] = self._used.get(visitor, self._now) + seconds
            if len(self._used) > MOST_REMEMBERED:
                self._used = {name: used for name, used in self._used.items() if used > self._now}

    def _next(self) -> _Task | None:
        with self._changed:
            while not self._closed:
                chosen = self._choose()
                if chosen is not None:
                    return chosen
                self._changed.wait()
        return None

    def _choose(self) -> _Task | None:
        """Take the next piece: urgent before background except every so often; whoever was served
        goes to the end.
        """
        wanted = [False, True] if self._urgent_in_a_row >= URGENT_RUN else [True, False]
        for urgent in wanted:
            first = {
                visitor: name
                for visitor, slots in self._waiting.items()
                for name, task in reversed(slots.items())
                if task.urgent is urgent
            }
            if first:
                visitor = min(first, key=lambda name: int(self._used.get(name, 0.0) / TURN_S))
                self._urgent_in_a_row = self._urgent_in_a_row + 1 if urgent else 0
                return self._take(visitor, first[visitor])
        return None

    def _take(self, visitor: str, slot: str) -> _Task:
        slots = self._waiting[visitor]
        task = slots.pop(slot)
        self._waiting.move_to_end(visitor)
        if not slots:
            del self._waiting[visitor]
        self._now = max(self._now, self._used.get(visitor, 0.0))
        return task

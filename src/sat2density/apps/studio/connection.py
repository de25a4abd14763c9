"""One page's websocket: messages in, frames out."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import CancelledError, Future
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from sat2density.apps.studio import limits, messages
from sat2density.apps.studio.jobs import JOB_SLOT, Jobs
from sat2density.apps.studio.place import camera_at
from sat2density.apps.studio.studio import Studio
from sat2density.apps.studio.visitors import Visitor
from sat2density.errors import InputError, Sat2DensityError

log = logging.getLogger("sat2density.studio")

UNFORESEEN = "Something went wrong in the studio; its terminal says more."

PROTOCOL = 1
"""Raised when messages change; a page of another version is told to reload."""


class Pace:
    """Lets `at_once` things happen at once and `per_s` a second after that."""

    def __init__(self, per_s: float, at_once: int) -> None:
        self.per_s = per_s
        self.at_once = at_once
        self._left = float(at_once)
        self._seen = time.monotonic()

    async def keep(self) -> None:
        """Wait until one more is due."""
        now = time.monotonic()
        self._left = min(self.at_once, self._left + (now - self._seen) * self.per_s)
        self._seen = now
        self._left -= 1
        if self._left < 0:
            await asyncio.sleep(-self._left / self.per_s)


class Connection:
    """Serves one websocket until it closes."""

    def __init__(self, studio: Studio, jobs: Jobs, socket: WebSocket) -> None:
        self.studio = studio
        self.jobs = jobs
        self.socket = socket
        self.visitor: Visitor | None = None
        self._sending = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._gone = False
        self._pace = Pace(limits.MESSAGES_PER_S, limits.MESSAGES_AT_ONCE)
        self._tell: Callable[[dict[str, Any]], None] = lambda message: None

    async def serve(self) -> None:
        """Greet, then answer messages until the page leaves."""
        await self.socket.accept()
        try:
            self.visitor = await asyncio.wait_for(self._greet(), limits.HELLO_WITHIN_S)
            while self.visitor is not None:
                await self._answer(self.visitor, await self._receive())
        except WebSocketDisconnect:
            pass
        except TimeoutError:
            await self._refuse("Nobody said hello.")
        finally:
            self._leave()

    async def _greet(self) -> Visitor | None:
        try:
            hello = messages.parse(await self._receive())
            if hello.get("do") != "hello" or hello.get("protocol") != PROTOCOL:
                raise InputError("This page is of another version than the studio; reload it.")
            messages.check(hello)
            visitor, fresh = self.studio.visitors.greet(hello.get("session"), hello["tab"])
        except InputError as error:
            await self._refuse(str(error))
            return None
        loop = asyncio.get_running_loop()

        def tell(message: dict[str, Any]) -> None:  # called on the threads of jobs
            asyncio.run_coroutine_threadsafe(self.send(message), loop)

        self._tell = tell
        self.jobs.listen(visitor.key, tell)
        await self.send(
            {
                "kind": "welcome",
                "session": visitor.key,
                "fresh": fresh,
                "tile": visitor.place.serial if visitor.place else None,
                "results": [result.describe() for result in visitor.results],
                "lights": list(visitor.lights),
                "jobs": self.jobs.describe(visitor.key),
                **self.studio.describe(),
            }
        )
        return visitor

    async def _refuse(self, reason: str) -> None:
        await self.send({"kind": "refused", "text": reason})
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):  # it has gone by itself
            await self.socket.close(1008)

    def _leave(self) -> None:
        self._gone = True
        for task in self._tasks:
            task.cancel()
        if self.visitor is not None:
            self.studio.visitors.leave(self.visitor)
            self.jobs.silence(self.visitor.key, self._tell)
            if not self.visitor.connected:
                self.studio.queue.forget(self.visitor.key, keep=JOB_SLOT)  # jobs go on

    async def send(self, message: dict[str, Any] | bytes) -> None:
        """Send JSON or a packet; a page that has gone is no error."""
        async with self._sending:
            if self._gone:
                return
            with contextlib.suppress(WebSocketDisconnect, RuntimeError):
                if isinstance(message, bytes):
                    await self.socket.send_bytes(message)
                else:
                    await self.socket.send_text(json.dumps(message))

    async def _receive(self) -> str | None:
        """Return the next message's text, None for bytes; not faster than a page needs, and not
        while many answers wait.
        """
        while len(self._tasks) >= limits.MAX_DELIVERIES:
            await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        await self._pace.keep()
        received = await self.socket.receive()
        if received["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(received.get("code", 1000))
        return received.get("text")

    async def _answer(self, visitor: Visitor, text: str | None) -> None:
        """Do what a message asks for; whatever is wrong with it is answered in words."""
        handlers: dict[str, Callable[[Visitor, dict[str, Any]], Awaitable[None] | None]] = {
            "look": self._look,
            "roam": self._roam,
            "thumbs": self._thumbs,
            "shape": self._shape,
            "make": self.jobs.start,
            "cancel": self.jobs.cancel,
            "drop": self._drop,
        }
        message: dict[str, Any] = {}
        try:
            message = messages.parse(text)
            do = messages.check(message)
            if do not in handlers:
                raise InputError("A page says hello once.")
            handlers[do](visitor, message)
        except Sat2DensityError as error:
            await self._fail(message, str(error))
        except Exception:  # a fault of ours must not end the visitor's connection
            log.exception("a message failed")
            await self._fail(message, UNFORESEEN)

    async def _fail(self, message: dict[str, Any], text: str) -> None:
        do = message.get("do")
        about = do if isinstance(do, str) and do in (*messages.MESSAGES, "make") else ""
        await self.send(
            {"kind": "error", "about": about, "seq": messages.sequence(message), "text": text}
        )

    def _look(self, visitor: Visitor, message: dict[str, Any]) -> None:
        future = self.studio.queue.submit(
            visitor.key, "look", lambda: self.studio.look(visitor, message)
        )
        self._start(self._deliver(future, "look", message.get("seq")))

    def _roam(self, visitor: Visitor, message: dict[str, Any]) -> None:
        future = self.studio.queue.submit(
            visitor.key, "look", lambda: self.studio.roam(visitor, message)
        )
        self._start(self._deliver(future, "roam", message.get("seq")))

    def _thumbs(self, visitor: Visitor, message: dict[str, Any]) -> None:
        camera = camera_at(message["east"], message["south"])
        look = self.studio.look_of(message)
        names = [*self.studio.presets, *visitor.lights]
        for name in names:
            work = lambda name=name: self.studio.thumb(visitor, camera, name, look)  # noqa: E731
            future = self.studio.queue.submit(visitor.key, f"thumb {name}", work, urgent=False)
            self._start(self._deliver(future, "thumbs"))

    def _shape(self, visitor: Visitor, message: dict[str, Any]) -> None:
        future = self.studio.queue.submit(visitor.key, "shape", lambda: self.studio.shape(visitor))
        self._start(self._deliver(future, "shape"))

    def _drop(self, visitor: Visitor, message: dict[str, Any]) -> None:
        visitor.drop_result(message["token"])

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, future: Future[Any], about: str, seq: object = None) -> None:
        """Send what the queue makes; of a view that a newer one replaced, the page is told that
        much.
        """
        try:
            message: dict[str, Any] | bytes | None = await asyncio.wrap_future(future)
        except (CancelledError, asyncio.CancelledError):
            if not future.cancelled():
                raise
            message = None if seq is None else {"kind": "dropped", "about": about, "seq": seq}
        except Sat2DensityError as error:
            message = {"kind": "error", "about": about, "seq": seq, "text": str(error)}
        except Exception:
            log.exception("%s failed", about)
            message = {"kind": "error", "about": about, "seq": seq, "text": UNFORESEEN}
        if message is not None:
            await self.send(message)

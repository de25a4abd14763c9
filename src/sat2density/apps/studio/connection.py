"""One page's websocket: messages in, frames out."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import CancelledError, Future
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from sat2density.apps.studio.jobs import JOB_SLOT, Jobs
from sat2density.apps.studio.place import camera_at
from sat2density.apps.studio.studio import Studio
from sat2density.apps.studio.visitors import Visitor
from sat2density.errors import InputError, Sat2DensityError

log = logging.getLogger("sat2density.studio")

PROTOCOL = 1
"""Raised when messages change; a page of another version is told to reload."""


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

    async def serve(self) -> None:
        """Greet, then answer messages until the page leaves."""
        await self.socket.accept()
        tab = ""
        try:
            hello = await self._receive()
            tab = str(hello.get("tab", ""))[:64]
            self.visitor = await self._greet(hello, tab)
            if self.visitor is None:
                return
            while True:
                await self._answer(await self._receive())
        except WebSocketDisconnect:
            pass
        finally:
            self._leave(tab)

    async def _greet(self, hello: dict[str, Any], tab: str) -> Visitor | None:
        if hello.get("do") != "hello" or hello.get("protocol") != PROTOCOL:
            await self._refuse("This page is of another version than the studio; reload it.")
            return None
        try:
            visitor, fresh = self.studio.visitors.greet(str(hello.get("session") or ""), tab)
        except InputError as error:
            await self._refuse(str(error))
            return None
        loop = asyncio.get_running_loop()

        def tell(message: dict[str, Any]) -> None:  # called on the threads of jobs
            asyncio.run_coroutine_threadsafe(self.send(message), loop)

        self.jobs.listen(visitor.key, tell)
        await self.send(
            {
                "kind": "welcome",
                "session": visitor.key,
                "fresh": fresh,
                "tile": visitor.place.serial if visitor.place else None,
                "results": [result.describe() for result in visitor.results],
                "jobs": self.jobs.describe(visitor.key),
                **self.studio.describe(),
            }
        )
        return visitor

    async def _refuse(self, reason: str) -> None:
        await self.send({"kind": "refused", "text": reason})
        await self.socket.close(1008)

    def _leave(self, tab: str) -> None:
        self._gone = True
        for task in self._tasks:
            task.cancel()
        if self.visitor is not None:
            self.studio.queue.forget(self.visitor.key, keep=JOB_SLOT)  # jobs go on
            self.studio.visitors.leave(self.visitor, tab)
            self.jobs.silence(self.visitor.key)

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

    async def _receive(self) -> dict[str, Any]:
        """Return the next message that is a JSON object."""
        while True:
            received = await self.socket.receive()
            if received["type"] == "websocket.disconnect":
                raise WebSocketDisconnect(received.get("code", 1000))
            with contextlib.suppress(ValueError, RecursionError):
                message = json.loads(received.get("text") or "null")
                if isinstance(message, dict):
                    return message

    async def _answer(self, message: dict[str, Any]) -> None:
        visitor = self.visitor
        assert visitor is not None
        handlers: dict[str, Callable[[Visitor, dict[str, Any]], Awaitable[None] | None]] = {
            "look": self._look,
            "thumbs": self._thumbs,
            "shape": self._shape,
            "make": self.jobs.start,
            "cancel": self.jobs.cancel,
            "drop": self._drop,
        }
        handler = handlers.get(str(message.get("do")))
        try:
            if handler is not None:
                handler(visitor, message)
        except Sat2DensityError as error:
            await self.send({"kind": "error", "about": message.get("do"), "text": str(error)})

    def _look(self, visitor: Visitor, message: dict[str, Any]) -> None:
        future = self.studio.queue.submit(
            visitor.key, "look", lambda: self.studio.look(visitor, message)
        )
        self._start(self._deliver(future, "look", message.get("seq")))

    def _thumbs(self, visitor: Visitor, message: dict[str, Any]) -> None:
        camera = camera_at(message.get("east"), message.get("south"))
        names = [*self.studio.presets, *visitor.lights]
        for name in names:
            work = lambda name=name: self.studio.thumb(visitor, camera, name)  # noqa: E731
            future = self.studio.queue.submit(visitor.key, f"thumb {name}", work, urgent=False)
            self._start(self._deliver(future, "thumbs"))

    def _shape(self, visitor: Visitor, message: dict[str, Any]) -> None:
        future = self.studio.queue.submit(visitor.key, "shape", lambda: self.studio.shape(visitor))
        self._start(self._deliver(future, "shape"))

    def _drop(self, visitor: Visitor, message: dict[str, Any]) -> None:
        visitor.drop_result(str(message.get("token")))

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
            text = "Something went wrong in the studio while rendering; its terminal says more."
            message = {"kind": "error", "about": about, "seq": seq, "text": text}
        if message is not None:
            await self.send(message)

"""uvicorn's HTTP connection with bounds on how many there are and how long a request's head may
take.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from sat2density.apps.studio import limits
from sat2density.apps.studio.guard import NO_STORE, SECURITY_HEADERS


class BoundedProtocol(H11Protocol):
    """One connection; closed when there are too many, or when it keeps its request to itself."""

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Count the connection and start the clock of its first request."""
        super().connection_made(transport)
        if len(self.connections) > limits.MAX_CONNECTIONS:
            transport.abort()
            return
        self._waiting = self.loop.call_later(limits.REQUEST_WITHIN_S, self._give_up)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock."""
        self._stop()
        super().connection_lost(exc)

    def handle_events(self) -> None:
        """Handle what has come; the clock stands still while a request is answered."""
        super().handle_events()
        if self._is_answering():
            self._stop()
        elif self._waiting is None and not self.transport.is_closing():
            self._waiting = self.loop.call_later(limits.REQUEST_WITHIN_S, self._give_up)

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP, with the same headers as every other answer."""
        headers = [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"connection", b"close"),
            *SECURITY_HEADERS,
            NO_STORE,
        ]
        with contextlib.suppress(h11.LocalProtocolError):  # an answer is under way already
            parts: list[Any] = [
                h11.Response(status_code=400, headers=headers, reason=b"Bad Request"),
                h11.Data(data=msg.encode("ascii")),
                h11.EndOfMessage(),
            ]
            self.transport.write(b"".join(self.conn.send(part) or b"" for part in parts))
        self.transport.close()

    def _is_answering(self) -> bool:
        upgraded = self.scope is not None and self not in self.connections
        return upgraded or (self.cycle is not None and not self.cycle.response_complete)

    def _give_up(self) -> None:
        self._waiting = None
        if not self._is_answering():
            self.transport.close()

    def _stop(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

"""The door of the studio: the Host, the Origin and the token of every request are checked before
anything else, and every answer gets the same security headers.

A page of another site can make a browser send requests to 127.0.0.1, and can point its own name
there (DNS rebinding). The first carries a foreign Origin, the second a foreign Host; neither gets
through. Other users and programs of the machine have no token.
"""

from __future__ import annotations

import asyncio
import dataclasses
import ipaddress
import re
import socket
from collections.abc import Iterable
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sat2density.apps.studio import access as tokens
from sat2density.apps.studio.access import Access

LOOPBACK_NAMES: Final = frozenset({"localhost", "127.0.0.1", "::1"})

CONTENT_POLICY: Final = (
    "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self'; "
    "style-src 'self' 'unsafe-inline'; object-src 'none'; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'self'"
)
"""The browser itself then refuses any request to another host."""

SECURITY_HEADERS: Final = (
    (b"content-security-policy", CONTENT_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
)

NO_STORE: Final = (b"cache-control", b"no-store")
"""Tiles, results and the page itself: nothing of them stays in a browser's cache."""

_HOST: Final = re.compile(
    r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9_.-]*[a-z0-9_-])(:(?P<port>[0-9]{1,5}))?"
)
"""The only forms of a Host header that are taken: a name or an address, and a port."""

_FOREIGN_HOST: Final = (
    "This studio answers only under its own address. Open the address it printed when it started "
    "(behind a proxy, start it with --allow-host NAME)."
)
_FOREIGN_ORIGIN: Final = "This request comes from another site's page, and is refused."
_NO_TOKEN: Final = "This studio is open only to those who have its token."


@dataclasses.dataclass(frozen=True)
class Door:
    """Who is let in.

    Attributes:
        bound_to: the address the server listens on. On loopback only loopback names pass; otherwise
            this machine's names and plain addresses do too (an address cannot be rebound to another
            site's name).
        access: the token; None lets everybody in who reaches the address.
        allowed_hosts: other names under which people reach it, of a proxy for instance.
        root_path: the path under which a proxy shows the studio ("/user/anna/studio"), or "".

    """

    bound_to: str = "127.0.0.1"
    access: Access | None = None
    allowed_hosts: tuple[str, ...] = ()
    root_path: str = ""


def is_loopback(host: str) -> bool:
    """Say whether binding to `host` is reachable from this machine alone."""
    if host in LOOPBACK_NAMES:
        return True
    return _is_address(host) and ipaddress.ip_address(host).is_loopback


def host_name(host: str) -> str | None:
    """Return the name part of a Host header, lower case, without port and brackets; None when it
    has any form but NAME or NAME:PORT.
    """
    match = _HOST.fullmatch(host.lower())
    if match is None or int(match["port"] or 0) > 65535:
        return None
    return match["name"].strip("[]")


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


class Guard:
    """ASGI application around another one that refuses whoever `door` does not let in (403)."""

    def __init__(self, app: ASGIApp, door: Door | None = None) -> None:
        self.app = app
        self.door = door or Door()
        self.open = not is_loopback(self.door.bound_to)
        own: Iterable[str] = ()
        if self.open:
            own = (self.door.bound_to, socket.gethostname(), socket.getfqdn())
        self.allowed = {name.lower() for name in self.door.allowed_hosts}
        self.names = LOOPBACK_NAMES | {name.lower() for name in own} | self.allowed

    def refusal(self, headers: Headers) -> str | None:
        """Return why a request with these headers comes from elsewhere, or None."""
        hosts = headers.getlist("host")
        name = host_name(hosts[0]) if len(hosts) == 1 else None
        if name is None or not (name in self.names or (self.open and _is_address(name))):
            return _FOREIGN_HOST
        origins = headers.getlist("origin")
        if origins and not (len(origins) == 1 and self._is_own(origins[0].lower(), hosts[0])):
            return _FOREIGN_ORIGIN
        return None

    def _is_own(self, origin: str, host: str) -> bool:
        """Say whether a page's origin is the studio's own, or that of a proxy in front of it."""
        if origin in (f"http://{host.lower()}", f"https://{host.lower()}"):
            return True
        scheme, _, rest = origin.partition("://")
        return scheme in ("http", "https") and host_name(rest) in self.allowed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request or connection."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        scope = {**scope, "path": self._inner_path(scope["path"]), "root_path": ""}
        headers = Headers(scope=scope)
        extra: list[tuple[bytes, bytes]] = []
        reason = self.refusal(headers)
        access = self.door.access
        if reason is None and access is not None and not access.allows(headers):
            if (
                scope["type"] == "http"
                and scope["path"] == "/"
                and access.opens(scope["query_string"])
            ):
                extra = [(b"set-cookie", access.set_cookie(self.door.root_path))]
            else:
                reason = _NO_TOKEN
        sending = _with_headers(send, scope["path"], extra)
        if reason is not None:
            await _refuse(reason, scope, receive, sending)
        elif scope["type"] == "websocket":
            await self.app(scope, receive, sending)
        else:
            await self._serve(scope, receive, sending)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request; one that Ctrl-C interrupts is told so."""
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, sending)
        except asyncio.CancelledError:
            if not begun:
                await PlainTextResponse("The studio has ended.", 503)(scope, receive, send)

    def _inner_path(self, path: str) -> str:
        """Return the path without the proxy's part, for proxies that leave it there and for those
        that take it away.
        """
        root = self.door.root_path
        if root and (path == root or path.startswith(f"{root}/")):
            return path[len(root) :] or "/"
        return path


async def _refuse(reason: str, scope: Scope, receive: Receive, send: Send) -> None:
    answer: Response = PlainTextResponse(reason, 403)
    if scope["path"].startswith("/api/"):
        answer = JSONResponse({"error": reason}, 403)
    elif scope["path"] == "/" and reason == _NO_TOKEN:
        answer = HTMLResponse(tokens.PAGE.format(reason=reason), 403)
    if scope["type"] == "http":
        await answer(scope, receive, send)
        return
    await receive()
    if "websocket.http.response" in scope.get("extensions", {}):
        # The same answer as to a request; Response knows how to send it for a websocket.
        await answer(scope, receive, send)
    else:
        await send({"type": "websocket.close", "code": 1008, "reason": reason[:120]})


def _with_headers(send: Send, path: str, extra: list[tuple[bytes, bytes]]) -> Send:
    """Return `send` that adds the security headers to whatever kind of answer goes out."""
    caching = (b"cache-control", b"no-cache") if path.startswith("/assets/") else NO_STORE
    added = [*SECURITY_HEADERS, caching, *extra]
    names = {name for name, _ in added}

    async def sending(message: Message) -> None:
        if message["type"] in ("http.response.start", "websocket.http.response.start"):
            own = [(name, value) for name, value in message.get("headers", []) if name not in names]
            message["headers"] = [*own, *added]
        elif message["type"] == "websocket.accept":
            message["headers"] = [*message.get("headers", []), *SECURITY_HEADERS]
        await send(message)

    return sending

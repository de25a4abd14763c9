"""Keeps other sites' pages away: the Host and Origin of every request are checked before anything
else.

A page of another site can make a browser send requests to 127.0.0.1, and can point its own name
there (DNS rebinding). The first carries a foreign Origin, the second a foreign Host; neither gets
through.
"""

from __future__ import annotations

import ipaddress
import socket
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK_NAMES: Final = frozenset({"localhost", "127.0.0.1", "::1"})

CONTENT_POLICY: Final = (
    "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self'; "
    "style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
"""The browser itself then refuses any request to another host."""

SECURITY_HEADERS: Final = (
    (b"content-security-policy", CONTENT_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
)


def is_loopback(host: str) -> bool:
    """Say whether binding to `host` is reachable from this machine alone."""
    if host in LOOPBACK_NAMES:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _host_name(host: str) -> str | None:
    """Return the name part of a Host header, lower case, without port and brackets; None when it is
    malformed.
    """
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


class Guard:
    """ASGI middleware that refuses foreign hosts and origins (403) and adds the security headers.

    Args:
        app: what to protect.
        bound_to: the address the server listens on. On loopback only loopback names pass; otherwise
            this machine's names and plain addresses do too (an address cannot be rebound to another
            site's name).

    """

    def __init__(self, app: ASGIApp, bound_to: str = "127.0.0.1") -> None:
        self.app = app
        self.open = not is_loopback(bound_to)
        own = (
            {bound_to.lower(), socket.gethostname().lower(), socket.getfqdn().lower()}
            if self.open
            else set()
        )
        self.names = LOOPBACK_NAMES | own

    def refusal(self, headers: Headers) -> str | None:
        """Return why a request with these headers is refused, or None."""
        host = headers.get("host", "")
        name = _host_name(host)
        if not name or not (name in self.names or (self.open and _is_address(name))):
            return (
                "This studio answers only under its own address. Open the address it printed when "
                "it started."
            )
        origin = headers.get("origin")
        if origin is not None and origin.lower() not in (
            f"http://{host.lower()}",
            f"https://{host.lower()}",
        ):
            return "This request comes from another site's page, and is refused."
        return None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request or connection."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        reason = self.refusal(Headers(scope=scope))
        if reason is None:
            await self.app(scope, receive, _with_headers(send) if scope["type"] == "http" else send)
        elif scope["type"] == "http":
            await PlainTextResponse(reason, 403)(scope, receive, send)
        else:
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": reason[:120]})


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", []), *SECURITY_HEADERS]
        await send(message)

    return sending

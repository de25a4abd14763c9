"""Who may use a studio: whoever has the token of this start, as with Jupyter.

The token is in the address that is printed. Opening that address gives the browser a cookie, and
only requests with the cookie (or, for programs, an `Authorization: Bearer` header) are served. The
browser that the studio opens itself gets another token that works once: a program's arguments, and
so the address in them, can be read by every user of the machine.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from typing import Final
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.requests import cookie_parser

PARAMETER: Final = "token"

PAGE: Final = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>sat2density studio: token</title>
<style>body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 34em; margin: 12vh auto;
padding: 0 1em }} input, button {{ font: inherit; padding: .4em .7em }}</style>
<h1>sat2density studio</h1>
<p>{reason}</p>
<p>Open the address that the command printed when it started; it has the token in it. Or give the
token here:</p>
<form method="get" action="./"><label>Token <input name="token" autocomplete="off" autofocus>
</label> <button>Open</button></form>
</html>
"""


class Access:
    """The token of one start, and what carries it.

    Args:
        token: a fixed one; None makes a random one of 192 bits.

    Example:
        >>> access = Access()
        >>> access.opens(f"token={access.token}".encode())
        True

    """

    def __init__(self, token: str | None = None) -> None:
        self.token = token or secrets.token_urlsafe(24)
        # Cookies know no ports: two studios on one machine must not overwrite each other's.
        self.cookie = f"studio-{hashlib.sha256(self.token.encode()).hexdigest()[:8]}"
        self._once: set[str] = set()
        self._lock = threading.Lock()

    def once(self) -> str:
        """Return a token that opens the page once."""
        token = secrets.token_urlsafe(24)
        with self._lock:
            self._once.add(token)
        return token

    def opens(self, query: bytes) -> bool:
        """Say whether a query string has the token, or one that works once; that one is spent."""
        given = parse_qs(query.decode("latin-1"), max_num_fields=20).get(PARAMETER, [""])[0]
        with self._lock:
            if given in self._once:
                self._once.discard(given)
                return True
        return self._is_token(given)

    def allows(self, headers: Headers) -> bool:
        """Say whether a request's headers carry the token: cookie, or `Authorization: Bearer`."""
        kind, _, given = headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer" and self._is_token(given.strip()):
            return True
        cookies = cookie_parser("; ".join(headers.getlist("cookie")))
        return self._is_token(cookies.get(self.cookie, ""))

    def set_cookie(self, root_path: str) -> bytes:
        """Return the Set-Cookie header: not for scripts, not for other sites, gone with the
        browser.
        """
        path = root_path or "/"
        return f"{self.cookie}={self.token}; Path={path}; HttpOnly; SameSite=Strict".encode()

    def _is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode("utf-8", "replace"), self.token.encode())

"""What the server remembers of every visitor, and for how long: bounded in number, lights, jobs and
results.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import re
import secrets
import shutil
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from sat2density.apps.studio.limits import (
    MAX_OWN_LIGHTS,
    MAX_RESULT_BYTES,
    MAX_RESULTS,
    MAX_VISITORS,
    SESSION_IDLE_S,
)
from sat2density.errors import InputError

if TYPE_CHECKING:
    from sat2density.apps.studio.place import Place
    from sat2density.light.lighting import Lighting

OWN_LIGHT = re.compile(r"own-[0-9]{1,2}")
"""Keys the page may give to a visitor's own lights."""


@dataclasses.dataclass(frozen=True)
class Result:
    """A file made for a visitor, found again by its random token alone."""

    token: str
    name: str
    kind: str
    path: Path
    made: float
    note: str = ""

    @property
    def size(self) -> int:
        """Bytes on disk; 0 once the file is gone."""
        with contextlib.suppress(OSError):
            return self.path.stat().st_size
        return 0

    def describe(self) -> dict[str, object]:
        """Return what the page needs to list and fetch it."""
        url = f"results/{self.token}/{self.name}"
        return {
            "token": self.token,
            "name": self.name,
            "kind": self.kind,
            "url": url,
            "bytes": self.size,
            "note": self.note,
        }


@dataclasses.dataclass
class Visitor:
    """One page's state.

    Attributes:
        sockets: open connections; see `connected`.
        turn: held while one file of this visitor is read or decoded.
        turns: files that are read or wait for it.

    """

    key: str
    folder: Path
    tab: str = ""
    place: Place | None = None
    tiles: int = 0
    lights: dict[str, Lighting] = dataclasses.field(default_factory=dict)
    turn: asyncio.Lock = dataclasses.field(default_factory=asyncio.Lock)
    turns: int = 0
    results: list[Result] = dataclasses.field(default_factory=list)
    sockets: int = 0
    forgotten: bool = False
    seen: float = dataclasses.field(default_factory=time.monotonic)

    @property
    def connected(self) -> bool:
        """Whether a page is there. Counted, not a flag: when a page comes back before the end of
        its old connection is noticed, that end must not take the new one's place away.
        """
        return self.sockets > 0

    def standing(self) -> Place:
        """Return the place; InputError when no tile was chosen yet."""
        if self.place is None:
            raise InputError("Choose a tile first.")
        return self.place

    def check_light(self, key: str) -> None:
        """Refuse (InputError) a key that is none of `OWN_LIGHT`, and one light too many."""
        if not OWN_LIGHT.fullmatch(key):
            raise InputError("A light of one's own is called own-1, own-2, ...")
        if key not in self.lights and len(self.lights) >= MAX_OWN_LIGHTS:
            raise InputError(f"At most {MAX_OWN_LIGHTS} photographs are kept; remove one first.")

    def add_light(self, key: str, light: Lighting) -> None:
        """Remember an own light under a key the page chose; see `check_light`."""
        self.check_light(key)
        self.lights[key] = light

    def add_result(self, path: Path, kind: str, note: str = "") -> Result:
        """List a file of this visitor's folder as a result; the oldest beyond `MAX_RESULTS` or
        `MAX_RESULT_BYTES` are deleted.
        """
        result = Result(secrets.token_urlsafe(16), path.name, kind, path, time.time(), note)
        self.results.append(result)
        while len(self.results) > MAX_RESULTS or (
            len(self.results) > 1 and sum(r.size for r in self.results) > MAX_RESULT_BYTES
        ):
            self.drop_result(self.results[0].token)
        return result

    def kept_bytes(self) -> int:
        """Return how much of this visitor's own pictures lies on disk."""
        return sum(path.stat().st_size for path in self.folder.glob("own-*"))

    def drop_result(self, token: str) -> None:
        """Delete a result's file and forget it."""
        for result in [r for r in self.results if r.token == token]:
            self.results.remove(result)
            shutil.rmtree(result.path.parent, ignore_errors=True)

    def new_folder(self) -> Path:
        """Make an empty folder for one result."""
        return Path(tempfile.mkdtemp(prefix="result-", dir=self.folder))


class Visitors:
    """All visitors; safe to use from several threads.

    Args:
        root: the server's own temporary folder; every visitor gets a folder in it.
        most: sessions kept at once.

    """

    def __init__(self, root: Path, most: int = MAX_VISITORS) -> None:
        self.root = root
        self.most = most
        self._known: dict[str, Visitor] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._known)

    def find(self, key: str | None) -> Visitor | None:
        """Return the visitor with this secret key, if there is one."""
        return self._known.get(key or "")

    def greet(self, key: str | None, tab: str) -> tuple[Visitor, bool]:
        """Return (visitor, whether it is new) for a page that says hello.

        A known key is taken up again, unless another tab is connected with it (a duplicated tab
        copies its key).

        Raises:
            InputError: every place is taken by somebody who is connected.

        """
        with self._lock:
            known = self.find(key)
            if known is not None and (not known.connected or known.tab == tab):
                known.tab = tab
                known.seen = time.monotonic()
                known.sockets += 1
                return known, False
            self._make_room()
            fresh = secrets.token_urlsafe(16)
            folder = Path(tempfile.mkdtemp(prefix="visitor-", dir=self.root))
            self._known[fresh] = Visitor(fresh, folder, tab, sockets=1)
            return self._known[fresh], True

    def leave(self, visitor: Visitor) -> None:
        """Note that one connection ended; the state stays for a while, for the page to come back
        to.
        """
        with self._lock:
            visitor.sockets -= 1
            visitor.seen = time.monotonic()

    def result(self, token: str) -> Result | None:
        """Find a result by its token among all visitors."""
        with self._lock:
            known = list(self._known.values())
        return next(
            (r for visitor in known for r in list(visitor.results) if r.token == token), None
        )

    def _make_room(self) -> None:
        now = time.monotonic()
        # Who only came by goes first: a crowd of such must not cost anybody a tile.
        absent = sorted(
            (v for v in self._known.values() if not v.connected),
            key=lambda v: (v.place is not None, v.seen),
        )
        for visitor in absent:
            if now - visitor.seen > SESSION_IDLE_S or len(self._known) >= self.most:
                self._forget(visitor)
        if len(self._known) >= self.most:
            raise InputError(
                f"The studio is full: {self.most} visitors are connected. Try again later."
            )

    def _forget(self, visitor: Visitor) -> None:
        del self._known[visitor.key]
        visitor.forgotten = True
        shutil.rmtree(visitor.folder, ignore_errors=True)

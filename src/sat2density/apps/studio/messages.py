"""The one schema of the websocket's messages: every message is checked here, at the door, before
anything acts on it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, Final, Protocol

from sat2density.apps.studio.limits import MAX_DETAIL_SIDE, MAX_MESSAGE_BYTES
from sat2density.errors import InputError
from sat2density.paths.exchange import MAX_PATH_POINTS
from sat2density.reading import parse_json


class Kind(Protocol):
    """What a value must be."""

    def check(self, value: Any, name: str) -> None:
        """Raise InputError, which names the value, when it is something else."""


@dataclasses.dataclass(frozen=True)
class Number:
    """A finite number from `low` to `high`; with `whole`, without a fraction."""

    low: float
    high: float
    whole: bool = False

    def check(self, value: Any, name: str) -> None:
        """Raise InputError unless `value` is such a number."""
        kinds = int if self.whole else int | float
        # Compared as they are: a whole number of 400 digits is no float.
        if (
            isinstance(value, kinds)
            and not isinstance(value, bool)
            and self.low <= value <= self.high
        ):
            return
        what = "whole number" if self.whole else "number"
        raise InputError(f"{name} must be a {what} from {self.low:g} to {self.high:g}.")


@dataclasses.dataclass(frozen=True)
class Text:
    """A text of at most `longest` characters."""

    longest: int

    def check(self, value: Any, name: str) -> None:
        """Raise InputError unless `value` is such a text."""
        if not isinstance(value, str) or len(value) > self.longest or not _is_writable(value):
            raise InputError(f"{name} must be a text of at most {self.longest} characters.")


def _is_writable(text: str) -> bool:
    """Say whether a text can be written into a file: half a character cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


@dataclasses.dataclass(frozen=True)
class Optional:
    """null, or what `kind` says."""

    kind: Kind

    def check(self, value: Any, name: str) -> None:
        """Raise InputError unless `value` is null or passes."""
        if value is not None:
            self.kind.check(value, name)


@dataclasses.dataclass(frozen=True)
class ListOf:
    """A list of `fewest` to `most` values of one kind."""

    kind: Kind
    fewest: int
    most: int

    def check(self, value: Any, name: str) -> None:
        """Raise InputError unless `value` is such a list."""
        if not isinstance(value, list) or not self.fewest <= len(value) <= self.most:
            raise InputError(f"{name} must be a list of {self.fewest} to {self.most} values.")
        for index, item in enumerate(value):
            self.kind.check(item, f"{name}[{index}]")


@dataclasses.dataclass(frozen=True)
class Record:
    """An object with these members and no others; those in `optional` may be missing."""

    needed: Mapping[str, Kind]
    optional: Mapping[str, Kind] = dataclasses.field(default_factory=dict)

    def check(self, value: Any, name: str) -> None:
        """Raise InputError unless `value` is such an object."""
        where = f"{name}." if name else ""
        if not isinstance(value, dict):
            raise InputError(f"{name or 'A message'} must be an object.")
        for key in value:
            if key not in self.needed and key not in self.optional:
                raise InputError(f"{where}{key[:40]} means nothing here.")
        for key, kind in self.needed.items():
            if key not in value:
                raise InputError(f"{where}{key} is missing.")
            kind.check(value[key], f"{where}{key}")
        for key, kind in self.optional.items():
            if key in value:
                kind.check(value[key], f"{where}{key}")


UNITS: Final = Number(-1, 1)
"""A position on the tile: 1 is half the tile's side."""
NEARLY_UNITS: Final = Number(-1 - 1e-6, 1 + 1e-6)
PLACE: Final = {"east": UNITS, "south": UNITS}
SEQUENCE: Final = Number(0, 2**53, whole=True)
NAME: Final = Text(64)
LOOK: Final = Text(16)
LIGHT: Final = Record({"a": NAME}, {"b": Optional(NAME), "t": Number(0, 1)})
POINTS: Final = ListOf(ListOf(NEARLY_UNITS, 2, 2), 0, MAX_PATH_POINTS)

WINDOW: Final = Record(
    {
        "yaw": Number(-360, 360),
        "pitch": Number(-90, 90),
        "fov": Number(1, 170),
        "width": Number(16, MAX_DETAIL_SIDE, whole=True),
        "height": Number(16, MAX_DETAIL_SIDE, whole=True),
    }
)
"""What a window shows: direction and horizontal field of view in degrees, size in pixels."""

SEEN: Final[Mapping[str, Kind]] = {
    "seq": SEQUENCE,
    "need": ListOf(NAME, 0, 8),
    "look": LOOK,
    "detail": WINDOW,
}
"""What may be said of a view that is asked for."""

VIDEO: Final = Record(
    {
        "style": NAME,
        "width": Number(1, 2**16, whole=True),
        "fps": Number(1, 1000, whole=True),
        "light": LIGHT,
        "points": POINTS,
    }
)
"""Options of a video; the maker knows which widths and rates there are."""

FORMAT: Final = Record(
    {},
    {
        "light": LIGHT,
        "title": Text(400),
        "place": Record(PLACE),
        "yaw": Number(-3600, 3600),
        "points": POINTS,
    },
)
"""Options of everything else that can be made: what is shown, for formats that show something."""

MESSAGES: Final[Mapping[str, Record]] = {
    "hello": Record({"protocol": Number(0, 1000, whole=True), "tab": NAME}, {"session": NAME}),
    "look": Record({**PLACE, "light": LIGHT}, SEEN),
    "roam": Record(
        {"lat": Number(-90, 90), "lon": Number(-360, 360), "light": LIGHT},
        SEEN,
    ),
    "thumbs": Record(PLACE, {"look": LOOK}),
    "shape": Record({}),
    "cancel": Record({"job": NAME}),
    "drop": Record({"token": NAME}),
}
"""Messages by what they ask for ("do"); "make" is above."""


def parse(text: str | None) -> dict[str, Any]:
    """Return a message, an object of JSON, checked in size but not yet in its members.

    Raises:
        InputError: no text, too long, no JSON, or no object.

    """
    if text is None:
        raise InputError("A message is text, not bytes.")
    if len(text) > MAX_MESSAGE_BYTES:
        raise InputError(f"A message has at most {MAX_MESSAGE_BYTES // 1024} kB.")
    message = parse_json(text, "A message")
    if not isinstance(message, dict):
        raise InputError("A message is a JSON object.")
    return message


def check(message: dict[str, Any]) -> str:
    """Check the members of a message and return what it asks for.

    Raises:
        InputError: it asks for nothing known, or a member is missing, unknown or out of range.

    """
    do = message.get("do")
    rest = {key: value for key, value in message.items() if key != "do"}
    if do == "make":
        what = rest.pop("what", None)
        NAME.check(what, "what")
        (VIDEO if what == "video" else FORMAT).check(rest, "")
        return "make"
    if not isinstance(do, str) or do not in MESSAGES:
        raise InputError("The studio does not know this message; reload the page.")
    MESSAGES[do].check(rest, "")
    return do


def sequence(message: dict[str, Any]) -> int | None:
    """Return the number of a request, to be sent back with its answer; None where it has none."""
    seq = message.get("seq")
    return seq if type(seq) is int and 0 <= seq <= 2**53 else None

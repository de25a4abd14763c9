"""Errors that tell the user what was wrong, where, and what to do next.

Every error the package raises on purpose derives from `Sat2DensityError`; the commands print its
message on one line and leave with exit code 2. A message names the file or argument first and ends
with the remedy.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Final


class Sat2DensityError(Exception):
    """Base of all errors meant for the user; the message is complete without a traceback."""


class InputError(Sat2DensityError, ValueError):
    """A file, option or array the user gave cannot be used as it is."""


class ShapeError(InputError):
    """An array has a shape or type other than the one documented."""


class WeightsError(InputError):
    """A weights file is missing, damaged, or does not fit."""


class OutputError(Sat2DensityError, OSError):
    """A result cannot be written where it was asked for."""


class MissingExtraError(Sat2DensityError, ImportError):
    """An optional dependency is needed; the message gives the install line."""

    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(
            f"{feature} needs the optional packages of [{extra}]: pip install "
            f"'sat2density[{extra}]'"
        )


NEAR: Final = 0.5
"""Share of letters that two names must have in common: "fp16" still finds "bfloat16"."""


def near_matches(name: str, choices: Iterable[str]) -> str:
    """Name the choice that a wrong name probably meant, ready to be put into a message.

    Args:
        name: what the user wrote; capitals do not count.
        choices: the right names.

    Returns:
        ``"; did you mean 'x'?"`` for the nearest choice, or an empty string where none is near
        (`NEAR`).

    Example:
        >>> near_matches("Suburbs", ["suburb", "village", "town"])
        "; did you mean 'suburb'?"

    """
    lowered = {choice.lower(): choice for choice in choices}
    close = difflib.get_close_matches(name.lower(), list(lowered), n=1, cutoff=NEAR)
    return f"; did you mean '{lowered[close[0]]}'?" if close else ""


def unknown_name(what: str, name: str, choices: Iterable[str]) -> InputError:
    """Build the error for a name that is none of `choices`, with the nearest match and the whole
    list.

    Args:
        what: what the name should be one of, such as "style".
        name: what the user wrote.
        choices: the right names; the message sorts them.

    Returns:
        The error, to be raised by the caller.

    Example:
        >>> print(unknown_name("style", "vilage", ["town", "village"]))
        unknown style 'vilage'; did you mean 'village'? (choices: town, village)

    """
    listed = sorted(choices)
    return InputError(
        f"unknown {what} '{name}'{near_matches(name, listed)} (choices: {', '.join(listed)})"
    )

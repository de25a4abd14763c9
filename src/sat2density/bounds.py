"""Bounds on sizes and counts, checked before anything is allocated: a refusal costs nothing."""

from __future__ import annotations

from typing import Any, Final

from sat2density.errors import InputError

MOST_PIXELS: Final = 2**26
"""Of a picture that is composed here: 8192 x 8192, 200 MB while it is drawn."""

LONGEST_SIDE: Final = 65_500
"""Pixels; JPEG files end there, and hardly a program shows more."""

MOST_ELONGATED: Final = 1000
"""The longer side over the shorter one: beyond, a picture is a line, and one pixel of its width
costs as many of its length.
"""


def check_size(
    what: str,
    width: float,
    height: float,
    *,
    longest: int = LONGEST_SIDE,
    pixels: int = MOST_PIXELS,
) -> None:
    """Refuse a picture that would be too long, too large or too thin.

    Args:
        what: names the picture in the message.
        width: pixels.
        height: pixels.
        longest: most pixels of a side.
        pixels: most pixels altogether.

    Raises:
        InputError: no whole numbers above 0, or beyond a bound, which the message names.

    Example:
        >>> check_size("sheet", 326_000, 86_000)
        Traceback (most recent call last):
        sat2density.errors.InputError: sheet: 326000x86000 pixels are too many; at most 65500 a \
side and 67,108,864 altogether

    """
    sides = (width, height)
    if not all(_is_whole(side) and side >= 1 for side in sides):
        raise InputError(
            f"{what}: must be whole numbers of pixels, at least 1, not {_shown(sides)}"
        )
    text = f"{what}: {_shown(width)}x{_shown(height)} pixels are"
    if max(sides) > longest or width * height > pixels:
        raise InputError(f"{text} too many; at most {longest} a side and {pixels:,} altogether")
    if max(sides) > MOST_ELONGATED * min(sides):
        raise InputError(f"{text} too thin; one side is at most {MOST_ELONGATED} times the other")


def check_count(what: str, value: Any, least: int, most: int) -> None:
    """Refuse (InputError) what is no whole number from `least` to `most`.

    Args:
        what: names the value in the message.
        value: anything.
        least: smallest value allowed.
        most: largest value allowed.

    """
    if not (_is_whole(value) and least <= value <= most):
        raise InputError(
            f"{what} must be a whole number from {least} to {most}, not {_shown(value)}"
        )


def check_number(what: str, value: Any, least: float, most: float, unit: str = "") -> None:
    """Refuse (InputError) what is no number from `least` to `most`.

    Args:
        what: names the value in the message.
        value: anything.
        least: smallest value allowed.
        most: largest value allowed.
        unit: written behind the bounds.

    """
    # In Python True is a whole number.
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not (number and least <= value <= most):
        words = f"{least:g} to {most:g} {unit}".rstrip()
        raise InputError(f"{what} must be {words}, not {_shown(value)}")


def _shown(value: Any) -> str:
    """Return a value as a short text: numbers of a thousand digits come, too."""
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, int) and abs(value) > 10**30:
        return "a number of more than 30 digits"
    return repr(value)[:60]


def _is_whole(value: Any) -> bool:
    return hasattr(value, "__index__") and not isinstance(value, bool)

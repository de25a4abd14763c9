"""Text, scale bars and round numbers on pictures (Pillow's own font: nothing to install, the same
everywhere).
"""

from __future__ import annotations

import functools
import math
import unicodedata
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from sat2density.export.colours import scale

INK, PAPER = (28, 32, 38), (255, 255, 255)


@functools.cache
def font(size: int) -> Any:
    """Return Pillow's built-in font at `size` pixels.

    Args:
        size: height of a line, pixels.

    """
    return ImageFont.load_default(size)


def text_width(text: str, size: int) -> int:
    """Return the width of `text` in pixels, rounded up.

    Args:
        text: one line.
        size: of the letters, pixels.

    """
    return math.ceil(font(size).getlength(text))


def printable(text: str) -> str:
    """Return `text` in the letters the built-in font has (ASCII): accents dropped, other signs as
    '?'.

    Args:
        text: any text.

    Example:
        >>> printable("Zürich 東")
        'Zurich ?'

    """
    parts = unicodedata.normalize("NFKD", text)
    return "".join(
        sign if " " <= sign <= "~" else "?" for sign in parts if not unicodedata.combining(sign)
    )


def fitted(text: str, size: int, width: int) -> str:
    """Return `text` printable, shortened in its middle with '...' where it is too wide.

    Args:
        text: one line.
        size: of the letters, pixels.
        width: pixels that it may take; one letter and the dots stay in any case.

    """
    text = printable(text)
    keep = len(text)
    shown = text
    while keep > 1 and text_width(shown, size) > width:
        keep -= 1
        shown = text[: (keep + 1) // 2] + "..." + text[len(text) - keep // 2 :]
    return shown


def round_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Return at most `most` round numbers (steps of 1, 2 or 5 times a power of ten) inside [low,
    high].

    Args:
        low: lower end of the range.
        high: upper end, above `low`.
        most: how many numbers there may be, at least 2.

    Example:
        >>> round_ticks(0, 21.2)
        [0.0, 5.0, 10.0, 15.0, 20.0]

    """
    least = (high - low) / max(1, most - 1)
    power = 10.0 ** math.floor(math.log10(least))
    # Hairs of tolerance: an end such as 0.3 may come out of a sum a little too large.
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least * (1 - 1e-9))
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(index * step, 10) + 0.0 for index in range(first, last + 1)]


def scale_bar(
    length: int,
    low: float,
    high: float,
    *,
    vertical: bool,
    reverse: bool,
    text: int = 12,
    unit: str = "m",
) -> Image.Image:
    """Draw the colour scale with its numbers: vertical with `high` at the top, or horizontal with
    `high` at the right.

    Args:
        length: pixels along the bar.
        low: value at its dark end, in `unit`.
        high: value at its other end, above `low`.
        vertical: direction; a vertical bar's numbers stand at its right, a horizontal one's below
            it.
        reverse: as in `colours.coloured`.
        text: font size in pixels.
        unit: written behind every number.

    """
    thick = text
    gap = 4
    ticks = round_ticks(low, high, most=max(2, min(6, length // ((2 if vertical else 5) * text))))
    labels = [f"{tick:g} {unit}" for tick in ticks]
    widest = max(text_width(label, text) for label in labels)
    levels = scale()[::-1] if reverse else scale()
    stripe = levels[np.linspace(0, 255, length).round().astype(int)]
    if vertical:
        bar = Image.new("RGB", (thick + 2 * gap + widest, length), PAPER)
        bar.paste(Image.fromarray(np.repeat(stripe[::-1, None], thick, axis=1)), (0, 0))
    else:
        bar = Image.new("RGB", (length, thick + gap + text + 2), PAPER)
        bar.paste(Image.fromarray(np.repeat(stripe[None], thick, axis=0)), (0, 0))
    draw = ImageDraw.Draw(bar)
    for tick, label in zip(ticks, labels, strict=True):
        along = (tick - low) / (high - low) * (length - 1)
        if vertical:
            y = length - 1 - along
            draw.line([(thick, y), (thick + gap - 1, y)], INK)
            inside = min(max(y, text / 2), length - 1 - text / 2)
            draw.text((thick + gap + 2, inside), label, INK, font(text), anchor="lm")
        else:
            draw.line([(along, thick), (along, thick + gap - 1)], INK)
            half = text_width(label, text) / 2
            draw.text(
                (min(max(along, half), length - half), thick + gap),
                label,
                INK,
                font(text),
                anchor="mt",
            )
    return bar

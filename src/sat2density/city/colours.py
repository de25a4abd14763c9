"""Colours of things: from the tile where it shows them, guessed where it does not."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

import numpy as np

WALLS: Final = (
    "#c9bfae",
    "#d8d2c4",
    "#b9a48c",
    "#a5785f",
    "#b98d6d",
    "#cfc8bb",
    "#8f8578",
    "#ddd8cf",
)
"""Walls are not seen from above: plausible ones."""


def hex_of(colour: Sequence[float]) -> str:
    """Return "#rrggbb".

    Args:
        colour: red, green, blue in [0, 255]; rounded and clipped.

    """
    return "#" + "".join(f"{min(max(round(float(c)), 0), 255):02x}" for c in colour)


def rgb_of(text: str) -> tuple[float, float, float]:
    """Return red, green, blue in [0, 1] of "#rrggbb".

    Args:
        text: as `hex_of` returns it.

    """
    red, green, blue = (int(text[k : k + 2], 16) / 255 for k in (1, 3, 5))
    return red, green, blue


def linear_of(text: str) -> tuple[float, float, float]:
    """Return linear red, green, blue in [0, 1] of "#rrggbb" (sRGB's curve, IEC 61966-2-1).

    Args:
        text: as `hex_of` returns it.

    """
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb_of(text)
    )
    return red, green, blue


def colour_of(samples: np.ndarray) -> str:
    """Return the middle colour of some pixels: the median of each channel.

    Args:
        samples: (N, 3) uint8; none give a grey.

    """
    return hex_of(np.median(samples, 0)) if len(samples) else "#808080"


def picked(choices: Sequence[str], *key: object) -> str:
    """Return one of some choices, always the same for the same key.

    Args:
        choices: to pick from.
        *key: anything with a text of its own.

    """
    digest = hashlib.sha256(repr(key).encode()).digest()
    return choices[int.from_bytes(digest[:4], "big") % len(choices)]

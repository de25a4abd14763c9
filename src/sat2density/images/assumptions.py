"""One look at decoded samples: which are colours, what the fourth band is, how bright is white.

A picture is told from measurements by its numbers. Whatever is assumed is said, so that no tile is
black, and no near infrared transparent, without a word.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from sat2density.errors import InputError
from sat2density.notices import notice

DARK: Final = 2**14
"""16-bit numbers that stay below are no 16-bit picture: reflectance, 10, 12 or 14 bits."""

WHITEST: Final = 99.5
"""Per cent of the samples below the white of a stretch; the rest are clouds, roofs and faults."""

LOOKED_AT: Final = 2**20
"""Samples looked at for it."""

OPAQUE_SHARE: Final = 0.9
"""A fourth band is transparency when at least this share of it is fully opaque or fully
transparent.
"""


class Samples(NamedTuple):
    """What a file holds of a picture.

    Attributes:
        bands: (H, W, C), C from 1 to 4: the first bands of the file.
        in_file: bands in the file.
        nodata: the number that stands for nothing, where the file names one.
        inverted: 0 is white.

    """

    bands: np.ndarray
    in_file: int
    nodata: float | None = None
    inverted: bool = False


def to_picture(samples: Samples, path: str | Path, advice: str = "") -> np.ndarray:
    """Return uint8 (H, W, 3) or uint8 or uint16 (H, W): black where the file says "nothing".

    Args:
        samples: what the file holds.
        path: for messages.
        advice: the line that converts it, for what cannot be taken for a picture.

    Raises:
        InputError: negative numbers that are not the file's "nothing".

    """
    bands, nothing = _colours(samples, path)
    nothing |= _nothing(bands, samples.nodata)
    bands = np.where(nothing[..., None], 0, bands)
    if bands.min(initial=0) < 0:
        raise InputError(
            f"{path}: holds negative numbers (down to {bands.min()}): heights, or a mark for "
            f"'nothing' that the file does not name; convert it{': ' + advice if advice else ''}"
        )
    if bands.max(initial=0) > 65535:
        raise InputError(
            f"{path}: holds whole numbers beyond 16 bits; save it as an 8 or 16 bit picture"
        )
    pixels = stretched(bands, path) if bands.dtype.itemsize > 1 else bands.astype(np.uint8)
    if samples.inverted:
        pixels = np.iinfo(pixels.dtype).max - pixels
        pixels[nothing] = 0
    if pixels.shape[2] == 1:
        return pixels[..., 0]
    return pixels if pixels.dtype == np.uint8 else (pixels >> 8).astype(np.uint8)


def stretched(values: np.ndarray, path: str | Path) -> np.ndarray:
    """Return whole numbers in 16 bits with white where it belongs, and say what was assumed.

    Numbers up to 255 are taken for 8 bits; numbers that stay below `DARK` are stretched so that 0
    is black and the brightest (but for half a per cent) white, all bands alike; others stay.

    Args:
        values: whole numbers from 0 to 65535, any shape.
        path: the file, for notices.

    Returns:
        uint16 of the same shape, 65535 = white.

    """
    values = values.astype(np.uint16, copy=False)
    most = int(values.max(initial=0))
    if most == 0:
        return values
    if most <= 255:
        notice(f"{path}: holds 8-bit values (up to {most}) in 16 bits; read as 8 bits")
        # 257 takes 255 to 65535.
        return values * np.uint16(257)
    # A percentile of a part: to sort all of a large picture would take long.
    step = max(1, values.size // LOOKED_AT)
    white = float(np.percentile(values.reshape(-1)[::step], WHITEST))
    if white >= DARK:
        return values
    white = white if white > 0 else float(most)
    notice(
        f"{path}: its 16-bit values end at {most}; stretched: 0 is black, {white:.0f} and above "
        f"white"
    )
    factor = np.float32(65535 / white)
    return (values.astype(np.float32) * factor).round().clip(0, 65535).astype(np.uint16)


def is_transparency(band: np.ndarray) -> bool:
    """Whether a band's numbers are those of a mask: nearly all are the least or the most.

    Args:
        band: (H, W) of an unsigned whole type; an empty one counts as a mask.

    """
    full = np.iinfo(band.dtype).max
    return float(((band == 0) | (band == full)).mean()) >= OPAQUE_SHARE if band.size else True


def _colours(samples: Samples, path: str | Path) -> tuple[np.ndarray, np.ndarray]:
    """Return the colours (H, W, 1 or 3) and where they are transparent."""
    bands = samples.bands
    count = samples.in_file
    colours = bands[..., :3] if bands.shape[2] >= 3 else bands[..., :1]
    transparent = np.zeros(bands.shape[:2], bool)
    rest = count - colours.shape[2]
    if rest == 0:
        return colours, transparent
    kind = "red, green, blue" if colours.shape[2] == 3 else "grey"
    last = bands[..., colours.shape[2]]
    if rest == 1 and is_transparency(last):
        return colours, last == 0
    if rest == 1 and colours.shape[2] == 3:
        notice(
            f"{path}: its fourth band ({last.min()} to {last.max()}) is no transparency; taken for "
            f"near infrared and left out"
        )
    else:
        notice(
            f"{path}: has {count} bands; the first {colours.shape[2]} are taken for {kind}, the "
            f"others are left out"
        )
    return colours, transparent


def _nothing(bands: np.ndarray, nodata: float | None) -> np.ndarray:
    if nodata is None:
        return np.zeros(bands.shape[:2], bool)
    return (bands == nodata).all(axis=2)

"""What a raster's numbers mean as a picture: which bands are colours, what is black and white."""

from __future__ import annotations

import dataclasses
import math
from typing import Any, Final

import numpy as np

from sat2density.errors import InputError
from sat2density.notices import notice

LOOKS: Final = (8, 8)
"""Rows and columns of small windows in which a raster's brightness is looked at."""

LOOK_SIDE: Final = 64
"""Pixels of such a window's side: a raster of any size costs 64 small reads."""

LONGEST: Final = 500
"""Letters of an attribution."""

WHITEST: Final = 99.5
"""Per cent of the numbers below white where no stretch is stated (as `images.assumptions`)."""


@dataclasses.dataclass(frozen=True)
class MapReading:
    """How a raster is to be read.

    Attributes:
        bands: numbers (from 1) of the bands that are red, green and blue, or of one grey band; None
            takes those that the file names, else the first ones.
        stretch: (value of black, value of white); None takes 8 bits as they are, and looks at
            others once, the same for the whole raster.
        zoom: of a tile server.
        attribution: whose pictures these are; a tile server needs it.

    """

    bands: tuple[int, ...] | None = None
    stretch: tuple[float, float] | None = None
    zoom: int | None = None
    attribution: str | None = None

    def check(self) -> None:
        """Refuse values that no raster can have.

        Raises:
            InputError: not one or three bands, white not above black, or an attribution that cannot
                be written.

        """
        if self.bands is not None and len(self.bands) not in (1, 3):
            raise InputError(
                f"--bands: name three bands (red, green, blue) or one (grey), not {len(self.bands)}"
            )
        if self.attribution is not None and not (
            self.attribution.isprintable() and len(self.attribution) <= LONGEST
        ):
            raise InputError(
                f"--attribution: must be one line of at most {LONGEST} letters that can be printed"
            )
        if self.stretch is not None:
            low, high = self.stretch
            if not (math.isfinite(low) and math.isfinite(high) and low < high):
                raise InputError(
                    f"--stretch: black must be below white, both finite, not {low:g} {high:g}"
                )


@dataclasses.dataclass(frozen=True)
class Colours:
    """The bands of a picture and how their numbers become [0, 1].

    Attributes:
        bands: one or three band numbers.
        low, high: black and white.
        palette: (256, 3) uint8 colours of a one-band index, or None.

    """

    bands: tuple[int, ...]
    low: float
    high: float
    palette: np.ndarray | None = None

    def picture(self, values: np.ndarray) -> np.ndarray:
        """Return float32 (3, H, W) in [0, 1].

        Args:
            values: (C, H, W) of the raster's bands.

        """
        if self.palette is not None:
            return np.moveaxis(self.palette[values[0].astype(np.uint8)], -1, 0) / np.float32(255)
        scaled = (values.astype(np.float32) - np.float32(self.low)) / np.float32(
            self.high - self.low
        )
        scaled = np.nan_to_num(scaled, nan=0.0).clip(0.0, 1.0)
        return np.repeat(scaled, 3, 0) if len(scaled) == 1 else scaled


def colours_of(dataset: Any, path: Any, reading: MapReading) -> Colours:
    """Find the bands and the stretch of a raster; what is assumed is told by notices.

    Args:
        dataset: opened by rasterio.
        path: of the file, for messages.
        reading: what the user says.

    Raises:
        InputError: a band that is not there, or numbers that need a stretch.

    """
    reading.check()
    bands = _bands(dataset, path, reading.bands)
    kinds = {dataset.dtypes[band - 1] for band in bands}
    if any(np.dtype(kind).kind == "c" for kind in kinds):
        raise InputError(f"{path}: holds complex numbers (radar), which are no picture")
    palette = _palette(dataset, bands)
    if palette is not None:
        return Colours(bands, 0.0, 255.0, palette)
    if reading.stretch is not None:
        return Colours(bands, float(reading.stretch[0]), float(reading.stretch[1]))
    if kinds == {"uint8"}:
        return Colours(bands, 0.0, 255.0)
    if not kinds <= {"uint8", "uint16", "int16"}:
        raise InputError(
            f"{path}: holds {' and '.join(sorted(kinds))} numbers; say which are black and white: "
            f"--stretch LOW HIGH"
        )
    high = _brightness(dataset, bands)
    if high is None:
        high = float(max(np.iinfo(kind).max for kind in kinds))
    notice(
        f"{path}: 16-bit numbers: 0 is taken for black and {high:g} for white (--stretch LOW HIGH "
        f"says otherwise)"
    )
    return Colours(bands, 0.0, high)


def _bands(dataset: Any, path: Any, wanted: tuple[int, ...] | None) -> tuple[int, ...]:
    if wanted is not None:
        for band in wanted:
            if not 1 <= band <= dataset.count:
                raise InputError(f"{path}: has no band {band}; it has {dataset.count}")
        return tuple(wanted)
    named = {kind.name: band for band, kind in enumerate(dataset.colorinterp, 1)}
    if {"red", "green", "blue"} <= named.keys():
        return named["red"], named["green"], named["blue"]
    others = [band for band in range(1, dataset.count + 1) if band != named.get("alpha")]
    if len(others) >= 3:
        if len(others) > 3:
            notice(
                f"{path}: has {len(others)} bands that name no colours; bands 1, 2, 3 are taken "
                f"for red, green, blue (--bands R G B says otherwise)"
            )
        return tuple(others[:3])
    if len(others) == 2:
        notice(f"{path}: has two bands; the first is taken for grey")
    if not others:
        raise InputError(f"{path}: holds transparency only, no picture")
    return (others[0],)


def _palette(dataset: Any, bands: tuple[int, ...]) -> np.ndarray | None:
    if len(bands) != 1 or dataset.colorinterp[bands[0] - 1].name != "palette":
        return None
    table = np.zeros((256, 3), np.uint8)
    for index, colour in dataset.colormap(bands[0]).items():
        table[index & 255] = colour[:3]
    return table


def _brightness(dataset: Any, bands: tuple[int, ...]) -> float | None:
    """Return white as seen in small windows spread over the raster; None where all are empty."""
    from rasterio.windows import Window

    side = min(LOOK_SIDE, dataset.width, dataset.height)
    found = []
    for row in np.linspace(0, dataset.height - side, LOOKS[0]).astype(int):
        for column in np.linspace(0, dataset.width - side, LOOKS[1]).astype(int):
            window = Window(int(column), int(row), side, side)
            valid = dataset.dataset_mask(window=window) > 0
            if valid.any():
                found.append(dataset.read(list(bands), window=window)[:, valid].ravel())
    seen = np.concatenate(found) if found else np.zeros(0)
    seen = seen[seen > 0]
    return float(np.percentile(seen, WHITEST)) if seen.size else None

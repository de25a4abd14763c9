"""Where a picture lies and how large its pixels are, as far as it says so: GeoTIFF tags or a world
file beside it.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, Final, NamedTuple

from sat2density.errors import InputError
from sat2density.notices import notice
from sat2density.reading import read_text

_PIXEL_SCALE, _TIE_POINT, _TRANSFORM, _KEYS = 33550, 33922, 34264, 34735
_MODEL, _CRS, _UNIT = 1024, 3072, 3076
_GEOGRAPHIC: Final = 2
_WEB_MERCATOR: Final = (3857, 900913, 3785)
_METRES: Final = {9001: 1.0, 9002: 0.3048, 9003: 1200 / 3937, 9036: 1000.0}
"""Codes of the EPSG's units of length, in metres."""

EARTH_RADIUS_M: Final = 6378137.0
DEGREE_M: Final = math.pi / 180 * EARTH_RADIUS_M
TURNED: Final = 0.02
"""A grid turned by more than this (the tangent, about a degree) is said to be turned."""

WORLD_SUFFIXES: Final = {
    ".tif": (".tfw", ".tifw", ".wld"),
    ".tiff": (".tfw", ".tiffw", ".wld"),
    ".png": (".pgw", ".pngw", ".wld"),
    ".jpg": (".jgw", ".jpgw", ".wld"),
    ".jpeg": (".jgw", ".jpegw", ".jpgw", ".wld"),
    ".bmp": (".bpw", ".bmpw", ".wld"),
    ".webp": (".webpw", ".wld"),
}


class Georeference(NamedTuple):
    """A picture's grid: x = a column + b row + c, y = d column + e row + f.

    Attributes:
        grid: (a, b, c, d, e, f); y grows to the north.
        metres: metres of one unit of x and of y, at the picture.
        source: "its own georeference", or the name of the world file.

    """

    grid: tuple[float, float, float, float, float, float]
    metres: tuple[float, float]
    source: str

    @property
    def south_up(self) -> bool:
        """Whether the first row is the southern one."""
        return self.grid[4] > 0

    @property
    def east_left(self) -> bool:
        """Whether the first column is the eastern one."""
        return self.grid[0] < 0

    @property
    def turned_deg(self) -> float:
        """Degrees by which up differs from north; 0 where it is nearly none."""
        a, b, _, d, e, _ = self.grid
        if max(abs(b), abs(d)) <= TURNED * max(abs(a), abs(e)):
            return 0.0
        return math.degrees(math.atan2(d, a))

    def size_m(self, width: int, height: int) -> tuple[float, float]:
        """Return (width, height) in metres of so many pixels.

        Args:
            width: columns, pixels.
            height: rows, pixels.

        """
        a, b, _, d, e, _ = self.grid
        x, y = self.metres
        return math.hypot(a * x, d * y) * width, math.hypot(b * x, e * y) * height


def georeference(
    path: str | Path, tags: dict[int, Any] | None, size: tuple[int, int]
) -> Georeference | None:
    """Return a picture's georeference: from its GeoTIFF tags, else from a world file beside it.

    Args:
        path: the picture.
        tags: the TIFF tags of its page; None for another format.
        size: (width, height) in pixels, for the latitude of its middle.

    """
    found = None if tags is None else _from_tags(tags, size)
    return found or _from_world_file(Path(path), size)


def _from_tags(tags: dict[int, Any], size: tuple[int, int]) -> Georeference | None:
    matrix, scale, tie = (_floats(tags.get(tag)) for tag in (_TRANSFORM, _PIXEL_SCALE, _TIE_POINT))
    keys = _geo_keys(tags.get(_KEYS))
    if len(matrix) == 16:
        grid = (matrix[0], matrix[1], matrix[3], matrix[4], matrix[5], matrix[7])
    elif len(scale) >= 2 and len(tie) >= 6:
        # A tie point says where one place of the picture lies; rows count downwards, y upwards.
        column, row, _, x, y, _ = tie[:6]
        grid = (scale[0], 0.0, x - column * scale[0], 0.0, -scale[1], y + row * scale[1])
    else:
        return None
    return _checked(grid, keys, size, "its own georeference")


def _from_world_file(path: Path, size: tuple[int, int]) -> Georeference | None:
    for suffix in WORLD_SUFFIXES.get(path.suffix.lower(), ()):
        for name in (path.with_suffix(suffix), path.with_suffix(suffix.upper())):
            if not name.is_file():
                continue
            try:
                a, d, b, e, c, f = (float(word) for word in read_text(name, 4096).split()[:6])
                if not all(map(math.isfinite, (a, b, c, d, e, f))) or a * e - b * d == 0:
                    raise ValueError("no grid")
            except (InputError, ValueError):
                notice(
                    f"{path}: {name.name} beside it is no world file (six numbers: a grid of "
                    f"pixels), and is left out; mend or remove it"
                )
                continue
            return _checked((a, b, c, d, e, f), {}, size, name.name)
    return None


def _checked(
    grid: tuple[float, ...], keys: dict[int, int], size: tuple[int, int], source: str
) -> Georeference | None:
    """Return a georeference, or None for a grid that says nothing: pixels, or not invertible."""
    a, b, c, d, e, f = grid
    # What programs write that know no place: rows and columns themselves.
    nowhere = not keys and (a, b, d, abs(e)) == (1, 0, 0, 1) and (c, f) == (0, 0)
    if nowhere or not all(map(math.isfinite, grid)) or a * e - b * d == 0:
        return None
    x = c + a * size[0] / 2 + b * size[1] / 2
    y = f + d * size[0] / 2 + e * size[1] / 2
    return Georeference((a, b, c, d, e, f), _unit(keys, x, y, max(abs(a), abs(b))), source)


def _unit(keys: dict[int, int], x: float, y: float, pixel: float) -> tuple[float, float]:
    """Return the metres of a unit of x and y. Without a word about it: degrees where the numbers
    can be nothing else, else metres.
    """
    degrees = keys.get(_MODEL) == _GEOGRAPHIC
    if not keys:
        degrees = abs(x) <= 180 and abs(y) <= 90 and pixel < 0.01
    if degrees:
        return DEGREE_M * max(0.0, math.cos(math.radians(y))), DEGREE_M
    if keys.get(_CRS) in _WEB_MERCATOR:
        true = 1 / math.cosh(
            max(-20.0, min(20.0, y / EARTH_RADIUS_M))
        )  # the cosine of the latitude
        return true, true
    metres = _METRES.get(keys.get(_UNIT, 9001), 1.0)
    return metres, metres


def _geo_keys(value: Any) -> dict[int, int]:
    """Return the keys of a GeoKeyDirectory that hold a code themselves."""
    words = [int(word) for word in _floats(value)]
    quads = [words[at : at + 4] for at in range(4, len(words) - 3, 4)]
    return {key: code for key, place, count, code in quads if place == 0 and count == 1}


def _floats(value: Any) -> list[float]:
    try:
        return [float(number) for number in value]
    except (TypeError, ValueError):
        return []

"""Satellite tiles, made square, of the width and of the pixels that weights want.

Weights know tiles of one width in metres. A tile whose own width is known (`--extent-m`, a GeoTIFF,
a world file) is cut to that width around its middle where it is wider; where it is a little
narrower, its own margin is mirrored outwards; where it is much narrower, it is refused. Metres are
then true.
"""

from __future__ import annotations

import math
from typing import Any, Final, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from sat2density.bounds import check_number
from sat2density.errors import InputError, ShapeError
from sat2density.images.decoding import decode
from sat2density.images.georeference import Georeference
from sat2density.images.given import are_many, is_path, name_of, pixels_of, stacked
from sat2density.images.pixels import (
    CROPS,
    PICTURE_FILTER,
    crop_square,
    middle,
    resized,
    to_tensor,
)
from sat2density.notices import notice
from sat2density.scene_spec import METRES, SceneSpec

SQUARE_TOLERANCE: Final = 0.01
"""A tile whose sides differ by at most this share counts as square (a pixel lost in a
reprojection).
"""

SCALE_TOLERANCE: Final = 0.02
"""A georeferenced tile may be wider or narrower than asked for by this share without a word; it is
cut all the same.
"""

NARROWEST: Final = 0.8
"""Share of the weights' width that a tile must have: up to a tenth of it is mirrored at each
side, and nothing that was seen lies there.
"""

FEWEST_PIXELS: Final = 32
"""Of a tile after cutting: below, there is nothing to recognise."""


def check_extent(value: float | None, what: str = "extent_m") -> None:
    """Refuse a width that no tile has.

    Args:
        value: metres, or None.
        what: names the value in the message.

    Raises:
        InputError: not from 1 to 100,000 m.

    """
    if value is not None:
        check_number(what, value, *METRES["extent_m"], "metres")


def read_tile(
    path: Any,
    size: int,
    crop: str | None = None,
    extent_m: float | None = None,
    own_m: float | None = None,
    margin: int = 0,
) -> Tensor:
    """Read a satellite tile as float32 (3, size, size) in [0, 1].

    Args:
        path: a picture, as `read_image` takes it.
        size: the side to resize to, pixels.
        crop: one of `CROPS`; None refuses a picture that is not square.
        extent_m: the side that weights want, metres; None keeps what is there.
        own_m: the side that the tile has; None takes a file's own georeference, and without one
            `extent_m`.
        margin: pixels beyond each side that are read too where the picture's own width is known to
            hold them: the tile is then (3, size + 2 margin, size + 2 margin).

    Raises:
        InputError: as `read_image`, when the picture is not square and `crop` does not say how
            to cut it, and when it is much narrower than `extent_m`, or much coarser.

    """
    check_extent(own_m)
    what = name_of(path, "tile")
    place: Georeference | None = None
    pixels: np.ndarray | Tensor
    if is_path(path):
        pixels, place = decode(path)
    else:
        pixels = pixels_of(path, what)
    floats = isinstance(pixels, Tensor)
    device = pixels.device if isinstance(pixels, Tensor) else None
    grid = pixels.permute(1, 2, 0).cpu().numpy() if isinstance(pixels, Tensor) else pixels
    pixel_m = None if place is None else max(place.size_m(1, 1))
    grid = _square(grid, crop, what)
    source = "as was said"
    if place is not None and pixel_m is not None:
        told_m = pixel_m * grid.shape[1]
        if own_m is None:
            own_m, source = told_m, place.source
        elif abs(own_m / told_m - 1) > SCALE_TOLERANCE:
            notice(
                f"{what}: is {told_m:.4g} m wide by {place.source}; taken as {own_m:g} m wide, as "
                f"was said"
            )
    if own_m is not None and extent_m is not None:
        words = _Words(what, own_m, extent_m, source)
        wide = 1 + 2 * margin / size
        if own_m >= extent_m * wide or math.isclose(own_m, extent_m * wide):
            extent_m, size = extent_m * wide, size + 2 * margin
            words = words._replace(beyond_m=(extent_m - words.extent_m) / 2)
        if not math.isclose(own_m, extent_m):
            grid = _of_width(grid, own_m / extent_m, size, words)
            return _tensor(grid).to(device or "cpu")
    if floats:
        return resized_floats(_tensor(grid).to(device or "cpu")[None], size)[0]
    return to_tensor(resized(grid, size, PICTURE_FILTER))


def as_tiles(
    given: Any,
    spec: SceneSpec,
    crop: str | None = None,
    own_m: float | None = None,
    margin: int = 0,
) -> tuple[Tensor, bool]:
    """Return tiles as weights want them: (B, 3, S, S) float32 in [0, 1].

    Args:
        given: a picture as `read_image` takes it; a list of them; or (B, 3, H, H) floats, or
            (B, H, H, 3) bytes.
        spec: sizes that are wanted.
        crop: see `read_tile`.
        own_m: see `read_tile`.
        margin: see `read_tile`; of several tiles all have it, or none.

    Returns:
        The tiles, and whether several were given.

    Raises:
        ShapeError: no square picture of three channels, or values of another range (0 to 255).
        InputError: see `read_tile`.

    """
    size = spec.tile_size
    batch = isinstance(given, Tensor | np.ndarray) and given.ndim == 4
    if are_many(given) or batch:
        many = list(given)
        tiles = [read_tile(one, size, crop, spec.extent_m, own_m, margin) for one in many]
        least = min((one.shape[-1] for one in tiles), default=size)
        return stacked([middle(one, least) for one in tiles], "tile"), True
    return read_tile(given, size, crop, spec.extent_m, own_m, margin)[None], False


def resized_floats(tiles: Tensor, size: int) -> Tensor:
    """Resize (B, 3, H, W) in [0, 1] to (B, 3, size, size), bicubic with antialiasing.

    Args:
        tiles: on any device.
        size: side in pixels.

    """
    if tiles.shape[-2:] == (size, size):
        return tiles
    larger = F.interpolate(tiles, (size, size), mode="bicubic", antialias=True)
    return larger.clamp(0, 1)


class _Words(NamedTuple):
    """What messages say of a tile of another width."""

    name: str
    own_m: float
    extent_m: float
    source: str
    beyond_m: float = 0.0

    def __str__(self) -> str:
        beyond = f" and {self.beyond_m:g} m beyond" if self.beyond_m else ""
        return (
            f"{self.name}: is {self.own_m:.4g} m wide ({self.source}), and these weights see "
            f"{self.extent_m:g} m{beyond}"
        )


def _square(grid: np.ndarray, crop: str | None, what: str) -> np.ndarray:
    height, width = grid.shape[:2]
    if crop is not None:
        return crop_square(grid, crop, what)
    if abs(height - width) > SQUARE_TOLERANCE * max(height, width):
        raise ShapeError(
            f"{what}: the tile is {width}x{height} pixels, not square; cut a square around the "
            f"camera, or say --crop centre (choices: {', '.join(CROPS)})"
        )
    return grid


def _of_width(grid: np.ndarray, ratio: float, size: int, words: _Words) -> np.ndarray:
    """Return (size, size, ...) of the middle `1 / ratio` of a square grid, its margin mirrored
    outwards where that is more than there is.
    """
    side = grid.shape[1]
    wanted = side / ratio
    if ratio < NARROWEST:
        raise InputError(
            f"{words}: too much would have to be made up; fetch {words.extent_m:g} m around the "
            f"camera (at least {NARROWEST * words.extent_m:g} m)"
        )
    if wanted < FEWEST_PIXELS and ratio > 1 + SCALE_TOLERANCE:
        raise InputError(
            f"{words}: only {wanted:.0f} of its {side} pixels would be left; fetch a finer picture "
            f"of {words.extent_m:g} m around the camera"
        )
    if abs(ratio - 1) > SCALE_TOLERANCE:
        done = "cut to that" if ratio > 1 else "its margin is mirrored outwards"
        notice(f"{words}: {done}")
    margin = max(0, math.ceil((wanted - min(grid.shape[:2])) / 2))
    around = ((margin, margin), (margin, margin), (0, 0))[: grid.ndim]
    padded = np.pad(grid, around, mode="symmetric") if margin else grid
    height, width = padded.shape[:2]
    rows, columns = min(wanted, height), min(wanted, width)
    left, top = (width - columns) / 2, (height - rows) / 2
    return _boxed(padded, (left, top, left + columns, top + rows), size)


def _boxed(grid: np.ndarray, box: tuple[float, float, float, float], size: int) -> np.ndarray:
    """Resize a part of a grid, whose borders may lie inside pixels."""
    if grid.dtype == np.uint8:
        part = Image.fromarray(grid).resize((size, size), PICTURE_FILTER, box=box)
        return np.asarray(part)
    most = 65535 if grid.dtype == np.uint16 else 1
    planes = [grid] if grid.ndim == 2 else list(np.moveaxis(grid, -1, 0))
    parts = [
        np.asarray(
            Image.fromarray(np.ascontiguousarray(plane, np.float32)).resize(
                (size, size), PICTURE_FILTER, box=box
            )
        ).clip(0, most)
        for plane in planes
    ]
    values = parts[0] if grid.ndim == 2 else np.stack(parts, axis=-1)
    return values.round().astype(np.uint16) if grid.dtype == np.uint16 else values


def _tensor(grid: np.ndarray) -> Tensor:
    """Return (H, W) of whole numbers, or (H, W, 3) of these or of floats, as (3, H, W)."""
    if grid.dtype == np.float32:
        return torch.from_numpy(np.ascontiguousarray(grid.transpose(2, 0, 1)))
    return to_tensor(grid)

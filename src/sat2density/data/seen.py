"""A picture as a data set's doctor sees it: whole, or smaller where it is large."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path

from torch import Tensor

from sat2density.data.large import LARGE
from sat2density.guarded import header_size
from sat2density.images import PICTURE_FILTER, read_mask
from sat2density.images.decoding import decode
from sat2density.images.georeference import Georeference
from sat2density.images.pixels import resized, to_tensor


@dataclasses.dataclass(frozen=True)
class Seen:
    """A picture that was read.

    Attributes:
        picture: (3, H, W) or, of a mask, (1, H, W), in [0, 1]; of a large one every n-th pixel's
            worth, since its numbers would take gigabytes.
        size: (width, height) of the file, pixels.
        place: the file's own georeference, if it has one.

    """

    picture: Tensor
    size: tuple[int, int]
    place: Georeference | None = None


def see_picture(path: Path) -> Seen:
    """Read a tile or a panorama.

    Args:
        path: its file.

    Raises:
        InputError: as `images.read_image`.

    """
    pixels, place = decode(path)
    height, width = pixels.shape[:2]
    seen = resized(pixels, _seen_size(width, height), PICTURE_FILTER)
    return Seen(to_tensor(seen), (width, height), place)


def see_mask(path: Path) -> Seen:
    """Read a sky mask.

    Args:
        path: its file.

    Raises:
        InputError: as `images.read_mask`.

    """
    width, height = header_size(str(path))
    size = _seen_size(width, height) if width * height > LARGE else None
    mask = read_mask(path, size)
    return Seen(mask, (width, height) if size else (mask.shape[2], mask.shape[1]))


def _seen_size(width: int, height: int) -> tuple[int, int]:
    step = max(1, math.ceil(math.sqrt(width * height / LARGE)))
    return max(1, width // step), max(1, height // step)

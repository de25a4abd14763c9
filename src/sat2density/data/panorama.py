"""Completing a panorama that was cut above and below, and cutting a whole one."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import torch
from torch import Tensor

from sat2density.errors import InputError, ShapeError
from sat2density.images import read_image, save_image

POLE_DEG: Final = 90.0
"""Latitude of the zenith; the nadir's is its negative."""


def complete_panorama(picture: Tensor, top_deg: float, bottom_deg: float) -> Tensor:
    """Add the rows that a cut panorama lacks, up to the zenith and down to the nadir.

    The edge row goes on, and its columns run together into their mean on the way to the pole, where
    all columns are one point. What was there is not touched. Nothing is invented beyond that: use
    it for training and lighting, not to measure pictures by.

    Args:
        picture: (C, H, W) in [0, 1], a full turn wide, rows evenly spaced in latitude.
        top_deg: latitude of the upper edge, degrees in (0, 90].
        bottom_deg: latitude of the lower edge, degrees in [-90, 0).

    Returns:
        (C, H', W), H' about 180 H / (top - bottom).

    Raises:
        ShapeError: not (C, H, W).
        InputError: the latitudes are outside their ranges.

    Example:
        A picture of 90 rows from 45 to -45 degrees gets 45 rows above and 45 below.

    """
    rows = _rows_per_degree(picture, top_deg, bottom_deg)
    above = round((POLE_DEG - top_deg) * rows)
    below = round((POLE_DEG + bottom_deg) * rows)
    top = _towards_pole(picture[:, 0], above).flip(1)
    return torch.cat([top, picture, _towards_pole(picture[:, -1], below)], dim=1)


def complete_file(source: Path, target: Path, top_deg: float, bottom_deg: float) -> None:
    """Complete the panorama, or mask, of a file (`complete_panorama`).

    Args:
        source: its file.
        target: where it is written.
        top_deg: latitude of the upper edge, degrees in (0, 90].
        bottom_deg: latitude of the lower edge, degrees in [-90, 0).

    Raises:
        InputError: it cannot be read, or the latitudes are outside their ranges.
        OutputError: it cannot be written.

    """
    save_image(target, complete_panorama(read_image(source), top_deg, bottom_deg))


def _rows_per_degree(picture: Tensor, top_deg: float, bottom_deg: float) -> float:
    if picture.ndim != 3:
        raise ShapeError(f"panorama: expected (C, H, W), got {tuple(picture.shape)}")
    if not (0 < top_deg <= POLE_DEG and -POLE_DEG <= bottom_deg < 0):
        raise InputError(
            "panorama: its upper edge must lie above the horizon and its lower edge below, by at "
            "most 90 degrees, "
            f"not at {top_deg} and {bottom_deg}"
        )
    return picture.shape[1] / (top_deg - bottom_deg)


def _towards_pole(edge: Tensor, count: int) -> Tensor:
    """Return (C, count, W): an edge row (C, W), fading into its mean."""
    share = ((torch.arange(count, dtype=edge.dtype) + 1) / max(count, 1))[None, :, None]
    return edge[:, None, :] * (1 - share) + edge.mean(dim=1)[:, None, None] * share

"""Flicker along a path: how much a surface changes its colour from one frame to the next."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

OCCLUSION_TOLERANCE = 0.05
"""A point counts as seen in both frames if its distance agrees with the other frame's true depth to
this share.
"""
_FAR_M = 1e6
"""Stands for the sky's infinite depth inside `grid_sample`, which cannot carry infinities."""


def flicker(
    frames: Tensor, depths_m: Tensor, origins_m: Tensor, directions: Tensor, vertical_fov_deg: float
) -> tuple[float, float]:
    """Sum and count of |change| between neighbouring frames after warping by the true depth, on
    0..255.

    Every pixel of frame t + 1 is put into space by its true depth, looked up (bilinear) in frame t,
    and compared there; sky is at infinity (same direction). Left out: points that fall outside
    frame t's rows, and points that frame t does not see (its true depth differs by more than 5%).
    All frames have the same heading.

    Args:
        frames: (T, 3, H, W) predicted panoramas in [0, 1].
        depths_m: (T, 1, H, W) true radial depth, infinite for sky.
        origins_m: (T, 3) cameras (east, up, south) in metres.
        directions: (H, W, 3) the rays of a panorama at heading 0, pixel centres.
        vertical_fov_deg: of the panoramas.

    """
    total = 0.0
    count = 0.0
    for t in range(len(frames) - 1):
        near = depths_m[t + 1, 0]
        sky = depths_m[t + 1, 0].isinf()
        reach = near.masked_fill(sky, 0)[..., None]
        offset = (origins_m[t + 1] - origins_m[t]) * (~sky)[..., None]
        points = torch.where(sky[..., None], directions, directions * reach) + offset
        distance = points.norm(dim=-1)
        grid, seen = lookup_grid(points / distance[..., None], vertical_fov_deg)
        there = _lookup(depths_m[t : t + 1].clamp_max(_FAR_M), grid, "nearest")[0, 0]
        same = (
            torch.where(
                sky, there >= _FAR_M, (there - distance).abs() <= OCCLUSION_TOLERANCE * distance
            )
            & seen
        )
        change = (frames[t + 1] - _lookup(frames[t : t + 1], grid, "bilinear")[0]).abs().mean(
            0
        ) * 255
        total += float(change[same].sum())
        count += float(same.sum())
    return total, count


def lookup_grid(directions: Tensor, vertical_fov_deg: float) -> tuple[Tensor, Tensor]:
    """Where directions (H, W, 3) = (east, up, south) lie in a panorama at heading 0 with centre
    pixels.

    Returns: `grid` (H, W, 2) in [-1, 1] (align_corners=False), and a boolean (H, W): inside the
    rows of the picture.

    Args:
        directions: unit vectors (x east, y up, z south).
        vertical_fov_deg: of the panorama that is looked into.

    """
    azimuth = torch.atan2(-directions[..., 2], directions[..., 0])
    across = torch.remainder(-azimuth / math.pi - 0.5, 2.0) - 1
    latitude = torch.asin(directions[..., 1].clamp(-1, 1))
    down = -latitude / math.radians(vertical_fov_deg / 2)
    return torch.stack([across, down], -1), down.abs() <= 1


def _lookup(picture: Tensor, grid: Tensor, mode: str) -> Tensor:
    """Look a panorama (1, C, H, W) up, wrapping around at its left and right edges."""
    width = picture.shape[-1]
    wrapped = torch.cat([picture[..., -1:], picture, picture[..., :1]], -1)
    scaled = torch.stack([grid[..., 0] * width / (width + 2), grid[..., 1]], -1)
    return F.grid_sample(
        wrapped, scaled[None], mode=mode, padding_mode="border", align_corners=False
    )

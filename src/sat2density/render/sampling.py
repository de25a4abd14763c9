"""Where a ray's samples lie, and what density and colour are there: the reference's reading of the
volume.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


def step_ends(samples: int, step: float, jitter: Tensor | None, like: Tensor) -> Tensor:
    """Return t_k = (k + jitter) step for k = 1..N (method, section 3): (1 or B, N, 1 or H, 1 or W),
    units.

    Args:
        samples: N.
        step: d = L / N, units.
        jitter: None, or (B, H, W) in [-1/2, 1/2): each ray's samples are moved together by that
            part of a step.
        like: a tensor whose device and dtype are taken.

    """
    k = torch.arange(1, samples + 1, device=like.device, dtype=like.dtype)[None, :, None, None]
    return k * step if jitter is None else (k + jitter[:, None].to(like.dtype)) * step


def sample_density(volume: Tensor, points: Tensor, bottom: float, top: float) -> Tensor:
    """Read a density volume at points: trilinear, zero outside, cell centres as in
    `align_corners=False`.

    Args:
        volume: (B, Z, R, C) = [up, south, east], spanning y in [bottom, top] and [-1, 1]
            horizontally.
        points: (B, N, H, W, 3), units.
        bottom: height of the volume's lower face, units.
        top: height of its upper face, units.

    Returns:
        (B, N, H, W), density per unit.

    """
    east, up, south = points.unbind(-1)
    grid = torch.stack((east, south, (up - bottom) * (2 / (top - bottom)) - 1), dim=-1)
    read = F.grid_sample(
        volume[:, None], grid, mode="bilinear", padding_mode="zeros", align_corners=False
    )
    return read[:, 0]


def sample_colour(tile: Tensor, points: Tensor, clamped: bool) -> Tensor:
    """Read the tile's colour above or below points, bilinear at pixel centres.

    Args:
        tile: (B, C, h, w).
        points: (B, N, H, W, 3), units; the height does not matter.
        clamped: beyond the outermost pixel centres the edge's colour goes on (True), or fades to
            zero (False).

    Returns:
        (B, C, N, H, W).

    """
    batch, count, height, width, _ = points.shape
    grid = points[..., (0, 2)].reshape(batch, count * height, width, 2)
    padding = "border" if clamped else "zeros"
    read = F.grid_sample(tile, grid, mode="bilinear", padding_mode=padding, align_corners=False)
    return read.reshape(batch, tile.shape[1], count, height, width)


def vertical_fade(points: Tensor, layers: int, bottom: float, top: float) -> Tensor:
    """Return what is left of a value that every layer repeats: 1 inside, falling to 0 around the
    faces (B, 1, N, H, W).

    The trilinear reading of a volume whose layers are all alike, with zero padding: the weights of
    its own layers.

    Args:
        points: (B, N, H, W, 3), units; y is up.
        layers: of the volume.
        bottom: height of its lower face, units.
        top: height of its upper face, units.

    """
    index = ((points[..., 1] - bottom) / (top - bottom)) * layers - 0.5
    return torch.minimum(index + 1, layers - index).clamp(0, 1)[:, None]

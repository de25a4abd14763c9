"""Steadiness: a surface should look the same from two places a short way apart.

As in the measure `evaluation.metrics.flicker`, one picture is warped into the other by geometry and
compared there. Here the geometry is what the rays themselves met, so no true picture is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor

from sat2density.render.cameras import Rays, panorama_shift
from sat2density.render.volume import RenderedRays
from sat2density.scene_spec import SceneSpec

AGREE: Final = 0.05
"""Distances to one surface, as seen from both places, differ by at most this share."""
SURE: Final = 0.9
"""Opacity from which on a ray meets a surface; a ray of at most 1 - `SURE` meets the sky."""


def correspondence(
    seen: tuple[RenderedRays, RenderedRays],
    rays: tuple[Rays, Rays],
    spec: SceneSpec,
    zooms: Sequence[int],
) -> tuple[Tensor, Tensor]:
    """Find what the rays of windows of panoramas meet in the same windows from other places.

    Args:
        seen: (B, ., h, w) from the first and from the other places.
        rays: of both: origins (B, 3), the same directions.
        spec: size of the panoramas in rays, and their vertical field of view.
        zooms: how much finer than that the rays of each window are.

    Returns:
        (B, h, w, 2): where it lies there, in [-1, 1] across and down, as `grid_sample` wants it;
        the sky stays where it is. And (B, 1, h, w) bool: the other window shows the same surface
        there, or the sky too. Rays that are half through are left out.

    """
    here, there = seen
    points = rays[0].directions * distances(here).movedim(1, -1)
    points = points + (rays[0].origins - rays[1].origins)[:, None, None]
    shift = panorama_shift(rays[0].directions, points, spec.panorama_size, spec.vertical_fov_deg)
    shift = shift * torch.tensor(zooms, device=shift.device)[:, None, None, None]
    sky = here.opacity <= 1 - SURE
    grid = _places(shift.masked_fill(sky.movedim(1, -1), 0))
    opacity, distance = looked_up(torch.cat((there.opacity, distances(there)), 1), grid).split(1, 1)
    reach = points.norm(dim=-1)[:, None]
    near = (distance - reach).abs() <= AGREE * reach
    same = torch.where(sky, opacity <= 1 - SURE, (here.opacity >= SURE) & (opacity >= SURE) & near)
    return grid, same & (grid.abs().amax(-1) <= 1)[:, None]


def distances(seen: RenderedRays) -> Tensor:
    """Return the mean distance (B, 1, H, W) at which rays end, units; near 0 where none does.

    Args:
        seen: of any rays.

    """
    return seen.depth / seen.opacity.clamp_min(1e-3)


def _places(shift: Tensor) -> Tensor:
    """(B, h, w, 2): where rays that are moved by so many columns and rows lie, in [-1, 1]."""
    height, width = shift.shape[1:3]
    columns = (2 * torch.arange(width, device=shift.device) + 1) / width - 1
    rows = (2 * torch.arange(height, device=shift.device) + 1) / height - 1
    own = torch.stack(torch.meshgrid(columns, rows, indexing="xy"), dim=-1)
    return own + shift * torch.tensor((2 / width, 2 / height), device=shift.device)


def looked_up(pictures: Tensor, grid: Tensor) -> Tensor:
    """Look pictures (B, C, H, W) up, bilinear, at `grid` (B, h, w, 2) of `correspondence`.

    Args:
        pictures: of any size.
        grid: places in [-1, 1]; beyond, the border goes on.

    """
    return F.grid_sample(pictures, grid, padding_mode="border", align_corners=False)


def change(picture: Tensor, other: Tensor, grid: Tensor, same: Tensor) -> Tensor:
    """Return the mean absolute change of what both pictures show, 0-dimensional.

    All pixels are compared, not means over a ray's four: a pattern in these, which stays on the
    screen while the surface moves, would be free.

    Args:
        picture: (B, 3, 2h, 2w) in [0, 1]; gradients flow to both.
        other: (B, 3, 2h, 2w), from the other places.
        grid: (B, h, w, 2) of `correspondence`.
        same: (B, 1, h, w) bool.

    """
    height, width = grid.shape[1:3]
    # The four pixels of a ray move together.
    fine = grid.repeat_interleave(2, 1).repeat_interleave(2, 2)
    corner = torch.tensor(((-0.5, -0.5), (0.5, -0.5), (-0.5, 0.5), (0.5, 0.5)))
    corner = corner.to(grid).reshape(2, 2, 2) / torch.tensor((width, height)).to(grid)
    fine = fine + corner.repeat(height, width, 1)
    changed = (picture - looked_up(other, fine)).abs().mean(1, keepdim=True)
    return (F.avg_pool2d(changed, 2) * same).sum() / same.sum().clamp_min(1)

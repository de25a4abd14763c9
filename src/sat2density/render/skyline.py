"""The skyline: what rays see that have left the tile above the horizon."""

from __future__ import annotations

import dataclasses

import torch
import torch.nn.functional as F
from torch import Tensor

from sat2density.conventions import FLOOR
from sat2density.render.cameras import Rays
from sat2density.render.volume import RenderedRays

_COLOURS = 16
"""Rows and columns to which the tile is averaged for the colours along its border."""
_LATE = 16
"""Power of the light let through with which the skyline counts in the depth."""


def add_skyline(rendered: RenderedRays, rays: Rays, skyline: Tensor, tile: Tensor) -> RenderedRays:
    """Put what stands beyond the tile behind what the volume shows.

    A ray leaves the square [-1, 1]^2 at p, a horizontal way of r. Behind p stands something of
    height H over the floor at the further distance D, so that from a camera at y its edge lies at
    the tangent h = (H + FLOOR - y) / (r + D). The ray, of tangent e, is stopped there with the
    probability b = a sigmoid((h - e) / s), a its likelihood; of several lines, one behind the
    other, b = 1 - prod (1 - b_l). What the volume has let through, (1 - opacity) b, gets the tile's
    colour at p and the radial distance of p as its depth: no depth is claimed for what no tile
    shows.

    A ray that is half through a crown ends in the crown or at the skyline, nowhere between. So the
    mean depth (depth / opacity) is that of the volume wherever this shows anything: there the
    skyline counts with (1 - opacity)^16 b alone. Features stay those of the volume.

    Args:
        rendered: (B, 5, H, W) of `render_rays` over the same rays.
        rays: of B cameras with origins (B | 1, 3).
        skyline: (D, L, 4, P), each for B / D pictures that follow each other: of L lines the
            height and the distance in units, the softness s as a tangent and the likelihood, at
            each of P `places` of the border (1: the same all around): `models.skyline_net`.
        tile: (D | 1, 3, h, w) in [0, 1].

    """
    rows = int(
        (rays.directions[..., 1] > 0).any(2).any(0).sum()
    )  # the upper ones: all others end on the ground
    seen = rendered.stacked[:, :, :rows]
    added = _behind(seen, Rays(rays.origins, rays.directions[:, :rows]), skyline, tile)
    stacked = torch.cat((added, rendered.stacked[:, :, rows:]), 2)
    return dataclasses.replace(rendered, stacked=stacked)


def _behind(seen: Tensor, rays: Rays, skyline: Tensor, tile: Tensor) -> Tensor:
    x, y, z = (rays.origins[:, None, None, axis] for axis in range(3))
    east, up, south = rays.directions.unbind(-1)
    flat = torch.hypot(east, south).clamp_min(1e-6)
    way = torch.minimum(_to_side(x, east), _to_side(z, south)).clamp_min(0)
    exits = torch.stack((x + way * east, z + way * south), -1)
    each = len(seen) // len(skyline)
    border = (
        F.adaptive_avg_pool2d(tile, _COLOURS)
        .expand(len(skyline), -1, -1, -1)
        .repeat_interleave(each, 0)
    )
    exits = exits.expand(len(seen), -1, -1, -1)
    colour = F.grid_sample(border, exits, padding_mode="border", align_corners=False)
    told = at_border(skyline.repeat_interleave(each, 0), exits)
    height, distance, softness, likelihood = told.unbind(2)
    edge = (height + FLOOR - y[:, None]) / ((way * flat)[:, None] + distance)
    blocked = likelihood * torch.sigmoid((edge - (up / flat)[:, None]) / softness)
    stopped = 1 - (1 - blocked).prod(1, keepdim=True) if blocked.shape[1] > 1 else blocked
    solid = seen[:, 3:4]
    free = 1 - seen[:, 3:4]
    opacity = solid + free * stopped
    late = free**_LATE * stopped
    mean = (seen[:, 4:5] + late * way[:, None]) / (solid + late).clamp_min(1e-6)
    return torch.cat((seen[:, :3] + free * stopped * colour, opacity, opacity * mean), 1)


def _to_side(start: Tensor, step: Tensor) -> Tensor:
    """Way along a ray to the side of [-1, 1] that it moves towards."""
    return (step.sign() - start) / torch.where(step.abs() < 1e-9, 1e-9, step)


def places(exits: Tensor) -> Tensor:
    """Return where on the border of [-1, 1]^2 points lie, in [0, 4): clockwise, a side's length
    each, from the northwestern corner on.

    Args:
        exits: (..., 2) east and south, on the border.

    """
    east, south = exits.unbind(-1)
    lengthwise = torch.where(south < 0, 1 + east, 5 - east)
    crosswise = torch.where(east > 0, 3 + south, 7 - south)
    return torch.where(south.abs() >= east.abs(), lengthwise, crosswise).div(2).clamp(0, 4)


def at_border(skyline: Tensor, exits: Tensor) -> Tensor:
    """Return the skyline at points of the border, linearly between its places: (B, L, 4, H, W).

    Args:
        skyline: (B, L, 4, P); place k of P stands at 4 (k + 1/2) / P of `places`.
        exits: (B, H, W, 2) east and south.

    """
    count = skyline.shape[-1]
    if count == 1:
        return skyline[..., None]
    where = places(exits) * (count / 4) - 0.5
    first = where.floor()
    told = []
    for place in (first, first + 1):
        index = (place.long() % count).flatten(1)[:, None, None].expand(-1, *skyline.shape[1:3], -1)
        told.append(skyline.gather(3, index).unflatten(3, where.shape[1:]))
    return torch.lerp(told[0], told[1], (where - first)[:, None, None])

"""Grain: noise that stays where it is in the world, for the details that no tile shows."""

from __future__ import annotations

import dataclasses
import functools

import torch
import torch.nn.functional as F
from torch import Tensor

from sat2density.render.cameras import Rays
from sat2density.render.volume import RenderedRays

_SIDE = 32
"""Cells after which the noise repeats, along each axis."""
_SKY_UNITS = 4.0
"""Distance given to what rays do not hit."""
_FINEST, _COARSEST = -9, 0
"""Levels: cells of 2^level units; 2^-9 is 4 cm on a tile of 40 m."""


def add_surface_noise(rendered: RenderedRays, rays: Rays, cells: float = 1.0) -> RenderedRays:
    """Add a sixth channel to rendered rays: noise of mean 0 and variance about 1/2, anchored to
    what rays hit.

    A network that must show leaves needs something to make them of. Noise on the screen would stand
    still while the camera moves; this is a function of the place p = origin + direction x depth /
    opacity (what is not hit lies `_SKY_UNITS` away), trilinear between random values on a lattice.
    Two levels, each twice as coarse as the one below, are mixed by distance, so that as seen across
    the ray their cells have `cells` pixels on the average. With one pixel neighbours hardly know of
    each other, and a step of the camera shows another pattern; with two it moves along.

    Args:
        rendered: (B, 5, H, W).
        rays: of the same B pictures; origins (B | 1, 3), directions (B | 1, H, W, 3).
        cells: size of the noise's cells as seen, pixels, over 0.

    Returns:
        RenderedRays (B, 6, H, W); no gradient flows through the noise.

    """
    with torch.no_grad():
        noise = _noise(rendered, rays, cells)
    return dataclasses.replace(rendered, stacked=torch.cat((rendered.stacked, noise[:, None]), 1))


def _noise(rendered: RenderedRays, rays: Rays, cells: float) -> Tensor:
    opacity = rendered.opacity[:, 0]
    depth = rendered.depth[:, 0]
    distance = (depth + (1 - opacity) * _SKY_UNITS).clamp_min(1e-3)
    middle = rays.directions.shape[1] // 2
    pixel = (rays.directions[:, middle, 1] - rays.directions[:, middle, 0]).norm(dim=-1)[
        :, None, None
    ]
    places = rays.origins[:, None, None, :] + rays.directions * distance[..., None]
    level = (cells * pixel * distance).log2().clamp(_FINEST, _COARSEST)
    fine = level.floor()
    share = level - fine
    mixed = (1 - share) * _lookup(places, fine) + share * _lookup(places, fine + 1)
    # A mixture of two independent noises varies less than each; this brings it back.
    return mixed / (share.square() + (1 - share).square()).sqrt()


def _lookup(places: Tensor, level: Tensor) -> Tensor:
    """Noise (B, H, W) at places (B, H, W, 3) for cells of 2^level units."""
    cells = (places * torch.exp2(-level)[..., None]).remainder(_SIDE)
    grid = cells * (2 / _SIDE) - 1
    table = _table().to(places.device).expand(len(places), -1, -1, -1, -1)
    return F.grid_sample(table, grid[:, None], mode="bilinear", align_corners=True)[:, 0, 0]


@functools.lru_cache(maxsize=1)
def _table() -> Tensor:
    """Random values of mean 0 and variance 1, (1, 1, n + 1, n + 1, n + 1): the last layer repeats
    the first.

    Made by an integer hash (MurmurHash3's last steps): the same on every machine and with every
    version of a library.
    """
    # The factor is a prime near 2^32 over the golden ratio: neighbours land far apart.
    number = torch.arange(_SIDE**3, dtype=torch.int64) * 0x9E3779B1 & 0xFFFFFFFF
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        number = (number ^ (number >> shift)) * factor & 0xFFFFFFFF
    # Numbers spread evenly over a range of 1 have the variance 1/12.
    values = ((number ^ (number >> 16)).double() / 2**32 - 0.5) * 12**0.5
    cube = values.float().reshape(1, 1, _SIDE, _SIDE, _SIDE)
    for axis in (2, 3, 4):
        cube = torch.cat((cube, cube.narrow(axis, 0, 1)), axis)
    return cube

"""The rendering operation in plain torch: clear, batched, differentiable in every tensor, on any
device.

It keeps every sample of every ray in memory (over 1 GB for a panorama of 512x128 with gradients).
The fast twins are held to it.
"""

from __future__ import annotations

import torch
from torch import Tensor

from sat2density.conventions import FLOOR
from sat2density.render.compositing import composite
from sat2density.render.kernels.settings import March, batch_of
from sat2density.render.sampling import sample_colour, sample_density, step_ends, vertical_fade


def march(
    density: Tensor,
    tile: Tensor,
    origins: Tensor,
    directions: Tensor,
    jitter: Tensor | None,
    settings: March,
) -> Tensor:
    """March rays through a volume; arguments and result are those of `kernels.march`.

    Works in float64 where the density is float64, in float32 otherwise.

    Args:
        density: (B | 1, Z, R, C), per unit.
        tile: (B | 1, C, h, w).
        origins: (B | 1, 3) or (B | 1, H, W, 3), units.
        directions: (B | 1, H, W, 3), unit length.
        jitter: (B | 1, H, W) in [-1/2, 1/2), or None.
        settings: step, heights and the rule of the ground.

    """
    kind = torch.float64 if density.dtype == torch.float64 else torch.float32
    batch = batch_of(density, tile, origins, directions)
    density, tile, origins, directions = (
        tensor.to(kind).expand(batch, *tensor.shape[1:])
        for tensor in (density, tile, origins, directions)
    )
    origins = (origins if origins.ndim == 4 else origins[:, None, None])[:, None]
    distance = step_ends(settings.samples, settings.step, jitter, density)
    if settings.ground == "slab":
        return _over_slab(density, tile, origins, directions, distance, settings)
    return _over_plane(density, tile, origins, directions, distance, settings)


def _over_slab(
    density: Tensor,
    tile: Tensor,
    origins: Tensor,
    directions: Tensor,
    distance: Tensor,
    settings: March,
) -> Tensor:
    slab = torch.full_like(density[:, :1], settings.slab)
    volume = torch.cat((slab, density), dim=1)
    points = origins + distance[..., None] * directions[:, None]
    sigma = sample_density(volume, points, FLOOR, settings.top)
    fade = vertical_fade(points, volume.shape[1], FLOOR, settings.top)
    return composite(
        sigma, settings.step, distance, sample_colour(tile, points, clamped=False) * fade
    )[0]


def _over_plane(
    density: Tensor,
    tile: Tensor,
    origins: Tensor,
    directions: Tensor,
    distance: Tensor,
    settings: March,
) -> Tensor:
    end, down = _ray_ends(origins, directions, settings.length)
    lengths = (end - (distance - settings.step)).clamp(0, settings.step)
    distance = torch.minimum(distance, end)
    points = origins + distance[..., None] * directions[:, None]
    sigma = sample_density(density, points, FLOOR, settings.top)
    seen, left = composite(sigma, lengths, distance, sample_colour(tile, points, clamped=True))
    end = torch.where(down, end, torch.zeros_like(end))
    ground = sample_colour(tile, origins + end[..., None] * directions[:, None], clamped=True)[
        :, :, 0
    ]
    ground = torch.cat((ground, torch.ones_like(end), end), dim=1)
    return seen + ground * (left * down)


def _ray_ends(origins: Tensor, directions: Tensor, length: float) -> tuple[Tensor, Tensor]:
    """Return where rays end on the plane, min(t on y = -1, L), inf where they do not; and which do.
    (B, 1, H, W).
    """
    up = directions[..., 1][:, None]
    down = up < 0
    fall = (origins[..., 1] - FLOOR).clamp(min=0)
    reach = (fall / torch.where(down, -up, torch.ones_like(up))).clamp(max=length)
    return torch.where(down, reach, torch.full_like(reach, torch.inf)), down

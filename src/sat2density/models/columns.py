"""Density by columns: of every place where what stands there begins and ends, instead of a number
for each cell.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from sat2density.errors import ShapeError
from sat2density.models.architecture import SHARPEST

COLUMN_CHANNELS = 4
"""top, base, softness, strength."""

_TOP, _SPAN = 0.08, 0.25
"""Where the top stands before anything is learned, and what one step of the network's output moves
it by: shares of the volume's height. A low layer on the ground.
"""
_HIGHEST_BASE = 0.5
"""The base stays under this share of the top: a base that is free rises over the top, and both cut
each other off.
"""
_LEAST_STRENGTH = 1.0
"""What stands somewhere is dense: how far up is asked of the top alone."""


def columns_to_layers(raw: Tensor, layers: int, softest: float = 1.0) -> Tensor:
    """Turn what the network says of each column into its layers.

    With z = k + 1/2 the middle of layer k, in layers:

        density(z) = strength * sigmoid((top - z) / softness) * sigmoid((z - base) / softness),
        0 <= base <= top / 2.

    A roof and its house, a crown and its trunk are one thing: what is raised at a place is solid
    down to its base, and a silhouette that asks for more height moves the surface that is seen from
    above. The four are averaged over their neighbours first: what the network's upsampling leaves
    of every second cell would be teeth in every silhouette.

    Args:
        raw: (B, 4, S, S), the network's output, of any sign and size.
        layers: Z.
        softest: greatest softness, layers. A long thin tail makes a silhouette seen from the side,
            through many cells,
            while from above it is looked through: heights come out too low.

    Returns:
        (B, Z, S, S) float32, not negative, before the gain.

    Raises:
        ShapeError: not four channels.

    Example: raw top 1 and 32 layers put the top at 0.33 of the volume's height, 10.56 layers.

    """
    if raw.ndim != 4 or raw.shape[1] != COLUMN_CHANNELS:
        raise ShapeError(f"columns: expected (B, {COLUMN_CHANNELS}, S, S), not {tuple(raw.shape)}")
    top, base, softness, strength = _smoothed(raw.float()).split(1, dim=1)
    top = layers * (_TOP + _SPAN * top)
    base = _HIGHEST_BASE * top.clamp_min(0) * torch.sigmoid(base - 1)
    softness = SHARPEST + (softest - SHARPEST) * torch.sigmoid(softness)
    strength = _LEAST_STRENGTH + F.softplus(strength)
    middles = (
        torch.arange(layers, device=raw.device, dtype=torch.float32)[None, :, None, None] + 0.5
    )
    return (
        strength
        * torch.sigmoid((top - middles) / softness)
        * torch.sigmoid((middles - base) / softness)
    )


def _smoothed(raw: Tensor) -> Tensor:
    """Average (B, C, S, S) with (1 2 1) / 4 along both axes; beyond the border the outermost cell
    goes on.
    """
    return F.avg_pool2d(F.avg_pool2d(F.pad(raw, [1] * 4, mode="replicate"), 2, 1), 2, 1)

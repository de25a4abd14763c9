"""Compositing: the one place where densities along a ray become colour, opacity and depth (method,
section 3).

    alpha_k = 1 - exp(-sigma_k d_k),  T_k = exp(-sum_{j<k} sigma_j d_j),  w_k = T_k alpha_k
    colour = sum w c,  opacity = sum w,  depth = sum w t

The fast kernels repeat these three lines inside their loops; the tests hold them to this one.
"""

from __future__ import annotations

import torch
from torch import Tensor


def composite(
    density: Tensor, lengths: Tensor | float, distance: Tensor, colour: Tensor
) -> tuple[Tensor, Tensor]:
    """Composite samples along rays, front to back. Differentiable in all arguments.

    Args:
        density: (B, N, H, W) sigma >= 0, per unit.
        lengths: (B, N, H, W) or a number: length of each sample's step d_k, units.
        distance: (B, N, H, W) or broadcastable: distance t_k of the sample from the origin, units.
        colour: (B, C, N, H, W).

    Returns:
        (B, C + 2, H, W): colours, opacity in [0, 1], depth in units (not divided by opacity);
        (B, 1, H, W): transmittance behind the last sample, 1 - opacity.

    Example: two samples with sigma d = ln 2 at t = 1 and 2 weigh 1/2 and 1/4: opacity 3/4, depth
    1/2 + 2/4 = 1.

    """
    thickness = density * lengths
    behind = torch.cumsum(thickness, dim=1)
    # Not behind - thickness: a very dense sample would wipe out what lies before it.
    before = torch.cat((torch.zeros_like(behind[:, :1]), behind[:, :-1]), dim=1)
    weights = torch.exp(-before) * -torch.expm1(-thickness)
    seen = (weights[:, None] * colour).sum(dim=2)
    opacity = weights.sum(dim=1, keepdim=True)
    depth = (weights * distance).sum(dim=1, keepdim=True)
    return torch.cat((seen, opacity, depth), dim=1), torch.exp(-behind[:, -1:])

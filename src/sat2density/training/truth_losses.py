"""Losses of the `truth` protocol: density and heads against what really stands there."""

from __future__ import annotations

from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor

from sat2density.evaluation.metrics.geometry import hits_inside
from sat2density.features import expected_heights
from sat2density.models.tile_heads import TileMaps
from sat2density.render.cameras import Rays
from sat2density.render.volume import RenderedRays

LEAST_OPACITY: Final = 0.05
"""Where less of a ray's light ends, its depth is that of so much."""

_EDGE_WEIGHT = 20.0
"""Places where two buildings touch are rare: they count so many times. With 4 the head never said
more than 0.15 (docs/decisions/training.md).
"""


def occupancy(depth: Tensor, filled: Tensor, below: float) -> Tensor:
    """Binary cross-entropy of cells, -mean(w (o ln p + (1 - o) ln(1 - p))), p = 1 - exp(-depth).

    Seen from above, a cell counts once a ray has come as far as it: cells over the surface and
    the surface's own. What lies under a surface is seen from the side only, and through several
    cells; with a small weight there, an unsure column does not pile up its doubts (docs/decisions).

    Args:
        depth: (B, Z, R, R) optical depth of each cell for a vertical ray: density times height.
        filled: (B, Z, R, R) bool, layer 0 lowest.
        below: weight w of cells under the topmost filled one of their column, from 0 to 1.

    """
    solid = -torch.log(-torch.expm1(-depth.clamp_min(1e-8)))
    values = torch.where(filled, solid, depth)
    covered = filled.flip(1).cumsum(1).flip(1) > filled.to(torch.int64)
    return (values * torch.where(covered, below, 1.0)).mean()


def sides(depth: Tensor, filled: Tensor, run: int) -> Tensor:
    """Binary cross-entropy of level rays, each through a run of cells: does one of them stop it?

    Cells that are unsure one by one add up from the side, where people stand: a fuzzy crown is too
    wide. Nothing that is seen from above teaches that.

    Args:
        depth: (B, Z, N, R) optical depth of each cell for a ray along the last axis.
        filled: (B, Z, N, R) bool.
        run: cells a ray passes; divides R.

    """
    through = depth.unflatten(-1, (-1, run)).sum(-1).clamp_min(1e-8)
    stopped = filled.unflatten(-1, (-1, run)).any(-1)
    return torch.where(stopped, -torch.log(-torch.expm1(-through)), through).mean()


def views(seen: RenderedRays, rays: Rays, depths: Tensor) -> Tensor:
    """Judge what the rays of a view meet: cross-entropy of whether anything inside the tile ends
    them, for rays above the horizon (the ground ends all others), plus the mean of |d' - d| / d
    where something inside does.

    Args:
        seen: what the volume shows, with depth in units as composited.
        rays: of the same pictures.
        depths: (B, H, W) true radial distances in units; infinity where nothing is hit.

    """
    directions = rays.directions
    inside = hits_inside(depths[:, None], directions, rays.origins, 1.0)[:, 0]
    true = torch.where(inside, depths, 1.0)
    opacity = seen.opacity[:, 0]
    likely = opacity.clamp(1e-4, 1 - 1e-4)
    entropy = F.binary_cross_entropy(likely, inside.to(likely), reduction="none")
    told = seen.depth[:, 0] / opacity.clamp_min(LEAST_OPACITY)
    error = (told - true).abs() / true
    return _mean(entropy, directions[..., 1] > 0) + _mean(error.clamp(max=1), inside)


def _mean(values: Tensor, where: Tensor) -> Tensor:
    return (values * where).sum() / where.sum().clamp_min(1)


def surface(opacity: Tensor, heights_m: Tensor, layer_m: float) -> Tensor:
    """Squared error of `expected_heights` in metres, robust: Huber's loss with its bend at 2 m.

    Args:
        opacity: (B, Z, R, R).
        heights_m: (B, R, R) true heights, means over a cell's pixels.
        layer_m: height of a layer, metres.

    """
    top = opacity.shape[1] * layer_m
    return F.huber_loss(expected_heights(opacity, layer_m), heights_m.clamp(0, top), delta=2.0)


def middles(logits: Tensor, heat: Tensor) -> Tensor:
    """Focal loss of the middles of things (Zhou et al. 2019, Objects as Points, equation 1).

    Args:
        logits: (B, S, S).
        heat: (B, S, S): 1 at a middle, falling off around it.

    """
    p = torch.sigmoid(logits).clamp(1e-5, 1 - 1e-5)
    at = heat >= 1
    there = -((1 - p) ** 2) * p.log()
    elsewhere = -((1 - heat) ** 4) * p**2 * (1 - p).log()
    return torch.where(at, there, elsewhere).sum() / at.sum().clamp_min(1)


def sizes(values: Tensor, wanted: Tensor, at: Tensor) -> Tensor:
    """Mean absolute error of what is told at the middles of things.

    Args:
        values: (B, C, S, S) as told.
        wanted: the same of the truth.
        at: (B, S, S) bool, where a middle is.

    """
    weight = at[:, None].to(values)
    return ((values - wanted).abs() * weight).sum() / (weight.sum() * values.shape[1]).clamp_min(1)


def head_terms(maps: TileMaps, truth: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return the loss of every head there is, by its name.

    Args:
        maps: raw outputs of the heads.
        truth: `classes` (B, S, S) int64, `ground` (B, 3, S, S) in [0, 1], `edges` (B, R, R) bool,
            `slope` (B, 2, R, R), and of trees, vehicles and poles `NAME_heat` (B, R, R) and
            `NAME_sizes` (B, C, R, R).

    """
    terms = {}
    if maps.classes is not None:
        terms["classes"] = F.cross_entropy(maps.classes, truth["classes"])
    for name in ("trees", "vehicles", "poles"):
        values = getattr(maps, name)
        if values is not None:
            heat = truth[f"{name}_heat"]
            terms[name] = middles(values[:, 0], heat)
            if values.shape[1] > 1:
                terms[name] = terms[name] + sizes(values[:, 1:], truth[f"{name}_sizes"], heat >= 1)
    if maps.edges is not None:
        here = truth["edges"].to(maps.edges)
        weight = 1 + (_EDGE_WEIGHT - 1) * here
        logits = maps.edges[:, 0]
        terms["edges"] = F.binary_cross_entropy_with_logits(logits, here, weight)
    if maps.slope is not None:
        terms["slope"] = (maps.slope - truth["slope"]).abs().mean()
    if maps.ground is not None:
        terms["ground"] = (torch.sigmoid(maps.ground) - truth["ground"]).abs().mean()
    return terms

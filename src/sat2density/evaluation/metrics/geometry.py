"""Measures of geometry: heights, occupancy, depth, sky. Sums are returned with counts, to pool
pixels.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from sat2density.conventions import SURFACE_OPACITY
from sat2density.errors import ShapeError

HEIGHT_STEPS_M = (0.5, 1.0, 2.5)
"""`heights.within_X`: the share of pixels whose height is wrong by at most X metres."""
DEPTH_RATIO = 1.25
NEAR_RADIUS_M = 10.0
BORDER_M = 2.5
"""Width of the ring along the tile's border that is measured apart: what stands there is cut, and
seen by half.
"""


def intersection_over_union(prediction: Tensor, truth: Tensor) -> Tensor:
    """IoU of two boolean masks (B, ...), (B,); NaN where both are empty.

    Args:
        prediction: boolean (B, ...).
        truth: boolean, the same shape.

    Raises:
        ShapeError: the shapes differ.

    Example: {1, 2} and {2, 3} give 1/3.

    """
    if prediction.shape != truth.shape:
        raise ShapeError(
            f"masks differ in shape: {tuple(prediction.shape)} and {tuple(truth.shape)}"
        )
    both = (prediction & truth).flatten(1).sum(1).double()
    either = (prediction | truth).flatten(1).sum(1).double()
    return both / either


def rows_above_horizon(height: int) -> int:
    """Number of rows of a panorama that look above the horizon: its upper half.

    Args:
        height: rows of the panorama.

    """
    return height // 2


def sky_ious(opacity: Tensor, sky: Tensor) -> tuple[Tensor, Tensor]:
    """IoU of the sky and of the structure above the horizon, (B,) each; NaN where neither picture
    has any.

    Sky is opacity < 0.5; structure is what is not sky in the rows above the horizon.

    Args:
        opacity: (B, 1, H, W) predicted.
        sky: (B, 1, H, W) truth, 1 = sky.

    """
    predicted = opacity < SURFACE_OPACITY
    true = sky > 0.5
    upper = rows_above_horizon(opacity.shape[-2])
    structure = intersection_over_union(~predicted[..., :upper, :], ~true[..., :upper, :])
    return intersection_over_union(predicted, true), structure


def height_errors(
    prediction_m: Tensor, truth_m: Tensor, regions: Mapping[str, Tensor], extent_m: float
) -> dict[str, tuple[float, float]]:
    """Sums and counts of the height measures of a batch, pooled over pixels.

    `heights.mae`, `.bias` (prediction - truth), `.rmse` (sum of squares: take the root of the mean)
    and `.within_X`, over all pixels, and over each region with `_NAME` behind; `.rmse_10m` over
    those within 10 m of the tile's middle, `.rmse_border` and `.rmse_inside` over those nearer to
    the tile's border than 2.5 m, and the others.

    Args:
        prediction_m: (B, S, S) height in metres above the plane under the camera.
        truth_m: the same, true.
        regions: boolean (B, S, S) masks by name, for example "ground", "building", "tree".
        extent_m: side of the tile, metres.

    """
    if prediction_m.shape != truth_m.shape:
        raise ShapeError(
            f"heights differ in shape: {tuple(prediction_m.shape)} and {tuple(truth_m.shape)}"
        )
    error = (prediction_m - truth_m).double()
    square = error.square()
    size = error.abs()
    measures = {"mae": size, "bias": error, "rmse": square}
    measures |= {f"within_{step:g}": (size <= step).double() for step in HEIGHT_STEPS_M}
    sums = {f"heights.{name}": _pool(values) for name, values in measures.items()}
    sums["heights.rmse_10m"] = _pool(
        square, within_radius(error.shape[-1], extent_m, NEAR_RADIUS_M).expand_as(error)
    )
    border = along_border(error.shape[-1], extent_m, BORDER_M).expand_as(error)
    sums["heights.rmse_border"] = _pool(square, border)
    sums["heights.rmse_inside"] = _pool(square, ~border)
    for region, mask in regions.items():
        sums |= {
            f"heights.{name}_{region}": _pool(values, mask) for name, values in measures.items()
        }
    return sums


def within_radius(size: int, extent_m: float, radius_m: float) -> Tensor:
    """Boolean (size, size): pixels whose centre lies within `radius_m` of the tile's middle.

    Args:
        size: cells on a side.
        extent_m: metres on a side.
        radius_m: metres.

    """
    metres = (torch.arange(size) + 0.5) / size * extent_m - extent_m / 2
    return metres[:, None].square() + metres[None, :].square() <= radius_m**2


def along_border(size: int, extent_m: float, width_m: float) -> Tensor:
    """Boolean (size, size): pixels whose centre lies within `width_m` of the tile's border.

    Args:
        size: cells on a side.
        extent_m: metres on a side.
        width_m: metres.

    """
    metres = (torch.arange(size) + 0.5) / size * extent_m
    near = torch.minimum(metres, extent_m - metres) < width_m
    return near[:, None] | near[None, :]


def depth_errors(
    prediction_m: Tensor, truth_m: Tensor, inside: Tensor
) -> dict[str, tuple[float, float]]:
    """Sums and counts of the radial depth measures on the pixels of `inside`, pooled over pixels.

    `depth.absrel` = |prediction - truth| / truth; `depth.within_1.25` = share with max(p / t, t /
    p) <= 1.25; each over all, and `_above`, `_below` the horizon.

    Args:
        prediction_m: (B, 1, H, W) in metres.
        truth_m: the same, true; may be infinite outside `inside`.
        inside: boolean (B, 1, H, W): true hits inside the tile.

    """
    truth = truth_m.double().masked_fill(~inside, 1.0)
    prediction = prediction_m.double()
    relative = (prediction - truth).abs() / truth
    ratio = torch.maximum(prediction / truth, truth / prediction.clamp_min(1e-6))
    good = (ratio <= DEPTH_RATIO).double()
    upper = torch.zeros_like(inside)
    upper[..., : rows_above_horizon(inside.shape[-2]), :] = True
    sums = {}
    for suffix, mask in (("", inside), ("_above", inside & upper), ("_below", inside & ~upper)):
        sums[f"depth.absrel{suffix}"] = _pool(relative, mask)
        sums[f"depth.within_1.25{suffix}"] = _pool(good, mask)
    return sums


def metric_depth(depth: Tensor, opacity: Tensor, unit_m: float) -> Tensor:
    """Depth / opacity in metres, also under opacity 0.5 (a missed surface must count as an error):
    0 where empty.

    Args:
        depth: as composited, units.
        opacity: the same shape, in [0, 1].
        unit_m: metres per unit.

    """
    return depth / opacity.clamp_min(1e-6) * unit_m


def hits_inside(depth_m: Tensor, directions: Tensor, origins: Tensor, unit_m: float) -> Tensor:
    """Boolean (B, 1, H, W): pixels whose true surface exists and lies inside the tile.

    Args:
        depth_m: (B, 1, H, W) true radial depth, infinite for sky.
        directions: (B, H, W, 3) unit vectors (east, up, south).
        origins: (B, 3) cameras in units.
        unit_m: metres per unit.

    """
    reach = (
        torch.where(depth_m.isfinite(), depth_m, torch.zeros_like(depth_m))[:, 0, ..., None]
        / unit_m
    )
    points = origins[:, None, None, :] + directions * reach
    return (depth_m.isfinite()) & (points[..., [0, 2]].abs() <= 1).all(-1)[:, None]


def occupied(density: Tensor, cell_units: float) -> Tensor:
    """Boolean grid: a cell is occupied if its own height of density stops half the light, 1 -
    exp(-sigma h) >= 0.5.

    Args:
        density: per unit of length.
        cell_units: height of a layer, units.

    """
    return 1 - torch.exp(-density * cell_units) >= SURFACE_OPACITY


def _pool(values: Tensor, mask: Tensor | None = None) -> tuple[float, float]:
    if mask is None:
        return float(values.sum()), float(values.numel())
    return float(values[mask].sum()), float(mask.sum())

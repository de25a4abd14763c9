"""What stands where rays end: maps of a tile that rays bring to RenderNet beside colours.

A map holds a vector for each column of the volume: how likely each class is, and how high the
column's surface is. Rays composite it as they composite colours (`render.volume.render_rays`).
From the height of what is hit and the height of its column RenderNet can tell a roof, which is the
top of its column, from the wall under it, whose colour no tile shows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from sat2density.conventions import (
    FLOOR,
    FLOOR_M,
    FRONT_CHANNELS,
    FRONT_STOREYS,
    STOREY_M,
    WINDOW_M,
)
from sat2density.images.pixels import middle
from sat2density.models.architecture import Architecture
from sat2density.models.tile_heads import TileMaps
from sat2density.render.cameras import Rays
from sat2density.render.volume import RenderedRays
from sat2density.scene_spec import SceneSpec

HEIGHT_M: Final = 10.0
"""Metres that count as 1 in the channels of heights."""
NEAR_M: Final = 4.0
"""Nearness is NEAR_M / (NEAR_M + distance)."""
SOFT_M: Final = 0.15
"""Over so much height a window begins and ends."""
LEAST_ENDING: Final = 0.3
"""A building's column stops at least this share of the rays; one that stops less stays lower."""
SOLID: Final = 0.99
"""Opacity of a solid cell for a vertical ray."""


def expected_heights(opacity: Tensor, layer_m: float) -> Tensor:
    """Return the mean height at which rays from above end, (B, R, R) in metres.

    h = sum_k a_k prod_{j > k} (1 - a_j) z_k, z_k the middle of layer k; what passes all layers ends
    at 0.

    Args:
        opacity: (B, Z, R, R) of each cell for a vertical ray, 0 to 1.
        layer_m: height of a layer, metres.

    """
    passed = torch.log1p(-opacity.clamp(max=1 - 1e-6))
    above = passed.flip(1).cumsum(1).flip(1) - passed
    middles = (torch.arange(opacity.shape[1], device=opacity.device) + 0.5) * layer_m
    return (above.exp() * opacity * middles[:, None, None]).sum(1)


class Described(NamedTuple):
    """What networks tell of tiles: density (B, Z, R, R) per unit, what rays bring along (B, F, R,
    R), where the architecture has it, and the heads' maps, where they were made.
    """

    density: Tensor
    features: Tensor | None = None
    maps: TileMaps | None = None

    def cropped(self, rows: int) -> Described:
        """Return the middle: without what was seen beyond the tile.

        Args:
            rows: rows and columns of the middle's density.

        """
        share = rows / self.density.shape[-1]
        return Described(
            middle(self.density, rows).contiguous(),
            None if self.features is None else middle(self.features, rows).contiguous(),
            None if self.maps is None else self.maps.cropped(share),
        )


def described(density: Tensor, maps: TileMaps, arch: Architecture, spec: SceneSpec) -> Described:
    """Return densities as the architecture shows them, and what rays bring along.

    Args:
        density: (B, Z, R, R) per unit, as told.
        maps: of the same tiles.
        arch: says whether buildings are solid and rays bring features.
        spec: heights of the volume.

    """
    if arch.solid_buildings:
        building = arch.class_names.index("building")
        density = with_solid_buildings(density, maps, building, spec)
    features = None
    if arch.render_features:
        likely = _likely(maps, density.shape[-1])
        further = [] if maps.learned is None else [maps.learned]
        features = feature_maps(density, likely, spec, further)
    return Described(density.float(), features, maps.float())


def solid(
    occupancy: Tensor,
    surface: Tensor,
    arch: Architecture,
    spec: SceneSpec,
    fronts: Tensor | None = None,
    learned: Tensor | None = None,
) -> Described:
    """Return a volume whose cells are solid or empty, as things are, and what rays bring along.

    Args:
        occupancy: (B, Z, R, R) bool, layer 0 lowest: something stands in the cell.
        surface: (B, S, S) class of what is seen from above, as places in `class_names`.
        arch: its classes.
        spec: heights of the volume.
        fronts: (B, `FRONT_CHANNELS`, R, R) of walls (`worlds.fronts`), in [0, 1], where the
            architecture has `render_fronts`.
        learned: (B, 8, R, R) of the head "learned", where there is one.

    """
    layers, rows = occupancy.shape[1], occupancy.shape[-1]
    through = -math.log1p(-SOLID) * layers * spec.unit_m / spec.max_height_m
    density = occupancy.float() * through
    count = len(arch.class_names)
    likely = F.one_hot(surface.long(), count).movedim(-1, 1).float()
    further = [] if fronts is None else [spread(fronts)]
    further += [] if learned is None else [learned]
    likely = F.adaptive_avg_pool2d(likely, rows)
    return Described(density, feature_maps(density, likely, spec, further))


def spread(fronts: Tensor) -> Tensor:
    """Return maps of walls that reach two cells further: a ray ends between the columns around a
    wall, and takes from all of them.

    Args:
        fronts: (B, C, R, R); 0 in all channels where no wall is.

    """
    for _ in range(2):
        known = (fronts.amax(1, keepdim=True) > 0).to(fronts)
        near = F.avg_pool2d(known, 3, 1, 1)
        mean = F.avg_pool2d(fronts, 3, 1, 1) / near.clamp_min(1e-3)
        fronts = torch.where(known > 0, fronts, mean)
    return fronts


def with_solid_buildings(density: Tensor, maps: TileMaps, building: int, spec: SceneSpec) -> Tensor:
    """Return densities in which buildings are solid up to one height a column.

    Where the net doubts whether a roof is 5 or 7 m high, its cells between are all half there: from
    the side a wall fades out upwards and towards its corners. A column that is likelier a building
    than not is filled instead up to the mean height of the rays that end in it, averaged over its
    neighbours that are buildings too, and is empty above.

    Args:
        density: (B, Z, R, R) per unit.
        maps: of the same tiles, with classes.
        building: place of that class among them.
        spec: heights of the volume.

    Returns:
        (B, Z, R, R); other columns as they were.

    """
    density = density.float()
    layers, rows = density.shape[1], density.shape[-1]
    layer_m = spec.max_height_m / layers
    here = _likely(maps, rows)[:, building : building + 1] > 0.5
    depth = density * (layer_m / spec.unit_m)
    ending = -torch.expm1(-depth.sum(1))
    heights = expected_heights(-torch.expm1(-depth), layer_m) / ending.clamp_min(LEAST_ENDING)
    weight = here.to(density)
    heights = F.avg_pool2d(heights[:, None] * weight, 3, 1, 1)
    heights = heights / F.avg_pool2d(weight, 3, 1, 1).clamp_min(1e-6)
    floors = torch.arange(layers, device=density.device)[:, None, None] * layer_m
    filled = ((heights - floors) / layer_m).clamp(0, 1)
    solid = -torch.log1p(-SOLID * filled) * (spec.unit_m / layer_m)
    return torch.where(here, solid, density)


def feature_maps(
    density: Tensor, likely: Tensor, spec: SceneSpec, further: Sequence[Tensor] = ()
) -> Tensor:
    """Return what rays shall bring along, (B, K + F + 1, R, R).

    Args:
        density: (B, Z, R, R) per unit.
        likely: (B, K, R, R) likelihood of each class for what is seen from above.
        spec: heights of the volume.
        further: maps of F channels, each (B, ., R, R): of walls, and what was learned.

    Returns:
        The K likelihoods; what is further; the surface's height in `HEIGHT_M`.

    """
    layer_m = spec.max_height_m / density.shape[1]
    opacity = -torch.expm1(-density.float() * (layer_m / spec.unit_m))
    heights = expected_heights(opacity, layer_m) / HEIGHT_M
    return torch.cat((likely, *further, heights[:, None]), dim=1)


def _likely(maps: TileMaps, rows: int) -> Tensor:
    """Return the likelihoods (B, K, rows, rows) of the classes."""
    assert maps.classes is not None, "needs the head (Architecture checks)"
    return F.adaptive_avg_pool2d(maps.classes.float().softmax(1), rows)


def painter_channels(
    seen: RenderedRays, rays: Rays, spec: SceneSpec, fronts: int | None = None
) -> Tensor:
    """Return what RenderNet is told of where rays end, (B, K + 4, H, W).

    Args:
        seen: with the features of `feature_maps`.
        rays: of the same pictures.
        spec: scale of the scene.
        fronts: place of the first channel of walls, where the features have them.

    Returns:
        K classes, maps of walls and what was learned, as composited, but glass only at the heights
        of its storey's windows; height of what is hit, and how far it lies below its column's top,
        in `HEIGHT_M`, both times the opacity; nearness times the opacity; the ray's elevation from
        -1 (down) to 1 (up).

    """
    assert seen.features is not None
    opacity = seen.opacity
    distance = seen.depth / opacity.clamp_min(1e-3)
    origins = rays.origins if rays.origins.ndim == 4 else rays.origins[:, None, None]
    up = rays.directions[..., 1][:, None]
    metres = (origins[..., 1][:, None] - FLOOR + up * distance) * spec.unit_m
    height = (metres / HEIGHT_M).clamp(0, spec.max_height_m / HEIGHT_M) * opacity
    below = (seen.features[:, -1:] - height).clamp(-1, 3)
    near = opacity * (NEAR_M / (NEAR_M + distance * spec.unit_m))
    elevation = (torch.asin(up.clamp(-1, 1)) * (2 / math.pi)).expand_as(opacity)
    told = seen.features[:, :-1]
    if fronts is not None:
        before, glass, after = told.split(
            (fronts + 3, FRONT_STOREYS, told.shape[1] - fronts - FRONT_CHANNELS), 1
        )
        told = torch.cat((before, glass * _at_windows(metres), after), 1)
    return torch.cat((told, height, below, near, elevation), dim=1)


def _at_windows(metres: Tensor) -> Tensor:
    """Return whether heights (B, 1, H, W) are those of each storey's windows: (B, FRONT_STOREYS, H,
    W) in [0, 1].
    """
    storeys = torch.arange(FRONT_STOREYS, device=metres.device)[:, None, None]
    up = metres - FLOOR_M - STOREY_M * storeys
    low, high = WINDOW_M
    return torch.minimum((up - low) / SOFT_M + 0.5, (high - up) / SOFT_M + 0.5).clamp(0, 1)

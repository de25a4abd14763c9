"""What RenderNet paints where the weights say so (`Architecture.render_things`): the things found
in a tile as solid ones.

A volume as told is a mean over what may stand there. That is the best guess of a height, but its
trees have no trunks and its houses are domes of fog. A plan's things are drawn with the world's own
walls, roofs, crowns and trunks; their volume is of the kind that RenderNet learned from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from sat2density.city.from_maps import plan_of_scene
from sat2density.city.stage import stage
from sat2density.conventions import CLASSES
from sat2density.features import Described, solid
from sat2density.worlds.fronts import fronts_of
from sat2density.worlds.kernels import columns
from sat2density.worlds.kernels.records import Geometry

if TYPE_CHECKING:
    from sat2density.scene import Scene

GROUND: Final = ("road", "pavement", "grass", "soil", "water")
"""Classes of what nothing stands on."""
SURE: Final = 0.5
"""Opacity of a cell, as told, from which on it is solid where no thing was found."""


def shown_of(scene: Scene) -> Described:
    """Return the solid volume of a scene's things, and what rays bring along.

    Where no thing was found, not even beside it, what is told stays: cells that are likelier matter
    than not (closed woods, low walls).

    Args:
        scene: of one tile or several, by weights that tell what stands where.

    Raises:
        InputError: the weights have no heads that tell things.

    """
    learned = scene.tile_maps().learned  # of all tiles in one pass, where it was not made yet
    tiles = [scene[index] for index in range(len(scene.tiles))] if scene.batched else [scene]
    parts = [_of_tile(tile) for tile in tiles]
    occupancy, surface, fronts = (
        torch.stack(rows).to(scene.densities.device) for rows in zip(*parts, strict=True)
    )
    arch = scene.model.architecture
    walls = fronts.float() / 255 if arch.render_fronts else None
    return solid(occupancy, surface, arch, scene.spec, walls, learned)


def _of_tile(scene: Scene) -> tuple[Tensor, Tensor, Tensor]:
    """Return (Z, R, R) bool, (S, S) class and (F, R, R) walls of one tile."""
    maps = scene.tile_maps()
    assert maps.classes is not None, "plan_of_scene checks"
    names = scene.model.architecture.class_names
    drawn = stage(plan_of_scene(scene)).geometry
    filled, surface = _things(drawn, scene)
    told = maps.classes[0].float().cpu()
    spec, density = scene.spec, scene.densities[0].float().cpu()
    opacity = -torch.expm1(-density * (spec.max_height_m / spec.unit_m / len(density)))
    near = F.max_pool2d(filled.any(0).float()[None], 3, 1, 1)[0] > 0
    kept = (opacity >= SURE) & ~near
    size = told.shape[-1]
    stands = F.interpolate(kept.any(0).float()[None, None], (size, size))[0, 0] > 0
    ground = torch.tensor([names.index(name) for name in GROUND if name in names])
    below = ground[told[ground].argmax(0)]
    codes = torch.where(surface >= 0, surface, torch.where(stands, told.argmax(0), below))
    fronts = torch.from_numpy(fronts_of(drawn, spec.extent_m, density.shape[-1]))
    return filled | kept, codes, fronts


def _things(drawn: Geometry, scene: Scene) -> tuple[Tensor, Tensor]:
    """Return the cells that things fill, and the class of what is seen from above, -1 where it is
    the ground.
    """
    extent_m = scene.spec.extent_m
    layers, rows = scene.densities.shape[1:3]
    filled = np.zeros((layers, rows, rows), np.bool_)
    columns.occupancy(drawn, extent_m, scene.spec.max_height_m, (0.0, 0.0), filled)
    side = scene.spec.tile_size
    heights, ground = (np.empty((side, side), np.float32) for _ in range(2))
    classes = np.empty((side, side), np.uint8)
    columns.survey(drawn, extent_m, heights, ground, classes)
    names = scene.model.architecture.class_names
    places = np.array([names.index(name) if name in names else -1 for name in CLASSES])
    codes = np.where(heights > ground + 0.01, places[classes], -1)
    return torch.from_numpy(filled), torch.from_numpy(codes)

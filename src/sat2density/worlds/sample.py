"""A world becomes a sample: tile, panorama and sky mask, with as much truth as is asked for."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Final

import numpy as np

from sat2density.conventions import PixelRule
from sat2density.scene_spec import SceneSpec
from sat2density.worlds.world import GroundView, World

OCCUPANCY: Final = (32, 128)
"""Layers and side of the occupancy in folders of samples."""

_SURVEY: Final = ("heights_m", "ground_m", "classes")
"""Truth seen from above, which one survey gives."""


@dataclasses.dataclass(frozen=True)
class WorldSample:
    """What a sample is made of.

    Attributes:
        tile: (S, S, 3) uint8, north up.
        view: the panorama, its sky, depth and classes.
        truth: arrays by name, see `sample_of`.

    """

    tile: np.ndarray
    view: GroundView
    truth: dict[str, np.ndarray]


def sample_of(
    world: World,
    spec: SceneSpec,
    truth: Sequence[str] = (),
    pixel_rule: PixelRule = "centre",
    occupancy: tuple[int, int] = OCCUPANCY,
) -> WorldSample:
    """Make a sample from a world, as seen by its `sample_camera`: from the tile's middle, looking
    north, or in the style `anywhere` a little beside that.

    Args:
        world: the place.
        spec: its sizes are taken: `tile_size`, `panorama_size`.
        truth: names of what is to be known, in the order wanted: `depth_m` (H, W) metres, inf for
            sky; `heights_m`, `ground_m` (S, S) metres above the plane under the camera; `classes`
            (S, S); `occupancy` [up, south, east].
        pixel_rule: through which point of a pixel the panorama's rays go (`conventions`).
        occupancy: layers and side of the occupancy.

    """
    camera = world.sample_camera
    view = world.panorama(camera, size=spec.panorama_size, pixel_rule=pixel_rule)
    known: dict[str, np.ndarray] = {"depth_m": view.depth_m}
    if set(_SURVEY) & set(truth):
        # One survey gives all three: the ray from above is traced once.
        known |= zip(_SURVEY, world.surface_maps(spec.tile_size), strict=True)
    if "occupancy" in truth:
        known["occupancy"] = world.occupancy(*occupancy)
    tile = world.tile(spec.tile_size)
    return WorldSample(tile, view, {name: known[name] for name in truth})

"""What is true of a scene that is evaluated: its pictures, and, where the world can be asked, views from elsewhere."""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from sat2density.data.images import from_bytes
from sat2density.data.paired import PairedDataset
from sat2density.data.sample import Sample
from sat2density.scene_spec import SceneSpec
from sat2density.types import Camera

if TYPE_CHECKING:
    from sat2density.worlds import World

REGIONS = {
    "ground": ("road", "pavement", "grass", "soil", "water"),
    "building": ("building",),
    "tree": ("tree",),
}
"""Regions of the heights' measures, and the classes of the world that make them up."""
WALK_M, WALK_STEP_M = 10.0, 0.5
"""Length and step of the walk on which flicker is measured."""


@dataclasses.dataclass(frozen=True)
class TrueView:
    """A true view: picture (3, H, W), sky (1, H, W) with 1 = sky, radial depth (1, H, W) in metres or None."""

    image: Tensor
    sky: Tensor
    depth_m: Tensor | None


class TrueScene:
    """One scene of a data set.

    Args:
        dataset: where it comes from.
        index: its place there.

    Attributes:
        sample: tile, panorama, sky and the truth there is.

    """

    def __init__(self, dataset: PairedDataset, index: int) -> None:
        self.dataset, self.index = dataset, index
        self.sample: Sample = dataset[index]

    @property
    def spec(self) -> SceneSpec:
        """Scale and sizes of the truth."""
        return self.sample.spec

    @functools.cached_property
    def world(self) -> World | None:
        """The procedural world it was made from; None for photographs."""
        return self.dataset.world(self.index)

    def centre(self) -> TrueView:
        """The panorama of the data set."""
        depth = self._truth("depth_m")
        return TrueView(self.sample.panorama, self.sample.sky, None if depth is None else depth[None])

    def heights_m(self) -> Tensor | None:
        """Surface heights (S, S) above the plane under the camera, metres."""
        return self._truth("heights_m")

    def regions(self) -> dict[str, Tensor]:
        """Boolean (S, S) masks by region; none without classes."""
        classes = self._truth("classes")
        if classes is None:
            return {}
        from sat2density.worlds import CLASSES

        codes = {name: [CLASSES.index(c) for c in members] for name, members in REGIONS.items()}
        return {name: torch.isin(classes, torch.tensor(members)) for name, members in codes.items()}

    def occupancy(self, layers: int, size: int) -> Tensor | None:
        """Boolean (layers, size, size), from the world or, where its shape fits, from the data set."""
        if self.world is not None:
            return torch.from_numpy(self.world.occupancy(layers, size))
        stored = self._truth("occupancy")
        return stored if stored is not None and tuple(stored.shape) == (layers, size, size) else None

    def road_camera(self, distance_m: float) -> Camera | None:
        """A camera on the road N metres from the middle, looking north; None for photographs."""
        if self.world is None:
            return None
        return dataclasses.replace(self.world.road_camera(distance_m), heading=0.0)

    def walk(self) -> list[Camera]:
        """Cameras along the road through the middle, looking north; empty for photographs."""
        if self.world is None:
            return []
        return [dataclasses.replace(c, heading=0.0) for c in self.world.road_path(WALK_M, WALK_STEP_M)]

    def view(self, camera: Camera) -> TrueView:
        """Render a further view; only where `world` is known."""
        assert self.world is not None
        spec = self.spec
        seen = self.world.panorama(camera, spec.panorama_size, spec.vertical_fov_deg)
        sky = torch.from_numpy(seen.sky.astype(np.float32))[None]
        return TrueView(from_bytes(seen.image), sky, torch.from_numpy(seen.depth_m)[None])

    def _truth(self, name: str) -> Tensor | None:
        return None if self.sample.truth is None else self.sample.truth.get(name)

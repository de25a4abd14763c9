"""What is true of a scene that is evaluated: its pictures, and, where the world can be asked, views
from elsewhere.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from sat2density.data.paired import PairedDataset
from sat2density.data.sample import Sample, truth_tensors
from sat2density.evaluation.ground_truth_cache import Arrays, TruthCache
from sat2density.images import from_bytes, to_bytes
from sat2density.scene_spec import SceneSpec
from sat2density.views import Camera

if TYPE_CHECKING:
    from sat2density.worlds import World

REGIONS = {
    "ground": ("road", "pavement", "grass", "soil", "water"),
    "building": ("building",),
    "tree": ("tree",),
}
"""Regions of the heights' measures, and the classes of the world that make them up."""
MEASURED = ("depth_m", "heights_m", "classes")
"""Truth of a sample that is kept on disk for the measures."""
WALK_M, WALK_STEP_M = 10.0, 0.5
"""Length and step of the walk on which flicker is measured."""


@dataclasses.dataclass(frozen=True)
class TrueView:
    """A true view: picture (3, H, W), sky (1, H, W) with 1 = sky, radial depth (1, H, W) in metres
    or None.
    """

    image: Tensor
    sky: Tensor
    depth_m: Tensor | None


class TrueScene:
    """One scene of a data set.

    Args:
        dataset: where it comes from.
        index: its place there.
        cache: where parts are looked for before the world is asked.

    Attributes:
        procedural: whether further views can be had.

    """

    def __init__(self, dataset: PairedDataset, index: int, cache: TruthCache | None = None) -> None:
        self.dataset = dataset
        self.index = index
        self.cache = cache if cache is not None else TruthCache(None)
        self.identity = dataset.identities[index]
        self.procedural = dataset.origin(index) is not None

    @property
    def spec(self) -> SceneSpec:
        """Scale and sizes of the truth."""
        return self.dataset.spec

    @functools.cached_property
    def world(self) -> World | None:
        """The procedural world it was made from; None for photographs."""
        return self.dataset.world(self.index)

    @functools.cached_property
    def sample(self) -> Sample:
        """Tile, panorama, sky and the truth there is."""
        if self.dataset.made_by() is None:
            return self.dataset[self.index]
        stored = self.cache.arrays(self.identity, "scene", self._sample_arrays)
        return Sample(
            tile=from_bytes(stored["tile"]),
            panorama=from_bytes(stored["panorama"]),
            sky=from_bytes(stored["sky"]),
            spec=self.spec,
            identity=self.identity,
            truth=truth_tensors(stored) or None,
        )

    def _sample_arrays(self) -> Arrays:
        """The sample as it is kept: pictures in bytes, and the truth that is measured."""
        sample = self.dataset[self.index]
        pictures = {name: to_bytes(getattr(sample, name)) for name in ("tile", "panorama", "sky")}
        truth = sample.truth or {}
        return pictures | {name: truth[name].numpy() for name in MEASURED if name in truth}

    @functools.cached_property
    def camera(self) -> Camera:
        """Where the data set's panorama was really taken: the tile's middle, looking north, unless
        the world says otherwise (`World.sample_camera`).
        """
        origin = self.dataset.origin(self.index)
        if origin is None or origin.style != "anywhere":
            return Camera()

        def make() -> Arrays:
            assert self.world is not None
            camera = self.world.sample_camera
            return {"camera": np.array((camera.east, camera.south, camera.heading))}

        return Camera(*self.cache.arrays(self.identity, "camera", make)["camera"].tolist())

    @functools.cached_property
    def centre(self) -> TrueView:
        """The panorama of the data set, as seen from `camera`."""
        depth = self._truth("depth_m")
        return TrueView(
            self.sample.panorama, self.sample.sky, None if depth is None else depth[None]
        )

    def heights_m(self) -> Tensor | None:
        """Surface heights (S, S) in metres above the plane under the camera."""
        return self._truth("heights_m")

    def classes(self) -> Tensor | None:
        """Class codes (S, S) of what is seen from above, places in `conventions.CLASSES`."""
        return self._truth("classes")

    def street_classes(self) -> Tensor | None:
        """Class codes (H, W) of what is seen from `camera`; None for photographs."""
        if not self.procedural:
            return None

        def make() -> Arrays:
            assert self.world is not None
            spec = self.spec
            view = self.world.panorama(self.camera, spec.panorama_size, spec.vertical_fov_deg)
            return {"classes": view.classes}

        return torch.from_numpy(self.cache.arrays(self.identity, "street", make)["classes"])

    @functools.cached_property
    def regions(self) -> dict[str, Tensor]:
        """Boolean (S, S) masks by region; none without classes."""
        classes = self.classes()
        if classes is None:
            return {}
        from sat2density.worlds import CLASSES

        codes = {name: [CLASSES.index(c) for c in members] for name, members in REGIONS.items()}
        return {name: torch.isin(classes, torch.tensor(members)) for name, members in codes.items()}

    def occupancy(self, layers: int, size: int, top_m: float) -> Tensor | None:
        """Boolean (layers, size, size), from the world or, where its shape fits, from the data
        set.

        Args:
            layers: layers of the grid, from the floor to its top.
            size: cells on a side.
            top_m: height of the grid's top, metres; the scene's own may be lower, and is empty
                above it then.

        Returns:
            [up, south, east], or None where it is not known.

        """
        own = round(layers * self.spec.max_height_m / top_m)
        if own > layers:
            return None
        if not self.procedural:
            stored = self._truth("occupancy")
            return (
                stored
                if stored is not None
                and tuple(stored.shape) == (layers, size, size) == (own, size, size)
                else None
            )

        def make() -> Arrays:
            assert self.world is not None
            # One bit a cell: an eighth of the space.
            return {"bits": np.packbits(self.world.occupancy(own, size))}

        bits = self.cache.arrays(self.identity, f"occupancy-{own}-{size}", make)["bits"]
        cells = np.unpackbits(bits, count=own * size * size).reshape(own, size, size)
        solid = torch.zeros(layers, size, size, dtype=torch.bool)
        solid[:own] = torch.from_numpy(cells.astype(bool))
        return solid

    def road_views(self, distances_m: Sequence[float]) -> list[tuple[Camera, TrueView]]:
        """Views from the road so many metres from the middle, looking north; none for
        photographs.

        Args:
            distances_m: along the road, metres from the middle.

        Returns:
            A camera and what it sees, by distance.

        """
        if not self.procedural:
            return []

        def make() -> Arrays:
            assert self.world is not None
            cameras = [
                dataclasses.replace(self.world.road_camera(metres), heading=0.0)
                for metres in distances_m
            ]
            return self._seen(cameras, pictured=True)

        part = "views-" + "-".join(f"{metres:g}" for metres in distances_m)
        stored = self.cache.arrays(self.identity, part, make)
        depths = torch.from_numpy(stored["depth_m"])[:, None]
        views = [
            TrueView(from_bytes(i), _sky(d), d)
            for i, d in zip(stored["image"], depths, strict=True)
        ]
        return list(zip(_cameras(stored), views, strict=True))

    def walk(self) -> tuple[list[Camera], Tensor] | None:
        """Cameras along the road through the middle, looking north, and the true depth (T, 1, H, W)
        seen from each.
        """
        if not self.procedural:
            return None

        def make() -> Arrays:
            assert self.world is not None
            path = self.world.road_path(WALK_M, WALK_STEP_M)
            return self._seen(
                [dataclasses.replace(camera, heading=0.0) for camera in path], pictured=False
            )

        stored = self.cache.arrays(self.identity, f"walk-{WALK_M:g}-{WALK_STEP_M:g}", make)
        return _cameras(stored), torch.from_numpy(stored["depth_m"])[:, None]

    def _seen(self, cameras: Sequence[Camera], pictured: bool) -> Arrays:
        """Render further views: cameras (N, 2), depth (N, H, W), pictures (N, H, W, 3) uint8."""
        assert self.world is not None
        spec = self.spec
        seen = [
            self.world.panorama(camera, spec.panorama_size, spec.vertical_fov_deg)
            for camera in cameras
        ]
        pictures = {"image": np.stack([view.image for view in seen])} if pictured else {}
        places = np.array([(camera.east, camera.south) for camera in cameras])
        return {"cameras": places, "depth_m": np.stack([view.depth_m for view in seen]), **pictures}

    def _truth(self, name: str) -> Tensor | None:
        return None if self.sample.truth is None else self.sample.truth.get(name)


def _cameras(stored: Arrays) -> list[Camera]:
    return [Camera(float(east), float(south)) for east, south in stored["cameras"]]


def _sky(depth_m: Tensor) -> Tensor:
    """1 where a ray meets nothing."""
    return (~depth_m.isfinite()).float()

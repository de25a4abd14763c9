"""A tile somebody is standing in: the scene, and the last view, so that other light costs RenderNet
alone.
"""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from sat2density.errors import InputError
from sat2density.views import Camera, View

if TYPE_CHECKING:
    from sat2density.light.lighting import Lighting
    from sat2density.pipeline import Scene

SLICE_SIDE = 128
"""Side, in cells, of the volume the page gets to slice: 64 layers of it are 1 MB before
compression.
"""


@dataclasses.dataclass
class Place:
    """One reconstructed tile.

    Attributes:
        scene: the tile's density.
        serial: counts the tiles of a visitor, so that the page can drop what belongs to an earlier
            one.

    """

    scene: Scene
    serial: int
    _seen: tuple[Camera, View] | None = None

    def look(self, camera: Camera, light: Lighting) -> View:
        """Render the panorama at `camera`; from the same camera in another light, paint it again
        only.
        """
        if self._seen is not None and self.seen_from(camera):
            return self.scene.relight(self._seen[1], light)
        view = self.scene.render(camera, light)
        self._seen = (camera, view)
        return view

    def seen_from(self, camera: Camera) -> bool:
        """Whether the last view was rendered from `camera`."""
        return self._seen is not None and self._seen[0] == camera

    def camera_at(self, east: float, south: float) -> Camera | None:
        """Return the camera of the last view, where it stood there; None otherwise.

        Args:
            east: tile units.
            south: likewise.

        """
        if self._seen is None or (self._seen[0].east, self._seen[0].south) != (east, south):
            return None
        return self._seen[0]

    @functools.cached_property
    def model(self) -> bytes:
        """The things that stand in the tile, as a glTF 2.0 file; InputError where the weights do
        not tell them.
        """
        from sat2density.city.from_maps import plan_of_scene
        from sat2density.city.model import model

        return model(plan_of_scene(self.scene))

    def heights(self) -> np.ndarray:
        """Surface heights above the floor in metres, float32 (S, S), row 0 north."""
        return self.scene.heights().cpu().numpy().astype(np.float32)

    def solidity(self) -> np.ndarray:
        """Opacity of one metre of every cell, uint8 (Z, side, side) with 255 = opaque, side at most
        `SLICE_SIDE`.
        """
        density = self.scene.density
        factor = max(1, density.shape[-1] // SLICE_SIDE)
        opacity = 1 - torch.exp(-density / self.scene.spec.unit_m)
        pooled: Tensor = torch.nn.functional.avg_pool2d(opacity[None], factor)[0]
        return (pooled * 255).round().to(torch.uint8).cpu().numpy()


def camera_at(east: object, south: object, heading: object = 0.0) -> Camera:
    """Make a camera from numbers of a message, which must lie on the tile.

    Raises:
        InputError: not numbers, or outside [-1, 1].

    """
    values = [east, south, heading]
    if not all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        raise InputError("A place is two numbers, east and south of the tile's middle.")
    camera = Camera(*(float(value) for value in values))  # type: ignore[arg-type]
    if max(abs(camera.east), abs(camera.south)) > 1:
        raise InputError("That place is outside the tile; choose one inside.")
    return camera

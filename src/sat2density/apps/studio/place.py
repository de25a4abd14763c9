"""A tile somebody is standing in: the scene, and the last view, so that other light costs RenderNet
alone.
"""

from __future__ import annotations

import dataclasses
import functools
import math
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np
import torch
from torch import Tensor

from sat2density.apps.studio.limits import MAX_DETAIL_PIXELS
from sat2density.errors import InputError
from sat2density.views import Camera, View

if TYPE_CHECKING:
    from sat2density.city.render import PlanScene
    from sat2density.light.lighting import Lighting
    from sat2density.pipeline import Scene

SLICE_SIDE = 128
"""Side, in cells, of the volume the page gets to slice: 64 layers of it are 1 MB before
compression.
"""

LOOKS: Final = ("painted", "model")
"""How a place is shown: as the network paints it, or drawn from the things found in the tile."""
SIZE_STEP: Final = 16
"""Sides of a detailed picture are multiples of this: painters halve them several times."""


@dataclasses.dataclass(frozen=True)
class Window:
    """What a page's window shows: degrees, and pixels."""

    yaw: float
    pitch: float
    fov: float
    width: int
    height: int

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of its picture: at most `MAX_DETAIL_PIXELS`."""
        shrink = min(1.0, math.sqrt(MAX_DETAIL_PIXELS / (self.width * self.height)))
        width, height = (
            max(SIZE_STEP, round(side * shrink / SIZE_STEP) * SIZE_STEP)
            for side in (self.width, self.height)
        )
        return width, height


class Looks(Protocol):
    """What a `Scene` and a `PlanScene` have in common."""

    def render_perspective(
        self,
        camera: Camera,
        lighting: Lighting,
        size: tuple[int, int],
        horizontal_fov_deg: float,
        pitch_deg: float,
    ) -> View:
        """Look ahead like an ordinary camera."""


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
    _drawn_from: Camera | None = None

    def look(self, camera: Camera, light: Lighting) -> View:
        """Render the panorama at `camera`; from the same camera in another light, paint it again
        only.
        """
        if self._seen is not None and self.seen_from(camera):
            return self.scene.relight(self._seen[1], light)
        view = self.scene.render(camera, light)
        self._seen = (camera, view)
        return view

    @functools.cached_property
    def plan(self) -> PlanScene:
        """The things found in the tile, to be drawn from the same cameras.

        Raises:
            InputError: the weights do not tell what stands where.

        """
        from sat2density.city.from_maps import plan_of_scene
        from sat2density.city.render import PlanScene

        return PlanScene.of(plan_of_scene(self.scene), self.scene.spec, self.scene.tile.cpu())

    def drawn(self, camera: Camera, light: Lighting, width: int | None = None) -> View:
        """Draw the panorama of the things found in the tile.

        Args:
            camera: where one stands.
            light: any that has a sky.
            width: of a smaller one, pixels; None for the weights' own size.

        """
        self._drawn_from = camera
        across, rows = self.scene.spec.panorama_size
        size = None if width is None or width >= across else (width, width * rows // across)
        return self.plan.render(camera, light, size=size)

    def detail(self, camera: Camera, light: Lighting, window: Window, look: str) -> View:
        """Show what a window shows, at its own size.

        Args:
            camera: where one stands.
            light: as for `look`.
            window: direction, field of view, size.
            look: one of `LOOKS`.

        """
        scene: Looks = self.plan if look == "model" else self.scene
        camera = dataclasses.replace(camera, heading=camera.heading + window.yaw)
        return scene.render_perspective(camera, light, window.size, window.fov, window.pitch)

    def seen_from(self, camera: Camera) -> bool:
        """Whether the last view was rendered from `camera`."""
        return self._seen is not None and self._seen[0] == camera

    def camera_at(self, east: float, south: float, look: str = LOOKS[0]) -> Camera | None:
        """Return the camera of the last view of a look, where it stood there; None otherwise.

        Args:
            east: tile units.
            south: likewise.
            look: one of `LOOKS`.

        """
        last = self._seen[0] if self._seen is not None else None
        last = self._drawn_from if look == "model" else last
        if last is None or (last.east, last.south) != (east, south):
            return None
        return last

    @functools.cached_property
    def model(self) -> bytes:
        """The things that stand in the tile, as a glTF 2.0 file; InputError where the weights do
        not tell them.
        """
        from sat2density.city.model import model

        return model(self.plan.plan)

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

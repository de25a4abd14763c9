"""A plan drawn sharply: panoramas and perspective views of any size with exact depth and classes,
from the same cameras as a `Scene`.
"""

from __future__ import annotations

import dataclasses
import functools
import math
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

import numpy as np
import torch

from sat2density.bounds import check_number, check_size
from sat2density.city.plan import Plan
from sat2density.city.stage import Stage, stage
from sat2density.errors import InputError
from sat2density.scene_spec import SceneSpec
from sat2density.sky_light import light_of
from sat2density.views import LARGEST_PERSPECTIVE, Camera, View
from sat2density.worlds.kernels import columns, textured
from sat2density.worlds.kernels.image import PANORAMA, PERSPECTIVE, Buffers, Eye
from sat2density.worlds.kernels.records import Light
from sat2density.worlds.photo import Film, develop
from sat2density.worlds.world import GroundView

if TYPE_CHECKING:
    from torch import Tensor

    from sat2density.light.lighting import Lighting

ROWS_AT_ONCE: Final = 16
"""Rows of a strip: threads take the next strip when they are done with one."""
FURTHER: Final = 3
"""Rays more for a pixel whose neighbours differ."""
BRIGHTEST: Final = 3.0
"""Exposure of the film at most: dusk stays dusk."""


@dataclasses.dataclass(frozen=True)
class PlanScene:
    """A plan that can be looked at as a `Scene` can: `render` and `render_perspective` give Views.

    Attributes:
        plan: what is drawn.
        spec: scale, camera height and sizes; its extent is the plan's.
        tile: (3, S, S) the satellite picture in [0, 1], for drawings of a walk.
        batched, at_once, model: as a `Scene`'s; there is no model.

    """

    plan: Plan
    spec: SceneSpec
    tile: Tensor
    batched: bool = False
    at_once: int = 1
    model: None = None

    @classmethod
    def of(cls, plan: Plan, spec: SceneSpec | None = None, tile: Tensor | None = None) -> PlanScene:
        """Return a plan as a scene.

        Args:
            plan: what is drawn.
            spec: sizes and camera height; None for the defaults. Its extent must be the plan's.
            tile: (3, S, S) in [0, 1]; None takes the plan's ground.

        Raises:
            InputError: the spec's extent is another one.

        """
        if spec is None:
            spec = dataclasses.replace(SceneSpec(), extent_m=plan.extent_m, max_height_m=12.0)
        if abs(spec.extent_m - plan.extent_m) > 0.01:
            raise InputError(
                f"the plan is {plan.extent_m:g} m wide and the scene {spec.extent_m:g} m; they "
                f"must agree"
            )
        if tile is None:
            tile = torch.from_numpy(plan.ground_picture().copy()).permute(2, 0, 1).float() / 255
        return cls(plan, spec, tile)

    @property
    def tiles(self) -> Tensor:
        """(1, 3, S, S), as a `Scene` has them."""
        return self.tile[None]

    @functools.cached_property
    def _stage(self) -> Stage:
        return stage(self.plan)

    def panorama(
        self,
        camera: Camera,
        light: Lighting | Light,
        size: tuple[int, int] | None = None,
        vertical_fov_deg: float | None = None,
    ) -> GroundView:
        """Return what a camera sees all around, with depth and classes.

        The ground's class is "grass" wherever there is no water: a plan does not say more.

        Args:
            camera: where it stands and looks.
            light: a preset, a photograph's, or the renderer's own record.
            size: (width, height) in pixels; None for the spec's.
            vertical_fov_deg: None for the spec's.

        Raises:
            InputError: a size out of bounds, or a light without a picture of its sky.

        """
        width, height = size or self.spec.panorama_size
        check_size("size", width, height, longest=LARGEST_PERSPECTIVE * 2)
        fov = self.spec.vertical_fov_deg if vertical_fov_deg is None else vertical_fov_deg
        place, heading = self._place(camera)
        eye = Eye(
            PANORAMA,
            (int(width), int(height)),
            place,
            heading,
            0.0,
            math.radians(fov),
            0.5,
            (0.0, 0.0),
            FURTHER,
        )
        return self._seen(eye, light)

    def perspective(
        self,
        camera: Camera,
        light: Lighting | Light,
        size: tuple[int, int] = (640, 360),
        horizontal_fov_deg: float = 90.0,
        pitch_deg: float = 0.0,
    ) -> GroundView:
        """Return an ordinary photograph, with depth and classes.

        Args:
            camera: where it stands; the heading is the direction of view.
            light: see `panorama`.
            size: (width, height) in pixels.
            horizontal_fov_deg: in (0, 180).
            pitch_deg: upwards positive, in [-90, 90].

        Raises:
            InputError: a size or angle out of bounds, or a light without a picture of its sky.

        """
        check_size("size", *size, longest=LARGEST_PERSPECTIVE)
        check_number("fov", horizontal_fov_deg, 1e-3, 179.9, "degrees")
        check_number("pitch", pitch_deg, -90, 90, "degrees")
        place, heading = self._place(camera)
        eye = Eye(
            PERSPECTIVE,
            (int(size[0]), int(size[1])),
            place,
            heading,
            math.radians(pitch_deg),
            math.radians(horizontal_fov_deg),
            0.5,
            (0.0, 0.0),
            FURTHER,
        )
        return self._seen(eye, light)

    def render(
        self,
        camera: Camera | Sequence[Camera],
        lighting: Lighting,
        seed: int | None = None,
        size: tuple[int, int] | None = None,
    ) -> View:
        """Look from one camera, or from several, as `Scene.render` does.

        Args:
            camera: one, or a list of N for a View with a leading dimension.
            lighting: see `panorama`.
            seed: does not matter here.
            size: (width, height) in pixels; None for the spec's.

        """
        light = light_of(lighting)
        return self._views(camera, lambda one: self.panorama(one, light, size))

    def render_perspective(
        self,
        camera: Camera | Sequence[Camera],
        lighting: Lighting,
        size: tuple[int, int] = (640, 360),
        horizontal_fov_deg: float = 90.0,
        pitch_deg: float = 0.0,
        seed: int | None = None,
    ) -> View:
        """Look ahead like an ordinary camera, as `Scene.render_perspective` does.

        Args:
            camera: see `render`.
            lighting: see `panorama`.
            size: (width, height) in pixels.
            horizontal_fov_deg: in (0, 180).
            pitch_deg: upwards positive.
            seed: does not matter here.

        """
        light = light_of(lighting)
        return self._views(
            camera,
            lambda one: self.perspective(one, light, size, horizontal_fov_deg, pitch_deg),
        )

    def heights(self) -> Tensor:
        """Return surface heights above the ground in metres (S, S), row 0 north."""
        side = self.spec.tile_size
        heights, ground = (np.empty((side, side), np.float32) for _ in range(2))
        classes = np.empty((side, side), np.uint8)
        columns.survey(self._stage.geometry, self.plan.extent_m, heights, ground, classes)
        return torch.from_numpy(heights)

    def _place(self, camera: Camera) -> tuple[tuple[float, float, float], float]:
        up = self.spec.camera_height_m if camera.height_m is None else camera.height_m
        unit = self.spec.unit_m
        return (camera.east * unit, camera.south * unit, float(up)), math.radians(camera.heading)

    def _views(
        self, camera: Camera | Sequence[Camera], look: Callable[[Camera], GroundView]
    ) -> View:
        cameras = [camera] if isinstance(camera, Camera) else list(camera)
        seen = [look(each) for each in cameras]
        if not seen:
            raise InputError("no camera given")
        images = torch.stack(
            [torch.from_numpy(np.array(v.image)).permute(2, 0, 1).float() / 255 for v in seen]
        )
        opacity = torch.stack([torch.from_numpy(~v.sky)[None].float() for v in seen])
        unit = self.spec.unit_m
        depth = torch.stack(
            [torch.from_numpy(np.where(v.sky, 0.0, v.depth_m))[None].float() / unit for v in seen]
        )
        view = View(images, images, opacity, depth, unit)
        return view[0] if isinstance(camera, Camera) else view

    def _seen(self, eye: Eye, lighting: Lighting | Light) -> GroundView:
        light = lighting if isinstance(lighting, Light) else light_of(lighting)
        out, picture = drawn(self._stage, light, eye)
        film = Film(exposure=exposure_of(light), contrast=0.2, saturation=1.1)
        image = develop(picture, film, wrap=eye.mode == PANORAMA)
        return GroundView(image, ~np.isfinite(out.depth), out.depth, out.classes)


def drawn(staged: Stage, light: Light, eye: Eye) -> tuple[Buffers, np.ndarray]:
    """Return what an eye sees: buffers of one ray a pixel, and the smoothed linear picture.

    Args:
        staged: a `stage.Stage`.
        light: of the place.
        eye: where it looks from.

    """
    width, height = eye.size
    out = Buffers(
        np.empty((height, width, 3), np.float32),
        np.empty((height, width), np.float32),
        np.empty((height, width), np.float32),
        np.empty((height, width), np.uint8),
        np.empty((height, width), np.int32),
    )
    picture = np.empty_like(out.colour)
    strips = [(r, min(r + ROWS_AT_ONCE, height)) for r in range(0, height, ROWS_AT_ONCE)]
    with ThreadPoolExecutor(_threads()) as pool:
        # The second stage reads the first one's neighbours: all of it must be there.
        for refine in (0, 1):
            jobs = [
                pool.submit(
                    textured.render,
                    staged.geometry,
                    light,
                    eye,
                    staged.ground,
                    staged.extent_m,
                    out,
                    picture,
                    (first, last, refine),
                )
                for first, last in strips
            ]
            for job in jobs:
                job.result()
    return out, picture


def _threads() -> int:
    if hasattr(os, "sched_getaffinity"):
        return max(len(os.sched_getaffinity(0)), 1)
    return os.cpu_count() or 1


def exposure_of(light: Light) -> float:
    """Return the film's exposure, metered on a mean ground and on the horizon.

    Args:
        light: of the place.

    """
    ground = 0.16 * (light.sun_rgb[1] * max(light.sun[2], 0.1) + 0.85 * light.sky_rgb[1])
    bright = 0.55 * ground + 0.45 * 0.62 * light.horizon_rgb[1]
    return min(0.48 / max(bright, 1e-3), BRIGHTEST)

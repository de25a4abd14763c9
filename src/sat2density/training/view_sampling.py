"""Where further views of a procedural scene are taken from (protocols free and truth): on free
ground, higher up, and low.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.ndimage import maximum_filter

from sat2density.training.config import DataConfig
from sat2density.views import Camera

if TYPE_CHECKING:
    from sat2density.worlds import World

VIEW_SIZE: Final = (256, 64)
"""(width, height) of the views off the centre: they teach geometry; the centre's picture keeps its
full size.
"""
CLEARANCE_M = 0.8
"""Distance from the camera within which nothing may stand as high as it."""
NEAR_M, TALL_M = 6.0, 2.5
"""Low views stand within so many metres of something at least so high."""
LOWEST_M = 0.4
"""Least height of a low view over the ground."""
REACH = 0.9
"""Views stay within this share of the tile."""
_MAP = 128
_TRIES = 200


@dataclasses.dataclass
class Places:
    """Draws places for a camera in one scene.

    Attributes:
        standing_m: (S, S) the highest surface within `CLEARANCE_M`, metres above the floor.
        near_m: (S, S) the highest surface within `NEAR_M`.
        ground_m: (S, S) the bare ground.
        spec_unit_m, camera_height_m, top_m: metres of a unit, of the camera over the ground, and of
            the volume.
        rng: where the draws come from.

    """

    standing_m: np.ndarray
    near_m: np.ndarray
    ground_m: np.ndarray
    unit_m: float
    camera_height_m: float
    top_m: float
    rng: np.random.Generator

    @classmethod
    def of(cls, world: World, camera_height_m: float, rng: np.random.Generator) -> Places:
        """Look at a world's heights.

        Args:
            world: a place of the procedural world.
            camera_height_m: metres over the floor.
            rng: where the draws come from.

        """
        spec = world.spec
        heights, ground, _ = world.surface_maps(_MAP)
        standing, near = (
            maximum_filter(heights, 2 * round(metres * _MAP / spec.extent_m) + 1)
            for metres in (CLEARANCE_M, NEAR_M)
        )
        return cls(standing, near, ground, spec.unit_m, camera_height_m, spec.max_height_m, rng)

    def views(self, data: DataConfig) -> list[Camera]:
        """Return the cameras of a scene's further views: on the ground, higher up, and low.

        Args:
            data: says how many of each.

        """
        cameras = [self.ground() for _ in range(data.ground_views)]
        cameras += [self.raised() for _ in range(data.raised_views)]
        return cameras + [self.low() for _ in range(data.low_views)]

    def ground(self) -> Camera:
        """Return a camera at its usual height on open ground; the middle where none is found."""
        for _ in range(_TRIES):
            row, column = self._draw()
            ground = float(self.ground_m[row, column])
            if self.standing_m[row, column] < ground + 0.5:
                return self._camera(row, column, ground + self.camera_height_m)
        return Camera(height_m=self.camera_height_m)

    def raised(self) -> Camera:
        """Return a camera between its usual height and 80% of the volume's, above whatever stands
        there.
        """
        for _ in range(_TRIES):
            row, column = self._draw()
            height = float(self.rng.uniform(self.camera_height_m, 0.8 * self.top_m))
            if self.standing_m[row, column] < height - 0.5:
                return self._camera(row, column, height)
        return Camera(height_m=self.camera_height_m)

    def low(self) -> Camera:
        """Return a camera low over open ground, near something tall: roofs stand against the sky
        from there.

        From eye height in the road houses hardly rise above what stands beyond the tile.
        """
        for _ in range(_TRIES):
            row, column = self._draw()
            ground = float(self.ground_m[row, column])
            if (
                self.standing_m[row, column] < ground + 0.5
                and self.near_m[row, column] >= ground + TALL_M
            ):
                return self._camera(
                    row, column, ground + float(self.rng.uniform(LOWEST_M, self.camera_height_m))
                )
        return Camera(height_m=LOWEST_M)

    def _draw(self) -> tuple[int, int]:
        margin = int(_MAP * (1 - REACH) / 2)
        row, column = self.rng.integers(margin, _MAP - margin, 2)
        return int(row), int(column)

    def _camera(self, row: int, column: int, height_m: float) -> Camera:
        east, south = ((place + 0.5) / _MAP * 2 - 1 for place in (column, row))
        return Camera(east, south, height_m=height_m)


def places(cameras: list[Camera]) -> np.ndarray:
    """Return cameras as a pack keeps them: (V, 3) float32, east and south in units, height in
    metres.

    Args:
        cameras: V of them.

    """
    rows = [(camera.east, camera.south, camera.height_m) for camera in cameras]
    return np.array(rows, np.float32).reshape(-1, 3)

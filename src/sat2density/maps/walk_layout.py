"""The frame of a walk on a map: the picture over its depth, beside the map around the camera."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from sat2density.export.arrays import picture, plane
from sat2density.export.colours import coloured
from sat2density.export.composite import BACKGROUND, INK, STRIP, WIDEST
from sat2density.export.lettering import fitted, font, text_width
from sat2density.export.pictures import farthest_depth_m
from sat2density.export.plan import TilePlan
from sat2density.maps.walks import MapWalk
from sat2density.paths.trajectory import Trajectory

if TYPE_CHECKING:
    from sat2density.export.look import Look
    from sat2density.scene_spec import SceneSpec
    from sat2density.views import View

FEWEST: Final = 2
"""Points of a line that can be drawn."""


class MapLayout:
    """Composes frames.

    Args:
        walk: the frames' places.
        spec: the scene.
        look: what the frames show.
        credit: whose pictures the map holds; stands below every frame, as far as it fits.

    """

    def __init__(self, walk: MapWalk, spec: SceneSpec, look: Look, credit: str = "") -> None:
        width, height = look.picture_size(spec)
        factor = max(1, WIDEST // (width + 2 * height))
        self._cell = (width * factor, height * factor)
        self._side = 2 * self._cell[1]
        self.size = (self._cell[0] + self._side, self._side + STRIP)
        self._walk, self._walked = walk, walk.walked_m
        self._unit, self._fov = spec.unit_m, look.horizontal_fov_deg
        self._max_m = farthest_depth_m(spec)
        self._credit = credit.replace("\N{COPYRIGHT SIGN}", "(c)")  # the font has none

    def frame(
        self, index: int, view: View, tile: Any, middle: tuple[float, float]
    ) -> NDArray[np.uint8]:
        """Return a frame (height, width, 3) uint8.

        Args:
            index: of the walk's point.
            view: what is seen there.
            tile: (3, S, S) the map around the camera.
            middle: of the tile, in the walk's projection.

        """
        canvas = Image.new("RGB", self.size, BACKGROUND)
        top = Image.fromarray(picture(view.image)).resize(self._cell, Image.Resampling.BICUBIC)
        depth = coloured(plane(view.depth_m, "depth"), 0.0, self._max_m, reverse=True)
        canvas.paste(top, (0, 0))
        below = Image.fromarray(depth).resize(self._cell, Image.Resampling.NEAREST)
        canvas.paste(below, (0, self._cell[1]))
        near, here = self._near(index, middle)
        plan = TilePlan(tile, near, self._side)
        canvas.paste(Image.fromarray(plan.frame(here, self._fov)), (self._cell[0], 0))
        self._caption(canvas, index)
        return np.asarray(canvas)

    def _near(self, index: int, middle: tuple[float, float]) -> tuple[Trajectory, int]:
        """Return the part of the walk on the tile, and where in it the camera stands."""
        points = (self._walk.points - np.array(middle)) / self._unit * np.array([1.0, -1.0])
        inside = np.abs(points).max(1) <= 1.0
        before = np.flatnonzero(~inside[:index])
        after = np.flatnonzero(~inside[index:])
        first = int(before[-1]) + 1 if before.size else 0
        last = index + int(after[0]) if after.size else len(points)
        if last - first < FEWEST:
            first, last = (index - 1, index + 1) if index else (0, FEWEST)
        part = points[first:last].clip(-1.0, 1.0)
        return Trajectory(part, self._walk.headings[first:last]), index - first

    def _caption(self, canvas: Image.Image, index: int) -> None:
        lat, lon = self._walk.places[index]
        heading = round(float(self._walk.true_headings[index])) % 360
        draw = ImageDraw.Draw(canvas)
        line = self._side + STRIP / 2
        walked = f"{self._walked[index]:.0f} m of {self._walked[-1]:.0f} m"
        told = f"{walked}, looking {heading:03d} degrees"
        draw.text((12, line), told, INK, font(14), "lm")
        place = f"{lat:.6f}, {lon:.6f}"
        draw.text((self.size[0] - 12, line), place, INK, font(14), anchor="rm")
        sides = max(text_width(told, 14), text_width(place, 14)) + 24
        credit = fitted(self._credit, 12, self.size[0] - 2 * sides)
        draw.text((self.size[0] / 2, line), credit, INK, font(12), anchor="mm")

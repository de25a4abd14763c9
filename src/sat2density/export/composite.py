"""The frame of a walk: the picture over its depth, beside the tile with the path walked so far."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from sat2density.bounds import check_size
from sat2density.export.arrays import picture, plane
from sat2density.export.colours import coloured
from sat2density.export.frames import LARGEST_SIDE
from sat2density.export.lettering import font, round_ticks, scale_bar, text_width
from sat2density.export.pictures import farthest_depth_m
from sat2density.export.plan import TilePlan
from sat2density.paths.splines import arc_length
from sat2density.paths.trajectory import Trajectory
from sat2density.scene_spec import SceneSpec

WIDEST: Final = 1600
"""Frames are made as large as whole factors allow up to this width: fit for a laptop's and a
phone's screen.
"""

STRIP: Final = 44
"""Height of the band with the scale and the caption, pixels."""

LEAST_SIDE_FOR_BAR: Final = 480
"""Narrower drawings of the tile have no room for a bar of metres beside the caption."""

BACKGROUND: Final = (255, 255, 255)
INK: Final = (28, 32, 38)


class WalkLayout:
    """Composes the frames of a video; everything that stays the same is drawn once.

    Args:
        tile: the satellite picture, as `arrays.picture` takes it.
        path: the walk; frame `index` belongs to its point `index`.
        spec: the scene, for metres and the depth scale.
        picture_size: (width, height) of the pictures that will come.
        horizontal_fov_deg: field of view of the pictures (360: panoramas), drawn on the tile.
        max_depth_m: far end of the depth scale; None takes the reach of a ray.

    Raises:
        InputError: a frame would be larger than encoders take.

    """

    def __init__(
        self,
        tile: Any,
        path: Trajectory,
        spec: SceneSpec,
        picture_size: tuple[int, int],
        horizontal_fov_deg: float = 360.0,
        max_depth_m: float | None = None,
    ) -> None:
        width, height = picture_size
        # A picture above its depth, and beside them the tile, as high as both: width + 2 height.
        factor = max(1, WIDEST // (width + 2 * height))
        self._cell = (width * factor, height * factor)
        self._side = 2 * self._cell[1]
        self._fov = horizontal_fov_deg
        self._path = path
        self._walked_m = arc_length(path.metres(spec))
        self._max_m = farthest_depth_m(spec) if max_depth_m is None else max_depth_m
        self.size = (self._cell[0] + self._side, self._side + STRIP)
        check_size("frame", *self.size, longest=LARGEST_SIDE)
        self._plan = TilePlan(tile, path, self._side)
        self._canvas = Image.new("RGB", self.size, BACKGROUND)
        self._draw_scale()
        self._draw_metres(spec)

    def frame(self, index: int, image: Any, depth_m: Any) -> NDArray[np.uint8]:
        """Return frame `index` (height, width, 3) uint8.

        Args:
            index: point of the path.
            image: the picture (3, H, W) float or (H, W, 3) uint8.
            depth_m: its depth (H, W) or (1, H, W) in metres, NaN where there is no surface.

        """
        canvas = self._canvas.copy()
        top = Image.fromarray(picture(image)).resize(self._cell, Image.Resampling.BICUBIC)
        depth = coloured(plane(depth_m, "depth"), 0.0, self._max_m, reverse=True)
        canvas.paste(top, (0, 0))
        canvas.paste(
            Image.fromarray(depth).resize(self._cell, Image.Resampling.NEAREST), (0, self._cell[1])
        )
        canvas.paste(Image.fromarray(self._plan.frame(index, self._fov)), (self._cell[0], 0))
        self._draw_caption(canvas, index)
        return np.asarray(canvas)

    def _draw_scale(self) -> None:
        draw = ImageDraw.Draw(self._canvas)
        label = "depth"
        start = text_width(label, 14) + 22
        draw.text((12, self._side + 9), label, INK, font(14), anchor="lt")
        length = max(40, self._cell[0] - start - 12)
        bar = scale_bar(length, 0.0, self._max_m, vertical=False, reverse=True, text=14)
        self._canvas.paste(bar, (start, self._side + 6))

    def _draw_metres(self, spec: SceneSpec) -> None:
        """Draw a bar of a round number of metres under the tile, at the right; small tiles have no
        room for it.
        """
        metres = round_ticks(0.0, spec.extent_m / 4, most=3)[1]
        length = metres / spec.extent_m * self._side
        label = f"{metres:g} m"
        if self._side < LEAST_SIDE_FOR_BAR:
            return
        draw = ImageDraw.Draw(self._canvas)
        right = self.size[0] - 12
        middle = self._side + STRIP / 2
        draw.text((right, middle), label, INK, font(14), anchor="rm")
        right -= text_width(label, 14) + 8
        draw.line([(right - length, middle), (right, middle)], INK, width=2)
        for end in (right - length, right):
            draw.line([(end, middle - 5), (end, middle + 5)], INK, width=2)

    def _draw_caption(self, canvas: Image.Image, index: int) -> None:
        heading = round(float(self._path.headings[index])) % 360
        text = (
            f"{self._walked_m[index]:.1f} m of {self._walked_m[-1]:.1f} m, looking {heading:03d} "
            f"degrees"
        )
        size = 14 if self._side >= LEAST_SIDE_FOR_BAR else 10
        ImageDraw.Draw(canvas).text(
            (self._cell[0] + 12, self._side + STRIP / 2), text, INK, font(size), anchor="lm"
        )

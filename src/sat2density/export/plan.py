"""The tile seen from above with the path on it, the part walked so far, and where the camera
looks.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from sat2density.bounds import check_size
from sat2density.export.arrays import picture
from sat2density.paths.trajectory import Trajectory

Corners = list[tuple[float, float]]

AHEAD: Final = (255, 255, 255, 150)
WALKED: Final = (255, 159, 28, 255)
EDGE: Final = (20, 20, 20, 160)
LOOK: Final = (255, 255, 255, 90)

SMOOTH: Final = 2
"""Lines are drawn this much larger and scaled down, because Pillow draws them without smooth edges.
"""

REACH: Final = 60
"""Length of the wedge on a drawing of 512 pixels."""

WHOLE_VIEW_WEDGE_DEG: Final = 60.0
"""A panorama sees all around; the wedge then only marks the direction of its middle column."""


class TilePlan:
    """Draws a camera and its path on a tile, frame after frame.

    Args:
        tile: the satellite picture, as `arrays.picture` takes it; north up, any square size.
        path: the walk.
        size: side of the drawing in pixels.

    Raises:
        InputError: the drawing would be too large.

    """

    def __init__(self, tile: Any, path: Trajectory, size: int = 512) -> None:
        check_size("plan", size, size)
        self.size = size
        self._path = path
        base = Image.fromarray(picture(tile, "tile")).resize((size, size), Image.Resampling.BICUBIC)
        self._base = self._over(
            base, path.points, lambda draw, corners: self._line(draw, corners, AHEAD, width=3)
        )

    def frame(self, index: int, horizontal_fov_deg: float = 360.0) -> NDArray[np.uint8]:
        """Return a drawing (size, size, 3) uint8 with the camera on a point of the path.

        Args:
            index: number of the point, from 0; the path up to it is drawn as walked.
            horizontal_fov_deg: width of the wedge around the heading; at 360 (a panorama) the wedge
                is `WHOLE_VIEW_WEDGE_DEG` wide.

        """
        heading = float(self._path.headings[index])

        def paint(draw: ImageDraw.ImageDraw, corners: Corners) -> None:
            self._line(draw, corners, EDGE, width=7)
            self._line(draw, corners, WALKED, width=4)
            self._camera(draw, corners[-1], heading, horizontal_fov_deg)

        return np.asarray(self._over(self._base, self._path.points[: index + 1], paint))

    def _over(
        self,
        base: Image.Image,
        points: NDArray[np.float64],
        paint: Callable[[ImageDraw.ImageDraw, Corners], None],
    ) -> Image.Image:
        """Paint over a copy of `base`, touching only the surroundings of `points`: most of a frame
        stays as it is.
        """
        places = (points + 1) / 2 * self.size
        margin = math.ceil((REACH + 4) * self.size / 512)
        west, north = np.maximum(np.floor(places.min(axis=0)) - margin, 0).astype(int).tolist()
        east, south = (
            np.minimum(np.ceil(places.max(axis=0)) + margin, self.size).astype(int).tolist()
        )
        layer = Image.new("RGBA", ((east - west) * SMOOTH, (south - north) * SMOOTH), (0, 0, 0, 0))
        paint(
            ImageDraw.Draw(layer), [(x, y) for x, y in ((places - (west, north)) * SMOOTH).tolist()]
        )
        small = layer.reduce(SMOOTH)
        whole = base.copy()
        whole.paste(small, (west, north), small)
        return whole

    def _line(
        self, draw: ImageDraw.ImageDraw, corners: Corners, colour: tuple[int, ...], width: int
    ) -> None:
        if len(corners) > 1:
            draw.line(
                corners,
                colour,
                width=max(2, round(width * SMOOTH * self.size / 512)),
                joint="curve",
            )

    def _camera(
        self, draw: ImageDraw.ImageDraw, place: tuple[float, float], heading: float, fov_deg: float
    ) -> None:
        x, y = place
        unit = self.size * SMOOTH / 512
        wedge = WHOLE_VIEW_WEDGE_DEG if fov_deg >= 360 else fov_deg
        reach = REACH * unit
        # Pillow counts angles clockwise from east; headings are clockwise from north.
        middle = heading - 90.0
        box = [x - reach, y - reach, x + reach, y + reach]
        draw.pieslice(
            box,
            middle - wedge / 2,
            middle + wedge / 2,
            LOOK,
            outline=EDGE,
            width=max(1, round(2 * unit)),
        )
        for radius, colour in (
            (9 * unit, EDGE),
            (7 * unit, (255, 255, 255, 255)),
            (5 * unit, WALKED),
        ):
            draw.ellipse([x - radius, y - radius, x + radius, y + radius], colour)

"""Plain values that travel between the layers: `Camera` and `View`."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Final

from sat2density.conventions import REFERENCE_TILE, SURFACE_OPACITY
from sat2density.errors import InputError

if TYPE_CHECKING:
    from torch import Tensor

    from sat2density.scene_spec import SceneSpec


LARGEST_PERSPECTIVE: Final = 4096
"""Pixels of a perspective picture, each way: one ray per pixel, some 100 samples per ray."""


@dataclasses.dataclass(frozen=True)
class Camera:
    """A place to look from, in tile units.

    Attributes:
        east, south: position in units, [-1, 1] inside the tile; (0, 0) is the tile's middle.
        heading: degrees clockwise from north; the panorama's middle column looks that way.
        height_m: height above the floor in metres; None takes the scene's camera height.

    """

    east: float = 0.0
    south: float = 0.0
    heading: float = 0.0
    height_m: float | None = None

    def __post_init__(self) -> None:
        for name in ("east", "south", "heading"):
            if not math.isfinite(getattr(self, name)):
                raise InputError(
                    f"camera: {name} must be a finite number, not {getattr(self, name)!r}"
                )
        if self.height_m is not None and not (math.isfinite(self.height_m) and self.height_m > 0):
            raise InputError(
                f"camera: height_m must be a positive number of metres, not {self.height_m!r}"
            )

    @classmethod
    def from_metres(
        cls, spec: SceneSpec, east_m: float, south_m: float, heading: float = 0.0
    ) -> Camera:
        """Place a camera by metres east and south of the tile's middle.

        Args:
            spec: the scene, for its metres a unit.
            east_m: metres east of the tile's middle; the border is half the tile's extent away.
            south_m: metres south of it.
            heading: degrees clockwise from north.

        Example:
            >>> from sat2density.scene_spec import SceneSpec
            >>> suburb = SceneSpec.named("suburb")
            >>> Camera.from_metres(suburb, suburb.unit_m, 0.0).east
            1.0

        """
        return cls(east_m / spec.unit_m, south_m / spec.unit_m, heading)

    @classmethod
    def from_pixels(cls, column: float, row: float, heading: float = 0.0) -> Camera:
        """Place a camera by the pixels of a 256-pixel tile, whatever the image's size: (128, 128)
        is the middle.

        Args:
            column: in [0, 256], 0 at the west border; fractions are places inside a pixel.
            row: in [0, 256], 0 at the north border.
            heading: degrees clockwise from north.

        Example:
            >>> Camera.from_pixels(192.0, 128.0).east
            0.5

        """
        half = REFERENCE_TILE / 2
        return cls((column - half) / half, (row - half) / half, heading)


@dataclasses.dataclass(frozen=True)
class View:
    """What a camera sees. Leading batch dimensions are kept where several cameras were rendered.

    Attributes:
        image: (..., 3, H, W) RenderNet's picture in [0, 1]; None where no lighting was given.
        colour: (..., 3, H, W) the tile's colours as projected, in [0, 1].
        opacity: (..., 1, H, W) in [0, 1].
        depth: (..., 1, H, W) radial depth in units as composited (not divided by opacity).
        unit_m: metres per unit.
        noise: (..., 1, H, W) the noise that RenderNet made details of, where the weights use one:
            for other light.
        features: (..., F, h, w) what else RenderNet was told, where the weights use it: for other
            light; h x w are the rays' rows and columns.
        panorama: whether the columns go once around.

    """

    image: Tensor | None
    colour: Tensor
    opacity: Tensor
    depth: Tensor
    unit_m: float
    noise: Tensor | None = None
    features: Tensor | None = None
    panorama: bool = True

    @property
    def depth_m(self) -> Tensor:
        """Radial depth in metres, depth / opacity x extent / 2; NaN where opacity < 0.5 (no
        surface).
        """
        return (self.depth / self.opacity * self.unit_m).masked_fill(
            self.opacity < SURFACE_OPACITY, math.nan
        )

    def __getitem__(self, index: int) -> View:
        """Return one view of a batch."""
        image, noise, features = (
            None if part is None else part[index]
            for part in (self.image, self.noise, self.features)
        )
        geometry = (self.colour[index], self.opacity[index], self.depth[index])
        return View(image, *geometry, self.unit_m, noise, features, self.panorama)

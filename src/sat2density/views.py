"""Plain values that travel between the layers: `Camera` and `View`."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sat2density.conventions import REFERENCE_TILE, SURFACE_OPACITY
from sat2density.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image
    from torch import Tensor

    from sat2density.scene_spec import SceneSpec


LARGEST_PERSPECTIVE: Final = 4096
"""Pixels of a perspective picture, each way: one ray per pixel, some 100 samples per ray."""


BORDER_SLACK: Final = 1e-6
"""Units a camera may stand outside the tile through rounding alone."""


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
        cls,
        spec: SceneSpec,
        east_m: float,
        south_m: float,
        heading: float = 0.0,
        height_m: float | None = None,
    ) -> Camera:
        """Place a camera by metres east and south of the tile's middle.

        Args:
            spec: the scene, for its metres a unit.
            east_m: metres east of the tile's middle; the border is half the tile's extent away.
            south_m: metres south of it.
            heading: degrees clockwise from north.
            height_m: height above the floor in metres; None takes the scene's.

        Example:
            >>> from sat2density.scene_spec import SceneSpec
            >>> suburb = SceneSpec.named("suburb")
            >>> Camera.from_metres(suburb, suburb.unit_m, 0.0).east
            1.0

        """
        return cls(east_m / spec.unit_m, south_m / spec.unit_m, heading, height_m)

    @classmethod
    def of(cls, place: CameraLike) -> Camera:
        """Return the camera that is meant: what `Scene.render` does with what it is given.

        Args:
            place: a Camera; or (east, south) or (east, south, heading), in tile units and degrees.

        Raises:
            InputError: anything else.

        Example:
            >>> Camera.of((0.25, -0.5))
            Camera(east=0.25, south=-0.5)

        """
        if isinstance(place, Camera):
            return place
        try:
            numbers = [float(number) for number in place]
        except (TypeError, ValueError):
            numbers = []
        if len(numbers) not in (2, 3):
            raise InputError(
                f"camera: give a Camera, or (east, south) in tile units, not {str(place)[:60]}"
            )
        return cls(*numbers)

    def __repr__(self) -> str:
        """Return what was said of it: defaults are left out."""
        given = (f.name for f in dataclasses.fields(self) if getattr(self, f.name) != f.default)
        wanted = dict.fromkeys(("east", "south", *given))
        return f"Camera({', '.join(f'{name}={_shown(getattr(self, name))}' for name in wanted)})"

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


CameraLike = Camera | Sequence[float]
"""What is taken for a camera; see `Camera.of`."""


def as_cameras(camera: Any) -> Camera | list[Camera]:
    """Return one camera, or the list of several, of what is given.

    Args:
        camera: as `Camera.of` takes it, or a sequence or array (N, 2 | 3) of such.

    Raises:
        InputError: none is given, or something else.

    """
    if isinstance(camera, Camera):
        return camera
    try:
        parts = list(camera)
    except TypeError:
        return Camera.of(camera)
    if not parts:
        raise InputError("no camera given")
    if not isinstance(parts[0], Camera) and not hasattr(parts[0], "__len__"):
        return Camera.of(parts)
    return [Camera.of(part) for part in parts]


def listed(camera: Camera | Sequence[Camera]) -> list[Camera]:
    """Return one camera or several as a list, all of them inside the tile.

    Args:
        camera: of `as_cameras`.

    Raises:
        InputError: one that stands outside the tile.

    """
    if isinstance(camera, Camera):
        check_inside([camera], numbered=False)
        return [camera]
    check_inside(camera)
    return list(camera)


def check_inside(cameras: Sequence[Camera], numbered: bool = True) -> None:
    """Refuse cameras that stand outside the tile.

    Args:
        cameras: any number of them.
        numbered: whether the message says which one.

    Raises:
        InputError: there is one.

    """
    for number, one in enumerate(cameras, start=1):
        if max(abs(one.east), abs(one.south)) > 1 + BORDER_SLACK:
            raise InputError(
                f"camera{f' {number}' if numbered else ''}: east {one.east:g}, south {one.south:g} "
                f"lies outside the tile; it spans -1 to 1 (Camera.from_metres and "
                f"Camera.from_pixels take other units)"
            )


@dataclasses.dataclass(frozen=True, repr=False)
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
        directions: (..., H, W, 3) where the pixels look, where the weights show the light's own
            sky: for other light.

    """

    image: Tensor | None
    colour: Tensor
    opacity: Tensor
    depth: Tensor
    unit_m: float
    noise: Tensor | None = None
    features: Tensor | None = None
    panorama: bool = True
    directions: Tensor | None = None

    @property
    def depth_m(self) -> Tensor:
        """Radial depth in metres, depth / opacity x extent / 2; NaN where opacity < 0.5 (no
        surface).
        """
        return (self.depth / self.opacity * self.unit_m).masked_fill(
            self.opacity < SURFACE_OPACITY, math.nan
        )

    def __getitem__(self, index: int) -> View:
        """Return one view of several."""
        if self.colour.ndim == 3:
            raise InputError(f"view[{index}]: this is one view, not several")
        values = {name: getattr(self, name) for name in PICTURES}
        picked: dict[str, Any] = {
            name: None if part is None else part[index] for name, part in values.items()
        }
        return as_lit(View(unit_m=self.unit_m, panorama=self.panorama, **picked))

    def __repr__(self) -> str:
        """Return its size, in a line."""
        *lead, _, height, width = self.colour.shape
        many = f"{'x'.join(map(str, lead))} of " if lead else ""
        what = "depth without a picture" if self.image is None else "picture and depth"
        return f"{type(self).__name__}({many}{width}x{height} pixels, {what})"

    def numpy(self) -> NDArray[np.uint8]:
        """Return the picture as bytes (..., H, W, 3), as matplotlib shows it; the projected colours
        where there is no picture.

        `view.depth_m.cpu().numpy()` is the depth in metres.
        """
        from sat2density import view_output

        return view_output.to_array(self)

    def pil(self) -> Image.Image:
        """Return the picture as a PIL image; the projected colours where there is no picture.

        Raises:
            InputError: there are several views; take one: view[0].

        """
        from sat2density import view_output

        return view_output.to_pil(self)

    def save(self, path: str | Path) -> None:
        """Write the view; the suffix says what of it, and a file of that name is replaced.

        Args:
            path: .png, .jpg, .jpeg, .webp or .bmp for the picture (the projected colours where
                there is none); .tif or .tiff for the depth in metres, 32 bits, NaN where there is
                no surface; .npz for all of it (image, colour, opacity, depth_m; batches as well).

        Raises:
            InputError: another suffix, or several views for a single picture.
            OutputError: the file cannot be written.

        """
        from sat2density import view_output

        view_output.save(self, Path(path))

    def _repr_png_(self) -> bytes | None:
        """Return what a notebook shows; None, for the text alone, of several views."""
        from sat2density import view_output

        return view_output.to_png(self)


@dataclasses.dataclass(frozen=True, repr=False)
class LitView(View):
    """A view that was painted in a light: its `image` is there."""

    image: Tensor

    def __getitem__(self, index: int) -> LitView:
        """Return one view of several."""
        view = super().__getitem__(index)
        assert isinstance(view, LitView)
        return view


PICTURES: Final = ("image", "colour", "opacity", "depth", "noise", "features", "directions")
"""The parts of a view that have a row for each of several views."""


def as_lit(view: View) -> View:
    """Return a view as a `LitView` where there is a picture.

    Args:
        view: one or several.

    """
    if view.image is None or isinstance(view, LitView):
        return view
    return LitView(*(getattr(view, field.name) for field in dataclasses.fields(view)))


def _shown(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else repr(value)

"""What the frames of a film show: all around, or ahead like an ordinary camera."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final, Literal

from sat2density.bounds import check_number, check_size
from sat2density.errors import InputError
from sat2density.export.work import Run, here
from sat2density.structured import check_choice
from sat2density.views import LARGEST_PERSPECTIVE

if TYPE_CHECKING:
    from sat2density.light.lighting import Lighting
    from sat2density.scene import Scene
    from sat2density.scene_spec import SceneSpec
    from sat2density.sky import Lit
    from sat2density.views import Camera, View

ViewKind = Literal["panorama", "perspective"]

SMALLEST_SIDE: Final = 16
"""Pixels of a picture, each way."""

PERSPECTIVE_SIZE: Final = (640, 360)
"""(width, height) of a perspective where none is given, pixels."""


@dataclasses.dataclass(frozen=True)
class Look:
    """What a frame shows.

    Attributes:
        view: "panorama", all around; or "perspective", ahead along the heading.
        fov: horizontal field of view of a perspective, degrees in [1, 170].
        pitch: of a perspective, degrees upwards, in [-90, 90].
        size: (width, height) of the picture in pixels, 16 to 4096 each; None takes the weights' own
            panorama, and `PERSPECTIVE_SIZE`.

    """

    view: ViewKind = "panorama"
    fov: float = 90.0
    pitch: float = 0.0
    size: tuple[int, int] | None = None

    def check(self, prefix: str = "") -> None:
        """Refuse values out of their range: at once, before anything is loaded.

        Args:
            prefix: written before a value's name in the message; "--" where it is an option.

        Raises:
            InputError: a value that cannot be rendered.

        """
        check_choice(f"{prefix}view", self.view, ViewKind)
        check_number(f"{prefix}fov", self.fov, 1, 170, "degrees")
        check_number(f"{prefix}pitch", self.pitch, -90, 90, "degrees")
        if self.size is None:
            return
        check_size(f"{prefix}size", *self.size, longest=LARGEST_PERSPECTIVE)
        if min(self.size) < SMALLEST_SIDE:
            raise InputError(
                f"{prefix}size: must be at least {SMALLEST_SIDE} pixels each way, not "
                f"{self.size[0]}x{self.size[1]}"
            )

    @property
    def horizontal_fov_deg(self) -> float:
        """How much of the horizon a frame shows, degrees."""
        return 360.0 if self.view == "panorama" else self.fov

    def picture_size(self, spec: SceneSpec) -> tuple[int, int]:
        """Return (width, height) of the view's picture in pixels.

        Args:
            spec: the scene, for the size of its panoramas.

        """
        return self.size or (spec.panorama_size if self.view == "panorama" else PERSPECTIVE_SIZE)

    def see(
        self, scene: Scene, cameras: Sequence[Camera], light: Lighting | Lit | list[Lit]
    ) -> View:
        """Render the views of some cameras: a View with a leading dimension.

        Args:
            scene: of one tile.
            cameras: where from, one view each.
            light: a light, or what `EncodedLights` made of it; a list: one for each camera.

        Returns:
            Pictures (N, 3, H, W) and what belongs to them, one for each camera.

        """
        if self.view == "panorama":
            return scene.render(cameras, light, size=self.size)
        size = self.picture_size(scene.spec)
        return scene.render_perspective(cameras, light, size, self.fov, self.pitch)

    def views(
        self,
        scene: Scene,
        cameras: Sequence[Camera],
        light: Lighting | Lit | Sequence[Lit],
        run: Run = here,
        at_once: int | None = None,
    ) -> Iterator[View]:
        """Render the views of a walk, one after the other.

        Args:
            scene: of one tile.
            cameras: where to look from.
            light: best encoded (`EncodedLights`): a light is encoded again for every rendering; or
                one for each camera (`LightsInTurn`).
            run: does one rendering.
            at_once: cameras of one rendering; None takes one on a CPU, and on a GPU as many as the
                scene does at once, which fills it better.

        Yields:
            A view for each camera, in order.

        """
        if at_once is None:
            at_once = 1 if scene.tiles.device.type == "cpu" else scene.at_once
        for first in range(0, len(cameras), at_once):
            part = cameras[first : first + at_once]
            lit = list(light[first : first + at_once]) if isinstance(light, Sequence) else light
            seen = run(lambda part=part, lit=lit: self.see(scene, part, lit))  # type: ignore[misc]
            yield from (seen[index] for index in range(len(part)))

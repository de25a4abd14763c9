"""The film of a walk: what a frame shows, and the files its frames go to."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import tyro

from sat2density.apps.options import optional
from sat2density.apps.session import gentle_interrupt, progress
from sat2density.errors import InputError

if TYPE_CHECKING:
    from sat2density.light.lighting import Lighting
    from sat2density.paths.trajectory import Trajectory
    from sat2density.pipeline import Scene
    from sat2density.scene_spec import SceneSpec
    from sat2density.views import Camera, View

Take = Callable[[int, "View", Any], None]
"""Takes a frame: its number, the view, and the composed frame (height, width, 3) uint8."""


@dataclasses.dataclass(frozen=True)
class LookOptions:
    """What a frame shows."""

    view: Literal["panorama", "perspective"] = "panorama"
    """All around, or ahead along the heading like an ordinary camera."""
    fov: float = 90.0
    """Horizontal field of view of --view perspective, degrees."""
    pitch: float = 0.0
    """Look up (positive) or down with --view perspective, degrees."""
    size: Annotated[tuple[int, int], tyro.conf.arg(metavar="WIDTH HEIGHT")] = (640, 360)
    """Pixels of --view perspective."""

    def check(self) -> None:
        """InputError where a value is out of range."""
        if not 1 <= self.fov <= 170:
            raise InputError(f"--fov: must be 1 to 170 degrees, not {self.fov:g}")
        if not -90 <= self.pitch <= 90:
            raise InputError(f"--pitch: must be -90 to 90 degrees, not {self.pitch:g}")
        if not all(16 <= side <= 4096 for side in self.size):
            raise InputError(
                f"--size: must be 16 to 4096 pixels each way, not {self.size[0]} {self.size[1]}"
            )

    @property
    def horizontal_fov_deg(self) -> float:
        """How much of the horizon a frame shows."""
        return 360.0 if self.view == "panorama" else self.fov

    def picture_size(self, spec: SceneSpec) -> tuple[int, int]:
        """(width, height) of the view's picture."""
        return spec.panorama_size if self.view == "panorama" else self.size

    def see(
        self, scene: Scene, cameras: Sequence[Camera], light: Lighting, seed: int | None
    ) -> View:
        """Render the views of some frames."""
        if self.view == "panorama":
            return scene.render(cameras, light, seed)
        return scene.render_perspective(cameras, light, self.size, self.fov, self.pitch, seed)

    def views(
        self, scene: Scene, cameras: Sequence[Camera], light: Lighting, seed: int | None
    ) -> Iterator[View]:
        """Render the views of a walk, one after the other; on a GPU several at once, which fills it
        better.
        """
        from sat2density.scene import CAMERAS_AT_ONCE

        at_once = 1 if scene.tiles.device.type == "cpu" else CAMERAS_AT_ONCE
        for first in range(0, len(cameras), at_once):
            part = cameras[first : first + at_once]
            seen = self.see(scene, part, light, seed)
            yield from (seen[index] for index in range(len(part)))


@dataclasses.dataclass(frozen=True)
class FilmOptions:
    """How the frames are written."""

    fps: float = 10.0
    """Frames per second."""
    gif: Annotated[bool, optional()] = False
    """Also write a GIF (of a walk: at half the size)."""
    frames_png: Annotated[bool, optional()] = False
    """Also write every picture as PNG in frames/ (of a walk: with depth/, 16 bit, millimetres)."""

    def check(self) -> None:
        """InputError where a value is out of range."""
        if not 0 < self.fps <= (50 if self.gif else 240):
            raise InputError(
                f"--fps: must be above 0 and at most 240 (50 with --gif), not {self.fps:g}"
            )


def film_walk(
    scene: Scene,
    walk: Trajectory,
    light: Lighting,
    folder: Path,
    look: LookOptions | None = None,
    film: FilmOptions | None = None,
    seed: int | None = None,
) -> list[str]:
    """Render every camera of a walk and write its videos into `folder`; return the names of what
    was written.

    Raises:
        KeyboardInterrupt: Ctrl-C was pressed; the videos are closed and hold the frames so far.
        OutputError: a file cannot be written.

    """
    from sat2density.export.composite import WalkLayout

    look, film = look or LookOptions(), film or FilmOptions()
    layout = WalkLayout(
        scene.tile, walk, scene.spec, look.picture_size(scene.spec), look.horizontal_fov_deg
    )
    with (
        gentle_interrupt() as interrupt,
        progress("frames", len(walk)) as advance,
        contextlib.ExitStack() as files,
    ):
        takes = _open_videos(files, folder, scene.spec, look, film) | _open_extras(
            files, folder, film
        )
        views = look.views(scene, walk.cameras, light, seed)
        for index in range(len(walk)):
            if interrupt.asked:
                raise KeyboardInterrupt(f"interrupted after {index} of {len(walk)} frames")
            view = next(views)
            composed = layout.frame(index, view.image, view.depth_m)
            for take in takes.values():
                take(index, view, composed)
            advance()
    return list(takes)


def _open_videos(
    files: contextlib.ExitStack, folder: Path, spec: SceneSpec, look: LookOptions, film: FilmOptions
) -> dict[str, Take]:
    """Open the two videos every walk has; return name -> what takes its frames."""
    from sat2density.export.spherical import equirectangular_frame
    from sat2density.export.video import mp4_writer

    composed = files.enter_context(mp4_writer(folder / "video.mp4", film.fps))
    takes: dict[str, Take] = {"video.mp4": lambda index, view, frame: composed.write(frame)}
    if look.view == "panorama":
        around = files.enter_context(
            mp4_writer(folder / "panorama-360.mp4", film.fps, spherical=True)
        )
        fov = spec.vertical_fov_deg
        takes["panorama-360.mp4"] = lambda index, view, frame: around.write(
            equirectangular_frame(view.image, fov)
        )
    else:
        ahead = files.enter_context(mp4_writer(folder / "perspective.mp4", film.fps))
        takes["perspective.mp4"] = lambda index, view, frame: ahead.write(view.image)
    return takes


def _open_extras(files: contextlib.ExitStack, folder: Path, film: FilmOptions) -> dict[str, Take]:
    """Open what is written on request; return name -> what takes its frames."""
    import numpy as np
    from PIL import Image

    from sat2density.export.frames import FrameFolder, gif_writer
    from sat2density.export.pictures import write_depth_png

    takes: dict[str, Take] = {}
    if film.gif:
        small = files.enter_context(gif_writer(folder / "video.gif", film.fps))
        takes["video.gif"] = lambda index, view, frame: small.write(
            np.asarray(Image.fromarray(frame).reduce(2))
        )
    if film.frames_png:
        pictures = FrameFolder(folder / "frames")
        takes["frames"] = lambda index, view, frame: pictures.write(view.image)
        takes["depth"] = lambda index, view, frame: write_depth_png(
            folder / "depth" / f"frame_{index:04d}.png", view.depth_m
        )
    return takes

"""The kinds of film that are made one at a time, at a width one chooses: what the studio offers."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sat2density.bounds import check_count
from sat2density.errors import InputError
from sat2density.export.composite import WalkLayout
from sat2density.export.film import Cut, write_film
from sat2density.export.frames import gif_writer
from sat2density.export.look import Look
from sat2density.export.rates import MOST_FPS_GIF, check_fps
from sat2density.export.spherical import equirectangular_frame
from sat2density.export.video import mp4_writer
from sat2density.export.work import Progress, Run, here, silent
from sat2density.images import to_bytes
from sat2density.structured import check_choice
from sat2density.views import LARGEST_PERSPECTIVE, View

if TYPE_CHECKING:
    from sat2density.paths.trajectory import Trajectory
    from sat2density.scene import Scene

SMALLEST_WIDTH: Final = 256
LARGEST_WIDTH: Final = LARGEST_PERSPECTIVE
WIDTH_STEP: Final = 4
"""Widths of frames, pixels: H.264 wants even sizes, 360-degree frames multiples of 4."""

Frame = NDArray[np.uint8]


@dataclasses.dataclass(frozen=True)
class FilmKind:
    """One kind of film.

    Attributes:
        title: what people read of a film that was made.
        label: what people read where they choose.
        file: the name it is given.
        widths: pixels to choose from; others are allowed.
        compose: (scene, walk, width) -> what makes a frame of (number, view).
        look: width -> what is rendered.
        north: render with north in the middle: players look around by themselves.

    """

    title: str
    label: str
    file: str
    widths: tuple[int, ...]
    compose: Callable[[Scene, Trajectory, int], Callable[[int, View], Frame]]
    look: Callable[[int], Look] = lambda width: Look()
    north: bool = False

    @property
    def gif(self) -> bool:
        """Whether it is an animated picture."""
        return self.file.endswith(".gif")

    def describe(self) -> dict[str, Any]:
        """Return what a page needs to offer it, as JSON values."""
        return {"title": self.title, "label": self.label, "widths": list(self.widths)}


def film_one(
    kind: FilmKind,
    scene: Scene,
    walk: Trajectory,
    light: Any,
    path: Path,
    size: tuple[int, float],
    progress: Progress = silent,
    run: Run = here,
) -> None:
    """Render every camera of a walk into one file.

    Args:
        kind: one of `FILM_KINDS`.
        scene: of one tile.
        walk: a frame for each of its points.
        light: the light, best encoded (`Sat2Density.lit`); or one for each frame
            (`encoded_lights.LightsInTurn`).
        path: the file.
        size: (width of the frames in pixels, frames per second); a GIF takes at most 50 of these.
        progress: told after each frame.
        run: does one rendering.

    Raises:
        InputError: a width that is not allowed, or a film too large. OutputError: the file cannot
            be written.

    """
    width, fps = size
    check_width(width)
    cameras = walk.cameras
    if kind.north:
        cameras = [dataclasses.replace(camera, heading=0.0) for camera in cameras]
    compose = kind.compose(scene, walk, width)
    # One rendering at a time: between two of them the queue serves others.
    views = kind.look(width).views(scene, cameras, light, run, at_once=1)
    cut = Cut(path.name, lambda file: _writer(kind, file, fps, len(walk)), compose)
    write_film(views, len(walk), path.parent, [cut], progress)


def save_film(
    scene: Scene,
    walk: Trajectory,
    light: Any,
    path: Path,
    kind: str | None = None,
    fps: float = 10.0,
    width: int | None = None,
    progress: Progress = silent,
) -> None:
    """Write one film where the file's name says: what `Walk.save` does.

    Args:
        scene: of one tile.
        walk: a frame for each of its points.
        light: see `film_one`.
        path: ending in .mp4 or .gif.
        kind: a key of `FILM_KINDS`; None takes "walk" or "gif" by the suffix.
        fps: frames per second.
        width: of the frames, pixels; None takes the kind's middle one.
        progress: told after each frame.

    Raises:
        InputError: another suffix or kind, or a value out of its range. OutputError: the file
            cannot be written.

    """
    suffix = path.suffix.lower()
    by_suffix = {".mp4": "walk", ".gif": "gif"}
    if suffix not in by_suffix:
        raise InputError(f"{path}: a film is .mp4 or .gif, not '{path.suffix}'")
    key = kind or by_suffix[suffix]
    check_choice("kind", key, FILM_KINDS)
    chosen = FILM_KINDS[key]
    if chosen.gif != (suffix == ".gif"):
        ending = ".gif" if chosen.gif else ".mp4"
        raise InputError(f"{path}: a film of the kind '{key}' ends in {ending}")
    check_fps(fps, chosen.gif, "fps")
    size = chosen.widths[len(chosen.widths) // 2] if width is None else width
    film_one(chosen, scene, walk, light, path, (size, fps), progress)


def check_width(width: Any) -> None:
    """Refuse a width that frames cannot have.

    Args:
        width: pixels, a multiple of `WIDTH_STEP` from `SMALLEST_WIDTH` to `LARGEST_WIDTH`.

    Raises:
        InputError: any other value.

    """
    check_count("width", width, SMALLEST_WIDTH, LARGEST_WIDTH)
    if width % WIDTH_STEP:
        raise InputError(f"width must be a multiple of {WIDTH_STEP}, not {width}")


def _writer(
    kind: FilmKind, path: Path, fps: float, frames: int
) -> contextlib.AbstractContextManager[Any]:
    if kind.gif:
        return gif_writer(path, min(fps, MOST_FPS_GIF), frames)
    return mp4_writer(path, fps, spherical=kind.north)


def _composed(scene: Scene, walk: Trajectory, width: int) -> Callable[[int, View], Frame]:
    layout = WalkLayout(scene.tile, walk, scene.spec, scene.spec.panorama_size)
    size = (width, round(width * layout.size[1] / layout.size[0] / 2) * 2)

    def frame(index: int, view: View) -> Frame:
        whole = Image.fromarray(layout.frame(index, view.image, view.depth_m))
        return np.asarray(whole.resize(size, Image.Resampling.LANCZOS))

    return frame


def _spherical(scene: Scene, walk: Trajectory, width: int) -> Callable[[int, View], Frame]:
    fov = scene.spec.vertical_fov_deg
    return lambda index, view: equirectangular_frame(view.image, fov, width)


def _ahead(scene: Scene, walk: Trajectory, width: int) -> Callable[[int, View], Frame]:
    def frame(index: int, view: View) -> Frame:
        assert view.image is not None
        return to_bytes(view.image)

    return frame


def _wide(width: int) -> Look:
    return Look("perspective", size=(width, width * 9 // 16 // 2 * 2))


FILM_KINDS: Final = {
    "walk": FilmKind(
        "Trajectory video",
        "Walk: panorama and depth beside the tile (MP4)",
        "walk.mp4",
        (768, 1024, 1536),
        _composed,
    ),
    "spherical": FilmKind(
        "360-degree video",
        "360-degree panorama, with its metadata (MP4)",
        "walk-360.mp4",
        (1024, 2048, 4096),
        _spherical,
        north=True,
    ),
    "ahead": FilmKind(
        "Video ahead",
        "Looking ahead along the path (MP4)",
        "walk-ahead.mp4",
        (768, 1024, 1536),
        _ahead,
        _wide,
    ),
    "gif": FilmKind(
        "Animated picture", "Animated picture (GIF)", "walk.gif", (512, 768), _composed
    ),
}
"""Kinds of film by the name that messages use."""

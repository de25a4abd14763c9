"""The film of a walk: each view goes to one or several files while the next one is rendered."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sat2density.export.look import Look
from sat2density.export.rates import check_fps
from sat2density.export.work import Progress, silent

if TYPE_CHECKING:
    from sat2density.export.frames import FrameSink
    from sat2density.light.lighting import Lighting
    from sat2density.paths.trajectory import Trajectory
    from sat2density.scene import Scene
    from sat2density.views import View


@dataclasses.dataclass(frozen=True)
class Film:
    """How frames are written.

    Attributes:
        fps: frames per second, 0.01 to 240; to 50 with a GIF.
        gif: also write a GIF.
        frames_png: also write every picture as a PNG of its own.

    """

    fps: float = 10.0
    gif: bool = False
    frames_png: bool = False

    def check(self, prefix: str = "") -> None:
        """Refuse values out of their range: at once, before anything is loaded.

        Args:
            prefix: written before a value's name in the message; "--" where it is an option.

        Raises:
            InputError: a value that no film can have.

        """
        check_fps(self.fps, self.gif, f"{prefix}fps")


Opener = Callable[[Path], contextlib.AbstractContextManager["FrameSink"]]
"""Opens the file at a path as what takes frames, for as long as the block lasts."""


@dataclasses.dataclass(frozen=True)
class Cut:
    """One of the files that a film is written to.

    Attributes:
        name: of the file, or of the folder of files.
        open: opens it.
        frame: makes the frame of (number, what was rendered).

    """

    name: str
    open: Opener
    frame: Callable[[int, Any], Any]


def write_film(
    pictures: Iterable[Any],
    total: int,
    folder: Path,
    cuts: Sequence[Cut],
    progress: Progress = silent,
) -> list[str]:
    """Write what is rendered into every cut, picture by picture.

    Args:
        pictures: what is rendered, as the cuts' `frame` takes it.
        total: how many there are.
        folder: where the files go.
        cuts: the files.
        progress: told after each picture.

    Returns:
        The names of what was written, in the order of the cuts.

    Raises:
        KeyboardInterrupt: from `progress`; the videos are closed and hold the frames so far.
        OutputError: a file cannot be written.

    """
    with contextlib.ExitStack() as files:
        sinks = [files.enter_context(cut.open(folder / cut.name)) for cut in cuts]
        for index, picture in enumerate(pictures):
            for cut, sink in zip(cuts, sinks, strict=True):
                sink.write(cut.frame(index, picture))
            progress(index + 1, total)
    return [cut.name for cut in cuts]


def film_walk(
    scene: Scene,
    walk: Trajectory,
    light: Lighting,
    folder: Path,
    look: Look | None = None,
    film: Film | None = None,
    seed: int | None = None,
    progress: Progress = silent,
) -> list[str]:
    """Render every camera of a walk and write its videos.

    The light is encoded once.

    Args:
        scene: of one tile; or a `city.render.PlanScene`, which has no model.
        walk: a frame for each of its points.
        light: of all frames.
        folder: gets video.mp4 (the picture over its depth, beside the tile with the path), and
            panorama-360.mp4 or perspective.mp4; video.gif, frames/ and depth/ where `film` wants
            them.
        look: what a frame shows; None takes panoramas.
        film: how frames are written; None takes the plain videos.
        seed: see `Sat2Density.style`.
        progress: told after each frame.

    Returns:
        The names of what was written.

    Raises:
        InputError: an option out of its range, or a film too large to be composed.
        KeyboardInterrupt: from `progress`; the videos are closed and hold the frames so far.
        OutputError: a file cannot be written.

    Example:
        film_walk(scene, walk, Lighting.preset("dusk"), Path("out"), film=Film(fps=25))

    """
    from sat2density.encoded_lights import EncodedLights

    look = look or Look()
    film = film or Film()
    look.check()
    film.check()
    cuts = _cuts(scene, walk, look, film)
    # What is drawn from a plan needs no network, and takes the light as it is.
    lit = light if scene.model is None else EncodedLights(scene.model, seed).lit(light)
    views = look.views(scene, walk.cameras, lit)
    return write_film(views, len(walk), folder, cuts, progress)


def film_both(
    painted: Scene,
    drawn: Scene,
    walk: Trajectory,
    light: Lighting,
    folder: Path,
    film: Film | None = None,
    progress: Progress = silent,
) -> list[str]:
    """Write both.mp4: a walk as the network paints it, over the same walk drawn from its plan.

    Args:
        painted: of one tile.
        drawn: its `city.render.PlanScene`.
        walk: a frame for each of its points.
        light: of all frames.
        folder: gets the video.
        film: how frames are written; None takes the plain video.
        progress: told after each frame.

    Raises:
        KeyboardInterrupt: from `progress`; the video is closed and holds the frames so far.
        OutputError: the file cannot be written.

    """
    import torch

    from sat2density.encoded_lights import EncodedLights
    from sat2density.export import video

    fps = (film or Film()).fps
    look = Look("perspective", size=(640, 288))
    lit = EncodedLights(painted.model).lit(light)
    views = zip(
        look.views(painted, walk.cameras, lit),
        look.views(drawn, walk.cameras, light),
        strict=True,
    )
    cut = Cut(
        "both.mp4",
        lambda path: video.mp4_writer(path, fps),
        lambda index, pair: torch.cat([view.image for view in pair], dim=-2),
    )
    return write_film(views, len(walk), folder, [cut], progress)


def _cuts(scene: Scene, walk: Trajectory, look: Look, film: Film) -> list[Cut]:
    from sat2density.export import video
    from sat2density.export.composite import WalkLayout
    from sat2density.export.spherical import equirectangular_frame

    spec = scene.spec
    size = look.picture_size(spec)
    layout = WalkLayout(scene.tile, walk, spec, size, look.horizontal_fov_deg)
    composed = _once(lambda index, view: layout.frame(index, view.image, view.depth_m))
    cuts = [Cut("video.mp4", lambda path: video.mp4_writer(path, film.fps), composed)]
    if look.view == "panorama":
        cuts.append(
            Cut(
                "panorama-360.mp4",
                lambda path: video.mp4_writer(path, film.fps, spherical=True),
                lambda index, view: equirectangular_frame(view.image, spec.vertical_fov_deg),
            )
        )
    else:
        cuts.append(
            Cut(
                "perspective.mp4",
                lambda path: video.mp4_writer(path, film.fps),
                lambda index, view: view.image,
            )
        )
    if film.gif:
        cuts.append(_halved_gif(len(walk), film.fps, composed))
    return cuts + (_every_picture() if film.frames_png else [])


def _halved_gif(frames: int, fps: float, composed: Callable[[int, View], Any]) -> Cut:
    import numpy as np
    from PIL import Image

    from sat2density.export.frames import gif_writer

    return Cut(
        "video.gif",
        lambda path: gif_writer(path, fps, frames),
        lambda index, view: np.asarray(Image.fromarray(composed(index, view)).reduce(2)),
    )


def _every_picture() -> list[Cut]:
    from sat2density.export.frames import DepthFolder, FrameFolder

    return [
        Cut("frames", plain(FrameFolder), lambda index, view: view.image),
        Cut("depth", plain(DepthFolder), lambda index, view: view.depth_m),
    ]


def plain(folder: Callable[[Path], FrameSink]) -> Opener:
    """Return an opener of what needs no closing: folders of pictures.

    Args:
        folder: takes the path of a folder and makes what writes into it.

    """

    @contextlib.contextmanager
    def opened(path: Path) -> Iterator[FrameSink]:
        yield folder(path)

    return opened


def _once(frame: Callable[[int, View], Any]) -> Callable[[int, View], Any]:
    """Compose a frame once, though several cuts show it."""
    last: list[Any] = [None, None]

    def composed(index: int, view: View) -> Any:
        if last[0] != index:
            last[:] = index, frame(index, view)
        return last[1]

    return composed

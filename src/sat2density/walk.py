"""`Walk`: the views of many cameras, one after the other, and the film that they make."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sat2density.encoded_lights import LightList, LightsInTurn
from sat2density.errors import InputError
from sat2density.paths.trajectory import Trajectory
from sat2density.sky import Lit, encoded
from sat2density.views import Camera, CameraLike, LitView, as_cameras, check_inside

if TYPE_CHECKING:
    from sat2density.light.lighting import LightLike
    from sat2density.scene import Scene

ProgressLike = bool | Callable[[int, int], object]
"""True for a bar on stderr, or a function that is told (done, total)."""


class Walk(Iterator[LitView]):
    """The views along a path; made by `Scene.walk`.

    It is a generator: `next` and `for` give view after view, each rendered when it is asked for.
    `save` and `views` begin at the first camera again.

    Args:
        scene: of one tile.
        path: a Trajectory, or cameras.
        lighting: of all views, or a list: a light for each of them.
        seed: see `Sat2Density.style`.
        progress: see `ProgressLike`.

    """

    def __init__(
        self,
        scene: Scene,
        path: Trajectory | Iterable[CameraLike],
        lighting: LightLike | Lit | LightList,
        seed: int | None = None,
        progress: ProgressLike = False,
    ) -> None:
        self.scene = scene
        self.path = path if isinstance(path, Trajectory) else None
        self.cameras = _cameras(path)
        check_inside(self.cameras)
        self.lit = self._lit(lighting, seed)
        self.progress = progress
        self._views: Iterator[LitView] | None = None

    def __len__(self) -> int:
        """Return how many views there are altogether."""
        return len(self.cameras)

    def __next__(self) -> LitView:
        """Render the next view."""
        if self._views is None:
            self._views = self.views()
        return next(self._views)

    def __repr__(self) -> str:
        """Return how many views, in a line."""
        return f"Walk({len(self)} views)"

    def _lit(self, lighting: LightLike | Lit | LightList, seed: int | None) -> Lit | LightsInTurn:
        if not isinstance(lighting, list):
            return encoded(self.scene.model, lighting, seed)
        if len(lighting) != len(self):
            raise InputError(
                f"lights: {len(lighting)} for a walk of {len(self)} views; give one light for all, "
                f"or a list with one for each"
            )
        return LightsInTurn(self.scene.model, lighting, seed)

    def views(self, progress: ProgressLike | None = None) -> Iterator[LitView]:
        """Render all views from the first on.

        Args:
            progress: other than the walk's own; None takes that.

        Yields:
            A view for each camera, in order.

        """
        cpu = self.scene.tiles.device.type == "cpu"
        with _told(self.progress if progress is None else progress) as tell:
            at = 0
            while at < len(self):
                # The scene may have halved it meanwhile, where memory was short.
                part = self.cameras[at : at + (1 if cpu else self.scene.at_once)]
                lit = self.lit
                seen = self.scene.render(
                    part, lit if isinstance(lit, Lit) else lit[at : at + len(part)]
                )
                for index in range(len(part)):
                    yield seen[index]
                    at += 1
                    tell(at, len(self))

    def save(
        self,
        path: str | Path,
        kind: str | None = None,
        *,
        fps: float = 10.0,
        width: int | None = None,
    ) -> None:
        """Write the film of the walk, frame by frame.

        Args:
            path: ending in .mp4 or .gif.
            kind: "walk", the panorama over its depth beside the tile (.mp4); "spherical", with
                360-degree metadata (.mp4); "ahead", looking along the heading (.mp4); "gif", as
                "walk". None takes "walk" or "gif" by the suffix.
            fps: frames per second, 0.01 to 240; a GIF has at most 50.
            width: of the frames, pixels; None takes the kind's own.

        Raises:
            InputError: another suffix or kind, a walk that does not move, or a value out of range.
            OutputError: the file cannot be written.

        """
        # Films lie above this room: the one look upwards is by name, when it is asked for.
        film = importlib.import_module("sat2density.export.film_kinds")
        walk = self.path if self.path is not None else Trajectory.from_cameras(self.cameras)
        with _told(self.progress) as tell:
            film.save_film(self.scene, walk, self.lit, Path(path), kind, fps, width, tell)


def _cameras(path: Trajectory | Iterable[CameraLike]) -> Sequence[Camera]:
    if isinstance(path, Trajectory):
        return path.cameras
    cameras = as_cameras(path)
    return [cameras] if isinstance(cameras, Camera) else cameras


@contextlib.contextmanager
def _told(progress: ProgressLike) -> Iterator[Callable[[int, int], object]]:
    """Give what is told of each view."""
    if callable(progress):
        yield progress
        return
    if not isinstance(progress, bool):
        raise InputError(f"progress must be True, False or a function, not {progress!r}")
    if not progress:
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("views", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)

"""What the studio can make: films along the path, and every format of the package's table."""

from __future__ import annotations

import zipfile
from functools import partial
from pathlib import Path
from typing import Any, Final

from sat2density.apps.studio.jobs import Job, Maker, MakerClass
from sat2density.apps.studio.place import camera_at
from sat2density.apps.studio.studio import Studio
from sat2density.apps.studio.visitors import Visitor
from sat2density.bounds import check_count
from sat2density.errors import InputError
from sat2density.export.film_kinds import FILM_KINDS, check_width, film_one
from sat2density.export.formats import FORMATS, Content
from sat2density.export.page import Still
from sat2density.paths.exchange import points_of
from sat2density.paths.trajectory import Trajectory

MOST_FPS: Final = 60
SURFACE_CELLS: Final = 256
"""Side of a mesh, at most: what a page downloads at once."""


class Video(Maker):
    """A film along the path, of one of `FILM_KINDS`. Cancelled, it has the frames that are done."""

    keeps_part = True

    def __init__(self, visitor: Visitor, message: dict[str, Any], studio: Studio) -> None:
        """Check style, width, fps, light and points."""
        style = message.get("style")
        if not isinstance(style, str) or style not in FILM_KINDS:
            raise InputError("There is no such kind of video.")
        self.kind = FILM_KINDS[style]
        self.title = self.kind.title
        self.result_kind = "video"
        check_width(message.get("width"))
        check_count("fps", message.get("fps"), 1, MOST_FPS)
        self.size: tuple[int, int] = (message["width"], message["fps"])
        self.light = studio.light(visitor, message.get("light"))
        self.walk = Trajectory(points_of(message.get("points"))).along_path()
        self.scene = visitor.standing().scene

    def run(self, job: Job, folder: Path) -> Path:
        """Render frame by frame through the queue, encode meanwhile."""
        path = folder / self.kind.file
        lit = job.render(lambda: self.scene.model.lit(self.light))
        film_one(self.kind, self.scene, self.walk, lit, path, self.size, job.progress, job.render)
        return path


class FormatMaker(Maker):
    """The scene in one of the package's output formats.

    Args:
        key: of the format.

    """

    def __init__(
        self, visitor: Visitor, message: dict[str, Any], studio: Studio, *, key: str
    ) -> None:
        """Check light, place and points, where the format shows any."""
        self.format = FORMATS[key]
        self.title = self.format.title
        self.result_kind = key
        options = _shown(visitor, message, studio) if self.format.needs_light else {}
        self.options = options
        self.scene = visitor.standing().scene
        self.format.check()

    def run(self, job: Job, folder: Path) -> Path:
        """Write the format's files, with every rendering through the queue."""
        content = Content(
            self.scene,
            most_cells=SURFACE_CELLS,
            run=job.render,
            progress=job.progress,
            **self.options,
        )
        job.check()
        files = self.format.write(content, folder / self.format.file)
        if not job.total:
            job.progress(1, 1)
        return files[0] if len(files) == 1 else _bundled(files)


def _bundled(files: list[Path]) -> Path:
    """Put files that belong together (a mesh, its material and texture) into one to download."""
    path = files[0].with_suffix(".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, file.name)
            file.unlink()
    return path


def _shown(visitor: Visitor, message: dict[str, Any], studio: Studio) -> dict[str, Any]:
    """Read what a format with pictures shows: light, walk, and the places to look around in."""
    place = message.get("place")
    place = place if isinstance(place, dict) else {}
    here = camera_at(place.get("east", 0.0), place.get("south", 0.0), message.get("yaw", 0.0))
    stills = [Still("Where you stood", here)]
    walk = None
    if message.get("points"):
        walk = Trajectory(points_of(message["points"])).along_path()
        first, *_, last = walk.cameras
        stills += [Still("Start of the walk", first), Still("End of the walk", last)]
    return {
        "light": studio.light(visitor, message.get("light")),
        "walk": walk,
        "stills": stills,
        "title": str(message.get("title") or "")[:120],
    }


MAKERS: Final[dict[str, MakerClass]] = {
    "video": Video,
    **{key: partial(FormatMaker, key=key) for key in FORMATS},
}
"""Kinds of long work by the name the page uses: "video", and the keys of the formats."""

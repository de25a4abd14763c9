"""What the studio can make: videos along the path, the page to keep, mesh, volume and heights."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sat2density.apps.studio.jobs import Job, Maker
from sat2density.apps.studio.place import camera_at
from sat2density.apps.studio.studio import Studio
from sat2density.apps.studio.visitors import Visitor
from sat2density.errors import InputError
from sat2density.export.composite import WalkLayout
from sat2density.export.frames import gif_writer
from sat2density.export.heights import write_heights
from sat2density.export.mesh import heights_mesh, write_mesh
from sat2density.export.page import Still, write_page
from sat2density.export.spherical import equirectangular_frame
from sat2density.export.video import mp4_writer
from sat2density.export.volume import write_vti
from sat2density.paths.exchange import points_of
from sat2density.paths.trajectory import Trajectory
from sat2density.views import Camera, View

WIDTHS = range(256, 4097, 4)
"""Widths of a video's frames, pixels: H.264 wants even sizes, 360-degree frames multiples of 4."""
TITLES = {
    "walk": "Trajectory video",
    "spherical": "360-degree video",
    "ahead": "Video ahead",
    "gif": "Animated picture",
}
FILES = {
    "walk": "walk.mp4",
    "spherical": "walk-360.mp4",
    "ahead": "walk-ahead.mp4",
    "gif": "walk.gif",
}
AHEAD_FOV_DEG = 90.0
SURFACE_CELLS = 256

Compose = Callable[[int, View], NDArray[np.uint8]]


def _whole(message: dict[str, Any], name: str, allowed: range) -> int:
    value = message.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or value not in allowed:
        raise InputError(
            f"{name}: choose from {allowed.start} to {allowed.stop - 1} in steps of {allowed.step}."
        )
    return value


class Video(Maker):
    """A video along the path: "walk", "spherical", "ahead" or "gif"."""

    def __init__(self, visitor: Visitor, message: dict[str, Any], studio: Studio) -> None:
        """Check style, width, fps, light and points."""
        self.style = str(message.get("style"))
        if self.style not in TITLES:
            raise InputError("There is no such kind of video.")
        self.title = TITLES[self.style]
        self.result_kind = "video"
        self.width = _whole(message, "width", WIDTHS)
        self.fps = _whole(message, "fps", range(1, 61))
        self.light = studio.light(visitor, message.get("light"))
        self.walk = Trajectory(points_of(message.get("points"))).along_path()
        self.scene = visitor.standing().scene

    def run(self, job: Job, folder: Path) -> Path:
        """Render frame by frame through the queue, encode meanwhile."""
        gif = self.style == "gif"
        path = folder / FILES[self.style]
        compose = self._composer()
        cameras = self.walk.cameras
        writer: contextlib.AbstractContextManager[Any] = (
            gif_writer(path, min(self.fps, 50))
            if gif
            else mp4_writer(path, self.fps, spherical=self.style == "spherical")
        )
        with writer as video:
            for index, camera in enumerate(cameras):
                view = job.render(lambda camera=camera: self._view(camera))  # type: ignore[misc]
                video.write(compose(index, view))
                job.progress(index + 1, len(cameras))
        return path

    def _view(self, camera: Camera) -> View:
        if self.style == "ahead":
            size = (self.width, self.width * 9 // 16 // 2 * 2)
            return self.scene.render_perspective(camera, self.light, size, AHEAD_FOV_DEG)
        if (
            self.style == "spherical"
        ):  # north stays in the middle: players look around by themselves
            camera = dataclasses.replace(camera, heading=0.0)
        return self.scene.render(camera, self.light)

    def _composer(self) -> Compose:
        spec = self.scene.spec
        if self.style == "spherical":
            return lambda index, view: equirectangular_frame(
                view.image, spec.vertical_fov_deg, self.width
            )
        if self.style == "ahead":
            return lambda index, view: (
                (view.image.permute(1, 2, 0) * 255)  # type: ignore[union-attr]
                .round()
                .byte()
                .cpu()
                .numpy()
            )
        layout = WalkLayout(self.scene.tile, self.walk, spec, spec.panorama_size)
        size = (self.width, round(self.width * layout.size[1] / layout.size[0] / 2) * 2)

        def composed(index: int, view: View) -> NDArray[np.uint8]:
            frame = Image.fromarray(layout.frame(index, view.image, view.depth_m))
            return np.asarray(frame.resize(size, Image.Resampling.LANCZOS))

        return composed


class SavedPage(Maker):
    """The page to keep."""

    title = "Saved page"
    result_kind = "page"

    def __init__(self, visitor: Visitor, message: dict[str, Any], studio: Studio) -> None:
        """Check light, place and points."""
        self.light = studio.light(visitor, message.get("light"))
        self.name = str(message.get("title") or "")[:120]
        place = message.get("place")
        place = place if isinstance(place, dict) else {}
        self.here = camera_at(
            place.get("east", 0.0), place.get("south", 0.0), message.get("yaw", 0.0)
        )
        self.walk = (
            Trajectory(points_of(message["points"])).along_path() if message.get("points") else None
        )
        self.scene = visitor.standing().scene

    def run(self, job: Job, folder: Path) -> Path:
        """Render the walk and the stills through the queue and write the file."""
        path = folder / "satellite-walk.html"
        stills = [Still("Where you stood", self.here)]
        if self.walk is not None:
            first, *_, last = self.walk.cameras
            stills += [Still("Start of the walk", first), Still("End of the walk", last)]
        write_page(
            path, self.scene, self.light, self.walk, stills, self.name, job.render, job.progress
        )
        return path


class _Shape(Maker):
    """What is made of the volume alone."""

    def __init__(self, visitor: Visitor, message: dict[str, Any], studio: Studio) -> None:
        """Keep the scene of this moment."""
        self.scene = visitor.standing().scene
        self.studio = studio

    def heights(self, job: Job) -> NDArray[np.float32]:
        """Measure the surface heights through the queue."""
        heights = job.render(lambda: self.scene.heights().cpu().numpy())
        job.progress(1, 2)
        return heights


class Mesh(_Shape):
    """The surface with the tile on it."""

    title = "Mesh"
    result_kind = "glb"

    def run(self, job: Job, folder: Path) -> Path:
        """Write surface.glb."""
        heights = self.heights(job)
        step = max(1, len(heights) // SURFACE_CELLS)
        path = folder / "surface.glb"
        write_mesh(path, heights_mesh(heights[::step, ::step], self.scene.tile, self.scene.spec))
        job.progress(2, 2)
        return path


class Volume(_Shape):
    """The density, for ParaView."""

    title = "Volume"
    result_kind = "vti"

    def run(self, job: Job, folder: Path) -> Path:
        """Write density.vti."""
        path = folder / "density.vti"
        write_vti(path, self.scene.density, self.scene.spec, self.scene.model.rules)
        job.progress(1, 1)
        return path


class Heights(_Shape):
    """The surface heights as a 32-bit TIFF."""

    title = "Heights"
    result_kind = "heights"

    def run(self, job: Job, folder: Path) -> Path:
        """Write heights.tif."""
        path = folder / "heights.tif"
        write_heights(path, self.heights(job), self.scene.spec)
        job.progress(2, 2)
        return path


MAKERS: dict[str, type[Maker]] = {
    "video": Video,
    "page": SavedPage,
    "glb": Mesh,
    "vti": Volume,
    "heights": Heights,
}
"""Kinds of long work by the name the page uses."""

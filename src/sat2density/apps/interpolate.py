"""`sat2density interpolate`: the light changes, the geometry stays."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import tyro

from sat2density.apps.film import FilmOptions
from sat2density.apps.options import (
    Flat,
    Light,
    ModelOptions,
    OutputOptions,
    PlaceOptions,
    Sat,
    TileOptions,
    open_scene,
    parse_light,
    relit,
    summary_of,
)
from sat2density.apps.session import finish, progress
from sat2density.errors import InputError
from sat2density.files import output_folder

if TYPE_CHECKING:
    from torch import Tensor

    from sat2density.export.frames import FrameSink
    from sat2density.light.lighting import Lighting
    from sat2density.pipeline import Scene
    from sat2density.views import Camera

SHEET_ROWS: Final = 9
"""Pictures on the sheet, at most: as many as can be told apart."""


@dataclasses.dataclass(frozen=True)
class Interpolate:
    """One view while the light changes from one to another: rays are cast once, only the output
    is repeated.

    Files: interpolation.mp4, sheet.png (some of the steps, one below the other); interpolation.gif
    and frames/ on request.
    """

    sat: Sat
    """The satellite tile: square, north up, the camera in the middle."""
    start: Annotated[Light, tyro.conf.arg(name="from")]
    """The first light: a preset, PHOTO, PHOTO::MASK or light.json."""
    end: Annotated[Light, tyro.conf.arg(name="to")]
    """The last light."""
    steps: int = 60
    """Number of pictures, the two lights included."""
    film: Annotated[FilmOptions, Flat] = dataclasses.field(default_factory=FilmOptions)
    place: Annotated[PlaceOptions, Flat] = dataclasses.field(default_factory=PlaceOptions)
    tile: Annotated[TileOptions, Flat] = dataclasses.field(default_factory=TileOptions)
    model: Annotated[ModelOptions, Flat] = dataclasses.field(default_factory=ModelOptions)
    output: Annotated[OutputOptions, Flat] = dataclasses.field(default_factory=OutputOptions)

    def run(self) -> None:
        """Render and write."""
        if not 2 <= self.steps <= 10_000:
            raise InputError(f"--steps: must be 2 to 10000, not {self.steps}")
        self.film.check()
        folder = self.output.folder("interpolate", self.sat)
        lights = parse_light(self.start), parse_light(self.end)
        model = self.model.load()
        camera = self.place.camera(model.spec)
        scene = open_scene(model, self.tile, self.sat)
        with output_folder(folder, self.output.overwrite) as staging:
            images = interpolated(scene, camera, lights, self.steps, self.model.seed)
            names = write_steps(images, self.steps, lights, staging, self.film)
        summary = {"from": lights[0].name, "to": lights[1].name, "steps": self.steps}
        finish(
            folder,
            names,
            {**summary_of("interpolate", model, self.sat), **summary},
            self.output.json,
        )


def interpolated(
    scene: Scene,
    camera: Camera,
    lights: tuple[Lighting, Lighting],
    steps: int,
    seed: int | None = None,
) -> Iterator[Tensor]:
    """Yield `steps` pictures (3, H, W) of one view, the light going evenly from the first to the
    second.
    """
    from sat2density.light.lighting import Lighting

    geometry = scene.project(camera)
    with progress("pictures", steps) as advance:
        for step in range(steps):
            light = Lighting.mix(*lights, step / (steps - 1))
            yield relit(scene, geometry, light, seed)
            advance()


def write_steps(
    images: Iterable[Tensor],
    steps: int,
    lights: tuple[Lighting, Lighting],
    folder: Path,
    film: FilmOptions | None = None,
) -> list[str]:
    """Write the pictures of an interpolation as a video and a sheet into `folder`; return the
    files' names.

    Each of the `steps` pictures is written as it comes; only those of the sheet are kept.
    """
    from sat2density.export.frames import FrameFolder, gif_writer
    from sat2density.export.pictures import contact_sheet, write_picture
    from sat2density.export.video import mp4_writer

    film = film or FilmOptions()
    count = min(SHEET_ROWS, steps)
    shown = [round(row * (steps - 1) / (count - 1)) for row in range(count)]
    rows: list[list[Tensor]] = []
    with contextlib.ExitStack() as files:
        sinks: dict[str, FrameSink] = {}
        sinks["interpolation.mp4"] = files.enter_context(
            mp4_writer(folder / "interpolation.mp4", film.fps)
        )
        if film.gif:
            sinks["interpolation.gif"] = files.enter_context(
                gif_writer(folder / "interpolation.gif", film.fps)
            )
        if film.frames_png:
            sinks["frames"] = FrameFolder(folder / "frames")
        for index, image in enumerate(images):
            for sink in sinks.values():
                sink.write(image)
            if index in shown:
                rows.append([image])
    labels = [f"{index / (steps - 1):.0%}" for index in shown]
    title = f"{lights[0].name} to {lights[1].name}"
    write_picture(folder / "sheet.png", contact_sheet(rows, labels, [title], 512))
    return [*sinks, "sheet.png"]


COMMAND = Interpolate

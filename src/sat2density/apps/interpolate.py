"""`sat2density interpolate`: the light changes, the geometry stays."""

from __future__ import annotations

import dataclasses
from typing import Annotated

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
    summary_of,
)
from sat2density.apps.session import finish, progress_bar
from sat2density.files import output_folder


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
        from sat2density.export.interpolation import check_steps, interpolated, write_steps

        check_steps(self.steps, "--steps")
        self.film.check("--")
        folder = self.output.folder("interpolate", self.sat)
        lights = parse_light(self.start), parse_light(self.end)
        model = self.model.load()
        camera = self.place.camera(model.spec)
        scene = open_scene(model, self.tile, self.sat)
        with (
            output_folder(folder, self.output.overwrite) as staging,
            progress_bar("pictures") as tell,
        ):
            images = interpolated(scene, camera, lights, self.steps, self.model.seed)
            names = write_steps(images, self.steps, lights, staging, self.film, tell)
            names = [*names, *self.tile.credit(staging)]
        summary = {"from": lights[0].name, "to": lights[1].name, "steps": self.steps}
        finish(
            folder,
            names,
            {**summary_of("interpolate", model, self.sat), **summary},
            self.output.json,
            self.output.overwrite,
        )


COMMAND = Interpolate

"""`sat2density video`: a walk through a tile."""

from __future__ import annotations

import dataclasses
from typing import Annotated

from sat2density.apps.film import FilmOptions, LookOptions
from sat2density.apps.options import (
    Flat,
    LightOptions,
    ModelOptions,
    OutputOptions,
    PathOptions,
    Sat,
    TileOptions,
    open_scene,
    summary_of,
)
from sat2density.apps.session import finish, stoppable_progress
from sat2density.export.film import film_walk
from sat2density.files import output_folder


@dataclasses.dataclass(frozen=True)
class Video:
    """A walk through a tile.

    Files: video.mp4 (the picture over its depth, beside the tile with the path walked so far);
    panorama-360.mp4 (the panorama alone, with the metadata of 360-degree video), or perspective.mp4
    with --view perspective. Ctrl-C leaves playable videos of the frames so far.
    """

    sat: Sat
    """The satellite tile: square, north up, the camera in the middle."""
    lit: Annotated[LightOptions, Flat]
    walk: Annotated[PathOptions, Flat]
    look: Annotated[LookOptions, Flat] = dataclasses.field(default_factory=LookOptions)
    film: Annotated[FilmOptions, Flat] = dataclasses.field(default_factory=FilmOptions)
    tile: Annotated[TileOptions, Flat] = dataclasses.field(default_factory=TileOptions)
    model: Annotated[ModelOptions, Flat] = dataclasses.field(default_factory=ModelOptions)
    output: Annotated[OutputOptions, Flat] = dataclasses.field(default_factory=OutputOptions)

    def run(self) -> None:
        """Render and write; KeyboardInterrupt after Ctrl-C, once the videos are closed."""
        self.look.check("--")
        self.film.check("--")
        folder = self.output.folder("video", self.sat)
        light = self.lit.read()
        model = self.model.load()
        walk = self.walk.read(model.spec)
        scene = open_scene(model, self.tile, self.sat)
        try:
            with (
                output_folder(folder, self.output.overwrite, keep_on_interrupt=True) as staging,
                stoppable_progress("frames") as tell,
            ):
                names = film_walk(
                    scene, walk, light, staging, self.look, self.film, self.model.seed, tell
                )
        except KeyboardInterrupt as interruption:
            kept = f"; what is done lies in {folder}" if folder.exists() else ""
            raise KeyboardInterrupt(f"{interruption or 'interrupted'}{kept}") from None
        summary = {"light": light.name, "frames": len(walk), "length_m": walk.length_m(model.spec)}
        finish(
            folder,
            names,
            {**summary_of("video", model, self.sat), **summary},
            self.output.json,
            self.output.overwrite,
        )


COMMAND = Video

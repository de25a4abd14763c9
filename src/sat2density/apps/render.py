"""`sat2density render`: one view of a tile under one light, as pictures."""

from __future__ import annotations

import dataclasses
from typing import Annotated

import tyro

from sat2density.apps.drawn import DrawnOptions
from sat2density.apps.options import (
    Flat,
    LightOptions,
    ModelOptions,
    OutputOptions,
    PlaceOptions,
    Sat,
    TileOptions,
    summary_of,
    tell_defaults,
)
from sat2density.apps.session import finish
from sat2density.files import output_folder


@dataclasses.dataclass(frozen=True)
class Render:
    """One view of a tile: panorama, depth, opacity, projected colour, and the heights from above.

    Files: panorama.png, depth.png (16 bit, millimetres, 0 = no surface), depth-coloured.png (with a
    scale bar), opacity.png, projected.png (the tile's colours before the network paints),
    heights.png (from above, scale bar).
    """

    sat: Sat
    """The satellite tile: square, north up, the camera in the middle."""
    lit: Annotated[LightOptions, Flat] = dataclasses.field(default_factory=LightOptions)
    place: Annotated[PlaceOptions, Flat] = dataclasses.field(default_factory=PlaceOptions)
    drawn: Annotated[DrawnOptions, Flat] = dataclasses.field(default_factory=DrawnOptions)
    size: Annotated[tuple[int, int] | None, tyro.conf.arg(metavar="WIDTH HEIGHT")] = None
    """Pixels of the panorama. Default: the weights' own."""
    tile: Annotated[TileOptions, Flat] = dataclasses.field(default_factory=TileOptions)
    model: Annotated[ModelOptions, Flat] = dataclasses.field(default_factory=ModelOptions)
    output: Annotated[OutputOptions, Flat] = dataclasses.field(default_factory=OutputOptions)

    def run(self) -> None:
        """Render and write."""
        from sat2density.export.view_files import write_view

        folder = self.output.folder("render", self.sat)
        self.drawn.check()
        light = self.lit.read()
        tell_defaults(self.lit)
        model = self.model.load()
        camera = self.place.camera(model.spec)
        scene = self.drawn.open(model, self.tile, self.sat)
        view = scene.render(camera, light, self.model.seed, self.size)
        with output_folder(folder, self.output.overwrite) as staging:
            names = [*write_view(view, scene, staging), *self.tile.credit(staging)]
        summary = {
            "light": light.name,
            "look": self.drawn.look,
            "camera": dataclasses.asdict(camera),
        }
        finish(
            folder,
            names,
            {**summary_of("render", model, self.sat), **summary},
            self.output.json,
            self.output.overwrite,
        )


COMMAND = Render

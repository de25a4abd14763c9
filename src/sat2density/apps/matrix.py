"""`sat2density matrix`: every tile under every light."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

import tyro

from sat2density.apps.options import (
    Flat,
    ModelOptions,
    OutputOptions,
    PlaceOptions,
    TileOptions,
    parse_light,
    summary_of,
    tile_text,
)
from sat2density.apps.session import finish, progress_bar
from sat2density.files import output_folder


@dataclasses.dataclass(frozen=True)
class Matrix:
    """Every tile under every light, from the same place: one picture each, and one labelled contact
    sheet.

    Files: TILE--LIGHT.png for each pair, sheet.png with a row for each tile and a column for each
    light.
    """

    sats: Annotated[tuple[Path, ...], tyro.conf.Positional, tyro.conf.arg(metavar="SAT [SAT ...]")]
    """Satellite tiles: square, north up, the camera in the middle."""
    lights: Annotated[tuple[str, ...], tyro.conf.arg(metavar="LIGHT [LIGHT ...]")]
    """Presets, PHOTO, PHOTO::MASK or light.json."""
    place: Annotated[PlaceOptions, Flat] = dataclasses.field(default_factory=PlaceOptions)
    tile: Annotated[TileOptions, Flat] = dataclasses.field(default_factory=TileOptions)
    model: Annotated[ModelOptions, Flat] = dataclasses.field(default_factory=ModelOptions)
    output: Annotated[OutputOptions, Flat] = dataclasses.field(default_factory=OutputOptions)

    def run(self) -> None:
        """Render every pair and write."""
        from sat2density.export import matrix

        matrix.check_pairs(len(self.sats), len(self.lights))
        folder = self.output.folder("matrix", self.sats[0])
        columns = matrix.distinct_names([light_file(text) for text in self.lights])
        lights = dict(zip(columns, map(parse_light, self.lights), strict=True))
        model = self.model.load()
        matrix.check_sheet(len(self.sats), len(self.lights), model.spec.panorama_size)
        camera = self.place.camera(model.spec)
        read = [self.tile.read(sat, model.spec) for sat in self.sats]
        tiles = dict(zip(matrix.distinct_names(self.sats), read, strict=True))
        with (
            output_folder(folder, self.output.overwrite) as staging,
            progress_bar("pictures") as tell,
        ):
            names = matrix.write_matrix(
                model, tiles, lights, staging, camera, self.model.seed, tell
            )
            names = [*names, *self.tile.credit(staging)]
        summary = {"tiles": [tile_text(sat) for sat in self.sats], "lights": list(self.lights)}
        finish(
            folder,
            names,
            {**summary_of("matrix", model, self.sats[0]), **summary},
            self.output.json,
            self.output.overwrite,
        )


def light_file(text: str) -> Path:
    """Return the path that names a light: the photo's of PHOTO::MASK, else the text itself."""
    return Path(text.partition("::")[0])


COMMAND = Matrix

"""`sat2density matrix`: every tile under every light."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence
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
    relit,
    summary_of,
)
from sat2density.apps.session import finish, progress
from sat2density.errors import InputError
from sat2density.files import output_folder


@dataclasses.dataclass(frozen=True)
class Matrix:
    """Every tile under every light, from the same place: one picture each, and one labelled contact sheet.

    Files: TILE--LIGHT.png for each pair, sheet.png with a row for each tile and a column for each light.
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
        from sat2density.data.images import save_image
        from sat2density.export.pictures import contact_sheet, write_picture

        if not self.sats or not self.lights:
            raise InputError("matrix: give at least one tile, and at least one light after --lights")
        folder = self.output.folder("matrix", self.sats[0])
        lights = [parse_light(text) for text in self.lights]
        model = self.model.load()
        camera = self.place.camera(model.spec)
        rows, columns = distinct_names(self.sats), distinct_names([light_file(text) for text in self.lights])
        tiles = [self.tile.read(sat, model.spec.tile_size) for sat in self.sats]
        cells, names = [], []
        with (
            output_folder(folder, self.output.overwrite) as staging,
            progress("pictures", len(rows) * len(columns)) as advance,
        ):
            for tile, row in zip(tiles, rows, strict=True):
                scene = model.reconstruct(tile)
                view = scene.project(camera)
                images = [relit(scene, view, light, self.model.seed) for light in lights]
                for image, column in zip(images, columns, strict=True):
                    names.append(f"{row}--{column}.png")
                    save_image(staging / names[-1], image)
                    advance()
                cells.append(images)
            write_picture(staging / "sheet.png", contact_sheet(cells, rows, columns, row_pictures=tiles))
        summary = {"tiles": [str(sat) for sat in self.sats], "lights": list(self.lights)}
        finish(
            folder, ["sheet.png", *names], {**summary_of("matrix", scene, self.sats[0]), **summary}, self.output.json
        )


def light_file(text: str) -> Path:
    """Return the path that names a light: the photo's of PHOTO::MASK, else the text itself."""
    return Path(text.partition("::")[0])


def distinct_names(paths: Sequence[Path]) -> list[str]:
    """Name each path by its stem, with its folder's name before it (and then a number) where stems collide.

    Example:
        >>> distinct_names([Path("a/sat.png"), Path("b/sat.png"), Path("home.png")])
        ['a-sat', 'b-sat', 'home']

    """
    stems = [path.stem or "tile" for path in paths]
    longer = [f"{path.resolve().parent.name}-{stem}" for path, stem in zip(paths, stems, strict=True)]
    names = [long if Counter(stems)[stem] > 1 else stem for stem, long in zip(stems, longer, strict=True)]
    return [f"{name}-{index + 1}" if Counter(names)[name] > 1 else name for index, name in enumerate(names)]


COMMAND = Matrix

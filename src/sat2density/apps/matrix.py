"""`sat2density matrix`: every tile under every light."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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

if TYPE_CHECKING:
    from torch import Tensor

    from sat2density.light.lighting import Lighting
    from sat2density.pipeline import Sat2Density
    from sat2density.views import Camera


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
        if not self.sats or not self.lights:
            raise InputError(
                "matrix: give at least one tile, and at least one light after --lights"
            )
        folder = self.output.folder("matrix", self.sats[0])
        columns = distinct_names([light_file(text) for text in self.lights])
        lights = dict(zip(columns, map(parse_light, self.lights), strict=True))
        model = self.model.load()
        camera = self.place.camera(model.spec)
        read = [self.tile.read(sat, model.spec.tile_size) for sat in self.sats]
        tiles = dict(zip(distinct_names(self.sats), read, strict=True))
        with output_folder(folder, self.output.overwrite) as staging:
            names = write_matrix(model, tiles, lights, staging, camera, self.model.seed)
        summary = {"tiles": [str(sat) for sat in self.sats], "lights": list(self.lights)}
        finish(
            folder,
            names,
            {**summary_of("matrix", model, self.sats[0]), **summary},
            self.output.json,
        )


def write_matrix(
    model: Sat2Density,
    tiles: dict[str, Tensor],
    lights: dict[str, Lighting],
    folder: Path,
    camera: Camera,
    seed: int | None = None,
) -> list[str]:
    """Render every tile (name -> (3, S, S)) under every light into `folder`; return the files'
    names, sheet first.
    """
    from sat2density.export.pictures import contact_sheet, write_picture
    from sat2density.images import save_image

    cells, names = [], ["sheet.png"]
    with progress("pictures", len(tiles) * len(lights)) as advance:
        for row, tile in tiles.items():
            scene = model.reconstruct(tile)
            view = scene.project(camera)
            cells.append([relit(scene, view, light, seed) for light in lights.values()])
            for image, column in zip(cells[-1], lights, strict=True):
                names.append(f"{row}--{column}.png")
                save_image(folder / names[-1], image)
                advance()
    sheet = contact_sheet(cells, list(tiles), list(lights), row_pictures=list(tiles.values()))
    write_picture(folder / "sheet.png", sheet)
    return names


def light_file(text: str) -> Path:
    """Return the path that names a light: the photo's of PHOTO::MASK, else the text itself."""
    return Path(text.partition("::")[0])


def distinct_names(paths: Sequence[Path]) -> list[str]:
    """Name each path by its stem, with its folder's name before it (and then a number) where stems
    collide.

    Example:
        >>> distinct_names([Path("a/sat.png"), Path("b/sat.png"), Path("home.png")])
        ['a-sat', 'b-sat', 'home']

    """
    stems = [path.stem or "tile" for path in paths]
    longer = [
        f"{path.resolve().parent.name}-{stem}" for path, stem in zip(paths, stems, strict=True)
    ]
    names = [
        long if Counter(stems)[stem] > 1 else stem for stem, long in zip(stems, longer, strict=True)
    ]
    return [
        f"{name}-{index + 1}" if Counter(names)[name] > 1 else name
        for index, name in enumerate(names)
    ]


COMMAND = Matrix

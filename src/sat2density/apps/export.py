"""`sat2density export`: the scene as files for other programs."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import tyro

from sat2density.apps.options import (
    Flat,
    Light,
    ModelOptions,
    OutputOptions,
    PathOptions,
    Sat,
    TileOptions,
    open_scene,
    optional,
    parse_light,
    summary_of,
    tile_name,
)
from sat2density.apps.session import finish, progress_bar
from sat2density.export.formats import FORMATS, Content, MeshKind
from sat2density.export.scene_files import check_formats, write_scene
from sat2density.files import output_folder

if TYPE_CHECKING:
    FormatKey = str
else:
    FormatKey = tyro.extras.literal_type_from_choices(FORMATS)


def formats_help() -> str:
    """Return the help of --formats: what every format of the table holds."""
    about = ". ".join(f"{key}: {format_.about}" for key, format_ in FORMATS.items())
    return f"One or more of these, separated by spaces. {about}."


@dataclasses.dataclass(frozen=True)
class Export:
    """The volume, the heights and meshes of a tile as files for other programs
    (docs/formats.md).
    """

    sat: Sat
    """The satellite tile: square, north up, the camera in the middle."""
    formats: Annotated[tuple[FormatKey, ...], tyro.conf.arg(help=formats_help())]
    mesh: MeshKind = "heights"
    """What the meshes are: the surface seen from above, or the closed surface around the dense
    cells (what is under roofs and crowns stays open).
    """
    light: Light = "clear-noon"
    """Light of the page: a preset, PHOTO, PHOTO::MASK or light.json."""
    path: Annotated[Path | None, optional("FILE")] = None
    """Path file of the page's walk. Without one the page shows the tile's middle."""
    tile: Annotated[TileOptions, Flat] = dataclasses.field(default_factory=TileOptions)
    model: Annotated[ModelOptions, Flat] = dataclasses.field(default_factory=ModelOptions)
    output: Annotated[OutputOptions, Flat] = dataclasses.field(default_factory=OutputOptions)

    def run(self) -> None:
        """Reconstruct and write."""
        check_formats(self.formats)
        folder = self.output.folder("export", self.sat)
        lit = any(FORMATS[key].needs_light for key in self.formats)
        light = parse_light(self.light) if lit else None
        model = self.model.load()
        walk = None if self.path is None else PathOptions(self.path).read(model.spec)
        scene = open_scene(model, self.tile, self.sat)
        content = Content(scene, self.mesh, light, walk, title=tile_name(self.sat))
        with (
            output_folder(folder, self.output.overwrite) as staging,
            progress_bar("files") as tell,
        ):
            names = write_scene(content, staging, self.formats, tell)
            names = [*names, *self.tile.credit(staging)]
        summary = {**summary_of("export", model, self.sat), "formats": list(self.formats)}
        finish(folder, names, summary, self.output.json, self.output.overwrite)


COMMAND = Export

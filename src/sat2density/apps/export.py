"""`sat2density export`: the scene as files for other programs."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

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
)
from sat2density.apps.session import finish, progress
from sat2density.errors import InputError
from sat2density.files import output_folder

if TYPE_CHECKING:
    from sat2density.export.mesh import Surface
    from sat2density.light.lighting import Lighting
    from sat2density.paths.trajectory import Trajectory
    from sat2density.pipeline import Scene

Format = Literal["vti", "npz", "heights", "glb", "ply", "obj", "page"]
MESHES: Final = ("glb", "ply", "obj")


@dataclasses.dataclass(frozen=True)
class Export:
    """The volume, the heights and meshes of a tile as files for other programs (docs/formats.md).

    vti: density for ParaView, metres, x east, y north, z up, origin on the floor under the camera.
    npz: the same for numpy. heights: 32-bit TIFF, metres. glb, ply, obj: the surface with the tile
    on it, metres. page: one HTML file to walk in, without a server.
    """

    sat: Sat
    """The satellite tile: square, north up, the camera in the middle."""
    formats: tuple[Format, ...]
    """One or more of these, separated by spaces."""
    mesh: Literal["heights", "volume"] = "heights"
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
        if not self.formats:
            raise InputError(
                "--formats: name at least one of vti, npz, heights, glb, ply, obj, page"
            )
        folder = self.output.folder("export", self.sat)
        light = parse_light(self.light) if "page" in self.formats else None
        model = self.model.load()
        walk = None if self.path is None else PathOptions(self.path).read(model.spec)
        scene = open_scene(model, self.tile, self.sat)
        with output_folder(folder, self.output.overwrite) as staging:
            names = write_scene(scene, staging, self.formats, self.mesh)
            if light is not None:
                names += write_walk_page(scene, light, walk, staging, title=self.sat.stem)
        summary = {**summary_of("export", model, self.sat), "formats": list(self.formats)}
        finish(folder, names, summary, self.output.json)


def write_scene(
    scene: Scene,
    folder: Path,
    formats: tuple[str, ...],
    mesh: Literal["heights", "volume"] = "heights",
) -> list[str]:
    """Write a scene in each of `formats` but "page" into `folder`; return the files' names.

    Raises:
        MissingExtraError: a mesh is asked for and the packages of [mesh] are not installed.
        OutputError: a file cannot be written.

    """
    writers: dict[str, Callable[[], list[Path]]] = {
        "vti": lambda: _volume(scene, folder / "density.vti"),
        "npz": lambda: _archive(scene, folder / "density.npz"),
        "heights": lambda: _heights(scene, folder / "heights.tif"),
    }
    if set(formats) & set(MESHES):
        surface = _surface(scene, mesh)
        writers |= {
            suffix: partial(_mesh, surface, folder / f"scene.{suffix}") for suffix in MESHES
        }
    wanted = [name for name in dict.fromkeys(formats) if name in writers]
    names = []
    with progress("files", len(wanted)) as advance:
        for name in wanted:
            names += [path.name for path in writers[name]()]
            advance()
    return names


def write_walk_page(
    scene: Scene, light: Lighting, walk: Trajectory | None, folder: Path, title: str = ""
) -> list[str]:
    """Write page.html, to walk and look around in without a server; return its name."""
    from sat2density.export.page import write_page

    write_page(folder / "page.html", scene, light, walk, title=title)
    return ["page.html"]


def _volume(scene: Scene, path: Path) -> list[Path]:
    from sat2density.export.volume import write_vti

    return write_vti(path, scene.density, scene.spec, scene.model.rules)


def _archive(scene: Scene, path: Path) -> list[Path]:
    from sat2density.export.volume import write_npz

    write_npz(
        path,
        scene.density,
        scene.spec,
        scene.model.rules,
        tile=scene.tile,
        heights_m=scene.heights(),
    )
    return [path]


def _heights(scene: Scene, path: Path) -> list[Path]:
    from sat2density.export.heights import write_heights

    write_heights(path, scene.heights(), scene.spec)
    return [path]


def _surface(scene: Scene, mesh: Literal["heights", "volume"]) -> Surface:
    from sat2density.export.mesh import density_mesh, heights_mesh

    if mesh == "volume":
        return density_mesh(scene.density, scene.tile, scene.spec, scene.model.rules)
    return heights_mesh(scene.heights(), scene.tile, scene.spec)


def _mesh(surface: Surface, path: Path) -> list[Path]:
    from sat2density.export.mesh import write_mesh

    return write_mesh(path, surface)


COMMAND = Export

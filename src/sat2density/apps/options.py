"""The options that several commands share, and how they become a model, a tile, a light, a place
and an output folder.

The dataclasses here are fields of the commands' dataclasses; tyro makes the options from them.
Nothing here imports torch before a command runs.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import tyro

from sat2density.conventions import AngleUnit, Crop, Precision
from sat2density.errors import InputError
from sat2density.files import check_output_file, check_output_folder
from sat2density.notices import notice
from sat2density.scene_spec import SCENES
from sat2density.views import Camera

if TYPE_CHECKING:
    from torch import Tensor

    from sat2density.earth import EarthPlace
    from sat2density.light.lighting import Lighting
    from sat2density.maps.values import MapReading
    from sat2density.paths.trajectory import Trajectory
    from sat2density.pipeline import Sat2Density, Scene
    from sat2density.scene_spec import SceneSpec

DEFAULT_LIGHT: Final = "clear-noon"
AHEAD: Final = 0.4
"""Units from the middle at which the walk straight ahead begins and ends."""
AHEAD_FRAMES: Final = 48
CREDIT: Final = "attribution.txt"

Flat = tyro.conf.arg(name="")
"""Marks a field whose own fields become options without a prefix."""


SCENE_HELP: Final = (
    f"Scale of the tile: {', '.join(SCENES)}, or a JSON file of SceneSpec's fields. Needed for a "
    f"released file given by path."
)


def optional(metavar: str | None = None, text: str | None = None) -> Any:
    """Mark an option whose absence means just that: its help does not say "(default: None)".

    Args:
        metavar: what stands for its value.
        text: its help, where that is made from a list; None takes the text below the field.

    """
    return tyro.conf.arg(metavar=metavar, help=text, help_behavior_hint="")


Light = Annotated[str, tyro.conf.arg(metavar="LIGHT")]
Sat = Annotated[Path, tyro.conf.Positional, tyro.conf.arg(metavar="SAT")]


@dataclasses.dataclass(frozen=True)
class ModelOptions:
    """Which network, where it runs."""

    weights: Annotated[str | None, optional("NAME|FILE")] = None
    """Weights: anywhere-small, cvact, cvusa (see 'sat2density weights list'), or a .safetensors,
    .pth or .zip file. Default: anywhere-small, where it ships.
    """
    scene: Annotated[str | None, optional("NAME|JSON", SCENE_HELP)] = None
    device: str = "auto"
    """auto, cpu, cuda or cuda:N."""
    precision: Precision = "auto"
    """Arithmetic of RenderNet, which paints (the rest is in float32); auto takes bfloat16 where the
    device gains by it.
    """
    seed: Annotated[int | None, optional()] = None
    """Draw the noise of the lighting code with this seed. Default: no noise, the mean of what the
    light may be.
    """

    def load(self) -> Sat2Density:
        """Load the model; InputError (with the choices) where no weights are given and none
        ship.
        """
        from sat2density.loading import load

        return load(
            self.weights,
            scene=self.scene,
            device=self.device,
            precision=self.precision,
        )


@dataclasses.dataclass(frozen=True)
class LightOptions:
    """The light the network paints in."""

    light: Annotated[str | None, optional("LIGHT")] = None
    """Default: clear-noon. Others: clear-morning, golden-hour, dusk, light-cloud, overcast;
    or PHOTO, PHOTO::MASK, or light.json.
    """
    sky_mask: Annotated[Path | None, optional("MASK")] = None
    """Sky mask of the photo given as --light, white = sky. Without one the sky is estimated."""

    def read(self) -> Lighting:
        """Read the light; InputError where it is none."""
        from sat2density.light.lighting import Lighting

        return Lighting.parse(self.light or DEFAULT_LIGHT, self.sky_mask)


@dataclasses.dataclass(frozen=True)
class MapOptions:
    """How a georeferenced raster is read."""

    bands: Annotated[tuple[int, ...] | None, optional("BAND")] = None
    """Of a map: the bands that are red, green and blue, or one grey band, counted from 1. Default:
    those that the file names, else the first.
    """
    stretch: Annotated[tuple[float, float] | None, optional("LOW HIGH")] = None
    """Of a map: the numbers that are black and white. Default: 8 bits as they are; of 16 bits what
    is bright in the whole raster is white.
    """
    zoom: Annotated[int | None, optional("Z")] = None
    """Of a tile server (URL with {z}/{x}/{y} in place of MAP): zoom of its pictures. Default: 19.
    """
    attribution: Annotated[str | None, optional("TEXT")] = None
    """Whose pictures a map or tile server holds, as their terms want it said; it is written beside
    the results. Needed with a tile server.
    """

    def reading(self) -> MapReading:
        """Return what the readers of maps take; InputError for what no raster can have."""
        from sat2density.maps.values import MapReading

        reading = MapReading(self.bands, self.stretch, self.zoom, self.attribution)
        reading.check()
        return reading

    def credit(self, folder: Path) -> list[str]:
        """Write whose pictures the map holds beside the results; return the file's name, where
        there is one.
        """
        attribution = self.reading().attribution
        if not attribution:
            return []
        (folder / CREDIT).write_text(attribution.strip() + "\n", encoding="utf-8")
        return [CREDIT]


@dataclasses.dataclass(frozen=True)
class TileOptions(MapOptions):
    """How the satellite tile is read."""

    crop: Annotated[Crop | None, optional()] = None
    """Cut the largest square out of a tile that is not square. Without it such a tile is refused.
    """
    at_map: Annotated[str | None, optional("LAT,LON")] = None
    """The tile is a map: cut the tile around this place out of it. MAP@LAT,LON as the tile's name
    says the same; xy:X,Y gives the place in the map's own coordinates.
    """

    extent_m: Annotated[float | None, optional("METRES")] = None
    """True width of the tile: it is cut around its middle to the width that the weights see (a
    little that is missing is mirrored outwards). Default: the file's own (GeoTIFF, world file),
    else the weights'.
    """

    def read(self, path: Path, spec: SceneSpec) -> Tensor:
        """Read a tile as (3, S, S) in [0, 1] for a scene; InputError where it is no square
        picture, much narrower than the scene, or no place on a map.
        """
        return self.read_placed(path, spec)[0]

    def read_placed(
        self, path: Path, spec: SceneSpec, margin: int = 0
    ) -> tuple[Tensor, EarthPlace | None]:
        """Read a tile as `read`, with `margin` pixels around where there are any, and its place on
        Earth, where it is cut out of a map.
        """
        from sat2density.images import check_extent, read_tile
        from sat2density.maps.places import map_place

        check_extent(self.extent_m, "--extent-m")
        place = map_place(path, self.at_map)
        if place is None:
            size = spec.tile_size
            return read_tile(path, size, self.crop, spec.extent_m, self.extent_m, margin), None
        if self.extent_m is not None:
            raise InputError(f"--extent-m: {path} is a map, which has its own scale; leave it out")
        import torch

        from sat2density.maps.tiles import tile_for_scene

        found = tile_for_scene(place, spec, self.reading(), margin)
        if self.attribution:
            notice(f"pictures: {self.attribution}")
        return torch.from_numpy(found.picture), found.earth(self.attribution or "")


@dataclasses.dataclass(frozen=True)
class OutputOptions:
    """Where results go."""

    out: Annotated[Path | None, optional("FOLDER")] = None
    """Folder for the results, complete or absent. Default: out/COMMAND-TILE."""
    overwrite: Annotated[bool, optional()] = False
    """Write into a folder that is not empty; only files of the same names are replaced."""
    json: Annotated[Path | None, optional("FILE")] = None
    """Also write a summary of what was done for other programs to read."""

    def folder(self, command: str, tile: Path | str) -> Path:
        """Return the folder to write, refused now (OutputError) rather than after the work where it
        cannot be used; a text is the name itself.
        """
        name = tile if isinstance(tile, str) else tile_name(tile)
        folder = self.out or Path("out") / f"{command}-{name}"
        check_output_folder(folder, self.overwrite)
        self.check_summary()
        return folder

    def check_summary(self) -> None:
        """Refuse the file of the summary (OutputError) where it cannot be written, likewise."""
        if self.json is not None:
            check_output_file(self.json, self.overwrite)


@dataclasses.dataclass(frozen=True)
class PlaceOptions:
    """Where the camera stands. At most one of the three ways to say it; the default is the tile's
    middle.
    """

    at: Annotated[tuple[float, float] | None, optional("EAST SOUTH")] = None
    """Place in tile units: 0 0 is the middle, 1 0 the east edge."""
    at_m: Annotated[tuple[float, float] | None, optional("EAST SOUTH")] = None
    """Place in metres from the middle."""
    at_px: Annotated[tuple[float, float] | None, optional("COLUMN ROW")] = None
    """Place in pixels of a 256-pixel tile, whatever the image's size; of a wider picture, of the
    tile that is cut out of it.
    """
    heading: float = 0.0
    """Where the picture's middle column looks: degrees clockwise from north."""
    height_m: Annotated[float | None, optional()] = None
    """Height of the camera above the ground, metres. Default: the scene's."""

    def camera(self, spec: SceneSpec) -> Camera:
        """Return the camera; InputError where two places are given or the place is outside the
        tile.
        """
        given = [name for name in ("at", "at_m", "at_px") if getattr(self, name) is not None]
        if len(given) > 1:
            names = " and ".join("--" + name.replace("_", "-") for name in given)
            raise InputError(f"{names}: give one place only")
        camera = Camera(heading=self.heading)
        if self.at is not None:
            camera = Camera(*self.at, self.heading)
        elif self.at_m is not None:
            camera = Camera.from_metres(spec, *self.at_m, self.heading)
        elif self.at_px is not None:
            camera = Camera.from_pixels(*self.at_px, self.heading)
        if max(abs(camera.east), abs(camera.south)) > 1:
            option = "--" + given[0].replace("_", "-")
            raise InputError(
                f"{option}: the place is outside the tile; it spans -1 to 1 in units (--at), "
                f"{-spec.unit_m:g} to {spec.unit_m:g} m (--at-m), 0 to 256 pixels (--at-px)"
            )
        return dataclasses.replace(camera, height_m=self.height_m)


@dataclasses.dataclass(frozen=True)
class PathOptions:
    """The walk of a video."""

    path: Annotated[Path | None, optional("FILE")] = None
    """Camera positions: .csv (x,y of a 256 tile; or east_m,south_m[,heading]), .json or .geojson
    (docs/paths.md). Default: straight ahead, to the north through the middle.
    """
    angle: Annotated[AngleUnit | None, optional()] = None
    """How to read the third column of a w,h,angle file. Without it that column is ignored."""
    spacing_m: Annotated[float | None, optional()] = None
    """Resample along a smooth curve, this many metres between frames. Default: the rows are the
    frames.
    """
    frames: Annotated[int | None, optional()] = None
    """Resample along a smooth curve to this many frames."""
    turn: Annotated[bool, optional()] = False
    """Keep the direction of travel in the middle of the picture."""

    def read(self, spec: SceneSpec) -> Trajectory:
        """Read, resample and turn the path; what was ignored in the file is told on stderr."""
        from sat2density.paths.trajectory import Trajectory

        if self.spacing_m is not None and self.frames is not None:
            raise InputError("--spacing-m and --frames: give one of them only")
        if self.path is None:
            # Ahead at heading 0, as the panorama's middle looks.
            walk = Trajectory.straight((0, AHEAD), (0, -AHEAD), AHEAD_FRAMES)
        else:
            walk = Trajectory.read(self.path, spec, self.angle)
        if self.spacing_m is not None or self.frames is not None:
            walk = walk.resampled(spacing_m=self.spacing_m, frames=self.frames, spec=spec)
        return walk.along_path() if self.turn else walk


def tile_name(tile: Path) -> str:
    """Return a short name of a tile for folders: of a file, or of a place on a map."""
    from sat2density.maps.places import map_place

    place = map_place(tile)
    return (tile.stem if place is None else place.label) or "tile"


def tile_text(tile: Path) -> str:
    """Return what a tile was called; of a tile server without user and key."""
    from sat2density.maps.places import map_place
    from sat2density.maps.servers import server_template

    place = map_place(tile) if server_template(tile) else None
    return str(tile if place is None else place)


def tell_defaults(lit: LightOptions, walk: PathOptions | None = None) -> None:
    """Say in one notice which light and walk are taken, where none were given."""
    taken = [f"--light {DEFAULT_LIGHT}"] if lit.light is None else []
    if walk is not None and walk.path is None:
        taken.append("a walk straight ahead, to the north through the middle (--path has others)")
    if taken:
        notice(f"taken, as nothing else was said: {' and '.join(taken)}")


def parse_light(text: str) -> Lighting:
    """Read a light as the commands write it: a preset's name, PHOTO, PHOTO::MASK or light.json."""
    return LightOptions(text).read()


def open_scene(model: Sat2Density, tile_options: TileOptions, sat: Path) -> Scene:
    """Read a tile and reconstruct it: the density, computed once."""
    spec = model.spec
    tile, earth = tile_options.read_placed(sat, spec, model.architecture.density_margin)
    extent_m = spec.extent_m * tile.shape[-1] / spec.tile_size
    return dataclasses.replace(model.reconstruct(tile, extent_m=extent_m), earth=earth)


def trained_on(model: Sat2Density) -> str:
    """Say what the weights were trained on, and their licence, as far as they tell."""
    source = model.info.get("trained_on", "unknown data")
    licence = model.info.get("licence")
    return f"{source} ({licence})" if licence else str(source)


def summary_of(command: str, model: Sat2Density, sat: Path | str) -> dict[str, Any]:
    """Return what every summary holds: the command, the tile (or what a map is called), the
    weights, the scale and the device, as JSON values.
    """
    return {
        "command": command,
        "tile": sat if isinstance(sat, str) else tile_text(sat),
        "weights": model.info.get("name"),
        "trained": model.trained,
        "trained_on": trained_on(model),
        "scene": model.spec.to_dict(),
        "device": str(model.device),
    }

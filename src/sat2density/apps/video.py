"""`sat2density video`: a walk through a tile."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

import tyro

from sat2density.apps.drawn import DrawnOptions
from sat2density.apps.film import FilmOptions, LookOptions
from sat2density.apps.options import (
    Flat,
    LightOptions,
    ModelOptions,
    OutputOptions,
    PathOptions,
    TileOptions,
    optional,
    summary_of,
    tell_defaults,
)
from sat2density.apps.session import finish, stoppable_progress
from sat2density.errors import InputError
from sat2density.export.film import film_walk
from sat2density.files import output_folder


@dataclasses.dataclass(frozen=True, kw_only=True)
class Video:
    """A walk through a tile, or along a track over a map.

    Files: video.mp4 (the picture over its depth, beside the tile with the path walked so far);
    panorama-360.mp4 (the panorama alone, with the metadata of 360-degree video), or perspective.mp4
    with --view perspective. Ctrl-C leaves playable videos of the frames so far.
    """

    sat: Annotated[Path | None, tyro.conf.Positional, optional("SAT")] = None
    """The satellite tile: square, north up, the camera in the middle. Not with --map."""
    map: Annotated[Path | None, optional("MAP")] = None
    """A georeferenced raster, or a tile server's URL, to walk over as long as --track goes;
    frames.geojson then tells every frame's place. A stopped run goes on where it stopped.
    """
    track: Annotated[Path | None, optional("FILE")] = None
    """Of --map: a track in latitude and longitude, .gpx, .geojson or .csv."""
    lit: Annotated[LightOptions, Flat] = dataclasses.field(default_factory=LightOptions)
    walk: Annotated[PathOptions, Flat] = dataclasses.field(default_factory=PathOptions)
    look: Annotated[LookOptions, Flat] = dataclasses.field(default_factory=LookOptions)
    film: Annotated[FilmOptions, Flat] = dataclasses.field(default_factory=FilmOptions)
    drawn: Annotated[DrawnOptions, Flat] = dataclasses.field(default_factory=DrawnOptions)
    tile: Annotated[TileOptions, Flat] = dataclasses.field(default_factory=TileOptions)
    model: Annotated[ModelOptions, Flat] = dataclasses.field(default_factory=ModelOptions)
    output: Annotated[OutputOptions, Flat] = dataclasses.field(default_factory=OutputOptions)

    def run(self) -> None:
        """Render and write; KeyboardInterrupt after Ctrl-C, once the videos are closed."""
        self.look.check("--")
        self.film.check("--")
        self.drawn.check()
        if self.map is not None:
            self._over_map(self.map)
            return
        if self.sat is None:
            raise InputError("SAT: name a satellite tile, or a map and a track with --map, --track")
        if self.track is not None:
            raise InputError("--track: is of --map MAP; over a tile the walk is given by --path")
        self._over_tile(self.sat)

    def _over_map(self, path: Path) -> None:
        """Walk over a map."""
        from sat2density.apps.map_video import film_over_map

        for name in ("sat", "track"):
            if (getattr(self, name) is None) == (name == "track"):
                raise InputError("--map: needs --track FILE and no tile beside it")
        if self.walk.path is not None or self.walk.frames is not None:
            raise InputError("--map: the walk is --track; of the path only --spacing-m is taken")
        if self.drawn.look != "paint":
            raise InputError("--map: shows what the network paints; --look model is of a tile")
        if self.film.gif or self.film.frames_png:
            raise InputError("--map: writes no GIF and no pictures of every frame")
        film_over_map(self, path)

    def _over_tile(self, sat: Path) -> None:
        folder = self.output.folder("video", sat)
        light = self.lit.read()
        tell_defaults(self.lit, self.walk)
        model = self.model.load()
        walk = self.walk.read(model.spec)
        scene = self.drawn.open(model, self.tile, sat)
        try:
            with (
                output_folder(folder, self.output.overwrite, keep_on_interrupt=True) as staging,
                stoppable_progress("frames") as tell,
            ):
                names = film_walk(
                    scene, walk, light, staging, self.look, self.film, self.model.seed, tell
                )
                names = [*names, *self.tile.credit(staging)]
        except KeyboardInterrupt as interruption:
            kept = f"; what is done lies in {folder}" if folder.exists() else ""
            raise KeyboardInterrupt(f"{interruption or 'interrupted'}{kept}") from None
        summary = {"light": light.name, "frames": len(walk), "length_m": walk.length_m(model.spec)}
        finish(
            folder,
            names,
            {**summary_of("video", model, sat), **summary},
            self.output.json,
            self.output.overwrite,
        )


COMMAND = Video

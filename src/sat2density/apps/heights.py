"""`sat2density heights`: the surface heights of a whole area as a map."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import tyro

from sat2density.apps.options import (
    Flat,
    MapOptions,
    ModelOptions,
    OutputOptions,
    optional,
)
from sat2density.apps.session import finish, note, stoppable_progress
from sat2density.errors import InputError
from sat2density.weights import default_weights

if TYPE_CHECKING:
    from sat2density.maps.heights import Engine, HeightsPlan


@dataclasses.dataclass(frozen=True)
class Heights:
    """The surface heights of a georeferenced raster, or of a part of a tile server, as a
    cloud-optimised GeoTIFF in metres (docs/maps.md).

    Files: heights.tif (band 1 heights, band 2 confidence, band 3 class where the weights know
    classes), heights.json, failed.csv where tiles failed. A stopped run goes on where it stopped
    when it is given again.
    """

    area: Annotated[Path, tyro.conf.Positional, tyro.conf.arg(metavar="AREA")]
    """The map: a GeoTIFF or another raster that says where it lies, or the URL of a tile server
    with {z}, {x}, {y}, which needs --bounds and --attribution.
    """
    bounds: Annotated[
        tuple[float, float, float, float] | None, optional("WEST SOUTH EAST NORTH")
    ] = None
    """The part of the map that is wanted, degrees. Default: all of it."""
    workers: Annotated[int | None, optional("N")] = None
    """Processes; the bytes do not depend on it. Default: one a core, one with a GPU."""
    overlap: float = 0.5
    """Share of a tile that the next one covers again: more is smoother and slower."""
    coarsen: Annotated[int | None, optional("N")] = None
    """Tile pixels in an output pixel's side. Default: one output pixel for each cell of the
    density.
    """
    block_tiles: int = 8
    """Tiles' sides in the side of a block, the piece of work: smaller ones take less memory, larger
    ones less time.
    """
    mesh: Annotated[bool, optional()] = False
    """Also write a textured mesh in tiles: mesh/tileset.json (3D Tiles 1.1) and GLB files."""
    engine: Literal["plain", "ray"] = "plain"
    """Who works: processes of this machine, or Ray, on one machine or many."""
    address: Annotated[str | None, optional("ADDRESS")] = None
    """Of a Ray cluster. Default: Ray is started on this machine."""
    reading: Annotated[MapOptions, Flat] = dataclasses.field(default_factory=MapOptions)
    model: Annotated[ModelOptions, Flat] = dataclasses.field(default_factory=ModelOptions)
    output: Annotated[OutputOptions, Flat] = dataclasses.field(default_factory=OutputOptions)

    def run(self) -> None:
        """Work out and write; KeyboardInterrupt after Ctrl-C, with what is done kept."""
        from sat2density.maps.heights import FAILED, MESH, RASTER, SUMMARY, area_heights
        from sat2density.maps.mesh_tiles import TILESET
        from sat2density.maps.servers import map_label, server_template

        out = self.output.out or Path("out") / f"heights-{map_label(self.area)}"
        self.output.check_summary()
        plan, engine = self._plan(), self._engine()
        label = "blocks" if server_template(self.area) is None else "pictures, then blocks"
        try:
            with stoppable_progress(label) as tell:
                result = area_heights(plan, out, self.output.overwrite, engine, tell)
        except KeyboardInterrupt:
            raise KeyboardInterrupt(
                f"interrupted; the same command goes on from there (finished blocks lie in {out}, "
                f"pictures of a server in the cache)"
            ) from None
        seconds, made = result.pop("seconds"), result["worked_out"]
        note(
            f"{made} tiles in {seconds:.1f} s: {made / seconds:.1f} a second with {plan.workers} "
            f"worker{'s' if plan.workers > 1 else ''}"
        )
        names = [RASTER, SUMMARY, *([FAILED] if result["failed"] else [])]
        names += [f"{MESH}/{TILESET}"] if self.mesh else []
        names += self.reading.credit(out)
        if result["failed"]:
            note(f"{result['failed']} tiles failed; {out / FAILED} says where and why")
        finish(
            out, names, {"command": "heights", **result}, self.output.json, self.output.overwrite
        )

    def _plan(self) -> HeightsPlan:
        from sat2density.loading import choose_device
        from sat2density.maps.grid import Bounds
        from sat2density.maps.heights import HeightsPlan
        from sat2density.parallel import cores

        device = str(choose_device(self.model.device))
        workers = self.workers
        if workers is None:
            workers = cores() if device == "cpu" else 1
        precision = "float32" if self.model.precision == "auto" else self.model.precision
        return HeightsPlan(
            self.area,
            self.model.weights or default_weights(),
            self.reading.reading(),
            self.model.scene,
            device,
            precision,
            self.overlap,
            self.coarsen,
            workers,
            self.block_tiles,
            self.mesh,
            None if self.bounds is None else Bounds(*self.bounds),
        )

    def _engine(self) -> Engine:
        from sat2density.maps.engine import plain_engine

        if self.engine == "plain":
            if self.address is not None:
                raise InputError("--address: is of --engine ray")
            return plain_engine
        from sat2density.maps.ray_engine import ray_engine

        return ray_engine(self.address)


COMMAND: Any = Heights

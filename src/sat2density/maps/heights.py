"""Surface heights of a whole area: planned, worked out block by block, resumed, assembled."""

from __future__ import annotations

import contextlib
import csv
import dataclasses
import json
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sat2density.errors import InputError
from sat2density.files import atomic_path
from sat2density.maps.assembling import assemble
from sat2density.maps.blocks import AreaJob
from sat2density.maps.engine import plain_engine
from sat2density.maps.fetching import check_bounds, check_few, fetch, pictures_under, save
from sat2density.maps.grid import BLOCK_TILES, AreaGrid, Bounds, area_grid
from sat2density.maps.libraries import library
from sat2density.maps.mesh_tiles import MeshTiles, earth_of
from sat2density.maps.opening import opened
from sat2density.maps.raster import MapRaster
from sat2density.maps.resuming import same_plan, workplace
from sat2density.maps.served import ServedRaster, open_map
from sat2density.maps.tiles import tell_if_coarse
from sat2density.maps.values import MapReading
from sat2density.notices import notice
from sat2density.reading import read_json

RASTER, SUMMARY, FAILED, MESH = "heights.tif", "heights.json", "failed.csv", "mesh"

PICTURES: Final = "pictures.tif"
"""What was fetched of a tile server, among the unfinished work: workers read files only."""

if TYPE_CHECKING:
    from sat2density.scene_spec import SceneSpec

Engine = Callable[[AreaJob, Sequence[int], int], Iterator[dict[str, Any]]]
"""Works out blocks: (job, their numbers, workers) -> statuses in any order."""

Progress = Callable[[int, int], None]


@dataclasses.dataclass(frozen=True)
class HeightsPlan:
    """What heights are made of, and how.

    Attributes:
        map: the raster, or the URL template of a tile server.
        reading: bands and stretch; of a tile server zoom and attribution.
        weights, scene, device, precision: the model, as `loading.load` takes it.
        overlap: share of a tile's side that the next one covers again, 0 to 0.75.
        coarsen: tile pixels in an output pixel's side; None takes the density's own cells.
        workers: processes.
        block_tiles: tiles' sides in a block's side: smaller blocks take less memory and are
            finished sooner, larger ones work out fewer tiles twice.
        mesh: also write a textured mesh in tiles.
        bounds: the part of the map that is wanted; None takes all of it. A tile server needs it.

    """

    map: Path
    weights: str
    reading: MapReading = dataclasses.field(default_factory=MapReading)
    scene: str | None = None
    device: str = "cpu"
    precision: str = "float32"
    overlap: float = 0.5
    coarsen: int | None = None
    workers: int = 1
    block_tiles: int = BLOCK_TILES
    mesh: bool = False
    bounds: Bounds | None = None


def area_heights(
    plan: HeightsPlan,
    out: Path,
    overwrite: bool = False,
    engine: Engine = plain_engine,
    progress: Progress = lambda done, total: None,
) -> dict[str, Any]:
    """Make the heights of an area; a run that was stopped goes on where it stopped.

    Args:
        plan: what they are made of.
        out: folder that gets heights.tif, heights.json, with `mesh` a folder mesh/ of 3D Tiles,
            and, where tiles failed, failed.csv.
        overwrite: begin anew whatever lies there.
        engine: who works out the blocks.
        progress: told (blocks done, all of them); of a tile server before them (pictures done, all
            of them).

    Returns:
        The summary, as heights.json holds it, with what this run took.

    Raises:
        InputError: the map or an option cannot be used.
        OutputError: the folder holds something else, or another plan's unfinished work.

    """
    if plan.workers < 1:
        raise InputError(f"--workers {plan.workers}: must be at least 1")
    if not 1 <= plan.block_tiles <= 64:
        raise InputError(f"--block-tiles {plan.block_tiles}: from 1 to 64")
    began = time.perf_counter()
    with workplace(out, RASTER, overwrite) as work:
        with contextlib.closing(open_map(plan.map, plan.reading)) as raster:
            job, about = _job(plan, raster, work)
            same_plan(work, _fingerprint(plan, job, about) | raster.known_by(), out)
            if isinstance(raster, ServedRaster) and not job.map.exists():
                pictures = _pictures(raster, job.grid)
                fetch(raster, pictures, progress)
                save(raster, pictures, job.map)
        missing = job.missing()
        there = job.grid.block_count - len(missing)
        progress(there, job.grid.block_count)
        made = 0
        for done, status in enumerate(engine(job, missing, plan.workers), there + 1):
            made += status["tiles"]
            progress(done, job.grid.block_count)
        spent = time.perf_counter() - began
        summary = _finish(job, about, out, plan.mesh)
        shutil.rmtree(work, ignore_errors=True)
    return {**summary, "found": there, "worked_out": made, "seconds": spent}


def _job(plan: HeightsPlan, raster: MapRaster, work: Path) -> tuple[AreaJob, dict[str, Any]]:
    """Lay out the work; the model is opened once to learn its scale."""
    from sat2density.weights import open_weights

    loaded = open_weights(plan.weights, plan.scene)
    spec, arch = loaded.spec, loaded.architecture
    coarsen = arch.density_stride if plan.coarsen is None else plan.coarsen
    if not 1 <= coarsen <= spec.tile_size or spec.tile_size % coarsen:
        raise InputError(
            f"--coarsen {coarsen}: must divide the tile's {spec.tile_size} pixels evenly"
        )
    bounds = None if plan.bounds is None else plan.bounds.checked()
    grid = _grid(raster, plan, spec, coarsen, bounds)
    pixel = spec.extent_m / spec.tile_size
    coarse = raster.pixel_m(None if bounds is None else bounds.middle) / pixel
    tell_if_coarse(raster.path, coarse, pixel)
    job = AreaJob(
        (work / PICTURES if raster.endless else plan.map).absolute(),
        plan.reading,
        raster.colours,
        grid,
        work.absolute(),
        plan.weights,
        plan.scene,
        plan.device,
        plan.precision,
    )
    about = {
        "map": raster.path.name,
        "weights": str(loaded.info.get("name")),
        "trained_on": str(loaded.info.get("trained_on", "unknown data")),
        "classes": list(arch.class_names),
        "coarse": round(coarse, 4),
    }
    return job, about


def _grid(
    raster: MapRaster, plan: HeightsPlan, spec: SceneSpec, coarsen: int, bounds: Bounds | None
) -> AreaGrid:
    """Lay the grid; what would ask too much of a server is refused."""
    if isinstance(raster, ServedRaster):
        check_bounds(raster, bounds)
    grid = area_grid(
        raster, spec.extent_m, spec.tile_size, plan.overlap, coarsen, plan.block_tiles, bounds
    )
    if isinstance(raster, ServedRaster):
        check_few(raster, len(_pictures(raster, grid)), str(plan.bounds))
    return grid


def _pictures(raster: ServedRaster, grid: AreaGrid) -> list[tuple[int, int]]:
    crs = library("pyproj").CRS.from_wkt(grid.crs_wkt)
    return pictures_under(raster, crs, [grid.covered()])


def _fingerprint(plan: HeightsPlan, job: AreaJob, about: dict[str, Any]) -> dict[str, Any]:
    """Return what must be the same for finished blocks to be of use."""
    from sat2density import __version__

    return {
        "version": __version__,
        "weights": about["weights"],
        "trained_on": about["trained_on"],
        "device": plan.device.split(":")[0],
        "precision": plan.precision,
        "bands": list(job.colours.bands),
        "stretch": [job.colours.low, job.colours.high],
        **dataclasses.asdict(job.grid),
    }


def _write_mesh(job: AreaJob, heights: Path, out: Path) -> int:
    """Write the mesh, complete or absent; return the number of its tiles."""
    raster = MapRaster(job.map, job.reading, job.colours)
    making = job.folder / MESH
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir()
    try:
        with opened(heights) as values:
            earth = earth_of(values, job.reading.attribution or "")
            count = MeshTiles(values, raster, earth).write(making)
    finally:
        raster.close()
    shutil.rmtree(out / MESH, ignore_errors=True)
    making.rename(out / MESH)
    return count


def _finish(job: AreaJob, about: dict[str, Any], out: Path, mesh: bool) -> dict[str, Any]:
    statuses = [read_json(job.status_path(number)) for number in range(job.grid.block_count)]
    if not any(status["tiles"] for status in statuses):
        notice(f"{about['map']}: no tile of it holds enough data, so no height is known")
    failed = [row for status in statuses for row in status["failed"]]
    grid = job.grid
    summary = {
        **about,
        "pixel_m": grid.out_pixel_m,
        "width": grid.width,
        "height": grid.height,
        "blocks": grid.block_count,
        "tiles": grid.tile_count(),
        "empty": sum(status["empty"] for status in statuses),
        "failed": len(failed),
        "stretch": [job.colours.low, job.colours.high],
        "overlap": 1.0 - grid.stride / grid.tile,
    }
    tags = {
        "weights": about["weights"],
        "trained_on": about["trained_on"],
        "TIFFTAG_SOFTWARE": "sat2density",
    }
    if job.reading.attribution:
        tags["TIFFTAG_COPYRIGHT"] = job.reading.attribution
    with atomic_path(out / RASTER, durable=True) as temporary:
        assemble(job, temporary, tags, about["classes"])
        if mesh:  # before the raster appears: a run that is killed here goes on
            summary["mesh_tiles"] = _write_mesh(job, temporary, out)
    with atomic_path(out / SUMMARY) as temporary:
        temporary.write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    if failed:
        with (
            atomic_path(out / FAILED) as temporary,
            temporary.open("w", encoding="utf-8", newline="") as file,
        ):
            writer = csv.DictWriter(file, ("lat", "lon", "reason"))
            writer.writeheader()
            writer.writerows(failed)
    return summary

"""One block of an area: its tiles cut, reconstructed and blended. Every engine calls this."""

from __future__ import annotations

import contextlib
import dataclasses
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sat2density.errors import InputError
from sat2density.files import atomic_path
from sat2density.maps.blending import Blend, coarsened
from sat2density.maps.grid import AreaGrid, Block, TileAt
from sat2density.maps.libraries import library
from sat2density.maps.raster import MapRaster
from sat2density.maps.tiles import cut
from sat2density.maps.values import Colours, MapReading

if TYPE_CHECKING:
    from sat2density.pipeline import Sat2Density

AT_ONCE: Final = 8
"""Tiles of one batch: the same everywhere, since the last digit may depend on it."""

LEAST_SHARE: Final = 0.2
"""Share of a tile that must hold data for its heights to be asked for; the next tile, which lies
half a tile further inside, knows more of what it would tell.
"""


@dataclasses.dataclass(frozen=True)
class AreaJob:
    """All that a process needs to work out blocks; can be pickled.

    Attributes:
        map: the raster.
        reading: bands and stretch, as given.
        colours: bands and stretch, as found: the same for all blocks.
        grid: the area.
        folder: where finished blocks go, seen by all workers.
        weights, scene, device, precision: the model, as `loading.load` takes it.

    """

    map: Path
    reading: MapReading
    colours: Colours
    grid: AreaGrid
    folder: Path
    weights: str
    scene: str | None = None
    device: str = "cpu"
    precision: str = "float32"

    def block_path(self, number: int) -> Path:
        """Return the file of a finished block.

        Args:
            number: of the block.

        """
        return self.folder / f"block-{number:06d}.npy"

    def status_path(self, number: int) -> Path:
        """Return the file that says how a block went.

        Args:
            number: of the block.

        """
        return self.folder / f"block-{number:06d}.json"

    def missing(self) -> list[int]:
        """Return the blocks that are not finished."""
        done = {path.name for path in self.folder.glob("block-*.json")}
        return [
            number
            for number in range(self.grid.block_count)
            if self.status_path(number).name not in done
        ]


class BlockWorker:
    """Works out blocks with a model that is loaded once, on one thread.

    Args:
        job: the area and the model.

    """

    def __init__(self, job: AreaJob) -> None:
        from sat2density.loading import load

        self.job = job
        precision: Any = job.precision
        self.model: Sat2Density = load(job.weights, job.scene, job.device, precision)
        self.raster = MapRaster(job.map, job.reading, job.colours)
        self.crs = library("pyproj").CRS.from_wkt(job.grid.crs_wkt)
        self.classes = len(self.model.architecture.class_names)

    def __call__(self, number: int) -> dict[str, Any]:
        """Work out one block and write it.

        Args:
            number: of the block.

        Returns:
            Its status: {"block", "tiles", "empty", "failed": [{"lat", "lon", "reason"}, ...]}.

        """
        block = self.job.grid.block_at(number)
        with one_thread():
            bands, status = self._block(block)
        with atomic_path(self.job.block_path(number), durable=True) as temporary:
            np.save(temporary, bands)
        # Last, and complete or absent: a block with a status is finished.
        with atomic_path(self.job.status_path(number), durable=True) as temporary:
            temporary.write_text(json.dumps(status), encoding="utf-8")
        return status

    def _block(self, block: Block) -> tuple[np.ndarray, dict[str, Any]]:
        grid = self.job.grid
        blend = Blend((block.height, block.width), self.classes)
        failed: list[dict[str, Any]] = []
        counted = {"tiles": 0, "empty": 0}
        picture, valid = self._source(block)
        tiles = list(grid.tiles(block))
        for first in range(0, len(tiles), AT_ONCE):
            batch = []
            for at in tiles[first : first + AT_ONCE]:
                try:
                    pixels, holds = self._pixels(block, at, picture, valid)
                except InputError as error:
                    failed.append(self._failure(block, at, error))
                    continue
                if holds.mean() < LEAST_SHARE:
                    counted["empty"] += 1
                    continue
                batch.append((at, filled(pixels, holds)))
            counted["tiles"] += self._add(block, blend, batch, failed)
        bands = blend.bands(self._valid(block, valid))
        return bands, {"block": block.number, **counted, "failed": failed}

    def _source(self, block: Block) -> tuple[np.ndarray, np.ndarray]:
        """Cut the whole block at once; of one that cannot be read the tiles are tried alone."""
        side = self.job.grid.source_side(block)
        try:
            picture, valid, _ = cut(self.raster, self.crs, self.job.grid.bounds(block), side)
        except InputError:
            return np.zeros((0, side, side), np.float32), np.zeros((side, side), np.bool_)
        return picture, valid

    def _pixels(
        self, block: Block, at: TileAt, picture: np.ndarray, valid: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        grid = self.job.grid
        row, column = at.row + grid.margin, at.column + grid.margin
        here = np.s_[row : row + grid.tile, column : column + grid.tile]
        if len(picture):
            return picture[:, *here], valid[here]
        west, _, _, north = grid.bounds(block)
        left, top = west + column * grid.pixel_m, north - row * grid.pixel_m
        side = grid.tile * grid.pixel_m
        pixels, holds, _ = cut(
            self.raster, self.crs, (left, top - side, left + side, top), grid.tile
        )
        valid[here] |= holds
        return pixels, holds

    def _add(
        self,
        block: Block,
        blend: Blend,
        batch: Sequence[tuple[TileAt, np.ndarray]],
        failed: list[dict[str, Any]],
    ) -> int:
        """Reconstruct a batch and blend it; return how many tiles went well."""
        if not batch:
            return 0
        try:
            heights, shares = self._heights(np.stack([pixels for _, pixels in batch]))
        except Exception as error:
            if len(batch) == 1:
                failed.append(self._failure(block, batch[0][0], error))
                return 0
            return sum(self._add(block, blend, [one], failed) for one in batch)
        step = self.job.grid.coarsen
        for index, (at, _) in enumerate(batch):
            place = (at.row // step, at.column // step)
            blend.add(place, heights[index], None if shares is None else shares[index])
        return len(batch)

    def _heights(self, tiles: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
        import torch
        from torch.nn.functional import avg_pool2d

        from sat2density.render.volume import heights_m, top_down

        step = self.job.grid.coarsen
        with torch.no_grad():
            # Tiles overlap: every place is looked at several times already.
            scene = self.model.reconstruct(
                torch.from_numpy(tiles), maps=bool(self.classes), turns=1
            )
            # One ray for each output pixel, not for each of the tile's.
            seen = top_down(
                scene.densities, avg_pool2d(scene.tiles, step), scene.spec, self.model.rules
            )
            heights = heights_m(seen, scene.spec).cpu().numpy()
            shares = None
            if self.classes:
                logits = scene.tile_maps().classes
                assert logits is not None
                shares = coarsened(logits.softmax(1).cpu().numpy(), step)
        if not np.isfinite(heights).all():
            raise FloatingPointError("the weights gave heights that are not finite")
        return heights, shares

    def _valid(self, block: Block, valid: np.ndarray) -> np.ndarray:
        """Return which output pixels hold data: at least half of the pixels in them do."""
        grid = self.job.grid
        rows, columns = block.height * grid.coarsen, block.width * grid.coarsen
        inner = valid[grid.margin : grid.margin + rows, grid.margin : grid.margin + columns]
        return coarsened(inner.astype(np.float32), grid.coarsen) >= 0.5

    def _failure(self, block: Block, at: TileAt, error: Exception) -> dict[str, Any]:
        grid = self.job.grid
        west, _, _, north = grid.bounds(block)
        half = grid.margin + grid.tile / 2
        x, y = west + (at.column + half) * grid.pixel_m, north - (at.row + half) * grid.pixel_m
        to_earth = library("pyproj").Transformer.from_crs(self.crs, 4326, always_xy=True)
        lon, lat = to_earth.transform(x, y)
        text = str(error).splitlines() or [type(error).__name__]
        return {"lat": round(lat, 7), "lon": round(lon, 7), "reason": text[0]}


def filled(pixels: np.ndarray, holds: np.ndarray) -> np.ndarray:
    """Return a tile whose holes have the mean colour of the rest: the network wants a whole one.

    Args:
        pixels: (3, S, S) in [0, 1].
        holds: bool (S, S), where the map holds data.

    """
    pixels = pixels.copy()
    if not holds.all():
        pixels[:, ~holds] = pixels[:, holds].mean(1, keepdims=True)
    return pixels


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Compute on one thread: the last digit of a sum may depend on how many share it, and the same
    bytes are to come out of any number of workers.
    """
    import numba
    import torch

    before = torch.get_num_threads(), numba.get_num_threads()
    torch.set_num_threads(1)
    numba.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before[0])
        numba.set_num_threads(before[1])

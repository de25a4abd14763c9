"""From packed truth to batches: the `truth` protocol's counterpart of `batches`.

As there, order and variation are functions of (seed, step, position) alone.
"""

from __future__ import annotations

import dataclasses
import math
from typing import Final

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from sat2density.images.pixels import middle
from sat2density.models.quarter_turns import turned_vectors
from sat2density.training.augment import Turn, recolour, retouch
from sat2density.training.batches import Batches
from sat2density.training.truth_maker import SLOPE_STEPS
from sat2density.views import Camera

WITH_MARGIN: Final = 0.25
"""Share of the steps whose tiles keep their margin."""
SPREAD: Final = 1.0
"""Standard deviation of the heat around a thing's middle, cells."""


@dataclasses.dataclass(frozen=True)
class TruthBatch:
    """What one step of the `truth` protocol sees.

    Attributes:
        tiles: (B, 3, T, T) in [0, 1]; T = S, or S + 2 `MARGIN`.
        occupancy: (B, Z, R, R) bool.
        heights: (B, S, S) metres.
        truth: what the heads are compared with, see `truth_losses.head_terms`.
        names: of the scenes.
        depths: (B, h, w) metres to what is hit, infinity for the sky, as seen from `cameras`; None
            where the pack has no views.
        cameras: one a sample, or none.

    """

    tiles: Tensor
    occupancy: Tensor
    heights: Tensor
    truth: dict[str, Tensor]
    names: list[str]
    depths: Tensor | None
    cameras: list[Camera]


class TruthBatches(Batches):
    """All the batches of a run that is taught by the truth, by step.

    Args and order of scenes are those of `Batches`; the pack is one of `truth_maker`.
    """

    def part(self, step: int, positions: range) -> TruthBatch:  # type: ignore[override]
        """Return some samples of a step's batch.

        Args:
            step: number of the step.
            positions: of the samples in the whole batch.

        """
        margin = np.random.default_rng([self.rules.seed, 3, step]).random() < WITH_MARGIN
        indices = self.indices(step)
        samples = [
            self._truth(indices[p], np.random.default_rng([self.rules.seed, 2, step, p]), margin)
            for p in positions
        ]
        return _joined(samples)

    def _truth(self, index: int, rng: np.random.Generator, margin: bool) -> TruthBatch:
        get = self.packed.get
        augment = self.rules.augment
        turn = Turn.draw(rng, augment, self.rules.pixel_rule)
        tile = _floats(get("tiles", index))
        side = self.rules.tile_size
        tile = turn.tile(tile if margin else middle(tile, side))
        bits = {name: np.unpackbits(get(name, index), axis=-1) for name in ("occupancy", "edges")}
        rows = bits["occupancy"].shape[-1]
        slope = torch.from_numpy(get("slope", index).astype(np.float32)) / SLOPE_STEPS
        edges = torch.from_numpy(bits["edges"]).float()[None]
        maps = {
            "classes": torch.from_numpy(get("classes", index).astype(np.int64))[None],
            "ground": _floats(get("ground", index)),
            "edges": F.adaptive_max_pool2d(edges, rows) > 0,
            "slope": F.adaptive_avg_pool2d(directed(turn, slope), rows),
        }
        truth = {name: turn.tile(values) for name, values in maps.items()}
        truth |= {name: truth[name][0] for name in ("classes", "edges")}
        extent = self.rules.extent_m
        for name in ("trees", "vehicles", "poles"):
            heat, sizes = splat(turned_things(turn, get(name, index)), name, rows, extent)
            truth |= {f"{name}_heat": heat, f"{name}_sizes": sizes}
        tile = retouch(recolour(tile, rng, augment.tile_colour), rng, augment.tile_retouch)
        depths, cameras = self._view(index, turn, rng)
        return TruthBatch(
            tiles=tile[None],
            occupancy=turn.tile(torch.from_numpy(bits["occupancy"]).bool())[None],
            heights=turn.tile(torch.from_numpy(get("heights", index).astype(np.float32))[None]),
            truth={name: values[None] for name, values in truth.items()},
            names=[self.packed.names[index]],
            depths=depths,
            cameras=cameras,
        )

    def _view(
        self, index: int, turn: Turn, rng: np.random.Generator
    ) -> tuple[Tensor | None, list[Camera]]:
        """Draw one of a scene's views: its depths (1, h, w), and where it was taken."""
        places = self.packed.get("view_cameras", index)
        if len(places) == 0:
            return None, []
        view = int(rng.integers(len(places)))
        depth = self.packed.get("view_depths", index)[view].astype(np.float32)
        return turn.panorama(torch.from_numpy(depth)[None]), [turn.camera(places[view])]


def _floats(values: np.ndarray) -> Tensor:
    return torch.from_numpy(values.astype(np.float32)) / 255


def directed(turn: Turn, field: Tensor) -> Tensor:
    """Turn the vectors of a field, not their places.

    Args:
        turn: the variation.
        field: (2, S, S) components east and south.

    Returns:
        (2, S, S).

    """
    if turn.mirrored:
        field = field * torch.tensor([-1.0, 1.0])[:, None, None]
    return turned_vectors(field, turn.quarters)


def turned_things(turn: Turn, rows: np.ndarray) -> np.ndarray:
    """Return the rows of things that are there, turned: (N, C) with east and south in metres first.

    Args:
        turn: the variation.
        rows: (K, C), NaN where there is none; of five columns the last is a heading in degrees.

    """
    rows = rows[~np.isnan(rows[:, 0])].copy()
    east = rows[:, 0].copy()
    south = rows[:, 1].copy()
    if turn.mirrored:
        east = -east
    for _ in range(turn.quarters):
        east, south = -south, east
    rows[:, 0], rows[:, 1] = east, south
    if rows.shape[1] == 5:
        heading = -rows[:, 4] if turn.mirrored else rows[:, 4]
        rows[:, 4] = (heading + 90 * turn.quarters) % 360
    return rows


def splat(rows: np.ndarray, name: str, side: int, extent_m: float) -> tuple[Tensor, Tensor]:
    """Draw things as heat around their middles, and their sizes at the middles.

    Args:
        rows: (N, C) as `truth_maker` keeps them, without NaN.
        name: "trees", "vehicles" or "poles": says what the columns are.
        side: R, rows and columns of the maps.
        extent_m: metres of them.

    Returns:
        (R, R) heat, 1 at each middle; (C', R, R) what the head is to tell there (see `TileMaps`).

    """
    heat = torch.zeros(side, side)
    told = _told(name, rows)
    sizes = torch.zeros(told.shape[1], side, side)
    reach = math.ceil(3 * SPREAD)
    around = torch.arange(-reach, reach + 1)
    bump = torch.exp(-(around[:, None] ** 2 + around**2) / (2 * SPREAD**2))
    for (east, south), values in zip(rows[:, :2], told, strict=True):
        column = int((east / extent_m + 0.5) * side)
        row = int((south / extent_m + 0.5) * side)
        if not (0 <= row < side and 0 <= column < side):
            continue
        top = max(0, row - reach)
        left = max(0, column - reach)
        place = heat[top : row + reach + 1, left : column + reach + 1]
        part = bump[top - row + reach :, left - column + reach :]
        torch.maximum(place, part[: place.shape[0], : place.shape[1]], out=place)
        sizes[:, row, column] = torch.from_numpy(values)
    return heat, sizes


def _told(name: str, rows: np.ndarray) -> np.ndarray:
    if name == "poles":
        return np.zeros((len(rows), 0), np.float32)
    logs = np.log1p(rows[:, 2:4])
    if name == "trees":
        return logs
    twice = np.radians(2 * rows[:, 4])
    return np.column_stack((logs, np.sin(twice), np.cos(twice))).astype(np.float32)


def pooled_heights(heights: Tensor, rows: int) -> Tensor:
    """Return heights as means over the density's cells.

    Args:
        heights: (B, S, S) metres.
        rows: R, rows and columns of the density.

    Returns:
        (B, R, R) metres.

    """
    return F.adaptive_avg_pool2d(heights[:, None], rows)[:, 0]


def _joined(samples: list[TruthBatch]) -> TruthBatch:
    truth = {
        name: torch.cat([sample.truth[name] for sample in samples]) for name in samples[0].truth
    }
    depths = [sample.depths for sample in samples if sample.depths is not None]
    return TruthBatch(
        tiles=torch.cat([sample.tiles for sample in samples]),
        occupancy=torch.cat([sample.occupancy for sample in samples]),
        heights=torch.cat([sample.heights for sample in samples]),
        truth=truth,
        names=[name for sample in samples for name in sample.names],
        depths=torch.cat(depths) if depths else None,
        cameras=[camera for sample in samples for camera in sample.cameras],
    )

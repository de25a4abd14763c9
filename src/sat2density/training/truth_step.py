"""Steps of the `truth` protocol: density and heads learn from what stands there, and from the
depths of a view.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any, Final

import torch
from torch import Tensor

from sat2density.features import described
from sat2density.images.pixels import middle
from sat2density.models.tile_heads import FINE_HEADS, TileMaps
from sat2density.render.cameras import Rays, equirectangular_rays
from sat2density.render.volume import render_rays
from sat2density.training import truth_losses
from sat2density.training.config import LossConfig
from sat2density.training.loader import to_device
from sat2density.training.objective import Terms
from sat2density.training.step import Stepper
from sat2density.training.truth_batches import TruthBatch, pooled_heights

SIDE_LINES: Final = 4
"""Every so many lines of cells are looked along from the side."""
SIDE_RUNS: Final = (8, 16, 32)
"""Cells that a level ray passes: 2.5, 5 and 10 m of 128 cells over 40 m."""


class TruthStepper(Stepper):
    """Makes steps whose batches are `TruthBatch`es; everything else is `Stepper`'s."""

    def _parts(self) -> Iterator[TruthBatch]:  # type: ignore[override]
        for batch in self.loader.parts(self.state.step):
            yield to_device(batch, self.device)  # type: ignore[misc]

    def _generator_terms(self, batch: TruthBatch, weights: LossConfig) -> Terms:  # type: ignore[override]
        generator = self.state.model.generator
        spec = self.config.scene
        with self._autocast():
            density, maps = generator.describe(batch.tiles)
        rows = batch.occupancy.shape[-1]
        layer_m = self.cell_units * spec.unit_m
        columns = thinned(self.state.step)
        maps = maps.cropped(batch.heights.shape[-1] / batch.tiles.shape[-1])
        views = self._views(middle(density, rows), maps, batch) if weights.views > 0 else {}
        fine = [name for name in FINE_HEADS if getattr(maps, name) is not None]
        maps = dataclasses.replace(maps, **{name: getattr(maps, name)[columns] for name in fine})
        truth = batch.truth | {name: batch.truth[name][columns] for name in fine}
        depth = middle(density, rows)[columns].float() * self.cell_units
        heights = pooled_heights(batch.heights, rows)[columns]
        filled = batch.occupancy[columns]
        terms = {
            "occupancy": truth_losses.occupancy(depth, filled, weights.occupancy_below),
            "surface": truth_losses.surface(-torch.expm1(-depth), heights, layer_m),
            "sides": truth_losses.sides(
                *from_a_side(middle(density, rows), batch.occupancy, self.state.step)
            ),
            **truth_losses.head_terms(maps.float(), truth),
            **views,
        }
        return {name: value for name, value in terms.items() if getattr(weights, name) > 0}

    def _views(self, density: Tensor, maps: TileMaps, batch: TruthBatch) -> Terms:
        """Cast the rays of a view of each tile and judge what they meet.

        Rows that look down at the camera's feet are left out: bare ground ends them.
        """
        assert batch.depths is not None, "loss.views needs views (TrainConfig checks)"
        model = self.state.model
        spec, rules = model.spec, model.rules
        height, width = batch.depths.shape[-2:]
        whole = equirectangular_rays(
            dataclasses.replace(spec, panorama_size=(width, height)), rules, batch.cameras
        )
        upper = slice(0, 3 * height // 4)
        rays = Rays(whole.origins, whole.directions[:, upper]).to(self.device)
        shown = described(density, maps, model.architecture, spec).density
        blank = shown.new_zeros(1, 3, 1, 1)
        seen = render_rays(shown.contiguous(), blank, rays, spec, rules)
        return {"views": truth_losses.views(seen, rays, batch.depths[:, upper] / spec.unit_m)}

    def _culprits(self, parts: list[TruthBatch]) -> list[str]:  # type: ignore[override]
        return [name for batch in parts for name in batch.names]


def from_a_side(density: Tensor, filled: Tensor, step: int) -> tuple[Tensor, Tensor, int]:
    """Return what `truth_losses.sides` sees at a step: cells along rays to the east or the south,
    in a quarter of the lines, and how many cells a ray passes.

    Args:
        density: (B, Z, R, R) per unit.
        filled: (B, Z, R, R) bool.
        step: number of the step.

    """
    cells = density.shape[-1]
    if step % 2:
        density, filled = density.transpose(-1, -2), filled.transpose(-1, -2)
    lines = slice(step // 2 % SIDE_LINES, None, SIDE_LINES)
    depth = density[:, :, lines].float() * (2 / cells)
    fits = [run for run in SIDE_RUNS if cells % run == 0] or [cells]
    return depth, filled[:, :, lines], fits[step // (2 * SIDE_LINES) % len(fits)]


def thinned(step: int) -> tuple[Any, ...]:
    """Return what takes every second row and column of (..., R, R), others at each step.

    Neighbours say nearly the same, and over all columns the losses cost about as much as the
    networks' forward (docs/decisions/training.md).

    Args:
        step: number of the step.

    """
    return ..., slice(step // 2 % 2, None, 2), slice(step % 2, None, 2)

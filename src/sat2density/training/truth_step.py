"""Steps of the `truth` protocol: density and heads learn from what stands there; no rays."""

from __future__ import annotations

from collections.abc import Iterator

import torch

from sat2density.models.tile_heads import middle
from sat2density.training import truth_losses
from sat2density.training.config import LossConfig
from sat2density.training.loader import to_device
from sat2density.training.objective import Terms
from sat2density.training.step import Stepper
from sat2density.training.truth_batches import TruthBatch, pooled_heights


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
        side = batch.heights.shape[-1]
        rows = batch.occupancy.shape[-1]
        layer_m = self.cell_units * spec.unit_m
        depth = middle(density.float(), rows) * self.cell_units
        heights = pooled_heights(batch.heights, rows)
        terms = {
            "occupancy": truth_losses.occupancy(depth, batch.occupancy, weights.occupancy_below),
            "surface": truth_losses.surface(-torch.expm1(-depth), heights, layer_m),
            **truth_losses.head_terms(maps.cropped(side).float(), batch.truth),
        }
        return {name: value for name, value in terms.items() if getattr(weights, name) > 0}

    def _culprits(self, parts: list[TruthBatch]) -> list[str]:  # type: ignore[override]
        return [name for batch in parts for name in batch.names]

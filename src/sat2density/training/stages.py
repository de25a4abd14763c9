"""Which batches and steps a run has: by its protocol, and by the stage of the truth protocol."""

from __future__ import annotations

from typing import Final

from sat2density.training.batches import Batches, BatchRules
from sat2density.training.config import TrainConfig
from sat2density.training.painter_batches import PainterBatches
from sat2density.training.painter_step import PainterStepper
from sat2density.training.step import Stepper
from sat2density.training.truth_batches import TruthBatches
from sat2density.training.truth_step import TruthStepper

MASKS_PER_SAMPLE: Final = 4
"""Further views (free protocol) whose opacity is compared in each step, drawn anew for every
sample.
"""


def parts_of(config: TrainConfig) -> tuple[type[Batches], type[Stepper]]:
    """Return what makes a run's batches, and what makes its steps.

    Args:
        config: of the run.

    """
    if config.data.stage == "painter":
        return PainterBatches, PainterStepper
    if config.data.protocol == "truth":
        return TruthBatches, TruthStepper
    return Batches, Stepper


def batch_rules(config: TrainConfig) -> BatchRules:
    """Return how a run's batches are made.

    Args:
        config: of the run.

    """
    return BatchRules(
        seed=config.seed,
        batch=config.optim.batch,
        tile_size=config.scene.tile_size,
        panorama_size=config.scene.panorama_size,
        z_size=config.architecture.z_size,
        augment=config.augment,
        pixel_rule=config.rules.pixel_rule,
        masks_per_sample=MASKS_PER_SAMPLE if config.loss.views_opacity > 0 else 0,
        raised_share=config.data.raised_share,
        ground_views=config.data.ground_views,
        raised_views=config.data.raised_views,
        extent_m=config.scene.extent_m,
    )

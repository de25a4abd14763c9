"""What training changes: networks, optimizers, counters."""

from __future__ import annotations

import dataclasses
from typing import Any

import torch
from torch import nn

from sat2density.pipeline import Sat2Density
from sat2density.training import optim


@dataclasses.dataclass
class State:
    """Everything that training changes: what a checkpoint holds.

    Attributes:
        model, discriminator: the networks (no discriminator without adversarial terms).
        optimizer, optimizer_d: their Adams.
        average: moving average of the generator, or None.
        step: steps done.
        seconds: time spent training, over all parts of the run.
        history: the runs that led to the weights this one started from (`history`).
        parent: what those weights tell of themselves (`history.passed_on`), or None.

    """

    model: Sat2Density
    discriminator: nn.Module | None
    optimizer: torch.optim.Optimizer
    optimizer_d: torch.optim.Optimizer | None
    average: optim.MovingAverage | None
    step: int = 0
    seconds: float = 0.0
    history: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    parent: dict[str, str] | None = None

    @property
    def best_generator(self) -> nn.Module:
        """The generator to look at and to ship: the moving average where there is one."""
        return self.average.module if self.average else self.model.generator

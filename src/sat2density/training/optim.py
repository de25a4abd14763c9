"""How weights move: the optimizers, the schedule of the learning rate, the moving average."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterable

import torch
from torch import Tensor, nn

from sat2density.training.config import OptimConfig
from sat2density.training.muon import Muon

RELEASED_DECAY_EPOCH = 45
"""The released schedule multiplies by 0.1 at this epoch; with 30 epochs it never fires (method,
section 6).
"""


def adam(
    parameters: Iterable[nn.Parameter], lr: float, config: OptimConfig, eps: float
) -> torch.optim.Adam:
    """Build Adam with the configuration's betas; fused: weights and moments are gone over once
    instead of six times.

    Args:
        parameters: to be trained.
        lr: learning rate.
        config: has the betas.
        eps: added to the root of the second moment.

    """
    return torch.optim.Adam(
        parameters, lr=lr, betas=(config.beta1, config.beta2), eps=eps, fused=True
    )


def generators(generator: nn.Module, config: OptimConfig) -> torch.optim.Optimizer:
    """Build the generator's optimizer, of the configuration's method.

    Args:
        generator: its parameters are to be trained.
        config: has the method and the rate.

    """
    if config.method == "muon":
        return Muon(generator.named_parameters(), config)
    return adam(generator.parameters(), config.lr, config, config.eps)


def rate_factor(config: OptimConfig, step: int, share: float, epoch: int) -> float:
    """Factor of the learning rate.

    Linear rise over `warmup` steps: (step + 1) / warmup; then "cosine": from 1 to `final_lr`;
    "step": x 0.1 from epoch 45.

    Args:
        config: the schedule.
        step: steps done.
        share: of the run that is done, in [0, 1].
        epoch: passes over the data that are done.

    Example: cosine, no warm-up, final 0: 1 at share 0, 0.5 at share 0.5.

    """
    if step < config.warmup:
        return (step + 1) / config.warmup
    if config.decay == "cosine":
        return config.final_lr + (1 - config.final_lr) * 0.5 * (
            1 + math.cos(math.pi * min(1.0, share))
        )
    if config.decay == "step" and epoch >= RELEASED_DECAY_EPOCH:
        return 0.1
    return 1.0


def set_rate(optimizer: torch.optim.Optimizer, rate: float) -> None:
    """Set the learning rate of every group.

    Args:
        optimizer: is changed in place.
        rate: learning rate.

    """
    for group in optimizer.param_groups:
        group["lr"] = rate


def clip(parameters: Iterable[nn.Parameter], most: float) -> float:
    """Scale gradients so that their joint norm is at most `most` (0: only measure); return the norm
    before.

    Args:
        parameters: whose gradients are scaled in place.
        most: greatest joint norm, 0 for no bound.

    """
    return float(nn.utils.clip_grad_norm_(parameters, most if most > 0 else math.inf))


class MovingAverage:
    """Exponential moving average of a module's weights and buffers.

    Args:
        module: what is followed; the average starts as its copy.
        decay: share that is kept each step; at the n-th update min(decay, (1 + n) / (10 + n)), so
            that it starts fast.

    """

    def __init__(self, module: nn.Module, decay: float) -> None:
        self.module = copy.deepcopy(module).requires_grad_(False).eval()
        self.decay = decay
        self.updates = 0

    @torch.no_grad()
    def update(self, module: nn.Module) -> None:
        """Move towards the module's present weights.

        Args:
            module: of the same kind as the average.

        """
        decay = min(self.decay, (1 + self.updates) / (10 + self.updates))
        self.updates += 1
        for ours, theirs in zip(_values(self.module), _values(module), strict=True):
            if ours.is_floating_point():
                ours.lerp_(theirs.to(ours.dtype), 1 - decay)
            else:
                ours.copy_(theirs)


def _values(module: nn.Module) -> list[Tensor]:
    return [*module.parameters(), *module.buffers()]

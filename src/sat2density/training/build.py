"""A run's networks and optimizers, built from its configuration."""

from __future__ import annotations

import torch
from torch import nn

from sat2density.models.discriminator import Discriminator
from sat2density.models.render_net import told_channels
from sat2density.pipeline import Sat2Density
from sat2density.training import lineage, optim
from sat2density.training.config import TrainConfig
from sat2density.training.critic import Critic
from sat2density.training.state import State


def build_state(config: TrainConfig, device: torch.device) -> State:
    """Build networks and optimizers with the configuration's seed; nothing outside is changed by
    it.

    Args:
        config: of the run.
        device: any that torch knows.

    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.seed)
        info = {"name": config.preset, "trained_on": lineage.source_name(config.data.source)}
        model = Sat2Density(config.architecture, config.scene, config.rules, info).to(device)
        discriminator = _discriminator(config)
        if discriminator is not None:
            discriminator.to(device)
    if config.optim.channels_last:
        model = model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    o = config.optim
    return State(
        model=model,
        discriminator=discriminator,
        optimizer=optim.generators(model.generator, o),
        optimizer_d=None
        if discriminator is None
        else optim.adam(discriminator.parameters(), o.lr_discriminator, o, o.eps_discriminator),
        average=optim.MovingAverage(model.generator, o.ema) if o.ema > 0 else None,
    )


def _discriminator(config: TrainConfig) -> nn.Module | None:
    if config.data.stage == "painter":
        told = told_channels(config.architecture)
        return Critic(4 + told) if config.loss.critic > 0 else None
    if not config.loss.adversarial:
        return None
    views = 2 if config.scene.vertical_fov_deg < 180 else 3
    return Discriminator(config.architecture, views)

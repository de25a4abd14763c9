"""The schedule, clipping and the moving average."""

import dataclasses
import math

import pytest
import torch
from torch import nn

from sat2density.training import optim
from sat2density.training.config import OptimConfig


def test_warm_up_then_cosine():
    config = OptimConfig(warmup=4, decay="cosine", final_lr=0.1)
    factors = [optim.rate_factor(config, step, step / 100, 0) for step in (0, 3, 4, 50, 100)]
    assert factors[:2] == [0.25, 1.0]
    assert factors[3] == pytest.approx(0.55)
    assert factors[4] == pytest.approx(0.1)


def test_released_schedule_never_fires():
    config = OptimConfig()
    assert {optim.rate_factor(config, epoch, 0.5, epoch) for epoch in range(config.epochs)} == {1.0}
    assert optim.rate_factor(config, 0, 1, 45) == 0.1
    assert optim.rate_factor(dataclasses.replace(config, decay="none"), 0, 1, 45) == 1


def test_clip():
    weight = nn.Parameter(torch.zeros(2))
    weight.grad = torch.tensor([3.0, 4.0])
    assert optim.clip([weight], 0) == 5
    assert weight.grad.tolist() == [3, 4]
    assert optim.clip([weight], 1) == 5
    assert weight.grad.norm() == pytest.approx(1, rel=1e-4)


def test_moving_average_starts_fast():
    net = nn.Linear(1, 1)
    with torch.no_grad():
        net.weight.fill_(0)
    average = optim.MovingAverage(net, 0.9)
    with torch.no_grad():
        net.weight.fill_(1)
    average.update(net)  # decay min(0.9, 1 / 10)
    assert float(average.module.weight) == pytest.approx(0.9)
    average.update(net)  # decay 2 / 11
    assert float(average.module.weight) == pytest.approx(1 - 0.1 * 2 / 11)
    assert not average.module.weight.requires_grad
    assert math.isfinite(average.module.bias.item())

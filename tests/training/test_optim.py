"""The schedule, clipping and the moving average."""

import copy
import dataclasses
import math

import pytest
import torch
from torch import nn

from sat2density.training import optim
from sat2density.training.config import OptimConfig
from sat2density.training.muon import Muon, orthogonal


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


@pytest.mark.parametrize("shape", [(8, 72), (72, 8)])
def test_orthogonal_keeps_directions_and_evens_out_their_sizes(shape):
    torch.manual_seed(0)
    matrix = torch.randn(*shape) * torch.logspace(-1, 1, shape[1])
    u, _, vh = torch.linalg.svd(matrix, full_matrices=False)
    sizes = torch.diagonal(u.T @ orthogonal(matrix) @ vh.T)
    assert sizes.min() > 0.6
    assert sizes.max() < 1.3


def _small_net():
    torch.manual_seed(0)
    return nn.ModuleDict(
        {
            "inner": nn.Sequential(nn.Conv2d(4, 8, 3, padding=1), nn.Tanh()),
            "output": nn.Conv2d(8, 1, 3, padding=1),
        }
    )


def _fit(net, optimizer, steps):
    torch.manual_seed(1)
    seen = torch.randn(4, 4, 8, 8)
    wanted = seen.prod(1, keepdim=True)
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = (net["output"](net["inner"](seen)) - wanted).square().mean()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    return losses


def test_muon_moves_inner_convolutions_and_adam_the_rest():
    net = _small_net()
    config = OptimConfig(lr=0.01, beta1=0.5, eps=1e-8, method="muon")
    muon = optim.generators(net, config)
    assert isinstance(muon, Muon)
    assert [len(group["params"]) for group in muon.param_groups] == [1, 3]
    twin = _small_net()
    adam = torch.optim.Adam(twin["output"].parameters(), lr=0.01, betas=(0.5, 0.999), eps=1e-8)
    _fit(net, muon, 1)
    _fit(twin, adam, 1)
    assert torch.allclose(net["output"].weight, twin["output"].weight, atol=1e-7)
    moved = (net["inner"][0].weight - twin["inner"][0].weight).square().mean().sqrt()
    assert float(moved.detach()) == pytest.approx(0.002, rel=0.2)  # a fifth of the rate, as Adam's


def test_muon_learns_and_goes_on_exactly():
    config = OptimConfig(lr=0.01, beta1=0.5, eps=1e-8, method="muon")
    net = _small_net()
    muon = optim.generators(net, config)
    losses = _fit(net, muon, 20)
    assert losses[-1] < 0.9 * losses[0]
    twin = copy.deepcopy(net)
    again = optim.generators(twin, config)
    again.load_state_dict(copy.deepcopy(muon.state_dict()))
    assert _fit(net, muon, 3) == _fit(twin, again, 3)

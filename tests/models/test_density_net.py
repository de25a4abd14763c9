import dataclasses

import pytest
import torch
from golden_files import NAMES, golden, largest_difference

from sat2density.models.architecture import Architecture
from sat2density.models.density_net import DensityNet


@pytest.mark.parametrize("name", NAMES)
def test_golden_density(golden_root, name):
    gold = golden(golden_root, name)
    with torch.no_grad():
        density = gold.generator.density_net(gold.io["sat"])
    # 1e-5 of the largest density (about 25): the same networks in float64 are up to 1.2e-4 away
    # from these float32 numbers, so their last digits are another machine's rounding
    # (docs/fidelity.md).
    expected = gold.io["density"]
    assert largest_difference(density, expected) < 1e-5 * float(expected.max())


@pytest.mark.parametrize("activation", ["relu", "softplus"])
def test_activation_bias_and_gain(activation):
    arch = dataclasses.replace(
        Architecture.named("tiny"),
        density_activation=activation,
        density_bias=0.5,
        density_gain=3.0,
    )
    net, tile = DensityNet(arch), torch.rand(1, 3, 16, 16)
    raw = net.trunk(tile) + 0.5
    expected = raw.clamp(min=0) * 3 if activation == "relu" else (1 + raw.exp()).log() * 3
    assert torch.allclose(net(tile), expected, atol=1e-5)
    assert net(tile).shape == (1, 16, 8, 8)
    assert net(tile).min() >= 0

import dataclasses
import math

import pytest
import torch

from sat2density.errors import ShapeError
from sat2density.models.architecture import Architecture
from sat2density.models.columns import columns_to_layers
from sat2density.models.density_net import NOTHING, DensityNet


def column(top=0.0, base=-9.0, softness=-9.0, strength=0.0):
    return torch.tensor([top, base, softness, strength])[None, :, None, None]


def test_a_column_is_solid_between_its_base_and_its_top():
    layers = columns_to_layers(column(top=1.0), 32)[0, :, 0, 0]  # top at 0.33 x 32 = 10.56 layers
    full = 1 + math.log(2)
    assert layers[2:9].tolist() == pytest.approx([full] * 7, rel=0.02)
    assert float(layers[10]) == pytest.approx(
        full / (1 + math.exp(-0.06 / 0.25)), rel=0.02
    )  # its middle is at 10.5
    assert bool((layers[13:] < 1e-3).all())


def test_a_base_above_the_ground_leaves_room_under_a_crown():
    layers = columns_to_layers(column(top=2.0, base=9.0), 32)[0, :, 0, 0]  # from 9.3 to 18.6 layers
    assert bool((layers[:7] < 1e-2).all())
    assert bool((layers[20:] < 1e-2).all())
    assert bool((layers[11:17] > 1).all())


def test_whatever_the_base_the_upper_half_stays_solid():
    layers = columns_to_layers(column(top=1.0, base=99.0), 32)[0, :, 0, 0]
    assert bool((layers[7:9] > 1).all())


def test_more_height_is_a_gradient_six_layers_above_the_top():
    raw = column(top=0.0, softness=9.0).requires_grad_()  # its top is at 2.56 layers
    columns_to_layers(raw, 32)[0, 8].sum().backward()
    assert float(raw.grad[0, 0, 0, 0]) > 1e-3


def test_gradients_are_those_of_differences():
    raw = torch.randn(1, 4, 2, 3, generator=torch.Generator().manual_seed(0)).double()
    weight = torch.rand(1, 8, 2, 3).double()

    def loss(raw):
        return (columns_to_layers(raw, 8).double() * weight).sum()

    leaf = raw.clone().requires_grad_()
    loss(leaf).backward()
    for index in ((0, 0, 0, 0), (0, 1, 1, 2), (0, 2, 0, 1), (0, 3, 1, 0)):
        step = torch.zeros_like(raw)
        step[index] = 1e-2
        assert float(leaf.grad[index]) == pytest.approx(
            float(loss(raw + step) - loss(raw - step)) / 2e-2, abs=2e-3
        )


def test_softer_columns_reach_further_up():
    hard, soft = (
        columns_to_layers(column(softness=9.0), 32, softest)[0, 8] for softest in (1.0, 3.0)
    )
    assert float(soft) > 10 * float(hard)


def test_every_second_cell_leaves_no_teeth():
    even = column(top=1.0).expand(1, 4, 8, 8)
    teeth = even.clone()
    teeth[:, 0] += 0.5 * (-1.0) ** torch.arange(8.0)
    assert torch.allclose(
        columns_to_layers(teeth, 32)[..., 1:-1], columns_to_layers(even, 32)[..., 1:-1], atol=1e-5
    )


def test_a_wrong_number_of_channels_is_refused():
    with pytest.raises(ShapeError, match=r"\(B, 4, S, S\), not \(1, 3, 2, 2\)"):
        columns_to_layers(torch.zeros(1, 3, 2, 2), 8)


def test_the_network_gives_layers_in_either_form():
    arch = dataclasses.replace(
        Architecture.named("tiny"), density_form="columns", density_gain=30.0
    )
    net, tile = DensityNet(arch), torch.rand(2, 3, 32, 32)
    density = net(tile)
    assert density.shape == DensityNet(Architecture.named("tiny"))(tile).shape
    assert bool((density >= 0).all())
    assert bool(density[:, 0].mean() > density[:, -1].mean())
    assert torch.equal(density, columns_to_layers(net.trunk(tile), 16) * 30)
    looked = net.eval()(tile)
    assert torch.equal(looked, torch.where(density > NOTHING, density, 0.0))

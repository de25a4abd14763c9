"""A tile looked at from several sides."""

import dataclasses

import pytest
import torch

from sat2density import Sat2Density
from sat2density.errors import InputError
from sat2density.models.architecture import Architecture
from sat2density.models.quarter_turns import from_all_sides, turned, turned_vectors
from sat2density.models.tile_heads import TileMaps


def fair(tile):
    """Tell of a tile what a net without a preferred side would: all maps turn with it."""
    red, green, blue = tile.unbind(1)
    east = torch.tanh(red.roll(-1, -1) - red.roll(1, -1))
    south = torch.tanh(red.roll(-1, -2) - red.roll(1, -2))
    angle = 2 * torch.atan2(east, -south)
    middle = torch.stack((red, green, blue), 1)
    maps = TileMaps(
        classes=tile,
        vehicles=torch.cat((middle, torch.stack((angle.sin(), angle.cos()), 1)), 1),
        slope=torch.stack((east, south), 1),
    )
    return tile, maps


@pytest.mark.parametrize("turns", [1, 2, 4])
def test_what_is_told_of_every_side_alike_stays_as_it_is(turns):
    torch.manual_seed(0)
    tile = torch.rand(2, 3, 16, 16)
    density, maps = from_all_sides(fair, tile, turns)
    assert torch.allclose(density, tile, atol=1e-6)
    for name, wanted in vars(fair(tile)[1]).items():
        if wanted is None:
            assert getattr(maps, name) is None
        else:
            assert torch.allclose(getattr(maps, name), wanted, atol=1e-5), name


def test_a_quarter_is_clockwise_and_four_are_none():
    tile = torch.arange(4.0).reshape(1, 2, 2)
    assert turned(tile, 1).tolist() == [[[2, 0], [3, 1]]]
    assert torch.equal(turned(turned(tile, 3), 1), tile)
    north = torch.tensor([0.0, -1.0])[:, None, None]
    assert turned_vectors(north, 1).flatten().tolist() == [1, 0]  # now it points east
    assert torch.equal(turned_vectors(turned_vectors(north, -1), 1), north)


def test_a_scene_is_the_mean_of_its_turns():
    arch = dataclasses.replace(
        Architecture.named("tiny"), heads=("classes",), class_names=("sky", "road")
    )
    model = Sat2Density.random(arch)
    torch.manual_seed(0)
    tile = torch.rand(3, 256, 256)
    sides = [model.reconstruct(turned(tile, count)).density for count in range(4)]
    mean = torch.stack([turned(side, -count) for count, side in enumerate(sides)]).mean(0)
    assert torch.allclose(model.reconstruct(tile, turns=4).density, mean, atol=1e-5)
    wise = Sat2Density.random(dataclasses.replace(arch, density_turns=4))
    scene = wise.reconstruct(tile)
    assert torch.allclose(scene.density, mean, atol=1e-5)
    apart = scene.tile_maps().classes - wise.reconstruct(tile, maps=True).tile_maps().classes
    assert float(apart.abs().max()) < 1e-5


@pytest.mark.parametrize("turns", [0, 3, 2.0, True, "4"])
def test_other_numbers_of_turns_are_refused(turns):
    model = Sat2Density.random("tiny")
    with pytest.raises(InputError, match="turns must be 1, 2 or 4"):
        model.reconstruct(torch.rand(3, 256, 256), turns=turns)

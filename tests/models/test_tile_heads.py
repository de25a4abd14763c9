"""Heads beside the density."""

import dataclasses

import pytest
import torch

from sat2density.errors import InputError
from sat2density.images.pixels import middle
from sat2density.models.architecture import Architecture
from sat2density.models.generator import Generator
from sat2density.models.inference import prepare_for_inference
from sat2density.models.tile_heads import HEAD_CHANNELS, TileMaps, metres

ARCH = dataclasses.replace(
    Architecture.named("tiny"),
    heads=("classes", "trees", "ground"),
    class_names=("sky", "road", "tree"),
    heads_width=8,
)


def made(arch=ARCH):
    torch.manual_seed(1)
    return Generator(arch)


@pytest.mark.parametrize("side", [64, 96])
def test_fine_maps_have_the_tiles_size_others_the_densitys_and_density_is_as_without_heads(side):
    generator, tile = made(), torch.rand(2, 3, side, side)
    density, maps = generator.describe(tile)
    assert torch.equal(density, generator.density_net(tile))
    assert maps.classes.shape == (2, 3, side, side)
    assert maps.trees.shape == (2, HEAD_CHANNELS["trees"], side // 2, side // 2)
    assert maps.ground.shape == (2, 3, side, side)
    assert maps.vehicles is None
    assert maps.class_codes().max() <= 2


@pytest.mark.parametrize("stride", [1, 2, 4])
def test_every_stride_of_the_density_is_made_up_for(stride):
    ups = {1: (8, 8, 8), 2: (8, 8), 4: (8,)}[stride]
    arch = dataclasses.replace(ARCH, density_down=(8, 8, 8, 8), density_stem_stride=1)
    arch = dataclasses.replace(arch, density_up=ups)
    assert arch.density_stride == stride
    assert made(arch).describe(torch.rand(1, 3, 32, 32))[1].classes.shape == (1, 3, 32, 32)


def test_weights_without_heads_hold_nothing_of_them():
    generator = made(Architecture.named("tiny"))
    assert generator.tile_heads is None
    assert not [name for name in generator.state_dict() if "tile_heads" in name]
    assert generator.describe(torch.rand(1, 3, 64, 64))[1] == TileMaps()
    with pytest.raises(ValueError, match="classes"):
        TileMaps().class_codes()


def test_things_are_rare_at_first():
    trees = made().describe(torch.rand(1, 3, 64, 64))[1].trees
    assert float(torch.sigmoid(trees[:, 0].detach()).mean()) < 0.1


def test_inference_is_equal():
    generator, tile = made().eval(), torch.rand(1, 3, 64, 64)
    with torch.no_grad():
        before = generator.describe(tile)
        after = prepare_for_inference(generator, "float32").describe(tile)
    assert torch.allclose(before[0], after[0], atol=1e-4)
    assert torch.allclose(before[1].classes, after[1].classes, atol=1e-4)


def test_middle_and_metres():
    assert middle(torch.arange(16.0).reshape(4, 4), 2).tolist() == [[5, 6], [9, 10]]
    maps = TileMaps(classes=torch.rand(1, 2, 8, 8)).cropped(0.5)
    assert maps.classes.shape == (1, 2, 4, 4)
    assert metres(torch.log1p(torch.tensor([0.0, 3.0]))).tolist() == pytest.approx([0, 3])
    assert float(metres(torch.tensor(-1.0))) == 0


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"heads": ("classes",), "class_names": ()}, "need each other"),
        ({"heads": (), "class_names": ("sky",)}, "need each other"),
        ({"heads": ("trees", "trees"), "class_names": ()}, "twice"),
        ({"heads": ("tree",), "class_names": ()}, "must be one of"),
        ({"heads_width": 0}, "heads_width"),
    ],
)
def test_impossible_heads_are_refused(changes, message):
    with pytest.raises(InputError, match=message):
        dataclasses.replace(ARCH, **changes)

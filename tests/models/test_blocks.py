import torch
from torch import nn

from sat2density.models.blocks import ConvBlock, InstanceNorm, ResidualBlock
from sat2density.models.convolution import PaddedConv


def test_instance_norm_by_hand():
    norm = InstanceNorm(1)
    with torch.no_grad():
        norm.weight.fill_(2)
        norm.bias.fill_(1)
    image = torch.tensor(
        [[[[1.0, 3.0]]], [[[0.0, 200.0]]]]
    )  # each image on its own: -1 and 1, times 2, plus 1
    assert torch.allclose(norm(image).flatten(), torch.tensor([-1.0, 3.0, -1.0, 3.0]), atol=1e-4)


def test_instance_norm_equals_torchs_own():
    image = torch.randn(2, 5, 6, 7) * 3 + 1
    assert torch.allclose(
        InstanceNorm(5)(image), nn.InstanceNorm2d(5, affine=True)(image), atol=1e-5
    )


def test_modulation_comes_before_the_activation():
    conv = PaddedConv(1, 1, 1)
    with torch.no_grad():
        conv.weight.fill_(1)
        conv.bias.zero_()
    block = ConvBlock(conv, 1, nn.ReLU())
    image = torch.tensor([[[[-1.0, 1.0]]]])
    one = torch.ones(1, 1, 1, 1)
    # normed (-1, 1) * (1 + 1) + 1 = (-1, 3), then ReLU
    assert torch.allclose(
        block(image, modulation=(one, one)).flatten(), torch.tensor([0.0, 3.0]), atol=1e-4
    )


def test_residual_block_adds_its_input():
    block = ResidualBlock(3, "zeros", spectral=False)
    with torch.no_grad():
        block.second.norm.weight.zero_()
    image = torch.randn(1, 3, 4, 4)
    assert torch.equal(block(image), image)

import pytest
import torch
import torch.nn.functional as F
from golden_files import largest_difference
from torch import nn

from sat2density.models.blocks import ConvBlock
from sat2density.models.convolution import PaddedConv, UpsampledConv, choose_impl
from sat2density.models.cpu.norm import normed_activation

ACTIVATIONS = {
    "prelu": nn.PReLU,
    "leaky": lambda: nn.LeakyReLU(0.2),
    "relu": nn.ReLU,
    "none": nn.Identity,
}


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("styles", [0, 1, 2])
@pytest.mark.parametrize("upsampled", [False, True])
def test_a_block_equals_its_plain_form_forward_and_backward(activation, styles, upsampled):
    torch.manual_seed(0)
    conv = UpsampledConv if upsampled else PaddedConv
    block = ConvBlock(
        conv(4, 5, 3, padding="reflect", spectral=True), 5, ACTIVATIONS[activation]()
    ).double()
    with torch.no_grad():
        for value in block.parameters():
            value += 0.1 * torch.randn_like(value)
    image = torch.randn(2, 4, 4, 6, dtype=torch.float64, requires_grad=True)
    style = (
        [torch.randn(styles, 5, 1, 1, dtype=torch.float64, requires_grad=True) for _ in range(2)]
        if styles
        else []
    )
    state = {key: value.clone() for key, value in block.state_dict().items()}
    results = []
    for impl in ("plain", "auto"):
        block.load_state_dict(state)
        choose_impl(block, impl)
        made = block(image, None, tuple(style) or None)
        leaves = [image, *style, *block.parameters()]
        results.append([made, *torch.autograd.grad(made.sin().sum(), leaves), *block.buffers()])
    for plain, own in zip(*results, strict=True):
        assert largest_difference(own, plain) < 1e-12


def test_by_hand():
    image = torch.tensor([[[[1.0, 3.0]]], [[[0.0, 200.0]]]])  # each image on its own: -1 and 1
    factor, shift = torch.tensor([[2.0], [3.0]]), torch.tensor([[1.0], [0.0]])
    found = normed_activation(image, factor, shift, torch.tensor(0.5))
    assert torch.allclose(found.flatten(), torch.tensor([-0.5, 3.0, -1.5, 3.0]), atol=1e-4)


def test_gradients_are_right():
    torch.manual_seed(0)
    image = torch.randn(2, 3, 4, 5, dtype=torch.float64, requires_grad=True)
    factor, shift = (torch.randn(2, 3, dtype=torch.float64, requires_grad=True) for _ in range(2))
    slope = torch.tensor(0.3, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(normed_activation, (image, factor, shift, slope))


def test_bfloat16_is_rounded_once():
    torch.manual_seed(0)
    image, factor, shift = torch.randn(2, 8, 16, 16), torch.rand(2, 8) + 0.5, torch.randn(2, 8)
    half = image.bfloat16()
    plain = F.instance_norm(half.float()) * factor[..., None, None] + shift[..., None, None]
    found = normed_activation(half, factor, shift, torch.tensor(0.2))
    assert found.dtype == torch.bfloat16
    assert largest_difference(found.float(), F.leaky_relu(plain, 0.2)) < 2**-8 * float(
        plain.abs().max()
    )

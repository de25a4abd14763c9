import pytest
import torch
import torch.nn.functional as F
from golden_files import largest_difference

from sat2density.models.convolution import PaddedConv, UpsampledConv, choose_impl
from sat2density.models.cpu import algorithms, winograd

PADDINGS = ["reflect", "circular", "zeros"]
LAYERS = {
    "direct": lambda **options: PaddedConv(4, 5, 3, **options),
    "halving": lambda **options: PaddedConv(4, 5, 3, stride=2, **options),
    "large": lambda **options: PaddedConv(4, 12, 7, **options),
    "narrow": lambda **options: PaddedConv(4, 3, 7, **options),
    "upsampled": lambda **options: UpsampledConv(4, 5, 3, **options),
    "with a skip": lambda **options: UpsampledConv(4, 5, 3, skip_channels=3, **options),
}


def passes(layer, impl, state, inputs, autocast=False):
    """A layer's result, all gradients, and its buffers afterwards."""
    layer.load_state_dict(state)
    choose_impl(layer, impl)
    with torch.autocast("cpu", torch.bfloat16, enabled=autocast):
        made = layer(*inputs)
    leaves = [*inputs, *layer.parameters()]
    loss = (made.float() if autocast else made).sin().sum()
    return [made.detach(), *torch.autograd.grad(loss, leaves)], [
        buffer.clone() for buffer in layer.buffers()
    ]


def inputs_of(name, dtype, channels=4):
    torch.manual_seed(1)
    image = torch.randn(2, channels, 4, 8, dtype=dtype, requires_grad=True)
    skip = torch.randn(2, 3, 8, 16, dtype=dtype, requires_grad=True)
    return [image, skip] if name == "with a skip" else [image]


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("padding", PADDINGS)
@pytest.mark.parametrize("spectral", [False, True])
@pytest.mark.parametrize("winograd_channels", [1, 256])
def test_every_form_equals_the_plain_one_forward_and_backward(
    name, padding, spectral, winograd_channels, monkeypatch
):
    monkeypatch.setattr(winograd, "CHANNELS", winograd_channels)
    torch.manual_seed(0)
    layer, inputs = (
        LAYERS[name](padding=padding, spectral=spectral).double(),
        inputs_of(name, torch.float64),
    )
    state = {key: value.clone() for key, value in layer.state_dict().items()}
    expected, buffers = passes(layer, "plain", state, inputs)
    found, own_buffers = passes(layer, "auto", state, inputs)
    assert all(float(value.abs().max()) > 0 for value in expected[1:])
    for one, other in zip(found + own_buffers, expected + buffers, strict=True):
        assert one.dtype == other.dtype
        assert largest_difference(one, other) < 1e-11


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("spectral", [False, True])
def test_under_autocast_forms_are_as_near_as_the_plain_ones(name, spectral):
    torch.manual_seed(0)
    layer, inputs = (
        LAYERS[name](padding="reflect", spectral=spectral),
        inputs_of(name, torch.float32),
    )
    state = {key: value.clone() for key, value in layer.state_dict().items()}
    exact, _ = passes(layer, "plain", state, inputs)
    plain, _ = passes(layer, "plain", state, inputs, autocast=True)
    found, _ = passes(layer, "auto", state, inputs, autocast=True)
    assert found[0].dtype == torch.bfloat16
    for one, other, wanted in zip(found, plain, exact, strict=True):
        assert one.dtype == other.dtype
        error, usual = (largest_difference(value.float(), wanted) for value in (one, other))
        assert error < 2 * usual + 2**-8 * float(wanted.abs().max())


def test_which_form_a_layer_takes(monkeypatch):
    monkeypatch.setattr(winograd, "CHANNELS", 4)
    image, half = torch.randn(1, 4, 8, 8), torch.randn(1, 4, 8, 8).bfloat16()
    assert isinstance(PaddedConv(4, 5, 3)._cpu_algorithm(image), algorithms.Winograd)
    assert isinstance(PaddedConv(4, 3, 7)._cpu_algorithm(image), algorithms.FewOutputs)
    assert isinstance(PaddedConv(4, 5, 3, spectral=True)._cpu_algorithm(half), algorithms.Direct)
    assert PaddedConv(4, 5, 3, stride=2)._cpu_algorithm(image) is None
    with torch.autocast("cpu", torch.bfloat16):
        assert PaddedConv(4, 5, 3)._cpu_algorithm(image) is None
    layer = PaddedConv(4, 5, 3)
    assert layer.on_cpu(image)
    choose_impl(layer, "plain")
    assert not layer.on_cpu(image)


def test_large_weights_are_not_divided_but_results():
    image, weight, scale = torch.randn(1, 8, 2, 2), torch.randn(8, 8, 3, 3), torch.tensor(0.5)
    algorithm = algorithms.Direct(1, (1, 1))
    assert algorithm._kernel(image, weight, scale)[0] is weight
    assert torch.allclose(
        algorithm.forward(image, weight, scale), F.conv2d(image, weight, None, 1, 1) / 2, atol=1e-5
    )


def test_a_second_derivative_is_refused_not_wrong():
    layer, image = PaddedConv(4, 5, 3, spectral=True), torch.randn(1, 4, 8, 8, requires_grad=True)
    (gradient,) = torch.autograd.grad(layer(image).sin().sum(), image, create_graph=True)
    with pytest.raises(RuntimeError, match="once_differentiable"):
        gradient.square().sum().backward()
    choose_impl(layer, "plain")
    (gradient,) = torch.autograd.grad(layer(image).sin().sum(), image, create_graph=True)
    gradient.square().sum().backward()
    assert float(layer.weight_orig.grad.abs().max()) > 0

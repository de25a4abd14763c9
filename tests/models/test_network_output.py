"""What RenderNet says of a picture: colours, and how much noise each pixel shows."""

import dataclasses

import pytest
import torch

from sat2density.errors import InputError
from sat2density.models.architecture import Architecture
from sat2density.models.render_net import LARGE, NetworkOutput, RenderNet

NOISY = dataclasses.replace(Architecture.named("tiny"), render_noise=True, render_noise_gain=True)


def made(seed=0):
    torch.manual_seed(seed)
    net = RenderNet(NOISY)
    return net, torch.rand(2, 6, 16, 64), torch.randn(2, 16)


def test_by_hand():
    ones = torch.ones(1, 1, 1, 1)
    output = NetworkOutput(torch.zeros(1, 3, 1, 1), 2 * ones, -ones)
    assert torch.equal(output.without_noise(), torch.full((1, 3, 1, 1), 0.5))
    assert torch.allclose(output.image(), torch.full((1, 3, 1, 1), 1 / (1 + torch.e**2)))


def test_without_noise_gain_both_are_one_picture():
    output = NetworkOutput(torch.randn(1, 3, 4, 8))
    assert torch.equal(output.image(), output.without_noise())


def test_the_network_shows_its_noise_by_its_gain():
    net, rendered, style = made()
    output = net.network_output(rendered, style)
    assert output.colours.shape == (2, 3, 16, 64)
    assert output.noise_gain.shape == (2, 1, 16, 64)
    assert float(output.noise_gain.detach().min()) >= 0
    assert float(output.noise_gain.detach().max()) > 0
    assert torch.equal(output.noise, rendered[:, 5:])
    assert torch.equal(net(rendered, style), output.image())
    expected = torch.sigmoid(output.colours + output.noise_gain * rendered[:, 5:])
    assert torch.allclose(output.image(), expected)
    assert torch.equal(output.without_noise(), torch.sigmoid(output.colours))


def test_the_sky_is_not_rough_and_noise_gain_does_not_move_geometry():
    net, rendered, style = made()
    rendered[:, 3, :8] = 0
    rendered.requires_grad_()
    noise_gain = net.network_output(rendered, style).noise_gain
    assert float(noise_gain[:, :, :8].detach().max()) == 0
    noise_gain[:, :, 8:].sum().backward()
    half = rendered.grad.clone()
    with torch.no_grad():
        rendered.grad = None
    softplus_alone = (
        net.network_output(rendered, style).noise_gain[:, :, 8:] / rendered[:, 3:4, 8:].detach()
    )
    (softplus_alone * rendered[:, 3:4, 8:].detach()).sum().backward()
    assert torch.allclose(half, rendered.grad)  # nothing came by way of the factor


def test_detail_that_is_judged_alone_changes_the_noise_gain_alone():
    output = NetworkOutput(*(torch.randn(1, n, 4, 8, requires_grad=True) for n in (3, 1, 1)))
    output.noise_only().image().square().sum().backward()
    assert output.colours.grad is None
    assert float(output.noise_gain.grad.abs().sum()) > 0


def test_noise_gain_without_noise_is_refused():
    with pytest.raises(InputError, match="render_noise_gain needs render_noise"):
        dataclasses.replace(NOISY, render_noise=False)


def with_matte(width=64):
    names = ("sky", "road", "building")
    arch = dataclasses.replace(
        Architecture.named("tiny"),
        heads=("classes",),
        class_names=names,
        render_features=True,
        render_doubling=True,
        render_directions=False,
        render_matte=True,
        render_padding="zeros",
    )
    torch.manual_seed(0)
    features = torch.rand(1, len(names) + 4, 16, width)
    # The upper half looks up.
    features[:, -1:] = torch.linspace(1, -1, 16)[:, None]
    return RenderNet(arch), torch.rand(1, 5, 16, width), features, torch.randn(1, 16)


def test_the_matte_begins_with_what_rays_met_and_knows_the_ground():
    net, rendered, features, style = with_matte()
    with torch.no_grad():
        for values in net.trunk.output.parameters():
            values[12:] = 0
    output = net.network_output(rendered, style, features=features)
    assert output.colours.shape == (1, 3, 32, 128)
    assert output.matte.shape == (1, 1, 32, 128)
    assert output.matte[:, :, 16:].min() == LARGE
    opacity = rendered[:, 3:4, :8].clamp(0.02, 0.98)
    assert torch.allclose(torch.sigmoid(output.matte[:, :, :16:2, ::2]), opacity, atol=1e-5)


def test_the_matte_learns():
    net, rendered, features, style = with_matte()
    matte = net.network_output(rendered, style, features=features).matte
    (matte[:, :, :16] ** 2).mean().backward()
    assert float(net.trunk.output.weight.grad[12:].abs().sum()) > 0


def test_matte_needs_features():
    with pytest.raises(InputError, match="render_matte needs render_features"):
        dataclasses.replace(Architecture.named("tiny"), render_matte=True)

"""What RenderNet says of a picture: colours, and how much noise each pixel shows."""

import dataclasses

import pytest
import torch

from sat2density.errors import InputError
from sat2density.models.architecture import Architecture
from sat2density.models.render_net import Painting, RenderNet

ROUGH = dataclasses.replace(Architecture.named("tiny"), render_grain=True, render_roughness=True)


def made(seed=0):
    torch.manual_seed(seed)
    net = RenderNet(ROUGH)
    return net, torch.rand(2, 6, 16, 64), torch.randn(2, 16)


def test_by_hand():
    ones = torch.ones(1, 1, 1, 1)
    painting = Painting(torch.zeros(1, 3, 1, 1), 2 * ones, -ones)
    assert torch.equal(painting.smooth(), torch.full((1, 3, 1, 1), 0.5))
    assert torch.allclose(painting.picture(), torch.full((1, 3, 1, 1), 1 / (1 + torch.e**2)))


def test_without_roughness_both_are_one_picture():
    painting = Painting(torch.randn(1, 3, 4, 8))
    assert torch.equal(painting.picture(), painting.smooth())


def test_the_network_shows_its_grain_by_its_roughness():
    net, projection, style = made()
    painting = net.painting(projection, style)
    assert painting.colours.shape == (2, 3, 16, 64)
    assert painting.roughness.shape == (2, 1, 16, 64)
    assert float(painting.roughness.detach().min()) >= 0
    assert float(painting.roughness.detach().max()) > 0
    assert torch.equal(painting.grain, projection[:, 5:])
    assert torch.equal(net(projection, style), painting.picture())
    expected = torch.sigmoid(painting.colours + painting.roughness * projection[:, 5:])
    assert torch.allclose(painting.picture(), expected)
    assert torch.equal(painting.smooth(), torch.sigmoid(painting.colours))


def test_the_sky_is_not_rough_and_roughness_does_not_move_geometry():
    net, projection, style = made()
    projection[:, 3, :8] = 0
    projection.requires_grad_()
    roughness = net.painting(projection, style).roughness
    assert float(roughness[:, :, :8].detach().max()) == 0
    roughness[:, :, 8:].sum().backward()
    half = projection.grad.clone()
    with torch.no_grad():
        projection.grad = None
    softplus_alone = (
        net.painting(projection, style).roughness[:, :, 8:] / projection[:, 3:4, 8:].detach()
    )
    (softplus_alone * projection[:, 3:4, 8:].detach()).sum().backward()
    assert torch.allclose(half, projection.grad)  # nothing came by way of the factor


def test_detail_that_is_judged_alone_changes_the_roughness_alone():
    painting = Painting(*(torch.randn(1, n, 4, 8, requires_grad=True) for n in (3, 1, 1)))
    painting.grained().picture().square().sum().backward()
    assert painting.colours.grad is None
    assert float(painting.roughness.grad.abs().sum()) > 0


def test_roughness_without_grain_is_refused():
    with pytest.raises(InputError, match="render_roughness needs render_grain"):
        dataclasses.replace(ROUGH, render_grain=False)

import dataclasses

import pytest
import torch
from golden_files import NAMES, golden, largest_difference

from sat2density.models.architecture import Architecture
from sat2density.models.render_net import RenderNet, direction_channels


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("view", range(3))
def test_golden_pictures_from_golden_projections(golden_root, name, view):
    gold = golden(golden_root, name)
    gold.needs(f"view{view}_pred")
    parts = [gold.io[f"view{view}_{part}"] for part in ("rgb", "opacity", "depth")]
    with torch.no_grad():
        picture = gold.generator.render_net(torch.cat(parts, dim=1), gold.io["style_w"])
    assert largest_difference(picture, gold.io[f"view{view}_pred"]) < 5e-5


def test_directions_by_hand():
    channels = direction_channels(torch.zeros(2, 5, 2, 4), headings_deg=torch.tensor([0.0, 90.0]))
    assert channels.shape == (2, 3, 2, 4)
    assert channels[0, 0].tolist() == [[0.5] * 4, [-0.5] * 4]
    half = 2**-0.5  # four columns look SW, NW, NE, SE
    assert torch.allclose(channels[0, 1, 0], torch.tensor([-half, -half, half, half]), atol=1e-6)
    assert torch.allclose(channels[0, 2, 0], torch.tensor([-half, half, half, -half]), atol=1e-6)
    assert torch.allclose(
        channels[1, 1:, 0], channels[0, 1:, 0].roll(-1, -1), atol=1e-6
    )  # facing east: NW, NE, SE, SW


def test_a_turned_camera_gives_a_turned_picture():
    """Circular borders: turning by a whole number of the coarsest columns commutes with the
    network.
    """
    torch.manual_seed(0)
    net = RenderNet(Architecture.named("tiny")).eval()
    rendered, style = torch.rand(1, 5, 16, 64), torch.randn(1, 16)
    straight = net(rendered, style)
    turned = net(rendered.roll(-16, -1), style, headings_deg=torch.tensor([90.0]))
    assert torch.allclose(turned, straight.roll(-16, -1), atol=1e-5)


def test_one_style_serves_a_batch_and_changes_the_picture():
    torch.manual_seed(0)
    net = RenderNet(dataclasses.replace(Architecture.named("tiny"), render_styled=(1,)))
    rendered, style = torch.rand(3, 5, 16, 64), torch.randn(1, 16)
    assert net.modulations(style)[0] is None
    assert torch.allclose(net(rendered, style), net(rendered, style.expand(3, -1)), atol=1e-6)
    assert (net(rendered, style) - net(rendered, -style)).abs().max() > 1e-3


def test_a_net_without_depth_does_not_see_it():
    torch.manual_seed(0)
    arch = dataclasses.replace(
        Architecture.named("tiny"), render_noise=True, render_noise_gain=True
    )
    seeing, blind = RenderNet(arch), RenderNet(dataclasses.replace(arch, render_depth=False))
    blind.load_state_dict(seeing.state_dict())
    rendered, style = torch.rand(1, 6, 16, 64), torch.randn(1, 16)
    nearer = rendered.clone()
    nearer[:, 4] /= 2
    assert not torch.equal(seeing(rendered, style), seeing(nearer, style))
    assert torch.equal(blind(rendered, style), blind(nearer, style))
    assert (nearer[:, 4] > 0).all()  # the caller's rendered is left as it was
    for channel in (0, 1, 2, 3, 5):
        changed = rendered.clone()
        changed[:, channel] = 1 - changed[:, channel]
        assert not torch.equal(blind(rendered, style), blind(changed, style))

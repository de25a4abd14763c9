"""Feature networks: torchvision's layout, LPIPS by hand, and weights that are not there."""

import math

import pytest
import torch

from sat2density import perceptual
from sat2density.errors import InputError, WeightsError


@pytest.mark.parametrize(
    ("name", "parameters"), [("vgg19", 12_944_960), ("alex", 2_469_696), ("squeeze", 722_496)]
)
def test_public_layout(name, parameters):
    """Parameter counts of torchvision's convolutional parts (VGG19: up to conv5_1, all that
    relu_5_1 needs).
    """
    network = perceptual.Features(name)
    assert sum(p.numel() for p in network.parameters()) == parameters
    assert "features.0.weight" in network.state_dict()


def test_vgg_taps():
    outputs = perceptual.Features("vgg19")(torch.rand(1, 3, 32, 32))
    assert [tuple(o.shape) for o in outputs] == [(1, 256, 8, 8), (1, 512, 4, 4), (1, 512, 2, 2)]
    assert all(float(o.min()) >= 0 for o in outputs)


@pytest.mark.parametrize("net", ["alex", "squeeze"])
def test_lpips_is_a_distance(net):
    torch.manual_seed(0)
    lpips = perceptual.Lpips(net)
    a, b = torch.rand(2, 3, 64, 64), torch.rand(2, 3, 64, 64)
    assert lpips(a, a).tolist() == [0, 0]
    torch.testing.assert_close(lpips(a, b), lpips(b, a))
    assert (lpips(a, b) > 0).all()
    assert tuple(w.shape[1] for w in lpips.linear) == perceptual.LPIPS_CHANNELS[net]


def test_vgg_loss_is_zero_for_equals_and_has_a_gradient():
    torch.manual_seed(0)
    loss = perceptual.VggLoss()
    picture = torch.rand(1, 3, 32, 32)
    assert loss(picture, picture).item() == 0
    other = torch.rand(1, 3, 32, 32, requires_grad=True)
    loss(other, picture).backward()
    assert float(other.grad.abs().sum()) > 0


def test_weights_from_a_path(tmp_path):
    path = tmp_path / "squeeze.pth"
    source = perceptual.Features("squeeze").state_dict()
    torch.save({**source, "classifier.1.weight": torch.zeros(1)}, path)
    loaded = perceptual.Features("squeeze", perceptual.state_dict("squeeze", path))
    assert all(torch.equal(value, source[key]) for key, value in loaded.state_dict().items())
    del source["features.0.bias"]
    with pytest.raises(WeightsError, match=r"features\.0\.bias"):
        perceptual.Features("squeeze", source)


def test_missing_damaged_and_tampered(tmp_path, monkeypatch):
    monkeypatch.setenv("SAT2DENSITY_CACHE", str(tmp_path))
    assert not perceptual.available("vgg19")
    with pytest.raises(WeightsError, match=r"not in .*perceptual"):
        perceptual.state_dict("vgg19")
    with pytest.raises(InputError, match="public weights"):
        perceptual.available("vgg18")
    folder = perceptual.perceptual_folder()
    folder.mkdir(parents=True)
    (folder / "vgg19-dcbb9e9d.pth").write_bytes(b"not it")
    with pytest.raises(WeightsError, match="sha256"):
        perceptual.state_dict("vgg19")
    torch.save({"lin0.model.1.weight": torch.ones(1, 64, 1, 1)}, folder / "lpips_alex.pth")
    assert math.isclose(float(perceptual.state_dict("lpips_alex")["lin0.model.1.weight"].sum()), 64)
    torch.save({"lin0.model.1.weight": torch.zeros(1, 64, 1, 1)}, folder / "lpips_alex.pth")
    with pytest.raises(WeightsError, match="fetch it again"):
        perceptual.state_dict("lpips_alex")
    with pytest.raises(WeightsError, match=r"lin1\.model"):
        perceptual.Lpips("alex", linear={"lin0.model.1.weight": torch.ones(1, 64, 1, 1)})

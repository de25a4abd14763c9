import pytest
import torch

from sat2density.errors import ShapeError
from sat2density.models.trunk import Trunk, TrunkShape


def shape(**changes):
    values = {
        "inputs": 3,
        "outputs": 2,
        "down": (4, 8, 16),
        "blocks": 1,
        "up": (8, 4),
        "stem_stride": 1,
        "stem_kernel": 3,
        "output_kernel": 3,
        "skips": False,
        "padding": "zeros",
        "spectral": False,
    }
    return TrunkShape(**{**values, **changes})


@pytest.mark.parametrize(
    ("changes", "size", "skips"),
    [
        ({}, 16, [0, 0]),
        ({"skips": True}, 16, [8, 4]),
        ({"up": (8,), "skips": True}, 8, [8]),
        ({"stem_stride": 2, "up": (8, 4, 4), "skips": True}, 16, [8, 4, 3]),
        ({"stem_stride": 2, "down": (4, 8), "up": (8,), "skips": True}, 8, [4]),
    ],
)
def test_sizes_and_skips(changes, size, skips):
    torch.manual_seed(0)
    trunk = Trunk(shape(**changes))
    assert trunk.shape.skip_channels() == skips
    assert trunk(torch.randn(2, 3, 16, 16)).shape == (2, 2, size, size)


def test_blocks_after_doublings_begin_as_the_identity():
    torch.manual_seed(0)
    trunk = Trunk(shape(refine=(1, 2)))
    image = torch.randn(2, 3, 16, 16)
    plain = Trunk(shape())
    kept = {n: v for n, v in trunk.state_dict().items() if not n.startswith("refine")}
    plain.load_state_dict(kept)
    assert torch.equal(trunk(image), plain(image))
    assert [len(blocks) for blocks in trunk.refine] == [1, 2]
    trunk(image).square().sum().backward()
    assert all(block.second.norm.weight.grad.abs().max() > 0 for block in trunk.refine[1])


def test_gradients_reach_every_parameter():
    torch.manual_seed(0)
    trunk = Trunk(shape(skips=True, spectral=True, padding="reflect", stem_stride=2, up=(8, 4, 4)))
    trunk(torch.randn(1, 3, 32, 32)).square().sum().backward()
    # What only shifts a channel in front of an instance norm has no effect: its gradient is zero up
    # to rounding.
    silent = [key for key, value in trunk.named_parameters() if not value.grad.abs().max() > 1e-4]
    assert [key for key in silent if not key.endswith(("conv.bias", "second.norm.bias"))] == []


@pytest.mark.parametrize("size", [(1, 3, 16, 18), (1, 4, 16, 16), (3, 16, 16)])
def test_wrong_shapes_are_refused_with_both_shapes(size):
    with pytest.raises(ShapeError, match=r"\(batch, 3, height, width\).*multiples of 4.*not \(\d"):
        Trunk(shape())(torch.randn(*size))

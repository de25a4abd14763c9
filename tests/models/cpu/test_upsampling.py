import pytest
import torch
import torch.nn.functional as F
from golden_files import largest_difference

from sat2density.models.borders import with_borders
from sat2density.models.cpu import upsampling
from sat2density.models.cpu.upsampling import (
    stacked_taps,
    upsampled_gradients,
    upsampled_products,
)

SIZES = [(1, 1), (1, 5), (4, 6)]
PADDINGS = ["reflect", "circular", "zeros"]


def plainly(image, kernel, padding):
    large = F.interpolate(image, scale_factor=2, mode="nearest")
    return F.conv2d(with_borders(large, 1, padding), kernel)


@pytest.fixture(params=[upsampling.AT_ONCE, 100])
def at_once(request, monkeypatch):
    monkeypatch.setattr(upsampling, "AT_ONCE", request.param)


@pytest.mark.parametrize("padding", PADDINGS)
@pytest.mark.parametrize("size", SIZES)
def test_products_equal_upsampling_and_convolving_forward_and_backward(padding, size, at_once):
    torch.manual_seed(0)
    image = torch.randn(2, 4, *size, dtype=torch.float64, requires_grad=True)
    kernel = torch.randn(5, 4, 3, 3, dtype=torch.float64, requires_grad=True)
    expected = plainly(image, kernel, padding)
    gradient = torch.randn_like(expected)
    with torch.no_grad():
        taps = stacked_taps(kernel)
        assert largest_difference(upsampled_products(image, taps, padding), expected) < 1e-13
        images, kernels = upsampled_gradients(gradient, image, taps, padding, (True, True))
    wanted = torch.autograd.grad(expected, (image, kernel), gradient)
    assert largest_difference(images, wanted[0]) < 1e-13
    assert largest_difference(kernels, stacked_taps(wanted[1])) < 1e-12


def test_products_by_hand():
    kernel = torch.zeros(1, 1, 3, 3)
    kernel[0, 0, 1] = torch.tensor([1.0, 10.0, 100.0])
    # x = (1, 2) is 1 1 2 2 upsampled; what lies beyond: its edge pixels, the other end, nothing.
    image = torch.tensor([[[[1.0, 2.0]]]])
    rows = {
        padding: upsampled_products(image, stacked_taps(kernel), padding)[0, 0, 0].tolist()
        for padding in PADDINGS
    }
    assert rows["reflect"] == [111, 211, 221, 222]
    assert rows["circular"] == [112, 211, 221, 122]
    assert rows["zeros"] == [110, 211, 221, 22]


def test_gradients_that_nobody_wants_are_not_made():
    image, taps, gradient = torch.randn(1, 2, 3, 3), torch.randn(4, 9, 2), torch.randn(1, 4, 6, 6)
    assert upsampled_gradients(gradient, image, taps, "zeros", (False, True))[0] is None
    assert upsampled_gradients(gradient, image, taps, "zeros", (True, False))[1] is None


def test_channels_last_images_are_read_right():
    image, kernel = torch.randn(2, 4, 3, 5), torch.randn(6, 4, 3, 3)
    strange = image.contiguous(memory_format=torch.channels_last)
    found = upsampled_products(strange, stacked_taps(kernel), "reflect")
    assert largest_difference(found, plainly(image, kernel, "reflect")) < 1e-5

import pytest
import torch
import torch.nn.functional as F
from golden_files import largest_difference

from sat2density.models.cpu import winograd
from sat2density.models.cpu.winograd import (
    scaled_convolve,
    scaled_gradients,
    winograd_convolve,
    winograd_weight,
)


@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("size", [(1, 1), (2, 2), (3, 4), (4, 7), (8, 32)])
def test_equal_to_the_direct_convolution_odd_sides_included(batch, size):
    torch.manual_seed(0)
    kernel = torch.randn(5, 4, 3, 3, dtype=torch.float64)
    bordered = torch.randn(batch, 4, size[0] + 2, size[1] + 2, dtype=torch.float64)
    found = winograd_convolve(bordered, winograd_weight(kernel))
    assert largest_difference(found, F.conv2d(bordered, kernel)) < 1e-12


def test_weights_by_hand():
    kernel = torch.zeros(1, 1, 3, 3)
    kernel[0, 0, 0] = torch.tensor(
        [2.0, 4, 6]
    )  # only the upper row: points of a row are 2, (2+4+6)/2, (2-4+6)/2, 6
    rows = winograd_weight(kernel).view(4, 4)
    assert rows[0].tolist() == [2, 6, 2, 6]
    assert rows[1].tolist() == rows[2].tolist() == [1, 3, 1, 3]
    assert rows[3].tolist() == [0, 0, 0, 0]


def test_rounding_in_float32_is_near_the_direct_convolutions():
    torch.manual_seed(0)
    kernel, bordered = torch.randn(64, 64, 3, 3) / 24, torch.randn(1, 64, 10, 34)
    exact = F.conv2d(bordered.double(), kernel.double())
    direct = largest_difference(F.conv2d(bordered, kernel), exact.float())
    assert (
        largest_difference(winograd_convolve(bordered, winograd_weight(kernel)), exact.float())
        < 4 * direct
    )


@pytest.mark.parametrize("at_once", [winograd.AT_ONCE, 2 * 16 * 4])
@pytest.mark.parametrize("size", [(1, 1), (3, 4), (4, 7), (8, 6)])
def test_scaled_form_equals_the_direct_convolution_forward_and_backward(size, at_once, monkeypatch):
    monkeypatch.setattr(winograd, "AT_ONCE", at_once)  # 2 of 5 output channels at once
    torch.manual_seed(0)
    kernel = torch.randn(5, 4, 3, 3, dtype=torch.float64, requires_grad=True)
    bordered = torch.randn(2, 4, size[0] + 2, size[1] + 2, dtype=torch.float64, requires_grad=True)
    scale = torch.tensor(0.3, dtype=torch.float64)
    expected = F.conv2d(bordered, kernel * scale)
    gradient = torch.randn_like(expected)
    with torch.no_grad():
        assert largest_difference(scaled_convolve(bordered, kernel, scale), expected) < 1e-12
        found = scaled_gradients(gradient, bordered, kernel, scale, (True, True))
    for one, wanted in zip(
        found, torch.autograd.grad(expected, (bordered, kernel), gradient), strict=True
    ):
        assert largest_difference(one, wanted) < 1e-12


def test_rounding_of_gradients_in_float32_is_near_the_direct_convolutions():
    torch.manual_seed(0)
    kernel, bordered = torch.randn(64, 64, 3, 3) / 24, torch.randn(1, 64, 10, 34)
    gradient = torch.randn(1, 64, 8, 32)

    def direct(dtype):
        leaves = [value.to(dtype).requires_grad_() for value in (bordered, kernel)]
        return torch.autograd.grad(F.conv2d(*leaves), leaves, gradient.to(dtype))

    found = scaled_gradients(gradient, bordered, kernel, torch.ones(()), (True, True))
    for one, plain, exact in zip(found, direct(torch.float32), direct(torch.float64), strict=True):
        assert largest_difference(one, exact.float()) < 4 * largest_difference(plain, exact.float())

"""Upsampling and convolving as one transposed convolution: borders included, taps by hand."""

import pytest
import torch
import torch.nn.functional as F
from golden_files import largest_difference

from sat2density.models.borders import with_borders
from sat2density.models.transposed import merged_taps, upsampled_transposed


@pytest.mark.parametrize("padding", ["reflect", "circular", "zeros"])
@pytest.mark.parametrize("size", [(1, 1), (1, 5), (4, 6)])
def test_equals_upsampling_and_convolving(padding, size):
    torch.manual_seed(0)
    image = torch.randn(2, 4, *size, dtype=torch.float64)
    kernel, bias = torch.randn(5, 4, 3, 3, dtype=torch.float64), torch.randn(5).double()
    large = F.interpolate(image, scale_factor=2, mode="nearest")
    expected = F.conv2d(with_borders(large, 1, padding), kernel, bias)
    found = upsampled_transposed(image, merged_taps(kernel), bias, padding)
    assert largest_difference(found, expected) < 1e-13


def test_merged_taps_by_hand():
    kernel = torch.zeros(1, 1, 3, 3)
    kernel[0, 0, 1] = torch.tensor([1.0, 10.0, 100.0])
    assert merged_taps(kernel)[0, 0, 1].tolist() == [100, 110, 11, 1]

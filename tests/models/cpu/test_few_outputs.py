import pytest
import torch
import torch.nn.functional as F
from golden_files import largest_difference

from sat2density.models.cpu.few_outputs import columns_convolve, columns_gradients, columns_of, pays


@pytest.mark.parametrize("side", [5, 7])
def test_column_by_column_equals_the_convolution_forward_and_backward(side):
    torch.manual_seed(0)
    bordered = torch.randn(
        2, 4, 5 + side - 1, 6 + side - 1, dtype=torch.float64, requires_grad=True
    )
    kernel = torch.randn(3, 4, side, side, dtype=torch.float64, requires_grad=True)
    expected = F.conv2d(bordered, kernel)
    gradient = torch.randn_like(expected)
    with torch.no_grad():
        columns = columns_of(kernel)
        assert largest_difference(columns_convolve(bordered, columns), expected) < 1e-12
        found = columns_gradients(gradient, bordered, columns, (True, True))
    for one, wanted in zip(
        found, torch.autograd.grad(expected, (bordered, kernel), gradient), strict=True
    ):
        assert largest_difference(one, wanted) < 1e-12


def test_columns_by_hand():
    kernel = torch.arange(9.0).reshape(1, 1, 3, 3)
    assert columns_of(kernel)[:, 0, :, 0].tolist() == [[0, 3, 6], [1, 4, 7], [2, 5, 8]]


def test_it_is_for_large_kernels_with_few_outputs():
    assert pays(3, 7, 1)
    assert not pays(64, 7, 1)
    assert not pays(3, 3, 1)
    assert not pays(3, 7, 2)

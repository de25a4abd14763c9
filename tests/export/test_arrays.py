import math

import numpy as np
import pytest
import torch

from sat2density.errors import ShapeError
from sat2density.export.arrays import picture, plane, to_numpy, volume


def test_pictures_from_floats_are_rounded_clamped_and_turned():
    image = torch.zeros(3, 1, 4)
    image[0, 0] = torch.tensor([0.5, 1.7, -1.0, math.nan])
    image[2, 0, 0] = 1.0
    assert picture(image).tolist() == [[[128, 0, 255], [255, 0, 0], [0, 0, 0], [0, 0, 0]]]


def test_grey_and_masks_become_three_channels():
    assert picture(torch.ones(1, 2, 2)).shape == (2, 2, 3)
    assert picture(np.array([[True, False]])).tolist() == [[[255] * 3, [0] * 3]]


def test_bytes_pass_through_unchanged_and_contiguous():
    pixels = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)
    assert picture(pixels) is pixels
    turned = picture(pixels[:, ::-1])
    assert turned.flags.c_contiguous
    assert (turned == pixels[:, ::-1]).all()


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float64])
def test_tensors_of_any_precision_with_gradients(dtype):
    values = torch.full((1, 2, 3), 0.25, dtype=dtype, requires_grad=True)
    assert plane(values, "depth").dtype == np.float32
    assert (picture(values) == 64).all()


def test_a_single_batch_is_taken_apart():
    assert volume(torch.zeros(1, 4, 6, 6)).shape == (4, 6, 6)
    assert to_numpy([1, 2]).dtype == np.float32


@pytest.mark.parametrize(
    "values",
    [
        np.zeros((2, 3, 4, 4)),
        np.zeros((3, 4), np.uint8),
        np.zeros((4, 4, 4), np.uint8),
        np.zeros((3, 0, 4)),
        np.zeros((2, 4, 4)),
        np.zeros((3, 4, 4), int),
    ],
)
def test_wrong_pictures_print_their_shape(values):
    with pytest.raises(ShapeError) as caught:
        picture(values, "tile")
    assert str(values.shape) in str(caught.value)
    assert str(caught.value).startswith("tile: ")

"""Bounds on sizes and counts: what is allowed, what is refused, and how it is said."""

import math

import numpy as np
import pytest

from sat2density.bounds import LONGEST_SIDE, check_count, check_number, check_size
from sat2density.errors import InputError


@pytest.mark.parametrize("size", [(1, 1), (8192, 8192), (LONGEST_SIDE, 1000), (np.int64(5), 4)])
def test_sizes_that_are_allowed(size):
    check_size("picture", *size)


@pytest.mark.parametrize(
    ("size", "words"),
    [
        ((326_000, 86_000), "326000x86000 pixels are too many; at most 65500 a side"),
        ((8192, 8193), "too many; at most 65500 a side and 67,108,864 altogether"),
        ((LONGEST_SIDE + 1, 1000), "too many"),
        ((1, 1001), "too thin; one side is at most 1000 times the other"),
        ((0, 5), "at least 1"),
        ((-3, 5), "at least 1"),
        ((1.5, 5), "whole numbers"),
        ((math.nan, 5), "whole numbers"),
        ((True, 5), "whole numbers"),
        pytest.param((10**31, 10**5000), "more than 30 digits.* too many", id="huge"),
    ],
)
def test_sizes_that_are_refused(size, words):
    with pytest.raises(InputError, match=words) as refused:
        check_size("sheet", *size)
    assert str(refused.value).startswith("sheet: ")


def test_tighter_bounds():
    check_size("frame", 4096, 4096, longest=4096)
    with pytest.raises(InputError, match="at most 4096 a side"):
        check_size("frame", 4097, 16, longest=4096)
    with pytest.raises(InputError, match="100 altogether"):
        check_size("frame", 11, 10, pixels=100)


@pytest.mark.parametrize("value", [2, 10_000, np.int64(7)])
def test_counts_that_are_allowed(value):
    check_count("steps", value, 2, 10_000)


@pytest.mark.parametrize(
    "value",
    [1, 10_001, 10**9, pytest.param(10**5000, id="huge"), -1, 2.0, "5", True, None, math.inf],
)
def test_counts_that_are_refused(value):
    with pytest.raises(InputError, match="steps must be a whole number from 2 to 10000, not"):
        check_count("steps", value, 2, 10_000)


@pytest.mark.parametrize("value", [0.5, 1, 10.0])
def test_numbers_that_are_allowed(value):
    check_number("fov", value, 0.5, 10)


@pytest.mark.parametrize(
    "value",
    [0.4, 10.1, 1e12, pytest.param(10**5000, id="huge"), math.nan, -math.inf, "1", True, None],
)
def test_numbers_that_are_refused(value):
    with pytest.raises(InputError, match=r"fov must be 0\.5 to 10 degrees, not"):
        check_number("fov", value, 0.5, 10, "degrees")

"""Small drawn data sets in the real folder structures, one function to write each into the test's
own folder.
"""

import functools

import pytest
from drawn_folders import write_cvact, write_cvusa, write_pairs


@pytest.fixture
def make_pairs(tmp_path):
    """Write a folder in the `Pairs` layout: make_pairs({"train": [1, 2], "test": [3]}) -> its
    path.
    """

    def make(splits, name="pairs", suffix="png"):
        return write_pairs(tmp_path / name, splits, suffix)

    return make


@pytest.fixture
def make_cvact(tmp_path):
    """Write CVACT's structure: `write_cvact` without its folder."""
    return functools.partial(write_cvact, tmp_path / "cvact")


@pytest.fixture
def make_cvusa(tmp_path):
    """Write CVUSA's structure: `write_cvusa` without its folder."""
    return functools.partial(write_cvusa, tmp_path / "cvusa")

"""Paths in and out of the page."""

import json

import numpy as np
import pytest

from sat2density.errors import InputError
from sat2density.paths.exchange import points_of, read_path, write_path
from sat2density.scene_spec import SceneSpec

SPEC = SceneSpec(extent_m=40)


@pytest.mark.parametrize("kind", ["csv", "json", "geojson"])
def test_round_trip(kind, tmp_path):
    points = [[-0.5, 0.25], [0.0, 0.0], [0.5, -0.75]]
    text = write_path(json.dumps({"points": points}).encode(), kind, tmp_path, SPEC)
    read = read_path(text.encode(), kind, tmp_path, SPEC)
    np.testing.assert_allclose(read["points"], points, atol=1e-4)
    assert list(tmp_path.iterdir()) == []  # nothing is left behind


def test_released_pixels_are_read(tmp_path):
    read = read_path(b"x,y\n128,128\n192,64\n", "csv", tmp_path, SPEC)
    assert read["points"] == [[0.0, 0.0], [0.5, -0.5]]


def test_bad_files_are_refused_without_the_servers_names(tmp_path):
    with pytest.raises(InputError) as error:
        read_path(b"x,y\n1,2\nnan,3\n", "csv", tmp_path, SPEC)
    assert str(tmp_path) not in str(error.value)
    for kind in ("exe", "", "../csv"):
        with pytest.raises(InputError, match="csv"):
            read_path(b"x", kind, tmp_path, SPEC)
    with pytest.raises(InputError, match="JSON"):
        write_path(b"{", "csv", tmp_path, SPEC)


@pytest.mark.parametrize(
    "values",
    [
        None,
        [],
        [[0, 0]],
        [[0, 0], [2, 0]],
        [[0, 0], ["a", 1]],
        [[0, 0], [float("nan"), 0]],
        [[0, 0]] * 9999,
    ],
)
def test_points_of_a_message_are_checked(values):
    with pytest.raises(InputError):
        points_of(values)

"""Parts of scenes on disk: kept, read back, made again when damaged; a full disk is no error."""

import json

import numpy as np
import pytest

from sat2density.errors import OutputError
from sat2density.evaluation import ground_truth_cache
from sat2density.evaluation.ground_truth_cache import TruthCache


def counted(value):
    calls = []

    def make():
        calls.append(1)
        return value

    return make, calls


def test_kept_and_read_back(tmp_path):
    cache = TruthCache(tmp_path / "truth")
    make, calls = counted({"depth_m": np.float32([1.5, np.inf])})
    for _ in range(2):
        stored = cache.arrays("suburb-1", "scene", make)
        assert stored["depth_m"].tolist() == [1.5, np.inf]
        assert stored["depth_m"].dtype == np.float32
    assert len(calls) == 1
    numbers, calls = counted({"flat": {"sky.iou": (0.1, 1.0)}})
    assert [cache.numbers("suburb-1", "n", numbers) for _ in range(2)] == [
        {"flat": {"sky.iou": [0.1, 1.0]}}
    ] * 2
    assert len(calls) == 1


@pytest.mark.parametrize("part", ["scene.npz", "scene.json"])
def test_damaged_parts_are_made_again(tmp_path, part):
    cache = TruthCache(tmp_path)
    (tmp_path / f"s-{part}").write_bytes(b"PK\x03\x04{")
    if part.endswith("npz"):
        assert cache.arrays("s", "scene", lambda: {"a": np.ones(2)})["a"].sum() == 2
    else:
        assert cache.numbers("s", "scene", lambda: [1]) == [1]
        assert json.loads((tmp_path / "s-scene.json").read_text()) == [1]


def test_a_full_disk_is_no_error(tmp_path, monkeypatch):
    def full(path):
        raise OutputError("the disk is full")

    monkeypatch.setattr(ground_truth_cache, "atomic_path", full)
    cache = TruthCache(tmp_path)
    assert cache.numbers("s", "n", lambda: [1]) == [1]
    assert cache.folder is None

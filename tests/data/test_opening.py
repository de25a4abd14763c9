"""The DATA syntax of `train` and `evaluate`."""

import pytest

from sat2density.data import CVACT, CVUSA, Pairs, open_dataset
from sat2density.errors import InputError


def test_folders_and_kinds(make_pairs, make_cvact, make_cvusa):
    pairs = open_dataset(make_pairs({"test": [1, 2, 3], "val": [4]}), limit=2)
    assert isinstance(pairs, Pairs)
    assert len(pairs) == 2
    assert open_dataset(str(pairs.root), "val").identities == ["0004"]
    assert isinstance(open_dataset(f"cvact:{make_cvact()}", "train"), CVACT)
    assert isinstance(open_dataset(f"cvusa:{make_cvusa()}"), CVUSA)


def test_what_is_none_of_these(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(
        InputError, match=r"unknown kind; did you mean 'cvact'\? \(use suburb:SPLIT"
    ):
        open_dataset("cvct:folder")
    with pytest.raises(InputError, match="there is no such folder; did you mean 'suburb'"):
        open_dataset("suburbs")
    with pytest.raises(InputError, match="there is no such folder; a folder of pairs needs"):
        open_dataset("no-such-place")
    with pytest.raises(InputError, match="there is no such folder; a folder of pairs needs"):
        open_dataset("C:\\data")
    with pytest.raises(InputError, match=r"names the split 'test', and --split says 'val'"):
        open_dataset("suburb:test", "val")

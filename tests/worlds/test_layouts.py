"""Folders in the layouts of the public data sets are read by their readers, and found well."""

import pytest

from sat2density.apps.cli import main
from sat2density.data import open_dataset
from sat2density.errors import InputError
from sat2density.worlds.layouts import check_splits


@pytest.mark.parametrize("layout", ["cvact", "cvusa"])
def test_its_own_reader_reads_it(layout, tmp_path, capsys):
    out = tmp_path / layout
    line = ["world", "make", "--layout", layout, "--out", str(out)]
    assert main([*line, "--split", "train:1", "--split", "val:1"]) == 0
    for split in ("train", "val"):
        data = open_dataset(f"{layout}:{out}", split)
        assert len(data) == 1
        assert data[0].panorama.shape == (3, 128, 512)
        assert data.spec.extent_m == 40
    capsys.readouterr()
    assert main(["data", "check", f"{layout}:{out}"]) == 0, capsys.readouterr().out
    assert main(["data", "check", f"{layout}:{out}", "--layout", "pairs"]) == 2
    assert f"is of the layout '{layout}'" in capsys.readouterr().err
    assert main(["data", "check", f"{layout}:{tmp_path / 'none'}"]) == 2


def test_splits_that_the_reader_does_not_know(tmp_path, capsys):
    line = ["world", "make", "--layout", "cvact", "--split", "test:1", "--out", str(tmp_path / "a")]
    assert main(line) == 2
    err = capsys.readouterr().err
    assert "--split test: the layout 'cvact' has the splits train and val" in err
    assert not (tmp_path / "a").exists()
    with pytest.raises(InputError, match="layout must be one of pairs, cvact, cvusa"):
        check_splits("cvacts", [])

"""Large pictures cost a child process; what they hide does not stop the rest."""

import dataclasses
import os

import numpy as np
import pytest
from PIL import Image

from sat2density.apps.cli import main
from sat2density.data import Pairs, large, seen
from sat2density.data.check import check_folder
from sat2density.data.fill_sky import fill_sky_masks
from sat2density.data.large import LargeReader
from sat2density.errors import InputError


def process(path):
    """Whose process reads (a function of this module, for the child)."""
    return os.getpid()


@pytest.fixture
def little_is_large(monkeypatch):
    """A picture of 4,000 pixels counts as large, and may take 300 MB."""
    monkeypatch.setattr(large, "LARGE", 4000)
    monkeypatch.setattr(large, "LIMITS", dataclasses.replace(large.LIMITS, megabytes=300))


@pytest.mark.usefixtures("little_is_large")
def test_small_ones_are_read_here_and_large_ones_in_a_child(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(os.path.dirname(__file__))
    for name, side in (("small", 20), ("large", 100)):
        Image.new("RGB", (side, side)).save(tmp_path / f"{name}.png")
    here, there = tmp_path / "small.png", tmp_path / "large.png"
    with LargeReader() as reader:
        assert reader.call(process, here, pictures=[here]) == os.getpid()
        child = reader.call(process, there, pictures=[here, there])
        assert child != os.getpid()
        assert reader.call(process, there, pictures=[there]) == child
    with pytest.raises(OSError, match=r"\[Errno 3\]"):
        os.kill(child, 0)


@pytest.mark.usefixtures("little_is_large")
def test_one_that_takes_too_much_is_a_finding_and_the_rest_is_looked_at(make_pairs):
    root = make_pairs({"test": range(3)})
    huge = np.zeros((9000, 9000, 3), np.uint8)  # 0.2 MB on the disk, gigabytes when it is read
    Image.fromarray(huge).save(root / "pano" / "0001.png")
    report = check_folder(root, jobs=2)
    unreadable = [f for f in report.findings if f.kind == "unreadable"]
    assert [finding.subject for finding in unreadable] == ["0001"]
    assert "takes more than 300 MB to read" in unreadable[0].detail
    assert report.sizes["panorama"] == {(128, 64): 2}


@pytest.mark.usefixtures("little_is_large")
def test_masks_and_whole_panoramas_are_written_by_the_child_too(make_pairs, tmp_path):
    root = make_pairs({"test": [1]})
    (root / "sky" / "0001.png").unlink()
    assert fill_sky_masks(Pairs.unverified(root)).written == 1
    assert (root / "sky" / "0001.png").is_file()
    (root / "pano" / "0001.png").write_bytes(b"no picture")
    (root / "sky" / "0001.png").unlink()
    with pytest.raises(InputError, match=r"0001\.png: .*--skip-bad"):
        fill_sky_masks(Pairs.unverified(root))
    out = tmp_path / "out"
    Image.new("RGB", (128, 64), (9, 9, 9)).save(tmp_path / "cut.png")
    arguments = [str(tmp_path / "cut.png"), "--top-deg", "45", "--bottom-deg", "-45"]
    assert main(["data", "complete", *arguments, "--out", str(out)]) == 0
    with Image.open(out / "cut.png") as whole:
        assert whole.size == (128, 128)


def test_a_large_picture_is_looked_at_smaller_and_told_of_as_it_is(make_pairs, monkeypatch):
    monkeypatch.setattr(seen, "LARGE", 2048)  # 128x64 pixels become 64x32
    root = make_pairs({"test": [1, 2]})
    path = root / "pano" / "0002.png"
    with Image.open(path) as picture:
        pixels = np.asarray(picture).copy()
    pixels[:, 100:] = 0
    Image.fromarray(pixels).save(path)
    assert seen.see_picture(path).picture.shape == (3, 32, 64)
    report = check_folder(root)
    details = {f.subject: f.detail for f in report.findings if f.kind == "cut sides"}
    assert details == {"0002": "columns 102 to 127 of 128 are black"}  # to within a step
    assert report.sizes["panorama"] == report.sizes["sky mask"] == {(128, 64): 2}

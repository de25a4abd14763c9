"""What every paired data set does: verify in order, read, skip what is incomplete, and say what is
wrong.
"""

import shutil

import numpy as np
import pytest
import torch
from scipy.io import savemat

from sat2density.data import CVACT, CVUSA, Pairs
from sat2density.data.check import check_folder
from sat2density.data.fill_sky import fill_sky_masks
from sat2density.data.listing import find_picture
from sat2density.errors import InputError
from sat2density.images import read_image, read_mask, read_tile
from sat2density.scene_spec import SceneSpec


def test_reading_gives_the_contract(make_pairs):
    root = make_pairs({"train": [1, 2], "test": [3]})
    dataset = Pairs(root, "train")
    assert len(dataset) == 2
    one = dataset[1]
    assert one.identity == "0002"
    assert one.spec == dataset.spec == SceneSpec.read(root / "scene.json")
    assert one.truth is None
    assert torch.equal(one.tile, read_tile(root / "sat" / "0002.png", 32))
    assert torch.equal(one.panorama, read_image(root / "pano" / "0002.png", size=(64, 16)))
    assert torch.equal(one.sky, read_mask(root / "sky" / "0002.png", (64, 16)))
    assert one.panorama.dtype == one.tile.dtype == one.sky.dtype == torch.float32
    assert set(one.sky.unique().tolist()) == {0.0, 1.0}


def test_the_split_defaults_to_test_else_val_else_train(make_pairs):
    assert Pairs(make_pairs({"train": [1], "val": [2], "test": [3]}, "a")).split == "test"
    assert Pairs(make_pairs({"train": [1], "val": [2]}, "b")).split == "val"
    assert Pairs(make_pairs({"train": [1]}, "c")).split == "train"


def test_limit_and_other_kinds_of_pictures(make_pairs):
    dataset = Pairs(make_pairs({"test": range(5)}, suffix="jpg"), limit=3)
    assert dataset.identities == ["0000", "0001", "0002"]
    assert dataset[0].tile.shape == (3, 32, 32)
    with pytest.raises(InputError, match="limit: must be at least 1"):
        Pairs(dataset.root, limit=0)


def test_incomplete_pairs_are_left_out_and_counted(make_pairs):
    root = make_pairs({"test": range(6)})
    (root / "sat" / "0001.png").unlink()
    (root / "sky" / "0004.png").unlink()
    dataset = Pairs(root)
    assert dataset.identities == ["0000", "0002", "0003", "0005"]
    assert dataset.skipped == [
        ("0001", "its tile sat/0001.png"),
        ("0004", "its sky mask sky/0004.png"),
    ]
    assert "2 pairs left out (first: 0001 lacks its tile sat/0001.png)" in dataset.notice()
    assert Pairs(make_pairs({"test": [1]}, "whole")).notice() is None


def test_wrong_folders_and_splits_say_what_is_needed(make_pairs, tmp_path):
    root = make_pairs({"train": [1]})
    with pytest.raises(
        InputError, match=r"gone: there is no such folder; a folder of pairs needs sat/ID\.png"
    ):
        Pairs(tmp_path / "gone")
    with pytest.raises(InputError, match=r"scene\.json: is a file, not the folder"):
        Pairs(root / "scene.json")
    with pytest.raises(InputError, match=r"test\.txt: is missing"):
        Pairs(root, "test")
    with pytest.raises(InputError, match=r"did you mean 'train'\?.*choices: train, val, test"):
        Pairs(root, "trian")
    (root / "splits" / "test.txt").write_text("\n# nothing\n")
    with pytest.raises(InputError, match="the split 'test' is empty"):
        Pairs(root, "test")
    (root / "splits" / "test.txt").write_text("nobody\n")
    with pytest.raises(
        InputError, match=r"not one of the 1 pairs.*nobody lacks its tile sat/nobody\.png"
    ):
        Pairs(root, "test")
    (root / "splits" / "train.txt").unlink()
    (root / "splits" / "test.txt").unlink()
    with pytest.raises(InputError, match="is missing"):
        Pairs(root)


def spoil(path):
    path.write_bytes(path.read_bytes()[:60])


def test_a_bad_picture_in_the_middle_names_the_file_or_is_skipped(make_pairs):
    root = make_pairs({"test": range(4)})
    spoil(root / "pano" / "0001.png")
    spoil(root / "sat" / "0003.png")
    dataset = Pairs(root)
    with pytest.raises(InputError, match=r"pano.0001\.png: is damaged or cut short"):
        dataset[1]
    with pytest.raises(InputError, match=r"0001\.png.*--skip-bad"):
        list(dataset.samples())
    left_out = dataset.leave_out_unreadable(jobs=2)
    assert [name for name, _ in left_out] == ["0001", "0003"]
    assert "damaged or cut short" in left_out[0][1]
    assert "--skip-bad" not in left_out[0][1]
    assert [s.identity for s in dataset.samples()] == ["0000", "0002"]


def test_nothing_left_after_skipping_is_an_error(make_pairs):
    root = make_pairs({"test": [1]})
    spoil(root / "sky" / "0001.png")
    with pytest.raises(InputError, match="not one of its 1 samples can be read"):
        Pairs(root).leave_out_unreadable()


def test_a_file_that_goes_while_reading(make_pairs):
    root = make_pairs({"test": [1, 2]})
    dataset = Pairs(root)
    (root / "sat" / "0002.png").unlink()
    with pytest.raises(InputError, match="a file of 0002 has gone"):
        dataset[1]


@pytest.mark.parametrize("name", ["../../x", "/etc/passwd", "..", "a\\b", "x\x07"])
def test_names_that_lead_out_of_the_folder(make_pairs, make_cvact, make_cvusa, name):
    """In every kind of list: refused with the file and the name, before a file is looked at."""
    root = make_pairs({"test": [1]})
    (root / "splits" / "test.txt").write_text(f"0001\n{name}\n")
    with pytest.raises(InputError, match=r"test\.txt: .*without folders"):
        Pairs(root)
    cvusa = make_cvusa()
    (cvusa / "splits" / "val-19zl.csv").write_text(f"a,streetview/panos/{name}.jpg,b\n")
    if name in ("..", "x\x07"):
        with pytest.raises(InputError, match=r"val-19zl\.csv: names .*without folders"):
            CVUSA(cvusa)
    else:
        with pytest.raises(InputError):  # the last part of the name alone is taken, and is nowhere
            CVUSA(cvusa)
    ids = np.array([name, "b"], dtype=object).reshape(-1, 1)
    cvact = make_cvact()
    one = {"trainSet": {"trainInd": [[1.0]]}, "valSet": {"valInd": [[1.0]]}}
    savemat(cvact / "ACT_data.mat", {"panoIds": ids, **one})
    with pytest.raises(InputError, match=r"ACT_data\.mat: names .*without folders"):
        CVACT(cvact)


def test_names_by_composed_and_decomposed_letters_are_the_same(make_pairs, tmp_path):
    """A Mac writes u and two dots where a list has one letter."""
    root = make_pairs({"test": [1]})
    composed, decomposed = "m\u00fcnchen", "mu\u0308nchen"
    for folder in ("sat", "pano", "sky"):
        (root / folder / "0001.png").rename(root / folder / f"{decomposed}.png")
    for written in (composed, decomposed):
        (root / "splits" / "test.txt").write_text(f"{written}\n", encoding="utf-8")
        assert Pairs(root)[0].identity == written
        assert check_folder(root).findings == ()


def test_what_systems_leave_behind_is_passed_over(make_pairs):
    root = make_pairs({"test": [1, 2]})
    for folder in ("sat", "pano", "sky"):
        for name in ("._0001.png", "._0009.png", ".DS_Store", "Thumbs.db"):
            (root / folder / name).write_bytes(b"\x00\x05\x16\x07")
    (root / "splits" / "._test.txt").write_bytes(b"\x00\xff")
    assert len(Pairs(root)) == 2
    assert check_folder(root).findings == ()
    (root / "sky" / "0002.png").unlink()
    assert fill_sky_masks(Pairs.unverified(root)).written == 1
    assert not (root / "sky" / "._0009.png.png").exists()
    assert find_picture(root, "sat/._0001.png") is None


def test_the_mac_case(tmp_path, shared):
    case = shared / "cases" / "D02"
    if not case.is_dir():
        pytest.skip("../shared/cases is not here")
    root = tmp_path / "D02"
    shutil.copytree(case, root, copy_function=shutil.copyfile)
    root.chmod(0o755)
    (root / "sky").chmod(0o755)
    for mask in (root / "sky").iterdir():
        mask.unlink()
    filled = fill_sky_masks(Pairs.unverified(root))
    assert (filled.written, filled.bad) == (3, ())

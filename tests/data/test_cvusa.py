"""CVUSA's folders and CSV lists, right and wrong."""

import pytest

from sat2density.data import CVUSA
from sat2density.errors import InputError
from sat2density.scene_spec import SceneSpec


def test_reading(make_cvusa):
    root = make_cvusa()
    dataset = CVUSA(root, "train")
    assert dataset.identities == ["0000001", "0000002", "0000003"]
    assert dataset.spec == SceneSpec.named("cvusa")
    assert dataset.files(0).tile == root / "bingmap" / "19" / "0000001.jpg"
    one = dataset[2]
    assert (one.tile.shape, one.panorama.shape, one.sky.shape) == (
        (3, 256, 256),
        (3, 128, 512),
        (1, 128, 512),
    )
    assert CVUSA(root).split == "val"


@pytest.mark.parametrize("line", ["bingmap/18/0000009.jpg", "bingmap/18/0000009.jpg,", "x,  ,y"])
def test_a_line_with_a_missing_column_is_named(make_cvusa, line):
    root = make_cvusa()
    path = root / "splits" / "train-19zl.csv"
    path.write_text(path.read_text() + "\n" + line + "\n")
    with pytest.raises(InputError, match=r"train-19zl\.csv: line 5 has no column for the panorama"):
        CVUSA(root, "train")


def test_backslashes_and_paths_elsewhere_only_name_the_pair(make_cvusa):
    root = make_cvusa()
    (root / "splits" / "val-19zl.csv").write_text(
        "a,streetview\\panos\\0000007.jpg\nb,../../../etc/0000001.jpg\n"
    )
    dataset = CVUSA(root, "val")
    assert dataset.identities == ["0000007", "0000001"]
    assert dataset.files(1).panorama == root / "streetview" / "panos" / "0000001.jpg"


def test_missing_files_lists_and_text(make_cvusa):
    root = make_cvusa()
    (root / "sky_mask" / "0000002.png").unlink()
    assert CVUSA(root, "train").skipped == [("0000002", "its sky mask sky_mask/0000002.png")]
    (root / "splits" / "train-19zl.csv").write_bytes(b"\xff\xfe\x00\x01,\xff")
    with pytest.raises(InputError, match="is UTF-16 text"):
        CVUSA(root, "train")
    (root / "splits" / "train-19zl.csv").unlink()
    with pytest.raises(InputError, match=r"train-19zl\.csv: is missing; CVUSA needs"):
        CVUSA(root, "train")
    with pytest.raises(InputError, match="choices: train, val"):
        CVUSA(root, "test")

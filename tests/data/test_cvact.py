"""CVACT's folders and its MATLAB file, right and wrong."""

import numpy as np
import pytest
import torch
from scipy.io import savemat

from sat2density.data import CVACT
from sat2density.errors import InputError
from sat2density.images import read_image
from sat2density.scene_spec import SceneSpec


def test_indices_start_at_one(make_cvact):
    root = make_cvact(count=4, train=(2, 4), val=(1,))
    assert CVACT(root, "train").identities == ["pano_b_1x", "pano_d_3x"]
    assert CVACT(root, "val").identities == ["pano_a_0x"]
    assert CVACT(root).split == "val"


def test_a_sample_has_the_released_scene(make_cvact):
    root = make_cvact()
    dataset = CVACT(root, "train")
    assert dataset.spec == SceneSpec.named("cvact")
    one = dataset[0]
    assert one.tile.shape == (3, 256, 256)
    assert one.panorama.shape == (3, 128, 512)
    assert one.sky.shape == (1, 128, 512)
    expected = read_image(root / "streetview" / "pano_b_1x_grdView.png", size=(512, 128))
    assert torch.equal(one.panorama, expected)


def test_pan_ids_as_a_matrix_of_characters(make_cvact):
    def write(path, contents):
        names = [str(name[0]) for name in contents["panoIds"]]
        savemat(path, {**contents, "panoIds": np.array(names)})

    assert CVACT(make_cvact(write=write), "train").identities == ["pano_b_1x", "pano_d_3x"]


def test_a_single_index_and_an_empty_split(make_cvact):
    root = make_cvact(train=(3,), val=())
    assert CVACT(root, "train").identities == ["pano_c_2x"]
    with pytest.raises(InputError, match="the split 'val' is empty"):
        CVACT(root, "val")


@pytest.mark.parametrize("train", [(0, 1), (5,)])
def test_indices_out_of_range(make_cvact, train):
    with pytest.raises(InputError, match=r"trainInd holds the index [05], but panoIds has 1 to 4"):
        CVACT(make_cvact(train=train), "train")


def test_pairs_with_a_missing_file_are_left_out(make_cvact):
    root = make_cvact()
    (root / "pano_sky_mask" / "pano_b_1x_grdView.png").unlink()
    dataset = CVACT(root, "train")
    assert dataset.identities == ["pano_d_3x"]
    assert dataset.skipped[0][0] == "pano_b_1x"


def test_mat_files_of_other_kinds(make_cvact):
    root = make_cvact()
    mat = root / "ACT_data.mat"
    whole = mat.read_bytes()
    # a v7.3 file is HDF5 behind a header whose version says 2
    mat.write_bytes(
        b"MATLAB 7.3 MAT-file".ljust(116)
        + bytes(8)
        + b"\x00\x02IM"
        + bytes(384)
        + b"\x89HDF\r\n\x1a\n"
    )
    with pytest.raises(InputError, match=r"ACT_data\.mat: is a MATLAB v7\.3 file.*'-v7'"):
        CVACT(root, "train")
    for damaged in (b"", b"no mat at all" * 20, whole[: len(whole) // 2]):
        mat.write_bytes(damaged)
        with pytest.raises(InputError, match=r"ACT_data\.mat: (cannot be read|has no)"):
            CVACT(root, "train")
    mat.unlink()
    with pytest.raises(InputError, match=r"ACT_data\.mat: is missing; CVACT needs streetview"):
        CVACT(root, "train")


@pytest.mark.parametrize(
    ("contents", "words"),
    [
        (
            {"panoIds": ["a", "b"], "valSet": {"valInd": [1]}},
            r"has no 'trainSet' \(it has panoIds, valSet\)",
        ),
        ({"trainSet": {"trainInd": [1]}}, "has no 'panoIds'"),
        ({"panoIds": ["a", "b"], "trainSet": {"other": [1]}}, "has no 'trainInd'"),
        ({"panoIds": ["a", "b"], "trainSet": [1]}, "'trainSet' is not a structure"),
        (
            {"panoIds": ["a", "b"], "trainSet": {"trainInd": [1.5]}},
            "something other than whole numbers",
        ),
    ],
)
def test_mat_files_with_other_contents(make_cvact, contents, words):
    root = make_cvact(write=lambda path, _: savemat(path, contents))
    with pytest.raises(InputError, match=words):
        CVACT(root, "train")

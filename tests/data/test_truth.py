"""Truth beside the pictures: arrays in a file, and the world made again from the folder's
record.
"""

import json

import numpy as np
import pytest
import torch

from sat2density.data import CVACT, Pairs, Suburb, open_dataset
from sat2density.data.check import check_folder
from sat2density.errors import InputError
from sat2density.scene_spec import SceneSpec
from sat2density.worlds.writing import Plan, make


def write_truth(root, **changes):
    arrays = {
        "depth_m": np.full((16, 64), np.inf, np.float32),
        "heights_m": np.arange(32 * 32, dtype=np.float32).reshape(32, 32),
        "ground_m": np.zeros((32, 32), np.float32),
        "classes": np.ones((32, 32), np.uint8),
        "occupancy": np.zeros((4, 32, 32), bool),
    }
    arrays.update(changes)
    (root / "truth").mkdir(exist_ok=True)
    np.savez_compressed(root / "truth" / "0001.npz", **arrays)


def test_truth_is_read_where_there_is_some(make_pairs):
    root = make_pairs({"test": [1, 2]})
    write_truth(root)
    dataset = Pairs(root)
    truth = dataset[0].truth
    assert {name: values.dtype for name, values in truth.items()} == {
        "depth_m": torch.float32,
        "heights_m": torch.float32,
        "ground_m": torch.float32,
        "classes": torch.uint8,
        "occupancy": torch.bool,
    }
    assert truth["heights_m"][1, 2] == 34
    assert dataset[1].truth is None
    assert Pairs(root, truth=False)[0].truth is None


def test_truth_of_another_size_is_read_at_the_nearest_pixel(make_pairs):
    root = make_pairs({"test": [1]})
    depth = np.full((32, 128), np.inf, np.float32)
    depth[1::2, 1::2] = np.arange(16 * 64, dtype=np.float32).reshape(
        16, 64
    )  # the pixel of each new centre
    write_truth(root, depth_m=depth, classes=np.arange(4, dtype=np.uint8).reshape(2, 2))
    truth = Pairs(root)[0].truth
    assert torch.equal(truth["depth_m"], torch.arange(16 * 64.0).reshape(16, 64))
    assert truth["classes"].shape == (32, 32)
    assert truth["classes"][15, 16] == 1
    assert truth["classes"][16, 15] == 2
    assert truth["occupancy"].shape == (4, 32, 32)


def test_truth_that_does_not_fit_is_refused(make_pairs):
    root = make_pairs({"test": [1]})
    write_truth(root, heights_m=np.zeros((16, 20), np.float32))
    with pytest.raises(
        InputError, match=r"0001\.npz: heights_m has the shape \(16, 20\), which does not fit"
    ):
        Pairs(root)[0]
    write_truth(root, occupancy=np.zeros((32, 32), bool))
    with pytest.raises(InputError, match="occupancy has the shape"):
        Pairs(root)[0]
    (root / "truth" / "0001.npz").write_bytes(b"PK\x03\x04 not an archive")
    with pytest.raises(InputError, match=r"no \.npz of arrays"):
        Pairs(root)[0]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """What `sat2density world make` writes: one test scene."""
    root = tmp_path_factory.mktemp("made") / "world"
    make(root, Plan("suburb", {"test": range(41, 42)}))
    return root


def test_a_folder_of_the_world_equals_the_world_on_the_fly(made):
    stored, fresh = open_dataset(made)[0], Suburb(seeds=[41])[0]
    assert stored.identity == fresh.identity
    assert stored.spec == fresh.spec == SceneSpec.named("suburb")
    for name in ("tile", "panorama", "sky"):
        assert torch.equal(getattr(stored, name), getattr(fresh, name))
    for name, values in fresh.truth.items():
        finite = torch.isfinite(values.float())
        assert torch.equal(finite, torch.isfinite(stored.truth[name].float()))
        assert (stored.truth[name].float() - values.float())[finite].abs().max() < 1e-3
    assert stored.truth["occupancy"].ndim == 3
    assert check_folder(made).errors == 0


def test_the_world_of_a_stored_sample_is_made_again(made, make_pairs):
    world = open_dataset(made).world(0)
    assert (world.style, world.seed) == ("suburb", 41)
    assert Pairs(make_pairs({"test": [1]})).world(0) is None


def test_a_folder_of_another_generator_is_refused_with_the_command(made, tmp_path):
    record = json.loads((made / "world.json").read_text())
    for name in ("splits", "sat", "pano", "sky", "scene.json"):
        (tmp_path / name).symlink_to(made / name)
    (tmp_path / "world.json").write_text(json.dumps({**record, "generator_version": "0"}))
    dataset = Pairs(tmp_path)
    assert dataset[0].identity == "suburb-0000000041"
    command = "sat2density world make --style suburb --split test:1 --first-seed 41 --out NEW_DIR"
    with pytest.raises(InputError, match=rf"was made by version 0 of the generator.*{command}"):
        dataset.world(0)
    (tmp_path / "world.json").write_text("[]")
    with pytest.raises(InputError, match=r"world\.json: is damaged as a record"):
        dataset.world(0)


def test_the_other_layout_is_read_too(tmp_path):
    make(tmp_path / "c", Plan("suburb", {"val": range(41, 42)}, "cvact"))
    dataset = CVACT(tmp_path / "c")
    assert dataset.spec == SceneSpec.named("suburb")
    assert dataset.identities == ["suburb-0000000041"]
    assert dataset.world(0).seed == 41
    assert dataset[0].truth["depth_m"].shape == (128, 512)

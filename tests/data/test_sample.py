"""The sample contract and its batches."""

import pytest
import torch
from torch.utils.data import DataLoader

from sat2density.data import Pairs, Sample, collate
from sat2density.errors import InputError
from sat2density.light.histogram import sky_histogram
from sat2density.scene_spec import SceneSpec


def sample(identity, truth=None, spec=None):
    spec = spec or SceneSpec(tile_size=8, panorama_size=(16, 8))
    return Sample(
        torch.zeros(3, 8, 8), torch.rand(3, 8, 16), torch.ones(1, 8, 16), spec, identity, truth
    )


def test_collate_stacks_and_keeps_what_all_have():
    heights = torch.ones(8, 8)
    batch = collate(
        [
            sample("a", {"heights_m": heights, "ground_m": heights}),
            sample("b", {"heights_m": 2 * heights}),
        ]
    )
    assert batch["tile"].shape == (2, 3, 8, 8)
    assert batch["panorama"].shape == (2, 3, 8, 16)
    assert batch["sky"].shape == (2, 1, 8, 16)
    assert batch["identity"] == ["a", "b"]
    assert set(batch["truth"]) == {"heights_m"}
    assert batch["truth"]["heights_m"][:, 0, 0].tolist() == [1, 2]
    assert collate([sample("a", {"heights_m": heights}), sample("b")])["truth"] is None


def test_collate_refuses_nothing_and_mixed_scenes():
    with pytest.raises(InputError, match="no sample"):
        collate([])
    other = SceneSpec(tile_size=8, panorama_size=(16, 8), extent_m=55)
    with pytest.raises(InputError, match="a and b have different scenes"):
        collate([sample("a"), sample("b", spec=other)])


def test_a_sample_gives_its_own_histogram():
    one = sample("a")
    assert torch.equal(one.histogram("unit"), sky_histogram(one.panorama, one.sky, "unit"))


def test_a_data_loader_works_on_it(make_pairs):
    dataset = Pairs(make_pairs({"train": range(5)}), "train")
    batches = list(DataLoader(dataset, batch_size=2, collate_fn=collate))
    assert [len(batch["identity"]) for batch in batches] == [2, 2, 1]

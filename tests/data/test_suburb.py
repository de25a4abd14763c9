"""Samples of the procedural world on the fly: what is asked of the world, and what becomes of
it.
"""

import numpy as np
import pytest
import torch

from sat2density import worlds
from sat2density.data import Suburb, open_dataset
from sat2density.errors import InputError
from sat2density.light.sky_estimator import estimate_sky
from sat2density.scene_spec import SceneSpec
from sat2density.views import Camera

FIRST = {"train": 1_000, "val": 2_000, "test": 3_000}


class FakeView:
    def __init__(self, seed, size):
        width, height = size
        self.image = np.full((height, width, 3), seed % 256, np.uint8)
        self.sky = np.zeros((height, width), bool)
        self.sky[: height // 2] = True
        self.depth_m = np.where(self.sky, np.inf, 7.0).astype(np.float32)


class FakeWorld:
    """Answers like a world, with arrays that say what was asked for."""

    def __init__(self, style, seed):
        self.style, self.seed, self.sample_camera = style, seed, Camera()

    generate = classmethod(lambda cls, style, seed: cls(style, seed))

    def tile(self, size=256):
        tile = np.zeros((size, size, 3), np.uint8)
        tile[0, 1] = (255, 0, 51)
        return tile

    def panorama(self, camera, size=(512, 128), pixel_rule="centre"):
        return FakeView(self.seed + (pixel_rule == "corner"), size)

    def surface_maps(self, size=256):
        heights = np.arange(size * size, dtype=np.float32).reshape(size, size)
        return heights, np.zeros((size, size), np.float32), np.full((size, size), 3, np.uint8)

    def occupancy(self, layers, size):
        return np.ones((layers, size, size), bool)


@pytest.fixture
def fake_world(monkeypatch):
    monkeypatch.setattr(worlds, "World", FakeWorld, raising=False)
    monkeypatch.setattr(worlds, "STYLES", ("suburb", "village", "town"), raising=False)
    ranges = {split: range(first, first + 100_000) for split, first in FIRST.items()}
    monkeypatch.setattr(worlds, "split_seeds", lambda style, split: ranges[split], raising=False)


def test_the_real_world_gives_samples_and_a_sky_that_can_be_estimated():
    dataset = Suburb(seeds=[7], truth=["depth_m", "heights_m"])
    one = dataset[0]
    assert (one.tile.shape, one.panorama.shape) == ((3, 256, 256), (3, 128, 512))
    assert one.truth["heights_m"].shape == (256, 256)
    assert torch.equal(torch.isinf(one.truth["depth_m"]), one.sky[0] > 0.5)
    again = dataset[0]
    assert torch.equal(one.panorama, again.panorama)
    estimate, sky = estimate_sky(one.panorama) > 0.5, one.sky > 0.5
    assert (estimate & sky).sum() / (estimate | sky).sum() > 0.95


@pytest.mark.usefixtures("fake_world")
def test_a_sample_holds_what_the_world_gives():
    dataset = Suburb("val", limit=3)
    one = dataset[2]
    assert (one.identity, one.spec) == ("suburb-0000002002", SceneSpec.named("suburb"))
    assert one.tile[:, 0, 1].tolist() == pytest.approx([1, 0, 0.2])
    assert one.panorama.shape == (3, 128, 512)
    assert one.panorama[0, 0, 0] * 255 == 2002 % 256
    assert one.sky[0, :, 0].sum() == 64
    assert one.truth["heights_m"][1, 0] == 256
    assert torch.isinf(one.truth["depth_m"][0, 0])
    assert one.truth["depth_m"][-1, 0] == 7
    assert set(one.truth) == {"depth_m", "heights_m", "ground_m", "classes"}
    assert dataset.world(1).seed == 2001


@pytest.mark.usefixtures("fake_world")
def test_splits_limits_styles_and_seeds():
    assert len(Suburb()) == 500
    assert Suburb().split == "test"
    assert len(Suburb("train")) == 4000
    assert len(Suburb("val", limit=1000)) == 1000
    assert Suburb("test", "town", seeds=[5, 9]).identities == ["town-0000000005", "town-0000000009"]
    assert Suburb("test", "village", limit=1)[0].spec == SceneSpec.named("village")
    dataset = open_dataset("village:train", limit=2)
    assert dataset.identities == ["village-0000001000", "village-0000001001"]
    assert open_dataset("suburb:", "val", limit=1).label == "suburb:val"


@pytest.mark.usefixtures("fake_world")
def test_truth_is_what_was_asked_for():
    assert Suburb(limit=1, truth=False)[0].truth is None
    occupancy = Suburb(limit=1, truth=["occupancy"], layers=5)[0].truth["occupancy"]
    assert occupancy.shape == (5, 256, 256)
    assert occupancy.dtype == torch.bool
    corner = Suburb(limit=1, pixel_rule="corner")[0]
    assert corner.panorama[0, 0, 0] * 255 == (3000 + 1) % 256


@pytest.mark.usefixtures("fake_world")
def test_unknown_names_suggest_the_nearest():
    with pytest.raises(InputError, match="unknown split 'tets'; did you mean 'test'"):
        open_dataset("suburb:tets")
    with pytest.raises(InputError, match="unknown style 'twon'; did you mean 'town'"):
        Suburb(style="twon")
    with pytest.raises(InputError, match="unknown truth 'depth'; did you mean 'depth_m'"):
        Suburb(truth=["depth"])
    with pytest.raises(InputError, match="limit: must be at least 1"):
        Suburb(limit=0)

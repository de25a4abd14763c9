"""Order, variation and randomness of batches."""

import dataclasses

import numpy as np
import pytest
import torch
from drawn_scenes import make_pack

from sat2density.training.batches import Batches, BatchRules, fit, informative_views
from sat2density.training.config import AugmentConfig
from sat2density.views import Camera

ALL = AugmentConfig(turns=True, mirror=True, tile_colour=0.1, jitter=True)
RULES = BatchRules(
    seed=3, batch=4, tile_size=64, panorama_size=(64, 16), z_size=8, augment=ALL, masks_per_sample=2
)


@pytest.fixture
def batches(tmp_path):
    return Batches(make_pack(tmp_path / "pack", 8, ground=2, raised=1), RULES)


def test_every_scene_once_in_a_pass(batches):
    first = batches.indices(0) + batches.indices(1)
    second = batches.indices(2) + batches.indices(3)
    assert sorted(first) == sorted(second) == list(range(8))
    assert first != second


def test_a_batch_is_a_function_of_its_step(batches, tmp_path):
    again = Batches(batches.packed, RULES)
    again.part(7, range(4))
    a, b = batches.part(2, range(4)), again.part(2, range(4))
    for field in ("tiles", "panoramas", "skies", "view_skies"):
        assert torch.equal(getattr(a, field), getattr(b, field))
    assert torch.equal(a.draws.jitter, b.draws.jitter)
    assert a.cameras == b.cameras


def test_parts_together_are_the_whole(batches):
    whole = batches.part(1, range(4))
    parts = [batches.part(1, range(2)), batches.part(1, range(2, 4))]
    assert torch.equal(whole.tiles, torch.cat([p.tiles for p in parts]))
    assert torch.equal(whole.draws.noise, torch.cat([p.draws.noise for p in parts]))
    assert torch.equal(whole.draws.yaw_deg, torch.cat([p.draws.yaw_deg for p in parts], 1))
    assert whole.names == parts[0].names + parts[1].names


def test_shapes_and_ranges(batches):
    batch = batches.part(0, range(4))
    assert batch.tiles.shape == (4, 3, 64, 64)
    assert batch.panoramas.shape == (4, 3, 16, 64)
    assert batch.view_skies.shape == (4, 2, 1, 8, 64)
    assert [len(cameras) for cameras in batch.view_cameras] == [2] * 4
    assert set(batch.skies.unique().tolist()) == {0.0, 1.0}
    assert batch.draws.jitter.min() >= -0.5
    assert batch.draws.jitter.max() < 0.5


def test_no_variation_unless_asked(tmp_path):
    packed = make_pack(tmp_path / "pack", 4)
    rules = dataclasses.replace(RULES, augment=AugmentConfig(), masks_per_sample=0)
    batch = Batches(packed, rules).part(0, range(4))
    for row, name in enumerate(batch.names):
        index = packed.names.index(name)
        assert torch.equal(
            batch.tiles[row], torch.from_numpy(np.array(packed.get("tiles", index))) / 255
        )
    assert batch.draws.jitter is None
    assert batch.cameras == [Camera()] * 4


def test_fit_averages():
    picture = torch.arange(8.0).reshape(1, 2, 4)
    assert fit(picture, (2, 1)).tolist() == [[[2.5, 4.5]]]
    assert fit(picture, (4, 2)) is picture


def test_masks_that_show_something_high_are_drawn_more_often():
    masks = np.full((4, 20, 10), 255, np.uint8)
    masks[1, 4:] = 0  # something fills half of what is looked at
    masks[3, 12:] = 0  # low things only
    rng = np.random.default_rng(0)
    drawn = [informative_views(masks, painted=-1, count=2, rng=rng) for _ in range(200)]
    assert all(len(set(two)) == 2 for two in drawn)
    assert sum(1 in two for two in drawn) > 190
    assert all(any(v in two for two in drawn) for v in range(4))
    assert all(1 not in informative_views(masks, painted=1, count=2, rng=rng) for _ in range(20))
    assert informative_views(masks, painted=-1, count=0, rng=rng) == []
    assert len(informative_views(masks, painted=0, count=9, rng=rng)) == 3


def test_low_views_are_never_painted_and_every_second_ground_picture_is_the_centre_s(tmp_path):
    rules = dataclasses.replace(RULES, ground_views=2, raised_views=1, raised_share=0.5)
    batches = Batches(
        make_pack(tmp_path / "pack", 4, ground=2, raised=3), rules
    )  # the last two are low ones
    rng = np.random.default_rng(0)
    drawn = [batches._painted_view(rng) for _ in range(2000)]
    assert set(drawn) == {-1, 0, 1, 2}
    assert drawn.count(2) == pytest.approx(1000, rel=0.1)
    assert drawn.count(-1) == pytest.approx(500, rel=0.15)

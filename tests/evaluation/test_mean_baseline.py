"""What the mean predictors know: training scenes where there are any, never the scene they are
asked about.
"""

import dataclasses

import torch
from drawn_folders import write_cvact, write_pairs

from sat2density.data import Suburb, open_dataset, suburb
from sat2density.data.sample import Sample
from sat2density.evaluation import baselines, mean_baseline
from sat2density.evaluation.evaluator import EvaluationSettings, evaluate
from sat2density.pipeline import Sat2Density
from sat2density.scene_spec import SceneSpec
from sat2density.views import Camera

SPEC = dataclasses.replace(
    SceneSpec.named("suburb"), tile_size=64, panorama_size=(64, 16), samples_per_ray=32
)


def mean_panorama(dataset):
    return torch.stack([dataset[index].panorama for index in range(len(dataset))]).mean(0)


def known(dataset, index=0):
    return mean_baseline.MeanSource(dataset).means(dataset[index])


def same(a, b):
    torch.testing.assert_close(a, b, atol=1e-5, rtol=0)


def test_a_folders_train_split_is_what_is_known(tmp_path):
    root = write_pairs(tmp_path / "pairs", {"train": [1, 2, 3], "val": [4], "test": [5, 6]})
    expected = mean_panorama(open_dataset(root, "train"))
    for split in ("test", "val"):
        dataset = open_dataset(root, split, 1)
        assert mean_baseline.MeanSource(dataset).notices == []
        same(known(dataset).panorama, expected)


def test_at_most_the_first_scenes_at_the_size_measured(tmp_path, monkeypatch):
    monkeypatch.setattr(mean_baseline, "TRAIN_SCENES", 2)
    dataset = open_dataset(
        f"cvact:{write_cvact(tmp_path / 'cvact', 5, train=(2, 3, 5), val=(1, 4))}"
    )
    dataset.spec = dataclasses.replace(dataset.spec, panorama_size=(64, 16), tile_size=32)
    training = open_dataset(f"cvact:{tmp_path / 'cvact'}", "train", 2)
    training.spec = dataset.spec
    same(known(dataset).panorama, mean_panorama(training))


def test_the_train_split_itself_is_known_but_for_the_scene_asked_about(tmp_path):
    dataset = open_dataset(write_pairs(tmp_path / "pairs", {"train": [1, 2, 3]}))
    same(known(dataset, 1).panorama, (dataset[0].panorama + dataset[2].panorama) / 2)
    assert mean_baseline.MeanSource(dataset).notices == []


def test_without_a_train_split_all_others_are_known_and_that_is_said(tmp_path):
    dataset = open_dataset(write_pairs(tmp_path / "pairs", {"test": [1, 2, 3]}))
    others = known(dataset, 1)
    same(others.panorama, (dataset[0].panorama + dataset[2].panorama) / 2)
    assert others.heights is None
    assert others.row_depth is None
    model = Sat2Density.random("tiny", dataset.spec)
    notices = evaluate(model, dataset, EvaluationSettings()).notices
    assert any(
        "train.txt: is missing" in notice and "not training scenes" in notice for notice in notices
    )


def test_another_train_split_is_another_mean(tmp_path):
    """Nothing of a folder's means is kept from one evaluation to the next."""
    root = write_pairs(tmp_path / "pairs", {"train": [1, 2, 3], "test": [5]})
    model = Sat2Density.random("tiny", open_dataset(root).spec)

    def mean_psnr():
        return evaluate(model, open_dataset(root), EvaluationSettings()).rows["mean"]["image.psnr"]

    first = mean_psnr()
    assert mean_psnr() == first
    (root / "splits" / "train.txt").write_text("0001\n")
    assert mean_psnr() != first


def test_means_of_the_world_are_kept_while_code_and_sizes_are_the_same(tmp_path, monkeypatch):
    monkeypatch.setenv("SAT2DENSITY_CACHE", str(tmp_path))
    monkeypatch.setattr(mean_baseline, "TRAIN_SCENES", 2)
    dataset = Suburb("test", limit=1)
    dataset.spec = SPEC

    def told():
        return [text.split(" (")[0] for text in mean_baseline.MeanSource(dataset).notices]

    taken = ["the means of 2 training scenes are taken from the cache"]
    assert told() == []
    assert told() == taken
    (kept,) = (tmp_path / "means").glob("*.npz")
    kept.write_bytes(b"damaged")
    before = mean_baseline.MeanSource(dataset).sums.digest()
    assert kept.stat().st_size > 1000  # made again
    assert mean_baseline.MeanSource(dataset).sums.digest() == before
    dataset.spec = dataclasses.replace(SPEC, panorama_size=(32, 8))
    assert told() == []
    dataset.spec = SPEC
    for module, name in ((mean_baseline, "code_digest"), (suburb, "generator_code")):
        with monkeypatch.context() as patched:
            patched.setattr(module, name, lambda *code: "other")
            assert told() == []
    assert told() == taken


def test_means_of_heights_and_rows():
    depth = torch.full((16, 64), torch.inf)
    depth[12:] = 3.0
    truth = {"heights_m": torch.full((64, 64), 2.0), "depth_m": depth}
    sample = Sample(
        torch.zeros(3, 64, 64), torch.zeros(3, 16, 64), torch.zeros(1, 16, 64), SPEC, "x", truth
    )
    other = dataclasses.replace(
        sample, truth={"heights_m": torch.zeros(64, 64), "depth_m": 2 * depth}
    )
    known = mean_baseline.Sums.empty(SPEC).plus(sample).plus(other).means()
    assert float(known.heights.mean()) == 1
    assert torch.isnan(known.row_depth[0])
    assert known.row_depth[15].item() == 4.5
    predicted = baselines.MeanPrediction(known).view(Camera())
    assert predicted.depth_m[0, 0, 0].item() == 4.5  # rows without a hit take the next row's below

"""The table: rows, keys, known values, other sizes, refusals, folders of photographs."""

import csv
import dataclasses
import json

import numpy as np
import pytest
import torch

from sat2density.conventions import CLASSES
from sat2density.data import Suburb, open_dataset
from sat2density.errors import InputError
from sat2density.evaluation import baselines, evaluator, feature_networks, mean_baseline
from sat2density.evaluation.evaluator import ROWS, EvaluationSettings, evaluate, match
from sat2density.evaluation.ground_truth import TrueScene
from sat2density.evaluation.ground_truth_cache import TruthCache
from sat2density.evaluation.metrics import METRICS
from sat2density.evaluation.scene_measures import Measures
from sat2density.images import from_bytes
from sat2density.light.lighting import Lighting
from sat2density.models.architecture import Architecture
from sat2density.pipeline import Sat2Density
from sat2density.scene_spec import SceneSpec
from sat2density.views import Camera

SPEC = dataclasses.replace(
    SceneSpec.named("suburb"), tile_size=64, panorama_size=(64, 16), samples_per_ray=32
)


@pytest.fixture(scope="module")
def model():
    return Sat2Density.random(Architecture.named("tiny"), SPEC)


@pytest.fixture
def few_means(monkeypatch, tmp_path):
    monkeypatch.setattr(mean_baseline, "TRAIN_SCENES", 2)
    monkeypatch.setenv("SAT2DENSITY_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def report(model, few_means, tmp_path):
    settings = EvaluationSettings(flicker_scenes=1, pictures=tmp_path / "pictures", timed=model)
    return evaluate(model, Suburb("test", limit=1), settings)


def test_table(report, tmp_path):
    assert tuple(report.rows) == ROWS
    for row in report.rows.values():
        assert set(row) == set(METRICS)
    model, flat, mean, projected, ceiling = (report.rows[name] for name in ROWS)
    assert model["image.psnr"] > 3
    assert model["flicker"] is not None
    assert 0 < model["seconds.frame"] < 60
    assert 0 < model["seconds.frame_half"] < 60
    assert mean["seconds.frame"] is None
    assert flat["image.psnr"] is None
    assert flat["structure.iou"] == 0
    assert flat["depth.absrel_above"] == 1
    assert flat["depth.absrel_below"] < 0.3
    assert mean["image.psnr"] > 8
    assert projected["image.psnr"] > 8
    assert ceiling["occupancy.iou"] == 1
    assert ceiling["heights.rmse_building"] is None or ceiling["heights.rmse_building"] < 2
    assert ceiling["structure.iou"] > 0
    for name, whole in (("bias", flat["heights.bias"]), ("within_1", flat["heights.within_1"])):
        parts = [flat[f"heights.{name}_{place}"] for place in ("ground", "building", "tree")]
        assert (
            min(part for part in parts if part is not None)
            < whole
            < max(part for part in parts if part is not None)
        )
    assert any("lpips" in notice for notice in report.notices)
    assert any("64x16" in notice for notice in report.notices)
    assert len(list((tmp_path / "pictures").glob("*.png"))) == 3


def test_the_model_is_looked_at_with_its_skyline(model):
    architecture = dataclasses.replace(model.architecture, skyline=True)
    model = Sat2Density.random(architecture, model.spec, seed=1)
    size, tile = model.spec.panorama_size, torch.rand(3, model.spec.tile_size, model.spec.tile_size)
    predicted = baselines.ModelPrediction(
        model, tile, torch.zeros(1, model.architecture.style_size), size
    ).view(Camera())
    view = model.reconstruct(tile).project(Camera())
    assert torch.allclose(predicted.opacity, view.opacity, atol=1e-5)


def test_files(report, tmp_path):
    report.save_json(tmp_path / "t.json")
    report.save_csv(tmp_path / "t.csv")
    assert json.loads((tmp_path / "t.json").read_text()) == report.rows
    with open(tmp_path / "t.csv", newline="") as handle:
        lines = list(csv.DictReader(handle))
    assert [line["predictor"] for line in lines] == list(ROWS)
    assert float(lines[0]["image.psnr"]) == report.rows["model"]["image.psnr"]
    assert lines[1]["image.psnr"] == ""


def test_weights_of_another_scene(model):
    class Elsewhere:
        label = "village:test"
        spec = SceneSpec.named("village")

    with pytest.raises(InputError, match=r"extent_m 60\.0.*40\.0"):
        match(model, Elsewhere())


def write_pairs(root, scenes=2):
    """A folder of pairs without truth, in the project's layout: pictures whose lower half is the
    ground.
    """
    from sat2density.images import save_image

    for folder in ("sat", "pano", "sky", "splits"):
        (root / folder).mkdir(parents=True)
    for index in range(scenes):
        generator = torch.Generator().manual_seed(index)
        panorama = torch.rand(3, 16, 64, generator=generator) / 4 + index / 4
        sky = torch.zeros(1, 16, 64)
        sky[:, :8] = 1
        save_image(root / "sat" / f"s{index}.png", torch.rand(3, 64, 64, generator=generator))
        save_image(root / "pano" / f"s{index}.png", panorama)
        save_image(root / "sky" / f"s{index}.png", sky)
    (root / "splits" / "test.txt").write_text("".join(f"s{i}\n" for i in range(scenes)))
    (root / "scene.json").write_text(json.dumps(SPEC.to_dict()))
    return root


def test_photographs_have_pictures_and_masks_only(model, few_means, tmp_path):
    dataset = open_dataset(str(write_pairs(tmp_path / "pairs")))
    light = Lighting.preset("overcast")
    rows = evaluate(model, dataset, EvaluationSettings(light=light)).rows
    assert rows["flat"]["sky.iou"] == 1
    assert rows["model"]["image.ssim"] is not None
    assert rows["model"]["heights.rmse"] is None
    assert rows["model"]["view5m.psnr"] is None
    assert rows["ceiling"]["sky.iou"] is None
    # leave-one-out: each of the two scenes is predicted by the other, a quarter darker or brighter
    assert rows["mean"]["image.rmse"] == pytest.approx(
        255 * np.sqrt(1 / 16 + 2 / 16 / 12), rel=0.05
    )


def test_flat_ground_is_exact():
    prediction = baselines.FlatPrediction(SPEC, torch.full((3, 64, 64), 0.5), None, pictured=False)
    predicted = prediction.view(Camera())
    assert predicted.image is None
    assert predicted.opacity[0, :8].max() == 0
    assert predicted.opacity[0, 8:].min() == 1
    latitude = np.radians((1 - 2 * 15.5 / 16) * 90)
    assert predicted.depth_m[0, 15, 0].item() == pytest.approx(2 / -np.sin(latitude), rel=1e-3)


def test_regions_and_views_come_from_the_world():
    scene = TrueScene(small_suburb(), 0)
    assert set(scene.regions) == {"ground", "building", "tree"}
    assert not (scene.regions["tree"] & scene.regions["building"]).any()
    camera, view = scene.road_views((5,))[0]
    assert np.hypot(camera.east, camera.south) * 20 == pytest.approx(5, abs=2.5)
    assert camera.heading == 0
    assert view.image.shape == (3, 16, 64)
    cameras, depths = scene.walk()
    assert len(cameras) == len(depths) == 21


def small_suburb(limit=1):
    dataset = Suburb("test", limit=limit)
    dataset.spec = SPEC
    return dataset


def test_sample_is_the_data_sets_own():
    dataset = small_suburb()
    ours, theirs = TrueScene(dataset, 0).sample, dataset[0]
    for name in ("tile", "panorama", "sky"):
        assert torch.equal(getattr(ours, name), getattr(theirs, name))
    for name, values in ours.truth.items():
        assert torch.equal(values, theirs.truth[name])


def test_second_evaluation_asks_the_world_nothing(model, few_means, monkeypatch):
    settings = EvaluationSettings(flicker_scenes=1)
    first = evaluate(model, Suburb("test", limit=1), settings)
    uncached = evaluate(model, Suburb("test", limit=1), dataclasses.replace(settings, cache=False))
    monkeypatch.setattr("sat2density.worlds.World._render", None)
    second = evaluate(model, Suburb("test", limit=1), settings)
    assert first.rows == second.rows == uncached.rows
    told = [n for n in second.notices if "taken from the cache" in n]
    assert [n.split(" taken")[0] for n in told] == [
        "the means of 2 training scenes are",
        "what is true of 1 scenes is",
    ]
    assert not [n for n in first.notices if "taken from the cache" in n]
    other = Sat2Density.random(Architecture.named("tiny"), SPEC, seed=1)
    third = evaluate(other, Suburb("test", limit=1), settings)
    assert third.rows["ceiling"] == first.rows["ceiling"]
    assert third.rows["model"] != first.rows["model"]


def test_other_measuring_code_is_measured_again(model, few_means, monkeypatch):
    settings = EvaluationSettings(views=False, flicker_scenes=0)
    evaluate(model, Suburb("test", limit=1), settings)
    monkeypatch.setattr(evaluator, "measuring_digest", lambda: "other")
    monkeypatch.setattr(evaluator, "trivial", lambda *known: {})
    assert evaluate(model, Suburb("test", limit=1), settings).rows["flat"]["sky.iou"] is None


def test_lpips_weights_are_never_replaced(model, few_means, monkeypatch):
    monkeypatch.setattr(feature_networks, "available", lambda name: True)
    report = evaluate(
        model, Suburb("test", limit=1), EvaluationSettings(views=False, flicker_scenes=0)
    )
    assert report.rows["model"]["image.lpips_alex"] is None
    assert sum("lpips" in notice and "left out" in notice for notice in report.notices) == 2


def test_weights_that_know_classes_are_measured_by_them(model, few_means):
    names = ("road", "tree", "building")
    arch = dataclasses.replace(model.architecture, heads=("classes",), class_names=names)
    knowing = Sat2Density.random(arch, SPEC)
    truth = TrueScene(Suburb("test", limit=1), 0)
    style = torch.zeros(1, arch.style_size)
    size = truth.spec.panorama_size
    prediction = baselines.ModelPrediction(knowing, truth.sample.tile, style, size)
    codes, known = prediction.classes
    assert codes.shape == (64, 64)
    assert known == names
    sums = Measures(views=False, walk=False, distances={}).of(prediction, truth)
    right, pixels = sums["classes.accuracy"]
    assert pixels == 256 * 256  # at the truth's pixels
    assert 0 < right < pixels
    assert sums["classes.iou_water"][0] == 0
    plain = baselines.ModelPrediction(model, truth.sample.tile, style, size)
    assert plain.classes is None
    right, hits = sums["street.accuracy"]
    assert 0 < hits < truth.spec.panorama_size[0] * truth.spec.panorama_size[1]
    assert 0 <= right <= hits
    assert sums["things.f1_tree"][1] > 0
    street, seen = prediction.street(Camera())
    assert seen == (*names, "sky")
    assert street[0].unique().tolist() == [3]  # straight up is sky


class TruthPrediction(baselines.WithoutClasses):
    """Sees what is there, from any place."""

    heights = occupied = None

    def __init__(self, scene):
        self.scene = scene
        self.classes = (scene.classes(), CLASSES)

    def view(self, camera):
        spec = self.scene.spec
        seen = self.scene.world.panorama(camera, spec.panorama_size, spec.vertical_fov_deg)
        depth = torch.from_numpy(seen.depth_m)[None]
        opacity = depth.isfinite().float()
        return baselines.PredictedView(from_bytes(seen.image), opacity, depth.nan_to_num(0, 0, 0))

    def street(self, camera):
        spec = self.scene.spec
        seen = self.scene.world.panorama(camera, spec.panorama_size, spec.vertical_fov_deg)
        return torch.from_numpy(seen.classes), CLASSES


@pytest.mark.parametrize("style", ["suburb", "anywhere"])
def test_the_truth_is_looked_at_from_where_its_panorama_was_taken(style):
    dataset = Suburb("test", style=style, limit=1)
    dataset.spec = dataclasses.replace(dataset.spec, tile_size=64, panorama_size=(128, 32))
    scene = TrueScene(dataset, 0)
    assert (scene.camera == Camera()) == (style == "suburb")
    sums = Measures(views=False, walk=False, distances={}).of(TruthPrediction(scene), scene)
    for name in ("sky.iou", "structure.iou"):
        assert sums[name] == (1, 1)
    assert sums["image.rmse"][0] == 0
    assert sums["depth.absrel"][0] == 0
    assert sums["depth.absrel"][1] > 100
    for name in ("classes", "street"):
        right, count = sums[f"{name}.accuracy"]
        assert right == count > 100


def test_the_place_of_a_panorama_is_kept(tmp_path):
    dataset = Suburb("test", style="anywhere", limit=1)
    cache = TruthCache(tmp_path)
    camera = TrueScene(dataset, 0, cache).camera
    again = TrueScene(dataset, 0, cache)
    assert again.camera == camera
    assert "world" not in again.__dict__
    assert camera.heading != 0


@pytest.mark.long
def test_what_is_drawn_from_plans_is_a_row_on_request(few_means):
    heads = ("classes", "trees", "vehicles", "edges", "slope")
    arch = dataclasses.replace(Architecture.named("tiny"), heads=heads, class_names=CLASSES)
    telling = Sat2Density.random(arch, SPEC)
    settings = EvaluationSettings(views=False, flicker_scenes=0, drawn=True)
    report = evaluate(telling, Suburb("test", limit=1), settings)
    assert tuple(report.rows) == (*ROWS, "drawn")
    drawn = report["drawn"]
    assert 0 <= drawn["plan.buildings_f1"] <= 1
    assert 0 <= drawn["structure.iou"] <= 1
    assert drawn["depth.absrel"] is not None
    assert drawn["image.psnr"] > 3
    assert report["model"]["plan.buildings_f1"] is None


def test_weights_that_tell_no_things_have_no_drawn_row(model, few_means):
    settings = EvaluationSettings(views=False, flicker_scenes=0, drawn=True)
    with pytest.raises(InputError, match="weights with heads"):
        evaluate(model, Suburb("test", limit=1), settings)

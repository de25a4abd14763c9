import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from drawn_evidence import house, lawn, middles, with_class, with_roof

from sat2density.city.evidence import decoded, evidence_of
from sat2density.city.from_maps import plan_of, plan_of_scene
from sat2density.city.measures import Score, measured
from sat2density.city.oracle import exact_evidence
from sat2density.city.plan import read_plan, write_plan
from sat2density.conventions import CLASSES
from sat2density.errors import InputError
from sat2density.worlds import World


@pytest.fixture(scope="module")
def suburb():
    """Exact evidence of three places, and their worlds."""
    worlds = [World.generate("suburb", seed) for seed in (104, 110, 114)]
    return [(world, exact_evidence(world)) for world in worlds]


def test_exact_maps_give_nearly_the_truth(suburb):
    total = {}
    for world, evidence in suburb:
        for kind, score in measured(plan_of(evidence), world).items():
            total.setdefault(kind, Score()).add(score)
    buildings, trees, vehicles = (total[k] for k in ("buildings", "trees", "vehicles"))
    assert buildings.f1 == 1.0
    assert np.mean(buildings.errors["iou"]) > 0.85
    assert np.median(buildings.errors["eaves_m"]) < 0.3
    assert trees.f1 > 0.95
    assert vehicles.f1 == 1.0
    assert np.median(vehicles.errors["heading_deg"]) < 1


def test_a_plan_is_the_same_each_time_and_comes_back(suburb, tmp_path):
    _, evidence = suburb[0]
    plan = plan_of(evidence)
    assert plan == plan_of(evidence)
    write_plan(plan, tmp_path / "plan.json")
    again = read_plan(tmp_path / "plan.json")
    assert len(again.buildings) == len(plan.buildings)
    write_plan(again, tmp_path / "again.json")
    assert (tmp_path / "plan.json").read_bytes() == (tmp_path / "again.json").read_bytes()


def test_an_empty_plan_misses_everything(suburb):
    world, evidence = suburb[0]
    empty = dataclasses.replace(plan_of(evidence), buildings=(), trees=(), vehicles=())
    for score in measured(empty, world).values():
        assert score.found == score.invented == 0
        assert score.missed > 0
        assert score.f1 == 0.0


def everywhere(name, height):
    return with_class(lawn(), np.ones((256, 256), bool), name, height)


@pytest.mark.parametrize(
    "evidence",
    [
        lawn(),
        lawn(rows=64),
        everywhere("building", 6.0),
        everywhere("tree", 9.0),
        everywhere("water", 0.0),
        everywhere("shrub", 1.0),
        everywhere("fence", 1.0),
        dataclasses.replace(everywhere("building", 4.0), tile=np.zeros((256, 256, 3), np.uint8)),
        dataclasses.replace(lawn(), trees=np.ones((3, 128, 128), np.float32)),
        dataclasses.replace(lawn(), vehicles=np.ones((4, 128, 128), np.float32)),
    ],
    ids=["lawn", "coarse", "roof", "wood", "lake", "shrubs", "fence", "night", "trees", "cars"],
)
def test_odd_tiles_give_a_sane_plan(evidence, tmp_path):
    plan = plan_of(evidence)
    write_plan(plan, tmp_path / "plan.json")
    assert read_plan(tmp_path / "plan.json").extent_m == 40.0


def test_noise_gives_a_sane_plan():
    rng = np.random.default_rng(3)
    evidence = dataclasses.replace(
        lawn(),
        classes=rng.integers(1, 12, (256, 256)).astype(np.uint8),
        trees=rng.random((3, 128, 128)).astype(np.float32),
        slope=rng.normal(size=(2, 128, 128)).astype(np.float32),
        heights_m=rng.random((256, 256)).astype(np.float32) * 9,
    )
    plan_of(evidence)


def test_raw_outputs_are_decoded():
    names = ("sky", "grass", "building")
    maps = SimpleNamespace(
        classes=torch.zeros(1, 3, 8, 8),
        trees=torch.full((1, 3, 4, 4), float(np.log(3.0))),
        vehicles=torch.tensor([0.0, np.log(5.0), np.log(3.0), 1.0, 0.0])
        .float()
        .reshape(1, 5, 1, 1)
        .expand(1, 5, 4, 4),
        poles=None,
        edges=torch.full((1, 1, 4, 4), -20.0),
        slope=torch.zeros(1, 2, 4, 4),
        ground=torch.zeros(1, 3, 8, 8),
    )
    maps.classes[:, 2, :, :4] = 5.0
    tile = np.zeros((8, 8, 3), np.uint8)
    evidence = decoded(maps, names, 40.0, np.zeros((8, 8)), tile)
    assert evidence.classes[0, 0] == CLASSES.index("building")
    assert evidence.trees[:, 0, 0] == pytest.approx((0.75, 2.0, 2.0))
    assert evidence.vehicles[1:, 0, 0] == pytest.approx((4.0, 2.0, np.pi / 4))
    assert evidence.ground[0, 0].tolist() == [128, 128, 128]
    assert evidence.poles.shape == (4, 4)


def test_weights_without_heads_are_refused_in_one_sentence():
    arch = SimpleNamespace(heads=(), class_names=())
    scene = SimpleNamespace(batched=False, model=SimpleNamespace(architecture=arch))
    with pytest.raises(InputError, match="a plan needs weights with heads"):
        plan_of_scene(scene)
    with pytest.raises(InputError, match="not of a batch"):
        evidence_of(SimpleNamespace(batched=True))


def test_the_largest_part_names_the_roof():
    evidence = with_roof(lawn(), house("hipped", 90.0, (0.0, 0.0)))
    plan = plan_of(evidence, name="here", seed=5)
    assert (plan.name, plan.seed, plan.buildings[0].roof) == ("here", 5, "hipped")
    east, _ = middles(256)
    assert plan.ground_picture().shape == (*east.shape, 3)

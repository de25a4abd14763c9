"""What RenderNet paints where its weights say so: the things found in a tile as solid ones."""

import dataclasses

import numpy as np
import pytest
import torch

from sat2density import load
from sat2density.city import shown
from sat2density.conventions import CLASSES, FRONT_CHANNELS
from sat2density.errors import InputError
from sat2density.features import SOLID
from sat2density.models.architecture import Architecture
from sat2density.scene import Scene
from sat2density.views import Camera
from sat2density.worlds import World


@pytest.fixture(scope="module")
def model():
    model = load("anywhere-small")
    assert model.architecture.render_things
    assert model.architecture.render_fronts
    return model


@pytest.fixture(scope="module")
def tile():
    return World.generate("suburb", 104).tile(256, 40.0)


@pytest.fixture(scope="module")
def scene(model, tile):
    return model.reconstruct(tile)


def cell(scene, east, south):
    rows = scene.densities.shape[-1]
    return tuple(int((at / scene.spec.extent_m + 0.5) * rows) for at in (south, east))


def test_cells_are_solid_or_empty_and_things_stand_in_them(scene):
    volume = scene.shown
    assert volume.density.shape == scene.densities.shape
    layer_units = scene.spec.max_height_m / scene.spec.unit_m / len(volume.density[0])
    through = -torch.expm1(-volume.density.max() * layer_units)
    assert float(through) == pytest.approx(SOLID, abs=1e-4)
    assert set(volume.density.unique().tolist()) == {0.0, float(volume.density.max())}
    plan = scene.plan()
    inside = [t for t in plan.trees if max(abs(t.east_m), abs(t.south_m)) < 18]
    assert inside
    for tree in inside:
        column = volume.density[0, :, *cell(scene, tree.east_m, tree.south_m)]
        # A trunk from the ground on, then the crown, up to the top and not beyond.
        assert column[0] > 0
        top = float(column.nonzero().max() + 1) * 24 / len(column)
        assert top == pytest.approx(tree.height_m, abs=0.35 * tree.height_m)


def test_rays_bring_one_class_of_what_is_seen_from_above(scene):
    features = scene.shown.features[0]
    likely = features[: len(CLASSES)]
    assert torch.allclose(likely.sum(0), torch.ones(()))
    standing = likely[[CLASSES.index(name) for name in ("building", "tree", "vehicle")]].sum(0)
    empty = scene.shown.density[0].sum(0) == 0
    assert standing[empty].mean() < 0.02
    assert features[-1][empty].max() == 0


def test_looking_meets_things_and_heights_stay_as_told(model, tile, scene):
    plain = load("anywhere-small")
    plain.architecture = dataclasses.replace(
        plain.architecture, render_things=False, render_fronts=False
    )
    told = plain.reconstruct(tile)
    assert torch.equal(told.densities, scene.densities)
    assert told.shown.density is told.densities
    assert torch.equal(told.heights(), scene.heights())
    cameras = [Camera(), Camera(0.1, 0.1, 40.0)]
    opacities = [one.project(cameras).opacity for one in (scene, told)]
    unsure = [float(((a > 0.1) & (a < 0.9)).float().mean()) for a in opacities]
    assert unsure[0] < unsure[1]
    ahead = scene.render_perspective(Camera(), "clear-noon", size=(64, 48))
    assert ahead.image.shape == (3, 48, 64)


def test_each_tile_of_a_batch_has_its_own_things(model, tile, scene):
    other = np.full_like(tile, 90)
    both = model.reconstruct([tile, other])
    assert torch.equal(both.shown.density[:1], scene.shown.density)
    assert both.shown.density[1].sum() < 0.2 * both.shown.density[0].sum()
    assert torch.equal(both[0].shown.features, scene.shown.features)


def test_networks_are_asked_once_for_what_a_kept_scene_does_not_hold(
    model, tile, scene, tmp_path, monkeypatch
):
    scene.save(tmp_path / "kept.npz")
    kept = Scene.load(tmp_path / "kept.npz", model)
    assert kept.maps is None
    asked, describe = [], model.generator.describe
    monkeypatch.setattr(model.generator, "describe", lambda *a: asked.append(1) or describe(*a))
    assert torch.equal(kept.shown.density, scene.shown.density)
    assert len(asked) == 1


def test_what_is_told_stays_where_no_thing_was_found(scene, monkeypatch):
    plan = scene.plan()
    kinds = ("buildings", "trees", "shrubs", "barriers", "vehicles", "poles")
    nothing = dataclasses.replace(plan, **{kind: () for kind in kinds})
    monkeypatch.setattr(shown, "plan_of_scene", lambda scene: nothing)
    bare = shown.shown_of(scene)
    layer_units = scene.spec.max_height_m / scene.spec.unit_m / len(bare.density[0])
    sure = -torch.expm1(-scene.densities * layer_units) >= shown.SURE
    assert torch.equal(bare.density > 0, sure)


def test_walls_of_things_are_told_where_the_painter_looks_at_them(scene):
    volume = scene.shown
    K = len(CLASSES)
    assert volume.features.shape[1] == K + FRONT_CHANNELS + 1
    walls = volume.features[0, K : K + FRONT_CHANNELS]
    assert walls.min() >= 0
    assert walls.max() <= 1
    # Walls reach over their columns' neighbours, not over the lawn.
    building = volume.features[0, CLASSES.index("building")] > 0.5
    near = torch.nn.functional.max_pool2d(building.float()[None], 9, 1, 4)[0] > 0
    assert walls[:, building].amax(0).gt(0).float().mean() > 0.1
    assert walls[:, ~near].max() == 0


def test_weights_without_the_heads_are_refused():
    small = Architecture.named("tiny")
    with pytest.raises(InputError, match=r"render_things needs render_features and the heads"):
        dataclasses.replace(small, render_things=True)
    with pytest.raises(InputError, match=r"render_things needs .* slope"):
        dataclasses.replace(
            small, heads=("classes",), class_names=CLASSES, render_features=True, render_things=True
        )
    with pytest.raises(InputError, match=r"render_fronts needs render_things"):
        dataclasses.replace(small, render_fronts=True)

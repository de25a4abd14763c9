"""Truth packed and turned: what lies in the tile lies in its truth."""

import dataclasses

import numpy as np
import pytest
import torch
from drawn_folders import SPEC, write_pairs

from sat2density.data import open_dataset
from sat2density.errors import InputError
from sat2density.render.cameras import equirectangular_rays
from sat2density.render.volume import render_rays
from sat2density.scene_spec import SceneSpec
from sat2density.training import presets, truth_maker
from sat2density.training.augment import Turn
from sat2density.training.pack_writer import open_training_data
from sat2density.training.scene_makers import maker_of
from sat2density.training.truth_batches import (
    directed,
    pooled_heights,
    splat,
    turned_things,
)

PRESET = presets.PRESETS["geometry"]
CONFIG = dataclasses.replace(PRESET, data=dataclasses.replace(PRESET.data, ground_views=1))
TURNS = [Turn(quarters, mirrored) for quarters in range(4) for mirrored in (False, True)]


@pytest.fixture(scope="module")
def scene():
    dataset = open_dataset("suburb:val", None, 1)
    return maker_of(dataset, CONFIG)(0), dataset


def test_a_scenes_arrays_are_those_that_are_announced(scene):
    arrays, dataset = scene
    announced = maker_of(dataset, CONFIG).arrays(5)
    assert set(arrays) == set(announced)
    for name, (shape, dtype) in announced.items():
        assert (5, *arrays[name].shape) == shape, name
        assert arrays[name].dtype == dtype, name


def test_the_middle_of_the_wide_tile_is_the_tile(scene):
    arrays, dataset = scene
    rim = truth_maker.MARGIN
    inner = arrays["tiles"][:, rim:-rim, rim:-rim].astype(int)
    tile = dataset.world(0).tile(256).transpose(2, 0, 1).astype(int)
    # Blur and JPEG see other neighbours: nearly equal, not bit for bit.
    assert np.abs(inner - tile).mean() < 4


def test_occupancy_keeps_its_height_in_a_higher_volume(scene):
    arrays, dataset = scene
    filled = np.unpackbits(arrays["occupancy"], axis=-1)
    assert filled.shape == (48, 128, 128)
    assert not filled[24:].any()  # suburb's own 12 m of 24
    own = dataset.world(0).truth_maps(8, None, (24, 128)).occupancy
    assert np.array_equal(filled[:24].astype(bool), own)


@pytest.mark.parametrize("turn", TURNS, ids=str)
def test_things_turn_with_their_tile(turn):
    side, extent = 64, 32.0
    tree = np.array([[5.25, -9.25, 2.0, 8.0]], np.float32)
    heat = splat(tree, "trees", side, extent)[0]
    turned, sizes = splat(turned_things(turn, tree), "trees", side, extent)
    assert torch.equal(turned, turn.tile(heat[None])[0])
    row, column = divmod(int(turned.argmax()), side)
    assert sizes[:, row, column].tolist() == pytest.approx(np.log1p([2.0, 8.0]).tolist())


@pytest.mark.parametrize("turn", TURNS, ids=str)
def test_a_views_depths_turn_with_what_stands_there(scene, turn):
    arrays, _ = scene
    spec, rules = CONFIG.scene, CONFIG.rules
    filled = torch.from_numpy(np.unpackbits(arrays["occupancy"], axis=-1)).float()
    density = 100 * turn.tile(filled)[None]
    place = turn.camera(arrays["view_cameras"][0])
    rays = equirectangular_rays(dataclasses.replace(spec, panorama_size=(256, 64)), rules, place)
    seen = render_rays(density, torch.zeros(1, 3, 1, 1), rays, spec, rules)
    depths = turn.panorama(torch.from_numpy(arrays["view_depths"][0].astype(np.float32))[None])
    inside = (seen.opacity[0, 0] > 0.5) & (depths[0] < 15)
    told = (seen.depth / seen.opacity)[0, 0][inside] * spec.unit_m
    assert inside.float().mean() > 0.3
    assert ((told - depths[0][inside]).abs() < 0.7).float().mean() > 0.93


@pytest.mark.parametrize("turn", TURNS, ids=str)
def test_a_vehicles_heading_turns_as_its_direction_does(turn):
    heading = 30.0
    car = np.array([[1.0, 2.0, 4.5, 1.8, heading]], np.float32)
    found = np.radians(turned_things(turn, car)[0, 4])
    radians = np.radians(heading)
    field = torch.tensor([np.sin(radians), -np.cos(radians)])[:, None, None].float()
    east, south = directed(turn, field)[:, 0, 0].tolist()
    assert (np.sin(found), -np.cos(found)) == pytest.approx((east, south), abs=1e-5)


def test_things_outside_and_missing_rows_are_left_out():
    rows = np.array([[100.0, 0.0, 1.0, 1.0], [np.nan] * 4], np.float32)
    kept = turned_things(Turn(), rows)
    assert kept.shape == (1, 4)
    assert splat(kept, "trees", 16, 8.0)[0].max() == 0
    assert splat(np.zeros((0, 2), np.float32), "poles", 16, 8.0)[1].shape == (0, 16, 16)


def test_heights_of_cells_are_means():
    heights = torch.arange(16.0).reshape(1, 4, 4)
    assert pooled_heights(heights, 2)[0].tolist() == [[2.5, 4.5], [10.5, 12.5]]


@pytest.mark.parametrize(
    ("part", "changes", "message"),
    [
        ("architecture", {"density_activation": "relu"}, "needs architecture.density_activation"),
        ("loss", {"l1": 1.0}, r"sees no pictures: set loss\.l1"),
        ("loss", {"occupancy": 0.0}, r"needs loss\.occupancy"),
        ("loss", {"occupancy_below": 1.5}, "occupancy_below"),
        ("data", {"protocol": "centre"}, "need data.protocol free"),
        ("loss", {"views": 1.0}, r"loss\.views needs"),
    ],
)
def test_settings_that_cannot_work_are_refused(part, changes, message):
    config = CONFIG if part == "data" else PRESET  # with a view, and without one
    with pytest.raises(InputError, match=message):
        changed = dataclasses.replace(getattr(config, part), **changes)
        dataclasses.replace(config, **{part: changed})


def test_photographs_have_no_truth(tmp_path):
    root = write_pairs(tmp_path / "mine", {"train": [1, 2]})
    data = dataclasses.replace(CONFIG.data, source=str(root), limit=None)
    scene = SceneSpec.from_dict(SPEC)
    with pytest.raises(InputError, match="truth is known for procedural data only"):
        open_training_data(dataclasses.replace(CONFIG, data=data, scene=scene))


def test_mixed_packs_are_one_behind_the_other():
    from sat2density.training.pack_reader import Mixed

    class Pack:
        def __init__(self, names):
            self.names, self.data_scenes, self.views = names, len(names), 2

        def __len__(self):
            return len(self.names)

        def get(self, name, index):
            return name, self.names[index]

    mixed = Mixed([Pack(["a", "b"]), Pack(["c"])])
    assert len(mixed) == mixed.data_scenes == 3
    assert [mixed.get("tiles", i)[1] for i in range(3)] == ["a", "b", "c"]
    assert mixed.views == 2

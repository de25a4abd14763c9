import dataclasses

import numpy as np
import pytest
import torch
from drawn_plans import everything

from sat2density.city.parts import Building
from sat2density.city.plan import Plan, encoded_ground
from sat2density.city.render import PlanScene
from sat2density.city.stage import stage
from sat2density.conventions import CLASSES
from sat2density.errors import InputError
from sat2density.light.lighting import Lighting
from sat2density.light.presets import PRESETS
from sat2density.scene_spec import SceneSpec
from sat2density.sky_light import light_of
from sat2density.views import Camera

NOON = Lighting.preset("clear-noon")
WALL = Building(((-3.0, -12.0), (3.0, -12.0), (3.0, -8.0), (-3.0, -8.0)), 4.0, 4.0)


@pytest.fixture(scope="module")
def one_wall():
    """A flat-roofed house, its southern wall 8 m north of the camera, on plain ground."""
    return PlanScene.of(Plan(40.0, buildings=(WALL,)))


def test_depth_is_exact_to_the_wall_and_to_the_ground(one_wall):
    seen = one_wall.panorama(Camera(height_m=2.0), NOON, (256, 128))
    ahead = seen.depth_m[63, 128]  # half a pixel above the horizon, north
    assert ahead == pytest.approx(8.0, abs=0.02)
    assert CLASSES[seen.classes[63, 128]] == "building"
    row = 96  # south, 45 degrees and a quarter down
    angle = np.pi * (row + 0.5 - 64) / 128
    assert seen.depth_m[row, 0] == pytest.approx(2.0 / np.sin(angle), abs=0.01)
    assert seen.sky[5].all()


def test_a_perspective_view_sees_the_same_wall(one_wall):
    seen = one_wall.perspective(Camera(height_m=2.0), NOON, (65, 33), 60.0)
    assert seen.depth_m[16, 32] == pytest.approx(8.0, abs=0.02)
    turned = one_wall.perspective(Camera(height_m=2.0, heading=180.0), NOON, (65, 33), 60.0)
    assert CLASSES[turned.classes[16, 32]] != "building"


def test_the_ground_is_the_pictures():
    left = np.zeros((16, 16, 3), np.uint8)
    left[:, :8] = (120, 60, 60)
    left[:, 8:] = (60, 60, 120)
    scene = PlanScene.of(Plan(40.0, ground=encoded_ground(left)))
    seen = scene.panorama(Camera(), NOON, (64, 32)).image
    west, east = seen[28, 16], seen[28, 48]
    assert int(west[0]) > west[2] + 15
    assert int(east[2]) > east[0] + 15


def test_views_are_those_of_a_scene(one_wall):
    view = one_wall.render([Camera(), Camera(east=0.1)], NOON)
    width, height = one_wall.spec.panorama_size
    assert view.image.shape == (2, 3, height, width)
    assert view.opacity.unique().tolist() == [0.0, 1.0]
    single = one_wall.render(Camera(), NOON)
    assert torch.equal(single.image, view.image[0])
    assert single.depth_m[0, height // 2 - 1, width // 2] == pytest.approx(8.0, abs=0.1)
    assert torch.isnan(single.depth_m[0, 2]).all()


def test_the_same_picture_each_time(one_wall):
    first, second = (one_wall.panorama(Camera(), NOON, (128, 32)).image for _ in range(2))
    assert np.array_equal(first, second)


def test_heights_are_those_of_the_things(one_wall):
    heights = one_wall.heights()
    assert float(heights.max()) == pytest.approx(4.0, abs=0.01)
    assert float(heights[0, 0]) == pytest.approx(0.0, abs=0.01)


def test_one_of_everything_is_seen():
    scene = PlanScene.of(everything())
    seen = scene.panorama(Camera(0.0, 0.45), NOON, (512, 256))
    names = {CLASSES[code] for code in np.unique(seen.classes)}
    assert {"sky", "building", "tree", "vehicle", "pole", "fence", "water", "shrub"} <= names


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_is_a_light(name):
    light = light_of(Lighting.preset(name))
    assert np.linalg.norm(light.sun) == pytest.approx(1.0)
    assert (max(light.sun_rgb) > 0) == (name not in ("dusk", "overcast"))
    assert all(0 <= value < 2 for value in (*light.zenith_rgb, *light.horizon_rgb))


def test_the_sun_stands_where_the_preset_has_it():
    east, south, up = light_of(Lighting.preset("clear-morning")).sun
    assert np.degrees(np.arctan2(east, -south)) == pytest.approx(80, abs=8)
    assert np.degrees(np.arcsin(up)) == pytest.approx(22, abs=6)


def test_a_mix_lies_between_its_parts():
    dusk, noon = Lighting.preset("dusk"), NOON
    between = light_of(Lighting.mix(dusk, noon, 0.5))
    values = [light.sky_rgb[1] for light in (light_of(dusk), between, light_of(noon))]
    assert values == sorted(values)


def test_numbers_alone_are_no_light_for_a_model():
    light = Lighting.from_histogram(torch.ones(270))
    with pytest.raises(InputError, match="no picture of a sky"):
        light_of(light)


def test_noon_throws_shadows_and_dusk_is_darker(one_wall):
    noon = one_wall.panorama(Camera(), NOON, (128, 64)).image
    dusk = one_wall.panorama(Camera(), Lighting.preset("dusk"), (128, 64)).image
    assert dusk.mean() < 0.6 * noon.mean()


def test_a_scene_of_another_width_is_refused():
    with pytest.raises(InputError, match="must agree"):
        PlanScene.of(Plan(40.0), SceneSpec(extent_m=30.0))


def test_sizes_and_angles_out_of_bounds_are_refused(one_wall):
    with pytest.raises(InputError):
        one_wall.panorama(Camera(), NOON, (100_000, 50))
    with pytest.raises(InputError):
        one_wall.perspective(Camera(), NOON, (64, 64), 0.0)


def test_a_plan_without_anything_is_a_plain():
    empty = stage(Plan(40.0))
    assert len(empty.geometry.prims) == 0
    seen = PlanScene.of(Plan(40.0)).panorama(Camera(), NOON, (64, 32))
    assert not seen.sky[-1].any()
    night = dataclasses.replace(Plan(40.0), ground=everything().ground)
    assert PlanScene.of(night).panorama(Camera(), NOON, (64, 32)).image.any()

"""The light's own sky behind a painted picture."""

import dataclasses

import numpy as np
import pytest
import torch

from sat2density import Camera, Lighting, SceneSpec
from sat2density.light.presets import preset_sky
from sat2density.models.architecture import Architecture
from sat2density.pipeline import Sat2Density
from sat2density.sky import SIZE, Sky

SPEC = SceneSpec(
    extent_m=40, max_height_m=12, tile_size=32, panorama_size=(64, 32), samples_per_ray=24
)
NOON, DUSK = Lighting.preset("clear-noon"), Lighting.preset("dusk")


@pytest.fixture(scope="module")
def scene():
    architecture = dataclasses.replace(Architecture.named("tiny"), light_sky=True)
    model = Sat2Density.random(architecture, SPEC)
    scene = model.reconstruct(torch.rand(3, 32, 32, generator=torch.Generator().manual_seed(1)))
    return dataclasses.replace(scene, densities=torch.zeros_like(scene.densities))


def test_where_nothing_stands_the_sky_is_the_lights_own(scene):
    image = scene.render(Camera(), NOON).image
    # 30 degrees up, due north: rows are 5.6 degrees high, the middle column is north.
    sky = preset_sky("clear-noon", SIZE)
    row, column = round((90 - 30.9) / 180 * SIZE[1]), SIZE[0] // 2
    np.testing.assert_allclose(image[:, 10, 32], sky[row, column], atol=0.03)
    east = scene.render(Camera(heading=90), NOON).image
    np.testing.assert_allclose(east[:, 10, 32], sky[row, SIZE[0] * 3 // 4], atol=0.03)
    ahead = scene.render_perspective(Camera(heading=90), NOON, (40, 40), 40.0, 30.9).image
    np.testing.assert_allclose(ahead[:, 20, 20], sky[row, SIZE[0] * 3 // 4], atol=0.03)


def test_a_dark_sky_dims_what_stands_before_it(scene):
    model = scene.model
    lit = model.lit(DUSK)
    assert lit.sky.dim < 0.7
    assert model.lit(NOON).sky.dim == 1
    painted = scene.render(Camera(), lit.style).image
    ground = scene.render(Camera(), lit).image[:, -4:]
    torch.testing.assert_close(ground, painted[:, -4:] * lit.sky.dim)


def test_another_light_for_a_view_is_the_view_in_that_light(scene):
    cameras = [Camera(0.2, 0.1), Camera(heading=70)]
    view = scene.relight(scene.project(cameras), DUSK)
    torch.testing.assert_close(view.image, scene.render(cameras, DUSK).image, atol=2e-5, rtol=0)
    one = scene.relight(scene.render(cameras, NOON)[1], DUSK)
    torch.testing.assert_close(one.image, view.image[1], atol=2e-5, rtol=0)


def test_mixes_and_photographs_have_skies_and_numbers_none():
    between = Sky.of(Lighting.mix(NOON, DUSK, 0.25))
    parts = 0.75 * Sky.of(NOON).picture + 0.25 * Sky.of(DUSK).picture
    torch.testing.assert_close(between.picture, parts)
    photo = np.zeros((64, 256, 3), np.uint8)
    photo[:32] = (60, 110, 220)
    mask = np.zeros((64, 256), np.uint8)
    mask[:32] = 255
    blue = Sky.of(Lighting.from_photo(photo, mask)).picture[:, 200].mean(-1) * 255
    np.testing.assert_allclose(blue, (60, 110, 220), atol=25)
    assert Sky.of(Lighting.from_histogram(torch.ones(270))) is None


def test_a_photograph_named_like_a_preset_is_none():
    assert NOON.is_preset
    assert not dataclasses.replace(DUSK, name="clear-noon").is_preset
    assert not dataclasses.replace(NOON, name="noon").is_preset


def test_weights_that_do_not_ask_for_it_paint_their_own_sky():
    model = Sat2Density.random("tiny", SPEC)
    assert model.lit(NOON).sky is None
    scene = model.reconstruct(torch.rand(3, 32, 32, generator=torch.Generator().manual_seed(1)))
    view = scene.render(Camera(), NOON)
    assert view.directions is None
    torch.testing.assert_close(view.image, scene.render(Camera(), model.style(NOON)).image)


def test_a_panorama_needs_no_angles_of_every_pixel(scene):
    """One latitude a row and one azimuth a column say what all directions say, up to rounding."""
    lit = scene.model.lit(NOON)
    view = scene.render([Camera(heading=33), Camera(0.1, 0.2, heading=250)], lit.style)
    directions = scene.render([Camera(heading=33), Camera(0.1, 0.2, heading=250)], NOON).directions
    ramp = torch.linspace(0, 1.2, 32)[:, None].clamp(max=1)
    for opacity in (ramp.expand(2, 1, 32, 64), ramp[::2].expand(2, 1, 16, 64)[..., ::2]):
        quick, whole = (
            lit.sky.behind(view.image, opacity, directions, panorama) for panorama in (True, False)
        )
        torch.testing.assert_close(quick, whole, atol=2e-6, rtol=0)
        assert (quick[:, :, :8] - view.image[:, :, :8]).abs().max() > 0.01
        assert torch.equal(quick[:, :, -2:], view.image[:, :, -2:])


def test_a_skys_rows_fit_pictures_that_have_no_whole_multiple_of_the_rays(scene):
    sky = scene.model.lit(NOON).sky
    image, directions = torch.zeros(1, 3, 31, 63), torch.randn(1, 31, 63, 3)
    opacity = torch.zeros(1, 1, 16, 32)
    opacity[..., 8:, :] = 1
    shown = sky.behind(image, opacity, directions)
    assert shown[:, :, :14].amax((1, 3)).min() > 0.1
    assert shown[:, :, 18:].abs().max() == 0


def test_a_plain_lights_sky_is_made_once():
    assert Sky.of(NOON) is Sky.of(NOON)

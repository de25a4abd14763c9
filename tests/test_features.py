"""What stands where rays end, and the painter that is told of it."""

import dataclasses
import gc

import pytest
import torch

from sat2density import features, kept
from sat2density.errors import InputError, ShapeError
from sat2density.features import expected_heights, with_solid_buildings
from sat2density.light.lighting import Lighting
from sat2density.light.presets import PRESETS as LIGHTS
from sat2density.loading import prepare
from sat2density.models.architecture import Architecture
from sat2density.models.tile_heads import TileMaps
from sat2density.pipeline import Sat2Density
from sat2density.render.cameras import Rays
from sat2density.render.volume import RenderedRays
from sat2density.scene_spec import SceneSpec
from sat2density.views import Camera

SPEC = SceneSpec(
    extent_m=40.0, max_height_m=24.0, tile_size=64, panorama_size=(128, 32), samples_per_ray=24
)
ARCH = dataclasses.replace(
    Architecture.named("tiny"),
    heads=("classes", "trees"),
    class_names=("sky", "road", "building"),
    density_activation="softplus",
    render_features=True,
    render_doubling=True,
    render_directions=False,
    render_padding="zeros",
    render_noise=True,
)


@pytest.fixture(scope="module")
def model():
    return prepare(Sat2Density.random(ARCH, SPEC, seed=3), torch.device("cpu"))


@pytest.fixture(scope="module")
def scene(model):
    return model.reconstruct(torch.rand(3, 64, 64, generator=torch.Generator().manual_seed(1)))


def test_pictures_share_what_a_scene_gives_and_it_goes_with_the_scene():
    """What later pictures find made changes no bit of them, whoever comes first."""
    tile, bordered = torch.rand(3, 64, 64), dataclasses.replace(ARCH, skyline=True)
    bordered = dataclasses.replace(bordered, skyline_border=True)
    model = prepare(Sat2Density.random(bordered, SPEC, seed=3), torch.device("cpu"))
    before = len(kept._KEPT)
    scene, cameras = model.reconstruct(tile), [Camera(0.1, 0.2), Camera(-0.3, 0.1, 70.0)]
    first, second = (scene.render(camera, "clear-noon") for camera in cameras)
    assert len(kept._KEPT) > before
    again = model.reconstruct(tile)
    assert torch.equal(again.render(cameras[1], "clear-noon").image, second.image)
    assert torch.equal(scene.render(cameras[0], "clear-noon").image, first.image)
    with torch.no_grad():  # other weights see another skyline
        for values in model.generator.skyline_net.parameters():
            values += 0.5
    assert not torch.equal(again.render(cameras[1], "clear-noon").opacity, second.opacity)
    again.densities *= 0.5
    assert not torch.equal(again.render(cameras[1], "clear-noon").depth, second.depth)
    del scene, again
    gc.collect()
    assert len(kept._KEPT) == before


def test_a_column_is_as_high_as_its_matter():
    opacity = torch.zeros(1, 8, 2, 2)
    opacity[0, :4, 0, 0] = 1.0
    opacity[0, :6, 1, 1] = 1.0
    heights = features.expected_heights(opacity, 0.5)
    assert heights[0].tolist() == [
        [pytest.approx(1.75, abs=1e-4), 0],
        [0, pytest.approx(2.75, abs=1e-4)],
    ]


def test_maps_are_likelihoods_and_heights():
    likely = torch.zeros(1, 3, 4, 4)
    likely[:, 2] = 1.0
    density = torch.zeros(1, 12, 4, 4)
    density[:, :3] = 1e4
    maps = features.feature_maps(density, likely, SPEC)
    assert maps.shape == (1, 4, 4, 4)
    assert torch.equal(maps[:, :3], likely)
    assert float(maps[0, 3, 0, 0]) == pytest.approx(0.5)  # the middle of the third layer: 5 m


def test_a_solid_volume_is_opaque_where_things_stand():
    occupancy = torch.zeros(1, 12, 4, 4, dtype=torch.bool)
    occupancy[0, :3, 1, 2] = True
    surface = torch.ones(1, 8, 8, dtype=torch.uint8)
    surface[0, 2:4, 4:6] = 2
    surface[0, 0, 0] = 2
    volume = features.solid(occupancy, surface, ARCH, SPEC)
    layer = SPEC.max_height_m / 12 / SPEC.unit_m
    opacity = -torch.expm1(-volume.density * layer)
    assert torch.allclose(opacity[occupancy], torch.tensor(features.SOLID))
    assert volume.density[~occupancy].max() == 0
    assert volume.features[0, :, 1, 2].tolist() == [0, 0, 1, pytest.approx(0.5, abs=0.01)]
    assert volume.features[0, :, 0, 0].tolist() == [0, 0.75, 0.25, 0]


def test_a_wall_lies_below_its_columns_top_and_a_roof_does_not():
    stacked = torch.zeros(1, 5, 1, 2)
    stacked[:, 3] = 1.0
    stacked[:, 4] = 0.5  # both rays end 10 m away
    told = torch.zeros(1, 4, 1, 2)
    told[:, 3] = torch.tensor([0.6, 0.2])  # columns of 6 m and of 2 m
    directions = torch.tensor([[[[1.0, 0.0, 0.0], [1.0, 0.0, 0.0]]]])
    origins = torch.tensor([[0.0, -1 + 2 / 20, 0.0]])  # eyes at 2 m
    seen = RenderedRays(stacked, told)
    channels = features.painter_channels(seen, Rays(origins, directions), SPEC)
    assert channels.shape == (1, 3 + 4, 1, 2)
    height, below, near, elevation = channels[0, 3:, 0]
    assert height.tolist() == pytest.approx([0.2, 0.2])
    assert below.tolist() == pytest.approx([0.4, 0.0], abs=1e-6)
    assert near.tolist() == pytest.approx([4 / 14] * 2)
    assert elevation.tolist() == [0.0, 0.0]


def test_pictures_have_twice_the_rays_or_what_was_asked_for(scene):
    light = Lighting.preset("clear-noon")
    view = scene.render(Camera(), light)
    assert view.image.shape == (3, 32, 128)
    assert view.depth.shape == (1, 32, 128)
    assert view.features.shape == (3 + 4, 16, 64)
    small = scene.render(Camera(), light, size=(64, 16))
    assert small.image.shape == (3, 16, 64)
    assert small.features.shape == (3 + 4, 16, 64)
    large = scene.render([Camera(), Camera(0.2)], light, size=(256, 64))
    assert large.image.shape == (2, 3, 64, 256)
    assert large[1].features.shape == (3 + 4, 32, 128)
    assert scene.project(Camera()).opacity.shape == (1, 32, 128)


@pytest.mark.parametrize("size", [(30, 8), (0, 0), (64, 20), (128, 4)])
def test_sizes_that_cannot_be_painted_are_refused(scene, size):
    with pytest.raises(InputError, match="size"):
        scene.render(Camera(), size=size)


def test_other_light_is_painted_from_what_a_view_keeps(scene):
    noon, dusk = (Lighting.preset(name) for name in ("clear-noon", "dusk"))
    for size in (None, (64, 16)):
        view = scene.render(Camera(0.1, 0.2), noon, size=size)
        again = scene.relight(view, dusk)
        direct = scene.render(Camera(0.1, 0.2), dusk, size=size)
        assert torch.allclose(again.image, direct.image, atol=1e-5)
    ahead = scene.render_perspective(Camera(), noon, size=(50, 30))
    direct = scene.render_perspective(Camera(), dusk, size=(50, 30))
    assert ahead.image.shape == (3, 30, 50)
    assert torch.allclose(scene.relight(ahead, dusk).image, direct.image, atol=1e-5)


def test_panoramas_close(model, scene):
    """A camera turned by half the circle sees the same picture, moved by half its width."""
    light = Lighting.preset("clear-noon")
    view = scene.render(Camera(), light).image
    turned = scene.render(Camera(heading=180.0), light).image
    assert float((view.roll(64, -1) - turned).abs().mean()) < 0.02


def test_a_painter_without_its_features_is_a_shape_error(model):
    with pytest.raises(ShapeError, match="features"):
        model.generator.render_net(torch.zeros(1, 6, 16, 64), torch.zeros(1, ARCH.style_size))


def test_features_need_classes():
    with pytest.raises(InputError, match="needs the head 'classes'"):
        dataclasses.replace(Architecture.named("tiny"), render_features=True)


def test_every_preset_paints(scene):
    for name in LIGHTS:
        assert torch.isfinite(scene.render(Camera(), Lighting.preset(name)).image).all()


def test_a_building_is_filled_up_to_one_height():
    spec = SceneSpec(extent_m=40, max_height_m=8, tile_size=8, panorama_size=(32, 16))
    # 4 m high with doubts up to 6 m: layers of 1 m, of which four are full and two half there.
    column = torch.tensor([9.0, 9, 9, 9, 0.7, 0.7, 0, 0]) * spec.unit_m
    density = column[None, :, None, None].repeat(1, 1, 8, 8)
    logits = torch.zeros(1, 2, 8, 8)
    logits[:, 1, :, :4] = 9
    logits[:, 0, :, 4:] = 9
    solid = with_solid_buildings(density, TileMaps(classes=logits), 1, spec)
    assert torch.equal(solid[..., 4:], density[..., 4:])
    opacity = -torch.expm1(-solid / spec.unit_m)
    before = expected_heights(-torch.expm1(-density / spec.unit_m), 1.0)
    top = float(opacity[0, :, 4, 2].sum() / 0.99)
    assert top == pytest.approx(float(before[0, 4, 2]), abs=0.01)
    full, none = opacity[0, :4, 4, 2], opacity[0, 6:, 4, 2]
    assert float(full.min()) == pytest.approx(0.99, abs=1e-4)
    assert float(none.max()) == 0


def test_walls_reach_two_columns_further_and_known_ones_stay():
    fronts = torch.zeros(1, 6, 8, 8)
    fronts[0, :, 3, 3] = torch.tensor([0.8, 0.4, 0.2, 1.0, 0.0, 0.0])
    wide = features.spread(fronts)
    assert torch.equal(wide[0, :, 3, 3], fronts[0, :, 3, 3])
    for row, column in ((3, 5), (1, 1), (5, 4)):
        assert wide[0, :, row, column].tolist() == pytest.approx(fronts[0, :, 3, 3].tolist())
    assert wide[0, :, 3, 6].abs().max() == 0
    occupancy = torch.zeros(1, 12, 8, 8, dtype=torch.bool)
    surface = torch.ones(1, 8, 8, dtype=torch.uint8)
    told = features.solid(occupancy, surface, ARCH, SPEC, fronts).features
    assert told.shape == (1, 3 + 6 + 1, 8, 8)
    assert torch.equal(told[:, 3:9], wide)


def test_glass_is_told_at_the_heights_of_its_storeys_windows():
    stacked = torch.zeros(1, 5, 1, 4)
    stacked[:, 3] = 1.0
    stacked[:, 4] = 0.5  # level rays end 10 m away
    told = torch.zeros(1, 3 + 6 + 1, 1, 4)
    told[:, 3:6] = 0.5
    told[:, 6:8] = 1.0  # glass in the two lower storeys
    told[:, -1] = 0.6
    directions = torch.tensor([1.0, 0.0, 0.0]).expand(1, 1, 4, 3)
    heights = torch.tensor([0.5, 1.7, 2.6, 4.45])
    origins = torch.zeros(1, 1, 4, 3)
    origins[..., 1] = heights / 20 - 1
    seen = RenderedRays(stacked, told)
    channels = features.painter_channels(seen, Rays(origins, directions), SPEC, 3)
    assert channels.shape == (1, 3 + 6 + 4, 1, 4)
    assert torch.equal(channels[:, :6], told[:, :6])
    low, middle, high = channels[0, 6:9, 0]
    assert low.tolist() == pytest.approx([0, 1, 0, 0], abs=1e-4)
    assert middle.tolist() == pytest.approx([0, 0, 0, 1], abs=1e-4)
    assert high.abs().max() == 0

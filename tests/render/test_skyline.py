"""What stands beyond the tile: at the angle its height and distance ask for, and behind the
volume.
"""

import dataclasses
import math

import pytest
import torch

from sat2density.models.skyline_net import BorderSkyline, border_of
from sat2density.pipeline import Sat2Density
from sat2density.render.cameras import equirectangular_rays
from sat2density.render.skyline import add_skyline, at_border, places
from sat2density.render.volume import RenderedRays, render_rays
from sat2density.scene_spec import Rules, SceneSpec
from sat2density.views import Camera

SPEC = dataclasses.replace(
    SceneSpec.named("suburb"), tile_size=64, panorama_size=(128, 64), samples_per_ray=32
)
TILE = torch.full((1, 3, 64, 64), 0.25)


def seen(camera, density=0.0, height=0.5, distance=1.0, softness=1e-3):
    rays = equirectangular_rays(SPEC, Rules(), camera)
    volume = render_rays(torch.full((1, 8, 32, 32), density), TILE, rays, SPEC, Rules())
    skyline = torch.tensor([height, distance, softness, 1.0])[None, None, :, None]
    return volume, add_skyline(volume, rays, skyline, TILE)


def first_solid_row(rendered, column):
    return int((rendered.opacity[0, 0, :, column] > 0.5).float().argmax())


@pytest.mark.parametrize("camera", [Camera(), Camera(0.0, -0.5), Camera(height_m=5.0)])
def test_the_edge_stands_at_the_tangent_of_height_and_distance(camera):
    _, both = seen(camera)
    eye = (SPEC.camera_height_m if camera.height_m is None else camera.height_m) / SPEC.unit_m
    north = (
        64  # the middle column looks north: the border is 1 + south away, the edge one unit further
    )
    tangent = (0.5 - eye) / (1 + camera.south + 1.0)
    row = (0.5 - math.degrees(math.atan(tangent)) / 180) * 64
    assert abs(first_solid_row(both, north) - row) <= 1


def test_it_has_the_border_s_colour_and_distance():
    _, both = seen(Camera())
    row = 31  # just above the horizon
    assert both.colour[0, :, row, 64] == pytest.approx([0.25] * 3, abs=1e-3)
    assert float(both.depth[0, 0, row, 64]) == pytest.approx(1.0, abs=0.01)
    azimuth = math.radians((80.5 / 128 - 0.5) * 360)  # a little past north-east: the eastern side
    assert float(both.depth[0, 0, row, 80]) == pytest.approx(1 / math.sin(azimuth), abs=0.01)


def test_below_the_horizon_and_behind_what_is_opaque_nothing_changes():
    volume, both = seen(Camera())
    assert torch.equal(both.stacked[:, :, 32:], volume.stacked[:, :, 32:])
    volume, both = seen(Camera(), density=1e4)
    assert torch.allclose(both.stacked, volume.stacked, atol=1e-5)


def test_the_depth_of_a_ray_that_is_half_through_is_the_volume_s():
    volume, both = seen(Camera(), density=0.8)
    row, north = 31, 64
    solid, opacity = (float(seen.opacity[0, 0, row, north]) for seen in (volume, both))
    assert 0.4 < solid < 0.6
    assert opacity == pytest.approx(1, abs=1e-3)
    mean, alone = (
        float(seen.depth[0, 0, row, north] / seen.opacity[0, 0, row, north])
        for seen in (both, volume)
    )
    late = (1 - solid) ** 16
    assert mean == pytest.approx((solid * alone + late * 1.0) / (solid + late), abs=0.01)
    assert mean == pytest.approx(alone, abs=0.02)


def test_an_empty_sky_stays_empty_above_the_edge():
    volume, both = seen(Camera())
    assert torch.allclose(both.stacked[:, :, :16], volume.stacked[:, :, :16], atol=1e-5)


def test_gradients_reach_the_network_and_the_volume():
    model = Sat2Density.random("tiny", SPEC)
    model = Sat2Density.random(dataclasses.replace(model.architecture, skyline=True), SPEC)
    rays = equirectangular_rays(SPEC, model.rules, [Camera(), Camera(0.3, 0.1)])
    density = torch.full((1, 8, 32, 32), 0.1, requires_grad=True)
    model.render_rays(density, TILE, rays).opacity.sum().backward()
    assert float(density.grad.abs().sum()) > 0
    assert all(float(p.grad.abs().sum()) > 0 for p in model.generator.skyline_net.parameters())


def test_it_is_a_projection_of_the_same_shape():
    rays = equirectangular_rays(SPEC, Rules(), [Camera(), Camera(0.1, 0)])
    empty = RenderedRays(torch.zeros(2, 5, 64, 128))
    skyline = torch.ones(1, 1, 4, 1)
    assert add_skyline(empty, rays, skyline, TILE).stacked.shape == (2, 5, 64, 128)


def test_places_go_clockwise_around_the_border():
    points = torch.tensor([[-0.5, -1.0], [1.0, -0.5], [0.5, 1.0], [-1.0, 0.5], [0.0, -1.0]])
    assert places(points).tolist() == [0.25, 1.25, 2.25, 3.25, 0.5]
    assert float(places(torch.tensor([-1.0, -0.999]))) == pytest.approx(4, abs=1e-3)


def test_places_and_pixels_of_the_border_are_the_same():
    middles = (torch.arange(8) + 0.5) / 4 - 1
    east, south = torch.meshgrid(middles, middles, indexing="xy")
    border = border_of(torch.stack((east, south))[None])[0]
    outward = border * (border.abs() > 0.8).float()
    points = torch.where(outward != 0, outward.sign(), border).T
    corners = (outward != 0).all(0)
    wanted = (torch.arange(32) + 0.5) / 8
    assert torch.allclose(places(points)[~corners], wanted[~corners])


def test_each_side_has_its_own_skyline():
    skyline = torch.zeros(1, 1, 4, 4)
    skyline[0, 0] = torch.tensor([[0.5, 0.5, 0.5, 0.5], [1.0] * 4, [1e-3] * 4, [1.0, 0, 0, 0]])
    rays = equirectangular_rays(SPEC, Rules(), Camera())
    volume = render_rays(torch.zeros(1, 8, 32, 32), TILE, rays, SPEC, Rules())
    both = add_skyline(volume, rays, skyline, TILE)
    row = 31
    assert float(both.opacity[0, 0, row, 64]) == pytest.approx(1, abs=0.03)  # north
    for column in (0, 32, 96):
        assert float(both.opacity[0, 0, row, column]) == pytest.approx(0, abs=0.03)
    halfway = at_border(skyline, torch.tensor([[[[1.0, -1.0]]]]))
    assert float(halfway[0, 0, 3, 0, 0]) == pytest.approx(0.5)


def test_lines_stand_behind_each_other():
    skyline = torch.tensor([[0.5, 0.5], [1.0, 1.0], [1e-3, 1e-3], [0.5, 0.5]]).T[None, :, :, None]
    rays = equirectangular_rays(SPEC, Rules(), Camera())
    volume = render_rays(torch.zeros(1, 8, 32, 32), TILE, rays, SPEC, Rules())
    both = add_skyline(volume, rays, skyline, TILE)
    assert float(both.opacity[0, 0, 31, 64]) == pytest.approx(0.75, abs=0.01)


def test_the_border_s_network_looks_at_features():
    net = BorderSkyline(5)
    features = torch.rand(1, 5, 32, 32)
    told = net(TILE, features)
    assert told.shape == (1, 2, 4, 64)
    assert not torch.equal(told, net(TILE, 1 - features))
    told.sum().backward()
    assert all(float(p.grad.abs().sum()) > 0 for p in net.parameters())

"""Grain: noise that belongs to places, not to the screen, in cells of a few pixels."""

import dataclasses

import pytest
import torch

from sat2density.errors import InputError
from sat2density.light.lighting import Lighting
from sat2density.models.architecture import Architecture
from sat2density.pipeline import Sat2Density
from sat2density.render.cameras import equirectangular_rays
from sat2density.render.surface_noise import add_surface_noise
from sat2density.render.volume import RenderedRays, render_rays
from sat2density.scene_spec import Rules, SceneSpec
from sat2density.views import Camera

SPEC = dataclasses.replace(
    SceneSpec.named("suburb"), tile_size=64, panorama_size=(256, 64), samples_per_ray=32
)


def noise(camera, spec=SPEC):
    rays = equirectangular_rays(spec, Rules(), [camera])
    ground = render_rays(torch.zeros(1, 4, 16, 16), torch.rand(1, 3, 64, 64), rays, spec, Rules())
    return add_surface_noise(ground, rays), ground


def test_what_was_there_stays_and_one_channel_comes_behind():
    with_grain, ground = noise(Camera())
    assert torch.equal(with_grain.stacked[:, :5], ground.stacked)
    assert with_grain.noise.shape == (1, 1, 64, 256)
    assert ground.noise is None


def test_it_has_mean_zero_and_a_variance_of_about_a_half():
    values = noise(Camera())[0].noise
    assert abs(float(values.mean())) < 0.1
    assert 0.1 < float(values.var()) < 1.0


def test_larger_cells_are_larger_and_the_default_is_one_pixel():
    ground, rays = noise(Camera())[1], equirectangular_rays(SPEC, Rules(), [Camera()])
    one, two = (add_surface_noise(ground, rays, cells).noise[0, 0, 40:] for cells in (1.0, 2.0))
    assert torch.equal(one, noise(Camera())[0].noise[0, 0, 40:])
    rough = [float((n[:, 1:] - n[:, :-1]).square().mean() / n.var()) for n in (one, two)]
    assert rough[1] < 0.6 * rough[0]
    assert 0.1 < float(two.var()) < 1.0


def test_a_turned_camera_sees_the_same_noise_turned():
    straight, turned = noise(Camera())[0].noise, noise(Camera(heading=90))[0].noise
    # Heading east: what stood a quarter of the width right of the middle stands in the middle.
    assert float((straight.roll(-64, -1) - turned).abs().max()) < 1e-3


def test_a_place_keeps_its_noise_when_the_camera_moves():
    """Straight down rays of two cameras: where both look at one place from alike distances, they
    see one value.
    """
    here, there = (add_surface_noise(*down(east)).noise[0, 0] for east in (0.0, 0.25))
    assert torch.allclose(
        here[:, 16:], there[:, :-16], atol=1e-4
    )  # 0.25 units are 16 of 64 columns of 1/64 unit
    assert not torch.allclose(here[:, :-16], there[:, :-16], atol=0.1)


def down(east):
    """Parallel rays straight down on a plane one unit below, a pixel every 1/64 unit, shifted
    east.
    """
    from sat2density.render.cameras import Rays

    x = (torch.arange(64) + 0.5) / 64 + east
    flat = torch.stack((x, torch.full_like(x, -1.0), torch.zeros_like(x)), -1)[None, None].expand(
        1, 8, 64, 3
    )
    seen = torch.zeros(1, 5, 8, 64)
    seen[:, 3:] = 1  # opaque, one unit away: the place is origin + direction
    return RenderedRays(seen), Rays(torch.zeros(1, 3), flat)


def test_neighbouring_pixels_are_alike_and_far_ones_are_not():
    values = noise(Camera())[0].noise[0, 0, 40:]
    near = (values[:, 1:] - values[:, :-1]).square().mean()
    far = (values[:, 8:] - values[:, :-8]).square().mean()
    assert float(near) < 0.6 * float(far)


def test_no_gradient_flows_through_it():
    rays = equirectangular_rays(SPEC, Rules(), [Camera()])
    stacked = torch.rand(1, 5, 64, 256).requires_grad_()
    assert not add_surface_noise(RenderedRays(stacked), rays).noise.requires_grad or torch.equal(
        torch.autograd.grad(add_surface_noise(RenderedRays(stacked), rays).noise.sum(), stacked)[0],
        torch.zeros_like(stacked),
    )


def test_the_model_paints_with_it_and_keeps_it_for_other_light():
    arch = dataclasses.replace(Architecture.named("tiny"), render_noise=True)
    model = Sat2Density.random(arch, SPEC)
    torch.manual_seed(0)
    tile = torch.rand(3, 64, 64)
    scene = model.reconstruct(tile)
    coarse = Sat2Density.random(dataclasses.replace(arch, render_noise_cells=3.0), SPEC)
    wide = coarse.reconstruct(tile).render(Camera()).noise
    narrow = scene.render(Camera()).noise
    assert float(wide.diff(dim=-1).abs().mean()) < 0.6 * float(narrow.diff(dim=-1).abs().mean())
    with pytest.raises(InputError, match="render_noise_cells"):
        dataclasses.replace(arch, render_noise_cells=0.0)
    noon, dusk = Lighting.preset("clear-noon"), Lighting.preset("dusk")
    for cameras in (Camera(), [Camera(), Camera(0.2)]):
        view = scene.render(cameras, noon)
        assert view.noise.shape == view.opacity.shape
        again = scene.relight(view, dusk)
        assert torch.allclose(again.image, scene.render(cameras, dusk).image, atol=1e-5)
    assert scene.render([Camera(), Camera(0.2)], noon)[1].noise.shape == (1, 64, 256)

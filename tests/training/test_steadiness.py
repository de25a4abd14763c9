"""Steadiness: what is seen from two places is compared where both show the same surface."""

import dataclasses

import pytest
import torch

from sat2density.render.cameras import Rays, equirectangular_rays
from sat2density.render.volume import RenderedRays, render_rays
from sat2density.scene_spec import Rules, SceneSpec
from sat2density.training.steadiness import change, correspondence, looked_up
from sat2density.views import Camera

SPEC = dataclasses.replace(
    SceneSpec.named("suburb"), tile_size=64, panorama_size=(256, 64), samples_per_ray=100
)


def seen_from(camera, zoom=1, window=None):
    """Bare ground with a smooth picture on it, in a window (left, top, width, height) of rays."""
    fine = dataclasses.replace(SPEC, panorama_size=(256 * zoom, 64 * zoom))
    rays = equirectangular_rays(fine, Rules(), [camera])
    if window is not None:
        left, top, width, height = window
        rays = Rays(
            rays.origins, rays.directions[:, top : top + height].roll(-left, 2)[:, :, :width]
        )
    waves = torch.linspace(0, 9, 64).sin() / 2 + 0.5
    tile = torch.stack((waves.expand(64, 64), waves[:, None].expand(64, 64), waves.outer(waves)))
    return render_rays(torch.zeros(1, 4, 16, 16), tile[None], rays, SPEC, Rules()), rays


@pytest.mark.parametrize(
    ("zoom", "window"), [(1, None), (1, (230, 34, 64, 28)), (2, (100, 75, 128, 48))]
)
def test_the_ground_is_found_again(zoom, window):
    places = Camera(heading=30.0), Camera(0.4 / SPEC.unit_m, -0.3 / SPEC.unit_m, heading=30.0)
    (here, rays), (there, others) = (seen_from(place, zoom, window) for place in places)
    grid, same = correspondence((here, there), (rays, others), SPEC, [zoom])
    ground = same & (here.opacity > 0.5)
    assert float(ground.float().mean()) > (0.3 if window is None else 0.5)
    apart = (looked_up(there.colour, grid) - here.colour).abs().mean(1, keepdim=True)
    still = (there.colour - here.colour).abs().mean(1, keepdim=True)
    assert float(apart[ground].mean()) < 0.25 * float(still[ground].mean())


def test_the_sky_stays_and_what_only_one_shows_is_left_out():
    (here, rays), (there, others) = seen_from(Camera()), seen_from(Camera(0.02))
    grid, same = correspondence((here, there), (rays, others), SPEC, [1])
    assert bool(same[..., :30, :].all())
    assert torch.allclose(looked_up(there.stacked, grid)[..., :30, :], there.stacked[..., :30, :])
    nearer = there.stacked.clone()
    nearer[:, 4, :, :128] *= 0.8  # something stands in the way
    hidden = RenderedRays(nearer)
    _, same = correspondence((here, hidden), (rays, others), SPEC, [1])
    assert not bool(same[..., 36:46, 16:112].any())
    assert bool(same[..., 36:46, 144:240].all())
    half = here.stacked.clone()
    half[:, 3] = 0.5
    _, same = correspondence((RenderedRays(half), there), (rays, others), SPEC, [1])
    assert not bool(same.any())


def test_change_is_of_rays_that_show_the_same():
    torch.manual_seed(0)
    picture = torch.rand(1, 3, 8, 16)
    (seen, rays) = seen_from(Camera(), window=(0, 0, 8, 4))
    grid, same = correspondence((seen, seen), (rays, rays), SPEC, [1])
    assert float(change(picture, picture, grid, same)) == pytest.approx(0, abs=1e-6)
    other = picture.clone()
    other[..., 2:4, 4:6] += 0.5
    told = change(picture, other.requires_grad_(), grid, same)
    assert told.item() == pytest.approx(0.5 / 32, rel=1e-4)
    told.backward()
    assert int((other.grad != 0).sum()) == 12
    same[..., 1, 2] = False
    assert change(picture, other, grid, same).item() == pytest.approx(0, abs=1e-6)
    assert change(picture, other, grid, torch.zeros_like(same)).item() == 0

"""Features that rays bring along: composited as colours are, through every step that makes or
changes `RenderedRays`.
"""

import pytest
import torch
import torch.nn.functional as F

from sat2density.errors import InputError, ShapeError
from sat2density.render import cameras, volume
from sat2density.render.skyline import add_skyline
from sat2density.render.surface_noise import add_surface_noise
from sat2density.scene_spec import RELEASED, Rules, SceneSpec
from sat2density.views import Camera

SPEC = SceneSpec(
    extent_m=20.0, max_height_m=6.0, tile_size=16, panorama_size=(12, 8), samples_per_ray=24
)
PLACES = [Camera(), Camera(0.4, -0.6, 70.0), Camera(-0.9, 0.2), Camera(0.1, 0.1, 10.0)]


def scene(batch=1, features=5, side=8):
    generator = torch.Generator().manual_seed(3)
    density = torch.rand(batch, 5, 9, 10, generator=generator)
    density = torch.where(density > 0.9, density * 40, torch.zeros(()))
    tile = torch.rand(batch, 3, 8, 8, generator=generator)
    return density, tile, torch.randn(batch, features, side, side, generator=generator)


@pytest.mark.parametrize("rules", [RELEASED, Rules()], ids=["slab", "plane"])
def test_features_are_composited_as_colours_are(rules, impl):
    density, tile, _ = scene()
    rays = cameras.equirectangular_rays(SPEC, rules, PLACES)
    features = torch.cat((tile.flip(1), tile), 1)
    seen = volume.render_rays(density, tile, rays, SPEC, rules, impl=impl, features=features)
    alone = volume.render_rays(density, tile, rays, SPEC, rules, impl=impl)
    assert alone.features is None
    assert torch.equal(seen.stacked, alone.stacked)
    assert seen.features.shape == (4, 6, 8, 12)
    twice = torch.cat((alone.colour.flip(1), alone.colour), 1)
    assert torch.allclose(seen.features, twice, atol=1e-6)
    above = volume.top_down(density, tile, SPEC, rules, impl=impl, features=features)
    assert torch.allclose(above.features[:, 3:], above.colour, atol=1e-6)


@pytest.mark.parametrize("side", [4, 16])
def test_features_of_another_resolution_are_resampled(side, impl):
    density, tile, features = scene(side=side)
    rays = cameras.equirectangular_rays(SPEC, Rules(), PLACES)
    resized = F.interpolate(features, (8, 8), mode="bilinear", align_corners=False)
    found, wanted = (
        volume.render_rays(density, tile, rays, SPEC, Rules(), impl=impl, features=maps).features
        for maps in (features, resized)
    )
    assert torch.equal(found, wanted)
    assert found.std() > 0.01


def test_each_volume_has_its_own_features_and_gradients_reach_them(impl):
    density, tile, features = scene(batch=2)
    rays = cameras.equirectangular_rays(SPEC, Rules(), PLACES)
    jitter = torch.rand(4, 8, 12, generator=torch.Generator().manual_seed(1)) - 0.5
    leaves = [part.clone().requires_grad_() for part in (density, tile, features)]
    together = volume.render_rays(
        *leaves[:2], rays, SPEC, Rules(), impl=impl, jitter=jitter, features=leaves[2]
    )
    weights = torch.randn(together.features.shape, generator=torch.Generator().manual_seed(2))
    found = torch.autograd.grad((together.features * weights).sum(), leaves, allow_unused=True)
    for number in range(2):
        own, two = slice(number, number + 1), slice(2 * number, 2 * number + 2)
        parts = [leaf[own].detach().requires_grad_() for leaf in leaves]
        alone = volume.render_rays(
            *parts[:2],
            cameras.equirectangular_rays(SPEC, Rules(), PLACES[two]),
            SPEC,
            Rules(),
            impl=impl,
            jitter=jitter[two],
            features=parts[2],
        )
        assert torch.allclose(together.features[two], alone.features, atol=1e-6)
        wanted = torch.autograd.grad((alone.features * weights[two]).sum(), (parts[0], parts[2]))
        for one, other in zip((found[0], found[2]), wanted, strict=True):
            assert torch.allclose(one[own], other, atol=1e-5, rtol=1e-4)
            assert other.abs().max() > 0


def test_skyline_and_noise_keep_the_features():
    density, tile, features = scene()
    rays = cameras.equirectangular_rays(SPEC, Rules(), PLACES)
    seen = volume.render_rays(density, tile, rays, SPEC, Rules(), features=features)
    skyline = torch.tensor([0.5, 1.0, 0.1, 1.0])[None, None, :, None]
    changed = add_surface_noise(add_skyline(seen, rays, skyline, tile), rays)
    assert changed.stacked.shape[1] == 6
    assert torch.equal(changed.features, seen.features)


@pytest.mark.parametrize(
    "features",
    [
        torch.zeros(5, 8, 8),
        torch.zeros(3, 5, 8, 8),
        torch.zeros(2, 0, 8, 8),
        torch.zeros(2, 5, 8, 8, dtype=torch.int64),
    ],
)
def test_features_that_do_not_fit_are_refused(features):
    density, tile, _ = scene(batch=2)
    rays = cameras.equirectangular_rays(SPEC, Rules(), PLACES)
    with pytest.raises(ShapeError, match=r"features must be .* for a tile \(2, 3, 8, 8\)"):
        volume.render_rays(density, tile, rays, SPEC, Rules(), features=features)
    with pytest.raises(ShapeError, match="features must be"):
        volume.top_down(density, tile, SPEC, Rules(), features=features)


def test_a_tile_of_other_than_three_colours_is_refused():
    density, tile, _ = scene()
    rays = cameras.equirectangular_rays(SPEC, Rules(), PLACES)
    with pytest.raises(ShapeError, match=r"tile must be \(B, 3, h, w\), not \(1, 4, 8, 8\)"):
        volume.render_rays(density, tile[:, (0, 1, 2, 0)], rays, SPEC, Rules())


def test_features_that_are_not_finite_are_reported(impl):
    density, tile, features = scene()
    features[0, 4, 3, 3] = torch.nan
    rays = cameras.equirectangular_rays(SPEC, Rules(), PLACES)
    with pytest.raises(InputError, match="tile holds NaN"):
        volume.render_rays(density, tile, rays, SPEC, Rules(), impl=impl, features=features)

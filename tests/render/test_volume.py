"""The renderer against the independent float64 ray marcher, and by hand."""

import math

import numpy as np
import oracles
import pytest
import torch

from sat2density.errors import InputError, ShapeError
from sat2density.render import cameras, volume
from sat2density.scene_spec import RELEASED, Rules, SceneSpec
from sat2density.views import Camera

SPEC = SceneSpec(
    extent_m=20.0, max_height_m=6.0, tile_size=16, panorama_size=(10, 8), samples_per_ray=24
)
CAMERAS = [
    Camera(),
    Camera(0.55, -0.6, 70.0),
    Camera(-0.97, 0.9, -135.0, height_m=3.5),
    Camera(1.0, 1.0),
]
TOLERANCE = 2e-5


def scene(seed, layers=5, side=9, tile_side=7, batch=1):
    """A volume of single dense blocks, thin fog and empty cells, at another resolution than its
    tile.
    """
    generator = torch.Generator().manual_seed(seed)
    density = torch.rand(batch, layers, side, side + 1, generator=generator)
    density = torch.where(
        density > 0.95, density * 40, torch.where(density > 0.8, density, torch.zeros(()))
    )
    return density, torch.rand(batch, 3, tile_side, tile_side + 2, generator=generator)


def oracle(density, tile, rays, length, rules):
    """March every ray of a batch of one by the oracle: (5, H, W)."""
    march = oracles.march_slab if rules.ground == "slab" else oracles.march_plane
    density, tile = density[0].double().numpy(), tile[0].double().numpy()
    directions = rays.directions[0].double().numpy()
    origins = rays.origins[0].double().numpy()
    picture = np.zeros((5, *directions.shape[:2]))
    for row, column in np.ndindex(*directions.shape[:2]):
        origin = origins if origins.ndim == 1 else origins[row, column]
        direction = directions[row, column]
        picture[:, row, column] = march(
            density, tile, origin, direction, length, SPEC.samples_per_ray, SPEC.top_y
        )
    return torch.from_numpy(picture)


@pytest.mark.parametrize("rules", [RELEASED, Rules()], ids=["slab", "plane"])
@pytest.mark.parametrize("camera", CAMERAS)
def test_panorama_agrees_with_the_oracle(camera, rules, impl):
    density, tile = scene(1)
    rays = cameras.equirectangular_rays(SPEC, rules, camera)
    seen = volume.render_rays(density, tile, rays, SPEC, rules, impl=impl).stacked[0]
    wanted = oracle(density, tile, rays, SPEC.ray_length, rules)
    assert wanted[3].std() > 0.03
    assert (seen - wanted).abs().max() < TOLERANCE


@pytest.mark.parametrize("rules", [RELEASED, Rules()], ids=["slab", "plane"])
@pytest.mark.parametrize("camera", CAMERAS)
def test_perspective_agrees_with_the_oracle(camera, rules, impl):
    density, tile = scene(2)
    rays = cameras.perspective_rays(SPEC, camera, (9, 7), 80.0, pitch_deg=-12.0)
    seen = volume.render_rays(density, tile, rays, SPEC, rules, impl=impl).stacked[0]
    assert (seen - oracle(density, tile, rays, SPEC.ray_length, rules)).abs().max() < TOLERANCE


@pytest.mark.parametrize("rules", [RELEASED, Rules()], ids=["slab", "plane"])
def test_top_down_agrees_with_the_oracle(rules, impl):
    density, tile = scene(3)
    rays = cameras.top_down_rays((7, 9))
    seen = volume.top_down(density, tile, SPEC, rules, impl=impl).stacked[0]
    assert (seen - oracle(density, tile, rays, 2.0, rules)).abs().max() < TOLERANCE


def test_jitter_agrees_with_the_oracle(impl):
    density, tile = scene(4)
    rays = cameras.equirectangular_rays(SPEC, Rules(), CAMERAS[1])
    jitter = torch.rand(1, 8, 10, generator=torch.Generator().manual_seed(0)) - 0.5
    seen = volume.render_rays(density, tile, rays, SPEC, Rules(), jitter=jitter, impl=impl).stacked[
        0
    ]
    for row, column in np.ndindex(8, 10):
        wanted = oracles.march_plane(
            density[0].double().numpy(),
            tile[0].double().numpy(),
            rays.origins[0].double().numpy(),
            rays.directions[0, row, column].double().numpy(),
            SPEC.ray_length,
            SPEC.samples_per_ray,
            SPEC.top_y,
            jitter[0, row, column].item(),
        )
        assert np.abs(seen[:, row, column].numpy() - wanted).max() < TOLERANCE


def test_every_camera_of_a_batch_equals_the_camera_alone(impl):
    density, tile = scene(5, batch=4)
    rays = cameras.equirectangular_rays(SPEC, Rules(), CAMERAS)
    together = volume.render_rays(density, tile, rays, SPEC, Rules(), impl=impl).stacked
    for index, camera in enumerate(CAMERAS):
        alone = cameras.equirectangular_rays(SPEC, Rules(), camera)
        one = slice(index, index + 1)
        single = volume.render_rays(
            density[one], tile[one], alone, SPEC, Rules(), impl=impl
        ).stacked
        assert torch.equal(single[0], together[index])


def test_one_volume_serves_several_cameras(impl):
    density, tile = scene(6)
    rays = cameras.equirectangular_rays(SPEC, RELEASED, CAMERAS)
    shared_volume = volume.render_rays(density, tile, rays, SPEC, RELEASED, impl=impl).stacked
    repeated = volume.render_rays(
        density.repeat(4, 1, 1, 1), tile.repeat(4, 1, 1, 1), rays, SPEC, RELEASED, impl=impl
    ).stacked
    assert torch.equal(shared_volume, repeated)


def test_each_volume_serves_its_own_cameras_in_place(impl):
    density, tile = scene(7, batch=2)
    rays = cameras.equirectangular_rays(SPEC, Rules(), CAMERAS)
    jitter = torch.rand(4, 8, 10, generator=torch.Generator().manual_seed(1)) - 0.5
    leaf, copies = density.clone().requires_grad_(), density.clone().requires_grad_()
    shared = volume.render_rays(leaf, tile, rays, SPEC, Rules(), impl=impl, jitter=jitter).stacked
    apart = volume.render_rays(
        copies.repeat_interleave(2, 0),
        tile.repeat_interleave(2, 0),
        rays,
        SPEC,
        Rules(),
        impl=impl,
        jitter=jitter,
    ).stacked
    assert torch.allclose(shared, apart, atol=1e-6, rtol=0)
    weights = torch.randn(shared.shape, generator=torch.Generator().manual_seed(2))
    found, expected = (
        torch.autograd.grad(seen, at, weights)[0] for seen, at in ((shared, leaf), (apart, copies))
    )
    assert torch.allclose(found, expected, atol=1e-5, rtol=1e-4)
    assert found.abs().max() > 0


def test_bare_plane_by_hand(impl):
    """No density: rays that point down see the tile at camera height / sin(latitude), the others
    see nothing.
    """
    tile = torch.full((1, 3, 4, 4), 0.5)
    rays = cameras.perspective_rays(
        SPEC, Camera(), (2, 2), 90.0
    )  # directions (+-1/2, +-1/2, 1): fall 1/sqrt(6) a unit
    seen = volume.render_rays(torch.zeros(1, 3, 4, 4), tile, rays, SPEC, Rules(), impl=impl)
    assert torch.equal(seen.opacity[0, 0], torch.tensor([[0.0, 0.0], [1.0, 1.0]]))
    assert seen.depth[0, 0, 1].tolist() == pytest.approx([0.2 * math.sqrt(6)] * 2, rel=1e-6)
    assert seen.colour[0, :, 1].flatten().tolist() == pytest.approx([0.5] * 6)
    assert seen.stacked[0, :, 0].abs().max() == 0


def test_ground_beyond_the_ray_lies_at_its_end(impl):
    spec = SceneSpec(extent_m=20.0, panorama_size=(4, 64), tile_size=16)
    rays = cameras.equirectangular_rays(spec, Rules(), Camera())
    seen = volume.render_rays(
        torch.zeros(1, 2, 4, 4), torch.ones(1, 3, 4, 4), rays, spec, Rules(), impl=impl
    )
    assert (
        seen.opacity[0, 0, 32].tolist() == [1.0] * 4
    )  # 1.4 degrees under the horizon: the plane is 8 units away
    assert seen.depth[0, 0, 32].tolist() == pytest.approx([spec.ray_length] * 4)


def test_wall_by_hand(impl):
    """A wall so dense that its first sample is opaque: depth is the first t_k inside the wall's
    reading.
    """
    density = torch.zeros(1, 4, 8, 8)
    density[:, :, 0, :] = (
        1e6  # the northern eighth: read from half a cell before its centre, z = -0.875 + 0.25
    )
    spec = SceneSpec(extent_m=20.0, tile_size=16, samples_per_ray=100)
    rays = cameras.perspective_rays(spec, Camera(), (1, 1), 60.0)
    seen = volume.render_rays(density, torch.ones(1, 3, 8, 8), rays, spec, Rules(), impl=impl)
    step = spec.ray_length / 100
    first = math.floor(0.625 / step) + 1
    assert seen.depth.item() == pytest.approx(first * step, rel=1e-5)
    assert seen.opacity.item() == pytest.approx(1.0)


def test_heights_of_a_flat_roof(impl):
    """A full volume of 6 m: the view from above meets its upper face, spread over half a layer."""
    density = torch.full((1, 60, 4, 4), 1e5)
    spec = SceneSpec(extent_m=20.0, max_height_m=6.0, samples_per_ray=4000)
    seen = volume.top_down(density, torch.ones(1, 3, 4, 4), spec, Rules(), impl=impl)
    assert volume.heights_m(seen, spec).sub(6.0).abs().max() < 0.11
    bare = volume.top_down(density * 0, torch.ones(1, 3, 4, 4), spec, Rules(), impl=impl)
    assert volume.heights_m(bare, spec).abs().max() < 1e-4


def test_turning_the_scene_turns_the_picture(impl):
    """A quarter turn of density and tile about the camera shifts the panorama by a quarter of its
    width.
    """
    density, tile = scene(7, side=8, tile_side=8)
    density, tile = density[..., :8], tile[..., :8]
    spec = SceneSpec(
        extent_m=20.0, max_height_m=6.0, tile_size=16, panorama_size=(16, 8), samples_per_ray=24
    )
    rays = cameras.equirectangular_rays(spec, Rules(), Camera())
    first = volume.render_rays(density, tile, rays, spec, Rules(), impl=impl).stacked
    clockwise = volume.render_rays(
        density.rot90(-1, (2, 3)).contiguous(),
        tile.rot90(-1, (2, 3)).contiguous(),
        rays,
        spec,
        Rules(),
        impl=impl,
    ).stacked
    assert (clockwise - first.roll(4, -1)).abs().max() < 1e-4


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_nan_and_infinity_are_reported(impl, dtype):
    rays = cameras.equirectangular_rays(SPEC, Rules(), Camera())
    for bad in (math.nan, math.inf, -math.inf):
        density, tile = scene(8)
        density[0, 2, 3, 4] = bad
        with pytest.raises(InputError, match="density holds NaN or infinity"):
            volume.render_rays(density.to(dtype), tile, rays, SPEC, Rules(), impl=impl)
    density, tile = scene(8)
    tile[0, 1, 2, 3] = math.nan
    with pytest.raises(InputError, match="tile holds NaN"):
        volume.render_rays(density.to(dtype), tile, rays, SPEC, Rules(), impl=impl)


def test_wrong_shapes_print_both_shapes(impl):
    density, tile = scene(9)
    rays = cameras.equirectangular_rays(SPEC, Rules(), CAMERAS)
    with pytest.raises(
        ShapeError, match=r"density \(5, 9, 10\), tile \(1, 3, 7, 9\).*directions \(4, 8, 10, 3\)"
    ):
        volume.render_rays(density[0], tile, rays, SPEC, Rules(), impl=impl)
    with pytest.raises(
        ShapeError, match=r"batches.*density \(3, 5, 9, 10\).*directions \(4, 8, 10, 3\)"
    ):
        volume.render_rays(density.repeat(3, 1, 1, 1), tile, rays, SPEC, Rules(), impl=impl)
    with pytest.raises(ShapeError, match=r"jitter must be \(B, H, W\), not \(8, 9\)"):
        volume.render_rays(density, tile, rays, SPEC, Rules(), impl=impl, jitter=torch.zeros(8, 9))
    with pytest.raises(ShapeError, match="density must be of a floating type"):
        volume.render_rays(density.int(), tile, rays, SPEC, Rules(), impl=impl)


def test_reference_gradients_in_float64():
    density, tile = scene(10, layers=2, side=3, tile_side=3)
    spec = SceneSpec(
        extent_m=20.0, max_height_m=6.0, tile_size=8, panorama_size=(6, 4), samples_per_ray=5
    )
    rays = cameras.equirectangular_rays(spec, Rules(), Camera(0.2, 0.3), dtype=torch.float64)
    leaves = (density.double().add(0.1).requires_grad_(), tile.double().requires_grad_())
    for rules in (RELEASED, Rules()):

        def render(sigma, colour, rules=rules):
            return volume.render_rays(sigma, colour, rays, spec, rules, impl="reference").stacked

        assert torch.autograd.gradcheck(render, leaves)

"""Turned and mirrored scenes look turned and mirrored; colours stay in range."""

import dataclasses

import numpy as np
import pytest
import torch

from sat2density.render.cameras import equirectangular_rays
from sat2density.render.volume import render_rays
from sat2density.scene_spec import Rules, SceneSpec
from sat2density.training.augment import Turn, recolour
from sat2density.views import Camera


@pytest.mark.parametrize("quarters", range(4))
@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("pixel_rule", ["centre", "corner"])
def test_turned_scene_looks_turned(quarters, mirrored, pixel_rule):
    """Turning density, tile and camera together turns what is rendered: the same numbers, other
    columns.
    """
    torch.manual_seed(0)
    spec = dataclasses.replace(
        SceneSpec.named("suburb"), tile_size=16, panorama_size=(16, 8), samples_per_ray=24
    )
    density, tile = 3 * torch.rand(1, 6, 16, 16), torch.rand(1, 3, 16, 16)
    turn, rules = Turn(quarters, mirrored, pixel_rule), Rules(pixel_rule=pixel_rule)

    def seen(density, tile, camera):
        rays = equirectangular_rays(spec, rules, [camera])
        return render_rays(density, tile, rays, spec, rules).stacked[0]

    place = np.float32([0.3, -0.2, 2.5])
    plain = seen(density, tile, Camera(float(place[0]), float(place[1]), height_m=2.5))
    turned = seen(turn.tile(density[0])[None], turn.tile(tile[0])[None], turn.camera(place))
    torch.testing.assert_close(turned, turn.panorama(plain), atol=2e-5, rtol=1e-4)
    assert (quarters, mirrored) == (0, False) or not torch.allclose(turned, plain, atol=1e-2)


def test_recolour_stays_in_range():
    tile = torch.rand(3, 8, 8)
    changed = recolour(tile, np.random.default_rng(1), 0.5)
    assert changed.min() >= 0
    assert changed.max() <= 1
    assert not torch.equal(changed, tile)
    assert torch.equal(recolour(tile, np.random.default_rng(1), 0.0), tile)

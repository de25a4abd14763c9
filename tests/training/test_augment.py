"""Turned and mirrored scenes look turned and mirrored; colours stay in range."""

import dataclasses

import numpy as np
import pytest
import torch

from sat2density.render.cameras import equirectangular_rays
from sat2density.render.volume import render_rays
from sat2density.scene_spec import Rules, SceneSpec
from sat2density.training.augment import Turn, gaussian_blur, recolour, retouch
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


def test_retouched_tiles_stay_in_range_and_keep_their_places():
    tile = torch.zeros(3, 32, 32)
    tile[:, 8:24, 8:24] = torch.tensor([0.8, 0.4, 0.2])[:, None, None]
    kinds = set()
    for seed in range(40):
        changed = retouch(tile, np.random.default_rng(seed), 1.0)
        assert changed.min() >= 0
        assert changed.max() <= 1
        assert changed[:, 12:20, 12:20].mean() > changed[:, :6].mean() + 0.1
        kinds.add(bool(torch.allclose(changed[0], changed[2], atol=1e-4)))
    assert kinds == {False, True}  # some have lost their colour, others not
    assert retouch(tile, np.random.default_rng(0), 0.0) is tile


def test_a_blur_keeps_the_mean_and_spreads_a_point():
    point = torch.zeros(1, 21, 21)
    point[0, 10, 10] = 1
    soft = gaussian_blur(point, 2.0)
    assert float(soft.sum()) == pytest.approx(1, abs=1e-5)
    assert float(soft[0, 10, 12] / soft[0, 10, 10]) == pytest.approx(np.exp(-0.5), abs=1e-4)

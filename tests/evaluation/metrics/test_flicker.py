"""Flicker: nothing changes on what is painted on surfaces, everything on what is painted on the
screen.
"""

import math

import pytest
import torch

from sat2density.evaluation.metrics.flicker import flicker, lookup_grid
from sat2density.render.cameras import equirectangular_rays
from sat2density.scene_spec import Rules, SceneSpec
from sat2density.views import Camera

SPEC = SceneSpec(panorama_size=(128, 64))
STEP_M = 0.5


def walk(paint, frames=3):
    """Panoramas inside a sphere of 10 m, coloured by `paint(points)`; returns frames, depths,
    places, directions.
    """
    directions = equirectangular_rays(SPEC, Rules(), Camera()).directions[0]
    places = torch.tensor([[STEP_M * t, 0.0, 0.0] for t in range(frames)])
    pictures, depths = [], []
    for place in places:
        along = (directions * place).sum(-1)
        reach = -along + (along**2 + 100 - place.square().sum()).sqrt()
        pictures.append(paint(place + directions * reach[..., None]).permute(2, 0, 1))
        depths.append(reach[None])
    return torch.stack(pictures), torch.stack(depths), places, directions


def smooth(points):
    return 0.5 + points / 40


def test_texture_on_surfaces_does_not_flicker():
    total, count = flicker(*walk(smooth), vertical_fov_deg=180)
    assert count > 1.8 * 128 * 64
    assert total / count < 0.2


def test_texture_on_the_screen_flickers():
    frames, depths, places, directions = walk(smooth)
    still = frames[:1].expand_as(frames)
    total, count = flicker(still, depths, places, directions, 180)
    assert total / count > 1


def test_occluded_points_are_left_out():
    frames, depths, places, directions = walk(smooth, 2)
    depths[0] /= 2
    assert flicker(frames, depths, places, directions, 180)[1] == 0


def test_sky_is_compared_with_the_same_direction():
    frames, depths, places, directions = walk(smooth, 2)
    sky = torch.full_like(depths, math.inf)
    total, count = flicker(frames[:1].expand_as(frames), sky, places, directions, 180)
    assert count == pytest.approx(128 * 64)
    assert total / count < 1e-3


def test_lookup_grid_inverts_the_rays():
    directions = equirectangular_rays(SPEC, Rules(), Camera()).directions[0]
    grid, inside = lookup_grid(directions, 180)
    columns = (torch.arange(128) + 0.5) / 64 - 1
    rows = (torch.arange(64) + 0.5) / 32 - 1
    torch.testing.assert_close(grid[..., 0], columns.expand(64, -1), atol=1e-5, rtol=0)
    torch.testing.assert_close(grid[..., 1], rows[:, None].expand(-1, 128), atol=1e-4, rtol=0)
    assert inside.all()
    assert not lookup_grid(torch.tensor([[[0.0, 1.0, 0.0]]]), 90)[1].any()

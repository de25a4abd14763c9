"""Occupancy, heights and depth agree: they come from one geometry by three ways."""

import dataclasses
import math

import numpy as np
import pytest
import torch

from sat2density.render.cameras import equirectangular_rays
from sat2density.render.volume import render_rays
from sat2density.scene_spec import Rules
from sat2density.types import Camera
from sat2density.worlds import CLASSES, STYLES
from sat2density.worlds.builder import Frame, Paint
from sat2density.worlds.kernels import codes

BRICK = Paint(codes.PLAIN, codes.C_BUILDING, (0.3, 0.2, 0.1))


def test_a_box_fills_its_voxels_exactly(make_bare):
    # Tile 40 m in 40 cells of 1 m, 12 layers of 1 m. Box: east 4..8, south -6..-4, up to 3 m.
    world = make_bare(lambda build: build.box(Frame(6.0, -5.0, 0.0), (2.0, 1.0), (0.0, 3.0), BRICK))
    out = world.occupancy(12, 40)
    expected = np.zeros((12, 40, 40), bool)
    expected[:3, 14:16, 24:28] = True
    assert np.array_equal(out, expected)


def test_a_thin_post_and_a_thin_roof_are_not_lost(make_bare):
    def fill(build):
        build.post(Frame(3.3, 3.3, 0.0), 0.05, (0.0, 6.0), BRICK)
        build.box(Frame(-8.0, 0.0, 0.0), (2.0, 2.0), (2.4, 2.5), BRICK)

    out = make_bare(fill).occupancy(12, 40)
    assert out[:6, 23, 23].all()
    assert not out[6:, 23, 23].any()
    assert out[2, 18:22, 10:14].all()
    assert out[:, 18:22, 10:14].sum() == 16


def test_a_roof_rises_to_its_ridge(make_bare):
    # Rim at 3 m, slope 1/2, half depth 4 m: the ridge lies at 5 m.
    world = make_bare(
        lambda build: build.sloped(Frame(10.0, 0.0, 0.0), (6.0, 4.0), (2.8, 3.0, 12.0), (0.0, 0.5), BRICK)
    )
    heights = world.heights_m(80)
    row = lambda south: int((south + 20.0) * 2)  # noqa: E731
    assert heights[row(0.25), 60] == pytest.approx(3.0 + 0.5 * 3.75, abs=1e-4)
    assert heights[row(3.75), 60] == pytest.approx(3.0 + 0.5 * 0.25, abs=1e-4)
    assert heights[row(4.5), 60] == 0.0


@pytest.mark.parametrize("style", STYLES)
def test_surface_points_lie_at_their_depth_or_are_hidden(some_world, style):
    """A point of the DSM, looked at from the camera, is met at its distance or something nearer is: never beyond."""
    world = some_world(style, 2)
    heights, _, classes = world.surface_maps(128)
    side = world.spec.extent_m
    rng = np.random.default_rng(5)
    things = np.argwhere(classes >= CLASSES.index("building"))
    ground = np.argwhere(classes < CLASSES.index("building"))
    seen = {"things": 0, "ground": 0}
    for name, spots in (("things", things), ("ground", ground)):
        for row, column in rng.permutation(spots)[:80]:
            east, south = (column + 0.5) / 128 * side - side / 2, (row + 0.5) / 128 * side - side / 2
            rise = heights[row, column] - 2.0 - 0.002
            flat = math.hypot(east, south)
            if flat < 2.5:
                continue
            camera = Camera(heading=math.degrees(math.atan2(east, -south)))
            view = world.perspective(camera, (1, 1), 1.0, math.degrees(math.atan2(rise, flat)))
            distance = math.hypot(flat, rise)
            assert view.depth_m[0, 0] <= distance * 1.002 + 0.03
            seen[name] += abs(view.depth_m[0, 0] - distance) < 0.002 * distance + 0.03
    assert seen["things"] >= 2
    assert seen["ground"] >= 25


@pytest.mark.parametrize("style", STYLES)
def test_the_volume_renderer_sees_the_occupancy_at_the_worlds_depth(some_world, style):
    """Rays that meet buildings and vehicles in the tile end within a voxel of the true depth."""
    world = some_world(style, 2)
    spec = dataclasses.replace(world.spec, samples_per_ray=600)
    layers, size = 48, 192
    density = torch.from_numpy(world.occupancy(layers, size)).float()[None] * 2000.0
    rules = Rules()
    rays = equirectangular_rays(dataclasses.replace(spec, panorama_size=(256, 64)), rules, Camera())
    projection = render_rays(density, torch.zeros(1, 3, size, size), rays, spec, rules, impl="numba")
    view = world.panorama(size=(256, 64))
    lat = (0.5 - (np.arange(64) + 0.5) / 64) * math.radians(spec.vertical_fov_deg)
    azimuth = ((np.arange(256) + 0.5) / 256 * 2 - 1) * math.pi
    flat = view.depth_m * np.cos(lat)[:, None]
    inside = np.maximum(np.abs(flat * np.sin(azimuth)), np.abs(flat * np.cos(azimuth))) < 0.48 * spec.extent_m
    solid = np.isin(view.classes, [CLASSES.index("building"), CLASSES.index("vehicle")]) & inside
    assert solid.sum() > 20
    voxel = math.sqrt(2 * (spec.extent_m / size) ** 2 + (spec.max_height_m / layers) ** 2)
    depth = projection.depth[0, 0].numpy() * spec.unit_m
    error = np.abs(depth - view.depth_m)[solid]
    assert (error < voxel * 1.5 + 0.1).mean() > 0.9
    assert np.median(error) < voxel
    opaque = projection.opacity[0, 0].numpy() > 0.5
    assert opaque[solid].all()
    below = np.isin(view.classes, [CLASSES.index("road")]) & inside & (lat < -0.2)[:, None]
    assert np.median(np.abs(depth - view.depth_m)[below]) < 0.05

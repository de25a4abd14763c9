"""Occupancy, heights and depth agree: they come from one geometry by three ways."""

import dataclasses
import math

import numpy as np
import pytest
import torch

from sat2density.render.cameras import equirectangular_rays
from sat2density.render.volume import render_rays
from sat2density.scene_spec import Rules
from sat2density.views import Camera
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
        lambda build: build.sloped(
            Frame(10.0, 0.0, 0.0), (6.0, 4.0), (2.8, 3.0, 12.0), (0.0, 0.5), BRICK
        )
    )
    heights = world.heights_m(80)
    row = lambda south: int((south + 20.0) * 2)  # noqa: E731
    assert heights[row(0.25), 60] == pytest.approx(3.0 + 0.5 * 3.75, abs=1e-4)
    assert heights[row(3.75), 60] == pytest.approx(3.0 + 0.5 * 0.25, abs=1e-4)
    assert heights[row(4.5), 60] == 0.0


@pytest.mark.parametrize(("height_m", "things", "ground"), [(2.0, 0, 25), (40.0, 50, 45)])
@pytest.mark.parametrize("style", STYLES)
def test_surface_points_lie_at_their_depth_or_are_hidden(
    some_world, style, height_m, things, ground
):
    """A point of the DSM is met at its distance, or something nearer is: never beyond. From 40 m
    most are seen.
    """
    world = some_world(style, 2)
    heights, _, classes = world.surface_maps(128)
    side, rng = world.spec.extent_m, np.random.default_rng(5)
    for least, spots in (
        (things, classes >= CLASSES.index("building")),
        (ground, classes < CLASSES.index("building")),
    ):
        seen = 0
        for row, column in rng.permutation(np.argwhere(spots))[:80]:
            east, south = (
                (column + 0.5) / 128 * side - side / 2,
                (row + 0.5) / 128 * side - side / 2,
            )
            rise, flat = heights[row, column] - height_m - 0.002, math.hypot(east, south)
            camera = Camera(heading=math.degrees(math.atan2(east, -south)), height_m=height_m)
            pitch = math.degrees(math.atan2(rise, flat))
            depth = world.perspective(camera, (1, 1), 1.0, pitch).depth_m[0, 0]
            distance = math.hypot(flat, rise)
            assert depth <= distance * 1.002 + 0.03
            seen += abs(depth - distance) < 0.002 * distance + 0.03
        assert seen >= least


def inner(classes: np.ndarray) -> np.ndarray:
    """Pixels whose four neighbours show the same class."""
    same = np.ones(classes.shape, bool)
    same[1:-1] = (classes[2:] == classes[1:-1]) & (classes[:-2] == classes[1:-1])
    return same & (np.roll(classes, 1, 1) == classes) & (np.roll(classes, -1, 1) == classes)


@pytest.mark.parametrize(("style", "seed"), [("suburb", 6), ("village", 1), ("town", 2)])
def test_the_volume_renderer_sees_the_occupancy_at_the_worlds_depth(some_world, style, seed):
    """The renderer's depth is the world's within a voxel, and never beyond it.

    It may be nearer where a ray passes within a voxel of leaves or eaves: a voxel that holds any
    matter is full.
    """
    world = some_world(style, seed)
    layers, side, wide, high = 48, 192, 256, 64
    spec = dataclasses.replace(world.spec, samples_per_ray=600, panorama_size=(wide, high))
    density = torch.from_numpy(world.occupancy(layers, side)).float()[None] * 2000.0
    rays = equirectangular_rays(spec, Rules(), Camera())
    projection = render_rays(
        density, torch.zeros(1, 3, side, side), rays, spec, Rules(), impl="numba"
    )
    view = world.panorama(size=(wide, high))
    latitude = (0.5 - (np.arange(high) + 0.5) / high) * math.radians(spec.vertical_fov_deg)
    azimuth = ((np.arange(wide) + 0.5) / wide * 2 - 1) * math.pi
    flat = view.depth_m * np.cos(latitude)[:, None]
    inside = (
        np.maximum(np.abs(flat * np.sin(azimuth)), np.abs(flat * np.cos(azimuth)))
        < 0.48 * spec.extent_m
    )
    error = projection.depth[0, 0].numpy() * spec.unit_m - view.depth_m
    voxel = math.sqrt(2 * (spec.extent_m / side) ** 2 + (spec.max_height_m / layers) ** 2)

    things = (
        inside
        & (view.classes >= CLASSES.index("building"))
        & (view.classes < CLASSES.index("distant"))
    )
    assert things.sum() > 500
    assert (projection.opacity[0, 0].numpy()[things] > 0.5).all()
    assert (error[things] > voxel).mean() < 0.005
    assert np.median(np.abs(error[things])) < voxel
    houses = things & (view.classes == CLASSES.index("building")) & inner(view.classes)
    if style != "village":
        assert houses.sum() > 100
        assert (np.abs(error[houses]) < voxel).mean() > 0.85
    road = inside & (view.classes == CLASSES.index("road")) & (latitude < -0.2)[:, None]
    assert np.abs(error[road & inner(view.classes)]).mean() < 0.02

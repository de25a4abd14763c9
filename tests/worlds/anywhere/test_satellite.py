"""The satellite's camera: what it draws, and that leaning moves things and leaves the ground."""

import dataclasses
import math

import numpy as np
import pytest

from sat2density.worlds import World, overhead
from sat2density.worlds.anywhere.satellite import draw_satellite
from sat2density.worlds.builder import Frame, Paint
from sat2density.worlds.kernels import codes
from sat2density.worlds.rng import Rng

GREY = np.full((64, 64, 3), 0.15, np.float32)


def test_cameras_differ_in_everything_within_their_ranges():
    drawn = [draw_satellite(Rng(seed, "satellite")) for seed in range(300)]
    sharp = np.array([camera.ground_m for camera in drawn])
    assert 0.1 <= sharp.min() < 0.12
    assert 0.5 < sharp.max() <= 0.6
    lean = np.array([math.degrees(math.atan(math.hypot(*camera.slant))) for camera in drawn])
    assert lean.max() <= 8.0
    assert lean.max() > 6.5
    sun = np.array([camera.light.sun for camera in drawn])
    height = np.degrees(np.arcsin(sun[:, 2]))
    assert height.min() < 25
    assert height.max() > 60
    assert (sun[:, 0] > 0).mean() == pytest.approx(0.5, abs=0.12)
    assert (sun[:, 1] > 0).mean() == pytest.approx(0.5, abs=0.12)
    assert {camera.quality[1] > 0 for camera in drawn} == {True, False}


def test_a_camera_is_a_function_of_its_seed():
    one, again = (draw_satellite(Rng(9, "satellite")) for _ in range(2))
    assert one == again
    assert draw_satellite(Rng(10, "satellite")) != one


def test_a_coarse_sensor_blurs_and_a_clean_picture_has_no_noise():
    camera = dataclasses.replace(draw_satellite(Rng(3, "satellite")), noise=2.0, quality=(0, 0))
    flat = camera.develop(GREY, 64, 10.0, clean=True)
    assert np.ptp(flat.reshape(-1, 3), axis=0).max() <= 1
    assert camera.develop(GREY, 64, 10.0)[..., 1].std() > 0.4
    line = GREY.copy()
    line[:, 32] = 0.6
    widths = []
    for metres in (0.1, 0.6):
        seen = dataclasses.replace(camera, ground_m=metres, sharpen=0.0).develop(
            line, 64, 10.0, True
        )
        profile = seen[32, :, 1].astype(float)
        widths.append((profile > profile.min() + 0.25 * np.ptp(profile)).sum())
    assert widths[0] < widths[1]


def test_coarse_sensors_cost_fewer_rays():
    camera = draw_satellite(Rng(3, "satellite"))
    asked = {
        metres: dataclasses.replace(camera, ground_m=metres).rays(256, 40.0)
        for metres in (0.1, 0.2, 0.4)
    }
    assert asked == {0.1: (256, 1), 0.2: (256, 1), 0.4: (200, 0)}


def test_walls_lean_and_the_ground_stays(make_bare, monkeypatch):
    mast = Paint(codes.PLAIN, codes.C_POLE, (0.9, 0.0, 0.0))

    def fill(build):
        build.box(Frame(8.0, 0.0, 0.0), (1.0, 1.0), (9.9, 10.0), mast)

    world = dataclasses.replace(make_bare(fill), style="anywhere")
    camera = draw_satellite(Rng(1, "satellite"))
    camera = dataclasses.replace(
        camera, slant=(0.1, 0.0), quality=(0, 0), noise=0.0, ground_m=0.1, sharpen=0.0
    )
    monkeypatch.setattr(overhead, "draw_satellite", lambda rng: camera)
    tile = world.tile(160).astype(float)
    red = tile[..., 0] - tile[..., 1]
    column = np.nonzero(red.max(0) > 0.6 * red.max())[0].mean()
    # 10 m up it is seen 1 m to the west of where it stands: at 7 m of 40, 27 of 40 from the left.
    assert column == pytest.approx((7.0 + 20.0) / 40 * 160 - 0.5, abs=0.8)


def test_the_samples_camera_is_a_little_off_and_on_the_road():
    off = []
    for seed in range(20):
        world = World.generate("anywhere", seed)
        camera = world.sample_camera
        assert camera == World.generate("anywhere", seed).sample_camera
        east, south = camera.east * world.spec.unit_m, camera.south * world.spec.unit_m
        off.append((math.hypot(east, south), camera.heading))
        assert world.network.clearance(east, south) < -0.3
        assert world.panorama(camera, (64, 16)).depth_m.min() > 0.4
    metres, degrees = np.abs(np.array(off)).T
    assert metres.max() <= 3.2
    assert metres.max() > 1.0
    assert degrees.max() <= 4.0
    assert degrees.std() > 0.3
    assert World.generate("suburb", 1).sample_camera.east == 0.0

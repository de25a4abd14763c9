"""Rays by hand-worked directions, by the oracle, and there and back again."""

import math

import numpy as np
import oracles
import pytest
import torch

from sat2density.errors import InputError, ShapeError
from sat2density.render import cameras
from sat2density.scene_spec import RELEASED, Rules, SceneSpec
from sat2density.views import Camera

SPEC = SceneSpec(panorama_size=(8, 4))
NORTH, EAST, SOUTH, WEST, UP = (0, 0, -1), (1, 0, 0), (0, 0, 1), (-1, 0, 0), (0, 1, 0)


def close(direction, wanted):
    return torch.allclose(direction.double(), torch.tensor(wanted, dtype=torch.float64), atol=1e-6)


def test_corner_pixels_look_where_the_specification_says():
    looks = cameras.equirectangular_rays(SPEC, RELEASED, Camera()).directions[0]
    horizon = looks[2]  # row H/2
    assert close(horizon[4], NORTH)
    assert close(horizon[2], WEST)
    assert close(horizon[6], EAST)
    assert close(horizon[0], SOUTH)
    assert close(looks[0, 3], UP)  # corner pixels: the first row is the zenith


def test_centre_pixels_stand_half_a_pixel_on():
    looks = cameras.equirectangular_rays(SPEC, Rules(), Camera()).directions[0]
    half = math.pi / 8
    wanted = (math.cos(half) * math.sin(half), math.sin(half), -math.cos(half) * math.cos(half))
    assert close(
        looks[1, 4], wanted
    )  # half a pixel (22.5 degrees) right of north and above the horizon
    assert torch.allclose(
        looks[:, :4].flip(1) * torch.tensor([-1.0, 1, 1]), looks[:, 4:], atol=1e-6
    )
    assert torch.allclose(looks.flip(0) * torch.tensor([1.0, -1, 1]), looks, atol=1e-6)


@pytest.mark.parametrize(
    ("heading", "ahead"), [(0, NORTH), (90, EAST), (180, SOUTH), (-90, WEST), (450, EAST)]
)
def test_heading_turns_the_middle_clockwise(heading, ahead):
    camera = Camera(heading=heading)
    assert close(cameras.equirectangular_rays(SPEC, RELEASED, camera).directions[0, 2, 4], ahead)
    assert close(cameras.perspective_rays(SPEC, camera, (5, 3), 90.0).directions[0, 1, 2], ahead)


@pytest.mark.parametrize("centre", [False, True])
def test_panoramas_agree_with_the_oracle(centre):
    spec = SceneSpec(panorama_size=(10, 6), vertical_fov_deg=90.0)
    rules = Rules() if centre else RELEASED
    looks = cameras.equirectangular_rays(
        spec, rules, Camera(heading=33.0), dtype=torch.float64
    ).directions[0]
    for row, column in np.ndindex(6, 10):
        assert close(
            looks[row, column],
            oracles.equirectangular_direction(row, column, 10, 6, 90.0, centre, 33.0),
        )


def test_perspective_by_hand():
    """90 degrees wide, 2 x 2 pixels: f = 1, pixels look along (+-1/2, +-1/2, 1)."""
    looks = cameras.perspective_rays(SPEC, Camera(), (2, 2), 90.0).directions[0]
    r = math.sqrt(1.5)
    assert close(looks[0, 0], (-0.5 / r, 0.5 / r, -1 / r))
    assert close(looks[1, 1], (0.5 / r, -0.5 / r, -1 / r))
    to_the_east = cameras.perspective_rays(SPEC, Camera(heading=90), (2, 2), 90.0).directions[0]
    assert close(to_the_east[0, 1], (1 / r, 0.5 / r, 0.5 / r))  # the right half looks south of east
    raised = cameras.perspective_rays(SPEC, Camera(), (1, 1), 60.0, pitch_deg=30.0).directions[
        0, 0, 0
    ]
    assert close(raised, (0, 0.5, -math.sqrt(0.75)))
    assert close(
        cameras.perspective_rays(SPEC, Camera(), (1, 1), 60.0, pitch_deg=90.0).directions[0, 0, 0],
        UP,
    )


def test_perspective_agrees_with_the_oracle():
    looks = cameras.perspective_rays(
        SPEC, Camera(heading=-57.0), (7, 5), 75.0, -25.0, dtype=torch.float64
    ).directions[0]
    for row, column in np.ndindex(5, 7):
        assert close(
            looks[row, column], oracles.perspective_direction(row, column, 7, 5, 75.0, -57.0, -25.0)
        )


def test_origins():
    places = [Camera(0.25, -0.5), Camera(0, 0, height_m=3.0)]
    origins = cameras.equirectangular_rays(SPEC, Rules(), places).origins
    assert torch.allclose(origins, torch.tensor([[0.25, -1 + 2 / 15, -0.5], [0, -0.8, 0]]))
    assert torch.equal(origins, cameras.perspective_rays(SPEC, places, (3, 2), 60.0).origins)


def test_top_down_rays_stand_over_pixel_centres():
    rays = cameras.top_down_rays((2, 4))
    assert rays.origins[0, 0, 0].tolist() == [-0.75, 1.0, -0.5]
    assert rays.origins[0, 1, 3].tolist() == [0.75, 1.0, 0.5]
    assert torch.equal(rays.directions, torch.tensor([0.0, -1.0, 0.0]).expand(1, 2, 4, 3))


@pytest.mark.parametrize("rules", [RELEASED, Rules()])
@pytest.mark.parametrize("fov", [90.0, 180.0])
def test_lookup_along_the_panoramas_own_rays_returns_the_panorama(rules, fov):
    spec = SceneSpec(panorama_size=(12, 6), vertical_fov_deg=fov)
    headings = [0.0, 77.0]
    looks = cameras.equirectangular_rays(
        spec, rules, [Camera(heading=h) for h in headings], dtype=torch.float64
    )
    panorama = torch.rand(
        2, 3, 6, 12, dtype=torch.float64, generator=torch.Generator().manual_seed(0)
    )
    found = cameras.panorama_lookup(panorama, looks.directions, headings, fov, rules.pixel_rule)
    rows = (
        slice(1, None) if rules.pixel_rule == "corner" and fov == 180 else slice(None)
    )  # the zenith has no azimuth
    assert (found - panorama)[:, :, rows].abs().max() < 1e-9


def test_lookup_crosses_the_seam_and_is_black_outside_the_field_of_view():
    panorama = torch.tensor([1.0, 0, 0, 3.0]).expand(
        1, 1, 4, 4
    )  # edge columns 0 and 3 meet in the south
    south = torch.tensor([[0, 0, 1.0], [0, 1.0, 0.9]]).reshape(1, 1, 2, 3)
    found = cameras.panorama_lookup(panorama, south, [0.0], 90.0, "centre")[0, 0, 0]
    assert found.tolist() == pytest.approx(
        [2.0, 0.0]
    )  # half way between 1 and 3; 48 degrees up is outside


def test_what_cannot_be_is_refused():
    with pytest.raises(InputError, match="horizontal_fov_deg"):
        cameras.perspective_rays(SPEC, Camera(), (4, 4), 180.0)
    with pytest.raises(InputError, match="pitch_deg"):
        cameras.perspective_rays(SPEC, Camera(), (4, 4), 60.0, pitch_deg=91)
    with pytest.raises(InputError, match="at least one camera"):
        cameras.equirectangular_rays(SPEC, Rules(), [])
    with pytest.raises(ShapeError, match=r"\(2, 3\), with directions of \(3, 4, 5, 3\)"):
        cameras.Rays(torch.zeros(2, 3), torch.zeros(3, 4, 5, 3))
    with pytest.raises(ShapeError, match="directions must be"):
        cameras.Rays(torch.zeros(2, 3), torch.zeros(4, 3))
    with pytest.raises(ShapeError, match="panorama must be"):
        cameras.panorama_lookup(
            torch.zeros(3, 4, 8), torch.zeros(1, 2, 2, 3), [0.0], 90.0, "centre"
        )

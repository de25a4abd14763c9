"""Completing and cutting panoramas: rows counted by hand."""

import pytest
import torch

from sat2density.data.panorama import complete_panorama
from sat2density.errors import InputError, ShapeError


def test_rows_are_added_in_proportion_and_the_picture_stays():
    picture = torch.rand(3, 90, 360, generator=torch.Generator().manual_seed(0))
    whole = complete_panorama(picture, 45, -45)
    assert whole.shape == (3, 180, 360)
    assert torch.equal(whole[:, 45:135], picture)
    # 60 above, 30 below the horizon: a row per degree, so 30 rows are lacking above and 60 below
    whole = complete_panorama(picture, 60, -30)
    assert whole.shape == (3, 180, 360)
    assert torch.equal(whole[:, 30:120], picture)


def test_the_pole_is_one_colour_and_the_way_there_is_smooth():
    picture = torch.rand(3, 40, 64, generator=torch.Generator().manual_seed(1))
    whole = complete_panorama(picture, 30, -30)
    zenith, nadir = whole[:, 0], whole[:, -1]
    assert zenith.std(dim=1).max() < 1e-6
    assert torch.allclose(zenith[:, 0], picture[:, 0].mean(dim=1))
    assert torch.allclose(nadir[:, 0], picture[:, -1].mean(dim=1))
    spread = whole[:, :41].std(dim=2)
    assert (spread.diff(dim=1) > -1e-6).all()


def test_a_whole_panorama_stays():
    picture = torch.rand(1, 32, 64)
    assert torch.equal(complete_panorama(picture, 90, -90), picture)


@pytest.mark.parametrize(
    ("top", "bottom"), [(0, -45), (91, -45), (45, 0), (45, -91), (-10, -45), (float("nan"), -45)]
)
def test_edges_out_of_range(top, bottom):
    with pytest.raises(InputError, match="above the horizon"):
        complete_panorama(torch.zeros(3, 8, 16), top, bottom)


def test_other_refusals():
    with pytest.raises(ShapeError, match=r"got \(8, 16\)"):
        complete_panorama(torch.zeros(8, 16), 45, -45)

"""Losses against the truth, by hand-worked numbers."""

import math

import pytest
import torch

from sat2density.models.tile_heads import TileMaps
from sat2density.render.cameras import Rays
from sat2density.render.volume import RenderedRays
from sat2density.training import truth_losses


def column(*values):
    """One column, the lowest cell first: (1, Z, 1, 1)."""
    return torch.tensor(values)[None, :, None, None]


def test_cells_are_judged_by_their_opacity():
    half = column(math.log(2.0), math.log(2.0))  # opacity 1/2 each
    filled = column(True, False)
    assert truth_losses.occupancy(half, filled, 1.0).item() == pytest.approx(math.log(2))
    sure = column(20.0, 0.0)
    assert truth_losses.occupancy(sure, filled, 1.0).item() == pytest.approx(0, abs=1e-6)


def test_cells_under_a_surface_count_less():
    depth, filled = column(math.log(2.0), math.log(2.0), 0.0), column(False, True, False)
    whole = truth_losses.occupancy(depth, filled, 1.0).item()
    part = truth_losses.occupancy(depth, filled, 0.25).item()
    assert whole == pytest.approx(2 * math.log(2) / 3)
    assert part == pytest.approx(1.25 * math.log(2) / 3)


def test_an_empty_cell_that_should_be_full_pulls_even_from_afar():
    raw = torch.full((1, 1, 1, 1), -12.0, requires_grad=True)
    depth = torch.nn.functional.softplus(raw)
    truth_losses.occupancy(depth, torch.ones(1, 1, 1, 1, dtype=torch.bool), 1.0).backward()
    assert raw.grad.item() == pytest.approx(-1, abs=1e-3)


def test_expected_height_worked_by_hand():
    # From above: layer 2 (5 m) with 0.5, then layer 0 (1 m) with all that is left.
    opacity = column(1.0, 0.0, 0.5)
    assert truth_losses.expected_heights(opacity, 2.0).item() == pytest.approx(0.5 * 5 + 0.5 * 1)
    assert truth_losses.expected_heights(column(0.0, 0.0), 2.0).item() == 0
    assert truth_losses.surface(opacity, torch.tensor([[[3.0]]]), 2.0).item() == pytest.approx(0)


def test_unsure_cells_add_up_from_the_side():
    # Two runs of two cells, each cell with opacity 1/2: a ray passes both with 1/4.
    half = torch.full((1, 1, 1, 4), math.log(2.0))
    filled = torch.tensor([True, False, False, False]).reshape(1, 1, 1, 4)
    met, free = -math.log(3 / 4), math.log(4)
    assert truth_losses.sides(half, filled, 2).item() == pytest.approx((met + free) / 2)
    assert truth_losses.sides(half, filled, 4).item() == pytest.approx(-math.log(15 / 16))


def test_rays_are_judged_by_whether_and_where_they_end():
    # Up and to the east, twice; the first ends in the tile at 0.5 units, the second beyond it.
    rays = Rays(torch.zeros(1, 3), torch.tensor([0.8, 0.6, 0.0]).expand(1, 1, 2, 3))
    depths = torch.tensor([[[0.5, 5.0]]])
    stacked = torch.zeros(1, 5, 1, 2)
    stacked[0, 3] = 0.5
    stacked[0, 4] = 0.3  # composited: over the opacity 0.6
    seen = RenderedRays(stacked)
    told = truth_losses.views(seen, rays, depths).item()
    assert told == pytest.approx(math.log(2) + 0.2)
    down = Rays(rays.origins, rays.directions * torch.tensor([1.0, -1.0, 1.0]))
    assert truth_losses.views(seen, down, depths).item() == pytest.approx(0.2)
    sky = torch.full((1, 1, 2), torch.inf)
    assert truth_losses.views(seen, rays, sky).item() == pytest.approx(math.log(2))
    assert truth_losses.views(seen, down, sky).item() == 0


def test_middles_reward_the_right_place():
    heat = torch.zeros(1, 5, 5)
    heat[0, 2, 2] = 1
    right, wrong = torch.full((1, 5, 5), -6.0), torch.full((1, 5, 5), -6.0)
    right[0, 2, 2] = wrong[0, 0, 0] = 6
    assert truth_losses.middles(right, heat) < 1e-3
    assert truth_losses.middles(wrong, heat) > 5
    assert truth_losses.middles(right, torch.zeros(1, 5, 5)).isfinite()


def test_sizes_count_at_middles_alone():
    at = torch.zeros(1, 2, 2, dtype=torch.bool)
    at[0, 0, 1] = True
    values, wanted = torch.zeros(1, 2, 2, 2), torch.ones(1, 2, 2, 2)
    values[0, :, 1, 1] = 100
    assert truth_losses.sizes(values, wanted, at).item() == pytest.approx(1)
    assert truth_losses.sizes(values, wanted, at & False).item() == 0


def test_every_head_has_its_term_and_a_missing_one_none():
    assert truth_losses.head_terms(TileMaps(), {}) == {}
    side = (1, 4, 4)
    maps = TileMaps(
        classes=torch.randn(1, 3, 4, 4),
        trees=torch.randn(1, 3, 4, 4),
        vehicles=torch.randn(1, 5, 4, 4),
        poles=torch.randn(1, 1, 4, 4),
        edges=torch.randn(1, 1, 4, 4),
        slope=torch.randn(1, 2, 4, 4),
        ground=torch.randn(1, 3, 4, 4),
    )
    heat = torch.zeros(side)
    heat[0, 1, 1] = 1
    truth = {
        "classes": torch.zeros(side, dtype=torch.int64),
        "edges": torch.zeros(side, dtype=torch.bool),
        "slope": torch.zeros(1, 2, 4, 4),
        "ground": torch.rand(1, 3, 4, 4),
        **{f"{name}_heat": heat for name in ("trees", "vehicles", "poles")},
        "trees_sizes": torch.zeros(1, 2, 4, 4),
        "vehicles_sizes": torch.zeros(1, 4, 4, 4),
        "poles_sizes": torch.zeros(1, 0, 4, 4),
    }
    terms = truth_losses.head_terms(maps, truth)
    assert set(terms) == {"classes", "trees", "vehicles", "poles", "edges", "slope", "ground"}
    assert all(value.isfinite() and value > 0 for value in terms.values())

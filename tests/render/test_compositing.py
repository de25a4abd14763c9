"""Compositing by hand."""

import math

import pytest
import torch

from sat2density.render.compositing import composite


def test_two_samples_by_hand():
    """sigma d = ln 2 twice: weights 1/2 and 1/4, a quarter left."""
    sigma = torch.full((1, 2, 1, 1), 2 * math.log(2), dtype=torch.float64)
    t = torch.tensor([1.0, 2.0], dtype=torch.float64).reshape(1, 2, 1, 1)
    colour = torch.tensor([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]], dtype=torch.float64).reshape(
        1, 3, 2, 1, 1
    )
    seen, left = composite(sigma, 0.5, t, colour)
    assert seen.flatten().tolist() == pytest.approx([0.5, 0.25, 0.75, 0.75, 1.0])
    assert left.item() == pytest.approx(0.25)


def test_opacity_and_what_is_left_make_one():
    sigma = torch.rand(2, 7, 3, 4, generator=torch.Generator().manual_seed(0)) * 20
    seen, left = composite(
        sigma, torch.rand(2, 7, 3, 4), torch.rand(2, 7, 3, 4), torch.rand(2, 3, 7, 3, 4)
    )
    assert torch.allclose(seen[:, 3:4] + left, torch.ones(2, 1, 3, 4), atol=1e-6)


def test_a_very_dense_sample_leaves_what_lies_before_it():
    sigma = torch.tensor([0.5, 1e9]).reshape(1, 2, 1, 1)
    seen, _ = composite(
        sigma, 1.0, torch.tensor([1.0, 2.0]).reshape(1, 2, 1, 1), torch.ones(1, 3, 2, 1, 1)
    )
    thin = 1 - math.exp(-0.5)
    assert seen[0, 4].item() == pytest.approx(thin + 2 * (1 - thin), rel=1e-6)


def test_empty_rays_see_nothing():
    seen, left = composite(
        torch.zeros(1, 3, 1, 1), 0.1, torch.ones(1, 3, 1, 1), torch.ones(1, 3, 3, 1, 1)
    )
    assert seen.abs().max() == 0
    assert left.item() == 1

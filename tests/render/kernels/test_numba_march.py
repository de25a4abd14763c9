"""The CPU twin against the reference: random cases forward and backward, threads, processes,
threshold, types.
"""

import dataclasses
import math
import multiprocessing
import os

import numpy as np
import pytest
import torch
from march_cases import check_against_reference, random_case, render, with_colours

from sat2density.render import cameras, kernels
from sat2density.render.kernels import numba_march, operation
from sat2density.render.kernels.settings import March
from sat2density.scene_spec import RELEASED, Rules, SceneSpec
from sat2density.views import Camera

RANDOM_CASES = 24
HALF_CASES = 8
COLOUR_CASES = 8


@pytest.mark.parametrize("seed", range(RANDOM_CASES))
def test_random_case_agrees_with_the_reference_in_float64(seed):
    check_against_reference(random_case(seed), "numba")


@pytest.mark.parametrize("colours", [1, 2, 4, 17, 40])
@pytest.mark.parametrize("seed", range(COLOUR_CASES))
def test_any_number_of_colours(seed, colours):
    check_against_reference(with_colours(random_case(seed), colours), "numba")


def test_further_colours_change_no_bit_of_the_first_three():
    density, tile, *rest, _ = random_case(2)
    more = torch.cat((tile, torch.rand(len(tile), 9, *tile.shape[2:])), 1)
    alone = kernels.march(density, tile, *rest[:3], jitter=rest[3], impl="numba")
    joined = kernels.march(density, more, *rest[:3], jitter=rest[3], impl="numba")
    assert torch.equal(joined[:, :3], alone[:, :3])
    assert torch.equal(joined[:, -2:], alone[:, 3:])
    assert alone[:, 3].max() > 0.5


def test_the_random_cases_hold_every_kind_and_see_something():
    cases = [random_case(seed) for seed in range(RANDOM_CASES)]
    assert {case[4].ground for case in cases} == {"slab", "plane"}
    assert {case[5] is None for case in cases} == {True, False}
    assert {case[2].ndim for case in cases} == {2, 4}
    seen = torch.tensor([render(case, "numba")[0][:, 3].mean() for case in cases])
    assert (seen > 0.05).sum() > RANDOM_CASES / 2


@pytest.mark.parametrize("seed", range(HALF_CASES))
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_half_precision_volumes(seed, dtype):
    """Numbers and gradients are the reference's, rounded; the numbers are those of the volume in
    float32 to the bit.
    """
    density, *rest = random_case(seed)
    half = density.to(dtype)
    seen, to_density, _ = check_against_reference((half, *rest), "numba")
    assert to_density.dtype == dtype
    assert torch.equal(seen, render((half.float(), *rest), "numba")[0])


def big_case(batch=1):
    spec = SceneSpec(tile_size=64, panorama_size=(96, 32), samples_per_ray=40)
    places = [Camera(0.1 * n, -0.2, 30.0 * n) for n in range(batch)]
    rays = cameras.equirectangular_rays(spec, RELEASED, places)
    generator = torch.Generator().manual_seed(5)
    density = torch.rand(batch, 16, 64, 64, generator=generator)
    density = torch.where(density > 0.9, density * 30, torch.zeros(()))
    tile = torch.rand(batch, 3, 64, 64, generator=generator)
    weights = torch.randn(batch, 5, 32, 96, generator=generator)
    return density, tile, rays.origins, rays.directions, March.along(spec, Rules()), None, weights


@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("colours", [3, 17])
def test_any_number_of_threads_gives_the_same_bits(batch, colours):
    before = torch.get_num_threads()
    try:
        results = []
        for threads in (1, 2, 5):
            torch.set_num_threads(threads)
            results.append(render(with_colours(big_case(batch), colours), "numba"))
    finally:
        torch.set_num_threads(before)
    for result in results[1:]:
        assert all(torch.equal(one, two) for one, two in zip(result, results[0], strict=True))


def march_and_back(case):
    """Return result and gradients as arrays: without autograd, which refuses a forked process where
    CUDA is.
    """
    density, tile, *rays, settings, _, weights = case
    seen = kernels.march(density, tile, *rays, settings, impl="numba")
    gradients = operation.march_backward(
        weights, [density, tile, *rays], settings.packed(), "numba", True
    )
    return [tensor.numpy() for tensor in (seen, *gradients)]


def _in_child(queue, case):
    torch.set_num_threads(2)
    queue.put((march_and_back(case), (os.getpid(), 2) in numba_march._POOLS))


def test_works_in_a_process_forked_after_threads_were_used():
    """As data loaders start. The child has none of its parent's threads: it makes a pool of its
    own, and equal bits.
    """
    case, before = big_case(3), torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        here = march_and_back(case)
    finally:
        torch.set_num_threads(before)
    assert (os.getpid(), 2) in numba_march._POOLS
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    child = context.Process(target=_in_child, args=(queue, case), daemon=True)
    child.start()
    there, made_a_pool = queue.get(timeout=120)
    child.join(timeout=120)
    assert child.exitcode == 0
    assert made_a_pool
    assert all(np.array_equal(one, two) for one, two in zip(there, here, strict=True))


@pytest.mark.parametrize("threshold", [0.0, 1e-4, 1e-2, 0.3])
def test_what_the_threshold_leaves_out_is_bounded(threshold):
    """Fog: with the plane a ray that stops early gives what is left to the ground, without it to
    nothing.
    """
    density, tile, places, directions, settings, *_ = big_case()
    density = density * 0 + 4
    for ground in ("slab", "plane"):
        numbers = {
            "length": settings.length,
            "samples": settings.samples,
            "top": settings.top,
            "ground": ground,
        }
        exact = kernels.march(
            density, tile, places, directions, March(**numbers, threshold=0.0), impl="numba"
        )
        early = kernels.march(
            density, tile, places, directions, March(**numbers, threshold=threshold), impl="numba"
        )
        gap = (early - exact).abs().amax((0, 2, 3))
        assert (gap[:4] <= threshold + 1e-6).all()
        assert gap[4] <= threshold * settings.length + 1e-6
        if threshold >= 1e-2:
            assert gap.max() > 0  # it does stop early


def soft_case(colours=9):
    """A softplus's volume, nowhere 0, and rays through it."""
    torch.manual_seed(3)
    spec = SceneSpec.named("suburb")
    density = torch.nn.functional.softplus(4 * torch.randn(1, 24, 48, 48) - 9) * 40
    tile = torch.rand(1, colours, 96, 96)
    rays = cameras.equirectangular_rays(spec, Rules(), [Camera(0.1, 0.2)])
    return density, tile, rays, March.along(spec, Rules())


def test_quick_pictures_differ_by_less_than_a_step_of_eight_bits():
    density, tile, rays, settings = soft_case()
    seen = [
        kernels.march(density, tile, rays.origins, rays.directions, each, impl="numba")
        for each in (settings, settings.quick())
    ]
    gap = (seen[1] - seen[0]).abs()
    assert 0 < gap.max() < 1 / 255


def test_gathered_weights_all_find_a_colour():
    """Opacity and depth keep their bits; of one colour as much is seen as there is opacity."""
    density, tile, rays, settings = soft_case()
    tile[:, :5] = 1
    late = dataclasses.replace(settings, least=1e-2)
    exact, seen = (
        kernels.march(density, tile, rays.origins, rays.directions, each, impl="numba")
        for each in (settings, late)
    )
    assert torch.equal(exact[:, -2:], seen[:, -2:])
    assert not torch.equal(exact[:, 5], seen[:, 5])
    down = rays.directions[..., 1] < 0
    lost = seen[:, -2:-1] - seen[:, :5]
    assert lost.amax() < 1e-2
    assert lost.movedim(1, -1)[down].abs().amax() < 1e-5


def test_thin_air_is_passed_over():
    density, tile, rays, settings = soft_case()
    density[density > 0.01] = 0
    thin = dataclasses.replace(settings, thin=0.01)
    seen = kernels.march(density, tile, rays.origins, rays.directions, thin, impl="numba")
    up = rays.directions[..., 1] > 0
    assert seen[:, -2][up].amax() == 0
    density[0, 12:16, 24, 24] = 50
    seen = kernels.march(density, tile, rays.origins, rays.directions, thin, impl="numba")
    assert seen[:, -2][up].amax() > 0.5


def test_an_expanded_volume_is_read_in_place_and_its_gradient_is_the_sum():
    density, tile, places, directions, settings, _, weights = big_case(3)
    one, colours = density[:1].clone().requires_grad_(), tile[:1]
    arguments = (places, directions, settings)
    expanded = kernels.march(
        one.expand(3, -1, -1, -1), colours.expand(3, -1, -1, -1), *arguments, impl="numba"
    )
    expanded.mul(weights).sum().backward()
    wanted, one.grad = one.grad, None
    repeated = kernels.march(
        one.repeat(3, 1, 1, 1), colours.repeat(3, 1, 1, 1), *arguments, impl="numba"
    )
    repeated.mul(weights).sum().backward()
    assert torch.equal(expanded, repeated)
    assert (one.grad - wanted).abs().max() < 1e-5 * wanted.abs().max()


def test_gradient_of_an_empty_volume_is_there():
    """What is not there may have to appear: the loss "more opacity" pulls at every cell that rays
    cross.
    """
    density, tile, places, directions, settings, _, _ = big_case()
    empty = torch.zeros_like(density).requires_grad_()
    kernels.march(
        empty,
        tile,
        places,
        directions,
        March(settings.length, 40, settings.top, "slab"),
        impl="numba",
    )[:, 3].sum().backward()
    assert (empty.grad > 0).float().mean() > 0.5
    assert math.isfinite(float(empty.grad.sum()))

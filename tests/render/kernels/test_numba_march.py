"""The CPU twin against the reference: random cases forward and backward, threads, processes, threshold, types."""

import math
import multiprocessing

import pytest
import torch

from sat2density.render import cameras, kernels
from sat2density.render.kernels.settings import March
from sat2density.scene_spec import RELEASED, Rules, SceneSpec
from sat2density.types import Camera

RANDOM_CASES = 24
KINDS = ("empty", "fog", "blocks", "opaque")


def random_case(seed):
    """Random shapes, rules, kind of volume, places in, at the edge of and outside the tile; rays to anywhere."""
    generator = torch.Generator().manual_seed(seed)

    def pick(low, high):
        return int(torch.randint(low, high + 1, (), generator=generator))

    def rand(*shape):
        return torch.rand(*shape, generator=generator)

    batch, kind = pick(1, 3), KINDS[seed % len(KINDS)]
    density = rand(batch if pick(0, 1) else 1, pick(1, 9), pick(1, 20), pick(1, 37))
    if kind == "blocks":
        density = torch.where(density > 0.93, density * 60, torch.zeros(()))
    density = density * {"empty": 0.0, "fog": 0.5, "blocks": 1.0, "opaque": 300.0}[kind]
    tile = rand(batch if pick(0, 1) else 1, 3, pick(1, 12), pick(1, 12))
    height, width = pick(1, 9), pick(1, 40)
    directions = torch.nn.functional.normalize(rand(batch, height, width, 3) - 0.5, dim=-1)
    places = torch.tensor([[0.0, -0.8, 0.0], [1.0, -0.9, -1.0], [-1.3, -0.7, 0.4]])[:batch]
    if pick(0, 2) == 0:
        places = (rand(batch, height, width, 3) - 0.5) * 2.4
    jitter = rand(batch, height, width) - 0.5 if pick(0, 1) else None
    ground = "slab" if pick(0, 1) else "plane"
    settings = March(0.3 + 2 * float(rand(())), pick(1, 40), -0.9 + 1.2 * float(rand(())), ground)
    weights = torch.randn(batch, 5, height, width, generator=generator)
    return density, tile, places, directions, settings, jitter, weights


def render(case, impl):
    """Return the result and the gradients to density and tile, of the case's weighted sum."""
    density, tile, places, directions, settings, jitter, weights = case
    density, tile = density.clone().requires_grad_(), tile.clone().requires_grad_()
    seen = kernels.march(density, tile, places, directions, settings, jitter=jitter, impl=impl)
    seen.mul(weights.to(seen)).sum().backward()
    return seen.detach(), density.grad, tile.grad


def close(got, wanted, tolerance):
    return (got.double() - wanted).abs().max() <= tolerance * max(1.0, float(wanted.abs().max()))


@pytest.mark.parametrize("seed", range(RANDOM_CASES))
def test_random_case_agrees_with_the_reference_in_float64(seed):
    case = random_case(seed)
    exact = tuple(t.double() if isinstance(t, torch.Tensor) else t for t in case)
    wanted, wanted_density, wanted_tile = render(exact, "reference")
    seen, to_density, to_tile = render(case, "numba")
    assert close(seen, wanted, 2e-5)
    assert close(to_density, wanted_density, 1e-4)
    assert close(to_tile, wanted_tile, 1e-4)
    # A gradient that is silently zero: where the true one stands out, the fast one must be there too.
    for fast, true in ((to_density, wanted_density), (to_tile, wanted_tile)):
        visible = true.abs() > max(1e-3 * float(true.abs().max()), 1e-6)
        assert not (visible & (fast == 0)).any()


def test_the_random_cases_hold_every_kind_and_see_something():
    cases = [random_case(seed) for seed in range(RANDOM_CASES)]
    assert {case[4].ground for case in cases} == {"slab", "plane"}
    assert {case[5] is None for case in cases} == {True, False}
    assert {case[2].ndim for case in cases} == {2, 4}
    seen = torch.tensor([render(case, "numba")[0][:, 3].mean() for case in cases])
    assert (seen > 0.05).sum() > RANDOM_CASES / 2


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_half_precision_volumes(seed, dtype):
    density, tile, *rest = random_case(seed)
    half = density.to(dtype).requires_grad_()
    seen = kernels.march(half, tile, *rest[:3], jitter=rest[3], impl="numba")
    wanted = kernels.march(half.detach().float(), tile, *rest[:3], jitter=rest[3], impl="numba")
    assert torch.equal(seen, wanted)
    seen.sum().backward()
    assert half.grad.dtype == dtype
    assert half.grad.isfinite().all()


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
def test_any_number_of_threads_gives_the_same_bits(batch):
    before = torch.get_num_threads()
    try:
        results = []
        for threads in (1, 2, 5):
            torch.set_num_threads(threads)
            results.append(render(big_case(batch), "numba"))
    finally:
        torch.set_num_threads(before)
    for result in results[1:]:
        assert all(torch.equal(one, two) for one, two in zip(result, results[0], strict=True))


def _in_child(queue):
    torch.set_num_threads(1)  # as data loaders do: torch's own threads do not survive a fork
    queue.put(render(big_case(), "numba")[0].sum().item())


def test_works_in_a_process_forked_after_threads_were_used():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        here = render(big_case(), "numba")[0].sum().item()
    finally:
        torch.set_num_threads(before)
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    child = context.Process(target=_in_child, args=(queue,), daemon=True)
    child.start()
    there = queue.get(timeout=60)
    child.join(timeout=60)
    assert there == here


@pytest.mark.parametrize("threshold", [0.0, 1e-4, 1e-2, 0.3])
def test_what_the_threshold_leaves_out_is_bounded(threshold):
    """Fog: with the plane a ray that stops early gives what is left to the ground, without it to nothing."""
    density, tile, places, directions, settings, *_ = big_case()
    density = density * 0 + 4
    for ground in ("slab", "plane"):
        numbers = {"length": settings.length, "samples": settings.samples, "top": settings.top, "ground": ground}
        exact = kernels.march(density, tile, places, directions, March(**numbers, threshold=0.0), impl="numba")
        early = kernels.march(density, tile, places, directions, March(**numbers, threshold=threshold), impl="numba")
        gap = (early - exact).abs().amax((0, 2, 3))
        assert (gap[:4] <= threshold + 1e-6).all()
        assert gap[4] <= threshold * settings.length + 1e-6
        if threshold >= 1e-2:
            assert gap.max() > 0  # it does stop early


def test_an_expanded_volume_is_read_in_place_and_its_gradient_is_the_sum():
    density, tile, places, directions, settings, _, weights = big_case(3)
    one, colours = density[:1].clone().requires_grad_(), tile[:1]
    arguments = (places, directions, settings)
    expanded = kernels.march(one.expand(3, -1, -1, -1), colours.expand(3, -1, -1, -1), *arguments, impl="numba")
    expanded.mul(weights).sum().backward()
    wanted, one.grad = one.grad, None
    repeated = kernels.march(one.repeat(3, 1, 1, 1), colours.repeat(3, 1, 1, 1), *arguments, impl="numba")
    repeated.mul(weights).sum().backward()
    assert torch.equal(expanded, repeated)
    assert (one.grad - wanted).abs().max() < 1e-5 * wanted.abs().max()


def test_gradient_of_an_empty_volume_is_there():
    """What is not there may have to appear: the loss "more opacity" pulls at every cell that rays cross."""
    density, tile, places, directions, settings, _, _ = big_case()
    empty = torch.zeros_like(density).requires_grad_()
    kernels.march(empty, tile, places, directions, March(settings.length, 40, settings.top, "slab"), impl="numba")[
        :, 3
    ].sum().backward()
    assert (empty.grad > 0).float().mean() > 0.5
    assert math.isfinite(float(empty.grad.sum()))

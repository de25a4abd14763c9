"""Random cases for the rendering operation, and the comparison of its fast twins with the
reference.
"""

from typing import NamedTuple

import torch

from sat2density.render import kernels
from sat2density.render.kernels.settings import March

KINDS = ("empty", "fog", "blocks", "opaque")


class Sizes(NamedTuple):
    """Least and greatest sizes of a random case."""

    batch: tuple[int, int] = (1, 3)
    layers: tuple[int, int] = (1, 9)
    rows: tuple[int, int] = (1, 20)
    columns: tuple[int, int] = (1, 37)
    height: tuple[int, int] = (1, 9)
    width: tuple[int, int] = (1, 40)
    samples: tuple[int, int] = (1, 40)


LARGE = Sizes()


def with_colours(case, count):
    """Return the case with a tile of `count` colours, and as many weights."""
    density, tile, *rest, weights = case
    generator = torch.Generator().manual_seed(count)
    tile = torch.rand(len(tile), count, *tile.shape[2:], generator=generator)
    shape = (len(weights), count + 2, *weights.shape[2:])
    return density, tile, *rest, torch.randn(shape, generator=generator)


def random_case(seed, sizes=LARGE):
    """Random shapes, rules, kind of volume, places in, at the edge of and outside the tile; rays to
    anywhere.

    Returns:
        density, tile, origins, directions, settings, jitter or None, and the weights of the result
        in a loss.

    """
    generator = torch.Generator().manual_seed(seed)

    def pick(low, high):
        return int(torch.randint(low, high + 1, (), generator=generator))

    def rand(*shape):
        return torch.rand(*shape, generator=generator)

    batch, kind = pick(*sizes.batch), KINDS[seed % len(KINDS)]
    density = rand(
        batch if pick(0, 1) else 1, pick(*sizes.layers), pick(*sizes.rows), pick(*sizes.columns)
    )
    if kind == "blocks":
        density = torch.where(density > 0.93, density * 60, torch.zeros(()))
    density = density * {"empty": 0.0, "fog": 0.5, "blocks": 1.0, "opaque": 300.0}[kind]
    tile = rand(batch if pick(0, 1) else 1, 3, pick(1, 12), pick(1, 12))
    height, width = pick(*sizes.height), pick(*sizes.width)
    directions = torch.nn.functional.normalize(rand(batch, height, width, 3) - 0.5, dim=-1)
    places = torch.tensor([[0.0, -0.8, 0.0], [1.0, -0.9, -1.0], [-1.3, -0.7, 0.4]])[:batch]
    if pick(0, 2) == 0:
        places = (rand(batch, height, width, 3) - 0.5) * 2.4
    jitter = rand(batch, height, width) - 0.5 if pick(0, 1) else None
    ground = "slab" if pick(0, 1) else "plane"
    settings = March(
        0.3 + 2 * float(rand(())), pick(*sizes.samples), -0.9 + 1.2 * float(rand(())), ground
    )
    weights = torch.randn(batch, 5, height, width, generator=generator)
    return density, tile, places, directions, settings, jitter, weights


def each_tensor(case, change):
    """Return the case with every tensor changed by a function."""
    return tuple(change(part) if isinstance(part, torch.Tensor) else part for part in case)


def render(case, impl):
    """Return the result and the gradients to density and tile, of the case's weighted sum."""
    density, tile, places, directions, settings, jitter, weights = case
    density, tile = density.clone().requires_grad_(), tile.clone().requires_grad_()
    seen = kernels.march(density, tile, places, directions, settings, jitter=jitter, impl=impl)
    seen.mul(weights.to(seen)).sum().backward()
    return seen.detach(), density.grad, tile.grad


def check_against_reference(case, impl):
    """Hold an implementation's result and gradients to those of the reference in float64, and
    return them.
    """
    wanted = render(each_tensor(case, lambda tensor: tensor.cpu().double()), "reference")
    got = [tensor.cpu() for tensor in render(case, impl)]
    for name, one, two, tolerance in zip(
        ("result", "density's gradient", "tile's gradient"),
        got,
        wanted,
        (2e-5, 1e-4, 1e-4),
        strict=True,
    ):
        # What two correct programs may differ by: sums in float32, and half a last place of the
        # tensor's own type.
        allowed = (
            tolerance * max(1.0, float(two.abs().max()))
            + torch.finfo(one.dtype).eps / 2 * two.abs()
        )
        gap = (one.double() - two).abs()
        assert (gap <= allowed).all(), f"{name}: off by {gap.max()}"
    # A gradient that is silently zero: where the true one stands out, the fast one must be there
    # too.
    for one, two in zip(got[1:], wanted[1:], strict=True):
        visible = two.abs() > max(1e-3 * float(two.abs().max()), 1e-6)
        assert not (visible & (one == 0)).any()
    return got

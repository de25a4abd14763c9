"""The fast twins as one torch operation, with its shapes for compilers (fake) and its gradient
(autograd).

`torch.ops.sat2density.march` and `.march_backward` pass `opcheck` and live inside
`torch.compile(fullgraph=True)`. Gradients go to the density and the tile; rays and jitter have none
(the reference gives them). The forward pass stores nothing but its arguments.
"""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any

import torch
from torch import Tensor

from sat2density.render.kernels.settings import March, batch_of

MODULES = {"numba": "numba_march", "triton": "triton_march"}
"""Implementation -> module of this package with `forward` and `backward`; imported at its first
use.
"""


def _module(impl: str) -> ModuleType:
    return importlib.import_module(f"sat2density.render.kernels.{MODULES[impl]}")


def run(
    density: Tensor,
    tile: Tensor,
    origins: Tensor,
    directions: Tensor,
    jitter: Tensor | None,
    settings: March,
    impl: str,
) -> Tensor:
    """March rays by a fast twin: as torch's operation where somebody follows it (gradients,
    compilers), else by a plain call, which gives the same numbers. A process's first call of the
    operation imports torch's compiler, which takes more than a second of a core.

    Args:
        density: as in `march`; tile, origins, directions, jitter and impl likewise.
        tile: see above.
        origins: see above.
        directions: see above.
        jitter: see above.
        settings: step, heights, the ground's rule, the twins' threshold.
        impl: "numba" or "triton".

    """
    if _is_followed(density, tile, origins, directions, jitter):
        result: Tensor = march(density, tile, origins, directions, jitter, settings.packed(), impl)
        return result
    plain: Tensor = _module(impl).forward(density, tile, origins, directions, jitter, settings)
    return plain


def _is_followed(*tensors: Tensor | None) -> bool:
    """Return whether what is done to tensors must be told to torch."""
    return torch.compiler.is_compiling() or any(
        tensor is not None and (tensor.requires_grad or type(tensor) is not Tensor)
        for tensor in tensors
    )


@torch.library.custom_op("sat2density::march", mutates_args=())
def march(
    density: Tensor,
    tile: Tensor,
    origins: Tensor,
    directions: Tensor,
    jitter: Tensor | None,
    numbers: list[float],
    impl: str,
) -> Tensor:
    """March rays by a fast twin; arguments as in `kernels.march`, with `numbers` from
    `March.packed`.

    Args:
        density: (B | 1, Z, R, C), per unit.
        tile: (B | 1, C, h, w).
        origins: (B | 1, 3) or (B | 1, H, W, 3), units.
        directions: (B | 1, H, W, 3), unit length.
        jitter: (B | 1, H, W) in [-1/2, 1/2), or None.
        numbers: of `March.packed`.
        impl: "numba" or "triton".

    """
    result: Tensor = _module(impl).forward(
        density, tile, origins, directions, jitter, March.unpacked(numbers)
    )
    return result


@march.register_fake
def _(
    density: Tensor,
    tile: Tensor,
    origins: Tensor,
    directions: Tensor,
    jitter: Tensor | None,
    numbers: list[float],
    impl: str,
) -> Tensor:
    batch = batch_of(density, tile, origins, directions)
    return density.new_empty(
        (batch, tile.shape[1] + 2, *directions.shape[1:3]), dtype=torch.float32
    )


@torch.library.custom_op("sat2density::march_backward", mutates_args=())
def march_backward(
    gradient: Tensor,
    tensors: list[Tensor],
    numbers: list[float],
    impl: str,
    tile_wanted: bool,
) -> tuple[Tensor, Tensor]:
    """Return the gradients to density and tile (empty where not wanted) from the result's gradient
    (B, C + 2, H, W).

    `tensors` are density, tile, origins, directions and, where there is one, jitter.

    Args:
        gradient: (B, C + 2, H, W), of the result.
        tensors: density, tile, origins, directions and, where there is one, jitter.
        numbers: of `March.packed`.
        impl: "numba" or "triton".
        tile_wanted: whether the tile's gradient is wanted, too.

    """
    density, tile, origins, directions, *rest = tensors
    jitter = rest[0] if rest else None
    settings = March.unpacked(numbers)
    to_density, to_tile = _module(impl).backward(
        gradient, density, tile, origins, directions, jitter, settings, tile_wanted
    )
    return to_density, tile.new_empty(0) if to_tile is None else to_tile


@march_backward.register_fake
def _(
    gradient: Tensor, tensors: list[Tensor], numbers: list[float], impl: str, tile_wanted: bool
) -> tuple[Tensor, Tensor]:
    density, tile = tensors[:2]
    return density.new_empty(density.shape), tile.new_empty(tile.shape if tile_wanted else 0)


def _remember(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
    *tensors, jitter, ctx.numbers, ctx.impl = inputs
    ctx.save_for_backward(*tensors, *(() if jitter is None else (jitter,)))


def _differentiate(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
    tile_wanted = ctx.needs_input_grad[1]
    to_density, to_tile = march_backward(
        gradient, list(ctx.saved_tensors), ctx.numbers, ctx.impl, tile_wanted
    )
    density_wanted = ctx.needs_input_grad[0]
    return (
        (to_density if density_wanted else None),
        (to_tile if tile_wanted else None),
        None,
        None,
        None,
        None,
        None,
    )


march.register_autograd(_differentiate, setup_context=_remember)

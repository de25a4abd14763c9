"""The rendering operation: one documented function, `march`, over a reference and its fast twins."""

from __future__ import annotations

from torch import Tensor

from sat2density.render.kernels import reference
from sat2density.render.kernels.settings import March, check_finite, check_shapes

__all__ = ["March", "march"]


def march(
    density: Tensor,
    tile: Tensor,
    origins: Tensor,
    directions: Tensor,
    settings: March,
    *,
    jitter: Tensor | None = None,
    impl: str = "auto",
) -> Tensor:
    """Doc later"""
    check_shapes(density, tile, origins, directions, jitter)
    check_finite(density, tile)
    return reference.march(density, tile, origins, directions, jitter, settings)

"""One tile looked at from several sides: turned by quarters, told, turned back, averaged.

A net that learned from turned tiles tells nearly, not quite, the same of each of them, and the mean
errs less (docs/decisions/networks.md has the numbers).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import torch
from torch import Tensor

from sat2density.models.tile_heads import TileMaps

Describe = Callable[[Tensor], tuple[Tensor, TileMaps]]
"""Tiles (B, 3, S, S) -> their densities and maps, as `Generator.describe`."""


def from_all_sides(describe: Describe, tile: Tensor, turns: int) -> tuple[Tensor, TileMaps]:
    """Return the means of densities and maps over a tile's turns.

    Args:
        describe: tells them of tiles as they lie; one call with `turns` times as many.
        tile: (B, 3, S, S) in [0, 1].
        turns: 2 are none and a half, 4 all quarters; 1 is `describe` alone.

    """
    if turns == 1:
        return describe(tile)
    quarters = range(0, 4, 4 // turns)
    density, maps = describe(torch.cat([turned(tile, count) for count in quarters]))
    parts = {f.name: getattr(maps, f.name) for f in dataclasses.fields(maps)}
    told = {name: _mean(name, values, quarters) for name, values in parts.items()}
    mean = _mean("density", density, quarters)
    assert mean is not None
    return mean, TileMaps(**told)


def turned(values: Tensor, quarters: int) -> Tensor:
    """Turn maps clockwise as seen, north up.

    Args:
        values: (..., S, S).
        quarters: of a turn, any sign.

    """
    return torch.rot90(values, -quarters, (-2, -1))


def turned_vectors(field: Tensor, quarters: int) -> Tensor:
    """Turn the vectors of a field clockwise, not their places.

    Args:
        field: (..., 2, S, S) components east and south.
        quarters: of a turn, any sign.

    """
    east, south = field.unbind(-3)
    for _ in range(quarters % 4):
        east, south = -south, east
    return torch.stack((east, south), -3)


def _mean(name: str, values: Tensor | None, quarters: range) -> Tensor | None:
    """Return the mean of what was told of each turn, laid back as the tile lies."""
    if values is None:
        return None
    parts = zip(values.chunk(len(quarters)), quarters, strict=True)
    back = [_directed(name, turned(part, -count), -count) for part, count in parts]
    return torch.stack(back).mean(0)


def _directed(name: str, values: Tensor, quarters: int) -> Tensor:
    """Turn what a head tells of directions (`TileMaps`)."""
    if name == "slope":
        return turned_vectors(values, quarters)
    if name == "vehicles" and quarters % 2:
        # Sine and cosine of twice a heading that is 90 degrees further.
        return torch.cat((values[:, :3], -values[:, 3:]), 1)
    return values

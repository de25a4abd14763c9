"""What perfect heads would tell of a procedural world: for developing and measuring what finds
things.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from sat2density.city.evidence import Evidence

if TYPE_CHECKING:
    from sat2density.worlds import World


def exact_evidence(world: World, extent_m: float | None = None, rows: int = 128) -> Evidence:
    """Return the truth of a world in the form of evidence: heat around middles as heads are
    taught, cells of the density's size.

    Args:
        world: of any style.
        extent_m: side of the tile; None for the world's.
        rows: of the maps that the heads tell a cell, R.

    """
    side = world.spec.extent_m if extent_m is None else extent_m
    pixels = 2 * rows
    maps = world.truth_maps(pixels, side, occupancy=None)
    things = world.things(side)
    trees = np.zeros((3, rows, rows), np.float32)
    vehicles = np.zeros((4, rows, rows), np.float32)
    poles = np.zeros((1, rows, rows), np.float32)
    for tree in things.trees:
        told = (tree.radius_m, tree.height_m)
        _heat(trees, (tree.east_m, tree.south_m), side, told)
    for car in things.vehicles:
        turn = math.radians(car.heading_deg)
        half = 0.5 * math.atan2(math.sin(2 * turn), math.cos(2 * turn))
        _heat(vehicles, (car.east_m, car.south_m), side, (car.length_m, car.width_m, half))
    for pole in things.poles:
        _heat(poles, (pole.east_m, pole.south_m), side, ())
    return Evidence(
        extent_m=side,
        classes=maps.classes,
        certainty=np.ones(maps.classes.shape, np.float32),
        trees=trees,
        vehicles=vehicles,
        poles=poles[0],
        edges=_blocks(maps.house_edges).max((1, 3)).astype(np.float32),
        slope=np.stack([_blocks(part).mean((1, 3)) for part in maps.roof_slope]),
        heights_m=maps.heights_m,
        tile=world.tile(pixels, side),
        ground=world.ground_picture(pixels, side),
    )


def _blocks(values: np.ndarray) -> np.ndarray:
    """Return (R, 2, R, 2): the four pixels of each cell."""
    rows = len(values) // 2
    return values.reshape(rows, 2, rows, 2)


def _heat(
    maps: np.ndarray, place: tuple[float, float], extent_m: float, told: tuple[float, ...]
) -> None:
    """Draw a bump of one cell's spread round a place, and what is told there in its
    neighbourhood.
    """
    side = maps.shape[-1]
    column = math.floor((place[0] / extent_m + 0.5) * side)
    row = math.floor((place[1] / extent_m + 0.5) * side)
    if not (0 <= row < side and 0 <= column < side):
        return
    for y in range(max(row - 3, 0), min(row + 4, side)):
        for x in range(max(column - 3, 0), min(column + 4, side)):
            bump = math.exp(-0.5 * ((y - row) ** 2 + (x - column) ** 2))
            if bump > maps[0, y, x]:
                maps[0, y, x] = bump
                maps[1:, y, x] = told

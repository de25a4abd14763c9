"""Maps of a world that teach: what each vertical ray meets, whose it is, and how the roof there
falls.
"""

from __future__ import annotations

import numpy as np

from sat2density.worlds.kernels.codes import (
    C_BUILDING,
    CLASS,
    CONVEX,
    COS,
    KIND,
    SIN,
    SX,
    SY,
)
from sat2density.worlds.kernels.jit import entry, njit
from sat2density.worlds.kernels.records import Geometry
from sat2density.worlds.kernels.reference import refer
from sat2density.worlds.kernels.surface import ground_class
from sat2density.worlds.kernels.trace import ground_height, trace


@njit
def downhill(prims: np.ndarray, i: int, face: int) -> tuple[float, float]:
    """Return (east, south) of the way down a roof's face, as long as it falls per metre; 0 where
    flat.
    """
    if face < 6:
        return 0.0, 0.0
    sign = 1.0 - 2.0 * (face % 2)
    c, s = prims[i, COS], prims[i, SIN]
    if face < 8:
        fall = sign * abs(prims[i, SY])
        return -s * fall, c * fall
    fall = sign * abs(prims[i, SX])
    return c * fall, s * fall


@entry
def survey_all(
    world: Geometry,
    square: tuple[float, float, float],
    metres: np.ndarray,
    classes: np.ndarray,
    owners: tuple[np.ndarray, np.ndarray],
    slope: np.ndarray,
) -> None:
    """Fill the maps of a square = (side, its middle's east and south) in metres, (S, S) at pixel
    centres.

    metres (2, S, S): height of the surface and of the bare ground; classes (2, S, S): of the
    surface and of the bare ground; owners = (house of each primitive (N,), house map (S, S), -1 for
    none); slope (2, S, S): the roof's way down (east, south), rise per metre, 0 elsewhere.
    """
    geo = refer(world)
    house_of, house = owners
    side, east_m, south_m = square
    size = house.shape[0]
    for row in range(size):
        y = ((row + 0.5) / size - 0.5) * side + south_m
        for column in range(size):
            x = ((column + 0.5) / size - 0.5) * side + east_m
            hit = trace(geo, (x, y, 400.0, 0.0, 0.0, -1.0))
            metres[0, row, column] = 400.0 - hit[0]
            metres[1, row, column] = ground_height(geo, x, y)
            under = ground_class(geo, x, y)
            classes[1, row, column] = under
            classes[0, row, column] = under
            house[row, column] = -1
            slope[0, row, column] = 0.0
            slope[1, row, column] = 0.0
            i = hit[1]
            if i >= 0:
                kind = int(geo.prims[i, CLASS])
                classes[0, row, column] = kind
                if kind == C_BUILDING:
                    house[row, column] = house_of[i]
                    if geo.prims[i, KIND] == CONVEX:
                        east, south = downhill(geo.prims, i, hit[2])
                        slope[0, row, column] = east
                        slope[1, row, column] = south

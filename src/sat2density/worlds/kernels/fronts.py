"""What the walls of buildings look like, column by column: their colour, and where windows are."""

from __future__ import annotations

import numpy as np

from sat2density.conventions import FLOOR_M, FRONT_STOREYS, STOREY_M, WINDOW_M
from sat2density.worlds.kernels.codes import C_BUILDING, CLASS
from sat2density.worlds.kernels.jit import entry
from sat2density.worlds.kernels.materials import primitive_colour
from sat2density.worlds.kernels.primitives import to_local
from sat2density.worlds.kernels.records import Geometry
from sat2density.worlds.kernels.reference import refer
from sat2density.worlds.kernels.trace import point, trace

SEEN_M = 0.5 * (WINDOW_M[0] + WINDOW_M[1])
"""Height over a storey's floor at which there is glass wherever there is a window."""
REACH = 2.6
"""Cells from the middle of the column outside to a wall at most."""
FOOTPRINT_M = 0.3
MIRROR = 0.2
"""What mirrors more is glass."""


@entry
def fronts(world: Geometry, extent_m: float, building: np.ndarray, out: np.ndarray) -> None:
    """Fill `out` (4 + FRONT_STOREYS, R, R), zero before, in columns at the edge of `building` (R,
    R) bool: sums over rays of a wall's linear albedo, of glass in each storey, and of walls met.

    Level rays are cast at columns of buildings from their neighbours that are none.
    """
    geo = refer(world)
    rows = building.shape[0]
    side = extent_m / rows
    for row in range(rows):
        for column in range(rows):
            if not building[row, column]:
                continue
            for turn in range(4):
                step_e = (1, 0, -1, 0)[turn]
                step_s = (0, 1, 0, -1)[turn]
                r, c = row - step_s, column - step_e
                if not (0 <= r < rows and 0 <= c < rows) or building[r, c]:
                    continue
                for storey in range(FRONT_STOREYS):
                    for part in range(2):
                        aside = (0.5 * part - 0.25) * side
                        x = (c + 0.5) * side - 0.5 * extent_m + aside * step_s
                        y = (r + 0.5) * side - 0.5 * extent_m + aside * step_e
                        z = FLOOR_M + SEEN_M + STOREY_M * storey
                        ray = (x, y, z, float(step_e), float(step_s), 0.0)
                        hit = trace(geo, ray)
                        if hit[1] < 0 or hit[0] > REACH * side:
                            continue
                        if int(geo.prims[hit[1], CLASS]) != C_BUILDING:
                            continue
                        p = point(ray, hit[0])
                        place = to_local(geo.prims, hit[1], (p[0], p[1], p[2], 1.0, 0.0, 0.0))
                        spot = ((place[0], place[1], place[2]), hit[3], FOOTPRINT_M)
                        colour, shine = primitive_colour(geo, hit[1], hit[2], spot)
                        if shine > MIRROR:
                            out[3 + storey, row, column] += 1.0
                            continue
                        for channel in range(3):
                            out[channel, row, column] += colour[channel]
                        out[3 + FRONT_STOREYS, row, column] += 1.0

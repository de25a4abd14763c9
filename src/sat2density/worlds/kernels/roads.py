"""Where the roads are: signed distance to the kerb, and the place along and across the nearest
road.
"""

from __future__ import annotations

import math

import numpy as np

from sat2density.worlds.kernels.codes import (
    CELL_M,
    R_ARC,
    R_DX,
    R_DY,
    R_HALF,
    R_LENGTH,
    R_MEDIAN,
    R_MINOR,
    R_RADIUS,
    R_X,
    R_Y,
)
from sat2density.worlds.kernels.jit import entry, njit
from sat2density.worlds.kernels.records import Geometry, Vec
from sat2density.worlds.kernels.reference import refer

CORNER_M = 3.5
"""Reach of the rounding where two kerbs meet, metres."""

CELL_REACH_M = 0.75 * CELL_M
"""More than half the diagonal of a cell: no distance changes by more between a cell's middle and a
place in it.
"""


@njit
def along(roads: np.ndarray, k: int, x: float, y: float) -> Vec:
    """Return (metres along, metres to the right of the middle line, distance to the middle line)
    for road piece k.
    """
    if roads[k, R_ARC] < 0.5:
        px, py = x - roads[k, R_X], y - roads[k, R_Y]
        s = px * roads[k, R_DX] + py * roads[k, R_DY]
        side = py * roads[k, R_DX] - px * roads[k, R_DY]
        over = max(-s, s - roads[k, R_LENGTH], 0.0)
        return s, side, math.sqrt(side * side + over * over)
    px, py = x - roads[k, R_X], y - roads[k, R_Y]
    radius, sweep = roads[k, R_RADIUS], roads[k, R_DY]
    turn = 1.0 if sweep > 0 else -1.0
    middle = roads[k, R_DX] + 0.5 * sweep
    angle = math.atan2(py, px) - middle
    # Into [-pi, pi) about the arc's middle, so that a place beyond its ends is told by the nearer
    # one.
    angle -= 2 * math.pi * math.floor(angle / (2 * math.pi) + 0.5)
    s = (angle * turn + 0.5 * abs(sweep)) * radius
    side = turn * (radius - math.sqrt(px * px + py * py))
    over = max(-s, s - roads[k, R_LENGTH], 0.0)
    return s, side, math.sqrt(side * side + over * over)


@njit
def place(geo: Geometry, x: float, y: float) -> tuple[float, int, float, float, float, float]:
    """Return (distance to the kerb, piece, s, side, distance to the kerb of the other pieces and of
    the through roads).

    Distances are negative on the road. Kerbs are rounded where pieces meet (polynomial smooth
    minimum). Inside the grid only the pieces listed for the cell are looked at: the others are too
    far away to matter.
    """
    n = geo.cell_top.shape[0] - 1
    ix, iy = math.floor((x + geo.radius_m) / CELL_M), math.floor((y + geo.radius_m) / CELL_M)
    listed = 0 <= ix < n and 0 <= iy < n
    first = geo.road_start[iy * n + ix] if listed else 0
    count = geo.road_start[iy * n + ix + 1] - first if listed else geo.roads.shape[0]
    best, other, through, total = 1.0e6, 1.0e6, 1.0e6, 1.0e6
    piece, best_s, best_side = -1, 0.0, 0.0
    for item in range(count):
        k = geo.road_items[first + item] if listed else item
        s, side, distance = along(geo.roads, k, x, y)
        d = distance - geo.roads[k, R_HALF]
        if geo.roads[k, R_MINOR] < 0.5:
            through = min(through, d)
        # The order of the pieces matters a little to the rounding: it is always that of the table.
        h = max(CORNER_M - abs(total - d), 0.0) / CORNER_M
        total = min(total, d) - 0.25 * h * h * CORNER_M
        if d < best:
            other, best, piece, best_s, best_side = best, d, k, s, side
        else:
            other = min(other, d)
    return total, piece, best_s, best_side, other, through


@njit
def kerb_distance(geo: Geometry, x: float, y: float) -> float:
    """Return metres to the nearest kerb, negative on the carriageway; islands and medians count as
    verge.
    """
    total, piece, s, side, other, _ = place(geo, x, y)
    return with_islands(geo, x, y, (total, piece, s, side, other))


@njit
def kerb_near(geo: Geometry, x: float, y: float) -> float:
    """Return the distance to the kerb kept for the cell of a place; 0 outside the grid, where none
    is kept.
    """
    n = geo.kerb_at.shape[0]
    ix, iy = math.floor((x + geo.radius_m) / CELL_M), math.floor((y + geo.radius_m) / CELL_M)
    return geo.kerb_at[iy, ix] if 0 <= ix < n and 0 <= iy < n else 0.0


@njit
def raised(geo: Geometry, x: float, y: float) -> bool:
    """Return whether a place lies beside the carriageway; the distance itself is worked out near
    kerbs only.
    """
    near = kerb_near(geo, x, y)
    if abs(near) > CELL_REACH_M:
        return near > 0.0
    return kerb_distance(geo, x, y) > 0.0


@njit
def with_islands(
    geo: Geometry, x: float, y: float, info: tuple[float, int, float, float, float]
) -> float:
    """Add roundabouts and medians to the distance of `place`."""
    total, piece, _, side, other = info
    if piece >= 0 and geo.roads[piece, R_MEDIAN] > 0.0:
        # A median ends 2 m before another road, for those who turn.
        total = max(total, min(geo.roads[piece, R_MEDIAN] - abs(side), other - 2.0))
    for k in range(geo.discs.shape[0]):
        dx, dy = x - geo.discs[k, 0], y - geo.discs[k, 1]
        distance = math.sqrt(dx * dx + dy * dy)
        # Road out to the outer radius, and verge again within the island's.
        total = max(min(total, distance - geo.discs[k, 2]), geo.discs[k, 3] - distance)
    return total


@entry
def sort_roads(world: Geometry, needed: np.ndarray, kerb_at: np.ndarray) -> None:
    """Fill (n, n, K) whether a piece matters in a cell, and (n, n) the distance to the kerb at the
    cells' middles.

    A piece matters to the rounding within CORNER_M of the nearest, and to marks and medians within
    2 m of its kerb; both are widened by what the distances can change inside a cell.
    """
    geo = refer(world)
    n = kerb_at.shape[0]
    for row in range(n):
        y = (row + 0.5) * CELL_M - geo.radius_m
        for column in range(n):
            x = (column + 0.5) * CELL_M - geo.radius_m
            least = 1.0e6
            for k in range(geo.roads.shape[0]):
                least = min(least, along(geo.roads, k, x, y)[2] - geo.roads[k, R_HALF])
            limit = max(least + 2 * CELL_REACH_M + CORNER_M, 2.0 + 2 * CELL_REACH_M)
            for k in range(geo.roads.shape[0]):
                needed[row, column, k] = (
                    along(geo.roads, k, x, y)[2] - geo.roads[k, R_HALF] <= limit
                )
            kerb_at[row, column] = kerb_distance(geo, x, y)


@njit
def clearance_at(roads: np.ndarray, discs: np.ndarray, x: float, y: float) -> float:
    """Return metres to the nearest carriageway (corner rounding and islands left out), negative on
    it.
    """
    best = 1.0e6
    for k in range(roads.shape[0]):
        best = min(best, along(roads, k, x, y)[2] - roads[k, R_HALF])
    for k in range(discs.shape[0]):
        best = min(best, math.hypot(x - discs[k, 0], y - discs[k, 1]) - discs[k, 2])
    return best


@entry
def clearance(roads: np.ndarray, discs: np.ndarray, x: float, y: float) -> float:
    """Return metres to the nearest carriageway; see `clearance_at`, which only kernels can call."""
    return clearance_at(roads, discs, x, y)


@entry
def clearances(roads: np.ndarray, discs: np.ndarray, spots: np.ndarray, out: np.ndarray) -> None:
    """Fill `out` (N,) with the clearance of (N, 2) places east and south, metres."""
    for k in range(spots.shape[0]):
        out[k] = clearance_at(roads, discs, spots[k, 0], spots[k, 1])

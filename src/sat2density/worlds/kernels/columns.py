"""What vertical columns hold: occupancy, bare ground, height and class maps, and the grid's tops
and openness.
"""

from __future__ import annotations

import math

import numpy as np

from sat2density.worlds.kernels.codes import (
    CELL_M,
    CLASS,
    CONVEX,
    CROWN,
    CROWN_CELLS,
    CX,
    CY,
    CYLINDER,
    KIND,
    SX,
    SY,
    Z0,
    Z1,
    A,
)
from sat2density.worlds.kernels.jit import entry, njit
from sat2density.worlds.kernels.primitives import crown_ray, hit_convex, hit_cylinder
from sat2density.worlds.kernels.records import Geometry
from sat2density.worlds.kernels.reference import refer
from sat2density.worlds.kernels.surface import ground_class
from sat2density.worlds.kernels.trace import ground_height, trace

SUBSAMPLES = 2
"""Columns per voxel side in which matter is looked for."""


@njit
def fill(out: np.ndarray, cell: tuple[int, int], low: float, high: float, layer_m: float) -> None:
    """Mark the layers whose middle lies in [low, high], and at least the one around its middle."""
    layers = out.shape[0]
    first = math.ceil(low / layer_m - 0.5)
    last = math.floor(high / layer_m - 0.5)
    if last < first:
        first = last = math.floor(0.5 * (low + high) / layer_m)
    for layer in range(max(first, 0), min(last, layers - 1) + 1):
        out[layer, cell[0], cell[1]] = True


@njit
def fill_crown(
    geo: Geometry, i: int, out: np.ndarray, cell: tuple[int, int], place: tuple[float, float, float]
) -> None:
    """Mark the layers filled by crown i in the column at place = (x, y, layer height)."""
    x, y, layer_m = place
    gx, gy, _, _, _, _ = crown_ray(geo.prims, i, (x, y, 0.0, 0.0, 0.0, 1.0))
    if gx < 0.0 or gy < 0.0 or gx >= CROWN_CELLS or gy >= CROWN_CELLS:
        return
    low = geo.prims[i, Z0]
    step = (geo.prims[i, Z1] - low) / CROWN_CELLS
    template = int(geo.prims[i, SX])
    for k in range(CROWN_CELLS):
        if geo.crowns[template, k, int(gy), int(gx)] > 0:
            layer = int((low + (k + 0.5) * step) / layer_m)
            if 0 <= layer < out.shape[0]:
                out[layer, cell[0], cell[1]] = True


@entry
def occupancy(
    world: Geometry, extent_m: float, height_m: float, middle: tuple[float, float], out: np.ndarray
) -> None:
    """Mark voxels of `out` (Z, S, S) that hold something standing on the ground (the ground itself
    is the floor): a square of `extent_m` metres around `middle` (east, south).
    """
    geo = refer(world)
    layers, size, _ = out.shape
    layer_m, side = height_m / layers, extent_m / size
    n = geo.cell_top.shape[0] - 1
    for row in range(size * SUBSAMPLES):
        y = ((row + 0.5) / (size * SUBSAMPLES) - 0.5) * extent_m + middle[1]
        iy = int((y + geo.radius_m) / CELL_M)
        for column in range(size * SUBSAMPLES):
            x = ((column + 0.5) / (size * SUBSAMPLES) - 0.5) * extent_m + middle[0]
            number = iy * n + int((x + geo.radius_m) / CELL_M)
            cell = (row // SUBSAMPLES, column // SUBSAMPLES)
            for item in range(geo.cell_start[number], geo.cell_start[number + 1]):
                i = geo.cell_items[item]
                if geo.prims[i, KIND] == CROWN:
                    fill_crown(geo, i, out, cell, (x, y, layer_m))
                    continue
                ray = (x, y, height_m, 0.0, 0.0, -1.0)
                convex = geo.prims[i, KIND] == CONVEX
                t0, t1, _ = (
                    hit_convex(geo.prims, i, ray) if convex else hit_cylinder(geo.prims, i, ray)
                )
                if t0 <= t1:
                    fill(out, cell, height_m - t1, height_m - t0, layer_m)
    for i in range(geo.prims.shape[0]):
        # Thinner than a voxel, a post can stand between two columns.
        if geo.prims[i, KIND] == CYLINDER and geo.prims[i, A] < side:
            fill_post(geo, i, out, (extent_m, layer_m), middle)


@njit
def fill_post(
    geo: Geometry,
    i: int,
    out: np.ndarray,
    scale_m: tuple[float, float],
    middle: tuple[float, float],
) -> None:
    """Mark the voxels on a thin post's axis, which the columns may miss: scale_m = (tile side,
    layer height).
    """
    extent_m, layer_m = scale_m
    layers, size, _ = out.shape
    c, s = geo.prims[i, 3], geo.prims[i, 4]
    for layer in range(layers):
        z = (layer + 0.5) * layer_m
        if geo.prims[i, Z0] <= z <= geo.prims[i, Z1]:
            rise = z - geo.prims[i, Z0]
            u, v = geo.prims[i, SX] * rise, geo.prims[i, SY] * rise
            east = geo.prims[i, CX] + c * u - s * v - middle[0]
            south = geo.prims[i, CY] + s * u + c * v - middle[1]
            column = math.floor((east / extent_m + 0.5) * size)
            row = math.floor((south / extent_m + 0.5) * size)
            if 0 <= row < size and 0 <= column < size:
                out[layer, row, column] = True


@entry
def survey(
    world: Geometry, extent_m: float, heights: np.ndarray, ground: np.ndarray, classes: np.ndarray
) -> None:
    """Fill (S, S) maps at pixel centres: surface height, bare ground height (metres), class of the
    surface.
    """
    geo = refer(world)
    size = heights.shape[0]
    for row in range(size):
        y = ((row + 0.5) / size - 0.5) * extent_m
        for column in range(size):
            x = ((column + 0.5) / size - 0.5) * extent_m
            hit = trace(geo, (x, y, 400.0, 0.0, 0.0, -1.0))
            heights[row, column] = 400.0 - hit[0]
            ground[row, column] = ground_height(geo, x, y)
            if hit[1] >= 0:
                classes[row, column] = int(geo.prims[hit[1], CLASS])
            else:
                classes[row, column] = ground_class(geo, x, y)


@entry
def sky_openness(top: np.ndarray, out: np.ndarray) -> None:
    """Fill `out` (n, n) with the share of sky seen from the ground among cells of height `top` (n,
    n), 8 directions.
    """
    n = out.shape[0]
    for row in range(n):
        for column in range(n):
            seen = 0.0
            for dr, dc in ((0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1)):
                slope = 0.0
                for step in range(1, 6):
                    r, c = row + dr * step, column + dc * step
                    if 0 <= r < n and 0 <= c < n:
                        distance = step * CELL_M * math.sqrt(float(dr * dr + dc * dc))
                        slope = max(slope, 0.8 * top[r, c] / distance)
                # The fraction is the sine of the skyline's elevation.
                seen += 1.0 - slope / math.sqrt(1.0 + slope * slope)
            # Under a crown or an overhang more is hidden than the neighbouring cells tell.
            covered = 0.72 if top[row, column] > 2.5 else 1.0
            out[row, column] = covered * (0.25 + 0.75 * seen / 8.0)

"""The two records every kernel takes: `Geometry` (what stands where) and `Light` (how it is
lit).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

Ray = tuple[float, float, float, float, float, float]
"""Start (east, south, up) and direction; the direction need not have unit length."""
Span = tuple[float, float, int]
"""t in, t out, and the face that was entered."""
Hit = tuple[float, int, int, int]
"""t, what was hit, its face, its voxel value."""
Vec = tuple[float, float, float]
"""A colour, a place or a direction."""


class Geometry(NamedTuple):
    """A world as tables. Metres east, south and up from the tile's middle at road level.

    Attributes:
        prims: (N, PRIMITIVE_COLUMNS) float64, see `codes`.
        bounds: (N, 5) float64, what surely holds each primitive, see `codes`.
        cell_start, cell_items: primitives of each grid cell, row by row (compressed lists).
        cell_top: (n, n) height of what stands in each cell.
        openness: (n, n) share of the sky seen from the ground in each cell, [0, 1].
        patches: (M, PATCH_COLUMNS) float64; later ones lie on top.
        patch_start, patch_items: patches of each grid cell.
        roads: (K, ROAD_COLUMNS) float64.
        road_start, road_items: road pieces that matter in each grid cell, in rising order.
        kerb_at: (n, n) distance to the kerb at each cell's middle, metres, negative on the road.
        discs: (D, 4) roundabouts: east, south, outer radius, island radius.
        crowns: (T, CROWN_CELLS, CROWN_CELLS, CROWN_CELLS) uint8 [up, y, x]; 0 empty, 1 wood, else
            leaf tone.
        backdrop_m: (L, 1024) heights of the distant rings by azimuth (0 = east, growing towards
            south).
        backdrop: (L, 5) radius, colour (3), roughness.
        backdrop_top: (L,) greatest height of each ring.
        radius_m: half the side of the grid.
        kerb_m: height of the verge above the road.
        footpath: (offset from the kerb, width) in metres; width 0 = none.
        verge: (3,) colour of untended ground; dryness in `dry` turns it from green to straw.
        dry: [0, 1].
        asphalt: colour of the road.
        seed: seed of the ground's texture.

    """

    prims: np.ndarray
    bounds: np.ndarray
    cell_start: np.ndarray
    cell_items: np.ndarray
    cell_top: np.ndarray
    openness: np.ndarray
    patches: np.ndarray
    patch_start: np.ndarray
    patch_items: np.ndarray
    roads: np.ndarray
    road_start: np.ndarray
    road_items: np.ndarray
    kerb_at: np.ndarray
    discs: np.ndarray
    crowns: np.ndarray
    backdrop_m: np.ndarray
    backdrop: np.ndarray
    backdrop_top: np.ndarray
    radius_m: float
    kerb_m: float
    footpath: tuple[float, float]
    verge: tuple[float, float, float]
    dry: float
    asphalt: tuple[float, float, float]
    seed: int


class Light(NamedTuple):
    """Light of one photograph, linear radiance.

    Attributes:
        sun: unit vector towards the sun (east, south, up).
        sun_rgb: irradiance of the direct sun; 0 under closed cloud.
        sky_rgb: irradiance of the sky on open ground.
        zenith_rgb, horizon_rgb: radiance of the clear sky.
        haze: extinction per metre; haze_rgb: radiance of the air.
        cloud: cover [0, 1]; cloud_scale: clouds per unit of the sky plane; cloud_rgb: radiance of a
            cloud.
        glow: strength of the bright ring around the sun.
        seed: seed of the clouds.

    """

    sun: Vec
    sun_rgb: tuple[float, float, float]
    sky_rgb: tuple[float, float, float]
    zenith_rgb: tuple[float, float, float]
    horizon_rgb: tuple[float, float, float]
    haze: float
    haze_rgb: tuple[float, float, float]
    cloud: float
    cloud_scale: float
    cloud_rgb: tuple[float, float, float]
    glow: float
    seed: int

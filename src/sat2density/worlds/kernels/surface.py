"""Colour and class of the ground at the very point that was hit: marks, kerbs, paths and lawns stay
sharp.
"""

from __future__ import annotations

import math

from sat2density.worlds.kernels.codes import (
    ASPHALT,
    BITUMEN,
    C_GRASS,
    C_PAVEMENT,
    C_ROAD,
    C_SOIL,
    C_WATER,
    CELL_M,
    CONCRETE,
    COURT,
    CROP,
    EARTH,
    GRAVEL,
    LAKE,
    LAWN,
    MARK_CENTRE,
    MARK_DOUBLE,
    MARK_EDGE,
    MARK_LANES,
    P_A,
    P_B,
    P_BLUE,
    P_COS,
    P_GREEN,
    P_KIND,
    P_RED,
    P_SEED,
    P_SHAPE,
    P_SIN,
    P_X,
    P_Y,
    PARKING,
    PAVERS,
    PITCH,
    R_HALF,
    R_MARKS,
    R_MEDIAN,
    R_MINOR,
    SCREE,
    SOIL,
    TRACK,
    WATER,
    ZEBRA,
)
from sat2density.worlds.kernels.jit import njit
from sat2density.worlds.kernels.marked import PAINT_RGB, grass, marked_colour
from sat2density.worlds.kernels.materials import fade
from sat2density.worlds.kernels.noise import fbm, hash01, noise, smooth
from sat2density.worlds.kernels.records import Geometry, Vec
from sat2density.worlds.kernels.roads import CELL_REACH_M, kerb_near, place, with_islands
from sat2density.worlds.kernels.sky import mix, scale, times

Cover = tuple[int, tuple[int, float, float], float, tuple[int, float, float, float, float]]
"""What covers a place: its kind, the patch there (see `find_patch`), the distance to the kerb, the
place on the road (piece, s, side, other pieces, through roads).
"""
OPEN, PATCH, STRIPE, CARRIAGEWAY, KERBSTONE, FOOTPATH, SHOULDER = range(7)
"""Kinds of cover."""

CONCRETE_RGB = (0.36, 0.34, 0.30)


@njit
def find_patch(geo: Geometry, x: float, y: float) -> tuple[int, float, float]:
    """Return (topmost patch at a place or -1, and the place in its own axes)."""
    n = geo.cell_top.shape[0] - 1
    ix, iy = math.floor((x + geo.radius_m) / CELL_M), math.floor((y + geo.radius_m) / CELL_M)
    if ix < 0 or iy < 0 or ix >= n or iy >= n:
        return -1, 0.0, 0.0
    cell = iy * n + ix
    # Backwards: what was laid last lies on top.
    for item in range(geo.patch_start[cell + 1] - 1, geo.patch_start[cell] - 1, -1):
        k = geo.patch_items[item]
        c, s = geo.patches[k, P_COS], geo.patches[k, P_SIN]
        px, py = x - geo.patches[k, P_X], y - geo.patches[k, P_Y]
        u, v = c * px + s * py, c * py - s * px
        a, b, shape = geo.patches[k, P_A], geo.patches[k, P_B], geo.patches[k, P_SHAPE]
        if shape >= 1.0:
            ragged = 0.0
            if shape >= 3.0:
                ragged = 1.1 * (fbm(0.55 * x, 0.55 * y, int(geo.patches[k, P_SEED]), 3) - 0.5)
            elif shape >= 2.0:
                ragged = 0.35 * (noise(0.8 * x, 0.8 * y, int(geo.patches[k, P_SEED])) - 0.5)
            inside = (u / a) ** 2 + (v / b) ** 2 < 1.0 + ragged
        else:
            inside = abs(u) < a and abs(v) < b
        if inside:
            return k, u, v
    return -1, 0.0, 0.0


@njit
def slabs(colour: Vec, s: float, at: tuple[float, float, float], seed: int) -> Vec:
    """Return concrete with joints every 1.5 m along s, stains, and slabs of slightly different
    age.
    """
    x, y, footprint = at
    k = math.floor(s / 1.5)
    joint = 1.0 - 0.35 * (1.0 if s / 1.5 - k < 0.03 else 0.0) * fade(0.08, footprint)
    tone = 0.9 + 0.2 * hash01(int(k), 3, seed)
    return scale(colour, joint * tone * (0.82 + 0.36 * fbm(1.3 * x, 1.3 * y, seed, 3)))


@njit
def patch_class(geo: Geometry, found: tuple[int, float, float]) -> int:
    """Return the class of a patch that was found."""
    kind = int(geo.patches[found[0], P_KIND])
    if kind in (LAWN, CROP, PITCH):
        return C_GRASS
    if kind == LAKE:
        return C_WATER
    if kind in (ASPHALT, PARKING):
        return C_ROAD
    if kind in (COURT, SCREE):
        return C_PAVEMENT
    if kind == WATER and not on_rim(geo, found):
        return C_WATER
    return C_PAVEMENT if kind in (CONCRETE, PAVERS, GRAVEL, WATER) else C_SOIL


@njit
def on_rim(geo: Geometry, found: tuple[int, float, float]) -> bool:
    """Return whether a place lies on the paved rim of a pool."""
    k, u, v = found
    return min(geo.patches[k, P_A] - abs(u), geo.patches[k, P_B] - abs(v)) <= 0.35


@njit
def patch_colour(
    geo: Geometry, found: tuple[int, float, float], at: tuple[float, float, float]
) -> Vec:
    """Return the colour of a patch that was found."""
    k, u, v = found
    x, y, footprint = at
    base = (geo.patches[k, P_RED], geo.patches[k, P_GREEN], geo.patches[k, P_BLUE])
    kind, seed = int(geo.patches[k, P_KIND]), int(geo.patches[k, P_SEED])
    if kind == LAWN:
        return grass(base, geo.dry * (0.25 + 1.1 * hash01(seed, 1, 3)), at, seed)
    if kind == CONCRETE:
        return slabs(base, u, at, seed)
    if kind == WATER:
        return CONCRETE_RGB if on_rim(geo, found) else base
    if kind == PAVERS:
        cell = hash01(math.floor(u / 0.22), math.floor(v / 0.11), seed) - 0.5
        return scale(base, 1.0 + 0.4 * cell * fade(0.15, footprint))
    if kind >= ASPHALT:
        return marked_colour(geo, found, at)
    if kind == CROP:
        row = (
            math.sin(2 * math.pi * v / 0.9)
            * fade(0.4, footprint)
            * noise(0.4 * x, 0.4 * y, seed + 1)
        )
        return scale(base, (0.85 + 0.3 * fbm(0.2 * x, 0.2 * y, seed, 3)) * (1.0 + 0.22 * row))
    rough = fbm(2.1 * x, 2.1 * y, seed, 3) - 0.5
    speck = (noise(11.0 * x, 11.0 * y, seed + 1) - 0.5) * fade(0.09, footprint)
    if kind == TRACK:
        rut = 1.0 - 0.18 * math.exp(-(((abs(v) - 0.75) / 0.25) ** 2))
        return scale(base, rut * (1.0 + 0.4 * rough + 0.3 * speck))
    if kind == GRAVEL:
        return scale(base, 1.0 + 0.25 * rough + 0.5 * speck)
    return scale(base, 1.0 + 0.5 * rough + 0.35 * speck)


@njit
def painted(geo: Geometry, spot: tuple[int, float, float, float, float], width: float) -> bool:
    """Return whether paint lies at a place of a road: spot = (piece, s, side, other pieces, through
    roads).
    """
    piece, s, side, other, through = spot
    marks, half = int(geo.roads[piece, R_MARKS]), geo.roads[piece, R_HALF]
    if (
        geo.roads[piece, R_MINOR] > 0.5
        and marks > 0
        and -half < side < 0.0
        and 0.3 < through < 0.3 + 3 * width
    ):
        return s % 1.0 < 0.6
    # Marks end where another road begins.
    if other < 1.2:
        return False
    median = geo.roads[piece, R_MEDIAN]
    # Dashes of 3 m with gaps of 6 m.
    if marks & MARK_CENTRE and median == 0.0 and abs(side) < width and s % 9.0 < 3.0:
        return True
    if marks & MARK_DOUBLE and median == 0.0 and abs(abs(side) - 0.14) < 0.8 * width:
        return True
    if marks & MARK_EDGE and abs(abs(side) - (half - 0.45)) < 0.8 * width:
        return True
    if marks & MARK_LANES:
        middle = 0.5 * (half + median)
        return abs(abs(side) - middle) < width and s % 9.0 < 3.0
    return False


@njit
def road_colour(
    geo: Geometry, spot: tuple[int, float, float, float, float], at: tuple[float, float, float]
) -> Vec:
    """Return the colour of the carriageway: worn wheel tracks, oil, seams, cracks, repairs,
    paint.
    """
    piece, s, side, _other, _through = spot
    x, y, footprint = at
    base = scale(geo.asphalt, 0.86 + 0.30 * fbm(0.23 * x, 0.23 * y, geo.seed, 3))
    speck = (noise(14.0 * x, 14.0 * y, geo.seed + 1) - 0.5) * fade(0.07, footprint)
    base = scale(base, 1.0 + 0.35 * speck + 0.16 * (fbm(2.3 * x, 2.3 * y, geo.seed + 4, 2) - 0.5))
    if piece < 0:
        return base
    half = geo.roads[piece, R_HALF]
    lane = 0.5 * half
    # Wheels run 0.75 m on both sides of a lane's middle, where oil drips.
    track = math.exp(-(((abs(abs(abs(side) - lane)) - 0.75) / 0.3) ** 2))
    oil = math.exp(-(((abs(side) - lane) / 0.35) ** 2)) * noise(0.3 * s, 1.0, geo.seed + piece)
    gutter = 1.0 - 0.22 * smooth(0.7, 0.1, half - abs(side))
    base = scale(base, (1.0 + 0.07 * track - 0.14 * oil) * gutter)
    # Where smooth noise crosses its mean lie thin lines that branch nowhere and end nowhere:
    # cracks, shown only in some places.
    crack = abs(fbm(0.6 * x, 0.6 * y, geo.seed + 21, 4) - 0.5)
    if crack < 0.0035 and noise(0.08 * x, 0.08 * y, geo.seed + 22) > 0.64:
        base = scale(base, 1.0 - 0.45 * fade(0.06, footprint))
    seam = abs(side - 0.06 + 0.1 * (noise(0.2 * s, 2.0, geo.seed + 23) - 0.5))
    if seam < 0.03:
        base = scale(base, 1.0 - 0.25 * fade(0.06, footprint))
    if painted(geo, spot, 0.065):
        worn = smooth(0.2, 0.55, fbm(3.1 * x, 3.1 * y, geo.seed + 31, 3))
        base = mix(base, PAINT_RGB, 0.45 + 0.5 * worn)
    return base


@njit
def is_covered(geo: Geometry, found: tuple[int, float, float]) -> bool:
    """Return whether a patch of its own kind lies at a place: stripes and new bitumen count on
    roads only.
    """
    return (
        found[0] >= 0
        and geo.patches[found[0], P_KIND] != ZEBRA
        and geo.patches[found[0], P_KIND] != BITUMEN
    )


@njit
def cover(geo: Geometry, x: float, y: float) -> Cover:
    """Return what covers the ground at a place; its class is found without working out any
    colour.
    """
    path_end = geo.footpath[0] + geo.footpath[1]
    # Most of the land is far from any road: there the exact distance is not worked out.
    if kerb_near(geo, x, y) > max(path_end, 1.8) + CELL_REACH_M:
        return OPEN, find_patch(geo, x, y), 0.0, (-1, 0.0, 0.0, 0.0, 0.0)
    total, piece, s, side, other, through = place(geo, x, y)
    kerb = with_islands(geo, x, y, (total, piece, s, side, other))
    found = find_patch(geo, x, y)
    kind = int(geo.patches[found[0], P_KIND]) if found[0] >= 0 else -1
    soft = kind in (LAWN, SOIL, CROP, PITCH, EARTH)
    what = OPEN
    if kerb <= 0.0:
        what = STRIPE if kind == ZEBRA and (found[1] / 1.1) % 1.0 < 0.52 else CARRIAGEWAY
    elif geo.kerb_m > 0.0 and kerb < 0.16:
        what = KERBSTONE
    # A lawn or a field does not grow over a footpath; paving is laid over it.
    elif is_covered(geo, found) and not soft:
        what = PATCH
    elif 0.0 < total - geo.footpath[0] < geo.footpath[1]:
        what = FOOTPATH
    elif (
        geo.kerb_m <= 0.0
        and not soft
        and kerb < 0.9 + 0.8 * (noise(0.5 * x, 0.5 * y, geo.seed + 8) - 0.5)
    ):
        what = SHOULDER
    return what, found, kerb, (piece, s, side, other, through)


@njit
def cover_class(geo: Geometry, covering: Cover) -> int:
    """Return the class of what `cover` found."""
    what, found, _, _ = covering
    if what in (STRIPE, CARRIAGEWAY):
        return C_ROAD
    if what in (KERBSTONE, FOOTPATH):
        return C_PAVEMENT
    if what == SHOULDER:
        return C_SOIL
    return patch_class(geo, found) if is_covered(geo, found) else C_GRASS


@njit
def cover_colour(geo: Geometry, covering: Cover, at: tuple[float, float, float]) -> Vec:
    """Return the linear albedo of what `cover` found at = (x, y, footprint)."""
    what, found, kerb, spot = covering
    x, y, _ = at
    if what == STRIPE:
        return scale(PAINT_RGB, 0.75 + 0.3 * fbm(2 * x, 2 * y, geo.seed, 2))
    if what == CARRIAGEWAY:
        colour = road_colour(geo, spot, at)
        k = found[0]
        if k >= 0 and geo.patches[k, P_KIND] == BITUMEN:
            colour = times(
                colour, (geo.patches[k, P_RED], geo.patches[k, P_GREEN], geo.patches[k, P_BLUE])
            )
        if geo.kerb_m > 0.0 and kerb > -0.35:
            colour = mix(colour, scale(CONCRETE_RGB, 0.8), 0.6)
        return colour
    if what == KERBSTONE:
        return slabs(CONCRETE_RGB, spot[1], at, geo.seed + 3)
    if what == FOOTPATH:
        return slabs(CONCRETE_RGB, spot[1], at, geo.seed + 6)
    if what == SHOULDER:
        return scale((0.30, 0.25, 0.19), 0.8 + 0.4 * fbm(2 * x, 2 * y, geo.seed + 7, 3))
    if is_covered(geo, found):
        return patch_colour(geo, found, at)
    return grass(geo.verge, geo.dry, at, geo.seed + 11)


@njit
def ground_colour(geo: Geometry, x: float, y: float, footprint: float) -> tuple[Vec, int]:
    """Return (linear albedo, class) of the ground at a place; `footprint` is the pixel's size there
    in metres.
    """
    covering = cover(geo, x, y)
    return cover_colour(geo, covering, (x, y, footprint)), cover_class(geo, covering)


@njit
def ground_class(geo: Geometry, x: float, y: float) -> int:
    """Return the class of the ground at a place."""
    return cover_class(geo, cover(geo, x, y))

"""Colour of a primitive at the point that was hit: walls with windows and doors, roofs, leaves,
cars.
"""

from __future__ import annotations

import math

import numpy as np

from sat2density.worlds.kernels.codes import (
    BARK,
    BLUE,
    BLUE2,
    CAR_BODY,
    CAR_CABIN,
    EXTRA,
    FACADE,
    FENCE,
    FLAG,
    GARAGE,
    GREEN,
    GREEN2,
    HALL,
    LEAF,
    MATERIAL,
    PANEL,
    PARAM,
    RED,
    RED2,
    ROOF_FLAT,
    ROOF_METAL,
    ROOF_TILE,
    SEED,
    SX,
    SY,
    WALL,
    Z0,
    Z1,
    A,
    B,
)
from sat2density.worlds.kernels.jit import njit
from sat2density.worlds.kernels.noise import fbm, hash01, noise, smooth
from sat2density.worlds.kernels.records import Geometry, Vec
from sat2density.worlds.kernels.sky import scale

GLASS = (0.025, 0.032, 0.04)
FRAME = (0.62, 0.61, 0.58)


@njit
def fade(size: float, footprint: float) -> float:
    """Return the contrast left of a texture of `size` metres when a pixel covers `footprint`
    metres.
    """
    ratio = footprint / size
    return 1.0 / (1.0 + 1.8 * ratio * ratio)


@njit
def across(face: int, p: Vec) -> float:
    """Return the horizontal coordinate on a side face of a convex body."""
    return p[1] if face < 2 else p[0]


@njit
def window(u: float, z: float, opening: tuple[float, float, float, float], seed: int) -> int:
    """Return 2 on glass, 1 on the frame, 0 outside an opening (middle, half width, sill, head)."""
    middle, half, sill, head = opening
    du = half - abs(u - middle)
    dz = min(z - sill, head - z)
    if du < 0.0 or dz < 0.0:
        return 0
    # A frame of 7 cm all around, and a bar of 7 cm in the middle.
    if min(du, dz) < 0.07 or abs(u - middle) < 0.035:
        return 1
    return (
        2
        if hash01(int(middle * 8), int(sill * 8), seed) > 0.25 or z < sill + 0.45 * (head - sill)
        else 1
    )


@njit
def wall(prims: np.ndarray, i: int, face: int, p: Vec, footprint: float) -> tuple[Vec, float]:
    """Return (colour, share of mirror) of a house wall: bricks or render, windows per storey, a
    door on face FLAG.
    """
    base = (prims[i, RED], prims[i, GREEN], prims[i, BLUE])
    seed = int(prims[i, SEED]) + 31 * face
    u, z = across(face, p), p[2]
    half = prims[i, B] if face < 2 else prims[i, A]
    # One window at most for every 3.3 m of wall, none cut by a corner.
    slots = max(1.0, math.floor(2 * half / 3.3))
    width = 2 * half / slots
    slot = math.floor((u + half) / width)
    storey = math.floor((z - 0.15) / 2.75)
    middle = (slot + 0.5) * width - half
    chance = hash01(int(slot), int(storey), seed)
    if face < 4 and storey < prims[i, PARAM]:
        floor = 0.15 + 2.75 * storey
        door = face == int(prims[i, FLAG]) and storey == 0 and slot == math.floor(0.5 * slots)
        if door:
            if abs(u - middle) < 0.5 and z < floor + 2.1:
                return (prims[i, RED2] * 0.5, prims[i, GREEN2] * 0.45, prims[i, BLUE2] * 0.4), 0.0
        elif chance < 0.68:
            wide = 0.45 + 0.75 * hash01(int(slot), 7, seed)
            sill = floor + (0.95 if chance < 0.5 else 0.15)
            inside = window(u, z, (middle, min(wide, 0.4 * width), sill, floor + 2.15), seed)
            if inside == 2:
                return GLASS, 0.35
            if inside == 1:
                return FRAME, 0.0
    # A brick with its joints takes 24 cm by 8.6 cm; every other course is shifted by half of one.
    course = math.floor(z / 0.086)
    brick = hash01(math.floor(u / 0.24 + 0.5 * (course % 2)), int(course), seed) - 0.5
    tone = (
        1.0
        + 0.35 * prims[i, EXTRA] * brick * fade(0.16, footprint)
        + 0.12 * (fbm(u, z * 0.7, seed, 2) - 0.5)
    )
    # Rain splashes up: the lowest half metre is darker.
    damp = 1.0 - 0.18 * (1.0 - smooth(0.0, 0.5, z))
    return scale(base, tone * damp), 0.0


@njit
def facade(prims: np.ndarray, i: int, face: int, p: Vec, footprint: float) -> tuple[Vec, float]:
    """Return (colour, share of mirror) of a town front: a shop below, rows of equal windows
    above.
    """
    base = (prims[i, RED], prims[i, GREEN], prims[i, BLUE])
    seed = int(prims[i, SEED]) + 31 * face
    u, z = across(face, p), p[2]
    half = prims[i, B] if face < 2 else prims[i, A]
    shop = 3.6 * prims[i, FLAG]
    if z < shop:
        bay = math.floor((u + half) / 4.0)
        inside = abs((u + half) / 4.0 - bay - 0.5) * 4.0
        if z > shop - 0.75:
            return (
                (
                    0.1 + 0.5 * hash01(int(bay), 1, seed),
                    0.1 + 0.4 * hash01(int(bay), 2, seed),
                    0.1 + 0.4 * hash01(int(bay), 3, seed),
                ),
                0.0,
            )
        if z > 0.4 and inside < 1.8:
            return GLASS, 0.4
        return scale(base, 0.7), 0.0
    pitch = 2.1 + 1.6 * hash01(1, 2, int(prims[i, SEED]))
    slot = math.floor((u + half) / pitch)
    storey = math.floor((z - shop) / 3.1)
    floor = shop + 3.1 * storey
    if storey < prims[i, PARAM] and abs(u) < half - 0.3:
        middle = (slot + 0.5) * pitch - half
        sill = 0.25 if hash01(3, 3, seed) > 0.6 else 0.9
        inside = window(u, z, (middle, 0.32 * pitch, floor + sill, floor + 2.5), seed)
        if inside == 2:
            return GLASS, 0.45
        if inside == 1:
            return FRAME, 0.0
    band = 0.85 if abs(z - floor) < 0.12 else 1.0
    return scale(
        base,
        band * (0.94 + 0.14 * fbm(0.8 * u, 0.5 * z, seed, 2)) * (1.0 - 0.1 * fade(0.3, footprint)),
    ), 0.0


@njit
def solar(prims: np.ndarray, i: int, face: int, p: Vec) -> bool:
    """Return whether solar panels cover this point of a roof (FLAG = 1 + the face that carries
    them).
    """
    if int(prims[i, FLAG]) - 1 != face:
        return False
    u, v = (p[0], p[1]) if face < 8 else (p[1], p[0])
    size = prims[i, B] if face < 8 else prims[i, A]
    return abs(u - 0.25 * prims[i, A]) < 0.36 * prims[i, A] and 0.25 * size < abs(v) < 0.8 * size


@njit
def roof(prims: np.ndarray, i: int, face: int, p: Vec, footprint: float) -> tuple[Vec, float]:
    """Return (colour, share of mirror) of a roof: courses of tiles or sheets, ridge caps, dirt,
    solar panels.
    """
    base = (prims[i, RED], prims[i, GREEN], prims[i, BLUE])
    seed = int(prims[i, SEED])
    if face < 6 and face != 4:
        if face == 5:
            return (0.5, 0.49, 0.46), 0.0
        if p[2] > prims[i, Z0] + 0.22:
            return (prims[i, RED2], prims[i, GREEN2], prims[i, BLUE2]), 0.0
        return scale(FRAME, 0.8), 0.0
    if solar(prims, i, face, p):
        grid = (
            1.0
            if abs((p[0] / 1.05) % 1.0 - 0.5) < 0.46 and abs((p[1] / 1.3) % 1.0 - 0.5) < 0.46
            else 2.4
        )
        return scale((0.018, 0.024, 0.05), grid), 0.25
    down, side = (prims[i, B] - abs(p[1]), p[0]) if face < 8 else (prims[i, A] - abs(p[0]), p[1])
    dirt = 1.0 + 0.42 * (fbm(0.45 * p[0] + 3, 0.45 * p[1], seed, 3) - 0.5)
    if prims[i, MATERIAL] == ROOF_TILE:
        row = math.floor(down / 0.36)
        part = down / 0.36 - row
        tile = hash01(math.floor(side / 0.33 + 0.5 * (row % 2)), int(row), seed) - 0.5
        tone = 1.0 + (0.30 * tile - 0.22 * smooth(0.7, 1.0, part)) * fade(0.30, footprint)
    else:
        rib = abs((side / 0.72) % 1.0 - 0.5)
        tone = 1.0 - 0.24 * smooth(0.36, 0.5, rib) * fade(0.5, footprint)
        sheet = hash01(math.floor(side / 2.1), 3, seed) - 0.5
        tone *= 1.0 + 0.10 * sheet
    if prims[i, SY] > 0.0 and cap(prims, i, p):
        tone *= 1.22
    return scale(base, tone * dirt), 0.0


@njit
def cap(prims: np.ndarray, i: int, p: Vec) -> bool:
    """Return whether a point lies on the ridge or on a hip of a roof."""
    y = (prims[i, B] - abs(p[1])) * prims[i, SY]
    if prims[i, SX] > 0.0:
        x = (prims[i, A] - abs(p[0])) * prims[i, SX]
        return abs(x - y) < 0.09 or (x > y and abs(p[1]) < 0.14) or (x < y and abs(p[0]) < 0.14)
    return abs(p[1]) < 0.14


@njit
def car_body(prims: np.ndarray, i: int, face: int, p: Vec) -> tuple[Vec, float]:
    """Return (colour, share of mirror) of a car's lower body: wheels and sills on the sides, lamps
    at the ends.
    """
    base = (prims[i, RED], prims[i, GREEN], prims[i, BLUE])
    a = prims[i, A]
    if face == 2 or face == 3:
        wheel = math.hypot(abs(p[0]) - 0.62 * a, p[2] - 0.33)
        if wheel < 0.19:
            return (0.22, 0.22, 0.23), 0.1
        if wheel < 0.35 or p[2] < 0.24:
            return (0.012, 0.012, 0.013), 0.0
        if wheel < 0.41 or abs(abs(p[0] + 0.05 * a) % (0.52 * a) - 0.02) < 0.02:
            return scale(base, 0.45), 0.0
    elif face < 2:
        if p[2] < 0.3:
            return (0.015, 0.015, 0.016), 0.0
        if p[2] > 0.58 and abs(p[1]) > 0.52:
            return ((0.45, 0.02, 0.02), 0.0) if face == 1 else ((0.65, 0.65, 0.6), 0.1)
        if 0.38 < p[2] < 0.52 and abs(p[1]) < 0.26:
            return (0.55, 0.55, 0.5), 0.0
    return base, 0.10


@njit
def car_cabin(prims: np.ndarray, i: int, face: int, p: Vec) -> tuple[Vec, float]:
    """Return (colour, share of mirror) of a car's cabin: glass on the slopes with pillars, paint on
    the roof.
    """
    base = (prims[i, RED], prims[i, GREEN], prims[i, BLUE])
    rise = (p[2] - prims[i, Z0]) / (prims[i, Z1] - prims[i, Z0])
    if face == 4 or rise < 0.08 or rise > 0.9 or prims[i, PARAM] > 0.5:
        return base, 0.10
    if face in (6, 7, 2, 3):
        u = abs(p[0] + 0.1) / prims[i, A]
        if u < 0.04 or u > 0.80:
            return scale(base, 0.8), 0.05
    return GLASS, 0.35


@njit
def fence(prims: np.ndarray, i: int, face: int, p: Vec, footprint: float) -> Vec:
    """Return the colour of a fence: palings or ribbed sheets."""
    base = (prims[i, RED], prims[i, GREEN], prims[i, BLUE])
    u = across(face, p)
    board = hash01(math.floor(u / 0.15), 5, int(prims[i, SEED])) - 0.5
    gap = 0.6 if (u / 0.15) % 1.0 < 0.12 else 1.0
    k = fade(0.12, footprint)
    sheet = 0.9 if (u / 2.4) % 1.0 < 0.03 else 1.0
    return scale(
        base,
        (1.0 + 0.4 * board * k) * (1.0 + (gap - 1.0) * k) * sheet * (0.9 + 0.2 * noise(u, p[2], 9)),
    )


@njit
def garage(prims: np.ndarray, i: int, face: int, p: Vec) -> Vec:
    """Return the colour of a garage: a panelled door on face FLAG, wall elsewhere."""
    half = prims[i, B] if face < 2 else prims[i, A]
    if face == int(prims[i, FLAG]) and abs(across(face, p)) < half - 0.25 and p[2] < 2.2:
        line = 0.75 if (p[2] / 0.53) % 1.0 < 0.08 else 1.0
        return (prims[i, RED2] * line, prims[i, GREEN2] * line, prims[i, BLUE2] * line)
    return (prims[i, RED], prims[i, GREEN], prims[i, BLUE])


@njit
def hall(prims: np.ndarray, i: int, face: int, p: Vec, footprint: float) -> tuple[Vec, float]:
    """Return (colour, share of mirror) of a hall: ribbed sheets, gates on face FLAG, a band of
    panes above PARAM metres (0 for none).
    """
    base = (prims[i, RED], prims[i, GREEN], prims[i, BLUE])
    seed = int(prims[i, SEED]) + 31 * face
    u, z = across(face, p), p[2]
    if face == int(prims[i, FLAG]):
        gate = math.floor(u / 7.0)
        inside = abs(u / 7.0 - gate - 0.5) * 7.0
        if hash01(int(gate), 3, seed) < 0.6 and inside < 1.9 and z < 4.0:
            line = 0.8 if (z / 0.5) % 1.0 < 0.1 else 1.0
            return (prims[i, RED2] * line, prims[i, GREEN2] * line, prims[i, BLUE2] * line), 0.0
    if prims[i, PARAM] > 0.0 and prims[i, PARAM] < z < prims[i, PARAM] + 1.1:
        return (GLASS, 0.4) if (u / 1.6) % 1.0 > 0.07 else (FRAME, 0.0)
    rib = 1.0 - 0.18 * fade(0.3, footprint) * (1.0 if (u / 0.3) % 1.0 < 0.3 else 0.0)
    plinth = 0.55 if z < 0.35 else 1.0
    return scale(base, rib * plinth * (0.88 + 0.24 * fbm(0.5 * u, 0.4 * z, seed, 3))), 0.0


@njit
def panel(prims: np.ndarray, i: int, face: int, p: Vec) -> tuple[Vec, float]:
    """Return (colour, share of mirror) of solar panels that stand by themselves."""
    if face < 6 and face != 4:
        return (0.2, 0.2, 0.2), 0.0
    bar = abs((p[0] / 1.05) % 1.0 - 0.5) > 0.46 or abs((p[1] / 1.7) % 1.0 - 0.5) > 0.47
    return scale((0.016, 0.021, 0.042), 2.6 if bar else 1.0), 0.2


@njit
def leaf(prims: np.ndarray, i: int, p: Vec, value: int) -> Vec:
    """Return the colour of a crown: leaf tone by voxel and clump, wood where the template says
    so.
    """
    if value == 1:
        return (prims[i, RED2], prims[i, GREEN2], prims[i, BLUE2])
    tone = 0.35 + 1.25 * value / 255.0
    seed = int(prims[i, SEED])
    warm = 0.26 * (fbm(1.1 * p[0] + 0.6 * p[2], 1.1 * p[1] - 0.4 * p[2], seed, 2) - 0.5)
    return (
        prims[i, RED] * tone * (1.0 + 1.3 * warm),
        prims[i, GREEN] * tone * (1.0 + 0.5 * warm),
        prims[i, BLUE] * tone * (1.0 - 0.3 * warm),
    )


@njit
def primitive_colour(
    geo: Geometry, i: int, face: int, spot: tuple[Vec, int, float]
) -> tuple[Vec, float]:
    """Return (linear albedo, share of mirror) at a hit: `spot` = (local place, voxel value, pixel
    size in metres).
    """
    p, value, footprint = spot
    prims = geo.prims
    material = int(prims[i, MATERIAL])
    base = (prims[i, RED], prims[i, GREEN], prims[i, BLUE])
    if material == LEAF:
        return leaf(prims, i, p, value), 0.0
    if material == WALL:
        return wall(prims, i, face, p, footprint)
    if material in (ROOF_TILE, ROOF_METAL):
        return roof(prims, i, face, p, footprint)
    if material == FACADE:
        if face == 4:
            return scale(
                (0.3, 0.29, 0.28), 0.75 + 0.5 * fbm(0.5 * p[0], 0.5 * p[1], int(prims[i, SEED]), 3)
            ), 0.0
        return facade(prims, i, face, p, footprint)
    if material == CAR_BODY:
        return car_body(prims, i, face, p)
    if material == CAR_CABIN:
        return car_cabin(prims, i, face, p)
    if material == FENCE:
        return fence(prims, i, face, p, footprint), 0.0
    if material == GARAGE:
        return garage(prims, i, face, p), 0.0
    if material == HALL:
        return hall(prims, i, face, p, footprint)
    if material == PANEL:
        return panel(prims, i, face, p)
    if material in (BARK, ROOF_FLAT):
        return scale(
            base,
            0.7 + 0.6 * fbm(1.5 * p[0] + 7 * p[1], 1.2 * p[2] + 0.8 * p[1], int(prims[i, SEED]), 3),
        ), 0.0
    return base, 0.0

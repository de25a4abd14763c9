"""Pictures: one ray through every pixel, three more where neighbours differ. The first ray decides
depth and class.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sat2density.worlds.kernels.codes import NOTHING
from sat2density.worlds.kernels.jit import entry, njit
from sat2density.worlds.kernels.records import Geometry, Hit, Light, Ray, Vec
from sat2density.worlds.kernels.reference import refer
from sat2density.worlds.kernels.shade import radiance
from sat2density.worlds.kernels.trace import trace

PANORAMA, PERSPECTIVE, OVERHEAD = 0, 1, 2
CONTRAST = 0.05
"""Step in the root of the light from one pixel to the next above which a pixel is refined."""
LIMIT = 4.0
"""Brightest sample in a mixed pixel: as on film, sky behind leaves must not outshine them all."""
OFFSETS = ((-0.33, 0.14), (0.14, 0.36), (0.30, -0.33))
"""Places of the further samples in a pixel, about evenly spread with the middle one."""
ABOVE_M = 400.0
"""Height from which the tile is taken; only its being above everything matters."""


class Eye(NamedTuple):
    """A camera of the world.

    Attributes:
        mode: PANORAMA, PERSPECTIVE or OVERHEAD.
        size: (width, height) in pixels.
        place: (east, south, up) in metres.
        heading, pitch: radians; heading clockwise from north, pitch upwards.
        field: vertical (panorama) or horizontal (perspective) field of view in radians, or side in
            metres (overhead).
        shift: 0.5 sends the ray through a pixel's centre, 0 through its corner.
        slant: (east, south) metres of shift per metre of height for a picture taken slightly from
            the side.
        further: rays more for pixels whose neighbours differ, 0 to 3.

    """

    mode: int
    size: tuple[int, int]
    place: tuple[float, float, float]
    heading: float
    pitch: float
    field: float
    shift: float
    slant: tuple[float, float]
    further: int = 3


class Buffers(NamedTuple):
    """Results: linear colour (H, W, 3), radial depth (H, W) in metres, height of the hit, class,
    what was hit.
    """

    colour: np.ndarray
    depth: np.ndarray
    height: np.ndarray
    classes: np.ndarray
    what: np.ndarray


@njit
def pixel_ray(eye: Eye, column: float, row: float) -> Ray:
    """Return the ray of unit length through a place of the picture (conventions: panorama azimuth,
    latitude).
    """
    width, height = eye.size
    east, south, up = eye.place
    if eye.mode == OVERHEAD:
        east += (column / width - 0.5) * eye.field + eye.slant[0] * ABOVE_M
        south += (row / height - 0.5) * eye.field + eye.slant[1] * ABOVE_M
        length = math.sqrt(1.0 + eye.slant[0] ** 2 + eye.slant[1] ** 2)
        return east, south, ABOVE_M, -eye.slant[0] / length, -eye.slant[1] / length, -1.0 / length
    if eye.mode == PANORAMA:
        latitude = (0.5 - row / height) * eye.field
        phi = math.pi * (-0.5 - 2.0 * column / width) - eye.heading
        flat = math.cos(latitude)
        return east, south, up, flat * math.cos(phi), -flat * math.sin(phi), math.sin(latitude)
    focal = 0.5 * width / math.tan(0.5 * eye.field)
    right, rise = (column - 0.5 * width) / focal, (0.5 * height - row) / focal
    ahead = math.cos(eye.pitch) - rise * math.sin(eye.pitch)
    rise = math.sin(eye.pitch) + rise * math.cos(eye.pitch)
    length = math.sqrt(ahead * ahead + right * right + rise * rise)
    c, s = math.cos(eye.heading), math.sin(eye.heading)
    return (
        east,
        south,
        up,
        (ahead * s + right * c) / length,
        (right * s - ahead * c) / length,
        rise / length,
    )


@njit
def pixel_size(eye: Eye) -> float:
    """Return a pixel's angle in radians, or minus its side in metres for a picture from above."""
    if eye.mode == OVERHEAD:
        return -eye.field / eye.size[0]
    return (2 * math.pi if eye.mode == PANORAMA else eye.field) / eye.size[0]


@njit
def differs(out: Buffers, row: int, column: int, wrap: bool) -> bool:
    """Return whether a pixel's right or lower, left or upper neighbour shows another thing or
    another brightness.
    """
    height, width = out.what.shape
    here, what = math.sqrt(out.colour[row, column, 1]), out.what[row, column]
    for dr, dc in ((0, 1), (0, -1), (1, 0), (-1, 0)):
        r, c = row + dr, column + dc
        if wrap:
            c = c % width
        if 0 <= r < height and 0 <= c < width:
            # Ground beside ground or a distant ring is told apart by brightness alone.
            if out.what[r, c] != what and (what >= 0 or what == NOTHING or out.what[r, c] >= 0):
                return True
            if abs(math.sqrt(out.colour[r, c, 1]) - here) > CONTRAST:
                return True
    return False


@njit
def sample(
    geo: Geometry, light: Light, eye: Eye, column: float, row: float
) -> tuple[Vec, int, Hit, float]:
    """Return (light, class, hit, height of the hit) for the ray through a place of the picture."""
    ray = pixel_ray(eye, column, row)
    hit = trace(geo, ray)
    colour, kind = radiance(geo, light, ray, hit, pixel_size(eye))
    return colour, kind, hit, ray[2] + hit[0] * ray[5]


@entry
def render(world: Geometry, day: Light, camera: Eye, buffers: Buffers, target: np.ndarray) -> None:
    """Fill all buffers with one ray a pixel, then write the smoothed picture to `target`: more rays
    where `differs`.

    Both passes are one function so that the machine code of `sample` is made once.
    """
    geo, light, eye, out = refer(world), refer(day), refer(camera), refer(buffers)
    width, height = eye.size
    share = 1.0 / (1.0 + eye.further)
    for number in range(2 * width * height):
        row, column = (number // width) % height, number % width
        refine = number >= width * height
        if refine:
            for k in range(3):
                target[row, column, k] = out.colour[row, column, k]
            if eye.further == 0 or not differs(out, row, column, eye.mode == PANORAMA):
                continue
            for k in range(3):
                target[row, column, k] = share * min(out.colour[row, column, k], LIMIT)
        for turn in range(eye.further if refine else 1):
            dx, dy = OFFSETS[turn] if refine else (0.0, 0.0)
            colour, kind, hit, up = sample(
                geo, light, eye, column + eye.shift + dx, row + eye.shift + dy
            )
            for k in range(3):
                if refine:
                    target[row, column, k] += share * min(colour[k], LIMIT)
                else:
                    out.colour[row, column, k] = colour[k]
            if not refine:
                out.depth[row, column] = np.inf if hit[1] == NOTHING else hit[0]
                out.height[row, column] = up if hit[1] != NOTHING else 0.0
                out.classes[row, column] = kind
                out.what[row, column] = hit[1]

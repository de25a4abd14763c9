"""Pictures of a place whose ground is a photograph: as `image.render`, in strips that threads
share.
"""

from __future__ import annotations

import math

import numpy as np

from sat2density.worlds.kernels.codes import C_WATER, GROUND, NOTHING
from sat2density.worlds.kernels.image import (
    LIMIT,
    OFFSETS,
    PANORAMA,
    Buffers,
    Eye,
    differs,
    pixel_ray,
    pixel_size,
)
from sat2density.worlds.kernels.jit import entry, njit
from sat2density.worlds.kernels.records import Geometry, Hit, Light, Ray, Vec
from sat2density.worlds.kernels.reference import refer
from sat2density.worlds.kernels.shade import UP, illuminate, mirror, openness, radiance
from sat2density.worlds.kernels.sky import add, mix, scale
from sat2density.worlds.kernels.surface import ground_class
from sat2density.worlds.kernels.trace import point, trace


@njit
def folded(at: float, side: int) -> tuple[int, int, float]:
    """Return two neighbouring pixels and the share of the second at a place, in pixels; beyond the
    picture it is mirrored again and again.
    """
    whole = 2.0 * side
    at = at - math.floor(at / whole) * whole
    if at >= side:
        at = whole - at
    at = min(max(at - 0.5, 0.0), side - 1.001)
    low = int(at)
    return low, min(low + 1, side - 1), at - low


@njit
def texture(picture: np.ndarray, extent_m: float, x: float, y: float) -> Vec:
    """Return the colour of a picture (S, S, 3) of a square at a place, between pixels."""
    side = picture.shape[0]
    c0, c1, u = folded((x / extent_m + 0.5) * side, side)
    r0, r1, v = folded((y / extent_m + 0.5) * side, side)
    a, b, c, d = (1 - u) * (1 - v), u * (1 - v), (1 - u) * v, u * v
    return (
        a * picture[r0, c0, 0]
        + b * picture[r0, c1, 0]
        + c * picture[r1, c0, 0]
        + d * picture[r1, c1, 0],
        a * picture[r0, c0, 1]
        + b * picture[r0, c1, 1]
        + c * picture[r1, c0, 1]
        + d * picture[r1, c1, 1],
        a * picture[r0, c0, 2]
        + b * picture[r0, c1, 2]
        + c * picture[r1, c0, 2]
        + d * picture[r1, c1, 2],
    )


@njit
def seen(
    geo: Geometry, light: Light, ray: Ray, pixel: float, ground: tuple[np.ndarray, float]
) -> tuple[Vec, int, Hit]:
    """Return (light, class, hit) of a ray; ground = (its picture, the picture's side in metres)."""
    hit = trace(geo, ray)
    if hit[1] != GROUND:
        colour, kind = radiance(geo, light, ray, hit, pixel)
        return colour, kind, hit
    p = point(ray, hit[0])
    kind = ground_class(geo, p[0], p[1])
    albedo = texture(ground[0], ground[1], p[0], p[1])
    out = illuminate(geo, light, (p, UP), albedo, openness(geo, p[0], p[1]))
    if kind == C_WATER:
        out = mix(out, mirror(geo, light, ray, UP, p), 0.3)
    clear = math.exp(-light.haze * hit[0])
    return add(scale(out, clear), light.haze_rgb, 1.0 - clear), kind, hit


@entry
def render(
    world: Geometry,
    day: Light,
    camera: Eye,
    picture: np.ndarray,
    extent_m: float,
    buffers: Buffers,
    target: np.ndarray,
    strip: tuple[int, int, int],
) -> None:
    """Fill rows strip[0] to strip[1] of the buffers (strip[2] = 0), or of the smoothed picture from
    buffers that are filled (strip[2] = 1).
    """
    geo, light, eye, out = refer(world), refer(day), refer(camera), refer(buffers)
    width, _ = eye.size
    pixel = pixel_size(eye)
    refine = strip[2] == 1
    share = 1.0 / (1.0 + eye.further)
    for row in range(strip[0], strip[1]):
        for column in range(width):
            if refine:
                for k in range(3):
                    target[row, column, k] = out.colour[row, column, k]
                if eye.further == 0 or not differs(out, row, column, eye.mode == PANORAMA):
                    continue
                for k in range(3):
                    target[row, column, k] = share * min(out.colour[row, column, k], LIMIT)
            for turn in range(eye.further if refine else 1):
                dx, dy = OFFSETS[turn] if refine else (0.0, 0.0)
                ray = pixel_ray(eye, column + eye.shift + dx, row + eye.shift + dy)
                colour, kind, hit = seen(geo, light, ray, pixel, (picture, extent_m))
                for k in range(3):
                    if refine:
                        target[row, column, k] += share * min(colour[k], LIMIT)
                    else:
                        out.colour[row, column, k] = colour[k]
                if not refine:
                    out.depth[row, column] = np.inf if hit[1] == NOTHING else hit[0]
                    out.height[row, column] = ray[2] + hit[0] * ray[5] if hit[1] != NOTHING else 0.0
                    out.classes[row, column] = kind
                    out.what[row, column] = hit[1]

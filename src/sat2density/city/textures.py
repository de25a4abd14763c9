"""Small pictures that surfaces of a model repeat: plaster, bricks, roof tiles, leaves; invented,
grey, always the same.
"""

from __future__ import annotations

import functools
import io
from typing import Final

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

SIDE: Final = 128
"""Pixels of a picture's side."""
PLASTER_M: Final = 3.0
BRICKS_M: Final = 2.0
TILES_M: Final = 2.4
"""Metres that a picture covers; it repeats seamlessly."""
COURSES: Final = 8
"""Rows of bricks or of roof tiles in a picture's height (bricks: three times as many)."""


@functools.cache
def plaster() -> bytes:
    """Return a JPEG of rough plaster, nearly white."""
    rough = 0.95 + 0.035 * _noise(1, 1.0) + 0.03 * _noise(2, 6.0)
    return _jpeg(rough)


@functools.cache
def bricks() -> bytes:
    """Return a JPEG of brickwork: stones of changing brightness, lighter joints."""
    rows, columns = 3 * COURSES, COURSES
    shade = np.random.default_rng(3).uniform(0.72, 1.0, (rows, columns))
    y, x = np.mgrid[0:SIDE, 0:SIDE] / SIDE
    row = np.floor(y * rows).astype(int)
    along = x * columns + 0.5 * (row % 2)
    stone = shade[row, np.floor(along).astype(int) % columns]
    joint = ((y * rows) % 1.0 < 0.2) | (along % 1.0 < 0.07)
    return _jpeg(np.where(joint, 1.0, stone) + 0.03 * _noise(4, 0.8))


@functools.cache
def tiles() -> bytes:
    """Return a JPEG of roof tiles: rows that darken towards the row above, and their joints."""
    shade = np.random.default_rng(5).uniform(0.86, 1.0, (COURSES, COURSES))
    y, x = np.mgrid[0:SIDE, 0:SIDE] / SIDE
    down = (y * COURSES) % 1.0
    tile = shade[np.floor(y * COURSES).astype(int), np.floor(x * COURSES).astype(int)]
    joint = np.abs((x * COURSES) % 1.0 - 0.5) > 0.45
    value = tile * (0.74 + 0.26 * np.clip(down * 3.0, 0.0, 1.0)) * np.where(joint, 0.85, 1.0)
    return _jpeg(value + 0.03 * _noise(6, 1.0))


@functools.cache
def leaves() -> bytes:
    """Return a PNG of a spray of leaves, transparent between them."""
    rng = np.random.default_rng(7)
    big = 4 * SIDE
    shape, bright = Image.new("L", (big, big)), Image.new("L", (big, big), 170)
    on_shape, on_bright = ImageDraw.Draw(shape), ImageDraw.Draw(bright)
    for _ in range(170):
        far = 0.43 * np.sqrt(rng.random())
        turn, lie = rng.uniform(0, 2 * np.pi, 2)
        middle = big * (0.5 + far * np.array([np.cos(turn), np.sin(turn)]))
        axis = np.array([np.cos(lie), np.sin(lie)]) * big * rng.uniform(0.035, 0.06)
        side = np.array([-axis[1], axis[0]]) * 0.5
        corners = [middle + axis, middle + side, middle - axis, middle - side]
        outline = [(float(x), float(y)) for x, y in corners]
        on_shape.polygon(outline, 255)
        on_bright.polygon(outline, int(rng.uniform(95, 255)))
    small = (SIDE, SIDE)
    alpha = shape.resize(small, Image.Resampling.BOX)
    value = bright.resize(small, Image.Resampling.BOX)
    out = io.BytesIO()
    Image.merge("LA", (value, alpha)).convert("RGBA").save(out, "PNG", optimize=True)
    return out.getvalue()


def _noise(seed: int, smooth: float) -> np.ndarray:
    """Return seamless noise of mean 0 and spread 1, smoothed over so many pixels."""
    values = np.random.default_rng(seed).normal(size=(SIDE, SIDE))
    values = ndimage.gaussian_filter(values, smooth, mode="wrap")
    return values / values.std()


def _jpeg(values: np.ndarray) -> bytes:
    """Return grey values in [0, 1] as a JPEG of three channels, which every importer reads."""
    grey = (values.clip(0, 1) * 255).round().astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(grey).convert("RGB").save(out, "JPEG", quality=80)
    return out.getvalue()

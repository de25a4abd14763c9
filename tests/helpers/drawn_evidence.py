"""Evidence drawn by hand: roofs, crowns and cars on an empty lawn, exact to a pixel."""

import dataclasses
import math

import numpy as np

from sat2density.city.evidence import Evidence
from sat2density.city.parts import Part
from sat2density.city.roofs import rim_m, rise
from sat2density.conventions import CLASSES

EXTENT_M = 40.0
SIZE = 256


def lawn(rows=128):
    """Nothing but grass."""
    return Evidence(
        extent_m=EXTENT_M,
        classes=np.full((SIZE, SIZE), CLASSES.index("grass"), np.uint8),
        certainty=np.full((SIZE, SIZE), 0.9, np.float32),
        trees=np.zeros((3, rows, rows), np.float32),
        vehicles=np.zeros((4, rows, rows), np.float32),
        poles=np.zeros((rows, rows), np.float32),
        edges=np.zeros((rows, rows), np.float32),
        slope=np.zeros((2, rows, rows), np.float32),
        heights_m=np.zeros((SIZE, SIZE), np.float32),
        tile=np.full((SIZE, SIZE, 3), (70, 90, 50), np.uint8),
    )


def middles(side):
    at = ((np.arange(side) + 0.5) / side - 0.5) * EXTENT_M
    return np.meshgrid(at, at)


def with_class(evidence, mask, name, height=None, colour=None):
    """The same with a class, a height and a colour where a mask says."""
    classes, heights, tile = (
        values.copy() for values in (evidence.classes, evidence.heights_m, evidence.tile)
    )
    classes[mask] = CLASSES.index(name)
    if height is not None:
        heights[mask] = height
    if colour is not None:
        tile[mask] = colour
    return dataclasses.replace(evidence, classes=classes, heights_m=heights, tile=tile)


def with_roof(evidence, part, overhang=0.42, colour=(150, 80, 60)):
    """The same with the roof of a part on it."""
    east, south = middles(SIZE)
    up = rise(part, overhang, east, south)
    there = ~np.isnan(up)
    heights = rim_m(part) + (part.ridge_m - rim_m(part)) * np.where(there, up, 0)
    out = with_class(evidence, there, "building", heights[there], colour)
    slope = out.slope.copy()
    rows = slope.shape[-1]
    east, south = middles(rows)
    step = 0.01
    low = rim_m(part)

    def height(e, s):
        return low + (part.ridge_m - low) * rise(part, overhang, e, s)

    fall_e = (height(east - step, south) - height(east + step, south)) / (2 * step)
    fall_s = (height(east, south - step) - height(east, south + step)) / (2 * step)
    known = ~np.isnan(fall_e) & ~np.isnan(fall_s)
    slope[0][known], slope[1][known] = fall_e[known], fall_s[known]
    return dataclasses.replace(out, slope=slope)


def with_heat(evidence, name, place, told):
    """The same with a thing's middle in it: `told` are its further channels."""
    maps = getattr(evidence, name).copy()
    layers = maps if maps.ndim == 3 else maps[None]
    rows = layers.shape[-1]
    column = (place[0] / EXTENT_M + 0.5) * rows - 0.5
    row = (place[1] / EXTENT_M + 0.5) * rows - 0.5
    y, x = np.mgrid[:rows, :rows]
    bump = 0.9 * np.exp(-0.5 * ((x - column) ** 2 + (y - row) ** 2))
    hotter = bump > np.maximum(layers[0], 0.005)
    layers[0][hotter] = bump[hotter]
    for layer, value in zip(layers[1:], told, strict=True):
        layer[hotter] = value
    return dataclasses.replace(evidence, **{name: maps})


def house(form="gabled", heading=100.0, place=(1.0, -3.0), size=(12.0, 8.0)):
    """A part of 12 x 8 m, walls of 3 m, a slope of about 1 in 2."""
    high = 3.0 if form == "flat" else 5.4
    return Part(*place, *size, heading, 3.0, high, form)


def degrees_apart(one, other, whole=360.0):
    turn = (one - other) % whole
    return min(turn, whole - turn)


def radians_half(heading):
    turn = 2 * math.radians(heading)
    return 0.5 * math.atan2(math.sin(turn), math.cos(turn))

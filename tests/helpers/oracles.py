"""A slow, obvious ray marcher in float64, written from the formulas of the specification and from
nothing else.

It shares no line with the renderer: numpy and plain loops, one sample of one ray at a time.
Tests hold the renderer to it.
"""

from __future__ import annotations

import math

import numpy as np


def equirectangular_direction(row, column, width, height, fov_deg, centre=False, heading_deg=0.0):
    """(x east, y up, z south) of one panorama pixel: method, section 2, with centres and a heading
    where asked.
    """
    v, u = (row + 0.5, column + 0.5) if centre else (row, column)
    latitude = (1 - 2 * v / height) * math.radians(fov_deg) / 2
    azimuth = math.pi * (-1 / 2 - 2 * u / width) - math.radians(heading_deg)
    return np.array(
        [
            math.cos(latitude) * math.cos(azimuth),
            math.sin(latitude),
            -math.cos(latitude) * math.sin(azimuth),
        ]
    )


def perspective_direction(row, column, width, height, hfov_deg, heading_deg=0.0, pitch_deg=0.0):
    """(x east, y up, z south) of one pixel of a pinhole picture: three axes turned one after the
    other.
    """
    focal = width / 2 / math.tan(math.radians(hfov_deg / 2))
    heading, pitch = math.radians(heading_deg), math.radians(pitch_deg)
    level = np.array([math.sin(heading), 0.0, -math.cos(heading)])
    right = np.array([math.cos(heading), 0.0, math.sin(heading)])
    up = np.array([0.0, 1.0, 0.0])
    ahead = level * math.cos(pitch) + up * math.sin(pitch)
    above = up * math.cos(pitch) - level * math.sin(pitch)
    x, y = column + 0.5 - width / 2, height / 2 - row - 0.5
    direction = ahead * focal + right * x + above * y
    return direction / math.sqrt((direction**2).sum())


def trilinear(volume, x, y, z):
    """Read volume[layer, row, column] at (x, y, z) in [-1, 1]^3: cell centres, zero outside."""
    layers, rows, columns = volume.shape
    place = [((y + 1) * layers - 1) / 2, ((z + 1) * rows - 1) / 2, ((x + 1) * columns - 1) / 2]
    total = 0.0
    for corner in np.ndindex(2, 2, 2):
        weight, index = 1.0, []
        for axis in range(3):
            low = math.floor(place[axis])
            part = place[axis] - low
            weight *= part if corner[axis] else 1 - part
            index.append(low + corner[axis])
        if all(0 <= i < n for i, n in zip(index, volume.shape, strict=True)):
            total += weight * volume[tuple(index)]
    return total


def bilinear_clamped(image, x, z):
    """Read image[row, column] at (x east, z south) in [-1, 1]^2: pixel centres, the edge's value
    beyond them.
    """
    rows, columns = image.shape
    row = min(max(((z + 1) * rows - 1) / 2, 0), rows - 1)
    column = min(max(((x + 1) * columns - 1) / 2, 0), columns - 1)
    r, c = min(int(row), max(rows - 2, 0)), min(int(column), max(columns - 2, 0))
    a, b = row - r, column - c
    r1, c1 = min(r + 1, rows - 1), min(c + 1, columns - 1)
    top = image[r, c] * (1 - b) + image[r, c1] * b
    return top * (1 - a) + (image[r1, c] * (1 - b) + image[r1, c1] * b) * a


def march_slab(density, tile, origin, direction, length, samples, top):
    """One ray by the released rules -> array of (r, g, b, opacity, depth)."""
    layers = density.shape[0] + 1
    volume = np.concatenate([np.full((1, *density.shape[1:]), 1000.0), density])
    step, optical, result = length / samples, 0.0, np.zeros(5)
    for k in range(1, samples + 1):
        t = k * step
        x, y, z = origin + t * direction
        height = (y + 1) / (top + 1) * 2 - 1
        sigma = trilinear(volume, x, height, z)
        weight = math.exp(-optical) * (1 - math.exp(-sigma * step))
        optical += sigma * step
        if abs(x) < 2 and abs(height) < 2 and abs(z) < 2:
            for channel in range(3):
                repeated = np.broadcast_to(tile[channel], (layers, *tile.shape[1:]))
                result[channel] += weight * trilinear(repeated, x, height, z)
        result[3] += weight
        result[4] += weight * t
    return result


def march_plane(density, tile, origin, direction, length, samples, top, shift=0.0):
    """One ray by our rules (ends on y = -1 where it points down); `shift` is the jitter, in
    steps.
    """
    step, optical, result = length / samples, 0.0, np.zeros(5)
    end = math.inf
    if direction[1] < 0:
        end = min((origin[1] + 1) / -direction[1], length)
    for k in range(1, samples + 1):
        near, far = (k + shift - 1) * step, (k + shift) * step
        if near >= end:
            break
        t, part = (far, step) if far <= end else (end, end - near)
        x, y, z = origin + t * direction
        sigma = trilinear(density, x, (y + 1) / (top + 1) * 2 - 1, z)
        weight = math.exp(-optical) * (1 - math.exp(-sigma * part))
        optical += sigma * part
        result += weight * np.array(
            [*(bilinear_clamped(channel, x, z) for channel in tile), 1.0, t]
        )
    if end < math.inf:
        x, _, z = origin + end * direction
        ground = [bilinear_clamped(channel, x, z) for channel in tile]
        result += math.exp(-optical) * np.array([*ground, 1.0, end])
    return result

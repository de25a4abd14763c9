"""Colours beyond the third in the compiled loops: they lie side by side at every pixel, so that
sixteen channels of a pixel are one vector.

The loops keep the first three colours in registers, sixteen rays a vector. Any more would be
fetched number by number; here each ray with a weight reads whole vectors of channels instead, and
rays without one read nothing.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sat2density.render.kernels.numba_lanes import LANES, load, select, spread, store, total
from sat2density.render.kernels.numba_reading import Array, Volume, f32, inlined, locate_colour

_WEIGHT, _RESULT = 4, 5
"""Rows of `Scratch.values` after the four pixels' shares."""


class Scratch(NamedTuple):
    """Room for what is done lane after lane.

    Attributes:
        places: int32 of (16): a place of every lane.
        values: float32 of (8, 16), flat: up to eight numbers a lane.
        channels: float32 of (16, wide), flat: a vector of channels a lane: the sums of the forward
            pass, the result's derivatives of the backward pass.

    """

    places: Array
    values: Array
    channels: Array


def new_scratch(volume: Volume) -> Scratch:
    """Return room for sixteen rays of one thread.

    Args:
        volume: what they march through.

    """
    return Scratch(
        np.empty(LANES, np.int32),
        np.empty(8 * LANES, np.float32),
        np.zeros(LANES * max(volume.wide, 1), np.float32),
    )


@inlined
def write_shares(volume: Any, under: Any, x: Any, z: Any, weight: Any, scratch: Any) -> None:
    """Write down where the pixels around places in cells lie, and each pixel's share of `weight`
    (north-west, north-east, south-west, south-east).
    """
    at, fx, fz = locate_colour(volume, under, x, z)
    south = weight * fz
    north = weight - south
    store(scratch.places, 0, at)
    store(scratch.values, 0, north - north * fx)
    store(scratch.values, LANES, north * fx)
    store(scratch.values, 2 * LANES, south - south * fx)
    store(scratch.values, 3 * LANES, south * fx)
    store(scratch.values, _WEIGHT * LANES, weight)


@inlined
def read_pixels(volume: Any, scratch: Any, lane: Any, channel: Any) -> Any:
    """Return sixteen channels of one lane's four pixels, times their shares."""
    features, values, wide = volume.features, scratch.values, volume.wide
    at = scratch.places[lane] * wide + channel
    row = (volume.tile_columns + 3) * wide
    north = load(features, at) * values[lane] + load(features, at + wide) * values[LANES + lane]
    south = (
        load(features, at + row) * values[2 * LANES + lane]
        + load(features, at + row + wide) * values[3 * LANES + lane]
    )
    return north + south


@inlined
def add_features(volume: Any, under: Any, x: Any, z: Any, weight: Any, scratch: Any) -> None:
    """Add weight times the channels at places in cells to the sums of sixteen rays."""
    write_shares(volume, under, x, z, weight, scratch)
    sums, wide = scratch.channels, volume.wide
    for lane in range(LANES):
        if scratch.values[_WEIGHT * LANES + lane] != 0:
            for channel in range(0, wide, LANES):
                at = lane * wide + channel
                store(sums, at, load(sums, at) + read_pixels(volume, scratch, lane, channel))


@inlined
def value_of_features(volume: Any, under: Any, x: Any, z: Any, mask: Any, scratch: Any) -> Any:
    """Return the sum over channels of derivative times channel, at places in cells."""
    write_shares(volume, under, x, z, select(mask, f32(1), spread(f32(0))), scratch)
    values, wide = scratch.values, volume.wide
    for lane in range(LANES):
        result = f32(0)
        if values[_WEIGHT * LANES + lane] != 0:
            products = spread(f32(0))
            for channel in range(0, wide, LANES):
                derivative = load(scratch.channels, lane * wide + channel)
                products += derivative * read_pixels(volume, scratch, lane, channel)
            result = total(products)
        values[_RESULT * LANES + lane] = result
    return load(values, _RESULT * LANES)


@inlined
def scatter_features(
    volume: Any, under: Any, target: Any, place: Any, weight: Any, scratch: Any
) -> None:
    """Add weight times the derivatives to the four pixels around places (x, z) in cells."""
    write_shares(volume, under, place[0], place[1], weight, scratch)
    values, wide = scratch.values, volume.wide
    row = (volume.tile_columns + 3) * wide
    for lane in range(LANES):
        if values[_WEIGHT * LANES + lane] != 0:
            for channel in range(0, wide, LANES):
                derivative = load(scratch.channels, lane * wide + channel)
                at = scratch.places[lane] * wide + channel
                raise_by(target, at, derivative * values[lane])
                raise_by(target, at + wide, derivative * values[LANES + lane])
                raise_by(target, at + row, derivative * values[2 * LANES + lane])
                raise_by(target, at + row + wide, derivative * values[3 * LANES + lane])


@inlined
def raise_by(target: Any, at: Any, amount: Any) -> None:
    """Add sixteen numbers to those of a flat array from `at` on."""
    store(target, at, load(target, at) + amount)


@inlined
def clear_sums(scratch: Any) -> None:
    """Set the sums of sixteen rays to zero."""
    for at in range(0, scratch.channels.size - LANES + 1, LANES):
        store(scratch.channels, at, spread(f32(0)))


@inlined
def store_features(volume: Any, scratch: Any, out: Any, first: Any, size: Any) -> None:
    """Write the sums of sixteen rays to channels 3, 4, ... of `out`, (channels, size) flat."""
    for channel in range(volume.further):
        at = (channel + 3) * size + first
        for lane in range(LANES):
            out[at + lane] = scratch.channels[lane * volume.wide + channel]


@inlined
def load_derivatives(volume: Any, scratch: Any, gradient: Any, first: Any, size: Any) -> None:
    """Read the derivatives of sixteen rays by channels 3, 4, ... from (channels, size) flat."""
    for channel in range(volume.further):
        at = (channel + 3) * size + first
        for lane in range(LANES):
            scratch.channels[lane * volume.wide + channel] = gradient[at + lane]

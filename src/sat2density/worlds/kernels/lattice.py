"""Value noise with vector instructions: all corners of a cell, for one or two places, are hashed at
once.

The numbers are those of `noise.hash01` at the four corners, blended in the same order of
operations: each lane does what a scalar would do, so the results are equal to the last bit, on
processors of any vector length.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.typing.templates import signature
from numba.extending import intrinsic

EAST: Final = 374761393
SOUTH: Final = 668265263
SEED: Final = 1274126177
"""Factors of the cell and the seed in the hash."""
MIX: Final = ((15, 739995677), (12, 915488749))
"""Shift and factor of the two mixing rounds; a last shift by 15 follows."""
OCTAVE: Final = 101
"""Added to the seed for the second place of a pair: the next octave of `noise.fbm`."""

_F64, _I32 = ir.DoubleType(), ir.IntType(32)


def _whole(values: Sequence[int]) -> Any:
    """Return a constant vector of 32-bit numbers (taken modulo 2^32)."""
    return ir.Constant(ir.VectorType(_I32, len(values)), [value & 0xFFFFFFFF for value in values])


def _real(value: float, lanes: int) -> Any:
    return ir.Constant(ir.VectorType(_F64, lanes), [value] * lanes)


def _pick(builder: Any, vector: Any, lanes: Sequence[int]) -> Any:
    """Return the named lanes of a vector, in that order."""
    return builder.shuffle_vector(vector, ir.Constant(vector.type, ir.Undefined), _whole(lanes))


def _hash(builder: Any, cells: Any, seed: Any, places: int) -> Any:
    """Return numbers in [0, 1) at the corners: west ones of all places (north, south each), then
    the east ones.
    """
    products = builder.mul(cells, _whole([EAST, SOUTH] * places))
    order = [2 * k for k in range(places) for _ in range(2)] * 2
    h = builder.add(
        _pick(builder, products, order), _pick(builder, products, [lane + 1 for lane in order])
    )
    spread = builder.insert_element(
        ir.Constant(h.type, ir.Undefined), builder.mul(seed, _I32(SEED)), _I32(0)
    )
    h = builder.add(h, _pick(builder, spread, [0] * 4 * places))
    octaves = [OCTAVE * SEED * k for k in range(places) for _ in range(2)]
    corners = [
        EAST * east + SOUTH * south
        for east in range(2)
        for _ in range(places)
        for south in range(2)
    ]
    h = builder.add(h, _whole([c + o for c, o in zip(corners, octaves * 2, strict=True)]))
    for shift, factor in MIX:
        h = builder.xor(h, builder.lshr(h, _whole([shift] * 4 * places)))
        h = builder.mul(h, _whole([factor] * 4 * places))
    h = builder.xor(h, builder.lshr(h, _whole([15] * 4 * places)))
    lanes = ir.VectorType(_F64, 4 * places)
    return builder.fmul(builder.uitofp(h, lanes), _real(2.0**-32, 4 * places))


def _blend(builder: Any, low: Any, high: Any, part: Any) -> Any:
    """Return low (1 - part) + high part."""
    rest = builder.fsub(_real(1.0, part.type.count), part)
    return builder.fadd(builder.fmul(low, rest), builder.fmul(high, part))


def _noise(builder: Any, places: Sequence[Any], seed: Any) -> Any:
    """Return a vector of the noise at places = (x, y, x, y, ...)."""
    lanes, count = len(places), len(places) // 2
    spot = ir.Constant(ir.VectorType(_F64, lanes), ir.Undefined)
    for lane, value in enumerate(places):
        spot = builder.insert_element(spot, value, _I32(lane))
    module = builder.module
    floor = cgutils.get_or_insert_function(
        module, ir.FunctionType(spot.type, [spot.type]), f"llvm.floor.v{lanes}f64"
    )
    below = builder.call(floor, [spot])
    part = builder.fsub(spot, below)
    steep = builder.fsub(_real(3.0, lanes), builder.fmul(_real(2.0, lanes), part))
    part = builder.fmul(builder.fmul(part, part), steep)
    corners = _hash(builder, builder.fptosi(below, ir.VectorType(_I32, lanes)), seed, count)
    west, east = (_pick(builder, corners, range(k, k + lanes)) for k in (0, lanes))
    rows = _blend(
        builder, west, east, _pick(builder, part, [2 * k for k in range(count) for _ in range(2)])
    )
    north, south = (_pick(builder, rows, range(k, lanes, 2)) for k in (0, 1))
    return _blend(builder, north, south, _pick(builder, part, range(1, lanes, 2)))


def _value_noise(typingctx: Any, x: Any, y: Any, seed: Any) -> Any:
    """Return smooth noise at (x, y); places must lie within +-2^31."""

    def lower(context: Any, builder: Any, sig: Any, values: Any) -> Any:
        result = _noise(builder, values[:2], builder.trunc(values[2], _I32))
        return builder.extract_element(result, _I32(0))

    return signature(types.float64, types.float64, types.float64, types.int64), lower


def _value_noise_pair(typingctx: Any, x: Any, y: Any, x1: Any, y1: Any, seed: Any) -> Any:
    """Return the noise at (x, y) and, of the next octave, at (x1, y1)."""

    def lower(context: Any, builder: Any, sig: Any, values: Any) -> Any:
        result = _noise(builder, values[:4], builder.trunc(values[4], _I32))
        pair = [builder.extract_element(result, _I32(k)) for k in range(2)]
        return context.make_tuple(builder, sig.return_type, pair)

    return signature(types.UniTuple(types.float64, 2), *[types.float64] * 4, types.int64), lower


value_noise: Any = intrinsic(_value_noise)
value_noise_pair: Any = intrinsic(_value_noise_pair)

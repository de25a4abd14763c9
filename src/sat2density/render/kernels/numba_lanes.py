"""Sixteen rays at a time: vector numbers for numba's compiled loops.

numba compiles loops to machine code, but cannot turn a loop with table look-ups and early ends into
vector instructions (it cannot prove that the arrays do not overlap). This module gives it a type of
sixteen float32 (`Floats`), of sixteen int32 (`Ints`) and of sixteen truth values (`Mask`), with the
operators and the few functions the marching loops need. LLVM maps them to what the processor has:
one AVX-512 register, two of AVX2, four of NEON.

In a compiled loop ``x = origin + t * direction`` works on `Floats`; plain numbers are spread to all
lanes.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, Final

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.datamodel import models
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import intrinsic, lower_builtin, register_model

LANES: Final = 16
"""Rays that march together: the float32 of one AVX-512 register."""

_FLAGS = ("contract", "nsz", "arcp")
_F32, _I32, _I1 = ir.FloatType(), ir.IntType(32), ir.IntType(1)
_VF, _VI, _VM = (ir.VectorType(kind, LANES) for kind in (_F32, _I32, _I1))
_V4 = ir.VectorType(_F32, 4)


def device_function(typed: Callable[..., Any]) -> Any:
    """Make a function for compiled loops from one that types it and generates its code (numba's
    `intrinsic`).
    """
    return intrinsic(typed)


class _Lanes(types.Type):
    """numba's type of sixteen values of one kind."""


Floats, Ints, Mask = _Lanes("Floats16"), _Lanes("Ints16"), _Lanes("Mask16")
_VECTOR = {Floats: _VF, Ints: _VI, Mask: _VM}


@register_model(_Lanes)
class _LanesModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, _VECTOR[kind])


def _splat(builder: Any, value: Any, vector: Any) -> Any:
    """Spread one LLVM value over all lanes."""
    first = builder.insert_element(ir.Constant(vector, ir.Undefined), value, _I32(0))
    zeros = ir.Constant(ir.VectorType(_I32, LANES), [0] * LANES)
    return builder.shuffle_vector(first, ir.Constant(vector, ir.Undefined), zeros)


def _widen(context: Any, builder: Any, value: Any, kind: Any, wanted: Any) -> Any:
    """Return `value` as lanes of the `wanted` kind; plain numbers are converted and spread."""
    if kind == wanted:
        return value
    element = types.float32 if wanted == Floats else types.int32
    return _splat(builder, context.cast(builder, value, kind, element), _VECTOR[wanted])


def _kind(left: Any, right: Any) -> Any:
    """Return the lanes' kind of a pair of operands, None where it is not one this module works
    on.
    """
    kinds = {kind for kind in (left, right) if isinstance(kind, _Lanes)}
    others = [kind for kind in (left, right) if not isinstance(kind, _Lanes)]
    if len(kinds) != 1 or not all(isinstance(kind, types.Number) for kind in others):
        return None
    return kinds.pop()


def _binary(symbol: Any, makers: dict[Any, Callable[..., Any]], result: Any = None) -> None:
    """Define a binary operator for the kinds of lanes in `makers`: (builder, left, right) -> LLVM
    value.

    Typed and lowered directly: as an `overload` every use would be a function to compile, and the
    loops took a minute.
    """

    class Typing(AbstractTemplate):
        key = symbol

        def generic(self, args: Any, kws: Any) -> Any:
            kind = _kind(*args) if len(args) == 2 else None
            if kind not in makers:
                return None
            return signature(result or kind, *(types.unliteral(arg) for arg in args))

    def lower(context: Any, builder: Any, sig: Any, values: Any) -> Any:
        kind = _kind(*sig.args)
        sides = [
            _widen(context, builder, v, k, kind) for v, k in zip(values, sig.args, strict=True)
        ]
        return makers[kind](builder, *sides)

    infer_global(symbol)(Typing)
    for pair in ((_Lanes, _Lanes), (_Lanes, types.Number), (types.Number, _Lanes)):
        lower_builtin(symbol, *pair)(lower)


def _float_op(name: str) -> Callable[..., Any]:
    return lambda builder, left, right: getattr(builder, name)(left, right, flags=_FLAGS)


def _int_op(name: str) -> Callable[..., Any]:
    return lambda builder, left, right: getattr(builder, name)(left, right)


def _compare(sign: str) -> dict[Any, Callable[..., Any]]:
    return {
        Floats: lambda builder, left, right: builder.fcmp_ordered(sign, left, right),
        Ints: lambda builder, left, right: builder.icmp_signed(sign, left, right),
    }


for _symbol in (operator.add, operator.iadd):
    _binary(_symbol, {Floats: _float_op("fadd"), Ints: _int_op("add")})
_binary(operator.sub, {Floats: _float_op("fsub"), Ints: _int_op("sub")})
_binary(operator.mul, {Floats: _float_op("fmul"), Ints: _int_op("mul")})
_binary(operator.truediv, {Floats: _float_op("fdiv")})
_binary(operator.rshift, {Ints: _int_op("ashr")})
_binary(operator.lshift, {Ints: _int_op("shl")})
_binary(operator.and_, {Mask: _int_op("and_"), Ints: _int_op("and_")})
_binary(operator.or_, {Mask: _int_op("or_")})
for _symbol, _sign in (
    (operator.lt, "<"),
    (operator.le, "<="),
    (operator.gt, ">"),
    (operator.ge, ">="),
):
    _binary(_symbol, _compare(_sign), Mask)
_binary(operator.eq, _compare("=="), Mask)
_binary(operator.ne, _compare("!="), Mask)


@device_function
def spread(typing: Any, value: Any) -> Any:
    """Return `Floats` (from a float) or `Ints` (from an integer) with `value` in every lane."""
    kind = Ints if isinstance(value, types.Integer) else Floats

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        return _widen(context, builder, values[0], signature.args[0], kind)

    return kind(value), generate


@device_function
def sequence(typing: Any, first: Any) -> Any:
    """Return `Ints` first, first + 1, ..., first + LANES - 1."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        start = _widen(context, builder, values[0], signature.args[0], Ints)
        return builder.add(start, ir.Constant(_VI, list(range(LANES))))

    return Ints(first), generate


@device_function
def select(typing: Any, mask: Any, yes: Any, no: Any) -> Any:
    """Return `yes` where the mask is set and `no` elsewhere; one of them may be a plain number."""
    kind = _kind(yes, no)
    if mask != Mask or kind is None:
        return None

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        sides = [
            _widen(context, builder, v, k, kind)
            for v, k in zip(values[1:], signature.args[1:], strict=True)
        ]
        return builder.select(values[0], *sides)

    return kind(mask, yes, no), generate


def _call(
    builder: Any, name: str, result: Any, arguments: list[Any], flags: tuple[str, ...] = ()
) -> Any:
    kind = ir.FunctionType(result, [argument.type for argument in arguments])
    function = cgutils.get_or_insert_function(builder.module, kind, name)
    return builder.call(function, arguments, fastmath=flags)


def _unary(source: Any, target: Any, make: Callable[..., Any], name: str, text: str) -> Any:
    """Define a function of one kind of lanes."""

    def typed(typing: Any, value: Any) -> Any:
        if value != source:
            return None
        return target(value), lambda context, builder, signature, values: make(builder, values[0])

    typed.__name__, typed.__doc__ = name, text
    return device_function(typed)


floor = _unary(
    Floats,
    Floats,
    lambda builder, value: _call(builder, f"llvm.floor.v{LANES}f32", _VF, [value]),
    "floor",
    "Round down.",
)
to_ints = _unary(
    Floats, Ints, lambda b, v: b.fptosi(v, _VI), "to_ints", "Convert, rounding towards zero."
)
to_floats = _unary(Ints, Floats, lambda b, v: b.sitofp(v, _VF), "to_floats", "Convert.")
bits_to_floats = _unary(
    Ints, Floats, lambda b, v: b.bitcast(v, _VF), "bits_to_floats", "Read the bits as float32."
)
any_lane = _unary(
    Mask,
    types.boolean,
    lambda b, v: b.icmp_unsigned(
        "!=", b.bitcast(v, ir.IntType(LANES)), ir.Constant(ir.IntType(LANES), 0)
    ),
    "any_lane",
    "Whether the mask is set in any lane.",
)
lowest = _unary(
    Floats,
    types.float32,
    lambda b, v: _call(b, f"llvm.vector.reduce.fmin.v{LANES}f32", _F32, [v]),
    "lowest",
    "Minimum.",
)
highest = _unary(
    Floats,
    types.float32,
    lambda b, v: _call(b, f"llvm.vector.reduce.fmax.v{LANES}f32", _F32, [v]),
    "highest",
    "Maximum.",
)
total = _unary(
    Floats,
    types.float32,
    lambda b, v: _call(
        b, f"llvm.vector.reduce.fadd.v{LANES}f32", _F32, [_F32(0), v], ("reassoc", *_FLAGS)
    ),
    "total",
    "Sum, in any order.",
)
bits_of = _unary(
    Mask,
    types.int32,
    lambda b, v: b.zext(b.bitcast(v, ir.IntType(LANES)), _I32),
    "bits_of",
    "The mask as a number: bit i is lane i.",
)
negated = _unary(Mask, Mask, lambda b, v: b.not_(v), "negated", "The other lanes.")


def _pointer(context: Any, builder: Any, array: Any, value: Any, index: Any) -> Any:
    data = context.make_array(array)(context, builder, value).data
    return builder.gep(data, [index])


def _element(array: Any) -> Any:
    kinds: dict[Any, Any] = {types.float32: Floats, types.int32: Ints}
    return kinds.get(getattr(array, "dtype", None))


@device_function
def gather(typing: Any, array: Any, index: Any, mask: Any) -> Any:
    """Return array[index] for each lane in the mask, 0 in the others; a flat float32 or int32
    array, unchecked.
    """
    kind = _element(array)
    if kind is None or index != Ints or mask != Mask:
        return None

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, values[0]).data
        element = _VECTOR[kind].element
        # llvmlite has no vector of addresses of its own: the instruction is made by hand and given
        # its type.
        places = ir.instructions.GEPInstr(
            builder.block, data, [values[1]], False, "", source_etype=element
        )
        places.type = ir.VectorType(data.type, LANES)
        builder._insert(places)
        suffix = f"v{LANES}{'f32' if kind == Floats else 'i32'}.v{LANES}p0"
        zero = ir.Constant(_VECTOR[kind], [0] * LANES)
        return _call(
            builder,
            f"llvm.masked.gather.{suffix}",
            _VECTOR[kind],
            [places, _I32(4), values[2], zero],
        )

    return kind(array, index, mask), generate


@device_function
def gather_fours(typing: Any, array: Any, index: Any) -> Any:
    """Return (array[index], ..., array[index + 3]) for each lane; a flat float32 array, unchecked,
    index >= 0. Sixteen loads of four numbers and their transposition: several times as fast as four
    `gather`s.
    """
    if _element(array) != Floats or index != Ints:
        return None
    four = types.UniTuple(Floats, 4)

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, values[0]).data
        loaded = []
        for lane in range(LANES):
            number = builder.zext(builder.extract_element(values[1], _I32(lane)), ir.IntType(64))
            place = builder.bitcast(builder.gep(data, [number]), _V4.as_pointer())
            loaded.append(builder.load(place, align=4))
        # Vector k holds lanes k, k + 4, k + 8, ...; then fours of them are transposed.
        rows = [_joined(builder, loaded[k::4]) for k in range(4)]
        return context.make_tuple(builder, four, _transposed(builder, rows))

    return four(array, index), generate


def _joined(builder: Any, parts: list[Any]) -> Any:
    """Return vectors of one length one behind the other; their number is a power of two."""
    while len(parts) > 1:
        order = list(range(2 * parts[0].type.count))
        pairs = zip(parts[::2], parts[1::2], strict=True)
        parts = [_shuffled(builder, left, right, order) for left, right in pairs]
    return parts[0]


def _transposed(builder: Any, rows: list[Any]) -> list[Any]:
    """Transpose the 4x4 numbers in every quarter of four vectors."""

    def shuffled(left: Any, right: Any, order: tuple[int, ...]) -> Any:
        places = [quarter + place for quarter in range(0, LANES, 4) for place in order]
        return _shuffled(builder, left, right, places)

    low, high = (0, LANES, 1, LANES + 1), (2, LANES + 2, 3, LANES + 3)
    first, second = (0, 1, LANES, LANES + 1), (2, 3, LANES + 2, LANES + 3)
    columns = []
    for half in (low, high):
        one, other = shuffled(rows[0], rows[1], half), shuffled(rows[2], rows[3], half)
        columns += [shuffled(one, other, first), shuffled(one, other, second)]
    return columns


def _shuffled(builder: Any, left: Any, right: Any, order: list[int]) -> Any:
    return builder.shuffle_vector(left, right, ir.Constant(ir.VectorType(_I32, len(order)), order))


@device_function
def load(typing: Any, array: Any, index: Any) -> Any:
    """Return array[index : index + LANES] of a flat float32 or int32 array, unchecked."""
    kind = _element(array)
    if kind is None or not isinstance(index, types.Integer):
        return None

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        place = _pointer(context, builder, signature.args[0], values[0], values[1])
        return builder.load(builder.bitcast(place, _VECTOR[kind].as_pointer()), align=4)

    return kind(array, index), generate


@device_function
def store(typing: Any, array: Any, index: Any, lanes: Any) -> Any:
    """Write lanes to array[index : index + LANES] of a flat float32 or int32 array, unchecked."""
    kind = _element(array)
    if kind is None or lanes != kind or not isinstance(index, types.Integer):
        return None

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        place = _pointer(context, builder, signature.args[0], values[0], values[1])
        builder.store(values[2], builder.bitcast(place, _VECTOR[kind].as_pointer()), align=4)
        return context.get_dummy_value()

    return types.void(array, index, lanes), generate

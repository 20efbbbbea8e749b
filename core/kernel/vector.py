"""A vector of floats that stays in a register: the one type the compiled training is written in.

numba vectorises loops over arrays only as far as LLVM recognises them, and keeps no sum in a register across one. So
this teaches numba a type that *is* an LLVM vector, with + - *, the squashing functions and ways in and out of memory.
A lane is one sample: `LANES` samples go through the network side by side. `memory` is a flat float32 array and `at` the
number of a float in it; nothing is checked, neither bounds nor alignment.

No operation here assumes that numbers are finite: what is not a number stays one, up to the loss.
"""

from __future__ import annotations

import itertools
import operator
from collections.abc import Callable
from typing import Any, TypeVar

import llvmlite.binding
import numba
import numpy as np
from llvmlite import ir
from numba.core import types
from numba.core.imputils import lower_builtin
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import intrinsic, models, register_jitable, register_model


def _lanes() -> int:
    """Sixteen samples where registers hold as many, otherwise eight; NUMBA_CPU_NAME and NUMBA_CPU_FEATURES count."""
    named, asked = numba.config.CPU_NAME, numba.config.CPU_FEATURES
    if asked is not None or named is not None:
        return 16 if "+avx512f" in (asked or "") else 8
    return 16 if llvmlite.binding.get_host_cpu_features().get("avx512f") else 8


LANES = _lanes()
Vector = Any  # how a vector is called in the compiled functions' own annotations
Floats = Any  # a flat float32 array

_FLOATS = ir.VectorType(ir.FloatType(), LANES)
_FUSED = ("contract",)  # a * b + c is one instruction; nothing is assumed about what is not a number
_Function = TypeVar("_Function", bound=Callable[..., Any])


def compiled(function: _Function) -> _Function:
    """numba's compiler as this package uses it.

    `error_model="numpy"`: with the other one every division carries a check that stops vectorising. Sums may be
    reordered; nothing is assumed about what is not a number.
    """
    allowed = {"contract", "reassoc", "nsz"}
    made: _Function = numba.njit(nogil=True, error_model="numpy", fastmath=allowed)(function)
    return made


def shared_with_python(function: _Function) -> _Function:
    """Leave a function of whole numbers as it is, and let compiled functions call it too."""
    same: _Function = register_jitable(function)
    return same


class _VectorType(types.Type):  # type: ignore[misc]
    def __init__(self) -> None:
        super().__init__(name=f"float32x{LANES}")


VECTOR = _VectorType()


@register_model(_VectorType)
class _VectorModel(models.PrimitiveModel):  # type: ignore[misc]
    def __init__(self, manager: Any, kind: _VectorType) -> None:
        super().__init__(manager, kind, _FLOATS)


def _constant(number: float) -> ir.Constant:
    return ir.Constant(_FLOATS, [float(np.float32(number))] * LANES)


def _places(numbers: Any) -> ir.Constant:
    numbers = list(numbers)
    return ir.Constant(ir.VectorType(ir.IntType(32), len(numbers)), numbers)


def _spread(builder: ir.IRBuilder, number: ir.Value) -> ir.Value:
    """One number in every lane."""
    anything = ir.Constant(_FLOATS, ir.Undefined)
    first = builder.insert_element(anything, number, ir.Constant(ir.IntType(32), 0))
    return builder.shuffle_vector(first, anything, _places([0] * LANES))


def _teach(operation: Any, instruction: str) -> None:
    """Let numba apply `operation` to two vectors, or to a vector and a number on either side."""

    @infer_global(operation)
    class _Typing(AbstractTemplate):  # type: ignore[misc]
        def generic(self, given: Any, _named: Any) -> Any:
            if VECTOR in given:
                return signature(VECTOR, *(VECTOR if kind == VECTOR else types.float32 for kind in given))
            return None

    def lower(_context: Any, builder: ir.IRBuilder, made: Any, values: Any) -> ir.Value:
        both = [v if kind == VECTOR else _spread(builder, v) for v, kind in zip(values, made.args, strict=True)]
        return getattr(builder, instruction)(*both, flags=_FUSED)

    for left, right in ((_VectorType, _VectorType), (types.Float, _VectorType), (_VectorType, types.Float)):
        lower_builtin(operation, left, right)(lower)


for _operation, _instruction in (
    (operator.add, "fadd"), (operator.iadd, "fadd"), (operator.sub, "fsub"), (operator.mul, "fmul"),
):  # fmt: skip
    _teach(_operation, _instruction)


def _pointer(context: Any, builder: ir.IRBuilder, kinds: Any, values: Any) -> ir.Value:
    array = context.make_array(kinds[0])(context, builder, values[0])
    return builder.gep(array.data, [values[1]])


@intrinsic
def load(_typing: Any, memory: Any, at: Any) -> Any:
    """The vector of the LANES floats from `at` on."""

    def generate(context: Any, builder: ir.IRBuilder, made: Any, values: Any) -> ir.Value:
        start = builder.bitcast(_pointer(context, builder, made.args, values), _FLOATS.as_pointer())
        return builder.load(start, align=4)

    return VECTOR(memory, types.int64), generate


@intrinsic
def store(_typing: Any, memory: Any, at: Any, vector: Any) -> Any:
    """Write a vector to the LANES floats from `at` on."""

    def generate(context: Any, builder: ir.IRBuilder, made: Any, values: Any) -> ir.Value:
        start = builder.bitcast(_pointer(context, builder, made.args, values), _FLOATS.as_pointer())
        builder.store(values[2], start, align=4)
        return context.get_dummy_value()

    return types.void(memory, types.int64, vector), generate


@intrinsic
def number(_typing: Any, memory: Any, at: Any) -> Any:
    """The float at `at`; times a vector it costs one instruction."""

    def generate(context: Any, builder: ir.IRBuilder, made: Any, values: Any) -> ir.Value:
        return builder.load(_pointer(context, builder, made.args, values))

    return types.float32(memory, types.int64), generate


@intrinsic
def zero(_typing: Any) -> Any:
    """A vector of nothing."""
    return VECTOR(), lambda context, builder, made, values: _constant(0.0)


@intrinsic
def even(_typing: Any, number: Any) -> Any:
    """The same number in every lane."""
    return VECTOR(types.float32), lambda context, builder, made, values: _spread(builder, values[0])


@intrinsic
def store_tile(_typing: Any, memory: Any, at: Any, tile: Any) -> Any:
    """Write eight vectors, one behind the other, to the floats from `at` on."""

    def generate(context: Any, builder: ir.IRBuilder, made: Any, values: Any) -> ir.Value:
        start = builder.bitcast(_pointer(context, builder, made.args, values), _FLOATS.as_pointer())
        for place in range(8):
            there = builder.gep(start, [ir.Constant(ir.IntType(64), place)])
            builder.store(builder.extract_value(values[2], place), there, align=4)
        return context.get_dummy_value()

    return types.void(memory, types.int64, tile), generate


@intrinsic
def add_totals(_typing: Any, memory: Any, at: Any, vectors: Any) -> Any:
    """Add the sum over the lanes of each of eight vectors to the eight floats from `at` on.

    Folding all eight at once takes a third of the instructions of eight single sums.
    """

    def generate(context: Any, builder: ir.IRBuilder, made: Any, values: Any) -> ir.Value:
        some = [builder.extract_value(values[2], place) for place in range(8)]
        while len(some) > 1:  # lanes of two vectors, added in pairs, fill one
            even, odd = _places(range(0, 2 * LANES, 2)), _places(range(1, 2 * LANES, 2))
            some = [
                builder.fadd(builder.shuffle_vector(a, b, even), builder.shuffle_vector(a, b, odd), flags=_FUSED)
                for a, b in zip(some[::2], some[1::2], strict=True)
            ]
        (sums,) = some  # of sixteen lanes two neighbours each still belong together
        if LANES == 16:
            even, odd = _places(range(0, LANES, 2)), _places(range(1, LANES, 2))
            sums = builder.fadd(builder.shuffle_vector(sums, sums, even), builder.shuffle_vector(sums, sums, odd))
        eight = ir.VectorType(ir.FloatType(), 8).as_pointer()
        start = builder.bitcast(_pointer(context, builder, made.args, values), eight)
        builder.store(builder.fadd(builder.load(start, align=4), sums), start, align=4)
        return context.get_dummy_value()

    return types.void(memory, types.int64, vectors), generate


# tanh(x) = x P(x^2) / Q(x^2) within a few units in the last place (the coefficients of Eigen's generic ptanh)
_P = (-2.76076847742355e-16, 2.00018790482477e-13, -8.60467152213735e-11, 5.12229709037114e-08,
      1.48572235717979e-05, 6.37261928875436e-04, 4.89352455891786e-03)  # fmt: skip
_Q = (1.19825839466702e-06, 1.18534705686654e-04, 2.26843463243900e-03, 4.89352518554385e-03)
_BEYOND = 7.90531110763549805  # where tanh rounds to 1


def _fraction(builder: ir.IRBuilder, x: ir.Value) -> tuple[ir.Value, ir.Value]:
    """Numerator and denominator of tanh(x); the denominator lies between 0.004 and 1."""
    low, high = _constant(-_BEYOND), _constant(_BEYOND)
    x = builder.select(builder.fcmp_ordered(">", x, high), high, x)  # false for what is not a number: it stays
    x = builder.select(builder.fcmp_ordered("<", x, low), low, x)
    square = builder.fmul(x, x, flags=_FUSED)

    def polynomial(coefficients: tuple[float, ...]) -> ir.Value:
        value = _constant(coefficients[0])
        for each in coefficients[1:]:
            value = builder.fadd(builder.fmul(value, square, flags=_FUSED), _constant(each), flags=_FUSED)
        return value

    return builder.fmul(x, polynomial(_P), flags=_FUSED), polynomial(_Q)


@intrinsic
def tanh(_typing: Any, x: Any) -> Any:
    """tanh of every lane."""

    def generate(_context: Any, builder: ir.IRBuilder, made: Any, values: Any) -> ir.Value:
        return builder.fdiv(*_fraction(builder, values[0]), flags=_FUSED)

    return VECTOR(x), generate


@intrinsic
def tanh_of_all(_typing: Any, several: Any) -> Any:
    """tanh of every lane of a few vectors (a tuple in, a tuple out), with one division, the slow part, for all.

    1 / a = b c / (a b c), and so on: the products of what stands before and behind in the tuple.
    """

    def generate(_context: Any, builder: ir.IRBuilder, made: Any, values: Any) -> ir.Value:
        def times(a: ir.Value, b: ir.Value) -> ir.Value:
            return builder.fmul(a, b, flags=_FUSED)

        tops, bottoms = zip(
            *[_fraction(builder, builder.extract_value(values[0], place)) for place in range(several.count)], strict=True
        )
        before = list(itertools.accumulate(bottoms, times))
        behind, found = builder.fdiv(_constant(1.0), before[-1], flags=_FUSED), values[0]
        for place in reversed(range(several.count)):  # `behind` is 1 / (the bottoms up to this one)
            inverse = times(behind, before[place - 1]) if place else behind
            behind = times(behind, bottoms[place])
            found = builder.insert_value(found, times(tops[place], inverse), place)
        return found

    return several(several), generate

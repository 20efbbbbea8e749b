"""A vector of floats that stays in a register: the one type the compiled training is written in.

numba vectorises loops over arrays only as far as LLVM recognises them, and keeps no sum in a register across one. So
this teaches numba a type that *is* an LLVM vector, with + - * /, tanh, products of matrices, and ways in and out of
memory. A lane is one sample, where a block of BLOCK windows, PAIR vectors, goes through the network together; or one
unit, where there is one sequence. `memory` is a flat float32 array and `at` the number of a float in it; nothing is
checked, neither bounds nor alignment.

No operation here assumes that numbers are finite: what is not a number stays one, up to the loss.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import llvmlite.binding
import numba
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
TILE = 8  # rows of weights at once
PAIR = LANES // 8  # vectors, or columns of weights, at once: TILE times PAIR sums find room in the registers
SIDE = 4 * LANES  # rows of weights at once where units stand side by side
BLOCK = PAIR * LANES  # samples that go through the network together
Vector = Any  # how a vector is called in the compiled functions' own annotations
Floats = Any  # a flat float32 array

FLOATS = ir.VectorType(ir.FloatType(), LANES)
FUSED = ("contract",)  # a * b + c is one instruction; nothing is assumed about what is not a number
_Function = TypeVar("_Function", bound=Callable[..., Any])
by_hand: Callable[[Callable[..., Any]], Callable[..., Any]] = intrinsic


_AS_HERE = {"nogil": True, "error_model": "numpy", "fastmath": {"contract", "reassoc", "nsz"}}


def called_from_python(function: _Function) -> _Function:
    """numba's compiler as this package uses it.

    `error_model="numpy"`: with the other one every division carries a check that stops vectorising. Sums may be
    reordered; nothing is assumed about what is not a number.
    """
    made: _Function = numba.njit(**_AS_HERE)(function)
    return made


def compiled(function: _Function) -> _Function:
    """The same for a function that only compiled ones call: without a way in from Python it compiles sooner."""
    made: _Function = numba.njit(**_AS_HERE, no_cpython_wrapper=True, no_cfunc_wrapper=True)(function)
    return made


def inlined(function: _Function) -> _Function:
    """The same for what every vector goes through: LLVM on its own keeps what is called in two places out of line."""
    made: _Function = numba.njit(**_AS_HERE, no_cpython_wrapper=True, no_cfunc_wrapper=True, forceinline=True)(function)
    return made


def shared_with_python(function: _Function) -> _Function:
    """Leave a function of whole numbers as it is, and let compiled functions call it too."""
    same: _Function = register_jitable(function)
    return same


class _VectorType(types.Type):
    def __init__(self) -> None:
        super().__init__(name=f"float32x{LANES}")


VECTOR = _VectorType()


@register_model(_VectorType)
class _VectorModel(models.PrimitiveModel):  # type: ignore[misc]
    def __init__(self, manager: Any, kind: _VectorType) -> None:
        super().__init__(manager, kind, FLOATS)


def places(numbers: Iterable[int]) -> ir.Constant:
    which = list(numbers)
    return ir.Constant(ir.VectorType(ir.IntType(32), len(which)), which)


def spread(builder: ir.IRBuilder, number: ir.Value) -> ir.Value:
    """One number in every lane."""
    anything = ir.Constant(FLOATS, ir.Undefined)
    first = builder.insert_element(anything, number, ir.Constant(ir.IntType(32), 0))
    return builder.shuffle_vector(first, anything, places([0] * LANES))


def _teach(operation: Any, instruction: str) -> None:
    """Let numba apply `operation` to two vectors, or to a vector and a number on either side."""

    @infer_global(operation)
    class _Typing(AbstractTemplate):  # type: ignore[misc]
        def generic(self, given: Any, _named: Any) -> Any:
            if VECTOR in given:
                return signature(VECTOR, *(VECTOR if kind == VECTOR else types.float32 for kind in given))
            return None

    def lower(_context: Any, builder: ir.IRBuilder, made: Any, values: Any) -> ir.Value:
        both = [v if kind == VECTOR else spread(builder, v) for v, kind in zip(values, made.args, strict=True)]
        return getattr(builder, instruction)(*both, flags=FUSED)

    for left, right in ((_VectorType, _VectorType), (types.Float, _VectorType), (_VectorType, types.Float)):
        lower_builtin(operation, left, right)(lower)


for _operation, _instruction in (
    (operator.add, "fadd"),
    (operator.iadd, "fadd"),
    (operator.sub, "fsub"),
    (operator.mul, "fmul"),
    (operator.truediv, "fdiv"),
):
    _teach(_operation, _instruction)


def pointer(context: Any, builder: ir.IRBuilder, made: Any, values: Any, kind: ir.Type) -> ir.Value:
    """Where the `kind` stands that begins at values[1] of the array values[0]."""
    array = context.make_array(made.args[0])(context, builder, values[0])
    return builder.bitcast(builder.gep(array.data, [values[1]]), kind.as_pointer())


@by_hand
def load(_typing: Any, memory: Any, at: Any) -> Any:
    """The vector of the LANES floats from `at` on."""
    return VECTOR(memory, types.int64), lambda c, b, made, v: b.load(pointer(c, b, made, v, FLOATS), align=4)


@by_hand
def number(_typing: Any, memory: Any, at: Any) -> Any:
    """The float at `at`; times a vector it costs one instruction."""
    return types.float32(memory, types.int64), lambda c, b, made, v: b.load(pointer(c, b, made, v, ir.FloatType()))


@by_hand
def even(_typing: Any, number: Any) -> Any:
    """The same number in every lane."""
    return VECTOR(types.float32), lambda _context, builder, _made, values: spread(builder, values[0])


@by_hand
def store(_typing: Any, memory: Any, at: Any, vector: Any) -> Any:
    """Write a vector to the LANES floats from `at` on."""

    def generate(context: Any, builder: ir.IRBuilder, made: Any, values: Any) -> ir.Value:
        builder.store(values[2], pointer(context, builder, made, values, FLOATS), align=4)
        return context.get_dummy_value()

    return types.void(memory, types.int64, vector), generate


@by_hand
def _within(_typing: Any, vector: Any, limit: Any) -> Any:
    """Every lane moved into -limit..limit; what is not a number stays, because every comparison with it is false."""

    def generate(_context: Any, builder: ir.IRBuilder, made: Any, values: Any) -> ir.Value:
        x, high = values[0], spread(builder, values[1])
        low = builder.fsub(spread(builder, ir.Constant(ir.FloatType(), 0.0)), high)
        x = builder.select(builder.fcmp_ordered(">", x, high), high, x)
        return builder.select(builder.fcmp_ordered("<", x, low), low, x)

    return VECTOR(VECTOR, types.float32), generate


@compiled
def _fraction(x: Vector) -> tuple[Vector, Vector]:
    """tanh(x) = x P(x^2) / Q(x^2) within a few units in the last place (the coefficients of Eigen's ptanh)."""
    x = _within(x, 7.90531110763549805)  # where tanh rounds to 1; Q stays between 0.004 and 1
    s = x * x
    p = 5.12229709037114e-08 + s * (-8.60467152213735e-11 + s * (2.00018790482477e-13 + s * -2.76076847742355e-16))
    p = 4.89352455891786e-03 + s * (6.37261928875436e-04 + s * (1.48572235717979e-05 + s * p))
    q = 4.89352518554385e-03 + s * (2.26843463243900e-03 + s * (1.18534705686654e-04 + s * 1.19825839466702e-06))
    return x * p, q


@compiled
def tanh(x: Vector) -> Vector:
    """tanh of every lane."""
    top, bottom = _fraction(x)
    return top / bottom


@compiled
def tanh_of_four(a: Vector, b: Vector, c: Vector, d: Vector) -> tuple[Vector, Vector, Vector, Vector]:
    """tanh of every lane of four vectors with one division, which is slow: 1 / p = q / (p q)."""
    (a, p), (b, q), (c, r), (d, s) = _fraction(a), _fraction(b), _fraction(c), _fraction(d)
    pq, rs = p * q, r * s
    inverse = even(1) / (pq * rs)
    pq, rs = inverse * rs, inverse * pq  # 1 / (p q) and 1 / (r s)
    return a * q * pq, b * p * pq, c * s * rs, d * r * rs

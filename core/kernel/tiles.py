"""Products of matrices a tile at a time: TILE rows of weights, whose sums stay in registers as long as they are summed.

The loops are written as LLVM takes them, because numba cannot keep a list of sums in registers across one.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any, NamedTuple

from llvmlite import ir
from numba.core import cgutils, types

from core.kernel.vector import FLOATS, FUSED, LANES, PAIR, SIDE, TILE, VECTOR, Floats, by_hand, places, pointer, spread

NOTHING = ir.Constant(FLOATS, [0.0] * LANES)


def _pointers(builder: ir.IRBuilder, start: ir.Value, count: int, group: ir.Value | None = None) -> list[ir.Value]:
    """Where the `count` things of a group stand, groups of as many following one another from `start` on."""
    whole = ir.IntType(64)
    first = builder.mul(group, whole(count)) if group is not None else whole(0)
    return [builder.gep(start, [builder.add(first, whole(place))]) for place in range(count)]


@by_hand
def store_tile(_typing: Any, memory: Any, at: Any, tile: Any) -> Any:
    """Write a tuple of vectors, one behind the other, to the floats from `at` on."""

    def generate(context: Any, builder: ir.IRBuilder, made: Any, values: Any) -> ir.Value:
        for place, start in enumerate(_pointers(builder, pointer(context, builder, made, values, FLOATS), tile.count)):
            builder.store(builder.extract_value(values[2], place), start, align=4)
        return context.get_dummy_value()

    return types.void(memory, types.int64, tile), generate


@by_hand
def add_tile(_typing: Any, memory: Any, at: Any, tile: Any) -> Any:
    """Add a tuple of vectors, one behind the other, to the floats from `at` on."""

    def generate(context: Any, builder: ir.IRBuilder, made: Any, values: Any) -> ir.Value:
        for place, start in enumerate(_pointers(builder, pointer(context, builder, made, values, FLOATS), tile.count)):
            sums = builder.fadd(builder.load(start, align=4), builder.extract_value(values[2], place))
            builder.store(sums, start, align=4)
        return context.get_dummy_value()

    return types.void(memory, types.int64, tile), generate


class Rows(NamedTuple):
    """`length` rows in memory: the first at `at`, rows `apart` floats, numbers of a row `between`.

    Vectors of a row follow one another. No array is part of it: numba counts who holds one, at each use.
    """

    at: int
    apart: int
    between: int
    length: int


@by_hand
def store_rows(_typing: Any, memory: Any, rows: Any, tile: Any) -> Any:
    """Write a tuple of vectors to the first rows, SIDE floats to each."""

    def generate(context: Any, builder: ir.IRBuilder, made: Any, values: Any) -> ir.Value:
        across = SIDE // LANES
        data = context.make_array(made.args[0])(context, builder, values[0]).data
        for row in range(tile.count // across):
            start = builder.bitcast(_row(builder, data, values[1], ir.IntType(64)(row)), FLOATS.as_pointer())
            for place, each in enumerate(_pointers(builder, start, across)):
                builder.store(builder.extract_value(values[2], row * across + place), each, align=4)
        return context.get_dummy_value()

    return types.void(memory, rows, tile), generate


def _row(builder: ir.IRBuilder, data: ir.Value, rows: ir.Value, index: ir.Value) -> ir.Value:
    """Where row `index` begins."""
    at, apart = (builder.extract_value(rows, place) for place in range(2))
    return builder.gep(data, [builder.add(at, builder.mul(apart, index))])


def product_of(numbers: int, vectors: int) -> Callable[[Floats, Rows, Floats, Rows], Any]:
    """A function that sums, over the rows of both sides, each of so many numbers on the left times each of so many
    vectors on the right.

    It gives numbers times vectors vectors, a number's each `vectors`; they stay in registers while they are summed.
    """
    tile = types.UniTuple(VECTOR, numbers * vectors)  # type: ignore[attr-defined]

    @by_hand
    def product(_typing: Any, left_memory: Any, left: Any, right_memory: Any, right: Any) -> Any:
        def generate(context: Any, builder: ir.IRBuilder, made: Any, values: Any) -> ir.Value:
            data = [context.make_array(made.args[i])(context, builder, values[i]).data for i in (0, 2)]
            between, count = (builder.extract_value(values[1], place) for place in (2, 3))
            sums = [cgutils.alloca_once_value(builder, NOTHING) for _ in range(numbers * vectors)]
            with cgutils.for_range(builder, count) as loop:
                one, other = (_row(builder, data[i], values[2 * i + 1], loop.index) for i in range(2))
                rights = _pointers(builder, builder.bitcast(other, FLOATS.as_pointer()), vectors)
                rights = [builder.load(each, align=4) for each in rights]
                lefts = [builder.gep(one, [builder.mul(between, ir.IntType(64)(place))]) for place in range(numbers)]
                spreads = [spread(builder, builder.load(each)) for each in lefts]
                for place, (number, vector) in enumerate(itertools.product(spreads, rights)):
                    _add(builder, sums[place], builder.fmul(number, vector, flags=FUSED))
            return context.make_tuple(builder, tile, [builder.load(each) for each in sums])

        return tile(left_memory, left, right_memory, right), generate

    made: Callable[[Floats, Rows, Floats, Rows], Any] = product
    return made


@by_hand
def outer(_typing: Any, memory: Any, rows: Any, columns: Any, steps: Any) -> Any:
    """Each of PAIR rows of a block times each of TILE, summed over the steps but not yet over the samples.

    `rows` and `columns`: where the TILE, and the PAIR, rows of the first step stand, and how far apart steps are.
    """
    tile = types.UniTuple(VECTOR, TILE * PAIR)  # type: ignore[attr-defined]

    def generate(context: Any, builder: ir.IRBuilder, made: Any, values: Any) -> ir.Value:
        def block(side: ir.Value, step: ir.Value, count: int, half: int) -> list[ir.Value]:
            at = builder.add(builder.extract_value(side, 0), builder.mul(builder.extract_value(side, 1), step))
            start = pointer(context, builder, made, (values[0], at), FLOATS)
            return [builder.load(each, align=4) for each in _pointers(builder, start, count * PAIR)[half::PAIR]]

        sums = [cgutils.alloca_once_value(builder, NOTHING) for _ in range(TILE * PAIR)]
        with cgutils.for_range(builder, values[3]) as loop:
            for half in range(PAIR):
                left, right = block(values[2], loop.index, PAIR, half), block(values[1], loop.index, TILE, half)
                for place, (column, row) in enumerate(itertools.product(left, right)):
                    _add(builder, sums[place], builder.fmul(column, row, flags=FUSED))
        return context.make_tuple(builder, tile, [builder.load(each) for each in sums])

    return tile(memory, rows, columns, types.int64), generate


@by_hand
def add_totals(_typing: Any, memory: Any, at: Any, tile: Any) -> Any:
    """Add the sum over the lanes of each of a tuple of vectors to as many floats from `at` on.

    Folding all at once takes a third of the instructions of single sums.
    """

    def generate(context: Any, builder: ir.IRBuilder, made: Any, values: Any) -> ir.Value:
        some, lanes = [builder.extract_value(values[2], place) for place in range(tile.count)], LANES
        while lanes > 1:  # neighbouring lanes added: what two vectors hold fills one
            lanes //= 2
            some = [_folded(builder, *pair) for pair in zip(some[::2], some[1::2], strict=True)]
        for start, sums in zip(
            _pointers(builder, pointer(context, builder, made, values, FLOATS), len(some)), some, strict=True
        ):
            builder.store(builder.fadd(builder.load(start, align=4), sums), start, align=4)
        return context.get_dummy_value()

    return types.void(memory, types.int64, tile), generate


def _folded(builder: ir.IRBuilder, a: ir.Value, b: ir.Value) -> ir.Value:
    even, odd = (builder.shuffle_vector(a, b, places(range(first, 2 * LANES, 2))) for first in (0, 1))
    return builder.fadd(even, odd, flags=FUSED)


def _add(builder: ir.IRBuilder, total: ir.Value, more: ir.Value) -> None:
    builder.store(builder.fadd(builder.load(total), more, flags=FUSED), total)

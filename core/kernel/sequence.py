"""One sequence through all days, the article's layout: the way through and back, its units side by side in a vector.

Nothing is copied to carry the state: a run over days begins with what the run over the days before left in `memory`.
"""

from __future__ import annotations

from typing import NamedTuple

from core.kernel.cells import ROWS, STATES, step, step_back
from core.kernel.ends import loss_and_slope
from core.kernel.layout import Layer, Net, Part, layer_of, shared_of, whole_tiles
from core.kernel.tiles import Rows, add_tile, product_of, store_rows, store_tile
from core.kernel.unit import Unit
from core.kernel.vector import LANES, PAIR, SIDE, Floats, compiled, even, load, number, store

DAYS = COLUMNS = 2 * PAIR  # at once: as many as find room in the registers, times a tile
CACHED = 2**14  # floats, half of a common first-level cache
of_day = product_of(1, SIDE // LANES)  # weights of a tile's rows, by columns, times the numbers of one day
outer = product_of(DAYS, SIDE // LANES)  # the same of several days; or, summed over days, several columns of dL/dW


@compiled
def run_days(net: Net, part: Part, learn: bool) -> float:
    """The mean loss over the part's days; with `learn`, its gradient too, added to `net.gradient`."""
    first, count = part.rows[0], len(part.rows)
    read(net, layer_of(net, 0), part)
    for layer in range(net.layers):
        forward(net, layer, first, count)
    loss = head(net, part)
    if learn:
        head_gradient(net, first, count)
        for layer in range(net.layers - 1, -1, -1):
            backward(net, layer, first, count)
            weight_gradient(net, layer_of(net, layer), first, count)
    return loss


@compiled
def read(net: Net, bottom: Layer, part: Part) -> None:
    """The days' inputs into the columns of the bottom layer."""
    for place in range(len(part.rows)):
        t = part.rows[place]
        for i in range(net.inputs):
            net.memory[bottom.z + t * bottom.stride + i] = number(part.x, t * net.inputs + i)


@compiled
def unit_of(net: Net, layer: Layer, t: int, first: int) -> Unit:
    """The places of LANES units from `first` on, on day t."""
    hidden, before = layer.z + t * layer.stride + layer.inputs + first, first * STATES[net.cell]
    before += layer.cells + t * layer.cell_stride
    gates = layer.gates + t * layer.gate_stride + first * ROWS[net.cell]
    return Unit(gates, LANES, hidden, before, before + layer.cell_stride, shared_of(net).carried + first)


@compiled
def forward(net: Net, place: int, first: int, count: int) -> None:
    """`count` days of one layer; h_t goes into the next day's column and into that of the layer above."""
    memory, layer, above, is_top = net.memory, layer_of(net, place), layer_of(net, place + 1), place + 1 == net.layers
    inputs = Rows(layer.z + first * layer.stride, layer.stride, 1, count)
    gates = Rows(layer.gates + first * layer.gate_stride, layer.gate_stride, 1, count)
    of_inputs = Matrix(layer.forward, layer.width, layer.inputs, net.units * ROWS[net.cell])
    of_memory = Matrix(layer.forward + layer.inputs * SIDE, layer.width, layer.width - layer.inputs, of_inputs.rows)
    of_days(memory, net.forward, of_inputs, inputs, gates)
    for t in range(first, first + count):
        hidden = Rows(layer.z + t * layer.stride + layer.inputs, 1, 1, of_memory.columns)
        hidden = from_end(hidden) if t % 2 == 1 else hidden
        add_of_day(memory, net.forward, of_memory, hidden, layer.gates + t * layer.gate_stride)
        for unit in range(0, net.units, LANES):
            at = unit_of(net, layer, t, unit)
            h = step(net.cell, memory, at)
            store(memory, at.hidden + layer.stride, h)
            if not is_top:
                store(memory, above.z + t * above.stride + unit, h)


class Matrix(NamedTuple):
    """Weights: by tiles of SIDE rows, `width` columns each, of which `columns` from `at` on are meant."""

    at: int
    width: int
    columns: int
    rows: int


@compiled
def tile_of(matrix: Matrix, row: int) -> Rows:
    """The columns of the tile that begins with this row."""
    return Rows(matrix.at + row * matrix.width, SIDE, 1, matrix.columns)


@compiled
def of_days(memory: Floats, weights: Floats, matrix: Matrix, numbers: Rows, out: Rows) -> None:
    """The matrix times each row of numbers, a day's, several days at once: what does not wait for the day before."""
    whole = numbers.length // DAYS * DAYS
    for row in range(0, matrix.rows, SIDE):
        tile = tile_of(matrix, row)
        for day in range(0, whole, DAYS):
            several = Rows(numbers.at + day * numbers.apart, 1, numbers.apart, matrix.columns)
            place = Rows(out.at + day * out.apart + row, out.apart, 1, DAYS)
            store_rows(memory, place, outer(memory, several, weights, tile))
        for day in range(whole, numbers.length):
            one = Rows(numbers.at + day * numbers.apart, 1, 1, matrix.columns)
            store_tile(memory, out.at + day * out.apart + row, of_day(memory, one, weights, tile))


@compiled
def add_of_day(memory: Floats, weights: Floats, matrix: Matrix, numbers: Rows, out: int) -> None:
    """The matrix times one day's numbers, added at `out`.

    Where the numbers are given from their end, so are the weights gone through. Every other day they are: the weights
    read last are still in the cache.
    """
    turned, last = numbers.apart < 0, (matrix.rows - 1) // SIDE * SIDE
    for place in range(0, matrix.rows, SIDE):
        row = last - place if turned else place
        tile = tile_of(matrix, row)
        tile = from_end(tile) if turned else tile
        add_tile(memory, out + row, of_day(memory, numbers, weights, tile))


@compiled
def from_end(rows: Rows) -> Rows:
    """The same rows, last to first."""
    return Rows(rows.at + (rows.length - 1) * rows.apart, -rows.apart, rows.between, rows.length)


@compiled
def head(net: Net, part: Part) -> float:
    """The mean loss of fc(h_t); each day's dL/dprediction goes to the scratch."""
    memory, top, at, total = net.memory, layer_of(net, net.layers - 1), layer_of(net, net.layers).forward, 0.0
    for place in range(len(part.rows)):
        hidden = top.z + (part.rows[place] + 1) * top.stride + top.inputs
        predicted = net.forward[at + net.units]
        for unit in range(net.units):
            predicted += net.forward[at + unit] * memory[hidden + unit]
        loss, slope = loss_and_slope(net, predicted - part.y[part.rows[place]])
        memory[place] = slope / len(part.rows)
        total += loss
    return total / len(part.rows)


@compiled
def head_gradient(net: Net, first: int, count: int) -> None:
    """dL/dfc from the slopes in the scratch, and each day's dL/dh_t."""
    memory, gradient, shared, at = net.memory, net.gradient, shared_of(net), layer_of(net, net.layers).forward
    top = layer_of(net, net.layers - 1)
    for unit in range(0, net.units, LANES):
        total, weights = even(0), load(net.forward, at + unit)
        for place in range(count):
            slope, t = number(memory, shared.scratch + place), first + place
            total += slope * load(memory, top.z + (t + 1) * top.stride + top.inputs + unit)
            store(memory, shared.d_output + t * shared.output_stride + unit, slope * weights)
        store(gradient, at + unit, total)
    for place in range(count):
        gradient[at + net.units] += number(memory, shared.scratch + place)


@compiled
def backward(net: Net, place: int, first: int, count: int) -> None:
    """`count` days of one layer, last to first: dL/dpre of each, and dL/dh for the day before and the layer below."""
    memory, layer, shared, rows = net.memory, layer_of(net, place), shared_of(net), net.units * ROWS[net.cell]
    for at_rest in range(shared.carried, shared.d_output, LANES):
        store(memory, at_rest, even(0))
    across = rows * whole_tiles(net.one, net.units)
    of_memory = Matrix(layer.backward, rows, rows, net.units)
    of_inputs = Matrix(layer.backward + across, rows, rows, net.units)
    for t in range(first + count - 1, first - 1, -1):
        d_pre = Rows(layer.gates + t * layer.gate_stride, 1, 1, rows)
        d_pre = from_end(d_pre) if t % 2 == 1 else d_pre
        for unit in range(0, net.units, LANES):
            d_h = load(memory, shared.d_output + t * shared.output_stride + unit)
            step_back(net.cell, memory, unit_of(net, layer, t, unit), d_h)
        if t > first:
            d_before = shared.d_output + (t - 1) * shared.output_stride
            add_of_day(memory, net.backward, of_memory, d_pre, d_before)
    if place > 0:
        d_pre = Rows(layer.gates + first * layer.gate_stride, layer.gate_stride, 1, count)
        output = Rows(shared.d_output + first * shared.output_stride, shared.output_stride, 1, count)
        of_days(memory, net.backward, of_inputs, d_pre, output)


@compiled
def weight_gradient(net: Net, layer: Layer, first: int, count: int) -> None:
    """dL/dW += sum over the days of dL/dpre_t times z_t', a tile's rows by COLUMNS columns at a time.

    All columns are read once a tile, so only as many days are taken together as the cache holds.
    """
    at_once = max(CACHED // (layer.stride + SIDE), 8)
    for start in range(first, first + count, at_once):
        days = min(at_once, first + count - start)
        for tile in range(0, net.units * ROWS[net.cell], SIDE):
            d_pre = Rows(layer.gates + start * layer.gate_stride + tile, layer.gate_stride, 1, days)
            for column in range(0, layer.width, COLUMNS):
                z = Rows(layer.z + start * layer.stride + column, layer.stride, 1, days)
                found = outer(net.memory, z, net.memory, d_pre)
                add_tile(net.gradient, layer.forward + tile * layer.width + column * SIDE, found)

"""One sequence through all days, the article's layout: the way through and back, its units side by side in a vector.

Nothing is copied to carry the state: a run over days begins with what the run over the days before left in `memory`.
"""

from __future__ import annotations

from core.kernel.cells import ROWS, STATES, step, step_back
from core.kernel.ends import loss_and_slope
from core.kernel.layout import SIDE, Layer, Net, Part, layer_of, shared_of, whole_tiles
from core.kernel.tiles import Rows, add_tile, product_of, store_tile
from core.kernel.unit import Unit
from core.kernel.vector import LANES, PAIR, compiled, even, load, number, store

COLUMNS = 2 * PAIR  # of weights, whose gradient is summed at once
CACHED = 2**14  # floats, half of a common first-level cache
weighted = product_of(1, SIDE // LANES)  # a column of numbers times a tile's weights
outer = product_of(COLUMNS, SIDE // LANES)


@compiled
def run_days(net: Net, part: Part, learn: bool) -> float:
    """The mean loss over the part's days; with `learn`, its gradient too, in `net.gradient`."""
    first, count = part.rows[0], len(part.rows)
    read(net, layer_of(net, 0), part)
    for layer in range(net.layers):
        forward(net, layer, first, count)
    loss = head(net, part)
    if learn:
        net.gradient[:] = 0
        head_gradient(net, first, count)
        for layer in range(net.layers - 1, -1, -1):
            backward(net, layer, first, count)
            weight_gradient(net, layer_of(net, layer), first, count)
    return loss


@compiled
def read(net: Net, bottom: Layer, part: Part) -> None:
    """The days' inputs into the columns of the bottom layer."""
    for t in part.rows:
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
    for t in range(first, first + count):
        column = Rows(memory, layer.z + t * layer.stride, 1)
        gates, weights = layer.gates + t * layer.gate_stride, Rows(net.forward, layer.forward, SIDE)
        times_weights(column, weights, layer.width, gates, net.units * ROWS[net.cell])
        for unit in range(0, net.units, LANES):
            at = unit_of(net, layer, t, unit)
            h = step(net.cell, memory, at)
            store(memory, at.hidden + layer.stride, h)
            if not is_top:
                store(memory, above.z + t * above.stride + unit, h)


@compiled
def times_weights(numbers: Rows, weights: Rows, count: int, out: int, rows: int) -> None:
    """`count` numbers times as many columns of weights: so many `rows`, and what fills up the last tile, at `out`."""
    for tile in range(0, rows, SIDE):
        found = weighted(numbers, Rows(weights.memory, weights.at + tile * count, SIDE), count)
        store_tile(numbers.memory, out + tile, found)


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
    gradient[at + net.units] = memory[shared.scratch : shared.scratch + count].sum()


@compiled
def backward(net: Net, place: int, first: int, count: int) -> None:
    """`count` days of one layer, last to first: dL/dpre of each, and dL/dh for the day before and the layer below."""
    memory, layer, shared, rows = net.memory, layer_of(net, place), shared_of(net), net.units * ROWS[net.cell]
    for at_rest in range(shared.carried, shared.d_output, LANES):
        store(memory, at_rest, even(0))
    for t in range(first + count - 1, first - 1, -1):
        output, d_pre = shared.d_output + t * shared.output_stride, Rows(memory, layer.gates + t * layer.gate_stride, 1)
        for unit in range(0, net.units, LANES):
            d_h = load(memory, shared.d_hidden + unit) + load(memory, output + unit)
            step_back(net.cell, memory, unit_of(net, layer, t, unit), d_h)
        if t > first:
            times_weights(d_pre, Rows(net.backward, layer.backward, SIDE), rows, shared.d_hidden, net.units)
        if place > 0:
            of_inputs = layer.backward + rows * whole_tiles(net, net.units)
            times_weights(d_pre, Rows(net.backward, of_inputs, SIDE), rows, output, net.units)


@compiled
def weight_gradient(net: Net, layer: Layer, first: int, count: int) -> None:
    """dL/dW += sum over the days of dL/dpre_t times z_t', a tile's rows by COLUMNS columns at a time.

    All columns are read once a tile, so only as many days are taken together as the cache holds.
    """
    at_once = max(CACHED // (layer.stride + SIDE), 8)
    for start in range(first, first + count, at_once):
        days = min(at_once, first + count - start)
        for tile in range(0, net.units * ROWS[net.cell], SIDE):
            d_pre = Rows(net.memory, layer.gates + start * layer.gate_stride + tile, layer.gate_stride)
            for column in range(0, layer.width, COLUMNS):
                z = Rows(net.memory, layer.z + start * layer.stride + column, layer.stride)
                add_tile(net.gradient, layer.forward + tile * layer.width + column * SIDE, outer(z, d_pre, days))

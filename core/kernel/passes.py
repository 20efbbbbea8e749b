"""The way through the network and back, a block of samples at a time."""

from __future__ import annotations

from core.kernel.cells import ROWS, STATES, step, step_back
from core.kernel.layout import Layer, Net, shared_of
from core.kernel.tiles import Rows, add_totals, outer, product_of, store_tile
from core.kernel.unit import Unit
from core.kernel.vector import BLOCK, LANES, PAIR, TILE, compiled, even, load, store

product = product_of(TILE, PAIR)  # eight rows of weights times a block's samples
CACHED = 2**16  # floats, a quarter of a common second-level cache


@compiled
def forward(net: Net, layer: Layer, above: Layer, is_top: bool, keep: bool) -> None:
    """All steps of one layer; h_t goes into the next step's column and into that of the layer above.

    Without `keep`, gates and cells are written to one place over and over.
    """
    memory, weights, cell = net.memory, net.forward, net.cell
    rows = ROWS[cell]
    gate_stride, cell_stride = (layer.gate_stride, layer.cell_stride) if keep else (0, 0)
    for place in range(layer.cells, layer.cells + layer.cell_stride, LANES):
        store(memory, place, even(0))  # c_0
    for t in range(net.steps):
        z, gates, before = layer.z + t * layer.stride, layer.gates + t * gate_stride, layer.cells + t * cell_stride
        hidden = z + layer.inputs * BLOCK
        for tile in range(0, net.units, TILE // rows):
            eight = Rows(layer.forward + tile * rows * layer.width, TILE, 1, layer.width)
            found = product(weights, eight, memory, Rows(z, BLOCK, 1, layer.width))
            store_tile(memory, gates + tile * rows * BLOCK, found)
            for part in range(tile * PAIR, (tile + TILE // rows) * PAIR):  # a vector's worth of a unit
                unit, half = part // PAIR, part % PAIR * LANES
                here, at = part * LANES, gates + unit * rows * BLOCK + half
                state = before + unit * STATES[cell] * BLOCK + half
                h = step(cell, memory, Unit(at, BLOCK, hidden + here, state, state + cell_stride, 0))
                store(memory, hidden + layer.stride + here, h)
                if not is_top:
                    store(memory, above.z + t * above.stride + here, h)


@compiled
def backward(net: Net, layer: Layer, below: bool) -> None:
    """All steps of one layer, last to first: dL/dpre of each, and dL/dh for the step before and the layer below."""
    memory, cell, shared = net.memory, net.cell, shared_of(net)
    rows, units = ROWS[cell], net.units
    for place in range(shared.carried, shared.d_output, LANES):
        store(memory, place, even(0))
    for t in range(net.steps - 1, -1, -1):
        output, gates = shared.d_output + t * units * BLOCK, layer.gates + t * layer.gate_stride
        hidden, before = layer.z + t * layer.stride + layer.inputs * BLOCK, layer.cells + t * layer.cell_stride
        for part in range(units * PAIR):  # a vector's worth of a unit
            unit, half = part // PAIR, part % PAIR * LANES
            here, at = part * LANES, gates + unit * rows * BLOCK + half
            state = before + unit * STATES[cell] * BLOCK + half
            d_h = load(memory, shared.d_hidden + here) + load(memory, output + here)
            unit_of = Unit(at, BLOCK, hidden + here, state, state + layer.cell_stride, shared.carried + here)
            step_back(cell, memory, unit_of, d_h)
        if t > 0:
            times_transposed(net, layer.backward, gates, shared.d_hidden)
        if below:
            times_transposed(net, layer.backward + units * units * rows, gates, output)


@compiled
def times_transposed(net: Net, weights: int, d_pre: int, out: int) -> None:
    """W' dL/dpre for one step: as many rows of a block as there are units."""
    memory, count = net.memory, net.units * ROWS[net.cell]
    block = Rows(d_pre, BLOCK, 1, count)
    for tile in range(0, net.units, TILE):
        found = product(net.backward, Rows(weights + tile * count, TILE, 1, count), memory, block)
        store_tile(memory, out + tile * BLOCK, found)


@compiled
def weight_gradient(net: Net, layer: Layer) -> None:
    """dL/dW += sum over samples and steps of dL/dpre_t times z_t', TILE rows by PAIR columns at a time.

    All columns are read once a tile, so only as many steps are taken together as the cache holds.
    """
    at_once = max(CACHED // layer.stride, 4)
    for first in range(0, net.steps, at_once):
        steps = min(at_once, net.steps - first)
        for tile in range(0, net.units * ROWS[net.cell], TILE):
            rows = layer.gates + first * layer.gate_stride + tile * BLOCK, layer.gate_stride
            for column in range(0, layer.width, PAIR):
                columns = layer.z + first * layer.stride + column * BLOCK, layer.stride
                sums = outer(net.memory, rows, columns, steps)
                add_totals(net.gradient, layer.forward + tile * layer.width + column * TILE, sums)

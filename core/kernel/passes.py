"""The way through the network and back, a block of LANES samples at a time."""

from __future__ import annotations

from core.kernel import gru, lstm, rnn
from core.kernel.layout import GRU, LSTM, ROWS, STATES, TILE, Layer, Net, layer_of, shared_of
from core.kernel.vector import LANES, Floats, Vector, add_totals, compiled, even, load, number, store, store_tile


@compiled
def product(weights: Floats, first: int, memory: Floats, column: int, count: int) -> tuple[Vector, ...]:
    """Eight rows of weights times the `count` vectors at `column`; weights [count][8] from `first` on."""
    a = b = c = d = e = f = g = h = even(0)
    for k in range(count):
        w, v = first + TILE * k, load(memory, column + LANES * k)
        a += number(weights, w) * v
        b += number(weights, w + 1) * v
        c += number(weights, w + 2) * v
        d += number(weights, w + 3) * v
        e += number(weights, w + 4) * v
        f += number(weights, w + 5) * v
        g += number(weights, w + 6) * v
        h += number(weights, w + 7) * v
    return a, b, c, d, e, f, g, h


@compiled
def forward(net: Net, layer: Layer, number: int, keep: bool) -> None:
    """All steps of layer `number`; h_t goes into the next step's column and into that of the layer above.

    Without `keep`, gates and cells are written to one place over and over.
    """
    memory, weights, cell = net.memory, net.forward, net.cell
    rows, above, is_top = ROWS[cell], layer_of(net, number + 1), number + 1 == net.layers
    gate_stride, cell_stride = (layer.gate_stride, layer.cell_stride) if keep else (0, 0)
    for place in range(layer.cells, layer.cells + layer.cell_stride, LANES):
        store(memory, place, even(0))  # c_0
    for t in range(net.steps):
        z, gates, before = layer.z + t * layer.stride, layer.gates + t * gate_stride, layer.cells + t * cell_stride
        hidden = z + layer.inputs * LANES
        for tile in range(0, net.units, TILE // rows):
            first = layer.forward + tile * rows * layer.width
            store_tile(memory, gates + tile * rows * LANES, product(weights, first, memory, z, layer.width))
            for unit in range(tile, tile + TILE // rows):
                at, here, state = gates + unit * rows * LANES, unit * LANES, before + unit * STATES[cell] * LANES
                if cell == LSTM:
                    h = lstm.step(memory, at, state, state + cell_stride)
                elif cell == GRU:
                    h = gru.step(memory, at, hidden + here)
                else:
                    h = rnn.step(memory, at)
                store(memory, hidden + layer.stride + here, h)
                if not is_top:
                    store(memory, above.z + t * above.stride + here, h)


@compiled
def backward(net: Net, layer: Layer, below: bool) -> None:
    """All steps of one layer, last to first: dL/dpre of each, and dL/dh for the step before and the layer below."""
    memory, weights, cell, shared = net.memory, net.backward, net.cell, shared_of(net)
    rows, units = ROWS[cell], net.units
    for place in range(shared.carried, shared.d_output, LANES):
        store(memory, place, even(0))
    last = layer.cells + net.steps * layer.cell_stride
    for place in range(last, last + layer.cell_stride, 2 * LANES):
        store(memory, place, even(0))  # no step after the last asks for c_T
    for t in range(net.steps - 1, -1, -1):
        output, gates = shared.d_output + t * units * LANES, layer.gates + t * layer.gate_stride
        hidden, before = layer.z + t * layer.stride + layer.inputs * LANES, layer.cells + t * layer.cell_stride
        for unit in range(units):
            here, at, state = unit * LANES, gates + unit * rows * LANES, before + unit * STATES[cell] * LANES
            d_h = load(memory, shared.d_hidden + here) + load(memory, output + here)
            if cell == LSTM:
                lstm.step_back(memory, at, state, state + layer.cell_stride, d_h)
            elif cell == GRU:
                gru.step_back(memory, at, hidden + here, d_h, shared.carried + here)
            else:
                rnn.step_back(memory, at, d_h)
        for tile in range(0, units, TILE):
            first = layer.backward + tile * units * rows
            if t > 0:
                d_hidden = product(weights, first, memory, gates, units * rows)
                store_tile(memory, shared.d_hidden + tile * LANES, d_hidden)
            if below:
                d_input = product(weights, first + units * units * rows, memory, gates, units * rows)
                store_tile(memory, output + tile * LANES, d_input)


@compiled
def weight_gradient(net: Net, layer: Layer) -> None:
    """dL/dW += sum over samples and steps of dL/dpre_t times z_t', eight rows by two columns at a time."""
    memory, gradient = net.memory, net.gradient
    for tile in range(0, net.units * ROWS[net.cell], TILE):
        for column in range(0, layer.width, 2):
            a = b = c = d = e = f = g = h = i = j = k = m = n = o = p = q = even(0)
            row, z = layer.gates + tile * LANES, layer.z + column * LANES
            for _ in range(net.steps):
                left, right = load(memory, z), load(memory, z + LANES)
                v = load(memory, row)
                a += v * left
                i += v * right
                v = load(memory, row + LANES)
                b += v * left
                j += v * right
                v = load(memory, row + 2 * LANES)
                c += v * left
                k += v * right
                v = load(memory, row + 3 * LANES)
                d += v * left
                m += v * right
                v = load(memory, row + 4 * LANES)
                e += v * left
                n += v * right
                v = load(memory, row + 5 * LANES)
                f += v * left
                o += v * right
                v = load(memory, row + 6 * LANES)
                g += v * left
                p += v * right
                v = load(memory, row + 7 * LANES)
                h += v * left
                q += v * right
                row += layer.gate_stride
                z += layer.stride
            at = layer.forward + tile * layer.width + column * TILE
            add_totals(gradient, at, (a, b, c, d, e, f, g, h))
            add_totals(gradient, at + TILE, (i, j, k, m, n, o, p, q))

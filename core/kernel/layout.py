"""Where everything stands: the sizes of a network, and the places of a layer in the flat arrays.

One block of samples goes through all steps and layers at once, so its memory is small and stays in the cache.
A layer reads, at each step, one column z_t = (x_t, h_{t-1}, 1) of `width` rows, and `weights` times z_t are its
pre-activations. Rows and columns of weights are taken eight at a time; units are therefore rounded up to eight, and
what is added has no weight, stays 0 and gets no gradient.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from core.kernel import gru, lstm, rnn
from core.kernel.vector import BLOCK, Floats, shared_with_python

CELLS = ("lstm", "gru", "rnn")
LSTM, GRU, RNN = range(3)
ROWS = (lstm.ROWS, gru.ROWS, rnn.ROWS)
STATES = (lstm.STATES, gru.STATES, rnn.STATES)


class Net(NamedTuple):
    """A network and what it is trained with.

    Attributes:
        cell: place in CELLS.
        inputs, units, layers, steps: F, H rounded up to eight, L, T.
        huber: whether the loss is Huber's (1 at the joint) instead of the squared error.
        forward: every layer's weights by tiles of eight rows, [tile][column][row], then the head's and its bias.
        backward: the same transposed, tiles of eight columns: those of h, then those of x where a layer is below.
        gradient: dL/dweights in the order of `forward`.
        memory: of one block; what stands where is in Layer and Shared.
    """

    cell: int
    inputs: int
    units: int
    layers: int
    steps: int
    huber: int
    forward: Floats
    backward: Floats
    gradient: Floats
    memory: Floats


class Part(NamedTuple):
    """Pairs of windows and targets, and which of them are meant: x (N, T, F) flat, y (N,), rows (n,) whole numbers."""

    x: Floats
    y: Floats
    rows: Any


class Layer(NamedTuple):
    """One layer: `inputs` and `width` count rows, the rest are places of floats or distances between them.

    z: columns (x_t, h_{t-1}, 1), T + 1 of them, `stride` apart.
    gates: of each step, `gate_stride` apart, and row: the pre-activation, then the gate, then dL/dpre.
    cells: of each step from 0 to T, `cell_stride` apart, and unit: c_t and tanh(c_t) where the cell has any.
    forward, backward: where its weights begin in these arrays of Net.
    """

    inputs: int
    width: int
    stride: int
    z: int
    gates: int
    gate_stride: int
    cells: int
    cell_stride: int
    forward: int
    backward: int


class Shared(NamedTuple):
    """What all layers use in turn.

    scratch: the first BLOCK floats. carried: of each unit, what goes from step to step on the way back beside d_hidden.
    d_hidden: of each unit, dL/dh_t by way of the weights of the step after. d_output: of each step and unit, dL/dh_t
    by way of the layer above, or of the head.
    """

    scratch: int
    carried: int
    d_hidden: int
    d_output: int
    end: int


@shared_with_python
def shared_of(net: Net) -> Shared:
    """The places of what all layers share."""
    units = net.units * BLOCK
    return Shared(0, BLOCK, BLOCK + units, BLOCK + 2 * units, BLOCK + (2 + net.steps) * units)


@shared_with_python
def layer_of(net: Net, number: int) -> Layer:
    """The places of layer `number`; of number L, where all layers end.

    Strides of columns and gates are an odd number of rows: even ones would share too few sets of the cache.
    """
    rows, z, forward, backward = net.units * ROWS[net.cell], shared_of(net).end, 0, 0
    gate_stride, cell_stride = (rows + 1) * BLOCK, net.units * STATES[net.cell] * BLOCK
    inputs = width = gates = 0
    for below in range(number + 1):
        if below > 0:
            z = gates + net.steps * gate_stride + (net.steps + 1) * cell_stride
            forward += rows * width
            backward += rows * (net.units if below == 1 else 2 * net.units)
        inputs = net.inputs if below == 0 else net.units
        width = (inputs + net.units + 2) // 2 * 2
        gates = z + (net.steps + 1) * (width + 1) * BLOCK
    cells, stride = gates + net.steps * gate_stride, (width + 1) * BLOCK
    return Layer(inputs, width, stride, z, gates, gate_stride, cells, cell_stride, forward, backward)

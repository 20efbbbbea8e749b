"""Where everything stands: the sizes of a network, and the places of a layer in the flat arrays.

One block of LANES samples goes through all steps and layers at once, so its memory is small and stays in the cache.
A layer reads, at each step, one column z_t = (x_t, h_{t-1}, 1) of `width` vectors, and `weights` times z_t are its
pre-activations. Rows and columns of weights are taken eight at a time; units are therefore rounded up to eight, and
what is added has no weight, stays 0 and gets no gradient.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from core.kernel import gru, lstm, rnn
from core.kernel.vector import LANES, Floats, shared_with_python

CELLS = ("lstm", "gru", "rnn")
LSTM, GRU, RNN = range(3)
ROWS = (lstm.ROWS, gru.ROWS, rnn.ROWS)
KEPT = (lstm.KEPT, gru.KEPT, rnn.KEPT)
TILE = 8  # rows of weights at once: so many sums stay in registers


class Net(NamedTuple):
    """A network and what it is trained with.

    Attributes:
        cell: place in CELLS.
        inputs, units, layers, steps: F, H rounded up to eight, L, T.
        huber: whether the loss is Huber's (1 at the joint) instead of the squared error.
        forward: every layer's weights by tiles of eight rows, [tile][column][row], then the head's and its bias.
        backward: the same transposed, tiles of eight columns: those of h, then those of x where a layer is below.
        gradient: dL/dweights in the order of `forward`.
        memory: of one block; what stands in it is in Layer and the constants below.
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
    """One layer: `inputs` and `width` count vectors, the rest are places of floats.

    z: T + 1 columns (x_t, h_{t-1}, 1), `stride` apart. kept: of each step and unit, what the way back needs.
    forward, backward: where its weights begin in these arrays of Net.
    """

    inputs: int
    width: int
    stride: int
    z: int
    kept: int
    forward: int
    backward: int


class Shared(NamedTuple):
    """What all layers use in turn.

    carried: of each unit, c_t going forward; dL/dc_t or its like going back. d_hidden: dL/dh_t by way of the step
    after. d_output: of each step and unit, dL/dh_t by way of the layer above, or of the head. d_pre: of each step and
    row, dL/dpre; `stride` apart.
    """

    pre: int
    carried: int
    d_hidden: int
    d_output: int
    d_pre: int
    stride: int
    end: int


@shared_with_python
def shared_of(net: Net) -> Shared:
    """The places of what all layers share."""
    units, stride = net.units * LANES, (net.units * ROWS[net.cell] + 1) * LANES
    carried = TILE * LANES
    d_hidden = carried + units
    d_output = d_hidden + units
    d_pre = d_output + net.steps * units
    return Shared(0, carried, d_hidden, d_output, d_pre, stride, d_pre + net.steps * stride)


@shared_with_python
def layer_of(net: Net, number: int) -> Layer:
    """The places of layer `number`; of number L, where all layers end.

    A stride is an odd number of vectors: steps an even number apart would share too few sets of the cache.
    """
    rows, z, forward, backward = net.units * ROWS[net.cell], shared_of(net).end, 0, 0
    inputs = width = kept = 0
    for below in range(number + 1):
        if below > 0:
            z = kept + net.steps * net.units * KEPT[net.cell] * LANES
            forward += rows * width
            backward += rows * (net.units if below == 1 else 2 * net.units)
        inputs = net.inputs if below == 0 else net.units
        width = (inputs + net.units + 2) // 2 * 2
        kept = z + (net.steps + 1) * (width + 1) * LANES
    return Layer(inputs, width, (width + 1) * LANES, z, kept, forward, backward)

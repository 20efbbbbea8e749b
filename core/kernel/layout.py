"""Where everything stands: the sizes of a network, and the places of a layer in the flat arrays.

A layer reads, at each step, one column z_t = (x_t, h_{t-1}, 1) of `width` rows, and `weights` times z_t are its
pre-activations. Units are rounded up to whole tiles; what is added has no weight, stays 0 and gets no gradient.

Windows: a row is BLOCK floats, one of each sample. One block of samples goes through all steps and layers at once, so
its memory is small and stays in the cache. Rows and columns of weights are taken eight at a time.
One sequence: a row is one float, and vectors are made of units: LANES units' first gates, then their second ones, and
so on. The steps are all its days, and `memory` holds them all.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from core.kernel.cells import ROWS, STATES
from core.kernel.vector import BLOCK, LANES, SIDE, TILE, Floats, shared_with_python


class Net(NamedTuple):
    """A network and what it is trained with.

    Attributes:
        cell: place in CELLS.
        inputs, units, layers, steps: F, H rounded up, L, T.
        huber: whether the loss is Huber's (1 at the joint) instead of the squared error.
        one: whether there is one sequence instead of windows.
        forward: every layer's weights by tiles of rows, [tile][column][row], then the head's and its bias.
        backward: the same transposed, by tiles of columns: those of h, then those of x where a layer is below.
        gradient: dL/dweights in the order of `forward`.
        memory: of one block, or the sequence; what stands where is in Layer and Shared.
    """

    cell: int
    inputs: int
    units: int
    layers: int
    steps: int
    huber: int
    one: int
    forward: Floats
    backward: Floats
    gradient: Floats
    memory: Floats


class Part(NamedTuple):
    """Pairs of windows and targets, and which of them are meant: x (N, T, F) flat, y (N,), rows (n,) whole numbers.

    Of one sequence: x (N, F) and the days, of which those meant follow one another.
    """

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

    scratch: the first floats, one of each prediction. carried: of each unit, what goes from step to step on the way
    back beside d_hidden. d_hidden: of each unit, dL/dh_t by way of the weights of the step after. d_output: of each
    step and unit, `output_stride` apart, dL/dh_t by way of the layer above, or of the head.
    """

    scratch: int
    carried: int
    d_hidden: int
    d_output: int
    output_stride: int
    end: int


@shared_with_python
def up_to(multiple: int, count: int) -> int:
    """`count` rounded up to a multiple; where that is a constant, it costs no division."""
    return (count + multiple - 1) // multiple * multiple


@shared_with_python
def whole_tiles(one: int, rows: int) -> int:
    """So many rows of weights, rounded up; `one` is that of Net."""
    return up_to(SIDE, rows) if one else up_to(TILE, rows)


@shared_with_python
def shared_of(net: Net) -> Shared:
    """The places of what all layers share."""
    row = 1 if net.one else BLOCK
    units, start = whole_tiles(net.one, net.units) * row, up_to(LANES, net.steps) if net.one else BLOCK
    return Shared(0, start, start + units, start + 2 * units, units, start + (2 + net.steps) * units)


@shared_with_python
def layer_of(net: Net, number: int) -> Layer:
    """The places of layer `number`; of number L, where all layers end.

    Strides of columns and gates are an odd number of rows: even ones would share too few sets of the cache.
    """
    row, spare = (1, LANES) if net.one else (BLOCK, BLOCK)
    rows, across = whole_tiles(net.one, net.units * ROWS[net.cell]), whole_tiles(net.one, net.units)
    z, forward, backward = shared_of(net).end, 0, 0
    gate_stride, cell_stride = rows * row + spare, net.units * STATES[net.cell] * row
    inputs = width = gates = 0
    for below in range(number + 1):
        if below > 0:
            z = gates + net.steps * gate_stride + (net.steps + 1) * cell_stride
            forward += rows * width
            backward += net.units * ROWS[net.cell] * (across if below == 1 else 2 * across)
        inputs = net.inputs if below == 0 else net.units
        width = up_to(4, inputs + net.units + 1) if net.one else up_to(2, inputs + net.units + 1)
        gates = up_to(LANES, z + (net.steps + 1) * (width * row + spare))
    cells, stride = gates + net.steps * gate_stride, width * row + spare
    return Layer(inputs, width, stride, z, gates, gate_stride, cells, cell_stride, forward, backward)

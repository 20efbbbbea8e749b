"""A network of the compiled path, seen from Python: sizes and weights in, losses out. Knows no PyTorch."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from core.config import ModelConfig
from core.kernel.cells import CELLS, ROWS
from core.kernel.layout import Net, Part, layer_of, whole_tiles
from core.kernel.learning import Pace, Weights, collect, lay_out, run, step
from core.kernel.vector import BLOCK, LANES, SIDE, TILE
from core.values import AdamState

Floats = NDArray[np.float32]
Places = NDArray[np.int32]
ALIGNED = 64  # bytes: a vector that crosses a line of the cache costs two loads
# Each row of pre-activations: PyTorch's gate of W_ih and of W_hh it is made from; the GRU's candidate has two sides.
GATES: dict[str, tuple[tuple[int | None, int | None], ...]] = {
    "lstm": ((0, 0), (1, 1), (2, 2), (3, 3)),
    "gru": ((0, 0), (1, 1), (2, None), (None, 2)),
    "rnn": ((0, 0),),
}


@dataclass(frozen=True)
class Sizes:
    """F inputs a step, H units, L layers, T steps; the loss is Huber's, or the squared error.

    `one` sequence has a prediction at every step, and T counts all its days.
    """

    cell: str
    inputs: int
    units: int
    layers: int
    steps: int
    huber: bool = False
    one: bool = False

    @property
    def shapes(self) -> list[tuple[int, ...]]:
        """The weights' shapes in PyTorch's order: of each layer W_ih, W_hh, b_ih, b_hh; then the head's two."""
        gates, units = 3 if self.cell == "gru" else ROWS[CELLS.index(self.cell)], self.units
        widths = [self.inputs, *[units] * (self.layers - 1)]
        layers = [[(gates, units, width), (gates, units, units), (gates, units), (gates, units)] for width in widths]
        return [*itertools.chain(*layers), (units,), (1,)]


class Network:
    """A network with its gradient, Adam's means and the memory of one block.

    Args:
        sizes: see Sizes.
        values: the weights in PyTorch's order and one 0 behind them, (P + 1,). They are changed in place.
    """

    def __init__(self, sizes: Sizes, values: Floats) -> None:
        empty, count = _without_arrays(sizes), len(values)
        first, second, back = _places(sizes, empty)
        self.net: Net = empty._replace(
            forward=zeros(len(first)), backward=zeros(len(back)), gradient=zeros(len(first)), memory=_memory(empty)
        )
        self.weights = Weights(values, zeros(count), zeros(count), zeros(count), first, second, back)
        self.steps_done = 0
        lay_out(self.net, self.weights)

    @property
    def gradient(self) -> Floats:
        """dL/dweights of the last `learn`, in PyTorch's order, (P,)."""
        collect(self.net, self.weights)
        found: Floats = self.weights.gradient[:-1].copy()
        return found

    @property
    def adam(self) -> AdamState:
        """Copies of what Adam carries."""
        return AdamState(self.steps_done, self.weights.mean[:-1].copy(), self.weights.square[:-1].copy())

    def resume(self, adam: AdamState) -> None:
        """Let Adam go on from there."""
        self.steps_done = adam.steps
        self.weights.mean[:-1], self.weights.square[:-1] = adam.mean, adam.square

    def loss(self, part: Part) -> float:
        """The mean loss over the part's rows."""
        return float(run(self.net, part, False))

    def learn(self, part: Part) -> float:
        """The mean loss over the part's rows, and its gradient for `step`."""
        return float(run(self.net, part, True))

    def step(self, rate: float, beta: float) -> None:
        """Let Adam take one step along the last gradient."""
        self.steps_done += 1
        step(self.net, self.weights, Pace(self.steps_done, rate, beta))


class Described(Protocol):
    """A model as far as its sizes go."""

    config: ModelConfig
    inputs: int


def sizes_of(model: Described, loss: str) -> Sizes:
    """The sizes of a model that is trained with the loss "mse" or "huber"."""
    net = model.config
    return Sizes(net.cell, model.inputs, net.hidden_size, net.num_layers, net.window, loss == "huber")


def part_of(x: NDArray[Any], y: NDArray[Any]) -> Part:
    """All pairs of windows x (N, T, F) and targets y (N,)."""
    flat = np.array(x, dtype=np.float32, order="C").reshape(
        -1
    )  # a copy of its own, because compiled code knows one type
    return Part(flat, np.array(y, dtype=np.float32), np.arange(len(y)))


ENTRIES: tuple[Any, ...] = (run, lay_out, collect, step)  # what is compiled, with all that they call


def example() -> list[tuple[Any, ...]]:
    """Arguments for each of ENTRIES, to compile them for."""
    sizes = Sizes("lstm", 1, 1, 1, 1)
    empty = _without_arrays(sizes)
    net = empty._replace(forward=zeros(1), backward=zeros(1), gradient=zeros(1), memory=zeros(1))
    weights = Weights(zeros(1), zeros(1), zeros(1), zeros(1), *[np.zeros(1, np.int32)] * 3)
    pair = part_of(np.zeros((1, 1, 1)), np.zeros(1))
    return [(net, pair, True), (net, weights), (net, weights), (net, weights, Pace(1, 0.1, 0.9))]


def zeros(count: int) -> Floats:
    """`count` zeros that begin where a line of the cache does."""
    room = np.zeros(count * 4 + ALIGNED, np.uint8)
    skipped = -room.ctypes.data % ALIGNED
    return room[skipped : skipped + count * 4].view(np.float32)


def _without_arrays(sizes: Sizes) -> Net:
    """Enough to ask where things stand."""
    at_once = LANES if sizes.one else TILE
    units, cell = -(-sizes.units // at_once) * at_once, CELLS.index(sizes.cell)
    whole = (cell, sizes.inputs, units, sizes.layers, sizes.steps, int(sizes.huber), int(sizes.one))
    return Net(*whole, *[zeros(0)] * 4)


def _memory(net: Net) -> Floats:
    """Zeros, among them every h_0, and the ones that biases are multiplied with."""
    memory, row = zeros(layer_of(net, net.layers).z), 1 if net.one else BLOCK
    for number in range(net.layers):
        layer = layer_of(net, number)
        one = layer.z + (layer.inputs + net.units) * row
        for t in range(net.steps):
            memory[one + t * layer.stride : one + t * layer.stride + row] = 1
    return memory


def _places(sizes: Sizes, net: Net) -> tuple[Places, Places, Places]:
    """Which weights make each of `Net.forward` (two are added), and which is each of `Net.backward`; see Weights."""
    ends = np.cumsum([int(np.prod(shape)) for shape in sizes.shapes])
    pieces = np.split(np.arange(ends[-1]), ends[:-1])
    weights = iter([piece.reshape(shape) for piece, shape in zip(pieces, sizes.shapes, strict=True)])
    first, second, back = [], [], []
    for number in range(net.layers):
        layer, gates = layer_of(net, number), GATES[sizes.cell]
        one, two = np.full((2, net.units, len(gates), layer.width), ends[-1])  # of each unit and row its columns
        w_ih, w_hh, b_ih, b_hh = (next(weights) for _ in range(4))
        below, here, bias = w_ih.shape[2], layer.inputs, layer.inputs + net.units
        for row, (of_input, of_memory) in enumerate(gates):
            if of_input is not None:
                one[: sizes.units, row, :below], one[: sizes.units, row, bias] = w_ih[of_input], b_ih[of_input]
            if of_memory is not None:
                one[: sizes.units, row, here : here + sizes.units] = w_hh[of_memory]
                two[: sizes.units, row, bias] = b_hh[of_memory]
        columns = _in_order(net, one).T
        first.append(_tiles(net, columns.T, ends[-1]))
        second.append(_tiles(net, _in_order(net, two), ends[-1]))
        back.append(_tiles(net, columns[here:bias], ends[-1]))
        back.append(_tiles(net, columns[: here if number > 0 else 0], ends[-1]))
    head = np.full(net.units + 1, ends[-1])
    head[: sizes.units], head[-1] = next(weights), next(weights)[0]
    first.append(head)
    second.append(np.full_like(head, ends[-1]))
    return _joined(first), _joined(second), _joined(back)


def _in_order(net: Net, rows: NDArray[Any]) -> NDArray[Any]:
    """Rows of each unit, (units, rows, K), in the order of pre-activations in memory: (R, K)."""
    _, of_each, columns = rows.shape
    together = LANES if net.one else 1
    return rows.reshape(-1, together, of_each, columns).swapaxes(1, 2).reshape(-1, columns)


def _tiles(net: Net, matrix: NDArray[Any], nobody: int) -> NDArray[Any]:
    """A matrix (R, K) by tiles of rows, the last filled up, [tile][column][row], flat."""
    missing = whole_tiles(net.one, len(matrix)) - len(matrix)
    whole = np.pad(matrix, ((0, missing), (0, 0)), constant_values=nobody)
    return whole.reshape(-1, SIDE if net.one else TILE, matrix.shape[1]).swapaxes(1, 2).reshape(-1)


def _joined(pieces: list[NDArray[Any]]) -> Places:
    return np.concatenate(pieces).astype(np.int32)

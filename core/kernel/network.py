"""Networks of the compiled path, seen from Python: sizes and weights in, losses out. Knows no PyTorch."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from core.config import ModelConfig
from core.kernel.cells import CELLS, ROWS
from core.kernel.layout import Net, Part, layer_of, whole_tiles
from core.kernel.learning import Pace, Weights, collect, lay_out, run_each, step_each
from core.kernel.vector import BLOCK, LANES, SIDE, TILE
from core.values import AdamState, Array

Floats = NDArray[np.float32]
Places = NDArray[np.integer[Any]]
WATCH, LEARN = Pace(-1, 0.0, 0.0), Pace(0, 0.0, 0.0)
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


class Networks:
    """Networks of one shape, S of them, with their gradients, Adam's means and the memory of one block.

    Each is as if it were alone: what it gives has the same bits, however many others there are. `which` of them are
    meant, by place; all, where it is left out.

    Args:
        sizes: see Sizes.
        values: each one's weights in PyTorch's order and one 0 behind them, (S, P + 1), or (P + 1,) of a single one.
            They are changed in place.
    """

    def __init__(self, sizes: Sizes, values: Floats) -> None:
        values, empty = np.atleast_2d(values), _without_arrays(sizes)
        first, second, back = _places(sizes, empty)
        self.all = np.arange(len(values))
        seeds, room = len(values), layer_of(empty, empty.layers).z
        self.nets: Net = empty._replace(
            forward=rows_of_zeros(seeds, len(first)),
            backward=rows_of_zeros(seeds, len(back)),
            gradient=rows_of_zeros(seeds, len(first)),
            memory=rows_of_zeros(seeds if sizes.one else 1, room),  # a sequence's state stays in its own
        )
        _fill(self.nets)
        gradient, mean, square = (np.zeros_like(values) for _ in range(3))
        self.weights = Weights(values, gradient, mean, square, first, second, back)
        self.steps_done = 0
        for place in range(seeds):
            lay_out(*self._alone(place))

    def gradient(self, place: int = 0) -> Floats:
        """dL/dweights of the last `learn`, in PyTorch's order, (P,)."""
        net, weights = self._alone(place)
        collect(net, weights)
        found: Floats = weights.gradient[:-1].copy()
        return found

    def adam(self, place: int = 0) -> AdamState:
        """Copies of what Adam carries."""
        return AdamState(self.steps_done, self.weights.mean[place, :-1].copy(), self.weights.square[place, :-1].copy())

    def resume(self, adam: AdamState) -> None:
        """Let the Adam of a single network go on from there."""
        self.steps_done = adam.steps
        self.weights.mean[0, :-1], self.weights.square[0, :-1] = adam.mean, adam.square

    def loss(self, part: Part, which: Places | None = None) -> Array:
        """The mean loss over the part's rows: (n,) of each, or each one's own, (n, rows). It gives (n,)."""
        return self._run(part, which, WATCH)

    def learn(self, part: Part, which: Places | None = None) -> Array:
        """The same, and its gradient for `step`."""
        return self._run(part, which, LEARN)

    def train(self, part: Part, rate: float, beta: float, which: Places | None = None) -> Array:
        """`learn` and `step` in one call."""
        self.steps_done += 1
        return self._run(part, which, Pace(self.steps_done, rate, beta))

    def step(self, rate: float, beta: float, which: Places | None = None) -> None:
        """Let Adam take one step along the last gradient."""
        self.steps_done += 1
        which = self.all if which is None else which
        step_each(self.nets, self.weights, which, Pace(self.steps_done, rate, beta))

    def _run(self, part: Part, which: Places | None, pace: Pace) -> Array:
        which = self.all if which is None else which
        rows, losses = part.rows, np.empty(len(which))
        part = Part(part.x, part.y, rows if rows.ndim == 2 else rows[None])
        run_each(self.nets, self.weights, part, which, pace, losses)
        return losses

    def _alone(self, place: int) -> tuple[Net, Weights]:
        """One of them, to lay out or collect; its arrays are views."""
        nets, kept = self.nets, self.weights
        forward, backward, gradient = nets.forward[place], nets.backward[place], nets.gradient[place]
        net = nets._replace(forward=forward, backward=backward, gradient=gradient, memory=nets.memory[0])
        gradient, mean, square = kept.gradient[place], kept.mean[place], kept.square[place]
        return net, kept._replace(values=kept.values[place], gradient=gradient, mean=mean, square=square)


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


# What is compiled, with all that they call; what is called by another comes before it, or it would not be kept.
ENTRIES: tuple[Any, ...] = (lay_out, collect, run_each, step_each)


def example() -> list[tuple[Any, ...]]:
    """Arguments for each of ENTRIES, to compile them for."""
    row, one, places = zeros(1), zeros(1)[None], [np.zeros(1, np.int32)] * 3
    empty, which, pair = _without_arrays(Sizes("lstm", 1, 1, 1, 1)), np.zeros(1, np.int64), part_of(one[None], row)
    nets = empty._replace(forward=one, backward=one, gradient=one, memory=one)
    alone = empty._replace(forward=row, backward=row, gradient=row, memory=row), Weights(row, row, row, row, *places)
    weights, part = Weights(one, one, one, one, *places), pair._replace(rows=pair.rows[None])
    passed = nets, weights, part, which, LEARN, np.zeros(1)
    return [alone, alone, passed, (nets, weights, which, LEARN)]


def zeros(count: int) -> Floats:
    """`count` zeros that begin where a line of the cache does."""
    room = np.zeros(count * 4 + ALIGNED, np.uint8)
    skipped = -room.ctypes.data % ALIGNED
    return room[skipped : skipped + count * 4].view(np.float32)


def rows_of_zeros(rows: int, count: int) -> Floats:
    """Rows of zeros, at least `count` in each, that each begin where a line of the cache does."""
    width = -(-count * 4 // ALIGNED) * ALIGNED // 4
    return zeros(rows * width).reshape(rows, width)


def _without_arrays(sizes: Sizes) -> Net:
    """Enough to ask where things stand."""
    at_once = LANES if sizes.one else TILE
    units, cell = -(-sizes.units // at_once) * at_once, CELLS.index(sizes.cell)
    whole = (cell, sizes.inputs, units, sizes.layers, sizes.steps, int(sizes.huber), int(sizes.one))
    return Net(*whole, *[zeros(0)] * 4)


def _fill(nets: Net) -> None:
    """Memory is zeros, among them every h_0, but for the ones that biases are multiplied with."""
    row = 1 if nets.one else BLOCK
    for number in range(nets.layers):
        layer = layer_of(nets, number)
        one = layer.z + (layer.inputs + nets.units) * row
        for t in range(nets.steps):
            nets.memory[:, one + t * layer.stride : one + t * layer.stride + row] = 1


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

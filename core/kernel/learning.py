"""What training calls: one pass over pairs, and one step of Adam, by each of several networks in one call."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from core.kernel.ends import head_gradient, loss, no_gradient, predict, read
from core.kernel.layout import Net, Part, layer_of
from core.kernel.passes import backward, forward, weight_gradient
from core.kernel.sequence import run_days
from core.kernel.vector import BLOCK, Floats, called_from_python, compiled

EPSILON, DECAY_OF_SQUARE = 1e-8, 0.999  # PyTorch's defaults


class Weights(NamedTuple):
    """Weights in PyTorch's own order, (P,) and one 0 behind; gradient and Adam's two means likewise.

    `first` and `second` say which weights are added to make each of `Net.forward` (two only where two biases are one),
    `backward` which is each of `Net.backward`; what is nobody's is weight P, the 0.
    """

    values: Floats
    gradient: Floats
    mean: Floats
    square: Floats
    first: Any
    second: Any
    backward: Any


class Pace(NamedTuple):
    """How Adam takes its step `number`, counted from 1; 0 is a gradient without a step, -1 a loss alone."""

    number: int
    rate: float
    beta: float


@called_from_python
def run_each(nets: Net, weights: Weights, part: Part, which: Any, pace: Pace, losses: Any) -> None:
    """`run` by some of several networks of one shape, one after another, and `step`, as far as `pace` says.

    A network is a row of the arrays; where there is one row of memory, they use it in turn. `which` are meant, (n,);
    each has a row of `part.rows` of its own, (n, ...), or all share one, (1, ...). Losses go to `losses`, (n,). It is
    as if each were alone; but a call from Python costs as much as some ten samples of a small network.
    """
    for number in range(len(which)):
        net, rows = net_of(nets, which[number]), part.rows[min(number, len(part.rows) - 1)]
        losses[number] = run(net, Part(part.x, part.y, rows), pace.number >= 0)
        if pace.number > 0:
            step(net, weights_of(weights, which[number]), pace)


@compiled
def net_of(nets: Net, place: int) -> Net:
    """One of several networks."""
    forward, backward, gradient = nets.forward[place], nets.backward[place], nets.gradient[place]
    memory = nets.memory[min(place, len(nets.memory) - 1)]
    sizes = nets.cell, nets.inputs, nets.units, nets.layers, nets.steps, nets.huber, nets.one
    return Net(*sizes, forward, backward, gradient, memory)


@compiled
def run(net: Net, part: Part, learn: bool) -> float:
    """The mean loss over the part's rows; with `learn`, its gradient too, in `net.gradient`."""
    if learn:
        no_gradient(net)
    if net.one:
        return run_days(net, part, learn)
    total, bottom, top, end = 0.0, layer_of(net, 0), layer_of(net, net.layers - 1), layer_of(net, net.layers)
    hidden = top.z + net.steps * top.stride + top.inputs * BLOCK
    for first in range(0, len(part.rows), BLOCK):
        read(net, bottom, part, first)
        layer = bottom
        for number in range(1, net.layers + 1):
            above = layer_of(net, number)
            forward(net, layer, above, number == net.layers, learn)
            layer = above
        predict(net, end.forward, hidden)
        total += loss(net, part, first)
        if learn:
            head_gradient(net, end.forward, hidden)
            for number in range(net.layers - 1, -1, -1):
                layer = layer_of(net, number)
                backward(net, layer, number > 0)
                weight_gradient(net, layer)
    return total


@compiled
def weights_of(weights: Weights, place: int) -> Weights:
    """Those of one of several networks."""
    values, gradient = weights.values[place], weights.gradient[place]
    mean, square = weights.mean[place], weights.square[place]
    return Weights(values, gradient, mean, square, weights.first, weights.second, weights.backward)


@called_from_python
def step_each(nets: Net, weights: Weights, which: Any, pace: Pace) -> None:
    """`step` by some of several networks; a network is a row of the arrays, its places are those of all."""
    for number in range(len(which)):
        step(net_of(nets, which[number]), weights_of(weights, which[number]), pace)


@called_from_python
def lay_out(net: Net, weights: Weights) -> None:
    """The weights as the passes read them."""
    values, first, second, back = weights.values, weights.first, weights.second, weights.backward
    for place in range(len(first)):
        net.forward[place] = values[first[place]] + values[second[place]]
    for place in range(len(back)):
        net.backward[place] = values[back[place]]


@called_from_python
def collect(net: Net, weights: Weights) -> None:
    """The gradient in PyTorch's order."""
    first, second, gradient = weights.first, weights.second, weights.gradient
    for place in range(len(first)):
        gradient[first[place]] = gradient[second[place]] = net.gradient[place]


@compiled
def step(net: Net, weights: Weights, pace: Pace) -> None:
    """One step of Adam (Kingma and Ba 2015) as PyTorch takes it: epsilon is added to the root."""
    collect(net, weights)
    values, gradient, mean, square = weights.values, weights.gradient, weights.mean, weights.square
    renewed, kept = np.float32(1 - pace.beta), np.float32(DECAY_OF_SQUARE)
    new = np.float32(1 - DECAY_OF_SQUARE)
    size = np.float32(pace.rate / (1 - pace.beta**pace.number))
    root = np.float32(np.sqrt(1 - DECAY_OF_SQUARE**pace.number))
    for place in range(len(values) - 1):
        slope = gradient[place]
        mean[place] += renewed * (slope - mean[place])
        square[place] = kept * square[place] + new * slope * slope
        values[place] -= size * mean[place] / (np.sqrt(square[place]) / root + np.float32(EPSILON))
    lay_out(net, weights)

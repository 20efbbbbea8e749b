"""What stands at both ends of a pass: the windows read in, and the linear head with its loss."""

from __future__ import annotations

import numpy as np

from core.kernel.layout import Layer, Net, Part, shared_of
from core.kernel.vector import BLOCK, LANES, compiled, even, inlined, load, number, store


@compiled
def read(net: Net, bottom: Layer, part: Part, first: int) -> None:
    """The block's windows into the columns of the bottom layer, a sample a lane; the last pair fills up the last."""
    memory, days = net.memory, net.steps * net.inputs
    for sample in range(BLOCK):
        row = part.rows[min(first + sample, len(part.rows) - 1)] * days
        for t in range(net.steps):
            at = bottom.z + t * bottom.stride + sample
            for i in range(net.inputs):
                memory[at + i * BLOCK] = number(part.x, row + t * net.inputs + i)


@compiled
def predict(net: Net, at: int, hidden: int) -> None:
    """fc(h_T) to the shared scratch; fc stands at `at` of the weights, h_T at `hidden`."""
    memory = net.memory
    for half in range(0, BLOCK, LANES):
        predicted = even(net.forward[at + net.units])
        for unit in range(net.units):
            predicted += number(net.forward, at + unit) * load(memory, hidden + unit * BLOCK + half)
        store(memory, shared_of(net).scratch + half, predicted)


@inlined
def loss_and_slope(net: Net, error: float) -> tuple[float, float]:
    """One prediction's loss, and its derivative."""
    if not net.huber:
        return error * error, 2 * error
    if abs(error) > 1:
        return abs(error) - 0.5, np.sign(error)
    return 0.5 * error * error, error


@compiled
def loss(net: Net, part: Part, first: int) -> float:
    """The block's share of the mean loss; each prediction in the scratch gives way to dL/dprediction."""
    memory, total = net.memory, 0.0
    for sample in range(BLOCK):
        slope = 0.0
        if first + sample < len(part.rows):  # what fills up the last block counts for nothing
            of_one, slope = loss_and_slope(net, memory[sample] - part.y[part.rows[first + sample]])
            total += of_one
        memory[sample] = slope / len(part.rows)
    return total / len(part.rows)


@compiled
def no_gradient(net: Net) -> None:
    """What sums begin with; as a loop, numba takes less time over it."""
    for place in range(len(net.gradient)):
        net.gradient[place] = 0


@compiled
def head_gradient(net: Net, at: int, hidden: int) -> None:
    """dL/dfc from the slopes in the scratch, and dL/dh_T; no step before the last has any from above."""
    memory, gradient, shared = net.memory, net.gradient, shared_of(net)
    last = shared.d_output + (net.steps - 1) * net.units * BLOCK
    for place in range(shared.d_output, last, LANES):
        store(memory, place, even(0))
    for unit in range(net.units):
        for half in range(0, BLOCK, LANES):
            slopes = load(memory, shared.scratch + half)
            store(memory, last + unit * BLOCK + half, number(net.forward, at + unit) * slopes)
        for sample in range(BLOCK):
            gradient[at + unit] += number(memory, sample) * number(memory, hidden + unit * BLOCK + sample)
    for sample in range(BLOCK):
        gradient[at + net.units] += number(memory, sample)

"""Questions on counts, shapes, and which axis is time."""

from __future__ import annotations

from dataclasses import replace

from core.config import CELL_NAMES
from core.sentence import N_, Sentence
from core.theory.questions.question import Question, Rng, offered, pick, plain
from core.theory.shapes import BLOCKS, RecurrentArguments, parameter_count, tensor_axes, tensor_shapes, weight_shapes


def short(asked: RecurrentArguments) -> str:
    """The module's call with its three sizes by place: nn.LSTM(1, 8, 2, batch_first=True)."""
    said = "".join(f", {name}=True" for name in ("batch_first", "bidirectional") if getattr(asked, name))
    return f"nn.{CELL_NAMES[asked.cell]}({asked.input_size}, {asked.hidden_size}, {asked.num_layers}{said})"


def parameters(rng: Rng) -> Question:
    """How many numbers a recurrent module has to learn."""
    asked = RecurrentArguments(
        cell=pick(rng, tuple(BLOCKS)), input_size=pick(rng, (1, 2, 4)), hidden_size=pick(rng, (4, 8, 10)),
        num_layers=pick(rng, (1, 2)), bidirectional=pick(rng, (False, False, True)),
    )  # fmt: skip
    total, rows = parameter_count(asked), BLOCKS[asked.cell] * asked.hidden_size
    counted, matrices = (
        [],
        {name: shape for name, shape in weight_shapes(asked).items() if name.startswith("weight_ih")},
    )
    for name, (_rows, reads) in matrices.items():
        if not name.endswith("_reverse"):
            twice = "2·" if asked.bidirectional else ""
            counted.append(f"{twice}{rows}·({reads}+{asked.hidden_size}+2)")
    return Question(
        Sentence(N_("How many numbers does `{call}` have to learn?"), call=short(asked)),
        total,
        Sentence(
            N_(
                "A layer has {blocks}·{units} = {rows} rows, each with a weight for every number read, one for every "
                "unit, and two biases: {sum} = {total:,}."
            ),
            blocks=BLOCKS[asked.cell], units=asked.hidden_size, rows=rows, sum=" + ".join(counted), total=total,
        ),
    )  # fmt: skip


def shape(rng: Rng) -> Question:
    """The shape of what an LSTM gives back."""
    asked = RecurrentArguments(
        hidden_size=pick(rng, (8, 16)), num_layers=pick(rng, (2, 3)), batch_first=pick(rng, (False, True)),
        bidirectional=pick(rng, (False, True)),
    )  # fmt: skip
    samples, steps, name = pick(rng, (32, 64)), pick(rng, (10, 20)), pick(rng, ("output", "h_n"))
    right = tensor_shapes(asked, samples, steps)[name]
    others = [
        tensor_shapes(replace(asked, batch_first=first, bidirectional=both), samples, steps)[each]
        for first in (False, True) for both in (False, True) for each in ("output", "h_n")
    ]  # fmt: skip
    others.append((right[1], right[0], right[2]))  # as if batch_first moved every tensor's axes
    shapes, at = offered(rng, right, others)
    return Question(
        Sentence(
            N_("`{call}` reads {samples} samples of {steps} steps. What is the shape of `{name}`?"),
            call=short(asked), samples=samples, steps=steps, name=name,
        ),
        at,
        Sentence(
            N_(
                "The axes of `{name}` are ({axes}), with N = {samples}, T = {steps}, H = {units}, L = {layers}. "
                "`batch_first` moves the axes of `x` and `output` only; two directions double H in `output` and L "
                "in `h_n`."
            ),
            name=name, axes=tensor_axes(asked)[name], samples=samples, steps=steps, units=asked.hidden_size,
            layers=asked.num_layers,
        ),
        choices=tuple(plain(str(each)) for each in shapes),
    )  # fmt: skip


def time_steps(rng: Rng) -> Question:
    """Over how many steps a network runs, from the shape of its input."""
    first, second, features = pick(rng, (32, 704)), pick(rng, (1, 5, 10, 20)), pick(rng, (1, 2, 10))
    asked = RecurrentArguments(input_size=features, num_layers=1, batch_first=pick(rng, (False, True)))
    samples, steps = (first, second) if asked.batch_first else (second, first)
    x = tensor_shapes(asked, samples, steps)["x"]
    said = N_("Without `batch_first` the first axis is time: {steps} steps, {samples} samples.")
    if asked.batch_first:
        said = N_("With `batch_first=True` the second axis is time: {steps} steps, {samples} samples.")
    return Question(
        Sentence(
            N_("`{call}` is given `x` of shape {shape}. How many time steps does it run through?"),
            call=short(asked), shape=str(x),
        ),
        steps,
        Sentence(said, steps=steps, samples=samples),
    )  # fmt: skip

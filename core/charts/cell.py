"""The cell as a diagram whose wires carry the numbers of one unit at one step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.charts.board import Board, Point, ink_line
from core.charts.heat import gate_scale, signed_scale, two_digits
from core.charts.style import Chart, Style, done
from core.charts.tokens import GATE_HUES
from core.sentence import N_

Values = Mapping[str, float]


STAGES = ("forget", "input", "cell", "output")
TOP, LOW = 47.0, 8.0  # the lines of the cell state and of the hidden state


def cell_diagram(values: Values, style: Style, stage: str = "") -> Chart:
    """One unit of an LSTM, GRU or RNN at one step.

    Args:
        values: LSTM: forget, input, candidate, output, cell_before, cell, hidden_before, hidden. GRU: reset, update,
            candidate, hidden_before, hidden. RNN: hidden_before, hidden. Which cell it is follows from the names.
        stage: of an LSTM "forget", "input", "cell" or "output": the rest is drawn faintly. All of it when left out.
    """
    v = {name: float(value) for name, value in values.items()}
    kind = "lstm" if "forget" in v else "gru" if "update" in v else "rnn"
    height = 220 if kind == "rnn" else 350 if stage else 380
    board = Board.blank(style, f"cell|{kind}|{stage}", height - 60 if style.narrow else height)
    if kind == "lstm":
        v |= {"kept": v["forget"] * v["cell_before"], "added": v["input"] * v["candidate"]}
        _lstm(board, v, stage)
    else:
        (_gru if kind == "gru" else _rnn)(board, v)
    return done(board.drawn, style, style.say(_ALT[stage or kind], **{name: two_digits(v[name]) for name in v}))


_ALT = {
    "lstm": N_(
        "LSTM cell: forget gate {forget} times the old cell state {cell_before}, plus input gate {input} times the "
        "candidate {candidate}, is the cell state {cell}; output gate {output} lets out the hidden state {hidden}."
    ),
    "gru": N_(
        "GRU cell: update gate {update} keeps that share of the old state {hidden_before} and takes the rest from the "
        "candidate {candidate}, read with reset gate {reset}: the hidden state is {hidden}."
    ),
    "rnn": N_("RNN cell: from the old state {hidden_before} and the input comes the hidden state {hidden}."),
    "forget": N_("The forget gate is {forget}: of the old cell state {cell_before} it keeps {kept}."),
    "input": N_("The input gate is {input}: of the candidate {candidate} it lets in {added}."),
    "cell": N_("What is kept, {kept}, and what is added, {added}, make the cell state {cell}."),
    "output": N_("The output gate is {output}: of the cell state {cell} it shows {hidden}."),
}


@dataclass(frozen=True)
class _Wire:
    """A wire lights up in its stages; `value` gives its width there, `hue` its colour (else by sign)."""

    stages: str
    points: list[Point]
    value: float | None = None
    hue: str = ""
    head: str = "end"


def _lstm(board: Board, v: Values, stage: str) -> None:
    for lit in (False, True):  # the lit wires lie above
        for wire in _lstm_wires(v, board.style):
            if (not stage or stage in wire.stages) is lit:
                value, hue = (wire.value, wire.hue) if lit else (None, board.style.tokens.border)
                board.wire(wire.points, value, hue, wire.head)
    for name, letter, x in (
        ("forget", "f", 23.0),
        ("input", "i", 39.0),
        ("candidate", "g", 57.0),
        ("output", "o", 74.0),
    ):
        lit = not stage or stage == ("input" if name == "candidate" else name)
        _gate(board, name, letter, (x, 22), v[name] if lit else None)
    for at, sign in (((23, TOP), "×"), ((48, TOP), "+"), ((48, 35), "×"), ((87, 31), "×")):
        board.node(at, sign)
    _lstm_labels(board, v, stage)


def _lstm_wires(v: Values, style: Style) -> list[_Wire]:
    hue = {name: ink_line(GATE_HUES[name], style) for name in ("forget", "input", "output")}
    fed = [
        _Wire(stages, [(x, LOW), (x, 17.5)])
        for x, stages in ((23, "forget"), (39, "input"), (57, "input"), (74, "output"))
    ]
    return [
        _Wire("forget input output", [(3, LOW), (74, LOW)], v["hidden_before"], head=""),
        _Wire("forget input output", [(11, 1), (11, LOW)], head=""),
        *fed,
        _Wire("forget", [(3, TOP), (23, TOP)], v["cell_before"], head="node"),
        _Wire("forget cell", [(23, TOP), (48, TOP)], v["kept"], head="node"),
        _Wire("cell output", [(48, TOP), (97, TOP)], v["cell"]),
        _Wire("forget", [(23, 26.5), (23, TOP)], v["forget"], hue["forget"], "node"),
        _Wire("input", [(39, 26.5), (39, 35), (48, 35)], v["input"], hue["input"], "node"),
        _Wire("input", [(57, 26.5), (57, 35), (48, 35)], v["candidate"], head="node"),
        _Wire("input cell", [(48, 35), (48, TOP)], v["added"], head="node"),
        _Wire("output", [(87, TOP), (87, 31)], v["cell"], head="node"),
        _Wire("output", [(74, 26.5), (74, 31), (87, 31)], v["output"], hue["output"], "node"),
        _Wire("output", [(87, 31), (87, LOW), (97, LOW)], v["hidden"]),
    ]


def _lstm_labels(board: Board, v: Values, stage: str) -> None:
    """Names everywhere, numbers where the stage is at work."""
    for at, name, key, stages, anchor in (
        ((2, 51.5), "c<sub>t−1</sub>", "cell_before", "forget", "left"),
        ((36, 51.5), "f·c<sub>t−1</sub>", "kept", "forget cell", "center"),
        ((98, 51.5), "c<sub>t</sub>", "cell", "cell output", "right"),
        ((49.5, 40.5), "i·g", "added", "input cell", "left"),
        ((2, 12.5), "h<sub>t−1</sub>", "hidden_before", "forget input output", "left"),
        ((98, 12.5), "h<sub>t</sub>", "hidden", "output", "right"),
    ):
        board.label(at, f"{name} {two_digits(v[key])}" if not stage or stage in stages else name, anchor)
    board.label((12.5, 3), "x<sub>t</sub>", "left")
    board.label((87, 39), "tanh")


def _gate(board: Board, name: str, letter: str, at: Point, value: float | None) -> None:
    """A box inked by its value, a gate as far as it is open; empty and unnumbered where there is none."""
    half = 6.6 if name == "candidate" else 6.2
    if value is None:
        return board.box(at, letter, board.style.tokens.background, half=half)
    scale = signed_scale(1.0, board.style) if name == "candidate" else gate_scale(name, board.style)
    board.box(at, f"<b>{letter}</b> {two_digits(value)}", scale.colour(value), half=half)


def _gru(board: Board, v: Values) -> None:
    hue = {name: ink_line(GATE_HUES[name], board.style) for name in ("reset", "update")}
    kept, new, top = v["update"] * v["hidden_before"], (1 - v["update"]) * v["candidate"], 47.0
    board.wire([(3, top), (25, top)], v["hidden_before"], head="node")
    board.wire([(25, top), (69, top)], kept, head="node")
    board.wire([(69, top), (97, top)], v["hidden"])
    board.wire([(8, top), (8, 8), (69, 8)], v["hidden_before"], head="")
    board.wire([(15, 1), (15, 8)], None, head="")
    for name, letter, x in (("update", "z", 25.0), ("reset", "r", 47.0), ("candidate", "n", 69.0)):
        board.wire([(x, LOW), (x, 17.5)], None)
        _gate(board, name, letter, (x, 22), v[name])
    board.wire([(25, 26.5), (25, top)], v["update"], hue["update"], head="node")
    board.wire([(25, 34), (69, 34)], 1 - v["update"], hue["update"], head="node")
    board.wire([(53, 22), (62.4, 22)], v["reset"], hue["reset"])
    board.wire([(69, 26.5), (69, 34)], v["candidate"], head="node")
    board.wire([(69, 34), (69, top)], new, head="node")
    for at, sign in (((25, top), "×"), ((69, top), "+"), ((69, 34), "×")):
        board.node(at, sign)
    board.label((2, 51.5), f"h<sub>t−1</sub> {two_digits(v['hidden_before'])}", "left")
    board.label((46, 51.5), f"z·h<sub>t−1</sub> {two_digits(kept)}")
    board.label((98, 51.5), f"h<sub>t</sub> {two_digits(v['hidden'])}", "right")
    board.label((46, 37.5), f"1−z {two_digits(1 - v['update'])}")
    board.label((71, 40.5), f"(1−z)·n {two_digits(new)}", "left")
    board.label((16.5, 3), "x<sub>t</sub>", "left")


def _rnn(board: Board, v: Values) -> None:
    board.wire([(3, 28), (42, 28)], v["hidden_before"])
    board.wire([(50, 6), (50, 23.5)], None)
    board.wire([(58, 28), (97, 28)], v["hidden"])
    board.box((50, 28), "tanh", signed_scale(1.0, board.style).colour(v["hidden"]), half=8)
    board.label((2, 36), f"h<sub>t−1</sub> {two_digits(v['hidden_before'])}", "left")
    board.label((98, 36), f"h<sub>t</sub> {two_digits(v['hidden'])}", "right")
    board.label((52, 8), "x<sub>t</sub>", "left")

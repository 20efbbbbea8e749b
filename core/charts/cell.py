"""The cell as a diagram whose wires carry the numbers of one unit at one step."""

from __future__ import annotations

from collections.abc import Mapping

from core.charts.board import Board, ink_line
from core.charts.heat import gate_scale, signed_scale, two_digits
from core.charts.style import Chart, Style, done
from core.charts.tokens import GATE_HUES
from core.sentence import N_

Values = Mapping[str, float]


def cell_diagram(values: Values, style: Style) -> Chart:
    """One unit of an LSTM, GRU or RNN at one step.

    Args:
        values: LSTM: forget, input, candidate, output, cell_before, cell, hidden_before, hidden. GRU: reset, update,
            candidate, hidden_before, hidden. RNN: hidden_before, hidden. Which cell it is follows from the names.
    """
    v = {name: float(value) for name, value in values.items()}
    kind = "lstm" if "forget" in v else "gru" if "update" in v else "rnn"
    height = {"lstm": 380, "gru": 380, "rnn": 220}[kind]
    board = Board.blank(style, f"cell|{kind}", height - 60 if style.narrow else height)
    draw, alt = {"lstm": (_lstm, _lstm_alt), "gru": (_gru, _gru_alt), "rnn": (_rnn, _rnn_alt)}[kind]
    draw(board, v)
    return done(board.drawn, style, style.say(alt, **{name: two_digits(value) for name, value in v.items()}))


_lstm_alt = N_(
    "LSTM cell: forget gate {forget} times the old cell state {cell_before}, plus input gate {input} times the "
    "candidate {candidate}, is the cell state {cell}; output gate {output} lets out the hidden state {hidden}."
)
_gru_alt = N_(
    "GRU cell: update gate {update} keeps that share of the old state {hidden_before} and takes the rest from the "
    "candidate {candidate}, read with reset gate {reset}: the hidden state is {hidden}."
)
_rnn_alt = N_("RNN cell: from the old state {hidden_before} and the input comes the hidden state {hidden}.")


def _gate(board: Board, name: str, letter: str, at: tuple[float, float], value: float) -> None:
    """A gate's box, inked as far as it is open, fed from the line of inputs below it."""
    board.wire([(at[0], 8), (at[0], at[1] - 4.5)], None)
    board.box(at, f"<b>{letter}</b> {two_digits(value)}", gate_scale(name, board.style).colour(value))


def _candidate(board: Board, letter: str, at: tuple[float, float], value: float) -> None:
    board.wire([(at[0], 8), (at[0], at[1] - 4.5)], None)
    board.box(at, f"<b>{letter}</b> {two_digits(value)}", signed_scale(1.0, board.style).colour(value), half=6.6)


def _lstm(board: Board, v: Values) -> None:
    hue = {name: ink_line(GATE_HUES[name], board.style) for name in ("forget", "input", "output")}
    kept, added, top = v["forget"] * v["cell_before"], v["input"] * v["candidate"], 47.0
    board.wire([(3, top), (23, top)], v["cell_before"], head="node")
    board.wire([(23, top), (48, top)], kept, head="node")
    board.wire([(48, top), (97, top)], v["cell"])
    board.wire([(3, 8), (74, 8)], v["hidden_before"], head="")
    board.wire([(11, 1), (11, 8)], None, head="")
    _gate(board, "forget", "f", (23, 22), v["forget"])
    _gate(board, "input", "i", (39, 22), v["input"])
    _candidate(board, "g", (57, 22), v["candidate"])
    _gate(board, "output", "o", (74, 22), v["output"])
    board.wire([(23, 26.5), (23, top)], v["forget"], hue["forget"], head="node")
    board.wire([(39, 26.5), (39, 35), (48, 35)], v["input"], hue["input"], head="node")
    board.wire([(57, 26.5), (57, 35), (48, 35)], v["candidate"], head="node")
    board.wire([(48, 35), (48, top)], added, head="node")
    board.wire([(87, top), (87, 31)], v["cell"], head="node")
    board.wire([(74, 26.5), (74, 31), (87, 31)], v["output"], hue["output"], head="node")
    board.wire([(87, 31), (87, 8), (97, 8)], v["hidden"])
    for at, sign in (((23, top), "×"), ((48, top), "+"), ((48, 35), "×"), ((87, 31), "×")):
        board.node(at, sign)
    board.label((87, 39), "tanh")
    _lstm_numbers(board, v, kept, added)


def _lstm_numbers(board: Board, v: Values, kept: float, added: float) -> None:
    board.label((2, 51.5), f"c<sub>t−1</sub> {two_digits(v['cell_before'])}", "left")
    board.label((36, 51.5), f"f·c<sub>t−1</sub> {two_digits(kept)}")
    board.label((98, 51.5), f"c<sub>t</sub> {two_digits(v['cell'])}", "right")
    board.label((49.5, 40.5), f"i·g {two_digits(added)}", "left")
    board.label((2, 12.5), f"h<sub>t−1</sub> {two_digits(v['hidden_before'])}", "left")
    board.label((98, 12.5), f"h<sub>t</sub> {two_digits(v['hidden'])}", "right")
    board.label((12.5, 3), "x<sub>t</sub>", "left")


def _gru(board: Board, v: Values) -> None:
    hue = {name: ink_line(GATE_HUES[name], board.style) for name in ("reset", "update")}
    kept, new, top = v["update"] * v["hidden_before"], (1 - v["update"]) * v["candidate"], 47.0
    board.wire([(3, top), (25, top)], v["hidden_before"], head="node")
    board.wire([(25, top), (69, top)], kept, head="node")
    board.wire([(69, top), (97, top)], v["hidden"])
    board.wire([(8, top), (8, 8), (69, 8)], v["hidden_before"], head="")
    board.wire([(15, 1), (15, 8)], None, head="")
    _gate(board, "update", "z", (25, 22), v["update"])
    _gate(board, "reset", "r", (47, 22), v["reset"])
    _candidate(board, "n", (69, 22), v["candidate"])
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

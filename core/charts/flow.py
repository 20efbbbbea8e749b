"""An LSTM step in four figures: the whole cell drawn faintly, and the wires of one stage with their numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.charts.board import Board, Point, ink_line
from core.charts.heat import gate_scale, signed_scale, two_digits
from core.charts.style import Chart, Style
from core.charts.tokens import GATE_HUES
from core.sentence import N_

STAGES = ("forget", "input", "cell", "output")
TOP, LOW = 46.0, 9.0  # the lines of the cell state and of the hidden state
_ALT = {
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


def data_flow(values: Mapping[str, float], stage: str, style: Style) -> Chart:
    """One stage of an LSTM step.

    Args:
        values: forget, input, candidate, output, cell_before, cell, hidden_before, hidden of one unit.
        stage: "forget", "input", "cell" or "output".
    """
    v = {name: float(value) for name, value in values.items()}
    v |= {"kept": v["forget"] * v["cell_before"], "added": v["input"] * v["candidate"]}
    board = Board.blank(style, f"flow|{stage}", 290 if style.narrow else 350)
    for lit in (False, True):  # the lit wires lie above
        for wire in _wires(v, style):
            if (stage in wire.stages) is lit:
                value, hue = (wire.value, wire.hue) if lit else (None, style.tokens.border)
                board.wire(wire.points, value, hue, wire.head)
    _boxes(board, v, stage)
    _labels(board, v, stage)
    told = style.say(_ALT[stage], **{name: two_digits(value) for name, value in v.items()})
    return Chart(board.drawn, told)


def _wires(v: Mapping[str, float], style: Style) -> list[_Wire]:
    hue = {name: ink_line(GATE_HUES[name], style) for name in ("forget", "input", "output")}
    quiet = style.tokens.quiet
    fed = [
        _Wire(stages, [(x, LOW), (x, 17.5)], None, quiet)
        for x, stages in ((23, "forget"), (39, "input"), (57, "input"), (74, "output"))
    ]
    return [
        _Wire("forget input output", [(3, LOW), (74.2, LOW)], None, quiet, head=""),
        _Wire("forget input output", [(11, 1), (11, LOW - 0.5)], None, quiet),
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


def _boxes(board: Board, v: Mapping[str, float], stage: str) -> None:
    style = board.style
    for name, letter, x, home in (
        ("forget", "f", 23, "forget"),
        ("input", "i", 39, "input"),
        ("candidate", "g", 57, "input"),
        ("output", "o", 74, "output"),
    ):
        scale = signed_scale(1.0, style) if name == "candidate" else gate_scale(name, style)
        lit = home == stage
        text = f"<b>{letter}</b> {two_digits(v[name])}" if lit else letter
        board.box((x, 22), text, scale.colour(v[name]) if lit else style.tokens.background, half=6.2)
    for at, sign in (((23, TOP), "×"), ((48, TOP), "+"), ((48, 35), "×"), ((87, 31), "×")):
        board.node(at, sign)


def _labels(board: Board, v: Mapping[str, float], stage: str) -> None:
    """Names everywhere, numbers where the stage is at work."""

    def named(at: Point, name: str, key: str, stages: str, anchor: str = "center") -> None:
        board.label(at, f"{name} {two_digits(v[key])}" if stage in stages else name, anchor)

    named((2, 51), "c<sub>t−1</sub>", "cell_before", "forget", "left")
    named((36, 51), "f·c<sub>t−1</sub>", "kept", "forget cell")
    named((98, 51), "c<sub>t</sub>", "cell", "cell output", "right")
    named((49.5, 40.5), "i·g", "added", "input cell", "left")
    named((2, 13.5), "h<sub>t−1</sub>", "hidden_before", "forget input output", "left")
    named((98, 13.5), "h<sub>t</sub>", "hidden", "output", "right")
    board.label((12.5, 3), "x<sub>t</sub>", "left")
    board.label((87, 39), "tanh")

"""One unit's equations at one step, with their numbers under braces and the gates in their hues: KaTeX."""

from __future__ import annotations

from core.charts.style import Style
from core.charts.tokens import GATE_HUES, letters
from core.introspect.gru import GRUStates
from core.introspect.lstm import LSTMStates
from core.introspect.terms import GateTerms, Terms

LETTERS = {"input": "i", "forget": "f", "candidate": "g", "output": "o", "reset": "r", "update": "z", "hidden": "h"}


def equations(found: Terms, style: Style | None = None) -> list[str]:
    """KaTeX lines of the cell: the state equations first, then where each gate's value comes from.

    A `style` has them readable on its page, with small letters on a phone.
    """
    lines = [*_state_lines(found), *(_gate_line(gate, _letter(gate.name, found)) for gate in found.gates)]
    if style is None:
        return lines
    lines = [in_readable_hues(line, style) for line in lines]
    return [f"{_size(line)} {line}" if style.narrow else line for line in lines]


def in_readable_hues(text: str, style: Style) -> str:
    """A text with the gates' hues as letters that read on this page."""
    for hue in set(GATE_HUES.values()):
        text = text.replace(hue, letters(hue, style.tokens))
    return text


def _size(line: str) -> str:
    """Letters with which a line fits on a phone: with four factors under braces the smallest."""
    return "\\scriptsize" if line.count("underbrace") > 3 else "\\footnotesize"


def _state_lines(found: Terms) -> list[str]:
    v = found.values
    if isinstance(v, LSTMStates):
        kept = f"{_braced(v.forget, 'f', 'forget')} \\cdot {_braced(v.cell_before, 'c_{t-1}')}"
        added = f"{_braced(v.input, 'i', 'input')} \\cdot {_braced(v.candidate, 'g')}"
        shown = f"{_braced(v.output, 'o', 'output')} \\cdot \\tanh({_number(v.cell)})"
        return [f"c_t = {kept} + {added} = {_number(v.cell)}", f"h_t = {shown} = {_number(v.hidden)}"]
    if isinstance(v, GRUStates):
        new = f"(1 - {_braced(v.update, 'z', 'update')}) \\cdot {_braced(v.candidate, 'n')}"
        kept = f"{_braced(v.update, 'z', 'update')} \\cdot {_braced(v.hidden_before, 'h_{t-1}')}"
        return [f"h_t = {new} + {kept} = {_number(v.hidden)}"]
    return []


def _gate_line(gate: GateTerms, letter: str) -> str:
    curve = "\\tanh" if gate.name in ("candidate", "hidden") else "\\sigma"
    recalled = _braced(gate.from_memory, f"W_{{h{letter}}} h_{{t-1}}")
    if gate.reset != 1:
        recalled = f"{_braced(gate.reset, 'r', 'reset')} \\cdot {recalled}"
    terms = f"{_braced(gate.from_input, f'W_{{x{letter}}} x_t')} + {recalled} + {_braced(gate.bias, 'b')}"
    return f"{_coloured(f'{letter}_t', gate.name)} = {curve}\\big({terms}\\big) = {_number(gate.value)}"


def _letter(name: str, found: Terms) -> str:
    return "n" if name == "candidate" and isinstance(found.values, GRUStates) else LETTERS[name]


def _braced(value: object, label: str, gate: str = "") -> str:
    return f"\\underbrace{{{_number(value)}}}_{{{_coloured(label, gate)}}}"


def _coloured(text: str, gate: str) -> str:
    return f"\\textcolor{{{GATE_HUES[gate]}}}{{{text}}}" if gate in GATE_HUES else text


def _number(value: object) -> str:
    shown = f"{float(value):.3f}"  # type: ignore[arg-type]
    return "0.000" if shown == "-0.000" else shown

"""Every word of the living cell, in the visitor's language: the browser only fills the places in braces."""

from __future__ import annotations

from typing import Any

from core.charts.board import ink_line
from core.charts.gates import GRU_CANDIDATE, NAMES
from core.charts.style import FONTS, Style
from core.charts.tokens import GATE_HUES, NEGATIVE, POSITIVE
from core.web.text import _


def colours(style: Style) -> dict[str, str]:
    """Lines and fills of this theme by name; the rest are the page's own variables."""
    tokens = style.tokens
    lines = {name: ink_line(hue, style) for name, hue in GATE_HUES.items()}
    fills = {f"{name}-fill": hue for name, hue in GATE_HUES.items()}
    signed = {"negative": ink_line(NEGATIVE, style), "positive": ink_line(POSITIVE, style)}
    return {**lines, **fills, **signed, "quiet": tokens.quiet, "grid": tokens.grid, "border": tokens.border,
            "page": tokens.background, "ink": tokens.text, "words": FONTS}  # fmt: skip


def words(cell: str) -> dict[str, Any]:
    """By name, those of gates and states under "names"; {places} are filled in the browser."""
    named = {name: _(text) for name, text in NAMES.items()}
    if cell == "gru":
        named["candidate"] = _(GRU_CANDIDATE)
    named["cell_before"] = _("Cell state carried in, c(t−1)")
    named["hidden_before"] = _("Hidden state carried in, h(t−1)")
    return {
        "names": named,
        **_result(),
        **_changing(),
        **_reading(cell),
    }


def lesson_words() -> dict[str, Any]:
    """The same for the lesson's single unit, which forecasts nothing."""
    said = {
        "forecast": _("Hidden state h after the last step"),
        "unchanged": _("unchanged"),
        "intro": _("Drag a gate or a state: what if it were otherwise?"),
    }
    return {**words("lstm"), **said}


def stages() -> dict[str, str]:
    """The steps through an LSTM by the wires that light up, and what the buttons say."""
    return {
        "forget": _("Forget"),
        "candidate": _("Propose"),
        "input": _("Let in"),
        "cell": _("Cell state"),
        "output": _("Let out"),
        "": _("All of it"),
    }


def _result() -> dict[str, str]:
    return {
        "forecast": _("Forecast for {date}"),
        "came": _("What came: {value}"),
        "unchanged": _("as trained"),
        "moved": _("{forecast}: {before}, now {after}"),
        "looked_at": _("Unit {unit} of layer {layer} at step {step}, {date}"),
        "intro": _("Drag a day, a gate, a state or a weight: everything answers at once."),
    }


def _changing() -> dict[str, str]:
    return {
        "changed": _("Changed by hand"),
        "reset": _("Reset"),
        "undo": _("Undo: {what}"),
        "release": _("Release: {what}"),
        "every": _("Hold gates and states at every step"),
        "always": _("every step"),
        "at_step": _("step {step}"),
        "where": _("{what}, unit {unit} of layer {layer}, {when}"),
        "keys": _("Arrow keys change the value, Delete takes the change back."),
        "day_keys": _("Up and down change the value, left and right lead to other days, Delete takes the change back."),
    }


def _reading(cell: str) -> dict[str, str]:
    return {
        "picture": _("One unit of the network with its wires: layer {layer}, unit {unit}, step {step}."),
        "days": _("The days the network reads, and what the unit does at each step"),
        "day_input": _("Input"),
        "answer": _("Answer"),
        "answer_to": _("Answer: {input}"),
        "weights": _("The weights of the unit"),
        "value": _("Value"),
        "weight": _("A weight of this unit"),
        "weight_value": _("Value of the weight"),
        "from_input": _("from input {number}"),
        "from_named_input": _("from input {number}, {input}"),
        "from_below": _("from unit {number} of the layer below"),
        "below": _("layer below"),
        "from_unit": _("from unit {number}, one step before"),
        "bias": _("bias {number}"),
        "head": _("to the forecast"),
        "head_bias": _("bias of the forecast"),
        "numbers": _("All numbers"),
        "date": _("Date"),
        "step": _("Step"),
        "held": _("held by hand"),
    }  # fmt: skip

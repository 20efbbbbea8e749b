"""The runs that are there, by the dials that were moved; fewer where the visitor filters them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.charts import Dial
from core.web.labels import dial_label, dial_name, preset_name, value_label
from core.web.sweep.going import Stand
from core.web.text import _
from core.whatif.outcome import Row
from core.whatif.values import text_of


@dataclass(frozen=True)
class Shown:
    """N runs by the D dials that were moved.

    Attributes:
        rows, numbers: what came of each, and its number in the plan.
        names: of the dials in an address.
        dials: how they and their values are written.
        chosen: (N, D), which value of each dial a run has, from 0.
    """

    rows: Sequence[Row]
    numbers: Sequence[int]
    names: Sequence[str]
    dials: Sequence[Dial]
    chosen: NDArray[np.int_]

    def dial(self, name: str) -> Dial:
        """How the dial of that name is written."""
        return self.dials[list(self.names).index(name)]

    def of(self, place: int) -> str:
        """What the run at that place is called: its dials, in one line."""
        told = (f"{dial.name} {dial.values[at]}" for dial, at in zip(self.dials, self.chosen[place], strict=True))
        return " · ".join(told)


def dial_value(name: str, value: Any) -> str:
    """A value of a dial as the visitor reads it."""
    if name == "preset":
        return preset_name(str(value))
    return value_label(text_of(name, value), value)


def shown_of(found: Stand) -> Shown:
    """All rows there are, by the dials that have more than one value in the plan."""
    plan, combinations = found.asked.plan, found.asked.combinations
    names = [name for name, values in plan.dials.items() if len(values) > 1] or list(plan.dials)[:1]
    dials = [Dial(dial_name(name), tuple(dial_value(name, value) for value in plan.dials[name])) for name in names]
    numbers = sorted(found.rows)
    chosen = [[plan.dials[name].index(combinations[number][name]) for name in names] for number in numbers]
    places = np.array(chosen, dtype=int).reshape(len(numbers), len(names))
    return Shown([found.rows[number] for number in numbers], numbers, names, dials, places)


def filtered(shown: Shown) -> Shown:
    """Those that have one of the chosen values of each dial; no choice is every value."""
    with st.popover(_("Filter"), icon=":material/filter_alt:", help=_("Shows only runs with these values.")):
        kept = np.full(len(shown.rows), True)
        for place, (name, dial) in enumerate(zip(shown.names, shown.dials, strict=True)):
            chosen = st.multiselect(
                dial_label(name), range(len(dial.values)), key=f"filter_of_{name}", format_func=dial.values.__getitem__,
                placeholder=_("all"), persist_state="session",
            )  # fmt: skip
            if chosen:
                kept &= np.isin(shown.chosen[:, place], chosen)
    at = np.flatnonzero(kept)
    return replace(
        shown,
        rows=[shown.rows[i] for i in map(int, at)],
        numbers=[shown.numbers[i] for i in map(int, at)],
        chosen=shown.chosen[at],
    )

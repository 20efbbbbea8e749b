"""The runs as a table: sorted by any column, each a link to itself; a row chosen becomes the current run."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from core.charts import Style
from core.link import PARAMETERS
from core.pins import Pin
from core.web import pinned
from core.web.sweep import measures, opening
from core.web.sweep.shown import Shown
from core.web.text import _

KEY = "sweep_table"


def table(shown: Shown, measure: str, style: Style) -> None:
    """Dials, skill, error and seconds of each run, the best of `measure` first."""
    del style
    rows = _frame(shown, measure)
    skill = st.column_config.NumberColumn(format="%+.4f")
    columns: Any = {measures.title(each): skill for each in measures.MEASURES}
    columns |= {
        _("link"): st.column_config.LinkColumn(display_text=_("open"), width="small"),
        _("seconds"): st.column_config.NumberColumn(format="%.1f"),
        _rmse(measure): st.column_config.NumberColumn(format="%.4g"),
    }

    def chosen() -> None:
        if picked := st.session_state[KEY].selection.rows:
            opening.set_dials(shown, int(rows["at"].iloc[picked[0]]))

    st.dataframe(
        rows.drop(columns="at"), key=KEY, hide_index=True, column_config=columns, on_select=chosen,
        selection_mode="single-row",
    )  # fmt: skip
    st.caption(_("Choose a row to make it the current run; its link opens it in a window of its own."))


def _frame(shown: Shown, measure: str) -> pd.DataFrame:
    found: dict[str, list[Any]] = {"at": list(range(len(shown.rows)))}
    for place, (name, dial) in enumerate(zip(shown.names, shown.dials, strict=True)):
        written = [dial.values[at] for at in shown.chosen[:, place]]
        found[dial.name] = [_number(row, name, text) for row, text in zip(shown.rows, written, strict=True)]
    for each in measures.MEASURES[: 1 + (measure == measures.TEST)]:
        found[measures.title(each)] = list(measures.values(shown.rows, each))
    found[_rmse(measure)] = [measures.rmse(row, measure) for row in shown.rows]
    found[_("seconds")] = [row.seconds for row in shown.rows]
    found[_("link")] = [pinned.address(Pin(row.experiment, 1)) for row in shown.rows]
    return pd.DataFrame(found).sort_values(measures.title(measure), ascending=False, ignore_index=True)


def _rmse(measure: str) -> str:
    return _("RMSE, {part}").format(part=measures.label(measure).lower())


def _number(row: Any, name: str, written: str) -> Any:
    """A dial's value as a number where it is one, so that a column sorts as numbers do."""
    if name in PARAMETERS:
        part, field = PARAMETERS[name]
        value = getattr(getattr(row.experiment, part), field)
        if isinstance(value, int | float) and name != "split":
            return value
    return written

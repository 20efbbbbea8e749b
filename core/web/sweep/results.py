"""What came of the runs: a map of two dials, a curve over one, lines through all, or a table; a press opens a run."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from core import charts
from core.charts import Style
from core.web import luck, page, widgets
from core.web.labels import dial_label
from core.web.sweep import measures, opening, table, winner
from core.web.sweep.going import Stand
from core.web.sweep.shown import Shown, filtered, shown_of
from core.web.text import _

VIEWS = ("map", "curve", "parallel", "table")


def results(found: Stand, style: Style) -> None:
    """The winner, the choices, and the view; a sentence while there is nothing yet."""
    if not found.rows:
        st.caption(_("What comes of the runs stands here as soon as the first one is done."))
        return
    every, first = shown_of(found), st.container()
    _chosen(found, every, style)
    with first:  # after the chart: the tests over hundreds of runs take a moment
        winner.show(found, every)


def _chosen(found: Stand, every: Shown, style: Style) -> None:
    """The choices, and the view of the runs that are asked for."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        view, measure = _view(every), _measure()
        shown = filtered(every)
    if measure == measures.TEST:
        luck.note_tries([row.tried for row in found.rows.values()])
        st.caption(
            _(
                "Whoever chooses by the test part trains on it: all these runs now count as tries in your verdicts. "
                "The winner is chosen by the validation part."
            )
        )
    if not shown.rows:
        st.info(_("No run that is done has these values; change the filter."))
        return
    {"map": _map, "curve": _curve, "parallel": _parallel, "table": table.table}[view](shown, measure, style)
    opening.line(found)


def _view(shown: Shown) -> str:
    labels = {"map": _("Heat map"), "curve": _("Curve"), "parallel": _("Parallel"), "table": _("Table")}
    offered = [view for view in VIEWS if view != "map" or len(shown.names) > 1]
    return str(
        widgets.kept_choice(
            st.segmented_control, _("View"), offered, "sweep_view", default=offered[0], required=True,
            format_func=labels.__getitem__, help=_("The same runs in four ways."),
        )
    )  # fmt: skip


def _measure() -> str:
    labels = {measure: measures.label(measure) for measure in measures.MEASURES}
    return str(
        widgets.kept_choice(
            st.segmented_control, _("Skill on"), list(measures.MEASURES), "sweep_measure", default=measures.VALIDATION,
            required=True, format_func=labels.__getitem__,
            help=_(
                "Skill is 1 − RMSE / RMSE of “same as yesterday”. The validation part is the last of the training days."
            ),
        )
    )  # fmt: skip


def _dial(label: str, names: list[str], key: str, default: str) -> str:
    labels = {name: dial_label(name) for name in names}
    chosen = widgets.kept_choice(
        st.selectbox, label, names, key, default=default, format_func=labels.__getitem__, width=220
    )
    return str(chosen)


def _map(shown: Shown, measure: str, style: Style) -> None:
    names = list(shown.names)
    across, up = names[1], names[0]
    if len(names) > 2:
        with st.container(horizontal=True):
            across = _dial(_("Across"), names, "sweep_across", names[1])
            others = [name for name in names if name != across]
            up = _dial(_("Up"), others, "sweep_up", others[0])
    places, dials = [names.index(up), names.index(across)], (shown.dial(up), shown.dial(across))
    cells = shown.chosen[:, places]
    shape = (len(dials[0].values), len(dials[1].values))
    spread = charts.spread_of(cells, measures.values(shown.rows, measure), shape)
    drawn = charts.dial_map(dials[1], dials[0], spread, measures.title(measure), style)

    def pressed(mark: Any) -> None:
        opening.nearest(shown, (cells == [mark[1], mark[0]]).all(axis=1), measure)

    page.draw(
        drawn, "sweep-map", pressed, _("Each cell is the median of its runs. Press one to open the run nearest to it.")
    )


def _curve(shown: Shown, measure: str, style: Style) -> None:
    names = list(shown.names)
    name = _dial(_("Dial"), names, "sweep_over", names[0])
    place, dial = names.index(name), shown.dial(name)
    cells = shown.chosen[:, [place]]
    spread = charts.spread_of(cells, measures.values(shown.rows, measure), (len(dial.values),))
    drawn = charts.dial_curve(dial, spread, measures.title(measure), style)

    def pressed(mark: Any) -> None:
        opening.nearest(shown, cells[:, 0] == mark[0], measure)

    page.draw(drawn, "sweep-curve", pressed, _("Press a point to open the run nearest to its median."))


def _parallel(shown: Shown, measure: str, style: Style) -> None:
    values = measures.values(shown.rows, measure)
    drawn = charts.parallel(shown.dials, shown.chosen, values, measures.title(measure), style)

    def pressed(mark: Any) -> None:
        opening.nearest(shown, np.arange(len(values)) == mark[0], measure)

    page.draw(
        drawn, "sweep-parallel", pressed, _("Each line is a run: red beats “same as yesterday”. Press one to open it.")
    )

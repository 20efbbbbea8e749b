"""The film on the pages: expanders in which a training is played, and what became of the network over its epochs."""

from __future__ import annotations

import streamlit as st

from core import charts
from core.charts import Style
from core.film import FilmedRun
from core.run import Run
from core.web import page, readings
from core.web.introspect import choices
from core.web.text import _


def is_filmed(run: Run) -> bool:
    """Whether there are snapshots beside the first and the last."""
    return isinstance(run, FilmedRun) and len(run.film.epochs) > 2


def forecast(run: Run, style: Style) -> None:
    """How the forecast came to be, behind a press: its frames are computed when they are wanted."""
    if not isinstance(run, FilmedRun) or not is_filmed(run):
        return
    room = st.expander(_("Film of the training"), key="forecast_film_shown", on_change="rerun", icon=":material/movie:")
    if room.open:
        with room:
            through = readings.predictions_through(run)
            target = run.experiment.train.target
            drawn = charts.forecast_film(run.prediction, through, run.film.epochs, style, target=target)
            page.draw(drawn, "forecast-film")


def gates(run: Run, pair: int, layer: int, style: Style) -> None:
    """How one gate or state of a prediction came to be, behind a press; pair and layer from 0."""
    if not isinstance(run, FilmedRun) or not is_filmed(run):
        return
    room = st.expander(_("Film of the training"), key="gate_film_shown", on_change="rerun", icon=":material/movie:")
    if room.open:
        with room:
            through, model = readings.states_through(run, pair, layer), run.experiment.model
            name = choices.state(tuple(through))
            kind = "days" if model.layout == "article" else "window"
            drawn = charts.gate_film(through[name], run.film.epochs, name, style, cell=model.cell, steps=kind)
            page.draw(drawn, "gate-film")


def over_epochs(run: Run, epoch: int, style: Style) -> None:
    """Gates, norms and distance over the epochs of a run, with a line at the epoch that is looked at."""
    if not isinstance(run, FilmedRun) or not is_filmed(run):
        return
    st.header(_("Over the epochs"))
    found, at = readings.through_epochs(run), None if epoch == choices.LAST else epoch
    kept = (found.keeps, found.kept) if found.keeps and found.kept is not None else None
    drawn = charts.over_epochs(run.film.epochs, found.norms, found.distance, style, kept=kept, at=at)
    page.draw(drawn, "over-epochs")
    if kept:
        told = _("The gate is that of the last step, averaged over {pairs} of {all} test days.")
        if found.pairs == run.test_pairs:
            told = _("The gate is that of the last step, averaged over the test part.")
        st.caption(told.format(pairs=found.pairs, all=run.test_pairs))

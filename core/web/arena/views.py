"""The first two views of the arena: the contest on the current prices, and one table of several tickers."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.config import CELL_NAMES
from core.evaluation.arena import AHEAD, Arena
from core.web import current as prices_of
from core.web.arena import field, others, wording
from core.web.arena.field import Field
from core.web.arena.wording import NOTHING, name_of
from core.web.current import Current
from core.web.job_panel import POLL_SECONDS
from core.web.text import _, as_written, joined, listed, say
from core.web.wording import because
from core.words import measured


def entered(current: Current) -> Field:
    """The contest on the current prices, with its networks as far as they are there."""
    return _trained(current, [field.own(current)])[0]


def contest(current: Current) -> None:
    """One table for these prices, and one line on who leads."""
    this = entered(current)
    if wording.no_contest(this):
        return
    if (found := _judged(this)) is None:
        st.caption(_("This page fills as soon as the prices are there."))
        return
    wording.who_leads(found, this)
    frame, columns = wording.table(found, this)
    st.dataframe(frame, column_config=columns, key="arena_table")
    if told := wording.reasons(found):
        st.caption("  \n".join(f"{NOTHING} {reason}" for reason in told))
    st.caption(joined(wording.explained(this.experiment.train.target)))


def several(current: Current) -> None:
    """Each ticker's skills in one row, its winner marked."""
    chosen = [ticker for ticker in others.choose() if ticker != current.experiment.data.ticker]
    fields = [field.own(current), *(field.other(current, ticker, slot) for slot, ticker in enumerate(chosen))]
    fields = _trained(current, fields)
    found = {each.ticker: _judged(each) for each in fields}
    judged = {ticker: each for ticker, each in found.items() if each is not None}
    if judged:
        frame = pd.DataFrame({ticker: _skills(each, entered) for ticker, each, entered in _both(judged, fields)}).T
        st.dataframe(frame.fillna(NOTHING), key="arena_tickers_table")
        st.caption(
            _(
                "Skill against “same as yesterday” on each ticker's own test days. ★: the smallest error; ≈: cannot be "
                "told apart from it (model confidence set, 95 %); no mark: behind, or too few days to tell."
            )
        )
        if told := _tally(judged, fields):
            st.markdown(told)
    if not chosen:
        st.write(_("Choose other tickers above to see whether the same one leads everywhere."))
    if missing := [because([as_written(each.ticker)], say(each.why)) for each in fields if each.why]:
        st.caption("  \n".join(f"{NOTHING} {reason}" for reason in missing))
    if waiting := [each for each in fields if not (each.own or each.wanted or each.why)]:
        _fetching([each.experiment.data.ticker for each in waiting], waiting)


def _trained(current: Current, fields: Sequence[Field]) -> list[Field]:
    """With their networks, as far as they are there; the visitor's own training goes first."""
    if current.settled or current.wanted is None:
        return field.train(fields)
    if current.job is None or not current.job.live:
        st.caption(_("The other networks train once your own has been trained; the forecasts without one are here."))
    return list(fields)


def _judged(entered: Field) -> Arena | None:
    if entered.task is None:
        return None
    with st.spinner(_("Judging …"), show_time=True):
        return field.contest(entered)


def _both(judged: dict[str, Arena], fields: Sequence[Field]) -> list[tuple[str, Arena, Field]]:
    return [(each.ticker, judged[each.ticker], each) for each in fields if each.ticker in judged]


def _skills(found: Arena, entered: Field) -> dict[str, str]:
    """Every contestant's skill, marked, networks first; "…" for one that is still to come."""
    row = {name_of(cell): "…" if entered.stands(cell) == field.COMING else NOTHING for cell in CELL_NAMES}
    for place in sorted(found.places, key=lambda place: not place.trained):
        mark = " ★" if place is found.leader else " ≈" if place.in_set else ""
        row[name_of(place.name)] = f"{measured('skill', place.skill)}{mark}".replace("-", "−")
    return row


def _tally(judged: dict[str, Arena], fields: Sequence[Field]) -> str:
    """On how many tickers a network has won; "" where there is but one."""
    whole = [found for _ticker, found, entered in _both(judged, fields) if len(entered.runs) == len(CELL_NAMES)]
    if len(whole) < 2:
        return ""
    won = sum(found.outcome == AHEAD for found in whole)
    told = _("On {won} of {count} tickers a network is ahead of every forecast that needs none.")
    return told.format(won=won, count=len(whole))


@st.fragment(run_every=POLL_SECONDS)
def _fetching(tickers: Sequence[str], waiting: Sequence[Field]) -> None:
    found = [prices_of.prices(each.experiment) for each in waiting]
    if any(fetch.state != "running" for fetch in found):
        st.rerun()
    told = _("Fetching {tickers}").format(tickers=listed(map(as_written, tickers)))
    st.progress(min(fetch.share for fetch in found), text=told)

"""What is known of the prices beside their numbers: the calendar they follow, what to know about them, their jumps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pandas as pd
import streamlit as st

from core.config import DataQuery
from core.data import provenance
from core.data.calendar import Calendar, calendar_of, chosen, missing_days
from core.data.exchanges import EVERY_DAY, LABELS, MONTHLY, UNKNOWN, WEEKDAYS, WEEKLY, choices
from core.data.jumps import cure_in, is_told, jumps_of, told
from core.data.markets import security
from core.errors import UnknownTickerError
from core.sentence import N_, Sentence
from core.web import inputs, session
from core.web.current import Current
from core.web.text import _, as_written, listed, say

MOST_LISTED = 200  # missing days named one by one
MOST_IN_LINE = 2  # notes that are said one after the other; more become a list
CALENDAR_BOX = "calendar"


class Words(NamedTuple):
    """What bars of one rhythm are called."""

    many: str
    next: str
    missing: str
    lacking: str
    complete: str


_SESSIONS = Words(
    N_("Trading days"),
    N_("Next trading day"),
    N_("Missing trading days"),
    N_("Trading days of the exchange without a price"),
    N_("Every trading day of the exchange's calendar has a price."),
)
_WORDS = {
    EVERY_DAY: Words(
        N_("Days"), N_("Next day"), N_("Missing days"), N_("Days without a price"), N_("Every day has a price.")
    ),
    WEEKLY: Words(
        N_("Weeks"), N_("Next week"), N_("Missing weeks"), N_("Weeks without a price"), N_("Every week has a price.")
    ),
    MONTHLY: Words(
        N_("Months"), N_("Next month"), N_("Missing months"), N_("Months without a price"),
        N_("Every month has a price."),
    ),
    UNKNOWN: Words(N_("Bars"), N_("Next bar"), "", "", ""),
    WEEKDAYS: Words(N_("Days with a price"), N_("Next weekday"), "", "", ""),
}  # fmt: skip


def words(calendar: Calendar) -> Words:
    """What its bars are called, in English, marked for translation; "" where it cannot tell that one is missing."""
    return _WORDS.get(calendar.name, _SESSIONS)


def calendar(query: DataQuery, bars: pd.DataFrame | None) -> Calendar:
    """The calendar of these prices: the one the visitor chose, or the one they carry, or that of their ticker."""
    if bars is None:
        file = session.UPLOAD.get()
        bars = file[1] if file and (query.source, query.ticker) == ("upload", file[0]) else pd.DataFrame()
    seen = calendar_of(bars, query.ticker)
    name = session.CALENDARS.get().get((query.source, query.ticker), seen.name)
    return seen if name == seen.name else chosen(name, seen)


def calendar_of_run(current: Current) -> Calendar:
    """The calendar of the prices that the shown run was trained on."""
    assert current.run is not None
    return calendar(current.run.experiment.data, current.run_bars)


def show_calendar(query: DataQuery, bars: pd.DataFrame) -> Calendar:
    """Which calendar the bars follow, why it is believed, and the choice of another."""
    found = calendar(query, bars)
    names = {name: _(LABELS[name]) for name in choices()}
    inputs.put(CALENDAR_BOX, found.name)
    st.selectbox(
        _("Calendar"), list(names), key=CALENDAR_BOX, format_func=names.__getitem__, width=420,
        on_change=_take_calendar, args=(query,),
        help=_("Decides which days are missing, which come next, and how many make a year. It changes no price."),
    )  # fmt: skip
    st.caption(say(found.why))
    return found


def _take_calendar(query: DataQuery) -> None:
    place = (query.source, query.ticker)
    session.CALENDARS.put(session.CALENDARS.get() | {place: st.session_state[CALENDAR_BOX]})


def show_missing(bars: pd.DataFrame, calendar: Calendar) -> None:
    """The days, weeks or months without a price, where the calendar can tell; else nothing."""
    if not words(calendar).missing:
        return
    missing = missing_days(bars, calendar)
    if not len(missing):
        st.caption(_(words(calendar).complete))
        return
    with st.expander(_(words(calendar).lacking)):
        more = " …" if len(missing) > MOST_LISTED else ""
        st.write(listed(f"{day:%Y-%m-%d}" for day in missing[:MOST_LISTED]) + more)


def figures(bars: pd.DataFrame, calendar: Calendar, price: Callable[[float], str]) -> dict[str, str]:
    """How many bars, from when to when, the last close, and how many are missing where the calendar can tell."""
    named = words(calendar)
    found = {
        _(named.many): f"{len(bars):,}",
        _("First day"): f"{bars.index[0]:%Y-%m-%d}",
        _("Last day"): f"{bars.index[-1]:%Y-%m-%d}",
        _("Last close"): price(bars["close"].iloc[-1]),
    }
    return found | ({_(named.missing): f"{len(missing_days(bars, calendar)):,}"} if named.missing else {})


def show_notes(bars: pd.DataFrame, origin: str) -> None:
    """Where the prices came from and what to know about them; jumps have their own place."""
    source = provenance(bars)
    notes = [say(note) for note in source.notes if not is_told(note)] if source else []
    if len(notes) <= MOST_IN_LINE:
        st.markdown(" ".join([origin, *notes]).replace("。 ", "。"))
        return
    st.markdown("\n".join([origin, "", *(f"- {note}" for note in notes)]))


def jumps(bars: pd.DataFrame) -> tuple[Sentence, ...]:
    """A sentence for each of the largest jumps among these days; a file's know of its adjusted closes."""
    source = provenance(bars)
    if source is None or source.source != "upload":
        return told(jumps_of(bars["close"]))
    notes = [note for note in source.notes if is_told(note)]
    days = {str(day) for day in pd.DatetimeIndex(bars.index[1:]).date}
    return tuple(note for note in notes if str(note.values["date"]) in days)


def show_jumps(current: Current) -> None:
    """Each jump of the prices, and the buttons that cure it."""
    assert current.bars is not None
    if found := jumps(current.bars):
        st.warning("  \n".join(map(say, found)), icon=":material/warning:")
        show_cures(current, found)


def show_cures(current: Current, found: tuple[Sentence, ...]) -> None:
    """A button for each way out of jumps: the file's adjusted closes, the source's, or a start after the last one."""
    file, query = session.READ_FILE.get(), current.query
    cures: list[tuple[str, Callable[..., None], tuple[Any, ...], dict[str, Any]]] = []
    if (column := cure_in(found)) and file:
        cures.append(
            (_("Use {column}").format(column=as_written(column)), inputs.answer_file, (file, "close", column), {})
        )
    if query.source != "upload" and query.adjust == "none" and _is_adjusted(query.ticker):
        cures.append((_("Use front-adjusted prices"), inputs.set_dials, (), {"adjust": "qfq"}))
    if start := _later_start(current.bars, found):
        cures.append((_("Start on {date}").format(date=start), inputs.set_dials, (), {"start": start}))
    with st.container(horizontal=True):
        for at, (label, then, args, kwargs) in enumerate(cures):
            st.button(label, key=f"jump_cure_{at}", on_click=then, args=args, kwargs=kwargs, icon=":material/healing:")


def _is_adjusted(ticker: str) -> bool:
    """Whether the sources know adjusted prices of it: indices have none."""
    try:
        return security(ticker).kind != "index"
    except UnknownTickerError:
        return False


def _later_start(bars: pd.DataFrame | None, found: tuple[Sentence, ...]) -> str:
    """The last jump's day, where half of the days are still to come."""
    last = max((str(each.values["date"]) for each in found), default="")
    if bars is None or not last or int((bars.index >= last).sum()) * 2 < len(bars):
        return ""
    return last

"""The runs of a plan on their way: prices fetched, asked for as one set, how far they are, stopped, gone on with.

A visit holds of each run only its row; each run is kept by the service under its own key, as any other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st

from core import service
from core.config import DataQuery, Experiment
from core.data.fetches import Fetch
from core.errors import ConfigError, GatescopeError
from core.input_names import other_of
from core.service import SetState
from core.web import consent, current, job_panel, session
from core.web.sweep import asked, measures
from core.web.sweep.asked import Asked
from core.web.text import _, counted, duration, say
from core.web.wording import because
from core.whatif.outcome import Row, row_of
from core.whatif.plan import queries

POLL_SECONDS, DRAW_SECONDS = 1.0, 3.0
PLACE = "sweep"


@dataclass(frozen=True)
class Stand:
    """A plan as it stands.

    Attributes:
        rows: what came of each run that is there, by its number among `asked.experiments`.
        failed: why others gave nothing.
        bars: the prices of each.
        state: how far the set is; None where nobody has asked for it and something is missing.
    """

    asked: Asked
    rows: Mapping[int, Row]
    failed: Mapping[int, GatescopeError]
    bars: Mapping[DataQuery, pd.DataFrame]
    state: SetState | None

    @property
    def is_live(self) -> bool:
        return self.state is not None and self.state.live

    @property
    def is_whole(self) -> bool:
        return len(self.rows) + len(self.failed) == len(self.asked.experiments)


def stand(wanted: Asked) -> Stand | None:
    """Ask for the plan, and say how far it is, or what it waits for; None while its prices are fetched."""
    if not _prices(wanted):
        _fetching(wanted)
        return None
    return _ask(wanted, restart=session.SWEEP_RESTART.get())


def _prices(wanted: Asked) -> bool:
    """Fetch what is missing; whether all has come or failed. Held until the plan is started anew, so keys stay."""
    known = dict(session.SWEEP_BARS.get())
    patience = current.PATIENCE
    for query in queries(wanted.experiments):
        if query in known:
            continue
        try:
            fetch = current.prices(_reading_all(wanted, query), patience=patience)
        except ConfigError as error:
            fetch = Fetch("error", error=error)
        patience = 0.0  # once is enough for all of them
        if fetch.error or fetch.bars is not None:
            known[query] = fetch.error or fetch.bars
    session.SWEEP_BARS.put(known)
    return all(query in known for query in queries(wanted.experiments))


def _reading_all(wanted: Asked, query: DataQuery) -> Experiment:
    """Whose prices all runs on that query can share: it reads every other ticker that one of them reads.

    Raises ConfigError where they are too many.
    """
    read = {name for each in wanted.experiments if each.data == query for name in each.model.inputs if other_of(name)}
    return wanted.base.replace(data=query, model=wanted.base.model.replace(inputs=sorted(read)))


@st.fragment(run_every=job_panel.POLL_SECONDS)
def _fetching(wanted: Asked) -> None:
    if _prices(wanted):
        st.rerun()
    every, known = queries(wanted.experiments), session.SWEEP_BARS.get()
    done = sum(query in known for query in every)
    told = _("Fetching prices: {done} of {total}").format(done=done, total=len(every))
    st.progress(done / len(every), text=told)


def _ask(wanted: Asked, restart: bool = False) -> Stand:
    known = session.SWEEP_BARS.get()
    bars = {query: found for query, found in known.items() if isinstance(found, pd.DataFrame)}
    failed = {
        number: error
        for number, each in enumerate(wanted.experiments)
        if isinstance(error := known.get(each.data), GatescopeError)
    }
    numbers = [number for number, each in enumerate(wanted.experiments) if each.data in bars]
    parts = [(wanted.experiments[number], bars[wanted.experiments[number].data]) for number in numbers]
    if not parts:
        return Stand(wanted, {}, failed, bars, None)
    state = _state(wanted, parts, restart)
    if state is None:
        return Stand(wanted, {}, failed, bars, None)
    rows = {numbers[part]: row for part, row in state.read.items()}
    failed |= {numbers[part]: error for part, error in state.failed.items()}
    return Stand(wanted, rows, failed, bars, state)


def _state(wanted: Asked, parts: Sequence[tuple[Experiment, pd.DataFrame]], restart: bool) -> SetState | None:
    """The set, begun if it was agreed to or if all of it is kept; otherwise what came of it before."""
    keys = [service.key_of(*part) for part in parts]
    held = session.SWEEP_STATE.get()
    if (asked.agreed() and consent.may_begin_set(PLACE, parts)) or service.how_many_kept(keys) == len(set(keys)):
        state = service.ask_set(parts, seat(), row_of, restart)
        session.SWEEP_RESTART.put(False)
        session.SWEEP_STATE.put((tuple(keys), state))
        return state
    if held is None or held[0] != tuple(keys):
        return None
    now = service.read_set(held[1].key) or held[1]
    return replace(now, state="cancelled") if now.live else now  # another visitor may go on with it


def seat() -> str:
    """This visitor's name at the service for sets."""
    return job_panel.seat_of(f"{session.visitor()}:{PLACE}")


def panel(found: Stand) -> None:
    """One line on how far it is, with its button; what failed, each reason once."""
    if found.is_live:
        st.fragment(run_every=POLL_SECONDS)(_progress)(found.asked)
    elif not found.is_whole:
        _offer(found)
    if found.state is not None and found.state.error:
        st.error(say(found.state.error.sentence), icon=":material/error:")
    _failed(found)


def _progress(wanted: Asked) -> None:
    """How far it is; nothing else is drawn anew at each tick."""
    found = _ask(wanted)
    if not found.is_live or found.state is None:
        st.rerun()
    done, total = len(found.rows) + len(found.failed), len(wanted.experiments)
    told = [_("{done} of {total} runs").format(done=done, total=total)]
    told.append(_("about {left} left").format(left=duration(found.state.seconds_left)))
    if best := measures.best_so_far(list(found.rows.values())):
        told.append(best)
    bar, button = st.columns([5, 1], vertical_alignment="center")
    bar.progress(done / total, text=" · ".join(told))
    button.button(_("Cancel"), key="sweep_cancel", on_click=_cancel, args=(found.state.key,), width="stretch")
    if found.state.note:
        st.caption(say(found.state.note))


def _cancel(key: str) -> None:
    service.cancel_set(key, seat())
    session.SWEEP_AGREED.put({})


def _offer(found: Stand) -> None:
    """Go on with what is missing: after a cancel, in an opened link, when the server has been started anew."""
    wanted, workers = found.asked, max(1, service.status().workers)
    missing = [each for number, each in enumerate(wanted.experiments) if number not in found.rows]
    parts = [(each, found.bars[each.data]) for each in missing if each.data in found.bars]
    keys = {service.key_of(*part) for part in parts}
    ready = service.how_many_kept(list(keys))
    work, total = consent.work(parts), len(wanted.experiments)
    if not consent.may_begin(work):
        return consent.refuse(work / workers, "sweep_go_on")
    told = _("{done} of {total} runs are there; the others take about {time}.").format(
        done=len(found.rows) + ready, total=total, time=duration(work / workers)
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        label = _("Go on") if found.rows or ready else _("Start")
        st.button(
            label, key="sweep_go_on", type="primary", icon=":material/play_arrow:", on_click=asked.start, args=(wanted,)
        )
        st.write(told)


def _failed(found: Stand) -> None:
    """How many runs gave nothing and why, in the order of how often."""
    reasons: dict[str, list[int]] = {}
    for number, error in found.failed.items():
        reasons.setdefault(say(error.sentence), []).append(number)
    for reason, numbers in sorted(reasons.items(), key=lambda pair: -len(pair[1])):
        failed = counted("{number} run failed", "{number} runs failed", len(numbers))
        st.warning(because([failed], reason))


def while_running(found: Stand, body: Callable[[Stand], None]) -> None:
    """Draw what is there, and again every few seconds while there comes more."""
    if not found.is_live:
        body(found)
        return

    @st.fragment(run_every=DRAW_SECONDS)
    def drawn() -> None:
        if session.SWEEP_OPENED.get():
            st.rerun()
        held = session.SWEEP_STATE.get()
        body(_ask(found.asked) if held is None or held[1].live else found)

    drawn()

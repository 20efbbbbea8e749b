"""What came after: the run, as it is, on the days after its end. Opened by a press, and every look is counted."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from core import charts, service
from core.charts import Style
from core.config import DataQuery
from core.data.fetches import Fetch
from core.data.later import Later, later
from core.errors import GatescopeError
from core.evaluation.afterwards import Afterwards, afterwards
from core.evaluation.tries import Counted, Try, all_counted, among, corrected, has_seen, shared_days
from core.evaluation.verdict import UNKNOWN
from core.run import Run
from core.web import inputs, luck, page, prices, readings, session, widgets, wording
from core.web.current import Current, whole_history
from core.web.job_panel import POLL_SECONDS
from core.web.text import _, as_written, counted, joined, say
from core.words import measured

A_YEAR = pd.DateOffset(years=1)  # before the last price: the end that is offered
SHARE_BEFORE = 0.8  # of a history that is too short for that


def show(current: Current, style: Style) -> None:
    """The days after the end of the visitor's run: what a look means, then the look; or how to get such days."""
    run, bars, query = current.run, current.run_bars, current.experiment.data
    if run is None or bars is None:
        return
    if query.end is None:
        return _offer_an_end(bars, _("This run uses every price at hand, so no day is left to see it on."))
    fetch = whole_history(query)
    if fetch.state == "running":
        return _fetching(query)
    found = _joined(bars, fetch)
    if found is None or fetch.bars is None:
        return None
    if not found.count:
        told = _("The last price at hand is that of {last}, so no day after the end is left to see this run on.")
        return _offer_an_end(bars, told.format(last=bars.index[-1].date()))
    _tell(run, found)
    if session.AFTER_OPEN.get() == run.key:
        return _look(run, found, fetch.bars, style)
    st.button(_("Open"), key="after_open", type="primary", on_click=_open, args=(run.key,), icon=":material/lock_open:")
    st.caption(joined([*_opened_before(query, found), *_tested_before(query, found)]))
    return None


def _joined(bars: pd.DataFrame, fetch: Fetch) -> Later | None:
    """The run's bars with those that came after, or a sentence on why there are none."""
    try:
        if fetch.error:
            raise fetch.error
        return later(bars, fetch.bars) if fetch.bars is not None else None
    except GatescopeError as error:
        st.warning(say(error.sentence), icon=":material/warning:")
        return None


def _tell(run: Run, found: Later) -> None:
    """Which days these are, and what a look at them costs."""
    told = _(
        "This run ends on {end}. Days at hand after it: {count}, {first} to {last}. They took no part in its training, "
        "its scaler or its scores."
    ).format(
        end=run.series_dates[-1].date(),
        count=f"{found.count:,}",
        first=found.days[0].date(),
        last=found.days[-1].date(),
    )
    cost = _(
        "Each look uses these days up a little: they are untouched only once. A setting that is changed after a look "
        "has been chosen by these days too."
    )
    st.markdown(joined([told, cost]))


def _opened_before(query: DataQuery, found: Later) -> list[str]:
    """How often this visitor has opened some of these days, with whatever run."""
    opened = [each.key for each in _on_these(session.AFTER.get(), query, found)]
    return [_opened_line(opened)] if opened else []


def _tested_before(query: DataQuery, found: Later) -> list[str]:
    """That some of these days were the test days of runs this visitor has seen, which ended later."""
    seen = len(_on_these(session.LOOKED_AT.get(), query, found))
    if not seen:
        return []
    return [
        counted(
            "You have seen some of them already, as test days of a run in this visit: those are not untouched.",
            "You have seen some of them already, as test days of {number} runs in this visit: those are not untouched.",
            seen,
        )
    ]


def _on_these(tries: Sequence[Try], query: DataQuery, found: Later) -> list[Try]:
    """Those of the same ticker that share a day with these."""
    days = found.days.to_numpy(dtype="datetime64[s]")
    return [each for each in tries if each.experiment.data.ticker == query.ticker and np.isin(days, each.days).any()]


def _opened_line(keys: list[str]) -> str:
    """How often, and with how many settings."""
    times = sum(session.AFTER_OPENED.get().get(key, 0) for key in keys)
    return _("These days were opened {times} with {settings} in this visit.").format(
        times=counted("once", "{number} times", times), settings=counted("one setting", "{number} settings", len(keys))
    )


def _open(key: str) -> None:
    """A press on the button: these days are open until another run is shown."""
    opened = session.AFTER_OPENED.get()
    session.AFTER_OPENED.put(opened | {key: opened.get(key, 0) + 1})
    session.AFTER_OPEN.put(key)


def _look(run: Run, found: Later, whole: pd.DataFrame, style: Style) -> None:
    """Chart, verdict with the looks counted, and the scores beside those of the test part."""
    key = service.key_of(run.experiment, whole)
    after = readings.found(f"afterwards {key}", [run], lambda: afterwards(run, found.bars, found.factor))
    looks = [each for each in session.AFTER.get() if each.key != run.key]
    session.AFTER.put((*looks, after.tried)[-luck.MOST :])
    looks = [*(each for each in looks if shared_days(each, after.tried)), after.tried]
    page.draw(charts.afterwards(run.tested, after.prediction, style, target=run.task.target), "afterwards")
    tries: Counted = readings.found(
        f"afterwards {key} among {[each.key for each in looks]}", [run],
        lambda: among(after.tried, looks, belongs=has_seen),
    )  # fmt: skip
    wording.show_verdict(corrected(after.verdict, tries))
    counting = [_opened_line([each.key for each in looks]), *map(say, all_counted(tries, after.verdict))]
    st.caption(joined([*counting, *_tested_before(run.experiment.data, found)]))
    if jumps := prices.jumps(whole.loc[run.series_dates[-1] :]):
        st.warning("  \n".join(map(say, jumps)), icon=":material/warning:")
    if after.verdict.kind != UNKNOWN:
        _scores(run, after)
    st.caption(joined(_remarks(run, found)))


def _scores(run: Run, after: Afterwards) -> None:
    """The skill on the test part beside the skill afterwards, and every measure of both."""
    names = {_("Skill on the test part"): run.metrics["test"], _("Skill after the end"): after.scores}
    widgets.figures({name: measured("skill", scores.skill) for name, scores in names.items()})
    scored = {
        _("model, after the end"): after.scores,
        _("same as yesterday, after the end"): after.same,
        _("model, test"): run.metrics["test"],
        _("same as yesterday, test"): run.baselines["persistence"]["test"],
    }
    columns = {name: wording.column(scores, run.task.target) for name, scores in scored.items()}
    intervals = {
        _("model, after the end"): after.verdict.against.interval,
        _("model, test"): readings.report(run).against["persistence"].interval,
    }
    for name, interval in intervals.items():
        if interval:
            columns[name][wording.measure_name("skill")] += f" [{interval.low:+.3f}, {interval.high:+.3f}]"
    wording.table(pd.DataFrame(columns), wording.reasons(scored))


def _remarks(run: Run, found: Later) -> list[str]:
    """How these forecasts came about."""
    told = [
        _("The days after the end are judged as a second test part."),
        _(
            "The weights and the scaler are those of the run, and nothing is trained: each day is forecast from the "
            "true prices of the days before it. Baselines are fitted on the training part, as for the test part."
        ),
    ]
    if run.experiment.model.layout == "article":
        told.append(_("The state runs on from the last day of the run through all of these days."))
    if found.factor != 1:
        told.append(
            _(
                "Front-adjusted prices hang on their last day: those after the end were multiplied by {factor}, so "
                "that they are in the unit this run was trained in."
            ).format(factor=f"{found.factor:.6g}")
        )
    return told


def _offer_an_end(bars: pd.DataFrame, why: str) -> None:
    """Why there are no such days, and a button that leaves some."""
    end = earlier_end(bars)
    st.markdown(joined([why, _("Choose an earlier end in the sidebar, and the days after it are kept for this view.")]))
    st.button(
        _("End on {date}").format(date=end), key="after_end", on_click=partial(inputs.set_dials, end=end),
        icon=":material/event:",
    )  # fmt: skip


def earlier_end(bars: pd.DataFrame) -> str:
    """A year before the last price where that leaves half of the days, else at four fifths of them."""
    year = bars.index[-1] - A_YEAR
    if 2 * int((bars.index <= year).sum()) < len(bars):
        year = bars.index[int(SHARE_BEFORE * (len(bars) - 1))]
    return f"{year:%Y-%m-%d}"


@st.fragment(run_every=POLL_SECONDS)
def _fetching(query: DataQuery) -> None:
    fetch = whole_history(query)
    if fetch.state != "running":
        st.rerun()
    st.progress(
        fetch.share, text=_("Fetching {ticker}: {what}").format(ticker=as_written(query.ticker), what=fetch.what)
    )

"""The plan on screen: which dials, which values of each, all combinations or some of them, and what that costs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from core import service
from core.config import Experiment, Span
from core.data.tickers import normalise
from core.errors import ConfigError, GatescopeError
from core.link import NOTHING
from core.sentence import N_
from core.sources import SOURCES
from core.web import consent, session
from core.web.current import Current, listing
from core.web.labels import dial_help, dial_label, option_label, preset_name
from core.web.sweep import asked
from core.web.sweep.asked import DIALS, DRAW, DRAW_SEED, DRAWN, FIRST, GRID, WAY, Asked, widget_of
from core.web.text import _, counted, duration, joined, say
from core.whatif.plan import MOST_RUNS, NAMES, Plan
from core.whatif.values import limits

OFFERED = ["hidden", "window", "layers", "cell", "seed", "preset", "target", "ticker", "start"]  # the others follow
LEFT_OUT = ("source", "layout")  # they come with a ticker and a preset
PROPOSED = FIRST | {
    "layers": "1, 2", "epochs": "50, 100, 200", "lr": "0.001, 0.003, 0.01", "batch": "full, 64", "dropout": "0, 0.2",
    "split": "0.6, 0.7, 0.8", "patience": "off, 20", "forget_bias": "default, 1", "start": "2019-01-01, 2020-01-01",
}  # fmt: skip
USUAL_DAYS = 1500  # where no prices are there yet
ACROSS = 3  # dials in a row


def form(current: Current) -> None:
    """Draw the plan, what it costs and the button that starts it; a value that cannot be gets its sentence."""
    now = asked.asked()
    with st.expander(_("Plan"), expanded=now is None, icon=":material/checklist:"):
        texts = _dials(current.experiment)
        draw, seed = _way()
        try:
            plan = _plan(texts, draw, seed, current.experiment)
            wanted = Asked(now.base if now and _same(now, plan) else current.experiment, plan)
            _cost(wanted, current)
        except GatescopeError as error:
            st.error(say(error.sentence))


def _same(now: Asked, plan: Plan) -> bool:
    """Whether the plan is the one that is shown, on the current settings or those it was made of."""
    return now.plan == plan and Asked(session.BASE.get(), plan).experiments == now.experiments


def _dials(experiment: Experiment) -> dict[str, Any]:
    """Which dials to vary, and what was said of each."""
    names = [*OFFERED, *(name for name in NAMES if name not in (*OFFERED, *LEFT_OUT))]
    st.session_state.setdefault(DIALS, list(FIRST))
    labels = {name: dial_label(name) for name in names}  # in the language of this run
    chosen = st.multiselect(
        _("Dials to vary"), names, key=DIALS, format_func=labels.__getitem__, persist_state="session",
        help=_("Everything else stays as in the sidebar. Several seeds show how much of a difference is luck."),
    )  # fmt: skip
    found: dict[str, Any] = {}
    for first in range(0, len(chosen), ACROSS):
        columns = st.columns(ACROSS)
        for column, name in zip(columns, chosen[first : first + ACROSS], strict=False):
            with column:
                found[name] = _values(name, experiment)
    return found


def _values(name: str, experiment: Experiment) -> Any:
    """What to try of one dial: words to choose, or a text of numbers and ranges."""
    key = widget_of(name)
    if asked.has_words(name):
        options = list(limits(name).options)  # type: ignore[union-attr]
        st.session_state.setdefault(key, options[:2])
        named = preset_name if name == "preset" else option_label
        labels = {option: named(option) for option in options}
        return st.multiselect(
            dial_label(name), options, key=key, format_func=labels.__getitem__, persist_state="session",
            help=dial_help(name),
        )  # fmt: skip
    first = {"ticker": experiment.data.ticker, "end": "last"}.get(name)
    st.session_state.setdefault(key, first or PROPOSED.get(name, ""))
    return st.text_input(dial_label(name), key=key, persist_state="session", help=_help(name), max_chars=2000)


def _help(name: str) -> str:
    told = [dial_help(name) or ""]
    found = limits(name)
    if isinstance(found, Span):
        told.append(_("Values such as {values}, or a range such as {range}.").format(**_examples(found)))
        told.append(_("Allowed is {low} to {high}.").format(low=f"{found.low:g}", high=f"{found.high:g}"))
    else:
        told.append(_("Several with commas between them."))
    if name in NOTHING:
        told.append(_("“{word}” leaves it open.").format(word=NOTHING[name]))
    return joined(told)


def _examples(span: Span) -> dict[str, str]:
    whole = isinstance(span.low, int)
    return (
        {"values": "4, 8, 16", "range": "4..32 by 4"} if whole else {"values": "0.1, 0.2", "range": "0.1..0.5 by 0.1"}
    )


def _way() -> tuple[int | None, int]:
    """All combinations, or how many of them are drawn and by which seed."""
    labels = {GRID: _("All combinations"), DRAW: _("Some at random")}
    st.session_state.setdefault(WAY, GRID)
    for key, first in ((DRAWN, 30), (DRAW_SEED, 0)):
        st.session_state.setdefault(key, first)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        way = st.segmented_control(
            _("Which runs"), [GRID, DRAW], key=WAY, format_func=labels.__getitem__, required=True,
            persist_state="session",
            help=_("Drawn at random, a few runs cover many dials; more of them add to the first."),
        )  # fmt: skip
        if way != DRAW:
            return None, 0
        drawn = st.number_input(
            _("Number of runs"), 1, MOST_RUNS, key=DRAWN, persist_state="session", width=160,
            help=_("At most {most}.").format(most=MOST_RUNS),
        )  # fmt: skip
        seed = st.number_input(
            _("Seed of the draw"), 0, 2**31 - 1, key=DRAW_SEED, persist_state="session", width=160,
            help=_("The same seed draws the same runs."),
        )  # fmt: skip
    return int(drawn), int(seed)


def _plan(texts: dict[str, Any], draw: int | None, seed: int, experiment: Experiment) -> Plan:
    """The plan of what was typed; a ticker in any form becomes its full code, as in the sidebar."""
    if not texts:
        raise ConfigError(_NONE)
    plan = Plan(texts, draw, seed)
    source = experiment.data.source
    if "ticker" in plan.dials and not (source == "upload" or (source in SOURCES and SOURCES[source].any_ticker)):
        tickers = tuple(normalise(ticker, listing()) for ticker in plan.dials["ticker"])
        plan = Plan({**plan.dials, "ticker": tickers}, draw, seed)
    return plan


_NONE = N_("Choose at least one dial to vary.")


def _cost(wanted: Asked, current: Current) -> None:
    """How many runs, how long they take, and the button."""
    runs, days = wanted.experiments, USUAL_DAYS if current.bars is None else len(current.bars)
    workers = max(1, service.status().workers)
    work = sum(service.estimated_seconds(each, days) for each in runs)
    told = _("{runs}, about {time} with {workers}; what is kept of earlier ones comes at once.").format(
        runs=counted("{number} run", "{number} runs", len(runs)), time=duration(work / workers),
        workers=counted("{number} worker", "{number} workers", workers),
    )  # fmt: skip
    missing = work * _share_missing(runs, current)
    if not consent.may_begin(missing):
        return consent.refuse(missing / workers, "sweep_begin", lambda: session.SWEEP.put(wanted))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            _("Start"), key="sweep_begin", type="primary", icon=":material/play_arrow:", on_click=asked.start,
            args=(wanted,), disabled=asked.agreed() and asked.asked() == wanted,
        )  # fmt: skip
        st.write(told)
    held = f"{runs[0].train.validation:.0%}"
    st.caption(
        _(
            "The last {share} of the training days are held back in each run: the winner is chosen on them, so that "
            "the test days stay untouched by the choice."
        ).format(share=held)
    )


def _share_missing(runs: Sequence[Experiment], current: Current) -> float:
    """How many of the runs are not kept yet, as far as that can be told from the prices at hand."""
    bars = current.bars
    keys = {service.key_of(each, bars) for each in runs if bars is not None and each.data == current.query}
    return 1 - service.how_many_kept(list(keys)) / len(runs)

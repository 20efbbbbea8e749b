"""What the arena says: who leads and who cannot be told apart from it, the table, and why a "–" stands in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from core.charts.skill import BASELINES
from core.config import CELL_NAMES
from core.evaluation.arena import AHEAD, BEHIND, BESIDE, LEVEL, UNKNOWN, Arena, Place
from core.evaluation.conformal import LEVELS
from core.evaluation.figures import number, p_value
from core.evaluation.significance import Comparison
from core.evaluation.verdict import BETTER, SURE, WORSE, kind_of
from core.evaluation.verdict import UNKNOWN as UNTOLD
from core.web import frame as frame_of
from core.web.arena.field import COMING, LONG, STOPPED, Field, looked_at
from core.web.text import _, joined, listed, say
from core.web.wording import because
from core.words import measured

NOTHING = "–"
NARROW = 110  # pixels of the names on a phone, so that figures are seen beside them


def name_of(contestant: str) -> str:
    """A contestant as the visitor reads it."""
    return CELL_NAMES.get(contestant) or _(BASELINES[contestant])


def no_contest(entered: Field) -> bool:
    """Whether there is none on these prices; then the page says why."""
    if entered.why:
        st.write(_("There is no contest on these prices: {reason}").format(reason=say(entered.why)))
    return entered.why is not None


def who_leads(found: Arena, entered: Field) -> None:
    """The one message of the page."""
    told = [_lead(found)]
    if found.outcome == AHEAD and (count := looked_at(entered)) > len(entered.runs):
        told.append(
            _(
                "But you have looked at {count} settings on these test days, and the best of many looks good by luck; "
                "the forecast page counts them."
            ).format(count=count)
        )
    looks = {
        AHEAD: (st.success, "trending_up"),
        LEVEL: (st.info, "trending_flat"),
        BESIDE: (st.info, "trending_flat"),
        BEHIND: (st.warning, "trending_down"),
        UNKNOWN: (st.info, "help"),
    }
    shown, icon = looks[found.outcome if entered.runs else UNKNOWN]
    shown(joined(told), icon=f":material/{icon}:")


def spaced(text: str) -> str:
    """A space between Chinese and Latin letters, where a name was put into a sentence."""
    return re.sub("(?<=[一-龥])(?=[A-Za-z])|(?<=[A-Za-z)])(?=[一-龥])", " ", text)


def _lead(found: Arena) -> str:
    """Who leads, whether that is a win, and who cannot be told apart from it."""
    others = [name for name in found.together if name != found.leader.name]
    networks, rest = (
        [name_of(name) for name in others if (name in CELL_NAMES) == trained] for trained in (True, False)
    )
    if not any(place.trained and place.rmse is not None for place in found.places):
        told = [_("{leader} leads the forecasts that need no network over {days} test days.")]
        told += [_("Cannot be told apart from it: {rest}.")] if rest else []
    elif found.outcome == AHEAD:
        told = [_("{leader} leads over {days} test days, and every forecast that needs no network is clearly behind.")]
        told += [_("Cannot be told apart from it: {networks}.") if networks else _("So is every other network.")]
    elif found.outcome == LEVEL:
        told = [
            _(
                "{leader} has the smallest error over {days} test days, but that is no win. Without any network, "
                "{rest} cannot be told apart from it."
            )
        ]
        told += [_("Nor can {networks}.")] if networks else []
    elif found.outcome == BESIDE:
        told = [_("{leader} leads over {days} test days without any network; {networks} cannot be told apart from it.")]
        told += [_("Nor can {rest}.")] if rest else []
    elif found.outcome == BEHIND:
        told = [_("{leader} leads over {days} test days without any network, and every network is clearly behind.")]
        told += [_("Cannot be told apart from it: {rest}.") if rest else _("So is every other forecast.")]
    else:
        told = [_("{leader} has the smallest error over {days} test days, but nobody can be said to lead.")]
    names = {"networks": listed(networks), "rest": listed(rest)}
    told = [each.format(leader=name_of(found.leader.name), days=found.days, **names) for each in told]
    return spaced(joined([*told, say(found.why)] if found.why else told))


def table(found: Arena, entered: Field) -> tuple[pd.DataFrame, dict[str, Any]]:
    """One row a contestant, the smallest error first, those that are still to come last; and the columns' help."""
    target = entered.experiment.train.target
    rows = {name_of(place.name): _row(place, found, target) for place in found.places}
    for cell in CELL_NAMES:
        if cell not in entered.runs:
            rows[name_of(cell)] = {_("RMSE, test"): standing(entered, cell)}
    frame = pd.DataFrame.from_dict(rows, orient="index").fillna(NOTHING)
    told = _help(target)
    columns: dict[str, Any] = {name: st.column_config.Column(help=told.get(name)) for name in frame.columns}
    narrow = frame_of.room() == frame_of.ROOMS[0]
    return frame, columns | {"_index": st.column_config.Column(width=NARROW if narrow else "medium")}


def standing(entered: Field, cell: str) -> str:
    """How it stands with a network that is not there."""
    return {
        COMING: _("still to come"),
        LONG: _("waits for a word"),
        STOPPED: _("not trained"),
    }[entered.stands(cell)]


def _row(place: Place, found: Arena, target: str) -> dict[str, str]:
    row = {
        _("RMSE, test"): measured("rmse", place.rmse),
        _("skill"): measured("skill", place.skill),
        _("among the best"): {True: "✓", False: _("no"), None: NOTHING}[place.in_set],
        _("against the best baseline"): _("is it") if place.name == found.best_baseline else _against(place.against),
    }
    if target == "volatility":
        row[_("QLIKE at level")] = NOTHING if place.qlike is None else f"{place.qlike:.4f}"
    for level in LEVELS:
        held = place.intervals.get(level)
        row[_interval_name(level)] = f"{number(held.score)} ({held.held:.0%})" if held else NOTHING
    if target != "volatility":
        row[_("Clark-West p")] = _p(place.nested.p_value) if place.nested else NOTHING
    row[_("seconds to train")] = NOTHING if place.seconds is None else f"{place.seconds:.2g}"
    return row


def _interval_name(level: float) -> str:
    return _("interval score {level}").format(level=f"{level:.0%}")


def _p(value: float) -> str:
    return p_value(value).replace("p\u00a0=\u00a0", "").replace("p\u00a0", "")


def _against(found: Comparison | None) -> str:
    """Better, worse or no different than the best baseline, as a verdict says it, and how sure that is."""
    if found is None or found.test is None or (kind := kind_of(found)) == UNTOLD:
        return NOTHING
    test = found.test
    if kind == BETTER:
        return _("better, {p}").format(p=p_value(test.p_better))
    if kind == WORSE:  # by the interval where errors hang together so much that the test is not sure
        return _("worse, {p}").format(p=p_value(test.p_worse)) if test.p_worse < SURE else _("worse, by far")
    return _("no difference, {p}").format(p=p_value(min(2 * test.p_better, 2 * test.p_worse, 1.0)))


def _help(target: str) -> dict[str, str]:
    unit = _("Root of the mean squared error on the test part, in the unit of the prices.")
    if target == "volatility":
        unit = _("Root of the mean squared error on the test part, in logarithms of the range.")
    told = {
        _("RMSE, test"): unit,
        _("skill"): _("1 − RMSE ÷ that of “same as yesterday”; above 0 is better than it."),
        _("QLIKE at level"): _(
            "Loss of the variances that follow from log ranges (Patton 2011); 0 is perfect. Everybody's level is first "
            "set on the training part by the same rule."
        ),
        _("Clark-West p"): _(
            "Whether the forecast knows anything that “no change” does not; asked only where “no change” is a special "
            "case of it. Below 0.05 it does, though it may still err more."
        ),
        _("against the best baseline"): _(
            "Diebold and Mariano's test against the forecast without a network that errs least here. Better or worse "
            "is said as on the forecast page; for no difference p is two-sided."
        ),
        _("among the best"): _(
            "✓: in the model confidence set (Hansen, Lunde and Nason 2011), which holds the best one in 95 of 100 "
            "cases, by squared error. It asks about all pairs at once, so it keeps some that one test alone calls "
            "worse."
        ),
        _("seconds to train"): _("What the training took where it was run; forecasts without a network take none."),
    }
    score = _(
        "Width of the interval, and 2 ÷ (1 − level) times what a miss lies outside it, on average (Gneiting and "
        "Raftery 2007); smaller is better. In brackets the share of days that fell inside."
    )
    return told | {_interval_name(level): score for level in LEVELS}


def reasons(found: Arena) -> list[str]:
    """Why something is "–", one line a reason."""
    named: dict[str, list[str]] = {}
    for place in found.places:
        for why in place.why:
            named.setdefault(say(why), []).append(name_of(place.name))
    return [because(names, reason) for reason, names in named.items()]


def explained(target: str) -> Sequence[str]:
    """How the contest is judged, in a few sentences."""
    told = [
        _(
            "Everybody forecasts the same test days, one day ahead, from the training part and the days before. The "
            "networks have the settings of the sidebar and differ in their cell alone. Intervals are adaptive "
            "conformal ones, each from that forecast's own past errors."
        )
    ]
    if target == "volatility":
        told.append(
            _(
                "QLIKE judges variances, and the exponential of a mean logarithm lies below the mean, so plain QLIKE "
                "rewards whoever forecasts too high. Therefore each forecast, with or without a network, is first "
                "shifted by one number that makes QLIKE smallest on the training part."
            )
        )
    return told

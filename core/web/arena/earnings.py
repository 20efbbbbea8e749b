"""What a forecast would have earned: the dials, both accounts, and whether they can be told from nothing."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core import charts
from core.charts import Style
from core.evaluation.baselines import baselines
from core.evaluation.earned import BASIS_POINT, MOST_COST, SIDES, USUAL_COST, Account, DailyMean, Earned, earned
from core.evaluation.figures import percent
from core.sentence import Sentence
from core.values import Array
from core.web import page, readings, session, widgets
from core.web.arena.field import Field, looked_at
from core.web.arena.wording import NOTHING, name_of, no_contest, spaced
from core.web.prices import calendar
from core.web.text import _, joined, say

COST = "arena_cost"


def show(entered: Field, style: Style) -> None:
    """The view; a sentence where there is nothing to trade on."""
    target = entered.experiment.train.target
    if target == "volatility":
        st.write(
            _(
                "A forecast of volatility says how far prices will move, not which way, so there is no direction to "
                "trade on. Choose the target close or log return in the sidebar."
            )
        )
        return
    forecasts = _forecasts(entered)
    if no_contest(entered):
        return
    if not forecasts:
        st.caption(_("This view fills as soon as the training is done."))
        return
    who, side, cost = _dials(forecasts, entered)
    found = _earned(entered, who, forecasts[who], side, cost)
    if isinstance(found, Sentence):
        st.write(say(found))
        return
    st.info(spaced(joined(_verdict(found, name_of(who)))), icon=_icon(found))
    run = next(iter(entered.runs.values()))
    dates = pd.DatetimeIndex(run.tested["date"])
    page.draw(charts.earned(dates, found, style, name=name_of(who)), "arena-earned")
    st.table(_accounts(found, name_of(who), entered), width="content", border="horizontal")
    st.caption(joined(_assumed(side, looked_at(entered))))


def _forecasts(entered: Field) -> dict[str, Array]:
    """Who has forecasts of every pair (N,), the visitor's own network first; none before a network is there."""
    if not entered.runs or entered.task is None:
        return {}
    own = entered.experiment.model.cell
    cells = sorted(entered.runs, key=lambda cell: cell != own)
    found = {cell: entered.runs[cell].prediction["predicted"].to_numpy(dtype=float) for cell in cells}
    task = entered.task
    rivals = readings.found("baselines", list(entered.runs.values())[:1], lambda: baselines(task))
    return found | {name: each for name, each in rivals.items() if not isinstance(each, Sentence)}


def _dials(forecasts: dict[str, Array], entered: Field) -> tuple[str, str, int]:
    session.USUAL.at(COST).put(USUAL_COST)
    cost = st.session_state.get(COST, USUAL_COST)
    st.session_state[COST] = min(max(int(cost), 0), MOST_COST)
    who_is = {each: name_of(each) for each in forecasts}  # in the language of this run
    one, two, three = st.columns([2, 2, 3])
    with one:
        who = widgets.kept_choice(
            st.selectbox, _("Whose forecast"), list(forecasts), "arena_forecaster", entered.experiment.model.cell,
            format_func=who_is.__getitem__, help=_("Its direction decides: above the last close is up."),
        )  # fmt: skip
    with two:
        names = {"flat": _("long or flat"), "short": _("long or short")}
        side = widgets.kept_choice(
            st.segmented_control, _("Position"), list(SIDES), "arena_side", "flat", required=True,
            format_func=names.__getitem__,
            help=_("What is held on days whose forecast is not above the last close: nothing, or the opposite."),
        )  # fmt: skip
    with three:
        paid = st.slider(
            _("Cost per side (basis points)"), 0, MOST_COST, key=COST, persist_state="session",
            help=_(
                "Paid on what is traded, when buying and again when selling: 10 basis points are 0.10 %, so in and "
                "out cost 0.20 %. From short to long twice as much is traded."
            ),
        )  # fmt: skip
    return str(who), str(side), int(paid)


def _earned(entered: Field, who: str, predicted: Array, side: str, cost: int) -> Earned | Sentence:
    task = entered.task
    assert task is not None
    test = task.parts["test"]

    def computed() -> Earned | Sentence:
        return earned(task.previous[test], task.actual[test], predicted[test], cost * BASIS_POINT, side)

    return readings.found(f"earned {who} {side} {cost}", list(entered.runs.values()), computed)


def _verdict(found: Earned, name: str) -> list[str]:
    """What was earned, and whether it can be told from nothing and from holding on."""
    told = [
        _("Over {days} test days {name} would have earned {ours} after costs, buy-and-hold {theirs}.").format(
            days=len(found.trader.wealth),
            name=name,
            ours=percent(found.trader.total, signed=True),
            theirs=percent(found.holder.total, signed=True),
        )
    ]
    own = {
        True: _("A day brought {mean} basis points on average (95 % interval {low} to {high})."),
        False: _(
            "A day brought {mean} basis points on average, which cannot be told from nothing (95 % interval {low} to "
            "{high})."
        ),
    }
    beyond = {
        True: _("Its difference from buy-and-hold is {mean} basis points a day (95 % interval {low} to {high})."),
        False: _(
            "Its difference from buy-and-hold, {mean} basis points a day, cannot be told from nothing (95 % "
            "interval {low} to {high})."
        ),
    }
    return [*told, _mean(found.mean, own), _mean(found.beyond, beyond)]


def _mean(found: DailyMean, words: dict[bool, str]) -> str:
    if found.interval is None:
        return say(found.why) if found.why else ""
    ends = {"mean": found.value, "low": found.interval.low, "high": found.interval.high}
    return words[found.told].format(**{name: _points(value) for name, value in ends.items()})


def _points(share: float) -> str:
    return f"{share / BASIS_POINT:+.1f}".replace("-", "−")


def _icon(found: Earned) -> str:
    return ":material/trending_flat:" if not found.beyond.told else ":material/query_stats:"


def _accounts(found: Earned, name: str, entered: Field) -> pd.DataFrame:
    """Both accounts in figures."""
    wanted = next(iter(entered.wanted.values()))
    yearly = calendar(entered.experiment.data, wanted.bars).periods_per_year

    def row(account: Account) -> dict[str, str]:
        return {
            _("earned in all"): percent(account.total, signed=True),
            _("a year"): NOTHING if yearly is None else percent(account.yearly(yearly), signed=True),
            _("deepest fall"): percent(account.drawdown),
            _("turnover (times the wealth)"): f"{account.turnover:,.0f}",
            _("days invested"): f"{account.invested:.0%}",
        }

    return pd.DataFrame({name: row(found.trader), _("Buy-and-hold"): row(found.holder)})


def _assumed(side: str, looked: int) -> list[str]:
    told = [
        _(
            "This is arithmetic on past prices, not advice, and no order follows from it. It trades at the very close "
            "that the forecast is made from, without slippage, taxes or dividends; what is held at the end is not sold."
        )
    ]
    if side == "short":
        told.append(_("Selling short is taken to be possible at any time and free of fees, which for most it is not."))
    if looked > 1:
        told.append(
            _(
                "You have looked at {count} settings on these test days; the intervals do not count that, and the best "
                "of many looks good by luck."
            ).format(count=looked)
        )
    return told

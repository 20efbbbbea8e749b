"""What the forecast page says of one run: units, diagnosis with its cures, the run against each baseline."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import streamlit as st

from core.charts import Skill, Style
from core.charts.skill import BASELINES
from core.evaluation.diagnosis import Badge, Cure
from core.evaluation.report import Report
from core.evaluation.task import annualised
from core.run import Run
from core.values import Array
from core.web import inputs
from core.web.current import Current
from core.web.text import _, joined, say
from core.web.wording import because, measured

ON_CURRENT_DIALS = ("walk", "seeds")  # views that train anew, from the dials as they stand


def views() -> dict[str, str]:
    """The page's views by key."""
    return {
        "one": _("One step ahead"),
        "beyond": _("Beyond the data"),
        "walk": _("Walk-forward"),
        "seeds": _("Many seeds"),
        "published": _("Published table"),
    }


def level(run: Run, value: float, style: Style) -> str:
    """A price with its unit, or a log range as volatility a year with the log value beside it."""
    if run.task.target == "volatility":
        yearly = float(annualised(_one(value))[0])
        return _("{percent} a year (log range {value})").format(percent=f"{yearly:.1%}", value=f"{value:.3f}")
    return f"{style.price(value)} {style.unit}".strip()


def units_line(run: Run) -> str:
    """What is forecast, in which unit its errors are."""
    if run.task.target == "volatility":
        error = run.metrics["test"].rmse
        told = _(
            "Forecast is the next day's range: the log of Parkinson's estimate from high and low, written at the axis "
            "as volatility a year. Errors are in logarithms."
        )
        if error is None:
            return told
        by = _("A test RMSE of {error} is an error by a factor of {factor}.").format(
            error=measured("rmse", error), factor=f"{math.exp(error):.2f}"
        )
        return joined([told, by])
    return _("One step ahead with the true prices of the days before; errors are in the unit of the price.")


def _one(value: float) -> Array:
    return np.array([value])


def show_badges(lab: Current, badges: tuple[Badge, ...]) -> None:
    """Each finding with its sentence, and a button that applies its cure to the dials."""
    for badge in badges:
        look = "gray-badge[:material/help:" if badge.value is None else "green-badge[:material/check:"
        look = "orange-badge[:material/warning:" if badge.alarm else look
        told = f":{look} {_badge_name(badge)}] {say(badge.sentence)}"
        if badge.cure is None:
            st.markdown(told)
            continue
        text, button = st.columns([7, 3], vertical_alignment="center", gap="small")
        text.markdown(told)
        button.button(
            say(badge.cure.label),
            key=f"cure_{badge.name}",
            on_click=inputs.fill,
            args=(badge.cure.apply(lab.experiment),),
            icon=":material/healing:",
            help=_cure_help(badge.cure),
            width="stretch",
        )


def _cure_help(cure: Cure) -> str | None:
    return _("Sets target, layout and training as in the preset for returns.") if len(cure.changes) > 1 else None


def _badge_name(badge: Badge) -> str:
    name = {"lag": _("Lag"), "range": _("Range"), "leak": _("Leak")}[badge.name]
    if not badge.value:
        return name
    days = _("{days} d").format(days=f"{badge.value:.0f}")
    return f"{name} " + {"lag": days, "range": f"{badge.value:.0%}", "leak": f"{badge.value:+.1%}"}[badge.name]


def skills(report: Report) -> list[Skill]:
    """Skill against each baseline that has one."""
    return [
        Skill(name, each.skill, *((each.interval.low, each.interval.high) if each.interval else (None, None)))
        for name, each in report.against.items()
        if each.skill is not None
    ]


def baseline_table(run: Run, report: Report) -> pd.DataFrame:
    """Each baseline's test error, the model's skill against it with its interval, and the Diebold-Mariano p-value."""
    rows = {}
    for name, each in report.against.items():
        interval, test = each.interval, each.test
        rows[_(BASELINES[name])] = {
            _("RMSE, test"): measured("rmse", run.baselines[name]["test"].rmse),
            _("skill of the model"): measured("skill", each.skill),
            _("95 % interval"): f"[{interval.low:+.3f}, {interval.high:+.3f}]" if interval else "–",
            _("Diebold-Mariano p"): "–"
            if test is None
            else f"{test.p_value:.3f}"
            if test.p_value >= 5e-4
            else "< 0.001",
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def missing_comparisons(report: Report) -> list[str]:
    """Why a comparison is "–", one line a reason."""
    named: dict[str, list[str]] = {}
    for name, each in report.against.items():
        if each.why:
            named.setdefault(say(each.why), []).append(_(BASELINES[name]))
    return [because(names, reason) for reason, names in named.items()]

"""What the forecast page says of one run: units, diagnosis with its cures, the run against each baseline."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from core import export
from core.charts import Skill, Style, forecast
from core.charts.skill import BASELINES
from core.data.jumps import jumps_of
from core.evaluation.diagnosis import Badge
from core.evaluation.jump import deciding_jump, tested_closes
from core.evaluation.report import Report
from core.evaluation.task import annualised
from core.run import Run
from core.values import Array
from core.web import inputs, job_panel, page, session, widgets
from core.web.current import Current
from core.web.job_panel import Wanted
from core.web.prices import jumps, show_cures
from core.web.text import _, joined, say
from core.web.wording import because
from core.words import measured

ON_CURRENT_DIALS = ("after", "walk_forward", "seeds", "ablation")  # views that go by the dials as they stand


def views() -> dict[str, str]:
    """The page's views by key."""
    return {
        "one": _("One step ahead"),
        "horizon": _("Beyond the data"),
        "after": _("What came after"),
        "walk_forward": _("Walk-forward"),
        "seeds": _("Many seeds"),
        "ablation": _("Does it help?"),
        "published": _("Published table"),
    }


def level(run: Run, value: float, style: Style) -> str:
    """A price with its unit, or a log range as volatility a year with the log value beside it."""
    if run.task.target == "volatility":
        if style.bars_a_year is None:
            return _("a log range of {value}").format(value=f"{value:.3f}")
        yearly = float(annualised(_one(value), bars_a_year=style.bars_a_year)[0])
        return _("{percent} a year (log range {value})").format(percent=f"{yearly:.1%}", value=f"{value:.3f}")
    return f"{style.price(value)} {style.unit}".strip()


def show_forecast(run: Run, style: Style, choose: Callable[[Any], None]) -> None:
    """Prediction against actual; `choose` is called with a day that is pressed."""
    same = st.session_state.get("show_persistence", False)
    drawn = forecast(run.prediction, style, persistence=same, target=run.task.target)
    page.draw(drawn, "forecast", choose, _("Press a day to see the gates behind its forecast."))


def show_jump(current: Current) -> None:
    """One line, and the cures, where a jump decides the scores of the test part."""
    assert current.run is not None
    found = jumps_of(tested_closes(current.run))
    if told := deciding_jump(current.run, {jump.day: jump.change for jump in found}):
        st.warning(say(told), icon=":material/warning:")
        if current.settled and current.bars is not None:
            show_cures(current, jumps(current.bars))


def units_line(run: Run, style: Style) -> str:
    """What is forecast, in which unit its errors are."""
    if run.task.target == "volatility":
        error = run.metrics["test"].rmse
        told = _(
            "Forecast is the next day's range: the log of Parkinson's estimate from high and low, written at the axis "
            "as volatility a year: range-based, without the overnight move, so about a third below that of closes. "
            "Errors are in logarithms."
        )
        if style.bars_a_year is None:
            told = _(
                "Forecast is the next bar's range: the log of Parkinson's estimate from high and low. How many bars a "
                "year has is not known, so there is no yearly figure. Errors are in logarithms."
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


def download(run: Run) -> None:
    """The predictions as a file."""
    told, name = _("Download predictions (CSV)"), f"{export.file_stem(run)}.csv"
    widgets.download(told, lambda: export.prediction_csv(run), name, "text/csv")


def show_badges(current: Current, badges: tuple[Badge, ...], of_past: bool = False) -> None:
    """Each finding with its sentence, and a button that applies its cure to the dials.

    Args:
        of_past: the page shows the run as it was, and the findings, which are the finished run's, say so.
    """
    if of_past and badges:
        st.caption(_("Of the finished run:"))
    for badge in badges:
        look = "gray-badge[:material/help:" if badge.value is None else "green-badge[:material/check:"
        look = "orange-badge[:material/warning:" if badge.alarm else look
        told = f":{look} {say(badge.label)}] {say(badge.sentence)}"
        if badge.cure is None:
            st.markdown(told)
            continue
        text, button = st.columns([7, 3], vertical_alignment="center", gap="small")
        text.markdown(told)
        button.button(
            say(badge.cure.label),
            key=f"cure_{badge.name}",
            on_click=inputs.fill,
            args=(badge.cure.apply(current.experiment),),
            icon=":material/healing:",
            help=say(badge.cure.help) if badge.cure.help else None,
            width="stretch",
        )


def skills(report: Report) -> list[Skill]:
    """Skill against each baseline that has one."""
    return [
        Skill(name, each.skill, *((each.interval.low, each.interval.high) if each.interval else (None, None)))
        for name, each in report.against.items()
        if each.skill is not None
    ]


def baseline_table(run: Run, report: Report) -> pd.DataFrame:
    """Each baseline's test error, the model's skill against it with its interval, and what the tests say of it."""
    rows = {}
    for name, each in report.against.items():
        interval, test = each.interval, each.test
        rows[_(BASELINES[name])] = {
            _("RMSE, test"): measured("rmse", run.baselines[name]["test"].rmse),
            _("skill of the model"): measured("skill", each.skill),
            _("95 % interval"): f"[{interval.low:+.3f}, {interval.high:+.3f}]" if interval else "–",
            _("Diebold-Mariano, one-sided p"): _p(test.p_better) if test else "–",
            _("Clark-West p"): _p(each.nested.p_value) if each.nested else "–",
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def _p(value: float) -> str:
    return f"{value:.3f}" if value >= 5e-4 else "<\u00a00.001"


def remarks(report: Report) -> list[str]:
    """Why a comparison is "–", and what to know about an interval, one line a reason."""
    named: dict[str, list[str]] = {}
    for name, each in report.against.items():
        for told in (each.why, each.caution):
            if told:
                named.setdefault(say(told), []).append(_(BASELINES[name]))
    found = [because(names, reason) for reason, names in named.items()]
    if not any(each.nested for each in report.against.values()):
        found.append(_("Clark-West is asked where the rival is a special case of the model: of returns, “no change”."))
    return found


def clean_run(current: Current) -> Run | None:
    """The same run with its scaler fitted on the training part alone, once it is there.

    Trained unasked if it is short, or as long as what the visitor has just asked for.
    """
    train = current.experiment.train
    if not current.settled or current.run is None or train.scale_on == "train":
        return None
    wanted = Wanted("clean", current.experiment.replace(train=train.replace(scale_on="train")), current.bars)
    job = job_panel.look(wanted, agreed=current.run.key in session.AGREED.get())
    if job is not None and job.live:
        job_panel.watch(wanted)
    return job.result if job is not None and job.state == "done" else None

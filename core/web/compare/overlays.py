"""One chart of all kept runs, chosen from several."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import streamlit as st

from core import charts
from core.charts import Chart, Daily, Errors, Line, Style
from core.charts.skill import BASELINES
from core.evaluation.rolling import WINDOW, rolling_error
from core.sentence import Sentence
from core.web import page, widgets
from core.web.compare import kept_readings
from core.web.compare.kept_readings import PERSISTENCE, tested
from core.web.compare.table import skill_of
from core.web.forecast.errors import errors_line
from core.web.pinned import Kept
from core.web.text import _, as_written, listed, say
from core.web.wording import because

VIEWS = ("skill", "loss", "prediction", "error", "rolling", "forget")


def overlay(kept: Sequence[Kept], style: Style) -> None:
    """The choice, and its chart with what is to be said of it."""
    labels = {
        "skill": _("Skill"), "loss": _("Loss"), "prediction": _("Prediction"), "error": _("Error"),
        "rolling": _("Rolling skill"), "forget": _("Forget gate"),
    }  # fmt: skip
    view = widgets.kept_choice(
        st.segmented_control, _("Chart"), list(VIEWS), "compare_view", default="skill",
        format_func=labels.__getitem__, required=True, help=_("What is drawn of all kept runs."),
    )  # fmt: skip
    drawn, told = {"skill": _skill, "loss": _loss, "prediction": _prediction, "error": _error, "rolling": _rolling,
                   "forget": _forget}[view](kept, style)  # fmt: skip
    if drawn is not None:
        page.draw(drawn, f"compare-{view}")
    for line in told:
        st.caption(line)


Drawn = tuple[Chart | None, list[str]]


def _skill(kept: Sequence[Kept], style: Style) -> Drawn:
    found = [skill for each in kept if (skill := skill_of(each))]
    line = _(
        "Skill: 1 − RMSE / RMSE of “same as yesterday”, each on its own test part; the whisker is the 95 % interval."
    )
    return (charts.skills(found, style) if found else None), [line]


def together_line(kept: Sequence[Kept]) -> str:
    """Which of the runs and "same as yesterday" cannot be told from the best one; "" where that cannot be tested."""
    alike, _told = _alike(kept)
    names = {each.run.key: each.name for each in alike} | {PERSISTENCE: _(BASELINES[PERSISTENCE])}
    found = [names[key] for key in kept_readings.together([each.run for each in alike])]
    if len(found) == 1:
        return _("Stands alone as the best, “same as yesterday” included: {name}.").format(name=as_written(found[0]))
    return _("Cannot be told apart: {names}.").format(names=as_written(listed(found))) if found else ""


def _loss(kept: Sequence[Kept], style: Style) -> Drawn:
    return charts.losses(losses(kept, "test_loss"), losses(kept, "train_loss"), style), []


def losses(kept: Sequence[Kept], of: str) -> list[Line]:
    """Loss `of` "test_loss" or "train_loss" over the epochs, in each run's own scaled units."""
    found = []
    for each in kept:
        known = [(record.epoch, loss) for record in each.run.history if (loss := getattr(record, of)) is not None]
        epochs, values = np.array(known, dtype=float).T
        found.append(Line(each.name, epochs, values, look=each.pin.look))
    return found


def _rolling(kept: Sequence[Kept], style: Style) -> Drawn:
    found, without = [], []
    for each in kept:
        ratio = rolling_error(each.run)
        if isinstance(ratio, Sentence):
            without.append(because([as_written(each.name)], say(ratio)))
        else:
            found.append(Errors(each.name, ratio, each.pin.look))
    if not found:
        return None, without
    return charts.errors_over_time(found, style, window=WINDOW), [errors_line(), *without]


def _prediction(kept: Sequence[Kept], style: Style) -> Drawn:
    alike, told = _alike(kept)
    actual = pd.concat([tested(each.run, "actual") for each in alike])
    actual = actual[~actual.index.duplicated()].sort_index()
    lines = [Daily(each.name, tested(each.run, "predicted"), each.pin.look) for each in alike]
    return charts.by_day(lines, _what(alike[0], style), style, actual=actual), told


def _error(kept: Sequence[Kept], style: Style) -> Drawn:
    alike, told = _alike(kept)
    lines = [
        Daily(each.name, tested(each.run, "predicted") - tested(each.run, "actual"), each.pin.look) for each in alike
    ]
    title = _("predicted − actual")
    if not _is_volatility(alike[0]):
        title = style.with_unit(title)
    return charts.by_day(lines, title, style, level=0.0), told


def _forget(kept: Sequence[Kept], style: Style) -> Drawn:
    found = [(each, kept_readings.keeping(each.run)) for each in kept]
    lines = [Daily(each.name, values, each.pin.look) for each, values in found if values is not None]
    told = [
        _("The mean over all units of the gate that keeps the memory, a GRU's update gate: 1 keeps all, 0 drops all.")
    ]
    if without := [as_written(each.name) for each, values in found if values is None]:
        told.append(because(without, _("an RNN has no gates.")))
    return (charts.by_day(lines, _("mean of the forget gate"), style) if lines else None), told


def _alike(kept: Sequence[Kept]) -> tuple[list[Kept], list[str]]:
    """The runs that forecast what the first one does, and a sentence on the others: their axes are not one."""
    same: Callable[[Kept], object] = lambda each: (each.run.experiment.data.ticker, _is_volatility(each))  # noqa: E731
    others = [as_written(each.name) for each in kept if same(each) != same(kept[0])]
    told = because(others, _("left out, as they forecast another price or target than the first.")) if others else ""
    return [each for each in kept if same(each) == same(kept[0])], [told] if told else []


def _is_volatility(each: Kept) -> bool:
    return each.run.experiment.train.target == "volatility"


def _what(each: Kept, style: Style) -> str:
    return _("log range") if _is_volatility(each) else style.with_unit(_("Close"))

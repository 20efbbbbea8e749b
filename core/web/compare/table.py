"""Kept runs in one table: measures with their intervals first, then the settings in which they differ."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from core.charts import Skill
from core.link import PARAMETERS
from core.web import readings
from core.web.labels import dial_label
from core.web.pinned import Kept
from core.web.text import _
from core.web.wording import dial_words


def table(kept: Sequence[Kept]) -> pd.DataFrame:
    """One row a run: the scores first, so that they are seen without scrolling."""
    told = [dial_words(each.run.experiment) for each in kept]
    differing = [dial for dial in PARAMETERS if len({dials[dial] for dials in told}) > 1]
    rows = {}
    for each, dials in zip(kept, told, strict=True):
        scores, skill = each.run.metrics["test"], skill_of(each)
        ends = (scores.direction_low, scores.direction_high)
        rows[each.name] = {
            _("skill (95 % interval)"): "–"
            if skill is None
            else _with_ends(skill.value, (skill.low, skill.high), "+.3f"),
            "RMSE": "–" if scores.rmse is None else f"{scores.rmse:,.4g}",
            "MAE": "–" if scores.mae is None else f"{scores.mae:,.4g}",
            _("direction (95 % interval)"): _with_ends(scores.direction, ends, ".1%"),
            _("test from"): f"{each.run.split_date:%Y-%m-%d}",
            **{dial_label(dial): dials[dial] for dial in differing},
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def _with_ends(value: float | None, ends: tuple[float | None, float | None], form: str) -> str:
    if value is None:
        return "–"
    low, high = ends
    shown = f"{value:{form}}"
    if low is not None and high is not None:
        shown += _(" ({low} to {high})").format(low=f"{low:{form}}", high=f"{high:{form}}")
    return shown.replace("-", "−")


def skill_of(each: Kept) -> Skill | None:
    """Skill against "same as yesterday" on its own test part, with its interval where there is one."""
    if (value := each.run.metrics["test"].skill) is None:
        return None
    against = readings.report(each.run).against.get("persistence")
    interval = against.interval if against else None
    return Skill(each.name, value, interval.low if interval else None, interval.high if interval else None)

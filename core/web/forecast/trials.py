"""Trials of the same experiment: walked forward through its last days, and under many seeds."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from core import charts
from core.charts import Style
from core.config import bounds
from core.errors import ConfigError
from core.evaluation.conformal import LEVELS
from core.evaluation.measures import measures_of
from core.evaluation.seeds import ManySeeds
from core.evaluation.walkforward import FEWEST_TRAINED, WalkForward, folds
from core.jobs.tasks import FoldLanded, SeedLanded, SeedSweep, WalkForwardTask
from core.run import Run
from core.web import job_panel, page, session, wording
from core.web.current import Current
from core.web.text import _, joined, listed, say
from core.web.wording import measure_name
from core.words import measured

Records = tuple[Any, ...]  # what a job has told so far


def dial(label: str, owner: Any, field: str, key: str, default: int) -> int:
    """A slider over a task's own bounds that survives page switches, and goes back to `default` where an address has
    put it outside them."""
    span = bounds(owner, field)
    session.USUAL.at(key).put(default)
    now = st.session_state.get(key)
    if not isinstance(now, int) or not span.low <= now <= span.high:
        st.session_state[key] = default
    return int(st.slider(label, span.low, span.high, key=key, persist_state="session"))


def seeds_asked() -> int:
    """What the dial of the seeds stands at."""
    return int(st.session_state.get("sweep", 5))


def walk_forward_task(current: Current) -> WalkForwardTask | None:
    """The walk that two dials ask for; None, and the reason on the page, where the days are too few for it."""
    assert current.run is not None
    pairs = len(current.run.prediction)
    every, refits = st.columns(2)
    with every:
        days = dial(_("Train again every (days)"), WalkForwardTask, "every", "walk_every", 25)
    with refits:
        most = max(1, min(20, (pairs - FEWEST_TRAINED) // days))
        times = dial(_("Trainings"), WalkForwardTask, "refits", "walk_refits", most)
    try:
        folds(pairs, days, times)
    except ConfigError as error:
        st.warning(say(error.sentence))
        return None
    return WalkForwardTask(experiment=current.experiment, every=days, refits=times)


def draw_folds(run: Run, task: WalkForwardTask, style: Style, records: Records) -> None:
    """The folds forecast so far over what happened, where the finished walk will stand."""
    folds = [record.rows for record in records if isinstance(record, FoldLanded)]
    happened = run.prediction.tail(task.every * task.refits)
    page.draw(charts.walk_so_far(happened, folds, style, target=run.task.target), "walk-forward-so-far")


def draw_seeds(run: Run, task: SeedSweep, style: Style, records: Records) -> None:
    """Each seed that has landed against "same as yesterday", where the band of all seeds will stand."""
    landed = [record for record in records if isinstance(record, SeedLanded)]
    errors = [(record.seed, record.rmse) for record in landed if record.rmse is not None]
    seeds, same = [each.train.seed for each in task.experiments], run.baselines["persistence"]["test"].rmse
    page.draw(charts.seeds_so_far(errors, seeds, same, style, target=run.task.target), "seeds-so-far")


def show_seeds(current: Current, style: Style) -> None:
    """The run's experiment under as many seeds as the dial asks for: their spread, and the forecasts between them."""
    run = current.run
    assert run is not None
    task = SeedSweep(experiment=run.experiment, seeds=dial(_("Seeds"), SeedSweep, "seeds", "sweep", 5))
    wanted = job_panel.Wanted("seeds", task, current.bars)
    if found := job_panel.result(wanted, so_far=partial(draw_seeds, run, task, style)):
        st.markdown(seeds_line(run, found))
        if found.failed:
            lost = listed(str(seed) for seed in found.failed)
            st.warning(
                _("Without a forecast, because the loss stopped being a number: seeds {seeds}.").format(seeds=lost)
            )
        band = charts.seed_band(found.band, style, count=len(found.seeds), target=run.task.target)
        page.draw(band, "seeds")
        same = {_("same as yesterday"): run.baselines["persistence"]["test"]}
        wording.table(seeds_table(run, found), wording.reasons(same))


def coverage_figures(walk: WalkForward) -> dict[str, str]:
    """The walk's figures: how often each interval held, error and skill."""
    held = {
        _("{level} % interval held").format(level=f"{100 * each:.0f}"): f"{walk.band(each).held:.1%}" for each in LEVELS
    }
    return held | {
        measure_name(name): measured(name, getattr(walk.scores, name)) for name in ("rmse", "mae", "skill", "direction")
    }


def coverage_table(walk: WalkForward) -> pd.DataFrame:
    """Promised and happened coverage and the mean width of both kinds of interval; the drawn ones are marked."""
    kinds = {"split": _("plain (split conformal)"), "adaptive": _("adaptive")}
    return pd.DataFrame(
        {
            _("interval"): f"{band.level:.0%}",
            _("kind"): kinds[band.kind],
            _("held"): f"{band.held:.1%}",
            _("mean width"): measured("rmse", band.width),
            _("drawn"): "✓" if band is walk.band(band.level) else "",
        }
        for band in walk.bands
    )


def seeds_line(run: Run, found: ManySeeds) -> str:
    """How many seeds beat "same as yesterday", and how far they lie apart."""
    spread, same = found.spreads.get("rmse"), run.baselines["persistence"]["test"].rmse
    told = _("**{winners} of {count} seeds** beat “same as yesterday”.").format(
        winners=found.winners, count=len(found.seeds)
    )
    if spread is None or same is None:
        return told
    spans = _("Test RMSE {low} to {high}, median {median}, against {same}.").format(
        low=measured("rmse", spread.low),
        high=measured("rmse", spread.high),
        median=measured("rmse", spread.median),
        same=measured("rmse", same),
    )
    return joined([told, spans])


def seeds_table(run: Run, found: ManySeeds) -> pd.DataFrame:
    """Lowest, median and highest of each measure on the test part, beside "same as yesterday"."""
    same = run.baselines["persistence"]["test"]
    rows = {
        measure_name(name): {
            _("lowest"): measured(name, spread.low),
            _("median"): measured(name, spread.median),
            _("highest"): measured(name, spread.high),
            _("same as yesterday"): measured(name, getattr(same, name)),
        }
        for name in measures_of(run.task.target)
        if (spread := found.spreads.get(name))
    }
    return pd.DataFrame.from_dict(rows, orient="index")


def walk_forward_words(current: Current) -> str:
    """What each day of a walk rests on; a scaler that sees every day of its fold is no exception to be hidden."""
    told = _(
        "Every day is forecast by a network that was trained only on the days before it; each interval rests on past "
        "errors. Of each level the kind is drawn that held nearer to it."
    )
    if current.experiment.train.scale_on == "train":
        return told
    return joined([told, _("But the scaler is fitted on all days of each fold, the forecast ones included.")])

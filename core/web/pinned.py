"""Runs a visitor keeps to compare: pinned, named by what tells them apart, unpinned with undo."""

from __future__ import annotations

from urllib.parse import urlencode

import numpy as np
import pandas as pd

from core.charts import Line, Skill
from core.link import PARAMETERS, preset_of, to_link
from core.run import Run
from core.web import readings, session
from core.web.labels import dial_label, dial_name, option_label, preset_name
from core.web.text import _

MOST = 8
DIALS = ("ticker", "window", "hidden", "layers", "cell", "target", "epochs", "lr", "seed")


def pinned() -> list[Run]:
    """The runs kept in this visit, oldest first."""
    return list(session.PINS.get())


def pin(run: Run) -> None:
    """Keep `run`; of more than eight the oldest goes."""
    session.PINS.put((*(kept for kept in pinned() if kept.key != run.key), run)[-MOST:])


def unpin(key: str) -> None:
    """Let the run of that key go; `undo` brings it back to its place."""
    runs = pinned()
    place = [run.key for run in runs].index(key)
    session.LAST_UNPINNED.put((place, runs[place]))
    session.PINS.put(tuple(run for run in runs if run.key != key))


def undo() -> None:
    """Bring back what was unpinned last."""
    if last := session.LAST_UNPINNED.get():
        place, run = last
        runs = [kept for kept in pinned() if kept.key != run.key]
        session.PINS.put((*runs[:place], run, *runs[place:]))
        session.LAST_UNPINNED.put(None)


def can_undo() -> bool:
    return session.LAST_UNPINNED.get() is not None


def names(runs: list[Run]) -> list[str]:
    """A short name for each: its number, its preset, and the dials in which the runs differ."""
    told = [_dials(run) for run in runs]
    differing = [dial for dial in DIALS if len({dials[dial] for dials in told}) > 1]
    found = []
    for number, (run, dials) in enumerate(zip(runs, told, strict=True), 1):
        changed = [f"{dial_name(dial)} {dials[dial]}" for dial in differing]
        found.append(" · ".join([f"{number}. {preset_name(preset_of(run.experiment))}", *changed]))
    return found


def _dials(run: Run) -> dict[str, str]:
    found = {}
    for dial in DIALS:
        part, field = PARAMETERS[dial]
        found[dial] = option_label(str(getattr(getattr(run.experiment, part), field)))
    return found


def address(run: Run) -> str:
    """The link that restores the run on the overview page."""
    preset = preset_of(run.experiment, session.ORIGIN.get())
    base = session.ORIGIN.get() if preset == "custom" else preset
    return "overview?" + urlencode(to_link(run.experiment, base, session.HOME.get()))


def skills(runs: list[Run]) -> list[Skill]:
    """Each run's skill against "same as yesterday" on its own test part, with its interval where there is one."""
    found = []
    for name, run in zip(names(runs), runs, strict=True):
        against = readings.report(run).against.get("persistence")
        interval = against.interval if against else None
        if (skill := run.metrics["test"].skill) is not None:
            found.append(Skill(name, skill, interval.low if interval else None, interval.high if interval else None))
    return found


def losses(runs: list[Run]) -> list[Line]:
    """Test loss over the epochs, each in its own scaled units."""
    return [
        Line(name, np.array([float(r.epoch) for r in run.history]), np.array([r.test_loss for r in run.history]))
        for name, run in zip(names(runs), runs, strict=True)
    ]


def table(runs: list[Run]) -> pd.DataFrame:
    """Dials and test scores, one column a run."""
    columns = {}
    for name, run in zip(names(runs), runs, strict=True):
        scores = run.metrics["test"]
        columns[name] = {
            **{dial_label(dial): value for dial, value in _dials(run).items()},
            _("parameters"): f"{run.parameter_count:,}",
            _("test from"): f"{run.split_date:%Y-%m-%d}",
            "RMSE": "–" if scores.rmse is None else f"{scores.rmse:,.4g}",
            "MAE": "–" if scores.mae is None else f"{scores.mae:,.4g}",
            _("skill"): "–" if scores.skill is None else f"{scores.skill:+.3f}",
            _("direction"): "–" if scores.direction is None else f"{scores.direction:.1%}",
            _("seconds"): f"{run.seconds:.1f}",
        }
    return pd.DataFrame(columns)

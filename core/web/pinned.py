"""Runs a visitor keeps to compare: pinned, numbered for the visit, named by what tells them apart, unpinned with undo.

Their keys stand in the address as `pins`, separated by commas, each in the place of its number: after the second of
three was removed it is "one,,three". A new session takes the runs back from the service.
"""

from __future__ import annotations

import re
from urllib.parse import urlencode

import numpy as np
import pandas as pd

from core import service
from core.charts import Errors, Line, Skill
from core.evaluation.rolling import rolling_error
from core.link import PARAMETERS, preset_of, to_link
from core.run import Run
from core.sentence import Sentence
from core.web import readings, session
from core.web.labels import dial_label, dial_name, option_label, preset_name
from core.web.text import _, say
from core.web.wording import because

MOST = 8
DIALS = ("ticker", "window", "hidden", "layers", "cell", "target", "epochs", "lr", "seed")


def pinned() -> list[Run]:
    """The runs kept in this visit, by their numbers."""
    return list(session.PINS.get())


def number(key: str) -> int:
    """The number of the run of that key: its own for the visit; the next one if it has none yet."""
    numbers = session.PIN_NUMBERS.get()
    return numbers.get(key) or max(numbers.values(), default=0) + 1


def pin(run: Run) -> None:
    """Keep `run`, under the number it had before if it had one; of more than eight the oldest goes."""
    others = [kept for kept in pinned() if kept.key != run.key][1 - MOST :]
    session.PIN_NUMBERS.put(session.PIN_NUMBERS.get() | {run.key: number(run.key)})
    session.PINS.put(tuple(sorted((*others, run), key=lambda kept: number(kept.key))))
    session.LOST_PINS.put(())


def unpin(key: str) -> None:
    """Let the run of that key go; `undo` brings it back to its place."""
    session.LAST_UNPINNED.put(next(run for run in pinned() if run.key == key))
    session.PINS.put(tuple(run for run in pinned() if run.key != key))


def undo() -> None:
    """Bring back what was unpinned last."""
    if last := session.LAST_UNPINNED.get():
        pin(last)
        session.LAST_UNPINNED.put(None)


def can_undo() -> bool:
    return session.LAST_UNPINNED.get() is not None


def to_address() -> str:
    """The kept runs' keys as `pins` of the address; "" where none is kept."""
    kept = {number(run.key): run.key for run in pinned()}
    return ",".join(kept.get(place, "") for place in range(1, max(kept, default=0) + 1))


def from_address(pins: str) -> None:
    """Keep again what `pins` of the address names, as far as the service still has it; `lost` says what it has not."""
    asked = {key.strip(): place for place, key in reversed([*enumerate(pins.split(","), 1)]) if key.strip()}
    first = sorted(asked, key=lambda key: asked[key])[:MOST]
    found = {run.key: run for run in pinned() if run.key in first}
    for key in first:
        job = None if key in found else service.finished(key)
        if job and isinstance(job.result, Run):
            found[key] = job.result
    session.PIN_NUMBERS.put({key: asked[key] for key in first})
    session.PINS.put(tuple(found[key] for key in first if key in found))
    session.LOST_PINS.put(tuple(key for key in first if key not in found))


def lost() -> str:
    """A sentence that names the runs of the address that are no longer kept; "" where there is none."""
    told = []
    for key in session.LOST_PINS.get():
        tail = f" ({key[:8]})" if re.fullmatch(r"[0-9a-f]{8,64}", key) else ""  # a key, and not something typed
        told.append(f"{number(key)}{tail}")
    if not told:
        return ""
    return _("No longer kept on this server, and left out here: run {numbers}. Train it again to compare it.").format(
        numbers=", ".join(told)
    )


def names(runs: list[Run]) -> list[str]:
    """A short name for each: its own number, its preset, and the dials in which the runs differ."""
    told = [_dials(run) for run in runs]
    differing = [dial for dial in DIALS if len({dials[dial] for dials in told}) > 1]
    found = []
    for run, dials in zip(runs, told, strict=True):
        changed = [f"{dial_name(dial)} {dials[dial]}" for dial in differing]
        found.append(" · ".join([f"{number(run.key)}. {preset_name(preset_of(run.experiment))}", *changed]))
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


def losses(runs: list[Run], of: str) -> list[Line]:
    """Loss `of` "test_loss" or "train_loss" over the epochs, in each run's own scaled units; looks go by numbers."""
    found = []
    for name, run in zip(names(runs), runs, strict=True):
        known = [(record.epoch, loss) for record in run.history if (loss := getattr(record, of)) is not None]
        epochs, losses = np.array(known, dtype=float).T
        found.append(Line(name, epochs, losses, look=number(run.key) - 1))
    return found


def errors(runs: list[Run]) -> tuple[list[Errors], list[str]]:
    """Each run's error over its test days against "same as yesterday"; a sentence for each run that has none."""
    found, without = [], []
    for name, run in zip(names(runs), runs, strict=True):
        ratio = rolling_error(run)
        if isinstance(ratio, Sentence):
            without.append(because([name], say(ratio)))
        else:
            found.append(Errors(name, ratio, number(run.key) - 1))
    return found, without


def table(runs: list[Run]) -> pd.DataFrame:
    """Test scores and dials, one row a run: the scores first, so that they are seen without scrolling."""
    rows = {}
    for name, run in zip(names(runs), runs, strict=True):
        scores = run.metrics["test"]
        rows[name] = {
            _("skill"): "–" if scores.skill is None else f"{scores.skill:+.3f}",
            "RMSE": "–" if scores.rmse is None else f"{scores.rmse:,.4g}",
            "MAE": "–" if scores.mae is None else f"{scores.mae:,.4g}",
            _("direction"): "–" if scores.direction is None else f"{scores.direction:.1%}",
            _("test from"): f"{run.split_date:%Y-%m-%d}",
            _("parameters"): f"{run.parameter_count:,}",
            _("seconds"): f"{run.seconds:.1f}",
            **{dial_label(dial): value for dial, value in _dials(run).items()},
        }
    return pd.DataFrame.from_dict(rows, orient="index")

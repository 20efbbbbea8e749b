"""What a run says, in the visitor's words: verdict, scores, where prices came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import pandas as pd
import streamlit as st

from core.config import Experiment
from core.data import provenance
from core.evaluation.measures import measures_of
from core.evaluation.report import Report
from core.evaluation.verdict import BETTER, Verdict
from core.link import PARAMETERS, text_of
from core.run import Run
from core.values import Scores
from core.web import luck, readings
from core.web.labels import value_label
from core.web.text import _, as_written, joined, listed, say
from core.words import MEASURES, measured


def finished(run: Run) -> datetime:
    return run.started + timedelta(seconds=run.seconds)


def origin_line(bars: pd.DataFrame) -> str:
    """Where the prices came from, and when."""
    source = provenance(bars)
    if source is None:
        return ""
    said = [_("Source: {origin}.").format(origin=_(source.origin))]
    if source.fetched_at:
        said.append(_("Fetched {when} UTC.").format(when=f"{source.fetched_at:%Y-%m-%d %H:%M}"))
    return joined(said)


def quirks(run: Run) -> list[str]:
    """What the published recipe does in its own way, as far as this run does it too; empty for any other run."""
    model, told = run.experiment.model, []
    if model.layout == "article":
        told = [
            _(
                "The network reads ({days}, 1, {window}): its time axis is the days, the window is its features, "
                "and the state runs on through all days. Gates are therefore per day."
            ),
            _("{count} parameters: the first layer has weights for each of the {window} days of the window."),
            _("The published chart splits at pair {pairs}; here the line stands at the first test target, {split}."),
            _("The published chart draws {window} zeros where there is no prediction; here nothing is drawn there."),
            _("The published code scores nothing. Here the test part is always scored: one step ahead, true inputs."),
        ]
        pairs = f"{run.train_pairs:,}"
        given = {"days": pairs, "pairs": pairs, "window": model.window, "count": f"{run.parameter_count:,}"}
        given["split"] = f"{run.split_date:%Y-%m-%d}"
        told = [sentence.format(**given) for sentence in told]
    if run.experiment.train.scale_on == "all":
        told.append(_("The scaler is fitted on training and test part together: a leak. Preset “corrected” mends it."))
    return told


def is_live(bars: pd.DataFrame) -> bool:
    """Whether these prices were fetched, so that they can be fetched again."""
    source = provenance(bars)
    return source is not None and source.fetched_at is not None


def trained(run: Run) -> float:
    """Seconds that its epochs took; 0 of the untrained network."""
    return run.history[-1].seconds if run.history else 0.0


def epochs_per_second(run: Run) -> str:
    """How fast it went; "–" where no time has passed."""
    return f"{len(run.history) / trained(run):,.0f}" if trained(run) > 0 else "–"


def loss_line(run: Run) -> str:
    """Where the loss ended, against "same as yesterday" on the same data."""
    level = run.persistence_loss["train"]
    if not run.history:
        untrained = _("This is the network before its training. “Same as yesterday” has a loss of {level}.")
        return untrained.format(level=f"{level:.3g}")
    first, last = run.history[0].train_loss, run.history[-1].train_loss
    told = _("The training loss fell {fold}-fold, from {first} to {last}.").format(
        fold=f"{first / last:,.1f}", first=f"{first:.3g}", last=f"{last:.3g}"
    )
    beaten = (
        _("That is below {level}, what “same as yesterday” scores on the same days.")
        if last < level
        else _("“Same as yesterday” scores {level} on the same days, without any training.")
    )
    return joined([told, beaten.format(level=f"{level:.3g}")])


def dial_words(experiment: Experiment) -> dict[str, str]:
    """What every dial stands at, as the visitor reads it, by its name in the address."""
    found = {}
    for dial, (part, field) in PARAMETERS.items():
        value = getattr(getattr(experiment, part), field)
        found[dial] = "–" if value in (None, ()) else value_label(text_of(dial, value), value)
    if experiment.train.test_start is not None:
        found["split"] = experiment.train.test_start.isoformat()
    return found


def because(names: Sequence[str], reason: str) -> str:
    """Of which entries of a table a reason speaks."""
    return _("{names}: {reason}").format(names=listed(names), reason=reason)


def verdict_line(run: Run) -> str:
    """How the run stands to "same as yesterday" on the test part, and to a harder rival where there is one."""
    found = readings.report(run)
    return joined([*map(say, luck.verdict(run, found).sentences), luck.line(run, found)])


def show_verdict(verdict: Verdict) -> None:
    """The one message of a forecast: quiet where there is no difference, a warning where a rival is better."""
    shown, icon = st.info, ":material/trending_flat:"
    if verdict.beaten:
        shown, icon = st.warning, ":material/trending_down:"
    elif verdict.kind == BETTER:
        shown, icon = st.success, ":material/trending_up:"
    shown(joined(map(say, verdict.sentences)), icon=icon)


def table(rows: pd.DataFrame, missing: Sequence[str] = (), hide_index: bool = False) -> None:
    """A small table whole, every text in it as it is written, and below it why a "–" stands in it."""
    shown = rows.map(_as_cell).rename(_as_cell).rename(_as_cell, axis="columns")
    st.table(shown, width="content", border="horizontal", hide_index=hide_index)
    if missing:
        st.caption("  \n".join(f"– {reason}" for reason in missing))


def _as_cell(value: object) -> object:
    return as_written(value) if isinstance(value, str) else value


def score_table(run: Run, report: Report) -> pd.DataFrame:
    """Every measure of the model and of "same as yesterday", on each part; "–" where there is none."""
    columns = {name: column(scores, run.task.target) for name, scores in _scored(run).items()}
    if interval := report.against["persistence"].interval:
        columns[_("model, test")][measure_name("skill")] += f" [{interval.low:+.3f}, {interval.high:+.3f}]"
    return pd.DataFrame(columns)


def missing_measures(run: Run) -> list[str]:
    """Why a "–" stands in the table of scores, one line a reason."""
    return reasons(_scored(run))


def reasons(scored: Mapping[str, Scores]) -> list[str]:
    """Why measures of these named scores are "–", one line a reason."""
    named: dict[str, list[str]] = {}
    for name, scores in scored.items():
        for measure, reason in scores.why.items():
            named.setdefault(say(reason), []).append(f"{measure_name(measure)} ({name})")
    return [because(measures, reason) for reason, measures in named.items()]


def _scored(run: Run) -> dict[str, Scores]:
    same = run.baselines["persistence"]
    told = {_("model, test"): run.metrics["test"], _("same as yesterday, test"): same["test"]}
    if held_out := run.metrics.get("validation"):
        told |= {_("model, validation"): held_out, _("same as yesterday, validation"): same["validation"]}
    return told | {
        _("model, training"): run.metrics["train"],
        _("same as yesterday, training"): same["train"],
    }


def measure_name(measure: str) -> str:
    """A measure as a table heads it."""
    return _(MEASURES[measure])


def column(scores: Scores, target: str) -> dict[str, str]:
    """Every measure by its name, as a column of a table."""
    found = {measure_name(name): measured(name, getattr(scores, name)) for name in measures_of(target)}
    if scores.direction_low is not None and scores.direction_high is not None:
        found[measure_name("direction")] += f" [{scores.direction_low:.1%}, {scores.direction_high:.1%}]"
    return found

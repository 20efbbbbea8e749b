"""What a run says, in the visitor's words: verdict, scores, where prices came from, gates ready to draw."""

from __future__ import annotations

from datetime import datetime, timedelta

import pandas as pd
import streamlit as st

from core import introspect
from core.data import provenance
from core.evaluation import Scores
from core.run import Array, Run
from core.web.text import _

SHOWN = {
    "lstm": ("forget", "input", "output", "candidate", "cell", "hidden"),
    "gru": ("reset", "update", "candidate", "hidden"),
    "rnn": ("hidden",),
}


def gate_matrices(run: Run, pair: int, layer: int) -> dict[str, Array]:
    """Gates and states of one pair and layer by name, each (T, H), in the order they are drawn."""
    states = introspect.trace(run, pair).states[layer, 0]
    return {name: getattr(states, name) for name in SHOWN[run.experiment.model.cell]}


def finished(run: Run) -> datetime:
    return run.started + timedelta(seconds=run.seconds)


def origin_line(bars: pd.DataFrame) -> str:
    """Where the prices came from and what to know about them."""
    source = provenance(bars)
    if source is None:
        return ""
    said = [_("Source: {origin}.").format(origin=_(source.origin))]
    if source.fetched_at:
        said.append(_("Fetched {when} UTC.").format(when=f"{source.fetched_at:%Y-%m-%d %H:%M}"))
    return " ".join([*said, *(note.sentence(_(note.template)) for note in source.notes)])


def loss_line(run: Run) -> str:
    """Where the loss ended, against "same as yesterday" on the same data."""
    first, last, level = run.history[0].train_loss, run.history[-1].train_loss, run.persistence_loss["train"]
    told = _("The training loss fell {fold}-fold, from {first} to {last}.").format(
        fold=f"{first / last:,.1f}", first=f"{first:.3g}", last=f"{last:.3g}"
    )
    beaten = (
        _("That is below {level}, what “same as yesterday” scores on the same days.")
        if last < level
        else _("“Same as yesterday” scores {level} on the same days, without any training.")
    )
    return f"{told} {beaten.format(level=f'{level:.3g}')}"


def verdict_line(run: Run) -> str:
    """Better or worse than "same as yesterday" on the test part, in one sentence."""
    own, same = run.metrics["test"].rmse, run.baselines["persistence"]["test"].rmse
    if own is None or same is None:
        return _("The test part is too short for a verdict.")
    numbers = {"own": f"{own:,.4g}", "same": f"{same:,.4g}", "share": f"{abs(own / same - 1):.1%}"}
    if own > same:
        return _("**Worse than “same as yesterday”**: test RMSE {own} against {same}, {share} more.").format(**numbers)
    return _("**Better than “same as yesterday”**: test RMSE {own} against {same}, {share} less.").format(**numbers)


def show_verdict(run: Run) -> None:
    worse = (run.metrics["test"].skill or 0) < 0
    shown = st.warning if worse else st.info
    shown(verdict_line(run), icon=":material/trending_down:" if worse else ":material/trending_flat:")


def score_table(run: Run) -> pd.DataFrame:
    """RMSE, MAE, MAPE, R2, direction and skill: the model and "same as yesterday" on both parts."""
    same = run.baselines["persistence"]
    columns = {
        _("model, test"): run.metrics["test"],
        _("same as yesterday, test"): same["test"],
        _("model, training"): run.metrics["train"],
        _("same as yesterday, training"): same["train"],
    }
    return pd.DataFrame({name: _column(scores) for name, scores in columns.items()})


def _column(scores: Scores) -> dict[str, str]:
    return {
        "RMSE": _shown(scores.rmse, ",.4g"),
        "MAE": _shown(scores.mae, ",.4g"),
        "MAPE": _shown(scores.mape, ".2%"),
        "R²": _shown(scores.r2, ".4f"),
        _("direction"): _shown(scores.direction, ".1%"),
        _("skill"): _shown(scores.skill, "+.3f"),
    }


def _shown(value: float | None, form: str) -> str:
    return "–" if value is None else format(value, form)

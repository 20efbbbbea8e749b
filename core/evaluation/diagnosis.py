"""Why a forecast is bad, and the cure: it repeats yesterday, meets values it never saw, its scaler saw the future."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from core.config import PRESETS, Experiment
from core.evaluation.measures import ROUNDING
from core.evaluation.significance import FEWEST
from core.evaluation.verdict import BETTER, WORSE
from core.run import Run
from core.sentence import N_, Sentence
from core.values import Array, Scaler, Scores

LONGEST_SHIFT = 10  # days
NOTABLE = 0.01  # share of test values outside the range, or of RMSE moved, that is worth a warning


@dataclass(frozen=True)
class Cure:
    """Dials that remove the cause: name of a ModelConfig or TrainConfig field -> value. `label` says it on a button."""

    label: Sentence
    changes: tuple[tuple[str, Any], ...]
    help: Sentence | None = None

    def apply(self, experiment: Experiment) -> Experiment:
        """`experiment` with these dials set; equal to it where there is nothing left to cure."""
        changes = dict(self.changes)
        model = {name: changes.pop(name) for name in tuple(changes) if hasattr(experiment.model, name)}
        return experiment.replace(model=experiment.model.replace(**model), train=experiment.train.replace(**changes))


# Full batches for 200 epochs, as the article trains, overfit returns badly: the cure is the target and how to train it.
_RETURNS = PRESETS["returns"].train
PREDICT_RETURNS = Cure(
    Sentence(N_("Predict daily returns instead")),
    (
        ("layout", "window"),
        *((name, getattr(_RETURNS, name)) for name in ("target", "scale_on", "epochs", "batch_size")),
        *((name, getattr(_RETURNS, name)) for name in ("learning_rate", "schedule", "loss")),
    ),
    Sentence(N_("Sets target, layout and training as in the preset for returns.")),
)
SCALE_ON_TRAIN = Cure(Sentence(N_("Fit the scaler on training alone")), (("scale_on", "train"),))


@dataclass(frozen=True)
class Badge:
    """One finding.

    Attributes:
        name: "lag", "range" or "leak": for keys, not for readers.
        label: what it is called, with its figure where that says something.
        alarm: whether it is a cause for concern.
        value: shift in days, share of values, or share by which RMSE moves; None where it cannot be told.
        sentence: what was found, or why nothing can be.
        cure: what to change; None where no change of dials helps.
    """

    name: str
    label: Sentence
    alarm: bool
    value: float | None
    sentence: Sentence
    cure: Cure | None = None


_LAG, _RANGE, _LEAK = Sentence(N_("Lag")), Sentence(N_("Range")), Sentence(N_("Leak"))


def badges(run: Run, kind: str, clean: Run | None = None) -> tuple[Badge, ...]:
    """Every finding on a run, without cures that would change nothing.

    Args:
        kind: the verdict on its test part.
        clean: the same experiment with scale_on="train", for the leak of a run with scale_on="all".
    """
    task, test, series = run.task, run.task.parts["test"], run.scaler.inverse(run.series[:, 0])
    predicted: Array = run.prediction["predicted"].to_numpy(dtype=np.float64)[test]
    trained = run.experiment.model.window + run.train_pairs  # rows up to the last training target
    found = (
        lag_badge(task.actual[test], predicted, task.target, kind),
        range_badge(series, trained, run.scaler, task.target),
        leak_badge(series, trained, run.scaler, run.metrics["test"], clean.metrics["test"] if clean else None),
    )
    return tuple(_offered(badge, run.experiment) for badge in found)


def _offered(badge: Badge, experiment: Experiment) -> Badge:
    if badge.cure and badge.cure.apply(experiment) == experiment:
        return replace(badge, cure=None)
    return badge


def lag_badge(actual: Array, predicted: Array, target: str, kind: str) -> Badge:
    """The shift s that maximises the correlation of predicted changes p_t - p_t-1 with actual y_t-s - y_t-s-1.

    Changes, not levels: prices of neighbouring days correlate by 0.99 at every shift, changes hardly at all, so that a
    repetition stands out (1.0 at s = 1 for "same as yesterday") and neither trend nor bias can hide it. But every good
    forecast of a persistent series leans on yesterday too, and a predicted return starts from the last close by design:
    there it alarms only where the verdict is bad.

    Args:
        actual, predicted: the test part (n,).
        kind: the verdict on them.
    """
    correlations = shifted_correlations(actual, predicted)
    if isinstance(correlations, Sentence):
        return Badge("lag", _LAG, False, None, correlations)
    shift = int(correlations.argmax())
    fine = shift == 0 or kind == BETTER or (target == "return" and kind != WORSE)
    text = _lag_text(shift, fine, target)
    found = Sentence(text, shift=shift, there=_two_digits(correlations[shift]), today=_two_digits(correlations[0]))
    label = Sentence(N_("Lag {days} d"), days=shift) if shift else _LAG
    return Badge("lag", label, not fine, shift, found, PREDICT_RETURNS if not fine and target != "volatility" else None)


def _lag_text(shift: int, fine: bool, target: str) -> str:
    if shift == 0:
        return N_("Its moves fit the same day's best (correlation {there:.2f}): it does not trail behind.")
    if fine and target == "return":
        return N_(
            "Its price is yesterday's and a small move (shift {shift}, correlation {there:.2f}): "
            "a forecast of returns starts from the last close."
        )
    if fine:
        return N_(
            "It leans on the past (shift {shift}, correlation {there:.2f}), as it must where one day resembles "
            "the last, and still does better than repeating yesterday."
        )
    if shift == 1:
        return N_(
            "It repeats yesterday: its moves fit those of the day before (correlation {there:.2f}), "
            "not those of the day it predicts ({today:.2f})."
        )
    return N_(
        "It trails {shift} days behind: its moves fit the moves then (correlation {there:.2f}), "
        "not those of the day it predicts ({today:.2f})."
    )


def shifted_correlations(actual: Array, predicted: Array) -> Array | Sentence:
    """Correlation of predicted with actual changes at shifts of 0 to 10 days (11,), or why there is none."""
    if len(actual) < FEWEST:
        return Sentence(
            N_("There are {given} days to compare on; at least {needed} are needed to tell skill from luck."),
            given=len(actual),
            needed=FEWEST,
        )
    happened, foreseen = np.diff(actual), np.diff(predicted)[LONGEST_SHIFT:]
    shifted = np.lib.stride_tricks.sliding_window_view(happened, len(foreseen))[::-1]  # row s: s days earlier
    least = ROUNDING * float(np.abs(actual).max())
    if np.ptp(foreseen) <= least or (np.ptp(shifted, axis=1) <= least).any():
        return Sentence(N_("The values or the predictions never change, so no shift can be found."))
    return np.array([np.corrcoef(foreseen, row)[0, 1] for row in shifted])


def _two_digits(correlation: float) -> float:
    return round(correlation, 2) + 0.0  # never "-0.00"


def range_badge(series: Array, train_rows: int, scaler: Scaler, target: str) -> Badge:
    """The share of test values outside the values the scaler was fitted on.

    Args:
        series: the unscaled series the model reads (D,).
        train_rows: rows up to the last training target. Under scale_on="all" the scaler's own range holds every value
            by construction; what counts is that the network was never trained on them, so it is this part's range.
        target: the current one.
    """
    seen, met = series[:train_rows], series[train_rows:]
    if not len(seen) or not len(met):
        return Badge("range", _RANGE, False, None, Sentence(N_("This part holds no day with a prediction.")))
    outside = float(((met < seen.min()) | (met > seen.max())).mean())
    found = {"share": outside, "low": float(seen.min()), "high": float(seen.max())}
    text = N_("Every test value lies within the range of the training part ({low:,.4g} to {high:,.4g}).")
    if outside and scaler.fitted_on == "train":
        text = N_(
            "{share:.0%} of the test values lie outside the range the scaler was fitted on ({low:,.4g} to {high:,.4g})."
        )
    elif outside:
        text = N_(
            "{share:.0%} of the test values lie outside the range the model was trained on "
            "({low:,.4g} to {high:,.4g}); the scaler, fitted on all days, only hides it."
        )
    alarm = outside > NOTABLE
    label = Sentence(N_("Range {share:.0%}"), share=outside) if outside else _RANGE
    return Badge(
        "range",
        label,
        alarm,
        outside,
        Sentence(text, **found),
        PREDICT_RETURNS if alarm and target == "close" else None,
    )


def leak_badge(series: Array, train_rows: int, scaler: Scaler, ours: Scores, clean: Scores | None = None) -> Badge:
    """How far the test RMSE moves when the scaler is not shown the test part.

    Args:
        series, train_rows, scaler: as for `range_badge`.
        ours: the test scores of the run at hand.
        clean: those of the same experiment with scale_on="train"; None when it has not been run.
    """
    if scaler.fitted_on == "train":
        return Badge("leak", _LEAK, False, 0.0, Sentence(N_("The scaler saw only the training part: nothing leaks.")))
    if _same_scaler(series[:train_rows], scaler):
        text = N_(
            "The scaler was fitted on all days, but the training part alone gives the same one: "
            "here the leak is harmless."
        )
        return Badge("leak", _LEAK, False, 0.0, Sentence(text), SCALE_ON_TRAIN)
    if clean is None or clean.rmse is None or not ours.rmse:
        text = N_("The scaler was fitted on all days, so the model knows the test part's range beforehand.")
        return Badge("leak", _LEAK, True, None, Sentence(text), SCALE_ON_TRAIN)
    moved = clean.rmse / ours.rmse - 1
    text = N_(
        "The scaler saw the test part. Fitted on the training part alone, the test error goes "
        "from {ours:,.4g} to {clean:,.4g} ({moved:+.1%})."
    )
    values = {"ours": ours.rmse, "clean": clean.rmse, "moved": moved}
    label = Sentence(N_("Leak {moved:+.1%}"), moved=moved) if moved else _LEAK
    return Badge("leak", label, abs(moved) > NOTABLE, moved, Sentence(text, **values), SCALE_ON_TRAIN)


def _same_scaler(seen: Array, scaler: Scaler) -> bool:
    minmax = scaler.kind == "minmax"
    offset, scale = (seen.min(), np.ptp(seen)) if minmax else (seen.mean(), seen.std())
    return bool(np.isclose([offset, scale], [scaler.offset, scaler.scale], rtol=1e-9, atol=0).all())

"""Why a forecast is bad, and the cure: it repeats yesterday, meets values it never saw, its scaler saw the future."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.config import Experiment
from core.evaluation.badge import PREDICT_RETURNS, SCALE_ON_TRAIN, Badge, Cure
from core.evaluation.figures import number, percent
from core.evaluation.lag import lag_badge
from core.run import Run
from core.sentence import N_, Sentence
from core.values import Array, Scaler, Scores

__all__ = ["PREDICT_RETURNS", "SCALE_ON_TRAIN", "Badge", "Cure", "badges", "lag_badge", "leak_badge", "range_badge"]

NOTABLE = 0.01  # share of test values outside the range, or of RMSE moved, that is worth a warning
WHOLE = 0.095  # shares from here on are said in whole per cent
_RANGE, _LEAK = Sentence(N_("Range")), Sentence(N_("Leak"))


def badges(run: Run, kind: str, clean: Run | None = None) -> tuple[Badge, ...]:
    """Every finding on a run, without cures that would change nothing.

    Args:
        kind: the verdict on its test part.
        clean: the same experiment with scale_on="train", for the leak of a run with scale_on="all".
    """
    task, test, series = run.task, run.task.parts["test"], run.scaler.inverse(run.series[:, 0])
    predicted: Array = run.prediction["predicted"].to_numpy(dtype=np.float64)[test]
    trained = run.experiment.model.window + run.fitted_pairs  # rows up to the last training target
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
    share = percent(outside) if outside < WHOLE else f"{outside:.0%}"  # 0.2 % is not 0 %
    found = {"share": share, "low": number(float(seen.min())), "high": number(float(seen.max()))}
    text = N_("Every test value lies within the range of the training part ({low} to {high}).")
    if outside and scaler.fitted_on == "train":
        text = N_("{share} of the test values lie outside the range the scaler was fitted on ({low} to {high}).")
    elif outside:
        text = N_(
            "{share} of the test values lie outside the range the model was trained on ({low} to {high}); "
            "the scaler, fitted on all days, only hides it."
        )
    alarm = outside > NOTABLE
    label = Sentence(N_("Range {share}"), share=share) if outside else _RANGE
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
        "from {ours} to {clean} ({moved})."
    )
    told = percent(moved, signed=True)
    values = {"ours": number(ours.rmse), "clean": number(clean.rmse), "moved": told}
    label = Sentence(N_("Leak {moved}"), moved=told) if moved else _LEAK
    return Badge("leak", label, abs(moved) > NOTABLE, moved, Sentence(text, **values), SCALE_ON_TRAIN)


def _same_scaler(seen: Array, scaler: Scaler) -> bool:
    minmax = scaler.kind == "minmax"
    offset, scale = (seen.min(), np.ptp(seen)) if minmax else (seen.mean(), seen.std())
    return bool(np.isclose([offset, scale], [scaler.offset, scaler.scale], rtol=1e-9, atol=0).all())

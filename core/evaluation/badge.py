"""A finding about a forecast, and the change of dials that cures it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.config import PRESETS, Experiment
from core.sentence import N_, Sentence


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

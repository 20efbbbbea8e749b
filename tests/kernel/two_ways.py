"""A run by PyTorch to hold the compiled one against, and what of the two is compared."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.config import Experiment
from core.experiment import run_experiment
from core.run import Run


def by_pytorch(asked: Experiment, bars: pd.DataFrame) -> Run:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GATESCOPE_COMPILED", "0")
        return run_experiment(asked, bars)


def losses(run: Run) -> np.ndarray:
    """(epochs, 3): training, test and validation loss; 0 where none is watched."""
    return np.array([(each.train_loss, each.test_loss, each.validation_loss or 0.0) for each in run.history])


def rates(run: Run) -> list[float]:
    return [each.learning_rate for each in run.history]


WAYS: tuple[dict[str, object], ...] = (
    {"batch_size": 64},
    {"batch_size": 50, "schedule": "onecycle", "loss": "huber", "target": "return"},
    {"schedule": "onecycle", "patience": 4, "learning_rate": 0.05},
    {"batch_size": 8, "patience": 2, "target": "volatility"},
    {"batch_size": 4096, "loss": "huber", "epochs": 1, "schedule": "onecycle"},
)


def agree(asked: Experiment, bars: pd.DataFrame, weights: bool = True) -> None:
    """Both ways go through the same epochs at the same rates, to the same losses, weights and test error."""
    one, other = run_experiment(asked, bars), by_pytorch(asked, bars)
    assert [each.epoch for each in one.history] == [each.epoch for each in other.history]
    assert rates(one) == pytest.approx(rates(other), rel=1e-9)
    assert losses(one) == pytest.approx(losses(other), abs=1e-4)
    assert (losses(one) != losses(other)).any()  # two ways indeed: the last bits tell
    assert one.metrics["test"].rmse == pytest.approx(other.metrics["test"].rmse, rel=1e-3)
    for name, weight in other.weights.items() if weights else ():
        assert one.weights[name] == pytest.approx(weight, abs=2e-3), name

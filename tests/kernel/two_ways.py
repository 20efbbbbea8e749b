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

"""What the service learns from finished jobs."""

from __future__ import annotations

from core.config import Experiment, ModelConfig, TrainConfig
from core.service.cost import CostModel

LONG = Experiment(model=ModelConfig(dropout=0.1), train=TrainConfig(epochs=1000))  # with dropout PyTorch trains
SHORT = LONG.replace(train=LONG.train.replace(epochs=1))
ROWS = 1500


def test_a_blink_teaches_nothing_a_real_job_does() -> None:
    costs = CostModel()
    first = costs.estimate(LONG, ROWS).seconds
    costs.learn(SHORT, ROWS, 30.0)
    assert costs.estimate(LONG, ROWS).seconds == first
    costs.learn(LONG, ROWS, 2 * first)
    assert costs.estimate(LONG, ROWS).seconds == 2 * first

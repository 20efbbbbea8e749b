"""How often the test loss is worked out: as a chart can show it, and never so that the answer changes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core import training
from core.charts import Style, loss
from core.config import Experiment, ModelConfig, TrainConfig
from core.dataset import build_dataset
from core.experiment import run_experiment
from core.export import loss_log
from core.model import Regressor
from core.run import Run
from core.trainer import Batches, Trainer, parts_of
from core.training import is_watched
from core.values import never


def trained(bars: pd.DataFrame, epochs: int, layout: str = "window", **changes: object) -> Run:
    model = ModelConfig(window=5, hidden_size=4, layout=layout)
    return run_experiment(Experiment(model=model, train=TrainConfig(epochs=epochs, **changes)), bars)


@pytest.fixture(scope="module")
def bars(sample_bars: pd.DataFrame) -> pd.DataFrame:
    return sample_bars.iloc[:100]


@pytest.fixture(params=["1", "0"], ids=["compiled", "pytorch"], autouse=True)
def _way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATESCOPE_COMPILED", request.param)


@pytest.mark.parametrize("epochs", [1, 399, 400, 1000])
def test_about_as_many_as_a_chart_can_show(epochs: int) -> None:
    watched = [epoch for epoch in range(1, epochs + 1) if is_watched(epoch)]
    assert watched[: min(epochs, 400)] == list(range(1, min(epochs, 400) + 1))
    assert len(watched) <= 520
    assert max(np.diff([0, *watched])) <= 5


@pytest.mark.parametrize("layout", ["window", "article"])
@pytest.mark.parametrize("changes", [{}, {"batch_size": 16}, {"patience": 30}, {"patience": 30, "batch_size": 16}])
def test_what_is_not_watched_changes_nothing(
    bars: pd.DataFrame, layout: str, changes: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    each = trained(bars, 23, layout, **changes)
    monkeypatch.setattr(training, "WATCHED_EACH", 7)
    some = trained(bars, 23, layout, **changes)
    assert all(np.array_equal(some.weights[name], each.weights[name]) for name in each.weights)
    assert some.metrics == each.metrics
    for one, other in zip(some.history, each.history, strict=True):
        assert (one.train_loss, one.validation_loss) == (other.train_loss, other.validation_loss)
        assert one.test_loss == (other.test_loss if one.epoch <= 7 or one.epoch in (10, 15, 20, 23) else None)
    assert loss_log(some).splitlines()[:23] == loss_log(each).splitlines()[:23]


@pytest.mark.parametrize("batch_size", [None, 16])
def test_the_epoch_that_patience_ends_with_is_watched(bars: pd.DataFrame, batch_size: int | None) -> None:
    """With the very weights whose validation loss ended it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "WATCHED_EACH", 0)
        patch.setattr(training, "WATCHED_EVERY", 1000)
        run = trained(bars, 300, patience=2, learning_rate=0.2, batch_size=batch_size)
    each = trained(bars, 300, patience=2, learning_rate=0.2, batch_size=batch_size)
    assert 2 < len(run.history) < 300
    assert [record.epoch for record in run.history if record.test_loss is not None] == [len(run.history)]
    assert run.history[-1].test_loss == each.history[-1].test_loss


def test_nothing_is_worked_out_that_nobody_sees(bars: pd.DataFrame) -> None:
    experiment = Experiment(model=ModelConfig(window=5, hidden_size=4, layout="article"))
    data, model = build_dataset(experiment, bars), Regressor(experiment.model)
    parts = parts_of(model, data, None)
    trainer = Trainer(model, parts, Batches(model, len(parts.x), experiment.train), experiment.train, lambda _: False)
    assert trainer.epoch(never, watched=False)[1:] == (None, None)
    assert trainer.epoch(never, watched=True)[2] is not None


def test_a_chart_draws_what_was_watched(bars: pd.DataFrame) -> None:
    run = trained(bars, 412)
    for epochs_done in (1, 400, 403, 412):
        chart = loss(run.history[:epochs_done], 412, Style())
        curve = {line.name: line for line in chart.figure.data}
        assert list(curve["Training"].x) == list(range(1, epochs_done + 1))
        assert list(curve["Test"].x) == [epoch for epoch in (*range(1, 401), 405, 410, 412) if epoch <= epochs_done]
        assert None not in curve["Test"].y
        assert f"after epoch {min(epochs_done, 400) if epochs_done < 405 else 412} of 412" in chart.alt

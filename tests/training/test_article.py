"""The published recipe, to the last digit, and what its corrections change."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

from core.config import PRESETS
from core.experiment import run_experiment
from core.run import Run


class LSTM_Regression(nn.Module):
    """A literal transcription of the article's network."""

    def __init__(self, input_size, hidden_size, output_size=1, num_layers=2):
        super().__init__()
        self.lstm = nn.LSTM(input_size, hidden_size, num_layers)
        self.fc = nn.Linear(hidden_size, output_size)

    def forward(self, _x):
        x, _ = self.lstm(_x)
        s, b, h = x.shape
        x = x.view(s * b, h)
        x = self.fc(x)
        return x.view(s, b, -1)


def transcribed_losses(closes: pd.Series, seed: int) -> list[float]:
    """The article's script, line by line: scaling over everything, (704, 1, 10), 200 full-batch epochs of Adam."""
    data = closes.astype("float32").values
    data = (data - np.min(data)) / (np.max(data) - np.min(data))
    days = 10
    x = np.array([data[i : i + days] for i in range(len(data) - days)])
    y = np.array([data[i + days] for i in range(len(data) - days)])
    size = int(len(x) * 0.7)
    train_x = torch.from_numpy(x[:size].reshape(-1, 1, days))
    train_y = torch.from_numpy(y[:size].reshape(-1, 1, 1))
    torch.manual_seed(seed)
    model = LSTM_Regression(days, 8, output_size=1, num_layers=2)
    loss_function = nn.MSELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2, betas=(0.9, 0.999), eps=1e-08, weight_decay=0)
    losses = []
    for _epoch in range(200):
        out = model(train_x)
        loss = loss_function(out, train_y)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())
    return losses


@pytest.fixture(scope="module")
def article_run(article_bars: pd.DataFrame) -> Run:
    return run_experiment(PRESETS["article"], article_bars)


def test_it_is_the_article_s_own_training(article_run: Run, article_bars: pd.DataFrame) -> None:
    losses = transcribed_losses(article_bars["close"], seed=0)
    assert article_run.history[0].train_loss == pytest.approx(losses[0], abs=1e-6)
    assert article_run.history[-1].train_loss == pytest.approx(losses[-1], abs=1e-5)
    assert losses[-1] < losses[0] / 50


def test_the_facts_of_the_article_s_window(article_run: Run) -> None:
    assert article_run.parameter_count == 1225
    assert (article_run.train_pairs, article_run.test_pairs) == (704, 303)
    assert str(article_run.split_date.date()) == "2021-12-10"
    assert len(article_run.prediction) == 1007
    same = article_run.baselines["persistence"]["test"]
    assert round(same.rmse, 3) == 33.766
    assert round(same.mae, 3) == 24.678
    assert round(same.mape * 100, 4) == 0.7659
    assert round(same.r2, 5) == 0.96087
    assert article_run.history[0].train_loss / article_run.history[-1].train_loss >= 50
    assert article_run.persistence_loss["train"] == pytest.approx(0.000810, abs=5e-7)
    assert article_run.persistence_loss["test"] == pytest.approx(0.000729, abs=5e-7)


def test_the_article_s_score_is_worse_than_no_model(article_run: Run) -> None:
    assert article_run.metrics["test"].skill < -0.25


def test_corrected_has_937_parameters_and_no_leak_in_its_scaler(article_bars: pd.DataFrame) -> None:
    short = PRESETS["corrected"].replace(train=PRESETS["corrected"].train.replace(epochs=1))
    run = run_experiment(short, article_bars)
    seen = article_bars["close"].iloc[: 10 + 704]
    assert run.parameter_count == 937
    assert run.scaler.offset == seen.min()
    assert run.scaler.offset + run.scaler.scale == pytest.approx(seen.max())


def test_returns_beat_every_published_row(index_bars: pd.DataFrame) -> None:
    """Table 3 of Lu et al. 2020: 7,127 days, the last 500 are the test; their best row is RMSE 39.688, MAE 27.564."""
    preset = PRESETS["returns"]
    bars = index_bars.loc["1991-07-01":"2020-08-31"]
    run = run_experiment(preset.replace(train=preset.train.replace(test_start="2018-08-10")), bars)
    assert run.test_pairs == 500
    assert run.metrics["test"].rmse <= 38.3
    assert run.metrics["test"].mae <= 26.8

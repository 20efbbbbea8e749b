"""The run's own network beyond the data, against PyTorch stepping through the same days."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.evaluation.horizon import beyond
from core.introspect.predictor import network_of
from core.model import Regressor


@pytest.mark.parametrize("layout", ["window", "article"])
@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
@pytest.mark.parametrize("row", [6, 250, 600])
def test_forecasts_are_pytorchs_own(make_run, walk, layout, cell, row):
    """From the first day a window fills, from the middle of the history, and from the day after its end."""
    run = make_run(walk, "close", 6, lambda windows: windows[:, -1, 0])
    settings = run.experiment.model.replace(layout=layout, cell=cell, hidden_size=5, num_layers=2)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(4)
        model = Regressor(settings)
    run = replace(run, weights=model.arrays(), experiment=run.experiment.replace(model=settings))
    known = list(run.series[:row, 0])
    with torch.no_grad():
        for _ in range(4):
            days = np.lib.stride_tricks.sliding_window_view(np.array(known), 6)[..., None]
            known.append(float(model(model.shape(days))[0][-1]))  # article: one pass through all days
    predict, windows, found = network_of(run)(np.array([row])), run.series[None, row - 6 : row], []
    for _ in range(4):
        found.append(predict(windows)[0])
        windows = np.concatenate([windows[:, 1:], np.reshape(found[-1], (1, 1, 1))], axis=1)
    np.testing.assert_allclose(found, known[row:], atol=2e-6)


@pytest.mark.parametrize("layout", ["window", "article"])
def test_a_run_can_be_forecast_with_intervals(make_run, walk, layout):
    run = make_run(walk, "return", 6, lambda windows: windows[:, -1, 0])
    settings = run.experiment.model.replace(layout=layout)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(4)
        model = Regressor(settings)
    run = replace(run, weights=model.arrays(), experiment=run.experiment.replace(model=settings))
    ahead = beyond(run, network_of(run), 30)
    assert set(ahead.bounds) == {0.8, 0.95}
    widths = {level: np.log(high / low) for level, (low, high) in ahead.bounds.items()}
    assert (widths[0.95] >= widths[0.8]).all()
    assert widths[0.8][-1] > 2 * widths[0.8][0]  # a month ahead is less sure than a day

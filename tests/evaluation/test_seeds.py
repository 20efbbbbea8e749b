"""Many seeds: the spread of each measure and the band of predictions."""

from dataclasses import replace

import numpy as np

from core.evaluation.seeds import many_seeds


def test_spreads_and_band(make_run, walk):
    runs = []
    for seed, bias in enumerate((0.02, 0.0, 0.01)):
        run = make_run(walk, "close", 10, lambda windows, bias=bias: windows[:, -1, 0] + bias)
        train = run.experiment.train.replace(seed=seed)
        runs.append(replace(run, experiment=run.experiment.replace(train=train)))
    found = many_seeds(runs)
    errors = [run.metrics["test"].rmse for run in runs]
    assert found.seeds == (0, 1, 2)
    assert found.spreads["rmse"].values == tuple(errors)
    assert (found.spreads["rmse"].low, found.spreads["rmse"].median) == (errors[1], errors[2])
    assert "direction" not in found.spreads  # the second seed is persistence, which calls no direction
    np.testing.assert_allclose(found.band["median"], runs[2].prediction["predicted"])
    np.testing.assert_allclose(found.band["low"], runs[1].prediction["predicted"])
    assert list(found.band["date"]) == list(runs[0].prediction["date"])
    assert found.winners == 0


def test_one_run_is_its_own_median(make_run, walk):
    run = make_run(walk, "return", 10, lambda windows: 0.1 * windows[:, -1, 0])
    found = many_seeds([run])
    assert found.spreads["skill"].median == run.metrics["test"].skill
    assert found.band["low"].equals(found.band["high"])
    assert found.winners == int(run.metrics["test"].skill > 0)

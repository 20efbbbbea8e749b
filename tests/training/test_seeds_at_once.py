"""Many seeds at once: every one is, to the last bit, what it is alone."""

from __future__ import annotations

import dataclasses
import itertools
from collections import defaultdict
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from core import seeds_at_once
from core.config import PRESETS, Experiment, ModelConfig, TrainConfig
from core.errors import TooShortError, TrainingError
from core.experiment import run_experiment
from core.film import FilmedRun
from core.run import Run
from core.seeds_at_once import AT_ONCE, each_seed, run_seeds
from core.values import Cancelled, EpochRecord

MINI = TrainConfig(target="return", epochs=4, batch_size=64, seed=3)
SMALL = Experiment(model=ModelConfig(window=5, hidden_size=5), train=MINI)
WAYS: dict[str, Experiment] = {
    "three layers": SMALL.replace(model=ModelConfig(window=4, hidden_size=11, num_layers=3)),
    "GRU": SMALL.replace(model=ModelConfig(cell="gru", window=5)),
    "RNN": SMALL.replace(model=ModelConfig(cell="rnn", window=5)),
    "Huber, one cycle": SMALL.replace(train=MINI.replace(loss="huber", schedule="onecycle")),
    "a last batch of few": SMALL.replace(train=MINI.replace(batch_size=37)),
    "patience": SMALL.replace(train=MINI.replace(epochs=40, patience=2, learning_rate=0.05)),
    "test loss not watched": SMALL.replace(train=MINI.replace(epochs=404, patience=30, batch_size=128)),
    "one batch": SMALL.replace(train=MINI.replace(batch_size=None)),
    "article's layout": SMALL.replace(model=ModelConfig(layout="article", window=5)),
    "dropout": SMALL.replace(model=ModelConfig(window=5, hidden_size=4, dropout=0.3)),
    **PRESETS,
}


def of_seeds(experiment: Experiment, seeds: int) -> list[Experiment]:
    return [experiment.replace(train=experiment.train.replace(seed=5 + seed)) for seed in range(seeds)]


def history(run: Run) -> list[EpochRecord]:
    return [dataclasses.replace(record, seconds=0.0) for record in run.history]


def assert_same(one: FilmedRun, other: object) -> None:
    """All there is but times: the training to the bit; what PyTorch's forward pass then predicts to single precision,
    since its last rows are rounded as the memory happens to lie."""
    assert isinstance(other, FilmedRun)
    assert history(one) == history(other)
    assert (one.key, one.experiment, one.parameter_count) == (other.key, other.experiment, other.parameter_count)
    assert one.baselines == other.baselines
    for part, scores in one.metrics.items():
        for name, found in vars(scores).items():
            expected = getattr(other.metrics[part], name)
            exact = not isinstance(found, float) or not isinstance(expected, float)
            assert found == (expected if exact else pytest.approx(expected, rel=1e-5, nan_ok=True)), (part, name)
    assert one.persistence_loss == other.persistence_loss
    pd.testing.assert_frame_equal(one.prediction, other.prediction, rtol=1e-6)
    assert one.film.epochs == other.film.epochs
    for frames in zip([one.weights, *one.film.frames], [other.weights, *other.film.frames], strict=True):
        assert_same_arrays(*(dict(frame) for frame in frames))
    assert (one.checkpoint is None) == (other.checkpoint is None)
    if one.checkpoint and other.checkpoint:
        kept, same = (dataclasses.replace(run.checkpoint, seconds=0.0) for run in (one, other) if run.checkpoint)
        for name in ("epoch", "compiled", "shuffles", "noise", "lowest", "waited"):
            assert getattr(kept, name) == getattr(same, name), name
        assert kept.adam.steps == same.adam.steps
        assert_same_arrays(
            *({"mean": each.adam.mean, "square": each.adam.square, **each.weights} for each in (kept, same))
        )


def assert_same_arrays(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> None:
    assert list(one) == list(other)
    assert all(np.array_equal(one[name], other[name]) for name in one)


@pytest.mark.parametrize("way", WAYS)
def test_every_seed_has_the_bits_it_has_alone(sample_bars: pd.DataFrame, way: str) -> None:
    asked = of_seeds(WAYS[way], AT_ONCE + 1 if way == "returns" else 3)
    if way in ("article", "corrected"):
        asked = [each.replace(train=each.train.replace(epochs=10)) for each in asked]
    bars = sample_bars.iloc[:400]
    for one, other in zip(run_seeds(asked, bars), asked, strict=True):
        assert_same(run_experiment(other, bars), one)


def test_what_is_small_and_in_mini_batches_goes_side_by_side() -> None:
    sooner = {name: seeds_at_once._is_sooner_side_by_side(each, 1500) for name, each in WAYS.items()}
    assert [name for name in ("returns", "GRU", "patience") if not sooner[name]] == []
    assert [name for name in ("corrected", "article", "article's layout", "one batch", "dropout") if sooner[name]] == []


def test_every_epoch_is_observed_as_alone(sample_bars: pd.DataFrame) -> None:
    asked, bars, told = of_seeds(SMALL, 3), sample_bars.iloc[:300], defaultdict(list)
    run_seeds(asked, bars, lambda place, record: told[place].append(record))
    for place, each in enumerate(asked):
        alone: list[EpochRecord] = []
        run_experiment(each, bars, alone.append)
        assert [type(record) for record in told[place]] == [type(record) for record in alone]
        assert [record.train_loss for record in told[place]] == [record.train_loss for record in alone]
        assert all(a.seconds <= b.seconds for a, b in itertools.pairwise(told[place]))


def test_it_stops_before_the_mini_batch_after_the_word(sample_bars: pd.DataFrame) -> None:
    asked, told = itertools.count(1), defaultdict(list)
    experiments = of_seeds(Experiment(model=ModelConfig(window=5), train=TrainConfig(epochs=9, batch_size=16)), 3)
    with pytest.raises(Cancelled):  # 200 days, window 5: 136 training pairs, 9 batches an epoch
        run_seeds(experiments, sample_bars.iloc[:200], lambda place, _: told[place].append(1), lambda: next(asked) > 20)
    assert {place: len(records) for place, records in told.items()} == {0: 2, 1: 2, 2: 2}
    assert next(asked) == 22


@pytest.mark.parametrize("dropout", [0.0, 0.2])
def test_one_seed_that_runs_away_takes_no_other_with_it(
    sample_bars: pd.DataFrame, spoil_seed: Callable[[int], None], dropout: float
) -> None:
    """One network is drawn with a weight that is no number; the others are as if it were not there."""
    model = ModelConfig(window=5, dropout=dropout)
    asked, bars = of_seeds(SMALL.replace(model=model), 4), sample_bars.iloc[:300]
    alone = [run_experiment(each, bars) for each in asked]
    spoil_seed(asked[1].train.seed)
    found = run_seeds(asked, bars)
    with pytest.raises(TrainingError) as error:
        run_experiment(asked[1], bars)
    with pytest.raises(TrainingError):
        run_seeds(asked[1:2], bars)  # nothing is left of it
    assert isinstance(found[1], TrainingError)
    assert str(found[1]) == str(error.value)
    for place in (0, 2, 3):
        assert_same(alone[place], found[place])


def test_seeds_land_one_group_after_another(sample_bars: pd.DataFrame) -> None:
    landed = list[object]()
    landing = each_seed(of_seeds(SMALL, AT_ONCE + 2), sample_bars.iloc[:300], None, lambda: len(landed) == AT_ONCE)
    with pytest.raises(Cancelled):
        landed.extend(landing)
    assert len(landed) == AT_ONCE


def test_one_seed_and_none(sample_bars: pd.DataFrame) -> None:
    bars = sample_bars.iloc[:300]
    assert_same(run_experiment(SMALL, bars), run_seeds([SMALL], bars)[0])
    assert run_seeds([], bars) == []


def test_what_cannot_be_asked_for(sample_bars: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="more than their seed"):
        run_seeds([SMALL, SMALL.replace(train=MINI.replace(epochs=5))], sample_bars)
    with pytest.raises(TooShortError):
        run_seeds(of_seeds(SMALL, 3), sample_bars.iloc[:6])

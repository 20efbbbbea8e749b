"""Does an input help? The same experiment with and without each of its inputs, over some seeds, on the same days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from core.config import Experiment
from core.dataset import build_dataset
from core.errors import ConfigError, DataError, GatescopeError
from core.evaluation.clark_west import clark_west
from core.evaluation.luck import snooping
from core.sentence import N_
from core.values import Array, StopSignal, never
from core.whatif.helping import Ablation, holm, judged, together
from core.whatif.outcome import Row
from core.whatif.sweep import Progress, landings

MOST_SEEDS = 20
Inputs = tuple[str, ...]


def ablation_experiments(experiment: Experiment, bars: pd.DataFrame, seeds: int = 5) -> list[Experiment]:
    """What has to be trained: all inputs, all but each, and none, each under so many seeds from its own on.

    They are tested on the same days: where an input needs days before it has a value, all get the day on which the test
    part of the whole set starts. Settings without it may then have some more days to train on, as they would have.
    Each may be asked of the service, as parts of one set with `core.whatif.outcome.row_of` (`core.service.ask_set`).

    Raises:
        ConfigError: there is no input to take out, or not 1 to 20 seeds.
        DataError: the bars do not have what an input is computed from.
    """
    if not experiment.model.inputs:
        raise ConfigError(
            N_("The network reads nothing but its target's own series, so there is no input to take out."),
            field="inputs",
        )
    if not 1 <= seeds <= MOST_SEEDS:
        template = N_("{field} is {value}, but allowed is {low} to {high}.")
        raise ConfigError(template, field="seeds", value=seeds, low=1, high=MOST_SEEDS)
    whole = build_dataset(experiment, bars)
    sets = _sets(experiment)
    if any(len(build_dataset(_reading(experiment, each), bars).dates) != len(whole.dates) for each in sets):
        starts = whole.target_dates[whole.train_pairs].date()
        experiment = experiment.replace(train=experiment.train.replace(test_start=starts))
    first = experiment.train.seed
    return [
        _reading(experiment.replace(train=experiment.train.replace(seed=(first + number) % 2**31)), each)
        for each in sets
        for number in range(seeds)
    ]


def ablate(
    experiment: Experiment,
    bars: pd.DataFrame,
    seeds: int = 5,
    observe: Progress | None = None,
    should_stop: StopSignal = never,
) -> Ablation:
    """Train them all here, and say which inputs help. Arguments as of `ablation_experiments` and `sweep`.

    Raises:
        GatescopeError: as `ablation_experiments` and `ablated`.
        Cancelled: `should_stop()` was true.
    """
    asked = ablation_experiments(experiment, bars, seeds)
    landed = [row for _, row in landings(asked, bars, observe, should_stop)]
    if not any(isinstance(row, Row) for row in landed):
        raise next(row for row in landed if isinstance(row, GatescopeError))
    return ablated(experiment, [row for row in landed if isinstance(row, Row)])


def ablated(experiment: Experiment, rows: Sequence[Row]) -> Ablation:
    """What the rows of `ablation_experiments` come to, as far as they have landed; a seed counts where all have it.

    Prices are compared as changes from the last one known, so that days of high prices weigh no more than others; log
    ranges as they are.

    Raises:
        DataError: a setting has no run, they were tested on different days, or these are fewer than 30.
    """
    by_set = {each: {row.experiment.train.seed: row for row in rows if row.experiment.model.inputs == each}
              for each in _sets(experiment)}  # fmt: skip
    seeds = sorted(set.intersection(*(set(found) for found in by_set.values())))
    if not seeds:
        raise DataError(N_("No seed has been trained with every set of inputs, so none can be compared."))
    actual, forecasts = _in_common_units(experiment.train.target, by_set, seeds)
    names = experiment.model.inputs
    pairs = [(forecasts[names], forecasts[_without(names, name)]) for name in names]
    means = [(own.mean(axis=0), other.mean(axis=0)) for own, other in pairs]
    raw = [found.p_value if (found := clark_west(actual, *both)) else 1.0 for both in means]
    told = [judged(name, actual, pair, p, len(seeds)) for name, pair, p in zip(names, pairs, holm(raw), strict=True)]
    losses = {each: np.square(found.mean(axis=0) - actual) for each, found in forecasts.items()}
    try:
        luck = snooping(np.stack([loss for each, loss in losses.items() if each]), losses[()])
    except DataError:
        luck = None
    return Ablation(tuple(told), len(seeds), len(actual), luck, together(told, len(seeds), len(actual), luck))


def _sets(experiment: Experiment) -> list[Inputs]:
    """All inputs, all but each, none; each set once."""
    names = experiment.model.inputs
    return list(dict.fromkeys([names, *(_without(names, name) for name in names), ()]))


def _without(names: Inputs, name: str) -> Inputs:
    return tuple(each for each in names if each != name)


def _reading(experiment: Experiment, inputs: Inputs) -> Experiment:
    return experiment.replace(model=experiment.model.replace(inputs=inputs))


def _in_common_units(
    target: str, by_set: Mapping[Inputs, Mapping[int, Row]], seeds: Sequence[int]
) -> tuple[Array, dict[Inputs, Array]]:
    """What happened (n,), and of each set the forecasts by seed (S, n), in the units they are compared in."""
    first = next(iter(by_set.values()))[seeds[0]]
    if not all(np.array_equal(rows[seed].tried.days, first.tried.days) for rows in by_set.values() for seed in seeds):
        raise DataError(N_("These runs were tested on different days, so their inputs cannot be compared."))
    before = first.rivals["persistence"]

    def units(values: Array) -> Array:
        return values if target == "volatility" else np.asarray(values / before - 1)

    return units(first.tried.actual), {
        each: np.stack([units(rows[seed].predicted) for seed in seeds]) for each, rows in by_set.items()
    }

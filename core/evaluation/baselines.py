"""What a model must beat: forecasts of the next day that need no network. Each is fitted on the training part only."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.evaluation.garch import garch
from core.sentence import N_, Sentence
from core.values import Array, ForecastTask

DECAY = 0.15  # weight of the newest day in the exponentially weighted mean
HAR_DAYS = (1, 5, 22)  # a day, a week, a month of trading (Corsi 2009)


def persistence(task: ForecastTask) -> Array:
    """Tomorrow is like today."""
    return task.previous


def drift(task: ForecastTask) -> Array | Sentence:
    """Today plus the training part's mean change: of the price, or of its logarithm for returns."""
    known = task.known
    if len(known) < 2:
        return Sentence(
            N_("This baseline needs {needed} days in the training part, but there are {given}."),
            needed=2,
            given=len(known),
        )
    if task.target == "return":
        growth = float(np.log(known[-1] / known[0])) / (len(known) - 1)
        return task.previous * math.exp(growth)
    return task.previous + float(known[-1] - known[0]) / (len(known) - 1)


def ar(task: ForecastTask) -> Array | Sentence:
    """Autoregression on the days the network sees, by least squares: of prices, or of log returns for returns."""
    if task.target == "return":
        found = _autoregression(np.diff(np.log(task.values)), len(task.known) - 1, task.targets - 1, task.window)
        return found if isinstance(found, Sentence) else task.previous * np.exp(found)
    return _autoregression(task.values, len(task.known), task.targets, task.window)


def _autoregression(values: Array, known: int, targets: NDArray[np.int64], order: int) -> Array | Sentence:
    lags = np.full((len(values), order), np.nan)  # (D, p): the last p days at the end of each day
    lags[order - 1 :] = np.lib.stride_tricks.sliding_window_view(values, order)
    return _regression(values, lags, range(order, known), targets)


def ewma(task: ForecastTask) -> Array:
    """Exponentially weighted mean of all days before, the newest weighing 0.15."""
    smooth = pd.Series(task.values).ewm(alpha=DECAY, adjust=False).mean().to_numpy()
    return smooth[task.targets - 1]


def har(task: ForecastTask) -> Array | Sentence:
    """Regression on the means of the last 1, 5 and 22 days (Corsi 2009); early pairs average the days there are."""
    series = pd.Series(task.values)
    means = [series.rolling(days, min_periods=1).mean() for days in HAR_DAYS]
    return _regression(task.values, np.column_stack(means), range(max(HAR_DAYS), len(task.known)), task.targets)


def _regression(values: Array, inputs: Array, fitted: range, targets: NDArray[np.int64]) -> Array | Sentence:
    """Least squares of each `fitted` day's value on a constant and the inputs (D, k) of the day before it."""
    design = np.column_stack([np.ones(len(values)), inputs])  # (D, 1 + k)
    needed = fitted.start + 2 * design.shape[1]
    if fitted.stop < needed:
        reason = N_("This baseline needs {needed} days in the training part, but there are {given}.")
        return Sentence(reason, needed=needed, given=fitted.stop)
    days = np.array(fitted)
    # statsmodels would cost a worker 60 MB for it
    weights, _, rank, _ = np.linalg.lstsq(design[days - 1], values[days])
    if rank < design.shape[1]:
        return Sentence(N_("The training part moves too evenly for this baseline to be fitted."))
    forecasts: Array = design[targets - 1] @ weights
    return forecasts


Rule = Callable[[ForecastTask], Array | Sentence]
OF_PRICES: dict[str, Rule] = {"persistence": persistence, "drift": drift, "ar": ar}
OF_RANGES: dict[str, Rule] = {"persistence": persistence, "ewma": ewma, "har": har, "garch": garch}


def baselines(task: ForecastTask) -> dict[str, Array | Sentence]:
    """Every baseline of the target: name -> predictions (N,) in the units of `task.values`, or why there are none."""
    rules = OF_RANGES if task.target == "volatility" else OF_PRICES
    return {name: rule(task) for name, rule in rules.items()}

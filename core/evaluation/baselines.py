"""What a model must beat: forecasts of the next day that need no network. Each is fitted on the training part only."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import N_
from core.evaluation.sentence import Sentence
from core.evaluation.task import ForecastTask
from core.run import Array

DECAY = 0.15  # weight of the newest day in the exponentially weighted mean
HAR_DAYS = (1, 5, 22)  # a day, a week, a month of trading (Corsi 2009)


def persistence(task: ForecastTask) -> Array:
    """Tomorrow is like today."""
    return task.previous


def drift(task: ForecastTask) -> Array:
    """Today plus the training part's mean change (per day for prices, per cent a day for returns)."""
    known = task.known
    if task.target == "return":
        growth = float(np.log(known[-1] / known[0])) / (len(known) - 1)
        return task.previous * math.exp(growth)
    return task.previous + float(known[-1] - known[0]) / (len(known) - 1)


def ar(task: ForecastTask) -> Array:
    """Autoregression on the days the network sees, by least squares: of prices, or of log returns for returns."""
    if task.target == "return":
        known, values, shift = np.diff(np.log(task.known)), np.diff(np.log(task.values)), 1
        return task.previous * np.exp(_autoregression(known, values, task.targets - shift, task.window))
    return _autoregression(task.known, task.values, task.targets, task.window)


def _autoregression(known: Array, values: Array, targets: NDArray[np.int64], order: int) -> Array:
    from statsmodels.tsa.ar_model import AutoReg  # imported here: two seconds that the web process can do without

    constant, *weights = AutoReg(known, lags=order, trend="c").fit().params
    lags = np.lib.stride_tricks.sliding_window_view(values, order)[targets - order, ::-1]  # newest first: (N, order)
    return np.asarray(constant + lags @ np.asarray(weights))


def ewma(task: ForecastTask) -> Array:
    """Exponentially weighted mean of all days before, the newest weighing 0.15 (RiskMetrics' form)."""
    smooth = pd.Series(task.values).ewm(alpha=DECAY, adjust=False).mean().to_numpy()
    return smooth[task.targets - 1]


def har(task: ForecastTask) -> Array:
    """Regression on the means of the last 1, 5 and 22 days (Corsi 2009); early pairs average the days there are."""
    from statsmodels.regression.linear_model import OLS

    series = pd.Series(task.values)
    means = [series.rolling(days, min_periods=1).mean() for days in HAR_DAYS]
    inputs = np.column_stack([np.ones(len(series)), *means])  # (D, 4): what is known at the end of each day
    fitted = np.arange(max(HAR_DAYS), len(task.known))  # every training day with 22 days before it
    weights: Array = OLS(task.values[fitted], inputs[fitted - 1]).fit().params  # type: ignore[no-untyped-call]
    return inputs[task.targets - 1] @ weights


OF_PRICES: dict[str, Callable[[ForecastTask], Array]] = {"persistence": persistence, "drift": drift, "ar": ar}
OF_RANGES: dict[str, Callable[[ForecastTask], Array]] = {"persistence": persistence, "ewma": ewma, "har": har}


def baselines(task: ForecastTask) -> dict[str, Array | Sentence]:
    """Every baseline of the target: name -> predictions (N,) in the units of `task.values`, or why there are none."""
    return {name: _attempt(name, rule, task) for name, rule in _rules(task).items()}


def _rules(task: ForecastTask) -> dict[str, Callable[[ForecastTask], Array]]:
    return OF_RANGES if task.target == "volatility" else OF_PRICES


def _attempt(name: str, rule: Callable[[ForecastTask], Array], task: ForecastTask) -> Array | Sentence:
    needed = {"drift": 2, "ar": 3 * task.window + 3, "har": max(HAR_DAYS) + 10}.get(name, 0)
    if len(task.known) < needed:
        reason = N_("This baseline needs {needed} days in the training part, but there are {given}.")
        return Sentence(reason, needed=needed, given=len(task.known))
    if name in ("ar", "har") and np.ptp(task.known) == 0:
        return Sentence(N_("The training part does not move, so nothing can be fitted on it."))
    return rule(task)

"""GARCH(1,1), the textbook's forecast of volatility, in the unit of the ranges that a network forecasts."""

from __future__ import annotations

import numpy as np

from core.sentence import N_, Sentence
from core.values import Array, ForecastTask

FEWEST = 100  # days in the training part; with fewer the three parameters of the variance are hardly told apart


def garch(task: ForecastTask) -> Array | Sentence:
    """Predicted log ranges (N,) from closes alone: Bollerslev 1986, fitted by maximum likelihood (normal, `arch`).

    r_t = 100 ln(C_t / C_t-1) = m + e_t, variance h_t = w + a e_t-1^2 + b h_t-1. The four parameters come from the
    training part; h_t then runs on through the test part with them, each day knowing the closes before it alone.

    h_t is the variance from close to close, night included; the target is the log of the day's range, which is another
    quantity: lower, because nights are left out, and a logarithm of something noisy. So the forecast is
    ln(sqrt(h_t)) + c, with c the mean of (log range - ln(sqrt(h_t))) over the training part: its bias there is zero by
    construction, and what it is judged by afterwards is how volatility moves, not its level. c takes the place of the
    unit of h_t, too.
    """
    if task.closes is None:
        return Sentence(N_("GARCH(1,1) is fitted to closes, and this forecast was made without them."))
    known = len(task.known)
    if known < FEWEST:
        reason = N_("This baseline needs {needed} days in the training part, but there are {given}.")
        return Sentence(reason, needed=FEWEST, given=known)
    returns = np.diff(np.log(task.closes))  # (D - 1,): entry t is the move into day t + 1
    unit = float(returns[: known - 1].std())
    if unit <= np.finfo(float).eps:
        return Sentence(N_("The training part moves too evenly for this baseline to be fitted."))
    logs = _log_volatility(returns / unit, known - 1)
    if isinstance(logs, Sentence):
        return logs
    fitted = task.targets[: task.fitted_pairs]
    bias = float((task.values[fitted] - logs[fitted - 1]).mean())
    return np.asarray(logs[task.targets - 1] + bias)


def _log_volatility(returns: Array, known: int) -> Array | Sentence:
    """ln sqrt(h) of each return (D - 1,), by parameters fitted on the first `known`, in the unit of the returns."""
    from arch import arch_model

    fit = arch_model(returns[:known], mean="Constant", vol="GARCH", p=1, q=1, rescale=False).fit(
        disp="off", show_warning=False
    )
    mean, constant, news, memory = (float(value) for value in fit.params)
    variance = np.empty(len(returns))
    variance[:known] = np.square(np.asarray(fit.conditional_volatility))
    for day in range(known, len(returns)):
        variance[day] = constant + news * (returns[day - 1] - mean) ** 2 + memory * variance[day - 1]
    if fit.convergence_flag or not (np.isfinite(variance).all() and (variance > 0).all()):
        return Sentence(N_("GARCH(1,1) could not be fitted to the closes of the training part."))
    return np.asarray(0.5 * np.log(variance))

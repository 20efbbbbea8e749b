"""The measures of a finished run: one prediction, and averages over its test part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.introspect.backward import Gradients, backward, loss_slope, prediction_slope
from core.introspect.forward import Trace
from core.introspect.measures import Crossing, GateLevels, correlate, crossing, day_slopes, gate_levels, lag_norms
from core.introspect.of_run import DAYS, Rows, by_window, last_dates, thinned, trace, trace_series, traces
from core.introspect.states import States
from core.run import Run
from core.values import Array


def gradients(run: Run, pair: int, of: str = "prediction", days: int = DAYS) -> Gradients:
    """Gradients of one pair, in scaled units, through the steps of `trace(run, pair, days)`; N = 1.

    Args:
        run: the finished run.
        pair: 0 is the oldest.
        of: "prediction", or "loss": that pair's own loss, squared or Huber as the run was trained.
        days: how far back the article's layout is followed.

    Raises:
        IndexError: there is no such pair.
    """
    return _backward(run, np.array([pair]), trace(run, pair, days), of)


def _backward(run: Run, rows: Rows, traced: Trace, of: str) -> Gradients:
    if of == "prediction":
        return backward(traced, prediction_slope(traced))
    targets = run.series[run.experiment.model.window + rows, 0]  # (n,)
    slope = loss_slope(traced, targets, run.experiment.train.loss)
    return backward(traced, len(rows) * slope)  # each pair's own loss, not its part of the mean


def _by_day(run: Run, found: Gradients) -> Array:
    """dL/d(inputs of a day), oldest day first, (n, D, F); in the window layout a day is a step."""
    return found.x if by_window(run) else day_slopes(found.x, run.experiment.model.window)


@dataclass(frozen=True)
class Saliency:
    """How one prediction answers to each day it has read, oldest first.

    Attributes:
        dates: the days, (D,).
        slopes: change of the scaled prediction for one scaled unit more of an input on that day, (D, F). A target's
            own series has the target's scale, so its column is price per price, or log per log.
    """

    dates: pd.DatetimeIndex
    slopes: Array


def saliency(run: Run, pair: int, days: int = DAYS) -> Saliency:
    """d(prediction of the pair)/d(value of each day): `window` days, or days + window - 1 in the article's layout."""
    slopes = _by_day(run, gradients(run, pair, days=days))[0]
    end = pair + run.experiment.model.window
    return Saliency(run.series_dates[end - len(slopes) : end], slopes)


@dataclass(frozen=True)
class GradientProfile:
    """How far back gradients reach, averaged over many pairs; the last axis is the lag, 0 the last step or day.

    Attributes:
        pairs: how many were averaged.
        hidden: mean norm of dL/dh_t, (L, T).
        cell: mean norm of dL/dc_t, (L, T); None for RNN and GRU.
        kept_share: share of what crosses from each step to the one before that goes along the memory itself, of the
            summed sizes over all pairs (see `crossing`), (L, T - 1); NaN where nothing crosses.
        saliency: mean absolute slope with respect to a day's inputs, (D, F); lag 0 is the last day read.
    """

    pairs: int
    hidden: Array
    cell: Array | None
    kept_share: Array
    saliency: Array


def gradient_profile(
    run: Run, pairs: Sequence[int] | None = None, of: str = "prediction", days: int = DAYS
) -> GradientProfile:
    """Average the gradients of `pairs`, or of the test part, a chunk at a time, in scaled units.

    Of a large network's test part only pairs at even distances are taken. In the article's layout `pairs` with fewer
    than `days` days up to them are left out; for the test part `days` is lowered until all have them.

    Raises:
        ValueError: no pair is left to average.
    """
    if pairs is None:
        days = min(days, run.train_pairs + 1)
        pairs = thinned(run, _test_pairs(run), run.experiment.model.window if by_window(run) else days)
    count, sums = 0, [np.zeros(())] * 5
    for rows, traced in traces(run, pairs, days):
        found = _backward(run, rows, traced, of)
        norms, ways = lag_norms(found), crossing(found)
        cell = np.zeros(()) if norms.cell is None else norms.cell.sum(axis=1)
        slopes = np.abs(_by_day(run, found)).sum(axis=0)[::-1]  # (n, D, F) -> (D, F)
        new = [norms.hidden.sum(axis=1), cell, ways.kept.sum(axis=1), ways.through_gates.sum(axis=1), slopes]
        count, sums = count + len(rows), [old + more for old, more in zip(sums, new, strict=True)]
    if not count:
        raise ValueError(f"no pair has {days} days up to it")
    hidden, cell, kept, gated, slopes = sums
    share = Crossing(kept, gated).share
    return GradientProfile(count, hidden / count, cell / count if cell.ndim else None, share, slopes / count)


def _test_pairs(run: Run) -> range:
    return range(run.train_pairs, len(run.windows))


def gate_profile(run: Run, pairs: Sequence[int] | None = None) -> GateLevels:
    """Saturated shares and half-lives over every step of `pairs`, or of the test part.

    Of a large network's test part only pairs at even distances are taken.

    Raises:
        ValueError: `pairs` is empty.
    """
    pairs = thinned(run, _test_pairs(run), run.experiment.model.window) if pairs is None else pairs
    if not len(pairs):
        raise ValueError("no pair to look at")
    if not by_window(run):  # a day is a step: each counts once
        return gate_levels(trace_series(run, pairs))
    found = [(len(some), gate_levels(traced.states)) for some, traced in traces(run, pairs)]
    counts = np.array([count for count, _ in found])

    def mean(parts: list[Array]) -> Array:
        return np.asarray(np.average(parts, axis=0, weights=counts), dtype=np.float64)

    kept = [levels.kept for _, levels in found if levels.kept is not None]
    return GateLevels(
        found[0][1].gates,
        below=mean([levels.below for _, levels in found]),
        above=mean([levels.above for _, levels in found]),
        kept=mean(kept) if kept else None,
    )


@dataclass(frozen=True)
class UnitCorrelations:
    """Pearson correlation of each unit's hidden state with what the market did by the same day, each (L, H).

    Attributes:
        price: close of the last day read.
        log_return: that day's log return.
        volatility: standard deviation of the daily log returns over the last `window` days.
    """

    price: Array
    log_return: Array
    volatility: Array


def unit_correlations(
    run: Run, closes: pd.Series, series: States | None = None, pairs: Sequence[int] | None = None
) -> UnitCorrelations:
    """What each unit answers to, over `pairs`, all when left out. NaN where a unit does not move.

    Args:
        run: the finished run.
        closes: every close by date, as the run's bars have them.
        series: `trace_series(run, pairs)`, if it is there already.
        pairs: which ones, in the order of `series`.
    """
    units = (trace_series(run, pairs) if series is None else series).hidden  # (L, N, H)
    returns = np.log(closes).diff()
    volatility = returns.rolling(run.experiment.model.window).std()
    days = last_dates(run) if pairs is None else last_dates(run)[list(pairs)]
    price, log_return, spread = (
        correlate(units, kind.reindex(days).to_numpy(dtype=np.float64)) for kind in (closes, returns, volatility)
    )
    return UnitCorrelations(price, log_return, spread)


def input_correlations(run: Run, series: States | None = None, pairs: Sequence[int] | None = None) -> dict[str, Array]:
    """Pearson correlation of each unit's hidden state with each input of the last day read: name -> (L, H), NaN where
    a unit does not move. `series` and `pairs` as of `unit_correlations`."""
    units = (trace_series(run, pairs) if series is None else series).hidden  # (L, N, H)
    days = np.arange(len(run.windows)) if pairs is None else np.asarray(pairs)
    read = run.series[run.experiment.model.window - 1 + days]  # (N, F)
    return {name: correlate(units, read[:, place]) for place, name in enumerate(run.inputs)}


def keeping(run: Run) -> pd.Series | None:
    """The mean over all layers and units of the gate that keeps the memory, by the test days that are forecast, 0..1.

    The forget gate of an LSTM, the update gate of a GRU, after the last day each pair has read; None of an RNN. Of a
    large network days at even distances.
    """
    steps = run.experiment.model.window if by_window(run) else 1
    pairs = thinned(run, range(run.train_pairs, len(run.windows)), steps)
    states = trace_series(run, pairs)  # each (L, D, H)
    if states.keeps is None:
        return None
    mean = getattr(states, states.keeps).mean(axis=(0, 2))  # (L, D, H) -> (D,)
    return pd.Series(mean, index=pd.DatetimeIndex(run.prediction["date"].iloc[list(pairs)]))

"""How far the mean of days that hang together may lie from its expectation."""

from __future__ import annotations

import math

import numpy as np

from core.values import Array

_MOST_PERSISTENT = 0.97  # Andrews and Monahan 1992: above it the whitening filter itself goes astray


def default_lags(n: int) -> int:
    """Days of autocorrelation allowed for: ceil(n^1/3)."""
    return math.ceil(round(float(n ** (1 / 3)), 9))  # 125 has 5, not 4.999999999999999


def mean_variance(days: Array, lags: int | None = None) -> float:
    """Variance of the mean of `days` (n,).

    With `lags` it is Newey and West's (1987, Bartlett weights) for so many. Without, the largest of three, because each
    is too small somewhere: that of independent days; Newey and West's for ceil(n^1/3) lags; and the same after an AR(1)
    filter (prewhitened, Andrews and Monahan 1992), whose coefficient is first freed from its downward bias of
    (1 + 3 r) / n (Kendall 1954). Newey and West's alone calls luck skill in one case of six where errors persist for
    twenty days and there are a hundred.
    """
    n, centred = len(days), days - days.mean()
    if lags is not None:
        return _newey_west(centred, lags) / n
    lags = default_lags(n)
    return max(_newey_west(centred, 0), _newey_west(centred, lags), _prewhitened(centred, lags)) / n


def _newey_west(centred: Array, lags: int) -> float:
    n = len(centred)
    variance = float(centred @ centred) / n
    for lag in range(1, min(lags, n - 1) + 1):
        variance += 2 * (1 - lag / (lags + 1)) * float(centred[lag:] @ centred[:-lag]) / n
    return variance


def _prewhitened(centred: Array, lags: int) -> float:
    before, after = centred[:-1], centred[1:]
    known = float(before @ before)
    if known <= 0:
        return 0.0
    raw = float(before @ after) / known
    kept = float(np.clip(raw + (1 + 3 * raw) / len(centred), -_MOST_PERSISTENT, _MOST_PERSISTENT))
    left = after - kept * before
    return _newey_west(left - left.mean(), lags) / (1 - kept) ** 2

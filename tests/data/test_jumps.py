"""Days on which a price moves as no trading moves it."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from core.data.jumps import jumps_of, told


def walk(days: int = 300, seed: int = 0) -> pd.Series:
    draw = np.random.default_rng(seed)
    index = pd.bdate_range("2023-01-02", periods=days)
    return pd.Series(100 * np.exp(np.cumsum(draw.normal(0, 0.015, days))), index=index)


def test_ordinary_days_are_none(sample_bars: pd.DataFrame) -> None:
    assert jumps_of(sample_bars["close"]) == ()
    assert all(jumps_of(walk(seed=seed)) == () for seed in range(20))


@pytest.mark.parametrize(
    ("factor", "ratio"), [(4, "4:1"), (2, "2:1"), (10, "10:1"), (1.5, "3:2"), (0.1, "1:10"), (0.2, "1:5")]
)
def test_a_split_is_found_with_its_ratio_and_its_cure(factor: float, ratio: str) -> None:
    adjusted = walk()
    close = adjusted.copy()
    close.iloc[:150] *= factor
    (jump,) = jumps_of(close, adjusted)
    assert jump.day == close.index[150].date()
    assert jump.ratio == ratio
    assert jump.cured
    assert jump.change == pytest.approx(close.iloc[150] / close.iloc[149] - 1)
    errors = np.diff(close.to_numpy()) ** 2
    assert jump.share == pytest.approx(errors.max() / errors.sum())
    (uncured,) = jumps_of(close)
    assert uncured.cured is None
    assert ratio in str(told([uncured])[0])
    assert "take Adj Close" in str(told([jump], "Adj Close")[0])


def test_a_fall_by_nine_tenths_that_is_in_both_is_no_split_to_cure() -> None:
    close = walk()
    close.iloc[200:] *= 0.07
    (jump,) = jumps_of(close, close)
    assert (jump.day, jump.ratio, jump.cured) == (close.index[200].date(), "", False)
    assert "-93 %" in str(told([jump], "Adj Close")[0])
    assert "Adj Close" not in str(told([jump], "Adj Close")[0])


def test_restless_prices_have_a_wider_measure() -> None:
    close = pd.Series(
        np.exp(np.cumsum(np.random.default_rng(1).normal(0, 0.08, 400))), pd.date_range("2023-01-01", periods=400)
    )
    assert jumps_of(close) == ()


def test_prices_that_stand_still_and_few_prices() -> None:
    index = pd.bdate_range("2023-01-02", periods=10)
    assert jumps_of(pd.Series(5.0, index)) == ()
    assert jumps_of(pd.Series([5.0, 1.0], index[:2])) == ()
    (jump,) = jumps_of(pd.Series([5.0] * 9 + [0.5], index))
    assert (jump.day, jump.share) == (date(2023, 1, 13), 1.0)

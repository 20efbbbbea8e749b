"""Another ticker as an input: aligned so that only what was known at the close is read, and covered by the key."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.config import DataQuery, Experiment, ModelConfig, TrainConfig
from core.data.calendar import Calendar, of_ticker, with_calendar
from core.data.others import with_others
from core.digest import digest
from core.errors import DataError
from core.sentence import Sentence

DAYS = pd.bdate_range("2024-03-04", periods=60, name="date")


def prices(days: pd.DatetimeIndex, ticker: str | None, seed: int = 0) -> pd.DataFrame:
    close = 100 * np.exp(np.cumsum(np.random.default_rng(seed).normal(0, 0.01, len(days))))
    made = pd.DataFrame({"close": close}, index=days)
    calendar = of_ticker(ticker) if ticker else Calendar("unknown", Sentence("none"))
    return with_calendar(made, calendar)


def reading(own: str, other: str) -> Experiment:
    return Experiment(
        data=DataQuery(ticker=own, start=None),
        model=ModelConfig(inputs=(f"other:tencent:{other}",)),
        train=TrainConfig(target="return"),
    )


def joined(own: str, other: str, ours: pd.DataFrame, theirs: pd.DataFrame) -> tuple[pd.Series, str]:
    found = with_others(ours, reading(own, other), lambda query: theirs)
    return found.bars[f"other:tencent:{other}"], str(found.told[0])


@pytest.mark.parametrize(
    ("own", "other", "later", "rule"),
    [
        ("AAPL.US", "600519.SH", False, "closes no later on the same day"),  # Shanghai closes before New York opens
        ("600519.SH", "AAPL.US", True, "closes later on the same day"),
        ("AAPL.US", "MSFT.US", False, "closes no later on the same day"),
        ("600519.SH", "0700.HK", True, "closes later on the same day"),  # 15:00 and 16:00, on one clock
        ("AAPL.US", "BTC-USD", True, "closes later on the same day"),  # a coin's day ends at midnight UTC
    ],
)
def test_a_market_that_closes_later_counts_a_day_later(own: str, other: str, later: bool, rule: str) -> None:
    theirs = prices(DAYS, other, 1)
    column, told = joined(own, other, prices(DAYS, own), theirs)
    returns = np.log(theirs["close"]).diff().to_numpy()
    np.testing.assert_allclose(column.to_numpy()[2:], returns[1:-1] if later else returns[2:], atol=1e-12)
    assert rule in told
    assert other in told


def test_what_closes_at_an_unknown_time_counts_from_the_next_day_on() -> None:
    theirs = prices(DAYS, None, 1)
    column, told = joined("AAPL.US", "SOME", prices(DAYS, "AAPL.US"), theirs)
    np.testing.assert_allclose(column.to_numpy()[2:], np.log(theirs["close"]).diff().to_numpy()[1:-1], atol=1e-12)
    assert "is not known" in told


def test_a_short_day_closes_when_it_does() -> None:
    """On 2024-02-09, the eve of the new year, Hong Kong closed at noon, before Shanghai: two returns, then none."""
    days = pd.bdate_range("2024-01-29", periods=20, name="date")
    theirs = prices(days, "0700.HK", 1)
    column, _ = joined("600519.SH", "0700.HK", prices(days, "600519.SH"), theirs)
    log, eve = np.log(theirs["close"].to_numpy()), days.get_loc(pd.Timestamp("2024-02-09"))
    assert column.iloc[eve - 1] == pytest.approx(log[eve - 2] - log[eve - 3])
    assert column.iloc[eve] == pytest.approx(log[eve] - log[eve - 2])
    assert column.iloc[eve + 1] == 0


def test_holidays_are_nothing_new_and_then_both() -> None:
    """Without a session of the other there is no return; after our own holiday its two days count together."""
    theirs = prices(DAYS.delete(20), "600519.SH", 1)
    ours = prices(DAYS.delete(30), "AAPL.US")
    column, _ = joined("AAPL.US", "600519.SH", ours, theirs)
    log = np.log(theirs["close"])
    assert column[DAYS[20]] == 0
    assert column[DAYS[31]] == pytest.approx(log[DAYS[31]] - log[DAYS[29]])
    known = column.iloc[1:].cumsum()
    np.testing.assert_allclose(known.iloc[-1], log.iloc[-1] - log.iloc[0], atol=1e-12)  # nothing is lost


@pytest.mark.parametrize(("own", "other"), [("AAPL.US", "600519.SH"), ("600519.SH", "AAPL.US"), ("AAPL.US", "SOME")])
@pytest.mark.parametrize("row", [5, 30, 58])
def test_no_close_after_a_day_s_own_changes_what_is_read_on_it(own: str, other: str, row: int) -> None:
    theirs, ours = prices(DAYS, None if other == "SOME" else other, 1), prices(DAYS, own)
    changed = theirs.copy()
    first = row + 1 if own == "AAPL.US" and other != "SOME" else row  # the first close that was not known
    changed.iloc[first:] *= np.linspace(2, 3, len(DAYS) - first)[:, None]
    one, two = (joined(own, other, ours, each)[0].to_numpy()[: row + 1] for each in (theirs, changed))
    np.testing.assert_array_equal(one, two)
    after = joined(own, other, ours, changed)[0].to_numpy()[row + 1]
    assert after != joined(own, other, ours, theirs)[0].to_numpy()[row + 1]


def test_a_key_covers_the_other_prices() -> None:
    ours, experiment = prices(DAYS, "AAPL.US"), reading("AAPL.US", "600519.SH")
    keys = {
        digest(experiment, with_others(ours, experiment, lambda query, s=seed: prices(DAYS, "600519.SH", s)).bars)
        for seed in (1, 2)
    }
    assert len(keys) == 2
    plain = Experiment(data=experiment.data, train=experiment.train)
    assert with_others(ours, plain, lambda query: ours).bars is ours


def test_what_is_fetched_begins_before_and_a_series_that_ended_is_refused() -> None:
    asked: list[DataQuery] = []

    def fetch(query: DataQuery) -> pd.DataFrame:
        asked.append(query)
        return prices(DAYS[:30], "600519.SH")

    experiment = reading("AAPL.US", "600519.SH").replace(data=DataQuery(ticker="AAPL.US", adjust="hfq"))
    with pytest.raises(
        DataError, match=f"600519.SH has prices up to {DAYS[29]:%Y-%m-%d}, but these go on to {DAYS[-1]:%Y-%m-%d}"
    ):
        with_others(prices(DAYS, "AAPL.US"), experiment, fetch)
    assert (asked[0].ticker, asked[0].source, asked[0].adjust) == ("600519.SH", "tencent", "hfq")
    assert asked[0].start is not None
    assert asked[0].start < experiment.data.start

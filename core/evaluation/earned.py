"""What trading on a forecast's direction would have earned over the test days, after costs, beside holding on.

A sum on paper: the forecast of a day is made at the close before it, and the trade is done at that very close, without
slippage, taxes, interest, or limits on selling short.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.errors import ConfigError
from core.evaluation.comparable import FEWEST
from core.evaluation.measures import alike
from core.evaluation.significance import CONFIDENCE, DRAWS, FEWEST_BLOCKS, Interval, block_length
from core.sentence import N_, Sentence
from core.values import Array

BASIS_POINT = 1e-4
USUAL_COST, MOST_COST = 10, 100  # basis points of what is traded, on each side
SIDES = ("flat", "short")  # what is done where the forecast is not above the last close


@dataclass(frozen=True)
class Account:
    """One way of trading over n days, from a wealth of 1.

    Attributes:
        positions: share of the wealth held through each day, (n,): 1, 0 or -1.
        returns: simple returns after costs, (n,).
        wealth: at the end of each day, (n,).
        turnover: sum of all changes of the position, the first one from 0 included; the last one is not sold.
    """

    positions: Array
    returns: Array
    wealth: Array
    turnover: float

    @property
    def total(self) -> float:
        """What was earned in all, a share."""
        return float(self.wealth[-1]) - 1

    @property
    def drawdown(self) -> float:
        """The deepest fall from an earlier height, a share; the beginning is a height."""
        heights = np.maximum.accumulate(np.concatenate([[1.0], self.wealth]))[1:]
        return float((1 - self.wealth / heights).max())

    @property
    def invested(self) -> float:
        """Share of the days with a position."""
        return float((self.positions != 0).mean())

    def yearly(self, bars_a_year: float) -> float:
        """The same return every year that leads to `total`."""
        return float(self.wealth[-1] ** (bars_a_year / len(self.wealth))) - 1


@dataclass(frozen=True)
class DailyMean:
    """A mean daily return, a share, with its 95 % interval; None where `why` says why not."""

    value: float
    interval: Interval | None = None
    why: Sentence | None = None

    @property
    def told(self) -> bool:
        """Whether it can be told from nothing."""
        return self.interval is not None and (self.interval.low > 0 or self.interval.high < 0)


@dataclass(frozen=True)
class Earned:
    """Trading on the forecast beside holding on.

    Attributes:
        cost: of each side of a trade, a share of what is traded.
        mean: of the trader's daily returns after costs; `beyond` of their difference from holding on.
    """

    cost: float
    trader: Account
    holder: Account
    mean: DailyMean
    beyond: DailyMean


def earned(previous: Array, actual: Array, predicted: Array, cost: float, side: str = "flat") -> Earned | Sentence:
    """Be long through each day whose forecast lies above the last close, flat or short through the others.

    Args:
        previous, actual, predicted: closes before and of n days in a row, and what was forecast for them, (n,).
        cost: of each side, a share of what is traded: 0.001 is 10 basis points.
        side: "flat" or "short", for days whose forecast lies below; one at the last close is flat.

    Returns:
        both accounts, or why there are none.

    Raises:
        ConfigError: a cost out of bounds, or a side there is not.
    """
    if not 0 <= cost <= MOST_COST * BASIS_POINT:
        allowed = {"low": 0, "high": MOST_COST * BASIS_POINT}
        raise ConfigError(
            N_("{field} is {value}, but allowed is {low} to {high}."), field="cost", value=cost, **allowed
        )
    if side not in SIDES:
        reason = N_("{field} is {value}, but must be one of: {options}.")
        raise ConfigError(reason, field="side", value=side, options=", ".join(SIDES))
    if not len(actual):
        return Sentence(N_("This part holds no day with a prediction."))
    if broken := int((~np.isfinite(predicted)).sum()):
        return Sentence(N_("The prediction is not a usable number on {count} days."), count=broken)
    moved = actual / previous - 1
    sign = np.sign(predicted - previous) * ~alike(predicted, previous)
    trader = account(sign if side == "short" else np.maximum(sign, 0), moved, cost)
    holder = account(np.ones(len(moved)), moved, cost)
    return Earned(cost, trader, holder, daily_mean(trader.returns), daily_mean(trader.returns - holder.returns))


def account(positions: Array, moved: Array, cost: float) -> Account:
    """Hold `positions` (n,) through days whose prices move by `moved` (n,), a share; each change costs its size.

    Positions are set anew each day to that share of the wealth; only a change of the share is a trade. Once all is lost
    it stays lost.
    """
    changes = np.abs(np.diff(positions, prepend=0.0))
    returns = positions * moved - cost * changes
    wealth = np.cumprod(np.maximum(1 + returns, 0))
    return Account(
        np.asarray(positions, dtype=np.float64), returns, np.asarray(wealth, dtype=np.float64), float(changes.sum())
    )


def daily_mean(returns: Array, draws: int = DRAWS, seed: int = 0) -> DailyMean:
    """The mean of daily returns (n,) and its 95 % interval, by the stationary bootstrap with blocks as of
    `significance.skill_interval`. The same seed gives the same interval."""
    value, n = float(returns.mean()), len(returns)
    if n < FEWEST:
        reason = N_("There are {given} days to compare on; at least {needed} are needed to tell skill from luck.")
        return DailyMean(value, why=Sentence(reason, given=n, needed=FEWEST))
    if np.ptp(returns) <= np.finfo(float).eps and value != 0:
        return DailyMean(value, why=Sentence(N_("It is the same on all {n} days, so chance cannot be measured."), n=n))
    active = int((np.abs(returns) > np.finfo(float).eps).sum())
    if active < FEWEST:
        reason = N_("It differs from nothing on only {given} of {n} days; at least {needed} are needed.")
        return DailyMean(value, why=Sentence(reason, given=active, n=n, needed=FEWEST))
    from arch.bootstrap import StationaryBootstrap

    wanted = block_length(returns)
    block = min(wanted, max(n // FEWEST_BLOCKS, 1))
    bootstrap = StationaryBootstrap(block, returns, seed=np.random.default_rng(seed))
    ends = bootstrap.conf_int(lambda drawn: np.array([drawn.mean()]), reps=draws, method="percentile", size=CONFIDENCE)
    return DailyMean(value, Interval(float(ends[0, 0]), float(ends[1, 0]), block, wanted))

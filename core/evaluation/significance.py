"""How sure a difference between two forecasts is: Diebold-Mariano, a block bootstrap of skill, the least that shows."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from core.evaluation.clark_west import ClarkWest, clark_west
from core.evaluation.comparable import incomparable, unusable
from core.evaluation.figures import MOST_TIMES
from core.evaluation.longrun import default_lags, mean_variance
from core.evaluation.measures import rmse
from core.evaluation.measures import skill as skill_of
from core.sentence import N_, Sentence
from core.values import Array

FEWEST_BLOCKS = 10  # the bootstrap draws from at least so many
DRAWS = 1000
CONFIDENCE = 0.95
POWER = 0.8  # cases of which a skill is to be seen in, for it to be called one that can be shown


@dataclass(frozen=True)
class DieboldMariano:
    """Diebold-Mariano test of equal squared error, with Harvey's small-sample correction.

    Attributes:
        statistic: below zero when the model's errors are the smaller ones.
        p_value: two-sided, Student's t with n - 1 degrees of freedom.
        lags: days of autocorrelation allowed for in the error differences.
        blocks: how many stretches of days are independent, where they are too few to trust the variance.
    """

    n: int
    statistic: float
    p_value: float
    lags: int
    blocks: float | None = None

    @property
    def p_better(self) -> float:
        """One-sided: how often luck alone makes the model look at least this good.

        With few independent blocks Student's t has one degree of freedom less than there are of them: praise must be
        earned. Blame need not be: a forecast that is off by a multiple for months on end is off, and its errors hang
        together because it is.
        """
        few = None if self.blocks is None else _two_sided(self.statistic, max(self.blocks - 1, 1.0))
        two_sided = self.p_value if few is None else few
        return two_sided / 2 if self.statistic < 0 else 1 - two_sided / 2

    @property
    def p_worse(self) -> float:
        """One-sided: how often luck alone makes the model look at least this bad."""
        return self.p_value / 2 if self.statistic > 0 else 1 - self.p_value / 2


@dataclass(frozen=True)
class Interval:
    """Where a figure lies with 95 % confidence.

    Attributes:
        block: mean block length of the bootstrap, in days.
        wanted: the block length that the autocorrelation asks for; above `block` too few blocks would have been left,
            and the interval is too narrow.
    """

    low: float
    high: float
    block: int
    wanted: int = 0


@dataclass(frozen=True)
class Comparison:
    """A forecast against a rival on the same days.

    Attributes:
        skill: 1 - RMSE / RMSE of the rival; None where it cannot be computed.
        interval, test: how sure that is; None where `why` says why not.
        nested: Clark and West's test, for a rival that is a special case of the model; None for any other.
        least: the smallest skill that so many days with errors like these show in four cases of five; None where
            not even the largest would be.
        caution: what to know about the interval.
    """

    skill: float | None = None
    interval: Interval | None = None
    test: DieboldMariano | None = None
    why: Sentence | None = None
    nested: ClarkWest | None = None
    least: float | None = None
    caution: Sentence | None = None


def compare(actual: Array, predicted: Array, rival: Array, nested: bool = False) -> Comparison:
    """Skill of `predicted` over `rival`, both (n,), and how sure it is.

    Args:
        nested: whether `rival` is what the model becomes when it has nothing to say, as "same as yesterday" is of a
            model of returns; only then Clark and West's test means anything.
    """
    reason = incomparable(actual, predicted, rival)
    found = skill_of(actual, predicted, rival) if len(predicted) and not unusable(predicted, rival) else None
    skill = None if isinstance(found, Sentence) else found
    if reason:
        return Comparison(skill, why=reason)
    test = diebold_mariano(actual, predicted, rival)
    assert not isinstance(test, Sentence)
    if isinstance(found, Sentence):
        return Comparison(test=test, why=found)
    interval = skill_interval(actual, predicted, rival)
    if isinstance(interval, Sentence):
        return Comparison(skill, why=interval)
    if interval.wanted > interval.block:
        test = replace(test, blocks=test.n / interval.wanted)
    beyond = clark_west(actual, predicted, rival) if nested else None
    least = smallest_skill(actual, predicted, rival)
    return Comparison(skill, interval, test, None, beyond, least, _few_blocks(interval, test.n))


def diebold_mariano(
    actual: Array, predicted: Array, rival: Array, lags: int | None = None
) -> DieboldMariano | Sentence:
    """Whether `predicted` and `rival`, both (n,) and one step ahead, have the same expected squared error.

    Diebold and Mariano 1995 with the correction of Harvey, Leybourne and Newbold 1997. The variance of the mean
    difference is that of `mean_variance`: a biased forecast is wrong for weeks on end, and 0 lags (the textbook value
    at one step) would take every one of those days for independent evidence.

    Returns:
        the test, or why there is none.
    """
    reason = incomparable(actual, predicted, rival)
    if reason:
        return reason
    differences, n = _differences(actual, predicted, rival), len(actual)
    statistic = float(differences.mean()) / math.sqrt(mean_variance(differences, lags)) * math.sqrt((n - 1) / n)
    return DieboldMariano(n, statistic, _two_sided(statistic, n - 1), default_lags(n) if lags is None else lags)


def _two_sided(statistic: float, freedom: float) -> float:
    from scipy.special import stdtr

    return 2 * float(stdtr(freedom, -abs(statistic)))


def smallest_skill(actual: Array, predicted: Array, rival: Array) -> float | None:
    """The skill that the test (2.5 % one-sided) finds in 80 % of cases, with error differences that vary like these.

    The mean difference d must lie t(.975) + t(.8) standard errors from zero; the skill is then
    1 - sqrt(1 - d / MSE of the rival). None where d would exceed that MSE, so that no skill could be shown.
    """
    from scipy.special import stdtrit

    n, reference = len(actual), rmse(actual, rival) ** 2
    error = math.sqrt(mean_variance(_differences(actual, predicted, rival)) * n / (n - 1))
    needed = float(stdtrit(n - 1, (1 + CONFIDENCE) / 2) + stdtrit(n - 1, POWER)) * error
    return 1 - math.sqrt(1 - needed / reference) if needed < reference else None


def skill_interval(
    actual: Array, predicted: Array, rival: Array, draws: int = DRAWS, seed: int = 0
) -> Interval | Sentence:
    """95 % interval of 1 - RMSE / RMSE of `rival`, by the stationary bootstrap (Politis and Romano 1994).

    Days are drawn in blocks whose mean length follows from the autocorrelation of the error differences (Politis and
    White 2004, corrected 2009), but so that at least ten blocks are left; percentiles of `draws` samples. The same seed
    gives the same interval.

    Returns:
        the interval, or why there is none.
    """
    reason = incomparable(actual, predicted, rival)
    if reason:
        return reason
    from arch.bootstrap import StationaryBootstrap

    ours, theirs = np.square(predicted - actual), np.square(rival - actual)
    wanted, longest = block_length(ours - theirs), max(len(ours) // FEWEST_BLOCKS, 1)
    block = min(wanted, longest)
    bootstrap = StationaryBootstrap(block, ours, theirs, seed=np.random.default_rng(seed))
    low, high = bootstrap.conf_int(_skill, reps=draws, method="percentile", size=CONFIDENCE)[:, 0]
    if 1 - low > MOST_TIMES:
        return Sentence(
            N_("Too few days decide on the rival's error: drawn without them the model's is over {most:.0f} times it."),
            most=MOST_TIMES,
        )
    return Interval(float(low), float(high), block, wanted)


def _skill(ours: Array, theirs: Array) -> Array:
    return np.array([1 - np.sqrt(ours.mean() / max(float(theirs.mean()), np.finfo(float).tiny))])


def block_length(differences: Array) -> int:
    """Days a block must hold on average, by the autocorrelation of `differences` (n,); the most of columns (n, k)."""
    from arch.bootstrap import optimal_block_length

    length = float(optimal_block_length(differences)["stationary"].max(skipna=False))
    return max(math.ceil(length), 1) if math.isfinite(length) else len(differences)


def _few_blocks(interval: Interval, n: int) -> Sentence | None:
    if interval.wanted <= interval.block:
        return None
    return Sentence(
        N_(
            "Its errors hang together for about {wanted} days, so {n} days hold few independent ones: the interval is "
            "narrower than it should be, and the test asks for more before it praises."
        ),
        wanted=interval.wanted,
        n=n,
    )


def _differences(actual: Array, predicted: Array, rival: Array) -> Array:
    """Squared error of the model less that of the rival, (n,)."""
    return np.square(predicted - actual) - np.square(rival - actual)

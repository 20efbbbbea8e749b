"""How often a verdict says "better", over known truths: `python -m benchmarks.verdicts [repetitions]`, some minutes.

The nominal share of wrong ones is 2.5 % for the verdict (interval and Diebold-Mariano, one-sided) and 5 % for Clark and
West's test, which is asked of returns alone. Every share is printed with its Monte Carlo error.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.evaluation.verdict import BETTER, verdict

Array = NDArray[np.float64]
Days = tuple[Array, Array, Array]  # actual, predicted, same as yesterday: (n,) each
REPETITIONS = 500
DAILY = 0.01  # standard deviation of a return
FITTED_ON = 700  # days before the test part


@dataclass(frozen=True)
class Truth:
    """A world in which it is known whether there is skill.

    Attributes:
        draw: n test days from a generator.
        most: the largest share of "better" that is allowed; None where there is skill.
        nested: whether Clark and West's test applies.
    """

    name: str
    days: int
    draw: Callable[[np.random.Generator, int], Days]
    most: float | None
    nested: bool = False


def equal(errors: Callable[[np.random.Generator, int], Array]) -> Callable[[np.random.Generator, int], Days]:
    """Two forecasts of nothing whose errors follow the same law."""
    return lambda random, n: (np.zeros(n), errors(random, n), errors(random, n))


def independent(random: np.random.Generator, n: int) -> Array:
    return random.normal(size=n)


def persistent(random: np.random.Generator, n: int) -> Array:
    """Moving sums of twenty days."""
    return np.convolve(random.normal(size=n + 19), np.ones(20), "valid")


def autoregressive(random: np.random.Generator, n: int, kept: float = 0.95, warm: int = 200) -> Array:
    """AR(1); 0.95 leaves e^-1 of a shock after twenty days."""
    shocks = random.normal(size=n + warm)
    for day in range(1, n + warm):
        shocks[day] += kept * shocks[day - 1]
    return shocks[warm:]


def persistent_differences(random: np.random.Generator, n: int) -> Days:
    """The differences of the squared errors themselves are an AR(1) of 0.95."""
    moved = autoregressive(random, n)
    moved /= 2 * np.abs(moved).max()
    return np.zeros(n), np.sqrt(1 + moved), np.sqrt(1 - moved)


def priced(moves: Array, foreseen: Array) -> Days:
    """Returns (n,) and their forecasts as prices."""
    prices = 100 * np.exp(np.concatenate([[0.0], np.cumsum(moves)]))
    return prices[1:], prices[:-1] * np.exp(foreseen), prices[:-1]


def truly_autoregressive(kept: float) -> Callable[[np.random.Generator, int], Days]:
    """AR(1) returns, forecast by the truth."""

    def draw(random: np.random.Generator, n: int) -> Days:
        moves = DAILY * autoregressive(random, n + 1, kept)
        return priced(moves[1:], kept * moves[:-1])

    return draw


def fitted_on_a_random_walk(random: np.random.Generator, n: int, order: int = 10) -> Days:
    """An autoregression on the returns of a random walk, fitted on the 700 days before."""
    moves = random.normal(0, DAILY, FITTED_ON + n)
    lags = np.column_stack([np.ones(len(moves) - order), np.lib.stride_tricks.sliding_window_view(moves, order)[:-1]])
    known = FITTED_ON - order
    weights = np.linalg.lstsq(lags[:known], moves[order:FITTED_ON], rcond=None)[0]
    return priced(moves[FITTED_ON:], lags[known:] @ weights)


def best_of(tries: int) -> Callable[[np.random.Generator, int], Days]:
    """The best on the test part of so many forecasts that are noise, each of 2 % of a return."""

    def draw(random: np.random.Generator, n: int) -> Days:
        moves = random.normal(0, DAILY, n)
        noise = random.normal(0, 0.02 * DAILY, (tries, n))
        return priced(moves, noise[np.square(noise - moves).sum(axis=1).argmin()])

    return draw


def truths() -> Iterator[Truth]:
    """The rows of the table."""
    for days in (40, 100, 300, 1000):
        yield Truth("equal losses, normal and independent", days, equal(independent), 0.035)
    for days in (40, 100, 300, 1000):
        yield Truth("equal losses, moving sums of 20 days", days, equal(persistent), 0.06)
    for days in (100, 300, 1000):
        yield Truth("equal losses, errors AR(1) 0.95", days, equal(autoregressive), 0.06)
        yield Truth("equal losses, their differences AR(1) 0.95", days, persistent_differences, 0.06)
    yield Truth("random walk, AR(10) on returns", 300, fitted_on_a_random_walk, 0.035, True)
    for days in (150, 300, 500):
        yield Truth("AR(1) returns 0.3, true forecast", days, truly_autoregressive(0.3), None, True)
    for days in (300, 1000):
        yield Truth("AR(1) returns 0.1, true forecast", days, truly_autoregressive(0.1), None, True)
    for tries in (1, 5, 20):
        # of several tries the best is better than chance: no single verdict can know that, a sweep has to say it
        yield Truth(f"random walk, best of {tries} noise", 300, best_of(tries), 0.035 if tries == 1 else None, True)


def measure(truth: Truth, repetitions: int) -> tuple[float, float | None, float]:
    """Shares of "better", of Clark and West's "foresees", and of warnings that days hang together."""
    random, better, foresees, warned = np.random.default_rng(0), 0, 0, 0
    for _ in range(repetitions):
        found = verdict(*truth.draw(random, truth.days), truth.nested)
        better += found.kind == BETTER
        warned += found.against.caution is not None
        foresees += found.against.nested is not None and found.against.nested.found
    return better / repetitions, foresees / repetitions if truth.nested else None, warned / repetitions


def give_or_take(share: float, repetitions: int) -> str:
    """A share with its Monte Carlo error."""
    return f"{share:.3f} ±{math.sqrt(max(share * (1 - share), 1 / repetitions) / repetitions):.3f}"


def main() -> int:
    repetitions, missed = int(sys.argv[1]) if len(sys.argv) > 1 else REPETITIONS, 0
    print(f"{'truth':44} {'days':>5}  {'better':13}  {'Clark-West':13}  {'few blocks':>10}")
    for truth in truths():
        better, foresees, warned = measure(truth, repetitions)
        noise = 2 * math.sqrt(better * (1 - better) / repetitions)
        too_many = truth.most is not None and better - noise > truth.most
        missed += too_many
        nested = "-" if foresees is None else give_or_take(foresees, repetitions)
        told = f"{truth.name:44} {truth.days:5}  {give_or_take(better, repetitions)}  {nested:13}  {warned:10.2f}"
        print(told + (f"  MISS: at most {truth.most}" if too_many else ""), flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

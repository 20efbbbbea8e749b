"""The figures the forecasts are held to, measured: `python -m benchmarks.figures [prices.csv]`, some minutes.

Prices: daily bars of the Shanghai Composite, 1990 to 2025, by default those in ../shared. AAPL is the offline sample.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from benchmarks.sample import SAMPLE
from core.config import PRESETS, DataQuery, Experiment
from core.data import load_bars, read_bars
from core.evaluation.conformal import LEVELS
from core.evaluation.published import on_published_window
from core.evaluation.report import report
from core.experiment import run_experiment
from core.jobs.runners import run_sweep, run_walk_forward
from core.jobs.tasks import SeedSweep, WalkForwardTask

INDEX = Path(__file__).resolve().parents[2] / "shared" / "data" / "000001.SH.csv"


@dataclass(frozen=True)
class Figure:
    """One figure beside what was asked of it."""

    name: str
    measured: str
    asked: str
    holds: bool


def returns_on_the_published_window(bars: pd.DataFrame) -> Iterator[Figure]:
    asked = on_published_window(PRESETS["returns"])
    found = run_sweep(SeedSweep(experiment=asked, seeds=5), within(bars, asked)).spreads
    for measure, most in (("rmse", 38.10), ("mae", 26.60)):
        spread = found[measure]
        told = f"median {spread.median:.2f} ({spread.low:.2f} to {spread.high:.2f})"
        name = f"returns, published window, five seeds: {measure.upper()}"
        yield Figure(name, told, f"median at most {most:.2f}", round(spread.median, 2) <= most)


def volatility(bars: pd.DataFrame) -> Iterator[Figure]:
    asked = PRESETS["volatility"].replace(data=DataQuery(ticker="000001.SH", start=date(2018, 1, 2)))
    run = run_experiment(asked, within(bars, asked))
    own, har = run.metrics["test"], run.baselines["har"]["test"]
    below, beside = own.skill or 0.0, (own.rmse or math.nan) / (har.rmse or math.nan) - 1
    yield Figure("volatility since 2018: below persistence", f"{below:.1%}", "at least 15 %", below >= 0.15)
    yield Figure("volatility since 2018: beside HAR", f"{beside:+.2%}", "within 2 %", abs(beside) <= 0.02)


def article_and_its_cure(bars: pd.DataFrame, asked: Experiment, place: str) -> Iterator[Figure]:
    run = run_experiment(asked, bars)
    clean = run_experiment(asked.replace(train=asked.train.replace(scale_on="train")), bars)
    found = report(run, clean)
    named = ", ".join(badge.name for badge in found.badges if badge.alarm)
    skill = f"skill {run.metrics['test'].skill:+.3f}"
    yield Figure(f"article, {place}: verdict", f"{found.verdict.kind}, {skill}", "worse", found.verdict.kind == "worse")
    yield Figure(f"article, {place}: badges", named or "none", "name a cause", bool(named))
    for badge in found.badges:
        if badge.cure and badge.name != "leak":
            cured = run_experiment(badge.cure.apply(asked), bars).metrics["test"].skill
            holds = cured is not None and cured >= -0.03
            yield Figure(f"article, {place}: cure of {badge.name}", f"skill {cured:+.3f}", "at least -0.03", holds)
            return  # the badges share this cure


def coverage(bars: pd.DataFrame) -> Iterator[Figure]:
    asked = PRESETS["returns"].replace(data=DataQuery(ticker="000001.SH", start=date(2010, 1, 1)))
    walk = run_walk_forward(WalkForwardTask(experiment=asked, every=25, refits=20), within(bars, asked)).walk_forward
    for level, tolerance in zip(LEVELS, (0.04, 0.025), strict=True):
        band, plain = walk.band(level), walk.band(level, "split").held
        told = f"{band.held:.1%} ({band.kind}; plain {plain:.1%})"
        name = f"walk-forward, last 500 days: {level:.0%} interval"
        yield Figure(name, told, f"within {100 * tolerance:g} points", abs(band.held - level) <= tolerance)


def within(bars: pd.DataFrame, asked: Experiment) -> pd.DataFrame:
    """The days `asked` asks for."""
    end = asked.data.end and str(asked.data.end)
    return bars.loc[str(asked.data.start) : end]


def figures(index: pd.DataFrame | None) -> Iterator[Figure]:
    """Every figure; those of the index only where its prices are at hand."""
    yield from article_and_its_cure(load_bars(SAMPLE), PRESETS["article"].replace(data=SAMPLE), "AAPL sample")
    if index is None:
        return
    yield from volatility(index)
    yield from returns_on_the_published_window(index)
    published = on_published_window(PRESETS["article"])
    yield from article_and_its_cure(within(index, published), published, "published window")
    yield from coverage(index)


def main() -> int:
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else INDEX
    if not path.exists():
        print(f"{path} is not there: only the offline sample is measured.")
    missed = 0
    for each in figures(read_bars(path) if path.exists() else None):
        missed += not each.holds
        print(f"{'ok  ' if each.holds else 'MISS'} {each.name}: {each.measured}; asked: {each.asked}", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

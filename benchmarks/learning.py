"""How long each preset trains until its test error is as low as that of "same as yesterday"."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.sample import SAMPLE
from benchmarks.timing import Row, Spread, both, interleaved, ratio
from core.config import PRESETS
from core.data import load_bars
from core.run import Run

TITLE = "Learning"
HOW = (
    "Each preset on the offline sample, training alone: seconds until its test error is within 1 % of that of “same as "
    "yesterday”, or below, for the first time. The article's training is the bare loop of its 200 epochs, in turn."
)
WITHIN = 1.01  # times the root mean squared error of persistence


def rows(quick: bool) -> Iterator[Row]:
    """One row a preset, and `returns` beside the article's training."""
    from benchmarks.bare import bare_loop
    from core.dataset import build_dataset
    from core.experiment import run_experiment

    bars, article, repeats = load_bars(SAMPLE), PRESETS["article"], 2 if quick else 7
    loop, found = bare_loop(article, build_dataset(article, bars)), {name: list[Run]() for name in PRESETS}

    def train(name: str, repeat: int) -> None:
        seeded = PRESETS[name].train.replace(seed=repeat)
        found[name].append(run_experiment(PRESETS[name].replace(train=seeded), bars))

    sides = {name: lambda repeat, name=name: train(name, repeat) for name in PRESETS}
    bare = interleaved({**sides, "bare": lambda _: loop(article.train.epochs)}, repeats)["bare"]
    for name, runs in found.items():
        reached = [seconds_until_level(run) for run in runs]
        known = [each for each in reached if each is not None]
        last = Spread.of(level(run)[-1] for run in runs).median
        told = f"{len(known)} of {len(runs)} seeds; test RMSE at the end {last:.3g} times that of persistence"
        yield Row(
            f"{name}: until its test error is at persistence", Spread.of(known) if known else None, "s", told=told
        )
        if name == "returns":
            beside = "returns: that time over the bare loop's for the article's 200 epochs"
            if len(known) < len(runs):
                yield Row(beside, None, most=1 / 20, told="not reached by every seed")
                continue
            told = both("returns", Spread.of(known), "article", Spread.of(bare))
            yield Row(beside, ratio(known, bare), most=1 / 20, told=told)


def level(run: Run) -> list[float]:
    """Test RMSE over that of persistence after each epoch, both in the training's own scale."""
    same = run.persistence_loss["test"]
    return [(record.test_loss / same) ** 0.5 for record in run.history]


def seconds_until_level(run: Run) -> float | None:
    """Since the training's start; None where it never gets there."""
    reached = (record.seconds for record, each in zip(run.history, level(run), strict=True) if each <= WITHIN)
    return next(reached, None)

"""Do further inputs help? First where the truth is known, then on real prices; writes docs/inputs.md.

python -m benchmarks.inputs [prices.csv ...]
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

from benchmarks.made import told_by_volume
from core.config import PRESETS, DataQuery, Experiment
from core.data import load_bars, read_bars
from core.evaluation.figures import p_value
from core.evaluation.significance import compare
from core.experiment import run_experiment
from core.introspect.drives import gate_drives
from core.introspect.over_run import gradient_profile
from core.run import Run
from core.whatif.ablation import ablate
from core.whatif.helping import BESIDE, COSTS, HELPS, NOTHING, Ablation

KINDS = {HELPS: "helps", BESIDE: "helps beside the others", COSTS: "costs", NOTHING: "nothing"}
DRAWS, TRUTH_SEEDS, SEEDS = 20, 3, 5
ASKED = ("volume", "range", "gap", "rsi", "average20", "macd", "weekday", "pause")
PAGE = Path(__file__).parents[1] / "docs" / "inputs.md"
RECENT = ("2019-01-01", "2023-03-13")  # the days of the published recipe
HEAD = """# Do further inputs help?

Written by `python -m benchmarks.inputs`. Every input is taken out once: the same experiment with all inputs and with
all but one, {seeds} seeds each, on the same test days. Forecasts are averaged over the seeds; "helps" means that with
the input the error is smaller and Clark and West's test, adjusted for all inputs asked (Holm), lies below 2.5 %.
"""


def with_inputs(preset: str, inputs: Iterable[str], seed: int = 0) -> Experiment:
    base = PRESETS[preset]
    return base.replace(model=base.model.replace(inputs=tuple(inputs)), train=base.train.replace(seed=seed))


def has_skill(run: Run) -> bool:
    """Whether it errs less than "same as yesterday", and Clark and West's test sees something in it at 5 %."""
    rows = run.tested
    actual, predicted, before = (rows[name].to_numpy(float) for name in ("actual", "predicted", "persistence"))
    found = compare(actual / before - 1, predicted / before - 1, np.zeros(len(rows)), nested=True)
    return (found.skill or 0) > 0 and found.nested is not None and found.nested.found


def of_truth() -> tuple[dict[str, int], dict[str, list[float]]]:
    """Of so many draws of made prices, how often each thing is so; and of each gate its part in what gates do."""
    counts, weights = (
        dict.fromkeys(("with", "without", "saliency", "ablation", "shuffled"), 0),
        dict[str, list[float]](),
    )
    for seed in tqdm(range(DRAWS), desc="made prices"):
        bars, none = told_by_volume(seed), told_by_volume(seed, shuffled=True)
        asked = with_inputs("returns", ["volume"], seed)
        run = run_experiment(asked, bars)
        counts["with"] += has_skill(run)
        counts["without"] += has_skill(run_experiment(with_inputs("returns", [], seed), bars))
        slopes = gradient_profile(run).saliency  # (D, F), lag 0 first
        counts["saliency"] += bool(slopes.argmax() == 1)  # of the last day, the volume
        for name, each in (("gates", run), ("gates shuffled", run_experiment(asked, none))):
            drives = gate_drives(each)
            for gates in ((), *((gate,) for gate in drives.shares)):
                key = " ".join((name, *gates))
                counts[key] = counts.get(key, 0) + (drives.leading(list(run.inputs), *gates) == "volume")
            if each is run:
                for gate in drives.shares:
                    weights.setdefault(gate, []).append(drives.weight(gate))
        counts["ablation"] += ablate(asked, bars, TRUTH_SEEDS).inputs[0].kind == HELPS
        counts["shuffled"] += ablate(asked, none, TRUTH_SEEDS).inputs[0].kind != HELPS
    return counts, weights


def truth_told(counts: dict[str, int], weights: dict[str, list[float]]) -> list[str]:
    rows = (
        ("the network with volume has skill", "with", "at least 16"),
        ("without it", "without", "at most 1"),
        ("saliency is largest at the last day's volume", "saliency", ""),
        ("the picture of the gates names volume, before the return", "gates", ""),
        (f"the ablation, {TRUTH_SEEDS} seeds, says that volume helps", "ablation", ""),
        ("volume shuffled: the ablation finds no help", "shuffled", "at least 19"),
    )
    lines = [f"| {told} | {counts[name]} of {DRAWS} | {asked} |" for told, name, asked in rows]
    gates = [
        f"| {gate} | {np.median(parts):.1%} | {counts[f'gates {gate}']} of {DRAWS} | "
        f"{counts[f'gates shuffled {gate}']} of {DRAWS} |"
        for gate, parts in weights.items()
    ]
    return [
        "## A known truth", "",
        f"Made prices, 1500 days: today's volume tells 4 % of the next return's variance. {DRAWS} draws, each with a "
        "seed of its own; preset `returns`.", "",
        "| what | so in | asked |", "|---|---|---|", *lines, "",
        "Gate by gate, in the first layer: how often volume moves it more than the return does, units weighed by what "
        "their movement does to the prediction; and the gate's weight by the same measure (median).", "",
        "| gate | weight | volume leads | with volume shuffled |", "|---|---|---|---|", *gates,
        f"| all | | {counts['gates']} of {DRAWS} | {counts['gates shuffled']} of {DRAWS} |", "",
        "Volume tells the mean of the next return, and what is added to the memory comes through the candidate. A gate "
        "that does little to the prediction has hardly been taught which input to follow, so which one leads there is "
        "near chance; therefore the page's sentence names what leads in all gates together, each by its weight.", "",
    ]  # fmt: skip


def told(name: str, preset: str, found: Ablation) -> list[str]:
    lines = [
        f"| {each.input} | {each.gain:+.2%} | {each.p_value:.3f} | {each.agree} of {found.seeds} | {KINDS[kind]} |"
        for each, kind in zip(found.inputs, found.kinds, strict=True)
    ]
    luck = (
        "" if found.snooping is None else f" Hansen's test of all sets against none: {p_value(found.snooping.p_value)}."
    )
    return [
        f"### {name}, preset `{preset}`", "", f"{found.days} test days. {found.sentence}{luck}", "",
        "| input | error smaller with it by | p (Holm) | seeds that agree | |", "|---|---|---|---|---|", *lines, "",
    ]  # fmt: skip


def series(files: Iterable[str]) -> dict[str, pd.DataFrame]:
    """AAPL, and of each file all days and the recent ones."""
    found = {"AAPL, 2019 to 2024": load_bars(DataQuery(ticker="AAPL", source="sample"))}
    for each in files:
        bars, name = read_bars(each), Path(each).stem
        for part in (bars.loc[RECENT[0] : RECENT[1]], bars.loc["1996":]):
            found[f"{name}, {part.index[0]:%Y} to {part.index[-1]:%Y}"] = part
    return found


def main(files: Iterable[str], say: Callable[[str], None] = print) -> None:
    """The page is written as it grows: the last series takes longest."""
    page = [HEAD.format(seeds=SEEDS), *truth_told(*of_truth()), "## Real prices", ""]
    for name, bars in series(files).items():
        for preset in ("returns", "volatility"):
            page += of_real(name, bars, preset, say)
            PAGE.write_text("\n".join(page).rstrip() + "\n")


def of_real(name: str, bars: pd.DataFrame, preset: str, say: Callable[[str], None]) -> list[str]:
    asked = [each for each in ASKED if each != "range" or preset == "returns"]
    found = ablate(with_inputs(preset, asked), bars, SEEDS)
    say(f"{name}, {preset}: {found.sentence}")
    return told(name, preset, found)


if __name__ == "__main__":
    main(sys.argv[1:])

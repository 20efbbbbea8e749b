"""Ablation: the same days with and without, what helps is found where it is known to, and nothing elsewhere."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from benchmarks.inputs import has_skill, with_inputs
from benchmarks.made import told_by_volume
from core.errors import ConfigError, DataError
from core.evaluation.clark_west import clark_west
from core.evaluation.luck import Snooping, snooping
from core.experiment import run_experiment
from core.sentence import Sentence
from core.whatif.ablation import ablate, ablated, ablation_experiments
from core.whatif.helping import BESIDE, COSTS, HELPS, LUCKY, NOTHING, Ablated, Ablation, holm, together
from core.whatif.outcome import row_of

ASKED = with_inputs("returns", ["volume", "weekday"])


@pytest.fixture(scope="module")
def found() -> Ablation:
    return ablate(ASKED, told_by_volume(1), seeds=3)


def test_the_input_that_tells_helps_and_the_one_that_does_not_is_named_so(found: Ablation) -> None:
    volume, weekday = found.inputs
    assert (volume.kind, volume.agree) == (HELPS, 3)
    assert volume.gain > 0.005
    assert "volume helps: with it the error is" in str(volume.sentence)
    assert weekday.kind in (NOTHING, COSTS)
    assert found.snooping is not None
    sure = found.snooping.p_value < LUCKY
    assert str(found.sentence).startswith(
        "Of 2 inputs these help " + ("more than" if sure else "beside the others: volume")
    )
    assert found.table["input"].tolist() == ["volume", "weekday"]


def test_shuffled_it_adds_nothing() -> None:
    bars = told_by_volume(1, shuffled=True)
    none = ablate(with_inputs("returns", ["volume"]), bars, seeds=3)
    assert none.inputs[0].kind == NOTHING
    assert str(none.sentence) == f"volume adds nothing that 3 seeds and {none.days} days can tell from chance."


def test_the_network_has_skill_with_it_alone() -> None:
    bars = told_by_volume(2)
    assert has_skill(run_experiment(with_inputs("returns", ["volume"], 2), bars))
    assert not has_skill(run_experiment(with_inputs("returns", [], 2), bars))


def test_every_set_is_tested_on_the_same_days() -> None:
    bars = told_by_volume(1, days=300)
    asked = ablation_experiments(with_inputs("returns", ["volume", "average60"]), bars, seeds=2)
    assert [each.model.inputs for each in asked[::2]] == [("volume", "average60"), ("average60",), ("volume",), ()]
    runs = [run_experiment(each.replace(train=each.train.replace(epochs=1)), bars) for each in asked[::2]]
    assert len({tuple(run.tested["date"]) for run in runs}) == 1
    whole = run_experiment(with_inputs("returns", ["volume", "average60"]), bars)
    assert runs[3].split_date == whole.split_date
    plain = ablation_experiments(with_inputs("returns", ["weekday"]), bars, seeds=2)
    assert plain[0].train.test_start is None  # nothing begins later, so the run is the one that may be there already


def test_p_values_are_clark_and_west_s_of_the_mean_forecasts(found: Ablation) -> None:
    """By hand, from the runs."""
    bars = told_by_volume(1)
    asked = ablation_experiments(ASKED, bars, seeds=3)
    rows = [row_of(each, None, run_experiment(each, bars)) for each in asked]
    actual = rows[0].tried.actual / rows[0].rivals["persistence"] - 1
    means = [
        np.mean([row.predicted / row.rivals["persistence"] - 1 for row in rows[first : first + 3]], axis=0)
        for first in (0, 3, 6, 9)
    ]
    alone = means.pop()
    raw = [clark_west(actual, means[0], means[1]).p_value, clark_west(actual, means[0], means[2]).p_value]
    again = ablated(ASKED, rows)
    assert [each.p_value for each in again.inputs] == pytest.approx(holm(raw))
    assert again.inputs[0].rmse_without == pytest.approx(np.sqrt(np.square(means[1] - actual).mean()))
    losses = [np.square(mean - actual) for mean in means]
    assert found.snooping == again.snooping == snooping(np.stack(losses), np.square(alone - actual))
    assert again.table.equals(found.table)
    with pytest.raises(DataError, match="No seed"):
        ablated(ASKED, rows[:6])


@pytest.mark.parametrize(
    ("kinds", "luck", "told", "shown"),
    [
        ((HELPS, NOTHING), 0.01, "Of 2 inputs these help more than 3 seeds", (HELPS, NOTHING)),
        ((HELPS, NOTHING), 0.4, "Of 2 inputs these help beside the others: a. That any set", (BESIDE, NOTHING)),
        ((NOTHING, COSTS), 0.4, "None of the 2 inputs adds anything", (NOTHING, COSTS)),
        ((NOTHING, COSTS), 0.01, "None of the 2 inputs is missed where the others are read, but", (NOTHING, COSTS)),
    ],
)
def test_marks_and_sentence_say_the_same(
    kinds: tuple[str, ...], luck: float, told: str, shown: tuple[str, ...]
) -> None:
    each = [Ablated(name, kind, 1.0, 1.1, 0.01, 3, Sentence(name)) for name, kind in zip("ab", kinds, strict=True)]
    found = Snooping(luck, (), 3, 400, 10)
    assert str(together(each, 3, 400, found)).startswith(told)
    ablation = Ablation(tuple(each), 3, 400, found, Sentence(told))
    assert ablation.kinds == tuple(ablation.table["kind"]) == shown


@pytest.mark.parametrize("p_values", [[0.01, 0.04, 0.03, 0.005], [0.5], [0.9, 0.8], [0.02, 0.02, 0.02]])
def test_holm_is_statsmodels(p_values: list[float]) -> None:
    from statsmodels.stats.multitest import multipletests

    assert holm(p_values) == pytest.approx(multipletests(p_values, method="holm")[1].tolist())


def test_what_cannot_be_taken_out_is_said(sample_bars: pd.DataFrame) -> None:
    with pytest.raises(ConfigError, match="nothing but its target's own series"):
        ablation_experiments(with_inputs("returns", []), sample_bars)
    with pytest.raises(ConfigError, match="seeds is 21"):
        ablation_experiments(ASKED, sample_bars, seeds=21)

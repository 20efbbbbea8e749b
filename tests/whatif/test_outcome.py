"""Rows hold a run's own numbers, the winner is chosen by validation alone, and its luck is counted over all rows."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import DataError
from core.evaluation.report import report
from core.evaluation.tries import corrected, count
from core.evaluation.verdict import BETTER
from core.run import Run
from core.whatif.outcome import Row, judged, row_of, table, winner


def with_skill(row: Row, skill: float | None) -> Row:
    assert row.validation is not None
    return replace(row, validation=replace(row.validation, skill=skill))


def test_a_row_holds_the_runs_numbers(runs: list[Run], rows: list[Row]) -> None:
    found = table(rows)
    assert found["key"].tolist() == [run.key for run in runs]
    assert found[["hidden", "seed"]].to_numpy().tolist() == [[h, s] for h in (2, 4) for s in (0, 1, 2)]
    for part in ("validation", "test"):
        for name in ("rmse", "skill", "direction"):
            assert found[f"{part}_{name}"].tolist() == [getattr(run.metrics[part], name) for run in runs]
    shown = table(rows[:1], {rows[0].experiment: {"cell": "lstm", "preset": "returns"}})
    assert list(shown.columns[:2]) == ["cell", "preset"]


def test_its_rivals_are_the_baselines_of_the_test_part(runs: list[Run], rows: list[Row]) -> None:
    for run, row in zip(runs, rows, strict=True):
        for name, predicted in row.rivals.items():
            rmse = np.sqrt(np.square(predicted - row.tried.actual).mean())
            assert rmse == pytest.approx(run.baselines[name]["test"].rmse)
        assert np.array_equal(row.predicted, run.tested["predicted"])


def test_four_hundred_rows_take_a_few_megabytes(rows: list[Row]) -> None:
    own = rows[0].predicted.nbytes + rows[0].tried.losses.nbytes
    assert len(pickle.dumps(rows)) - len(pickle.dumps(rows[:1])) < (len(rows) - 1) * (own + 4096)
    assert all(row.tried.actual is rows[0].tried.actual and row.tried.days is rows[0].tried.days for row in rows)
    assert all(row.rivals["ar"] is rows[0].rivals["ar"] for row in rows)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.floats(-1, 1), min_size=6, max_size=6))
def test_the_winner_has_the_best_median_over_its_seeds(rows: list[Row], skills: list[float]) -> None:
    dressed = [with_skill(row, skill) for row, skill in zip(rows, skills, strict=True)]
    found = winner(dressed)
    medians = table(dressed).groupby("hidden")["validation_skill"].median()
    assert found.skill == medians.max()
    assert found.row.experiment.model.hidden_size == medians.idxmax()
    assert found.row.skill == found.skill
    assert len(found.rows) == 3


def test_the_test_part_has_no_say(rows: list[Row]) -> None:
    other = [
        replace(row, test=replace(row.test, skill=0.9 - place), predicted=row.predicted * place)
        for place, row in enumerate(rows)
    ]
    assert winner(other).row.key == winner(rows).row.key


def test_a_seed_that_went_astray_counts_against_its_setting(rows: list[Row]) -> None:
    skills = [None, None, 0.9, 0.1, 0.1, 0.1]
    dressed = [with_skill(row, skill) for row, skill in zip(rows, skills, strict=True)]
    assert winner(dressed).row.experiment.model.hidden_size == 4


def test_without_a_validation_part_nothing_wins(rows: list[Row]) -> None:
    for some in ([], [replace(row, validation=None) for row in rows]):
        with pytest.raises(DataError, match="validation share"):
            winner(some)


def test_the_verdict_is_the_runs_own_with_all_rows_counted(runs: list[Run], rows: list[Row]) -> None:
    found = judged(rows)
    run = next(run for run in runs if run.key == found.winner.row.key)
    alone, counted = report(run).verdict, count(run, [row.tried for row in rows])
    assert found.alone == alone
    assert found.counted == counted
    assert found.verdict == corrected(alone, counted)
    assert found.counted.snooping is not None
    assert (found.counted.snooping.tries, found.apart) == (6, 0)
    assert found.counted.together is not None
    assert set(found.counted.together.p_values) == {f"model {row.key}" for row in rows} | set(rows[0].rivals)


def clairvoyant(row: Row, share: float, key: str) -> Row:
    """A row that foresees a share of each move."""
    same = row.rivals["persistence"]
    predicted = same + share * (row.tried.actual - same)
    losses = np.square(predicted - row.tried.actual)
    return replace(row, key=key, predicted=predicted, tried=replace(row.tried, key=key, losses=losses))


def test_real_skill_survives_and_luck_does_not(rows: list[Row]) -> None:
    """Forecasts of noise: the best of 100 on the days they were chosen by looks good, and is taken back."""
    dice, same = np.random.default_rng(2), rows[0].rivals["persistence"]
    alone = rows[0].experiment.replace(train=rows[0].experiment.train.replace(epochs=9))
    seer = clairvoyant(replace(with_skill(rows[0], 0.5), experiment=alone), 0.3, "seer")
    assert judged([seer, *rows[1:]]).verdict.kind == BETTER
    noise = []
    spread = float(np.abs(rows[0].tried.actual - same).mean())
    for number in range(100):
        predicted = same + dice.normal(0, 0.1 * spread, len(same))
        losses = np.square(predicted - rows[0].tried.actual)
        tried = replace(rows[0].tried, key=str(number), losses=losses)
        noise.append(replace(rows[0], key=str(number), tried=tried, predicted=predicted))
    best = int(np.argmin([row.tried.losses.mean() for row in noise]))  # the worst habit: chosen by the test part
    dressed = [with_skill(row, 1.0 if place == best else 0.0) for place, row in enumerate(noise)]
    seeds = [
        replace(row, experiment=row.experiment.replace(train=row.experiment.train.replace(epochs=place + 1)))
        for place, row in enumerate(dressed)
    ]
    found = judged(seeds)
    assert found.winner.row.key == str(best)
    assert found.verdict.kind != BETTER


def test_rows_of_another_test_part_are_told_apart(rows: list[Row], some_bars: pd.DataFrame, runs: list[Run]) -> None:
    other = replace(rows[0], key="other", tried=replace(rows[0].tried, key="other", actual=2 * rows[0].tried.actual))
    assert judged([*rows, with_skill(other, -1.0)]).apart == 1
    assert row_of(runs[0].experiment, some_bars, runs[0]) == rows[0]

"""What was tried on one test part: which tries belong together, and what of a "better" survives them."""

from dataclasses import replace

import numpy as np
import pytest

from core.evaluation.report import report
from core.evaluation.tries import corrected, count, same_part, try_of
from core.evaluation.verdict import BETTER, SAME


@pytest.fixture
def returns_run(make_run, walk):
    """A function that gives runs of returns which foresee the test days by noise, and by a share of the truth."""

    def make(seed, window=10, known=0.0, target="return"):
        moves = np.diff(np.log(walk))[window:]
        noise = np.random.default_rng(seed).normal(0, 0.002, len(moves))
        run = make_run(walk, "return", window, lambda windows: (noise - moves.mean()) / moves.std())
        foreseen = run.prediction["persistence"] * np.exp(known * moves + noise)
        prediction = run.prediction.assign(predicted=foreseen)
        train = run.experiment.train.replace(target=target)
        return replace(
            run, key=f"{seed}-{window}", prediction=prediction, experiment=run.experiment.replace(train=train)
        )

    return make


def test_a_moved_window_and_another_target_stay_on_the_same_test_part(returns_run):
    short, long = returns_run(1, window=5), returns_run(2, window=40)
    assert short.split_date != long.split_date
    assert same_part(try_of(short), try_of(long))
    assert same_part(try_of(short), try_of(returns_run(3, target="close")))


def test_other_prices_and_other_days_are_another_test_part(returns_run, make_run, walk):
    own = try_of(returns_run(1))
    dearer = make_run(1.01 * walk, "return", 10, lambda windows: windows[:, -1, 0])
    assert not same_part(own, try_of(dearer))
    half = len(own.days) // 2
    assert not same_part(own, replace(own, days=own.days[half:], actual=own.actual[half:]))


def test_every_run_counts_once(returns_run):
    runs = [returns_run(seed) for seed in range(4)]
    tries = [try_of(run) for run in runs]
    assert len(count(runs[0], tries).tries) == 4
    assert len(count(runs[0], [*tries, try_of(runs[0])]).tries) == 4
    alone = count(runs[0], [])
    assert (len(alone.tries), alone.snooping, alone.survives) == (1, None, True)


def test_a_lucky_run_is_no_longer_called_better_and_a_good_one_still_is(returns_run):
    """Of noises the best one on the test part, and one that knows a third of each move."""
    runs = [returns_run(seed) for seed in range(60)]
    tries = [try_of(run) for run in runs]
    lucky = min(runs, key=lambda run: try_of(run).losses.mean())
    good = returns_run(99, known=0.35)
    told = report(good).verdict
    assert told.kind == BETTER
    assert corrected(told, count(good, tries)) == told
    assert count(good, tries).together.included[0] == f"model {good.key}"
    found = count(lucky, tries)
    assert not found.survives
    assert found.snooping.tries == 60
    announced = replace(told, kind=BETTER)  # whatever the test of a single one says of it
    taken_back = corrected(announced, found)
    assert taken_back.kind == SAME
    assert "one of 60 settings" in str(taken_back.sentence)
    assert taken_back.notes == announced.notes


def test_another_kind_of_verdict_is_left_alone(returns_run):
    run = returns_run(1)
    told = replace(report(run).verdict, kind=SAME)
    assert corrected(told, count(run, [try_of(returns_run(seed)) for seed in range(5)])) is told


def test_a_network_gone_astray_counts_but_spoils_nothing(returns_run):
    run, astray = returns_run(1), returns_run(2)
    astray = replace(astray, prediction=astray.prediction.assign(predicted=np.nan))
    found = count(run, [try_of(astray), try_of(returns_run(3))])
    assert len(found.tries) == 3
    assert found.snooping.tries == 2
    assert count(astray, [try_of(run)]).snooping is None

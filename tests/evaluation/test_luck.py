"""Many tries on the same days: against arch used directly, and what must hold however many there are."""

import numpy as np
import pandas as pd
import pytest
from arch.bootstrap import MCS, SPA, optimal_block_length

from core.errors import DataError
from core.evaluation.luck import confidence_set, snooping
from core.evaluation.significance import DRAWS


@pytest.fixture
def random():
    return np.random.default_rng(21)


def losses_of(random, days, scales):
    """Squared errors (M, N) whose expectations are `scales`, on days some of which are hard for all."""
    hard = random.gamma(4, 0.25, size=days)
    return np.square(random.normal(size=(len(scales), days))) * hard * np.asarray(scales)[:, None]


def wanted(differences):
    """The longest block any column asks for, by arch, leaving ten blocks."""
    lengths = [optimal_block_length(column)["stationary"].iloc[0] for column in differences.T]
    return min(int(np.ceil(max(lengths))), len(differences) // 10)


@pytest.mark.parametrize("scales", [[1.0, 1.1, 0.9], [0.5, 1.0, 2.0, 3.0], [1.0] * 20])
def test_snooping_is_archs(random, scales):
    benchmark, losses = losses_of(random, 300, [1.0])[0], losses_of(random, 300, scales)
    found = snooping(losses, benchmark)
    assert found.block == wanted((benchmark - losses).T)
    test = SPA(benchmark, losses.T, block_size=found.block, reps=DRAWS, seed=0)
    test.compute()
    assert found.p_value == test.pvalues["consistent"]
    assert (found.tries, found.days) == losses.shape
    if found.p_value < 0.025:
        assert found.better == tuple(test.better_models(0.025))


@pytest.mark.parametrize(("models", "method"), [(5, "R"), (45, "max")])
def test_confidence_set_is_archs(random, models, method):
    scales = np.linspace(1, 2, models)
    losses = pd.DataFrame(losses_of(random, 300, scales).T, columns=[f"model {place}" for place in range(models)])
    found = confidence_set(losses)
    test = MCS(losses, 0.05, DRAWS, found.block, method, seed=0)
    test.compute()
    assert set(found.included) == set(test.included)
    assert found.p_values == pytest.approx(test.pvalues["Pvalue"].to_dict())
    best = losses.mean().idxmin()
    assert found.included[0] == best
    assert list(found.included) == sorted(found.included, key=lambda name: losses[name].mean())
    differences = losses.drop(columns=best).sub(losses[best], axis=0)
    assert found.block == wanted(differences.to_numpy())


def test_one_that_is_better_is_found_among_many_that_are_not(random):
    benchmark = losses_of(random, 400, [1.0])[0]
    losses = losses_of(random, 400, [*[1.0] * 9, 0.3])
    found = snooping(losses, benchmark)
    assert found.p_value < 0.025
    assert found.better == (9,)
    assert confidence_set(pd.DataFrame(losses.T)).included == ("9",)


def test_more_tries_need_more(random):
    """The same best one among tries that are no better than the benchmark."""
    benchmark = losses_of(random, 300, [1.0])[0]
    best = benchmark - 0.12 + random.normal(0, 1, 300)
    alone = snooping(best, benchmark)
    among = snooping(np.stack([best, *(benchmark + random.normal(0, 1, (40, 300)))]), benchmark)
    assert alone.p_value < among.p_value


def test_the_same_losses_twice_change_nothing(random):
    losses = pd.DataFrame(losses_of(random, 200, [1.0, 1.2, 1.9]).T, columns=["a", "b", "c"])
    once = confidence_set(losses)
    twice = confidence_set(losses.assign(d=losses["b"], e=losses["c"], f=losses["a"] + 1e-15))
    assert {name: twice.p_values[name] for name in "abc"} == once.p_values
    assert [twice.p_values[name] for name in "def"] == [once.p_values[name] for name in "bca"]
    benchmark, tried = losses_of(random, 200, [1.1])[0], losses.to_numpy().T
    assert snooping(np.concatenate([tried, tried]), benchmark).p_value == snooping(tried, benchmark).p_value


def test_forecasts_that_cannot_be_told_apart_by_chance(random):
    benchmark = losses_of(random, 100, [1.0])[0]
    same = snooping(np.stack([benchmark, benchmark]), benchmark)
    assert (same.p_value, same.better) == (1.0, ())
    found = confidence_set(pd.DataFrame({"a": benchmark, "b": benchmark}))
    assert found.included == ("a", "b")
    assert found.p_values == {"a": 1.0, "b": 1.0}


def test_the_same_seed_gives_the_same(random):
    benchmark, losses = losses_of(random, 150, [1.0])[0], losses_of(random, 150, [0.9, 1.0])
    assert snooping(losses, benchmark) == snooping(losses, benchmark)
    assert confidence_set(pd.DataFrame(losses.T)) == confidence_set(pd.DataFrame(losses.T))


def test_too_little_is_said_in_a_sentence(random):
    few, losses = losses_of(random, 29, [1.0, 1.0]), losses_of(random, 40, [1.0, 1.0])
    with pytest.raises(DataError, match="29 days .* at least 30"):
        snooping(few, few[0])
    with pytest.raises(DataError, match="29 days .* at least 30"):
        confidence_set(pd.DataFrame(few.T))
    with pytest.raises(DataError, match="compare: 1; at least 2"):
        confidence_set(pd.DataFrame(losses[:1].T))
    with pytest.raises(DataError, match="compare: 0; at least 1"):
        snooping(np.empty((0, 40)), losses[0])
    with pytest.raises(DataError, match="of 40 days .* of 39"):
        snooping(losses, losses[0, 1:])
    losses[1, 3] = np.nan
    with pytest.raises(DataError, match="on 1 days"):
        snooping(losses, losses[0])

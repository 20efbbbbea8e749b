"""Plans: every combination once, bounds as those of a link, and words of an address that give the plan back."""

from __future__ import annotations

import itertools
import random
import re
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.config import PRESETS, Choice, DataQuery, Experiment, Span
from core.errors import ConfigError
from core.link import PARAMETERS
from core.whatif.plan import MOST_RUNS, NAMES, Plan, queries
from core.whatif.values import limits, values_of

BASE = PRESETS["returns"]


def test_a_grid_is_the_product_of_its_dials() -> None:
    plan = Plan({"hidden": (4, 8), "window": (5, 10, 20)})
    made = [(each.model.hidden_size, each.model.window) for each in plan.experiments(BASE)]
    assert made == list(itertools.product((4, 8), (5, 10, 20)))
    assert plan.combinations == plan.count == 6


def test_all_else_is_the_base() -> None:
    (made,) = Plan({"hidden": (4,)}).experiments(BASE)
    assert made.replace(model=made.model.replace(hidden_size=BASE.model.hidden_size)) == BASE
    assert Plan({}).experiments(BASE) == [BASE]


@pytest.mark.parametrize(
    ("name", "text", "values"),
    [
        ("hidden", "4, 8, 16", (4, 8, 16)),
        ("hidden", "4..32 by 4", tuple(range(4, 33, 4))),
        ("hidden", "4..10 by 4", (4, 8)),
        ("seed", "0..4", (0, 1, 2, 3, 4)),
        ("seed", "0..2, 9，9、2", (0, 1, 2, 9)),
        ("lr", "0.001, 0.01", (0.001, 0.01)),
        ("lr", "0.0001..0.1 times 10", (0.0001, 0.001, 0.01, 0.1)),
        ("dropout", "0.1..0.5 by 0.1", (0.1, 0.2, 0.3, 0.4, 0.5)),
        ("dropout", "0.1..0.3 每次加 0.1", (0.1, 0.2, 0.3)),
        ("batch", "full, 64", (None, 64)),
        ("patience", "off, 10", (None, 10)),
        ("cell", "LSTM, gru", ("lstm", "gru")),
        ("ticker", "AAPL, 000001.SH, BRK B", ("AAPL", "000001.SH", "BRK B")),
        ("start", "2015-01-05, first", (date(2015, 1, 5), None)),
        ("split", "0.7, 2018-08-10, 0.6_2018-08-10", (0.7, date(2018, 8, 10), "0.6_2018-08-10")),
        ("preset", "returns, article", ("returns", "article")),
        ("forget_bias", "-1, 1, default", (-1.0, 1.0, None)),
    ],
)
def test_what_a_visitor_types(name: str, text: str, values: tuple[Any, ...]) -> None:
    assert Plan({name: text}).dials[name] == values  # type: ignore[dict-item]


def test_python_values_numpy_and_fields_are_taken() -> None:
    one = Plan({"hidden_size": np.array([4, 8]), "seed": range(3), "learning_rate": 0.01, "test_start": ["2018-08-10"]})  # type: ignore[dict-item]
    assert one.dials == {"hidden": (4, 8), "seed": (0, 1, 2), "lr": (0.01,), "split": (date(2018, 8, 10),)}
    assert all(type(value) is int for value in one.dials["hidden"])


@pytest.mark.parametrize(
    ("name", "text", "field"),
    [
        ("hidden", "4, 300", "hidden_size"),
        ("hidden", "8.5", "hidden_size"),
        ("hidden", "4..300 by 2", "hidden_size"),
        ("hidden", "32..4 by 4", "hidden"),
        ("hidden", "4..8 by 0", "hidden"),
        ("hidden", "4..8 times 1", "hidden"),
        ("lr", "0.1..1", "lr"),  # a step is asked for
        ("lr", "0.1..1 by x", "lr"),
        ("lr", "1e-5..1e999999 times 1e999999", "lr"),
        ("cell", "transformer", "cell"),
        ("ticker", "a/b", "ticker"),
        ("start", "yesterday", "start"),
        ("preset", "best", "preset"),
        ("seed", "0..400", "seed"),
        ("seed", " , ", "seed"),
        ("colour", "1", "colour"),
    ],
)
def test_bad_values_are_named(name: str, text: str, field: str) -> None:
    with pytest.raises(ConfigError) as found:
        Plan({name: text})  # type: ignore[dict-item]
    assert found.value.values["field"] == field


def test_the_same_dial_twice_is_an_error() -> None:
    with pytest.raises(ConfigError, match="hidden"):
        Plan({"hidden": (4,), "hidden_size": (8,)})


def test_too_many_are_counted_and_refused_before_they_are_made() -> None:
    plan = Plan({"seed": tuple(range(400)), "hidden": tuple(range(1, 257)), "window": tuple(range(2, 121))})
    assert plan.count == 400 * 256 * 119
    with pytest.raises(ConfigError, match=f"{plan.count:,}") as found:
        plan.experiments(BASE)
    assert str(MOST_RUNS) in str(found.value)
    assert len(Plan(plan.dials, draw=MOST_RUNS).experiments(BASE)) == MOST_RUNS


def test_dates_of_one_experiment_meet_each_other_alone() -> None:
    base = Experiment(data=DataQuery(start=date(2015, 1, 1), end=date(2016, 1, 1)))
    (made,) = Plan({"start": (date(2020, 1, 1),), "end": (date(2021, 1, 1),)}).experiments(base)
    assert (made.data.start, made.data.end) == (date(2020, 1, 1), date(2021, 1, 1))
    with pytest.raises(ConfigError) as found:
        Plan({"start": (date(2022, 1, 1),), "end": (date(2021, 1, 1),)}).experiments(base)
    assert found.value.values["field"] == "start"


def test_a_preset_is_set_first_and_leaves_the_prices() -> None:
    base = BASE.replace(data=DataQuery(ticker="000001.SH"))
    made = Plan({"hidden": (32,), "preset": ("article", "corrected")}).experiments(base)
    assert [each.model.layout for each in made] == ["article", "window"]
    assert {each.model.hidden_size for each in made} == {32}
    assert queries(made) == [base.data]


def test_combinations_that_come_to_one_experiment_are_one() -> None:
    plan = Plan({"preset": ("article", "corrected"), "layout": ("window",), "scale": ("train",)})
    assert plan.count == 2
    assert len(plan.experiments(BASE)) == 1


def test_queries_are_each_asked_once() -> None:
    made = Plan({"ticker": ("AAPL", "000001.SH"), "end": (date(2020, 1, 1), None), "seed": (0, 1, 2)}).experiments(BASE)
    assert len(made) == 12
    assert [(each.ticker, each.end) for each in queries(made)] == [
        ("AAPL", date(2020, 1, 1)), ("AAPL", None), ("000001.SH", date(2020, 1, 1)), ("000001.SH", None),
    ]  # fmt: skip


@given(st.integers(1, 60), st.integers(0, 2**31 - 1))
def test_a_draw_is_of_the_grid_without_repetition_and_grows(draw: int, seed: int) -> None:
    dials = {"hidden": (4, 8, 16, 32), "window": (5, 10, 20), "cell": ("lstm", "gru", "rnn")}
    grid = Plan(dials).experiments(BASE)
    drawn = Plan(dials, draw, seed).experiments(BASE)
    assert len(set(drawn)) == len(drawn) == min(draw, 36)
    assert set(drawn) <= set(grid)
    assert drawn == Plan(dials, draw, seed).experiments(BASE)
    if draw < 35:
        assert Plan(dials, draw + 1, seed).experiments(BASE)[:draw] == drawn


def test_a_draw_of_all_is_the_grid() -> None:
    dials = {"hidden": (4, 8), "seed": tuple(range(5))}
    assert Plan(dials, draw=10, seed=3).experiments(BASE) == Plan(dials).experiments(BASE)


def _random_value(name: str, dice: random.Random) -> Any:
    found = limits(name)
    if name == "split":
        share, day = dice.uniform(0.1, 0.95), date(2010, 1, 1) + timedelta(days=dice.randrange(6000))
        return dice.choice([share, round(share, 2), day, f"{share}_{day}"])
    if name in ("start", "end"):
        return dice.choice([None, date(1990, 1, 1) + timedelta(days=dice.randrange(15000))])
    if name == "ticker":
        return "".join(dice.choice("abzABZ019._-^= 中") for _ in range(dice.randint(1, 24)))
    if name == "inputs":
        return tuple(
            dice.sample(["range", "volume", "gap", "rsi", "weekday", "column:Open interest"], dice.randint(0, 4))
        )
    if isinstance(found, Choice):
        return dice.choice(found.options)
    assert isinstance(found, Span)
    if name in ("batch", "patience", "forget_bias") and dice.random() < 0.2:
        return None
    if isinstance(found.low, int) and isinstance(found.high, int):
        return dice.randint(found.low, min(found.high, found.low + dice.choice([3, 30, 3000])))
    return dice.choice([dice.uniform(found.low, found.high), round(dice.uniform(found.low, found.high), 3)])


def _random_plan(dice: random.Random) -> Plan:
    names = dice.sample(NAMES, dice.randint(0, 5))
    dials = {name: [_random_value(name, dice) for _ in range(dice.choice([1, 2, 3, 12]))] for name in names}
    return Plan(dials, dice.choice([None, 1, 17, 400]), dice.choice([0, 7, 2**31 - 1]))  # type: ignore[arg-type]


def test_ten_thousand_plans_through_an_address_and_back() -> None:
    dice = random.Random(20240229)
    seen: set[str] = set()
    for _ in range(10_000):
        try:
            plan = _random_plan(dice)
        except ConfigError:  # a ticker of blanks alone
            continue
        words = plan.to_words()
        assert re.fullmatch(r"[A-Za-z0-9._-]*", words)
        back = Plan.from_words(words)
        assert (list(back.dials.items()), back.draw, back.seed) == (list(plan.dials.items()), plan.draw, plan.seed)
        assert [type(v) for vs in back.dials.values() for v in vs] == [
            type(v) for vs in plan.dials.values() for v in vs
        ]
        seen |= plan.dials.keys()
    assert seen == set(NAMES)


PIECES = st.sampled_from(["all", "50-7", "-hidden", "-ticker", "4", "0_1_9", "_", "_NA", ""])


@given(st.text(max_size=80) | st.lists(PIECES, max_size=8).map("..".join))
def test_any_words_are_a_plan_or_our_error(words: str) -> None:
    try:
        plan = Plan.from_words(words)
    except ConfigError:
        return
    assert Plan.from_words(plan.to_words()) == plan


@given(st.sampled_from(NAMES), st.text(max_size=40))
def test_any_text_is_values_or_our_error(name: str, text: str) -> None:
    try:
        values = values_of(name, text)
    except ConfigError:
        return
    assert 1 <= len(set(values)) == len(values) <= MOST_RUNS


@given(st.text("0123456789.,、 bytimes-e", max_size=24))
def test_any_range_is_values_or_our_error(text: str) -> None:
    test_any_text_is_values_or_our_error.hypothesis.inner_test("lr", text)  # type: ignore[attr-defined]


def test_every_dial_of_a_link_can_be_tried() -> None:
    assert set(NAMES) == {"preset", *PARAMETERS}

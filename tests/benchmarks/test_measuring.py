"""What the benchmarks rest on: turns, quartiles, a bare loop that is the same training, a page that hides nothing."""

from __future__ import annotations

import platform
import statistics
from datetime import date

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import page
from benchmarks.bare import bare_loop
from benchmarks.picture import beside_asked
from benchmarks.sample import SAMPLE
from benchmarks.timing import Row, Spread, interleaved, ratio
from core.config import PRESETS
from core.data import load_bars
from core.dataset import build_dataset
from core.model import Regressor
from core.training import fit, predict, reproducible

positive = st.floats(1e-6, 1e6)


@given(st.lists(positive, min_size=2, max_size=30))
def test_spread_is_the_inclusive_quartiles(values):
    found = Spread.of(values)
    assert [found.low, found.median, found.high] == pytest.approx(statistics.quantiles(values, method="inclusive"))


@given(st.lists(st.tuples(positive, positive), min_size=1, max_size=9))
def test_a_ratio_turned_round_is_its_inverse(pairs):
    above, below = zip(*pairs, strict=True)
    found, turned = ratio(above, below), ratio(below, above)
    if len(pairs) % 2:  # otherwise the median lies between two
        assert found.median == pytest.approx(1 / turned.median)
    assert found.low <= found.median <= found.high


def test_sides_take_turns():
    order = []
    sides = {
        "one": lambda repeat: order.append(("one", repeat)),
        "other": lambda repeat: order.append(("other", repeat)),
    }
    taken = interleaved(sides, 3)
    assert order == [(name, repeat) for repeat in range(3) for name in ("one", "other")]
    assert {name: len(each) for name, each in taken.items()} == {"one": 3, "other": 3}


@pytest.mark.parametrize("preset", ["corrected", "article"])
def test_the_bare_loop_is_the_same_training(preset):
    """From the same seed it ends where `fit` ends, so that the times of both can be compared."""
    asked = PRESETS[preset].replace(train=PRESETS[preset].train.replace(epochs=5))
    data = build_dataset(asked, load_bars(SAMPLE))
    with reproducible(0):
        model = Regressor(asked.model)
        list(fit(model, data, asked.train))
    with reproducible(0):
        bare = bare_loop(asked, data)(asked.train.epochs)
    with torch.no_grad():
        predicted = bare(model.shape(data.windows)).numpy()
    np.testing.assert_allclose(predicted, predict(model, data.windows), atol=2e-4)


ROWS = [
    Row("fast enough", Spread(5, 6, 7), least=6),
    Row("too slow", Spread(0.9, 1.2, 1.3), "s", most=1),
    Row("not there", None, most=1, told="no browser"),
    Row("nothing asked", Spread(1, 2, 3)),
]


def test_a_row_is_judged_by_its_median():
    assert [row.holds for row in ROWS] == [True, False, False, None]


def test_the_picture_puts_what_holds_on_the_right_of_one():
    for row in ROWS[:2]:
        spread = beside_asked(row)
        assert spread.low <= spread.median <= spread.high
        assert (spread.median >= 1) is row.holds


def test_the_page_names_all_that_falls_short_and_no_host():
    told = page.text([page.Section("Speed", "How.", ROWS)], date(2026, 1, 2), page.machine())
    head, _, _ = told.partition("## Speed")
    assert "1 of 3 figures hold" in head
    assert [row.name in head for row in ROWS] == [False, True, True, False]
    assert platform.node() not in told
    for row in ROWS:
        assert f"| {row.name} |" in told

"""Maps, curves and lines of many runs say what pandas says of the same table, and tell what was pressed."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from core import charts
from core.charts import Dial, Style, spread_of

UNITS, DAYS, SEEDS = Dial("<b>units</b>", ("4", "8", "16")), Dial("days", ("5", "10")), Dial("seed", ("0", "1", "2"))


@pytest.fixture
def table() -> pd.DataFrame:
    places = itertools.product(range(3), range(2), range(3))
    frame = pd.DataFrame(places, columns=["units", "days", "seed"])
    return frame.assign(skill=np.random.default_rng(1).normal(size=len(frame)))


def number(text: str) -> float:
    return float(text.replace("−", "-"))


def test_the_spread_is_that_of_pandas(table):
    found = spread_of(table[["units", "days"]].to_numpy(), table["skill"], (3, 2))
    grouped = table.groupby(["units", "days"])["skill"]
    for name, kept in (("median", found.median), ("min", found.low), ("max", found.high), ("count", found.count)):
        np.testing.assert_allclose(kept.ravel(), grouped.agg(name).to_numpy())


def test_runs_without_a_number_leave_a_gap_and_count_nothing():
    found = spread_of([(0,), (0,), (2,)], np.array([1.0, np.nan, np.inf]), (3,))
    np.testing.assert_array_equal(found.count, [1, 0, 0])
    np.testing.assert_array_equal(found.median, [1.0, np.nan, np.nan])
    assert spread_of([], np.array([]), (2, 2)).count.sum() == 0


def test_a_cell_of_the_map_tells_its_place_and_its_spread(table):
    found = spread_of(table[["units", "days"]].to_numpy(), table["skill"], (3, 2))
    drawn = charts.dial_map(DAYS, UNITS, found, "skill", Style()).figure
    marks = next(trace for trace in drawn.data if trace.type == "scatter")
    assert len(marks.x) == 6
    for x, y, (column, row, across, up, *told, count) in zip(marks.x, marks.y, marks.customdata, strict=True):
        assert (column, row, across, up) == (x, y, DAYS.values[x], UNITS.values[y])
        spread = [number(text) for text in told]
        np.testing.assert_allclose(spread, [each[y, x] for each in (found.median, found.low, found.high)], atol=5e-5)
        assert count == 3
    printed = [text for trace in drawn.data if trace.type == "heatmap" for row in trace.text for text in row if text]
    assert sorted(map(number, printed)) == sorted(np.round(found.median.ravel(), 4))


def test_colours_diverge_around_no_skill_and_one_astray_does_not_bleach_the_rest():
    found = spread_of([(0, 0), (0, 1)], np.array([0.05, -400.0]), (1, 2))
    heat = [
        trace for trace in charts.dial_map(DAYS, UNITS, found, "skill", Style()).figure.data if trace.type == "heatmap"
    ]
    assert {(trace.zmin, trace.zmax) for trace in heat} == {(-1.0, 1.0)}


def test_the_band_of_a_curve_reaches_from_the_lowest_to_the_highest_run(table):
    found = spread_of(table[["units"]].to_numpy(), table["skill"], (3,))
    band, line, level = charts.dial_curve(UNITS, found, "skill", Style()).figure.data
    lowest, highest = (table.groupby("units")["skill"].agg(end) for end in ("min", "max"))
    np.testing.assert_allclose(band.y, [*highest, *lowest[::-1]])
    np.testing.assert_allclose(line.y, table.groupby("units")["skill"].median())
    assert list(level.y) == [0, 0]
    assert [told[0] for told in line.customdata] == [0, 1, 2]


@pytest.mark.parametrize("narrow", [False, True])
def test_every_run_is_one_line_that_crosses_its_own_values(table, narrow):
    chosen = table[["units", "days", "seed"]].to_numpy()
    skill = table["skill"].where(table.index != 4).to_numpy()
    drawn = charts.parallel([UNITS, DAYS, SEEDS], chosen, skill, "skill", Style(narrow=narrow)).figure
    seen = {}
    for trace in drawn.data:
        along, at = (-np.asarray(trace.y), trace.x) if narrow else (trace.x, trace.y)
        for axis, place, (run,) in zip(along, at, trace.customdata, strict=True):
            if axis is not None and np.isfinite(axis):
                seen.setdefault(int(run), {})[int(axis)] = place
    assert set(seen) == set(table.index) - {4}
    for run, crossed in seen.items():
        values = [int(crossed[d] * len(dial.values)) for d, dial in enumerate((UNITS, DAYS, SEEDS))]
        assert values == list(chosen[run])
    ends = {run: crossed[3] for run, crossed in seen.items() if skill[run] > -1}
    assert sorted(ends, key=ends.get) == sorted(ends, key=lambda run: skill[run])


def test_names_are_escaped_and_the_best_is_told(table):
    chosen, best = table[["units", "days", "seed"]].to_numpy(), table.loc[table["skill"].idxmax()]
    chart = charts.parallel([UNITS, DAYS, SEEDS], chosen, table["skill"].to_numpy(), "skill", Style())
    assert "<b>units</b>" not in str(chart.figure.layout) + str([trace.hovertext for trace in chart.figure.data])
    assert f"days {DAYS.values[int(best.days)]}" in chart.alt

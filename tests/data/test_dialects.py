"""Generated dialects of files: each day and number comes back exactly, or is asked about or refused; none is altered.

GATESCOPE_FILES sets how many are made (20000 was run once); the default is a quick look.
"""

from __future__ import annotations

import os

import numpy as np
import pandas as pd
from dialects import DATES, Dialect, Truth, dialects, truths, written
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from core.data import provenance, read_bars
from core.data.files import Answers
from core.errors import FileError
from core.input_names import is_further

many = settings(
    max_examples=int(os.environ.get("GATESCOPE_FILES", "100")),
    deadline=None,
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


def right(bars: pd.DataFrame, truth: Truth) -> None:
    assert [day.date() for day in bars.index] == list(truth.days)
    for name, cells in truth.columns.items():
        expected = np.array([float(cell) for cell in cells])
        found = bars[name].to_numpy()
        missing = np.isnan(found)
        assert name == "volume" or not missing.any()
        np.testing.assert_array_equal(found[~missing], expected[~missing], err_msg=name)
        assert not expected[missing].any()  # a dash stands for a volume of none
    for name in set(bars.columns) - set(truth.columns):
        assert is_further(name) or bars[name].isna().all()  # a column that an input can read


def told_otherwise(bars: pd.DataFrame, dialect: Dialect) -> bool:
    """Whole prices that all have thousands set off look like prices to three decimals: read so, and told."""
    other = {".": "The comma is read", ",": "The point is read"}[dialect.decimal]
    return dialect.packed != "workbook" and any(other in each.template for each in provenance(bars).notes)


@many
@given(truths(), dialects(), st.data())
def test_read_right_or_refused(truth: Truth, dialect: Dialect, data: st.DataObject) -> None:
    content = written(truth, dialect, data.draw(st.permutations(range(len(truth.days)))))
    try:
        bars = read_bars(content)
    except FileError as error:
        event(type(error).__name__)
        return
    if told_otherwise(bars, dialect):
        event("read with the other mark, and told")
        assert dialect.thousands not in ("", " ", "'")
        return
    event("read")
    right(bars, truth)


@many
@given(truths(), dialects(), st.data())
def test_with_its_questions_answered_every_file_is_read(truth: Truth, dialect: Dialect, data: st.DataObject) -> None:
    content = written(truth, dialect, data.draw(st.permutations(range(len(truth.days)))))
    assume(dialect.headings != "unnamed" or "seconds" not in dialect.dates)  # a column of mere numbers has no name
    answers = Answers(dates=DATES[dialect.dates][1], decimal="." if dialect.packed == "workbook" else dialect.decimal)
    bars = read_bars(content, answers=answers)
    right(bars, truth)
    told = "\n".join(map(str, provenance(bars).notes))
    for name in dialect.extra:
        assert name.lower() in told.lower()  # money that was traded is named as the input it is

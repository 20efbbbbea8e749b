"""Tables as CSV: numbers to the last bit, and no cell that a spreadsheet would compute."""

from __future__ import annotations

import csv as standard
import io
import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import export
from core.film import FilmedRun

COMPUTED = "=+-@\t\r\n＝＋－＠"
texts = st.one_of(st.text(max_size=12), st.text("=+-@\t\r\n＝＋－＠'\"a,1", max_size=6))


def rows(data: bytes) -> list[list[str]]:
    return list(standard.reader(io.StringIO(data.decode(), newline="")))


@settings(deadline=None, max_examples=300)
@given(cells=st.lists(texts, min_size=1, max_size=5), heading=texts, dtype=st.sampled_from([object, "str"]))
def test_no_text_begins_as_a_formula_and_none_is_lost(cells: list[str], heading: str, dtype: Any) -> None:
    table = pd.DataFrame({heading: pd.Series(cells, dtype=dtype), "n": range(len(cells))})
    read = rows(export.csv(table.set_index(heading), index=True))
    assert not [cell for row in read for cell in row if cell.startswith(tuple(COMPUTED))]
    flat = [re.sub(r"\r\n|\r|\n", " ", text) for text in (heading, *cells)]
    assert [row[0] in (text, f"'{text}") for row, text in zip(read, flat, strict=True)] == [True] * len(flat)


@settings(deadline=None)
@given(values=st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_numbers_are_left_as_they_are(values: list[float]) -> None:
    table = pd.DataFrame({"x": values, "mixed": pd.Series([*values[:-1], "text"], dtype=object)})
    back = pd.read_csv(io.BytesIO(export.csv(table)), keep_default_na=False)
    np.testing.assert_array_equal(back["x"].to_numpy(float), values)
    assert [float(each) for each in back["mixed"][:-1]] == values[:-1]


def test_every_table_of_a_run(sample_bars: pd.DataFrame, run: FilmedRun) -> None:
    read = pd.read_csv(io.BytesIO(export.bars_csv(sample_bars)))
    np.testing.assert_array_equal(read["close"], sample_bars["close"])
    assert read["date"].iloc[0] == "2019-01-02"
    told = pd.read_csv(io.BytesIO(export.prediction_csv(run)))
    assert list(told) == ["date", "actual", "predicted", "persistence", "part"]
    np.testing.assert_array_equal(told["predicted"], run.prediction["predicted"])
    history = pd.read_csv(io.BytesIO(export.history_csv(run)))
    assert history["train_loss"].tolist() == [record.train_loss for record in run.history]
    assert history["epoch"].tolist() == [record.epoch for record in run.history]


@pytest.mark.parametrize("name", ["=1+1", "@SUM(A1)", "\tx", "-2"])
def test_a_heading_is_a_text_too(name: str) -> None:
    assert rows(export.csv(pd.DataFrame({name: [-1.5]}))) == [[f"'{name}"], ["-1.5"]]

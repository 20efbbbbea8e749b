"""Numbers of an own file beside its prices: kept by name for inputs, bounded, and in no key where nobody reads them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.config import Experiment, ModelConfig, TrainConfig
from core.data import provenance, read_bars
from core.dataset import build_dataset
from core.digest import bars_digest, digest
from core.export.bars_file import bars_of
from core.export.tables import bars_csv

DAYS = pd.bdate_range("2024-01-01", periods=80)


def file_of(**columns: object) -> bytes:
    close = 100 + np.sin(np.arange(80))
    return pd.DataFrame({"date": DAYS, "close": close.round(3), **columns}).to_csv(index=False).encode()


def test_numbers_are_kept_by_name_and_told() -> None:
    rate = [f"{value}%" for value in np.arange(80)]
    bars = read_bars(
        file_of(**{"换手率(%)": rate, "成交额(元)": np.arange(80) + 1.5, "remark": "none", "a,b": range(80)})
    )
    assert list(bars.columns)[5:] == ["column:换手率(%)", "amount", "column:a_b"]
    assert bars["column:换手率(%)"].tolist() == list(range(80))
    assert "an input can read: 换手率(%), amount, a_b." in " ".join(map(str, provenance(bars).notes))


def test_blanks_are_missing_and_a_column_of_words_is_none() -> None:
    half = [*["-"] * 30, *range(50)]
    bars = read_bars(file_of(half=half, words=[*["x"] * 50, *range(30)]))
    assert list(bars.columns)[5:] == ["column:half"]
    assert bars["column:half"].isna().sum() == 30


def test_their_number_is_bounded() -> None:
    bars = read_bars(file_of(**{f"factor {number}": range(80) for number in range(50)}))
    assert sum(name.startswith("column:") for name in bars.columns) == 20


def test_an_input_reads_one_and_only_then_it_is_part_of_a_key() -> None:
    drawn = np.random.default_rng(0).normal(size=80).round(4)
    with_it, without = read_bars(file_of(sentiment=drawn)), read_bars(file_of())
    train = TrainConfig(target="return")
    reading = Experiment(model=ModelConfig(window=5, inputs="column:sentiment"), train=train)
    plain = Experiment(model=ModelConfig(window=5), train=train)
    data = build_dataset(reading, with_it)
    np.testing.assert_allclose(data.inputs["column:sentiment"].inverse(data.series[:, 1]), drawn[1:])
    assert digest(plain, with_it) == digest(plain, without)
    assert digest(reading, with_it) != digest(plain, with_it)


@pytest.mark.parametrize("name", ["sentiment", "换手率(%)"])
def test_an_export_brings_them_back(name: str) -> None:
    bars = read_bars(file_of(**{name: np.linspace(0, 1, 80)}))
    again = bars_of(bars_csv(bars))
    assert bars_digest(again, [f"column:{name}"]) == bars_digest(bars, [f"column:{name}"])

"""Inputs: their names, what they are, that none of them knows what comes after, and that one alone changes nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.config import PRESETS, Experiment, ModelConfig, TrainConfig
from core.dataset import build_dataset
from core.digest import digest
from core.errors import ConfigError, DataError
from core.experiment import run_experiment
from core.export.configuration import configuration_json, experiment_of
from core.input_names import KNOWN, MOST, PARTS, column_input, names_of
from core.inputs import INPUTS, filled, values_of
from core.link import from_link, to_link
from core.run_file import dump, load
from core.whatif.plan import Plan

FIVE = ("volume", "range", "rsi", "weekday")  # with the target's own and the weekday's two
COLUMNS = [*INPUTS, "column:turnover", "other:sample:AAPL"]


def of(*inputs: str, **train: object) -> Experiment:
    return Experiment(
        model=ModelConfig(window=5, hidden_size=3, num_layers=1, inputs=inputs),
        train=TrainConfig(**{"target": "return", "epochs": 2, "batch_size": 64} | train),
    )


@pytest.fixture(scope="module")
def bars(sample_bars: pd.DataFrame) -> pd.DataFrame:
    """With days that lack something, and columns that only inputs read."""
    made = sample_bars.copy()
    made["amount"] = made["volume"] * made["close"]
    made["column:turnover"] = np.sqrt(made["volume"])
    made["other:sample:AAPL"] = np.log(made["close"]).diff()
    made.iloc[200:203, made.columns.get_loc("volume")] = [0.0, np.nan, 0.0]
    made.iloc[300, [made.columns.get_loc(name) for name in ("open", "high", "low", "column:turnover")]] = np.nan
    return made


@pytest.mark.parametrize("name", COLUMNS)
@pytest.mark.parametrize("row", [90, 199, 201, 300, 700])
def test_no_bar_after_a_day_changes_what_is_read_on_it(bars: pd.DataFrame, name: str, row: int) -> None:
    bars = bars.interpolate() if name == "volatility" else bars  # as a target it refuses gaps
    changed = bars.copy()
    random = np.random.default_rng(row)
    changed.iloc[row + 1 :] *= random.uniform(0.5, 2.0, (len(bars) - row - 1, 1))
    changed.index = bars.index[: row + 1].append(bars.index[row + 1 :] + pd.Timedelta(days=3))
    own, other = (filled(name, values_of(name, each))[0] for each in (bars, changed))
    np.testing.assert_array_equal(own[: row + 1], other[: row + 1])


def test_what_is_changed_changes_what_is_read(bars: pd.DataFrame) -> None:
    """The law above can fail: an input that looked a day ahead would break it."""
    changed = bars.copy()
    changed.iloc[701:] *= 2
    ahead = [np.roll(values_of("return", each), -1)[:701] for each in (bars, changed)]
    assert not np.array_equal(*ahead, equal_nan=True)


def test_each_input_has_a_scaler_that_no_test_day_moves(bars: pd.DataFrame) -> None:
    experiment = of(*KNOWN[:6], "column:turnover")
    data = build_dataset(experiment, bars)
    changed = bars.copy()
    changed.iloc[-200:] *= 3
    assert build_dataset(experiment, changed).inputs == data.inputs
    fitted = data.series[: 5 + data.train_pairs]
    for place, (name, scaler) in enumerate(data.inputs.items()):
        if scaler.kind == "standard":
            assert fitted[:, place].mean() == pytest.approx(0, abs=1e-9), name
            assert fitted[:, place].std() == pytest.approx(1), name
        else:
            assert (fitted[:, place].min(), fitted[:, place].max()) == pytest.approx((0, 1)), name


def test_inputs_are_what_their_names_say(bars: pd.DataFrame) -> None:
    """By other means: pandas where the code is TA-Lib's, Wilder's recursion written out."""
    close, open_ = bars["close"], bars["open"]
    np.testing.assert_allclose(values_of("gap", bars)[1:], np.log(open_.to_numpy()[1:] / close.to_numpy()[:-1]))
    np.testing.assert_allclose(values_of("average20", bars), np.log(close / close.rolling(20).mean()), atol=1e-9)
    up, down = (np.maximum(sign * close.diff().to_numpy()[1:], 0) for sign in (1, -1))
    gain, loss = up[:14].mean(), down[:14].mean()
    for rise, fall in zip(up[14:100], down[14:100], strict=True):
        gain, loss = (13 * gain + rise) / 14, (13 * loss + fall) / 14
    assert values_of("rsi", bars)[100] == pytest.approx(100 * gain / (gain + loss))
    fast, slow = (close.ewm(span=span, adjust=False).mean() for span in (12, 26))
    line = fast - slow
    histogram = (line - line.ewm(span=9, adjust=False).mean()) / close
    np.testing.assert_allclose(values_of("macd", bars)[400:], histogram[400:], atol=1e-6)  # the start has worn off
    circle = values_of("weekday_sin", bars) ** 2 + values_of("weekday_cos", bars) ** 2
    np.testing.assert_allclose(circle, 1)
    assert values_of("pause", bars)[1:].tolist() == [each.days for each in np.diff(bars.index.to_pydatetime())]


def test_a_gap_takes_the_day_before_and_is_told(bars: pd.DataFrame) -> None:
    data = build_dataset(of("gap", "column:turnover"), bars)
    told = [str(note) for note in data.notes]
    assert "The input gap has no value on 1 days; they take that of the day before." in told
    place = data.dates.get_loc(bars.index[300])
    np.testing.assert_array_equal(data.series[place, 1:], data.series[place - 1, 1:])
    holes = bars.copy()
    holes.iloc[400:697, holes.columns.get_loc("volume")] = np.nan
    with pytest.raises(DataError, match="volume has no value on 300 of"):
        build_dataset(of("volume"), holes)


def test_the_days_begin_where_every_input_has_a_value(bars: pd.DataFrame) -> None:
    data = build_dataset(of("average60"), bars)
    assert data.dates[0] == bars.index[59]
    assert data.windows.shape == (len(bars) - 59 - 5, 5, 2)
    assert str(data.notes[-1]).startswith(f"The days begin on {bars.index[59]:%Y-%m-%d}")
    assert np.isfinite(data.series).all()


@pytest.mark.parametrize(
    ("inputs", "missing"),
    [("volume", "volume"), ("gap", "open"), ("amount", "amount"), ("column:x", "column:x"), ("atr", "high, low")],
)
def test_what_is_not_there_is_said_before_training(bars: pd.DataFrame, inputs: str, missing: str) -> None:
    with pytest.raises(DataError, match=f"The input {inputs} is computed from {missing}, which these prices"):
        build_dataset(of(inputs), bars[["close"]])


def test_an_input_that_stands_still_is_named(bars: pd.DataFrame) -> None:
    with pytest.raises(DataError, match="The input column:still never moves"):
        build_dataset(of("column:still"), bars.assign(**{"column:still": 7.0}))


@pytest.mark.parametrize(("target", "own"), [("close", "close"), ("return", "return"), ("volatility", "range")])
def test_the_own_series_named_is_the_same_run_to_the_bit(sample_bars: pd.DataFrame, target: str, own: str) -> None:
    plain, named = of(target=target), of(own, target=target)
    assert plain == named
    assert digest(plain, sample_bars) == digest(named, sample_bars)
    one, other = (run_experiment(each, sample_bars) for each in (plain, named))
    assert all(np.array_equal(one.weights[name], other.weights[name]) for name in one.weights)
    pd.testing.assert_frame_equal(one.prediction, other.prediction, check_exact=True)


def test_keys_of_experiments_without_further_inputs_are_those_of_before(sample_bars: pd.DataFrame) -> None:
    """As every kept result has them: a change here would train all of them again."""
    known = {"article": "f8ce2b4f9cb0a71817981e50", "corrected": "a35c87f5280dbb6c05db9be8"}
    for name, key in known.items():
        preset = PRESETS[name]
        assert digest(preset.replace(train=preset.train.replace(epochs=5)), sample_bars) == key


def test_a_column_nobody_reads_changes_no_key(bars: pd.DataFrame, sample_bars: pd.DataFrame) -> None:
    further = sample_bars.assign(**{"column:turnover": 1.0 + np.arange(len(sample_bars))})
    for inputs in ((), ("volume",)):
        assert digest(of(*inputs), further) == digest(of(*inputs), sample_bars)
    assert digest(of("column:turnover"), further) != digest(of("column:turnover"), bars)


def test_five_inputs_survive_a_link_a_file_a_configuration_and_a_plan(bars: pd.DataFrame) -> None:
    experiment = of(*FIVE, "column:turnover")
    for preset in PRESETS:
        again, _, errors = from_link(to_link(experiment, preset))
        assert (again, errors) == (experiment, [])
    run = run_experiment(experiment, bars)
    assert run.weights["weight_ih_l0"].shape[1] == len(run.inputs) == 7
    kept = load(dump(run))
    assert kept.experiment == experiment
    assert kept.key == run.key
    assert kept.inputs == run.inputs
    assert experiment_of(configuration_json(run)) == experiment
    plan = Plan({"inputs": [(), FIVE, "gap"], "seed": range(2)})
    assert Plan.from_words(plan.to_words()) == plan
    assert plan.experiments(of())[2].model.inputs == FIVE


@pytest.mark.parametrize("wrong", ["nothing", "column:", "column:a,b+", "other:nowhere:AAPL", "other:sample:", 3, [3]])
def test_what_is_no_input_is_refused_by_name(wrong: object) -> None:
    given = "column:<b>" if wrong == "column:a,b+" else wrong
    with pytest.raises(ConfigError, match="inputs has .*, which is no input"):
        ModelConfig(inputs=given)


def test_at_most_twelve_numbers_a_day() -> None:
    with pytest.raises(ConfigError, match="at most 12"):
        names_of([*KNOWN])
    many = tuple(name for name in KNOWN if name not in ("return", *PARTS))  # 12 names, and the own one beside them
    with pytest.raises(ConfigError, match="at most 12"):
        Experiment(model=ModelConfig(inputs=many), train=TrainConfig(target="return"))
    assert len(Experiment(model=ModelConfig(inputs=many), train=TrainConfig(target="close")).reads) == MOST


@pytest.mark.parametrize("heading", ["换手率(%)", "a,b:c+d", " P/E  ratio ", "x" * 90, "<script>", "Ａ"])
def test_a_heading_becomes_a_name_that_stays(heading: str) -> None:
    name = column_input(heading)
    assert names_of(name) == (name,)
    assert len(name) <= 47
    assert not set(name[7:]) & set(",+<>:")

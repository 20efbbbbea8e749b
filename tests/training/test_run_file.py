"""A run as a file: the same to the last bit, and nothing but our sentence from bytes that are none."""

from __future__ import annotations

import dataclasses
import json
import zlib
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save

from core import run_file
from core.config import PRESETS, Experiment
from core.errors import RunFileError
from core.experiment import run_experiment
from core.film import FilmedRun
from core.run import Run
from core.sentence import Sentence

HEAD = b"GATESCOPE-RUN 2\n"
KINDS = [
    *({"preset": preset} for preset in PRESETS),
    *({"cell": cell, "target": target} for cell in ("gru", "rnn") for target in ("close", "return", "volatility")),
    {"patience": 2},
    {"validation": 0.2},
    {"validation": 0.5, "patience": 2, "target": "volatility"},
    {"layout": "article", "cell": "gru"},
    {"test_start": "2019-08-01"},
]


def trained(bars: pd.DataFrame, preset: str = "corrected", **dials: Any) -> FilmedRun:
    base = PRESETS[preset]
    model = {name: dials.pop(name) for name in ("cell", "layout") if name in dials}
    experiment: Experiment = base.replace(
        model=base.model.replace(**model), train=base.train.replace(**{"epochs": 6, **dials})
    )
    return run_experiment(experiment, bars)


def equal(one: Any, other: Any) -> bool:
    """Of the same type, and the same to the last bit, all the way down."""
    if type(one) is not type(other):
        return False
    if isinstance(one, Sentence):
        return str(one) == str(other) and one.template == other.template
    if dataclasses.is_dataclass(one):
        return all(equal(getattr(one, f.name), getattr(other, f.name)) for f in dataclasses.fields(one))
    if isinstance(one, pd.DataFrame):
        pd.testing.assert_frame_equal(one, other, check_exact=True)
        return True
    if isinstance(one, pd.DatetimeIndex):
        return bool((one == other).all()) and one.dtype == other.dtype and one.name == other.name
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()
    if isinstance(one, dict):
        return list(one) == list(other) and all(equal(one[name], other[name]) for name in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(equal, one, other))
    return one == other or (one != one and other != other)


@pytest.fixture(scope="module")
def bars(sample_bars: pd.DataFrame) -> pd.DataFrame:
    return sample_bars.iloc[:200]


@pytest.fixture(scope="module")
def run(bars: pd.DataFrame) -> FilmedRun:
    return trained(bars)


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_every_field_comes_back_to_the_last_bit(bars: pd.DataFrame, kind: dict[str, Any]) -> None:
    whole = trained(bars, **kind)
    for each in (whole, whole.unfilmed(), whole.at(3), whole.at(0)):
        assert equal(run_file.load(run_file.dump(each)), each)


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(loss=st.floats(), seconds=st.floats(allow_nan=False, allow_infinity=False), gap=st.floats())
def test_any_number_comes_back(run: FilmedRun, loss: float, seconds: float, gap: float) -> None:
    history = [dataclasses.replace(run.history[0], train_loss=loss)]
    prediction = run.prediction.assign(predicted=gap)
    odd = dataclasses.replace(run, history=history, seconds=seconds, prediction=prediction)
    assert equal(run_file.load(run_file.dump(odd)), odd)


@settings(deadline=None, max_examples=200)
@given(place=st.integers(0), bits=st.integers(1, 255), cut=st.booleans())
def test_a_damaged_file_is_refused_or_harmless(run: FilmedRun, place: int, bits: int, cut: bool) -> None:
    data = bytearray(run_file.dump(run))
    place %= len(data)
    if cut:
        del data[place:]
    else:
        data[place] ^= bits
    with pytest.raises(RunFileError):
        run_file.load(bytes(data))


def hostile(run: Run, change: Any) -> bytes:
    """The run's file with its text (a dict) and tensors changed."""
    plain = zlib.decompress(run_file.dump(run)[len(HEAD) :])
    length = int.from_bytes(plain[:8], "little")
    told = json.loads(json.loads(plain[8 : 8 + length])["__metadata__"]["run"])
    fields, tensors = told["fields"], load_tensors(plain)
    change(fields, tensors)
    return HEAD + zlib.compress(save(tensors, metadata={"run": json.dumps(told)}))


CHANGES = {
    "a weight of another shape": lambda f, t: t.update({f["weights"]["fc.weight"]: np.zeros((2, 8), np.float32)}),
    "weights of another type": lambda f, t: t.update({f["weights"]["fc.bias"]: np.zeros(1)}),
    "a count that is no number": lambda f, t: f.update(train_pairs=float("nan")),
    "a count beyond the pairs": lambda f, t: f.update(train_pairs=10**9),
    "a key that leaves the folder": lambda f, t: f.update(key="../../etc/passwd"),
    "a tensor that is not there": lambda f, t: f.update(series="no such"),
    "a sentence of no end": lambda f, t: f["metrics"]["test"].update(
        why={"rmse": {"template": "{a:999999999999}", "values": {"a": 1}}}
    ),
    "a sentence that looks around": lambda f, t: f["metrics"]["test"].update(
        why={"rmse": {"template": "{a.__class__}", "values": {"a": 1}}}
    ),
    "a field of no run": lambda f, t: f.update(__class__="str"),
    "a dial of no experiment": lambda f, t: f["experiment"]["train"].update(__doc__=""),
    "a validation part of no pair": lambda f, t: f["task"].update(validation_pairs=3),
    "a part of no name": lambda f, t: t.update({f["prediction"][-1]: np.full(190, 3, np.uint8)}),
    "a missing part": lambda f, t: f["metrics"].pop("test"),
    "a dial out of bounds": lambda f, t: f["experiment"]["model"].update(window=10**6),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_hostile_file_is_refused(run: FilmedRun, what: str) -> None:
    assert equal(run_file.load(hostile(run, lambda fields, tensors: None)), run)
    with pytest.raises(RunFileError):
        run_file.load(hostile(run, CHANGES[what]))


def test_a_file_from_before_a_field_was_added_is_read_at_its_default(run: FilmedRun) -> None:
    def older(fields: Any, tensors: Any) -> None:
        del fields["experiment"]["train"]["validation"], fields["task"]["validation_pairs"]

    assert equal(run_file.load(hostile(run, older)), run)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04",
        b"GATESCOPE-RUN 1\n",
        HEAD,
        HEAD + b"x" * 100,
        HEAD + zlib.compress(bytes(200 * 2**20)),
        HEAD + zlib.compress((2**40).to_bytes(8, "little") + b"{}"),
        HEAD + zlib.compress((100_000).to_bytes(8, "little") + b"[" * 100_000),
    ],
    ids=["empty", "zip", "version", "head alone", "no stream", "bomb", "long text", "deep text"],
)
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(RunFileError):
        run_file.load(data)

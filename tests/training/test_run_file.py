"""A run as a file: every field comes back to the last bit, and what is no such file is refused in a sentence."""

from __future__ import annotations

import dataclasses
import json
import random
import subprocess
import sys
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from safetensors.numpy import load as tensors_of
from safetensors.numpy import save as with_tensors

from core.config import PRESETS, Experiment, ModelConfig, TrainConfig
from core.errors import DataError, GatescopeError
from core.experiment import run_experiment
from core.film import FilmedRun
from core.run import Run
from core.run_file import MARK, VERSION, dump, load

SHORT = TrainConfig(epochs=3)
ALL = {
    **{name: preset.replace(train=preset.train.replace(epochs=3)) for name, preset in PRESETS.items()},
    "gru": Experiment(model=ModelConfig(cell="gru", window=5, hidden_size=3, num_layers=1), train=SHORT),
    "rnn by the article": Experiment(model=ModelConfig(cell="rnn", layout="article", window=4), train=SHORT),
    "dropout and patience": Experiment(model=ModelConfig(dropout=0.2), train=SHORT.replace(patience=1)),
}


@pytest.fixture(scope="module")
def run() -> FilmedRun:
    return run_experiment(PRESETS["volatility"].replace(train=PRESETS["volatility"].train.replace(epochs=3)))


def same(one: Any, other: Any) -> None:
    """Equal in type and in every bit."""
    assert type(one) is type(other), (one, other)
    if dataclasses.is_dataclass(one):
        same(vars(one), vars(other))
    elif isinstance(one, pd.DataFrame):
        pd.testing.assert_frame_equal(one, other, check_exact=True, check_freq=True)
    elif isinstance(one, pd.Index):
        pd.testing.assert_index_equal(one, other, exact=True)
    elif isinstance(one, np.ndarray):
        assert (one.dtype, one.shape, one.tobytes()) == (other.dtype, other.shape, other.tobytes())
    elif isinstance(one, dict):
        same(list(one.items()), list(other.items()))
    elif isinstance(one, list | tuple):
        assert len(one) == len(other)
        for each, again in zip(one, other, strict=True):
            same(each, again)
    elif isinstance(one, datetime):
        assert (one, one.utcoffset()) == (other, other.utcoffset())
    else:
        assert repr(one) == repr(other)


@pytest.mark.parametrize("name", ALL)
def test_every_field_comes_back_to_the_last_bit(name: str) -> None:
    run = run_experiment(ALL[name])
    again = load(dump(run))
    same(run, again)
    same(run.at(1), load(dump(run)).at(1))
    same(run.unfilmed(), load(dump(run.unfilmed())))


def test_another_process_makes_the_same_predictions(run: FilmedRun, tmp_path: Any) -> None:
    path = tmp_path / "run.safetensors"
    path.write_bytes(dump(run))
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, pathlib\n"
            "from core.run_file import load\n"
            "from core.introspect.predictor import predictions\n"
            "run = load(pathlib.Path(sys.argv[1]).read_bytes())\n"
            "scaled = predictions(run.weights, run.windows, run.experiment.model.layout)\n"
            "print(run.key, abs(run.task.in_units(scaled, run.scaler) - run.prediction['predicted']).max())\n"
            "assert 'torch' not in sys.modules\n",
            str(path),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    key, farthest = told.stdout.split()
    assert key == run.key
    assert float(farthest) < 1e-6


def changed(run: Run, change: Any) -> bytes:
    """The file of a run, its JSON changed by `change`."""
    data = dump(run)
    end = 8 + int.from_bytes(data[:8], "little")
    told = json.loads(json.loads(data[8:end])["__metadata__"]["run"])
    change(told["fields"])
    return bytes(with_tensors(tensors_of(data), metadata={MARK: VERSION, "run": json.dumps(told)}))


@pytest.mark.parametrize(
    "change",
    [
        lambda fields: fields.update(key=["a", "list"]),
        lambda fields: fields.update(train_pairs=10**6),
        lambda fields: fields.pop("weights"),
        lambda fields: fields.update(key={"is": "Popen", "fields": {"args": "ls"}}),
        lambda fields: fields["weights"]["of"].pop("fc.bias"),
        lambda fields: fields["weights"]["of"].update({"fc.bias": fields["series"]}),
        lambda fields: fields["experiment"]["fields"]["model"]["fields"].update(hidden_size=10**9),
        lambda fields: fields["experiment"]["fields"]["model"]["fields"].update(hidden_size=17),
        lambda fields: fields["prediction"]["of"].pop("predicted"),
        lambda fields: fields["film"]["fields"].update(epochs={"is": "tuple", "of": []}),
        lambda fields: fields.update(unknown=1),
    ],
)
def test_what_does_not_hold_together_is_refused(run: FilmedRun, change: Any) -> None:
    with pytest.raises(GatescopeError) as caught:
        load(changed(run, change))
    assert str(caught.value)


@pytest.mark.parametrize("data", [b"", b"\0" * 40, b"PK\x03\x04", b"\xff" * 100, with_tensors({"0": np.zeros(3)})])
def test_a_file_of_something_else_is_refused(data: bytes) -> None:
    with pytest.raises(DataError, match="does not hold a run"):
        load(data)


def test_a_later_version_is_named(run: FilmedRun) -> None:
    data = with_tensors({"0": np.zeros(1)}, metadata={MARK: "99", "run": "{}"})
    with pytest.raises(DataError, match="version 99"):
        load(bytes(data))


def test_damaged_bytes_never_end_in_another_error(run: FilmedRun) -> None:
    data, dice = dump(run.unfilmed()), random.Random(1)
    header = 8 + int.from_bytes(data[:8], "little")
    refused = 0
    for _ in range(400):
        wrong = bytearray(data)
        for _ in range(dice.choice((1, 3, 30))):
            wrong[dice.randrange(header if dice.random() < 0.9 else len(data))] = dice.randrange(256)
        if dice.random() < 0.2:
            del wrong[dice.randrange(len(wrong)) :]
        try:
            load(bytes(wrong))
        except GatescopeError:
            refused += 1
    assert refused > 100

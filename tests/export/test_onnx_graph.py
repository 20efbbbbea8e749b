"""The ONNX graph against ONNX Runtime: the same predictions as the run's, for every cell and layout."""

from __future__ import annotations

import json
from itertools import product

import numpy as np
import pandas as pd
import pytest

from core.config import PRESETS
from core.experiment import run_experiment
from core.film import FilmedRun

onnxruntime = pytest.importorskip("onnxruntime")
onnx = pytest.importorskip("onnx")


def trained(cell: str, layout: str, layers: int, bars: pd.DataFrame) -> FilmedRun:
    base = PRESETS["corrected"]
    model = base.model.replace(cell=cell, layout=layout, num_layers=layers, hidden_size=5, window=7)
    return run_experiment(base.replace(model=model, train=base.train.replace(epochs=3)), bars.iloc[:120])


@pytest.mark.parametrize(
    ("cell", "layout", "layers"), [*product(["lstm", "gru", "rnn"], ["window", "article"], [1, 3])]
)
def test_the_runtime_predicts_what_the_run_does(cell: str, layout: str, layers: int, bars: pd.DataFrame) -> None:
    from core.export.onnx_graph import graph

    run = trained(cell, layout, layers, bars)
    session = onnxruntime.InferenceSession(graph(run), providers=["CPUExecutionProvider"])
    x = run.windows.astype(np.float32)  # (N, T, F)
    if layout == "article":
        x = x.reshape(len(x), 1, -1)  # (days, 1, T * F)
    (scaled,) = session.run(["scaled_prediction"], {"scaled_window": x})
    assert scaled.shape == (len(x), 1)
    predicted = run.task.in_units(scaled[:, 0].astype(float), run.scaler)
    np.testing.assert_allclose(predicted, run.prediction["predicted"], rtol=2e-6)


def test_it_says_how_its_values_are_scaled_and_is_the_same_every_time(run: FilmedRun) -> None:
    from core.export.onnx_graph import graph

    assert graph(run) == graph(run)
    read = onnx.load_from_string(graph(run))
    told = json.loads(next(prop.value for prop in read.metadata_props if prop.key == "gatescope"))
    assert told["key"] == run.key
    assert told["inputs"]["close"]["scale"] == run.scaler.scale

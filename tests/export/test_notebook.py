"""The notebook of a run: valid, the same every time, and what it trains is the run."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest

from core.config import PRESETS, Experiment
from core.data import load_bars
from core.data.others import with_others
from core.experiment import run_experiment
from core.export.notebook import in_python, notebook
from core.export.tables import bars_csv
from core.film import FilmedRun

ROOT = Path(__file__).parents[2]
RUN = """
import sys
import nbformat
from nbclient import NotebookClient

path = sys.argv[1]
book = nbformat.read(path, as_version=4)
NotebookClient(book, timeout=240, resources={"metadata": {"path": sys.argv[2]}}).execute()
nbformat.write(book, path)
"""  # in a process of its own: the libraries of kernels leave sockets to the collector
SHOWS = "import numpy as np\nprint('PREDICTED', run.prediction['predicted'].to_numpy().tobytes().hex())"


def untranslated(sentence: str) -> str:
    return sentence


def test_valid_and_the_same_every_time(run: FilmedRun) -> None:
    told = notebook(run, untranslated)
    assert told == notebook(run, untranslated)
    nbformat.validate(nbformat.reads(told.decode(), as_version=4))


@pytest.mark.parametrize("preset", PRESETS)
def test_its_experiment_is_the_runs(preset: str) -> None:
    base = PRESETS[preset]
    odd = base.replace(
        data=base.data.replace(ticker="a.b-c", end=date(2020, 1, 2), source="upload", start=None),
        train=base.train.replace(test_start="2019-08-01", patience=3, learning_rate=0.003),
    )
    for experiment in (base, odd):
        made: dict[str, object] = {}
        exec("from core.config import *\n" + in_python(experiment), made)
        assert made["experiment"] == experiment


@pytest.mark.slow
@pytest.mark.parametrize(
    ("source", "inputs"),
    [
        ("sample", ()),
        ("upload", ()),
        ("sample", ("return", "volume", "range", "rsi", "weekday")),
        ("upload", ("return", "volume", "column:Put/call", "amount", "other:sample:AAPL")),
    ],
)
def test_its_predictions_are_the_runs(source: str, inputs: tuple[str, ...], bars: pd.DataFrame, tmp_path: Path) -> None:
    base = PRESETS["corrected"]
    data, model = base.data.replace(source=source, end="2020-03-11"), base.model.replace(inputs=inputs)
    experiment: Experiment = base.replace(data=data, model=model, train=base.train.replace(epochs=4))
    if "amount" in inputs:
        drawn = np.random.default_rng(5).lognormal(size=(2, len(bars)))
        bars = bars.assign(**{"column:Put/call": drawn[0], "amount": drawn[1]})
        bars = with_others(bars, experiment, load_bars).bars
    run = run_experiment(experiment, bars)
    if source == "upload":
        (tmp_path / "bars.csv").write_bytes(bars_csv(bars))
    book = nbformat.reads(notebook(run, untranslated).decode(), as_version=4)
    book.cells[1].source = book.cells[1].source.replace('Path(".")', f"Path({str(ROOT)!r})")
    book.cells.append(nbformat.v4.new_code_cell(SHOWS))
    path = tmp_path / "notebook.ipynb"
    nbformat.write(book, path)
    command = [sys.executable, "-W", "ignore", "-c", RUN, str(path), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    book = nbformat.read(path, as_version=4)
    said = "".join(output.get("text", "") for cell in book.cells for output in cell.get("outputs", []))
    assert "same settings and prices: True" in said
    found = re.search(r"PREDICTED (\w+)", said)
    assert found is not None
    predicted = np.frombuffer(bytes.fromhex(found[1]))
    np.testing.assert_allclose(predicted, run.prediction["predicted"], rtol=1e-6)
    assert any("image" in kind or "plotly" in kind for kind in book.cells[-2].outputs[0].data)

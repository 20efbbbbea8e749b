"""A run as a Jupyter notebook that trains it again from Python, cell by cell."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from core.config import Dials, Experiment
from core.data.others import others_of
from core.evaluation.figures import number
from core.export.configuration import file_stem
from core.run import Run
from core.sentence import N_

_WHERE = N_(
    "Run it in Gatescope's folder, with its virtual environment as the kernel. Where the notebook lies elsewhere, the "
    "line below names that folder."
)
_PRICES = {
    "sample": N_("The prices are a sample that comes with Gatescope: nothing else is needed."),
    "upload": N_("The prices came from a file of its owner: put bars.csv from the run's archive beside this notebook."),
    "": N_(
        "The prices came from a data source. With bars.csv from the run's archive beside this notebook they are the "
        "same to the last digit; without it they are fetched again, which needs a network, and may have changed since."
    ),
}
_AGREES = N_(
    "The key names settings and prices. Where it is the run's own, and the machine too, every digit is the same: the "
    "test RMSE was {rmse}."
)

_FIND = """import sys
from pathlib import Path

GATESCOPE = Path(".")  # the folder that holds core/
sys.path.insert(0, str(GATESCOPE.resolve()))

from core import charts
from core.config import DataQuery, Experiment, ModelConfig, TrainConfig
from core.data import load_bars
from core.digest import digest
from core.experiment import run_experiment
from core.export.bars_file import bars_of"""
_LOAD = """beside = Path("bars.csv")
bars = bars_of(beside.read_bytes()) if beside.exists() else load_bars(experiment.data)
bars.tail()"""
_LOAD_OTHERS = """from core.data.others import with_others

beside = Path("bars.csv")
if beside.exists():
    bars = bars_of(beside.read_bytes())
else:
    bars = with_others(load_bars(experiment.data), experiment, load_bars).bars
bars.tail()"""
_SAME = 'KEY = {key!r}\nprint("same settings and prices:", digest(experiment, bars) == KEY)'
_TRAIN = 'run = run_experiment(experiment, bars)\nrun.metrics["test"].rmse, run.metrics["test"].skill'
_LOOK = "run.prediction.tail(10)"
_DRAW = "charts.forecast(run.prediction, charts.Style(), target=experiment.train.target).figure"
_NOTHING = "  # every dial as it usually stands"


def notebook(run: Run, translate: Callable[[str], str]) -> bytes:
    """The notebook as a file (nbformat 4.5); `translate` says an English sentence in the reader's language."""
    experiment = run.experiment
    source = experiment.data.source if experiment.data.source in _PRICES else ""
    rmse = run.metrics["test"].rmse
    told = translate(_AGREES).format(rmse="–" if rmse is None else number(rmse, 6))
    cells = [
        new_markdown_cell(f"# Gatescope: `{file_stem(run)}`\n\n{translate(_WHERE)}"),
        new_code_cell(_FIND),
        new_code_cell(in_python(experiment)),
        new_markdown_cell(translate(_PRICES[source])),
        new_code_cell(_LOAD_OTHERS if others_of(experiment) else _LOAD),
        new_markdown_cell(told),
        new_code_cell(_SAME.format(key=run.key.partition("-")[0])),
        new_code_cell(_TRAIN),
        new_code_cell(_LOOK),
        new_code_cell(_DRAW),
    ]
    for place, cell in enumerate(cells):
        cell["id"] = f"cell-{place}"  # drawn by lot otherwise
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    written: str = nbformat.writes(new_notebook(cells=cells, metadata={"kernelspec": kernel}))
    return written.encode()


def in_python(experiment: Experiment) -> str:
    """The line of Python that makes this experiment: only the dials that do not stand where they usually do."""
    parts = {field.name: getattr(experiment, field.name) for field in dataclasses.fields(experiment)}
    lines = [f"    {name}={type(part).__name__}({_moved(part)})," for name, part in parts.items() if _moved(part)]
    return "\n".join(
        ["experiment = Experiment(" + ("" if lines else ")" + _NOTHING), *lines, *([")"] if lines else [])]
    )


def _moved(part: Dials) -> str:
    usual = type(part)()
    moved = {dial.name: getattr(part, dial.name) for dial in dataclasses.fields(part)}  # type: ignore[arg-type]
    said = {name: value.isoformat() if isinstance(value, date) else value for name, value in moved.items()}
    return ", ".join(f"{name}={said[name]!r}" for name, value in moved.items() if value != getattr(usual, name))

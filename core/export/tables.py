"""A run's tables as CSV that no spreadsheet takes for a formula, its loss log, its parameters."""

from __future__ import annotations

import dataclasses
import re
from datetime import timedelta

import pandas as pd

from core.run import Run
from core.values import EpochRecord

# What makes a spreadsheet compute a cell, with the wide forms that Chinese and Japanese ones take for the same.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv(table: pd.DataFrame, *, index: bool = False) -> bytes:
    """Any table of the project as CSV in UTF-8, days as ISO dates, numbers in full, text made harmless.

    A text, in a cell or a heading, that begins as a formula would gets a "'" before it: a spreadsheet shows it and
    computes nothing. Numbers stay what they are, negative ones too.
    """
    safe = table.apply(_harmless_column)
    safe.columns = pd.Index([harmless(name) for name in table.columns], name=harmless(table.columns.name))
    if index:
        safe.index = _harmless_column(table.index.to_series()).to_numpy()
        safe.index.name = harmless(table.index.name)
    return safe.to_csv(index=index, date_format="%Y-%m-%d").encode()


def harmless(cell: object) -> object:
    """A cell as it may stand in a CSV file: any but a text is left alone; lines of a text become one.

    A lone carriage return would end the row for some readers, and what follows would be a cell of its own.
    """
    if not isinstance(cell, str):
        return cell
    text = " ".join(re.split(r"\r\n|\r|\n", cell))
    return f"'{text}" if cell.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA) else text


def _harmless_column(column: pd.Series) -> pd.Series:
    numbers = pd.api.types.is_numeric_dtype(column) or pd.api.types.is_datetime64_any_dtype(column)
    return column if numbers else column.astype(object).map(harmless)


def bars_csv(bars: pd.DataFrame) -> bytes:
    """Daily bars with ISO dates; columns without any value are left out."""
    return csv(bars.dropna(axis="columns", how="all"), index=True)


def prediction_csv(run: Run) -> bytes:
    """One row a pair: date, actual, predicted, persistence, part."""
    return csv(run.prediction)


def history_csv(run: Run) -> bytes:
    """One row an epoch: losses in scaled units, seconds since the start, step size; empty where none was watched."""
    names = [field.name for field in dataclasses.fields(EpochRecord)]
    rows = [[getattr(record, name) for name in names] for record in run.history]
    return csv(pd.DataFrame(rows, columns=names))


def loss_log(run: Run) -> bytes:
    """The article's log file: one line an epoch, "epoch - loss", then how long it took and when."""
    ended = run.started + timedelta(seconds=run.seconds)
    lines = [f"{record.epoch} - {record.train_loss:.8f}" for record in run.history]
    took = run.history[-1].seconds if run.history else 0.0  # of the untrained network
    lines += [
        f"The training time took {took:.2f} seconds.",
        f"The starting time was {run.started:%Y-%m-%d %H:%M:%S}.",
        f"The finishing time was {ended:%Y-%m-%d %H:%M:%S}.",
    ]
    return ("\n".join(lines) + "\n").encode()


def parameter_table(run: Run) -> pd.DataFrame:
    """One row a tensor: name, shape, count."""
    rows = [(name, " × ".join(map(str, w.shape)), int(w.size)) for name, w in run.weights.items()]
    return pd.DataFrame(rows, columns=["tensor", "shape", "parameters"])

"""The key of a run: what was asked and of which prices, in 24 hexadecimal digits."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import weakref
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import pandas as pd

from core.input_names import is_further

RECIPE = "2"  # raised when the same experiment on the same bars would give other numbers
_DIGITS = 24

# By the frame's identity, for as long as it lives: bars are never changed in place, and every poll asks for a key.
_known: dict[int, tuple[weakref.ref[pd.DataFrame], dict[tuple[str, ...], str]]] = {}


def digest(task: Any, bars: pd.DataFrame | None) -> str:
    """Key of a frozen dataclass and the bars it runs on; equal values give equal keys in every process.

    A task that is another way to the answer of another one, which it `answers`, has that one's key.
    """
    task = getattr(task, "answers", task)
    described: dict[str, Any] = {"recipe": RECIPE, "task": type(task).__name__, "fields": _plain(task)}
    described["bars"] = None if bars is None else bars_digest(bars, _inputs_in(described["fields"]))
    return hashlib.sha256(json.dumps(described, sort_keys=True, default=str).encode()).hexdigest()[:_DIGITS]


def _plain(value: Any) -> Any:
    """`value` as `dataclasses.asdict` gives it, without fields that came later (core.config.span) and say nothing."""
    if dataclasses.is_dataclass(value):
        fields = [f for f in dataclasses.fields(value) if not (f.metadata.get("later") and _at_default(value, f))]
        return {field.name: _plain(getattr(value, field.name)) for field in fields}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return {name: _plain(each) for name, each in value.items()} if isinstance(value, dict) else value


def _inputs_in(fields: Any) -> set[str]:
    """The names of all inputs that an experiment in these fields reads."""
    if isinstance(fields, dict):
        own = fields.get("inputs") or ()
        return {*own}.union(*(_inputs_in(each) for name, each in fields.items() if name != "inputs"))
    return set[str]().union(*map(_inputs_in, fields)) if isinstance(fields, list) else set()


def _at_default(value: Any, field: dataclasses.Field[Any]) -> bool:
    return bool(getattr(value, field.name) == field.default)


def key_of_keys(keys: Sequence[str], purpose: str) -> str:
    """Key of several runs taken together for one purpose."""
    return hashlib.sha256("\n".join([purpose, *keys]).encode()).hexdigest()[:_DIGITS]


def bars_digest(bars: pd.DataFrame, inputs: Collection[str] = ()) -> str:
    """Key of days, columns and values; worked out once a frame.

    Of the columns that only inputs read (core.input_names.is_further) those among `inputs` count: a run that does not
    read them is the same with and without.
    """
    columns = tuple(str(name) for name in bars.columns if not is_further(str(name)) or name in inputs)
    place = id(bars)
    if place not in _known or _known[place][0]() is not bars:
        _known[place] = (weakref.ref(bars, lambda _: _known.pop(place, None)), {})
    found = _known[place][1]
    if columns not in found:
        found[columns] = _hashed(bars, columns)
    return found[columns]


def _hashed(bars: pd.DataFrame, columns: Sequence[str]) -> str:
    told = hashlib.sha256(bars.index.to_numpy(dtype="datetime64[s]").tobytes())
    for column in columns:
        told.update(column.encode())
        told.update(np.ascontiguousarray(bars[column].to_numpy(dtype=np.float64)).tobytes())
    return told.hexdigest()[:_DIGITS]

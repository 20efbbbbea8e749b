"""A whole run as one safetensors file and back, to the last bit: arrays as tensors, all else as JSON in its header.

Nothing in such a file is ever executed, as with a pickle: it names value classes of the list below, nothing else, and
what it gives their fields is held against their types.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import typing
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load as tensors_of
from safetensors.numpy import save as with_tensors
from typeguard import CollectionCheckStrategy, TypeCheckError, check_type

from core.config import DataQuery, Experiment, ModelConfig, TrainConfig
from core.errors import DataError, GatescopeError
from core.film import Film, FilmedRun
from core.run import Run
from core.sentence import N_, Sentence
from core.values import AdamState, Checkpoint, EpochRecord, FilmedEpoch, ForecastTask, Scaler, Scores

VERSION = "1"  # raised when files written before can no longer be read
MOST_MEGABYTES = 200  # far above any run's
VALUES = {
    each.__name__: each
    for each in (
        AdamState, Checkpoint, DataQuery, EpochRecord, Experiment, Film, FilmedEpoch, FilmedRun, ForecastTask,
        ModelConfig, Run, Scaler, Scores, TrainConfig,
    )
}  # fmt: skip
MARK = "gatescope-run"
DAMAGE = (
    SafetensorError, TypeCheckError, ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError,
    RecursionError, NameError,
)  # fmt: skip  # what the libraries and the value classes raise on what does not hold together

Tensors = dict[str, NDArray[Any]]


def dump(run: Run) -> bytes:
    """The file of a run."""
    tensors: Tensors = {}
    told = json.dumps(_told(run, tensors), ensure_ascii=False)
    return bytes(with_tensors(tensors, metadata={MARK: VERSION, "run": told}))


def load(data: bytes) -> Run:
    """The run of a file.

    Raises:
        GatescopeError: it holds none, or one of another version, or one that does not hold together.
    """
    if len(data) > MOST_MEGABYTES << 20:
        size = len(data) >> 20
        raise DataError(N_("The file has {size} MB; that of a run has at most {most}."), size=size, most=MOST_MEGABYTES)
    try:
        header = _header(data)
        if header.get(MARK) != VERSION:
            raise _other(header.get(MARK))
        run = _Reader(tensors_of(data)).value(json.loads(header["run"]))
        if not isinstance(run, Run):
            raise _other(None)
        _hold_together(run)
    except GatescopeError:
        raise
    except DAMAGE as cause:
        raise DataError(N_("The file of the run is damaged ({what})."), what=type(cause).__name__) from cause
    return run


def _other(version: Any) -> DataError:
    if version is None:
        return DataError(N_("The file does not hold a run."))
    return DataError(
        N_("The run's file is of version {version}; version {known} can be read."), version=version, known=VERSION
    )


def _header(data: bytes) -> Mapping[str, Any]:
    """The words in the header; 8 bytes say how long it is."""
    end = 8 + int.from_bytes(data[:8], "little")
    if end > len(data):
        raise _other(None)
    try:
        told = json.loads(data[8:end]).get("__metadata__", {})
    except (ValueError, AttributeError) as cause:
        raise _other(None) from cause
    return typing.cast(Mapping[str, Any], told)


# There: plain values and lists as they are, all else as {"is": what it is, ...}.


@functools.singledispatch
def _told(value: Any, tensors: Tensors) -> Any:
    """What JSON holds of a value; its arrays go to `tensors`."""
    if VALUES.get(type(value).__name__) is not type(value):
        raise TypeError(f"no file holds a {type(value)!r}")
    fields = {each.name: _told(getattr(value, each.name), tensors) for each in dataclasses.fields(value)}
    return {"is": type(value).__name__, "fields": fields}


@_told.register(str | int | float | None)
def _(value: Any, tensors: Tensors) -> Any:
    return value.item() if isinstance(value, np.generic) else value


@_told.register
def _(value: list, tensors: Tensors) -> Any:  # type: ignore[type-arg]
    return [_told(each, tensors) for each in value]


@_told.register
def _(value: tuple, tensors: Tensors) -> Any:  # type: ignore[type-arg]
    return {"is": "tuple", "of": [_told(each, tensors) for each in value]}


@_told.register
def _(value: dict, tensors: Tensors) -> Any:  # type: ignore[type-arg]
    return {"is": "dict", "of": {name: _told(each, tensors) for name, each in value.items()}}


@_told.register
def _(value: Sentence, tensors: Tensors) -> Any:
    return {"is": "sentence", "template": value.template, "values": _told(dict(value.values), tensors)}


@_told.register
def _(value: np.ndarray, tensors: Tensors) -> Any:
    name = str(len(tensors))
    tensors[name] = np.ascontiguousarray(value)
    return {"is": "array", "tensor": name}


@_told.register
def _(value: bytes, tensors: Tensors) -> Any:
    return {"is": "bytes", "of": _told(np.frombuffer(value, np.uint8), tensors)}


@_told.register
def _(value: date, tensors: Tensors) -> Any:
    return {"is": "moment" if isinstance(value, datetime) else "date", "of": value.isoformat()}


@_told.register
def _(value: pd.DatetimeIndex, tensors: Tensors) -> Any:
    return {"is": "days", "of": _told(value.asi8, tensors), "unit": value.unit, "name": value.name}


@_told.register
def _(value: pd.DataFrame, tensors: Tensors) -> Any:
    return {"is": "frame", "of": {str(name): _column(value[name], tensors) for name in value}}


def _column(column: pd.Series, tensors: Tensors) -> Any:
    if isinstance(column.dtype, pd.StringDtype):
        codes, words = pd.factorize(column)
        return {"is": "words", "of": _told(codes, tensors), "words": list(words)}
    days = pd.api.types.is_datetime64_dtype(column)
    return _told(pd.DatetimeIndex(column, name=None) if days else column.to_numpy(), tensors)


# And back.


class _Reader:
    def __init__(self, tensors: Tensors) -> None:
        self._tensors = tensors
        self._ways: dict[str, Callable[[Any], Any]] = {
            "tuple": lambda told: tuple(self.value(told["of"])),
            "dict": lambda told: {name: self.value(each) for name, each in told["of"].items()},
            "array": lambda told: self._tensors[told["tensor"]],
            "bytes": lambda told: self.value(told["of"]).tobytes(),
            "date": lambda told: date.fromisoformat(told["of"]),
            "moment": lambda told: datetime.fromisoformat(told["of"]),
            "sentence": lambda told: Sentence(str(told["template"]), **self.value(told["values"])),
            "days": lambda told: pd.DatetimeIndex(
                self.value(told["of"]).view(f"datetime64[{told['unit']}]"), name=told["name"]
            ),
            "words": lambda told: pd.array(told["words"], dtype="str").take(self.value(told["of"])),
            "frame": lambda told: pd.DataFrame({name: self.value(each) for name, each in told["of"].items()}),
        }

    def value(self, told: Any) -> Any:
        """The value that was told."""
        if isinstance(told, list):
            return [self.value(each) for each in told]
        if not isinstance(told, dict):
            return told
        if (kind := told["is"]) in self._ways:
            return self._ways[kind](told)
        known = VALUES[kind]
        fields = {name: self.value(each) for name, each in told["fields"].items()}
        for name, hint in _hints(known).items():
            if name in fields:
                check_type(fields[name], hint, collection_check_strategy=CollectionCheckStrategy.ALL_ITEMS)
        return known(**fields)


@functools.cache
def _hints(known: type) -> dict[str, Any]:
    """The types of its fields."""
    told = typing.get_type_hints(known)
    return {each.name: told[each.name] for each in dataclasses.fields(known)}


def _hold_together(run: Run) -> None:
    """Raises ValueError where lengths and shapes contradict each other."""
    pairs, model = len(run.task.targets), run.experiment.model
    film = run.film.frames if isinstance(run, FilmedRun) else ()
    same = (
        len(run.prediction) == pairs,
        list(run.prediction.columns) == ["date", "actual", "predicted", "persistence", "part"],
        0 < run.train_pairs == run.task.train_pairs < pairs,
        run.task.targets.min() > 0 and run.task.targets.max() < len(run.task.values),
        run.series.ndim == 2 and run.series.shape == (len(run.series_dates), len(run.inputs)),
        len(run.series) >= pairs + model.window - 1,
        {"train", "test"} <= set(run.metrics) and "persistence" in run.baselines,
        run.parameter_count == sum(weight.size for weight in run.weights.values()),
        all({name: each.shape for name, each in frame.items()} == shapes(run) for frame in (run.weights, *film)),
        not isinstance(run, FilmedRun) or 0 < len(film) == len(run.film.epochs),
    )
    if not all(same):
        raise ValueError("lengths or shapes contradict each other")


def shapes(run: Run) -> dict[str, tuple[int, ...]]:
    """What each weight's shape must be, by PyTorch's names, from the dials."""
    model = run.experiment.model
    rows = {"lstm": 4, "gru": 3, "rnn": 1}[model.cell] * model.hidden_size
    width = model.window if model.layout == "article" else len(run.inputs)
    found: dict[str, tuple[int, ...]] = {}
    for layer in range(model.num_layers):
        inputs = width if layer == 0 else model.hidden_size
        found[f"weight_ih_l{layer}"], found[f"weight_hh_l{layer}"] = (rows, inputs), (rows, model.hidden_size)
        found[f"bias_ih_l{layer}"] = found[f"bias_hh_l{layer}"] = (rows,)
    return found | {"fc.weight": (1, model.hidden_size), "fc.bias": (1,)}

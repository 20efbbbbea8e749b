"""A run as one file and back, to the last bit, without pickle: a line with the version, then zlib over safetensors.

Arrays are tensors; all else is JSON in the metadata, read by the types that Run's fields declare. Fields go by their
names, so that one which is added later is read at its default from a file that does not have it. What is read may come
from anybody, so each value is held to its type, each array to its shape, and sizes to a bound.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import re
import types
import zlib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Union, get_args, get_origin, get_type_hints

import numpy as np
import pandas as pd
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors

from core.errors import RunFileError
from core.film import FilmedRun
from core.run import Run
from core.run_shapes import check
from core.sentence import N_, Sentence

VERSION = 2
_MAGIC = b"GATESCOPE-RUN "
LARGEST = 128 * 2**20  # bytes unpacked; the largest network with its film takes a quarter of it
_MOST_JSON = 4 * 2**20  # bytes; a thousand epochs take 0.2 million
_PLACE = re.compile(r"\{\w+(:[,+]?(\.\d)?[a-z%]?)?\}")  # what a template may ask for: no attributes, no widths
_COLUMNS = ["date", "actual", "predicted", "persistence", "part"]
_PARTS = np.array(["train", "validation", "test"])  # of Run.prediction, by their numbers in a file


def dump(run: Run) -> bytes:
    """The whole run; `load` gives an equal one, a FilmedRun where it was one."""
    tensors: dict[str, Any] = {}
    fields = _packed(run, tensors)
    told = json.dumps({"filmed": isinstance(run, FilmedRun), "fields": fields}, separators=(",", ":"))
    return _MAGIC + f"{VERSION}\n".encode() + zlib.compress(save_tensors(tensors, metadata={"run": told}), 1)


def load(data: bytes) -> Run:
    """The run that `dump` wrote.

    Raises:
        RunFileError: it is no such file, one of another version, damaged, or not of one piece.
    """
    head = data[:64].partition(b"\n")[0]
    if not head.startswith(_MAGIC):
        raise RunFileError(N_("This file is not a run that Gatescope has kept; choose another file."))
    if head != _MAGIC + str(VERSION).encode():
        raise RunFileError(
            N_("This run is kept in format {given}, but Gatescope here reads format {known}; train it again."),
            given=head[len(_MAGIC) :].decode("ascii", "replace")[:20],
            known=VERSION,
        )
    try:
        return _read(data[len(head) + 1 :])
    except Exception as error:  # whatever a stranger's bytes lead to
        raise RunFileError(
            N_("This run cannot be read: the file is damaged; take it from its source again.")
        ) from error


def _read(body: bytes) -> Run:
    unpacking = zlib.decompressobj()
    plain = unpacking.decompress(body, LARGEST)
    if not unpacking.eof or unpacking.unused_data:
        raise ValueError("cut short, or larger than any run")
    length = int.from_bytes(plain[:8], "little")
    if length > _MOST_JSON:
        raise ValueError("more text than any run has")
    told = json.loads(json.loads(plain[8 : 8 + length])["__metadata__"]["run"])
    tensors = load_tensors(plain)
    run = _unpacked(FilmedRun if told["filmed"] is True else Run, told["fields"], tensors)
    check(run)
    return run  # type: ignore[no-any-return]


def _array(value: Any, tensors: dict[str, Any]) -> str:
    """Keep an array among the tensors; its name there."""
    name = str(len(tensors))
    tensors[name] = np.ascontiguousarray(value)
    return name


def _packed(value: Any, tensors: dict[str, Any]) -> Any:
    """`value` as JSON; arrays by their names among `tensors`."""
    if isinstance(value, Sentence):
        return {"template": value.template, "values": _packed(dict(value.values), tensors)}
    if dataclasses.is_dataclass(value):
        return {field.name: _packed(getattr(value, field.name), tensors) for field in dataclasses.fields(value)}
    if isinstance(value, pd.DataFrame | pd.DatetimeIndex | np.ndarray | bytes):
        return _packed_arrays(value, tensors)
    if isinstance(value, Mapping):
        return {name: _packed(each, tensors) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_packed(each, tensors) for each in value]
    if isinstance(value, np.generic):
        return value.item()
    return {"date": value.isoformat()} if isinstance(value, date) else value


def _packed_arrays(value: Any, tensors: dict[str, Any]) -> Any:
    """Tables, days, arrays and bytes."""
    if isinstance(value, pd.DataFrame):
        part = value["part"].to_numpy()
        columns = [value[name].to_numpy() for name in _COLUMNS[:-1]]
        return [
            _packed(each, tensors) for each in (*columns, (part[:, None] == _PARTS).argmax(axis=1).astype(np.uint8))
        ]
    if isinstance(value, pd.DatetimeIndex):
        return _packed(value.to_numpy(), tensors)
    if isinstance(value, np.ndarray) and value.dtype.kind == "M":
        return [np.datetime_data(value.dtype)[0], _array(value.astype(np.int64), tensors)]
    if isinstance(value, np.ndarray):
        return _array(value, tensors)
    return _array(np.frombuffer(value, np.uint8), tensors)


@functools.cache
def _hints(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind)}


def _unpacked(kind: Any, plain: Any, tensors: dict[str, Any]) -> Any:
    """What `plain` stands for as a value of the type `kind`; anything else raises."""
    origin, inside = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):  # only "or None"
        return (
            None
            if plain is None
            else _unpacked(next(each for each in inside if each is not types.NoneType), plain, tensors)
        )
    if origin is np.ndarray:
        return _of_dtype(tensors[plain], get_args(inside[1])[0])
    if origin in (list, tuple):
        return origin(_unpacked(inside[0], each, tensors) for each in _is(list, plain))
    if origin in (dict, Mapping):
        return {_is(str, name): _unpacked(inside[1], each, tensors) for name, each in _is(dict, plain).items()}
    if kind is Sentence:
        return _sentence(plain)
    if dataclasses.is_dataclass(kind):
        hints = _hints(kind)  # type: ignore[arg-type]
        return kind(**{name: _unpacked(hints[name], each, tensors) for name, each in _is(dict, plain).items()})  # type: ignore[operator]
    if kind in _FROM_TENSORS:
        return _FROM_TENSORS[kind](plain, tensors)
    if kind in (datetime, date):
        return kind.fromisoformat(_is(dict, plain)["date"])
    return float(plain) if kind is float and type(plain) is int else _is(kind, plain)


def _is(kind: type, value: Any) -> Any:
    if type(value) is not kind:
        raise TypeError(f"{kind.__name__} expected")
    return value


def _of_dtype(array: Any, dtype: Any) -> Any:
    if array.dtype != np.dtype(dtype):
        raise TypeError(f"{dtype} expected")
    return array


def _days(plain: Any, tensors: dict[str, Any]) -> Any:
    unit, name = plain
    if unit not in ("s", "ms", "us", "ns"):
        raise ValueError("no unit of time")
    return _of_dtype(tensors[name], np.int64).astype(f"datetime64[{unit}]")


def _table(plain: Any, tensors: dict[str, Any]) -> pd.DataFrame:
    """Run.prediction, one row a pair."""
    days, *values, part = plain
    columns = [_days(days, tensors), *(_of_dtype(tensors[name], np.float64) for name in values)]
    named = _PARTS[_of_dtype(tensors[part], np.uint8)]
    return pd.DataFrame(dict(zip(_COLUMNS, [*columns, named], strict=True)))


def _sentence(plain: Any) -> Sentence:
    template, values = _is(str, plain["template"]), _is(dict, plain["values"])
    if len(template) > 500 or re.search(r"[{}]", _PLACE.sub("", template)):
        raise ValueError("no sentence of ours")
    for name, each in values.items():
        if isinstance(each, dict):
            values[name] = date.fromisoformat(each["date"])
        elif not isinstance(each, str | int | float | None):
            raise TypeError("no value of a sentence")
    found = Sentence(template, **values)
    str(found)
    return found


_FROM_TENSORS: dict[Any, Callable[[Any, dict[str, Any]], Any]] = {
    pd.DataFrame: _table,
    pd.DatetimeIndex: lambda plain, tensors: pd.DatetimeIndex(_days(plain, tensors), name="date"),
    bytes: lambda plain, tensors: _of_dtype(tensors[plain], np.uint8).tobytes(),
}

"""The configuration of a run as JSON, and an experiment back from it."""

from __future__ import annotations

import dataclasses
import json
import re
from typing import Any

import pandas as pd

from core.config import DataQuery, Dials, Experiment, ModelConfig, TrainConfig
from core.digest import bars_digest
from core.errors import RunFileError
from core.run import Run
from core.sentence import N_

LARGEST = 64_000  # bytes; one takes two thousand
LONGEST_NAME = 40  # characters of a name in a file's name; a ticker has 24
_PARTS: dict[str, type[Dials]] = {"data": DataQuery, "model": ModelConfig, "train": TrainConfig}


def configuration_json(run: Run, bars: pd.DataFrame | None = None) -> bytes:
    """Everything needed to build the model again and to scale its inputs: dials, scaler, key, split.

    Args:
        bars: the prices, where they are handed on too; their digest tells whether others are the same.
    """
    told = {
        "key": run.key,
        "experiment": dataclasses.asdict(run.experiment),
        "inputs": {name: dataclasses.asdict(scaler) for name, scaler in run.inputs.items()},
        "parameters": run.parameter_count,
        "train_pairs": run.fitted_pairs,
        "validation_pairs": run.train_pairs - run.fitted_pairs,
        "test_pairs": run.test_pairs,
        "first_test_target": f"{run.split_date:%Y-%m-%d}",
        **({} if bars is None else {"bars": bars_digest(bars, run.experiment.model.inputs)}),
    }
    return json.dumps(told, indent=2, default=str, ensure_ascii=False).encode()


def experiment_of(data: bytes) -> Experiment:
    """The experiment that `configuration_json` wrote; nothing else is taken from the text.

    Raises:
        RunFileError: it is too long, no configuration, or names what is no dial here.
        ConfigError: a dial is out of bounds.
    """
    try:
        told: Any = json.loads(data.decode("utf-8-sig")) if len(data) <= LARGEST else None
    except (ValueError, RecursionError):
        told = None
    asked = told.get("experiment") if isinstance(told, dict) else None
    if not isinstance(asked, dict) or not all(isinstance(part, dict) for part in asked.values()):
        raise RunFileError(N_("This is not a configuration that Gatescope has written; choose another file."))
    unknown = [*(asked.keys() - _PARTS.keys()), *(dial for part in _PARTS for dial in _unknown(part, asked))]
    if unknown:
        raise RunFileError(
            N_("The configuration names {name}, which is no dial here; it may be of a newer version."),
            name=sorted(map(str, unknown))[0],
        )
    return Experiment().replace(**{part: kind(**_plain(asked.get(part, {}))) for part, kind in _PARTS.items()})


def _unknown(part: str, asked: dict[str, Any]) -> list[str]:
    known = {dial.name for dial in dataclasses.fields(_PARTS[part])}  # type: ignore[arg-type]
    return [name for name in asked.get(part, {}) if name not in known]


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Values as dials may have them: a ticker is a text, as is whatever no dial allows (lists, numbers of no end)."""
    return {
        name: tuple(map(str, value))
        if name == "inputs" and isinstance(value, list)
        else value
        if name != "ticker" and (isinstance(value, bool | str | float | None) or _is_small(value))
        else str(value)
        for name, value in values.items()
    }


def _is_small(value: object) -> bool:
    return type(value) is int and abs(value) < 2**63


def file_stem(run: Run) -> str:
    """The beginning of a run's file names: ticker and key, as `file_name` has them."""
    return f"{file_name(run.experiment.data.ticker)}-{file_name(run.key[:8])}"


def file_name(text: str) -> str:
    """Text as a part of a file's name: letters, digits and a few signs; no path, no hidden file, no option."""
    return re.sub(r"[^\w.^=-]", "_", text)[:LONGEST_NAME].lstrip(".-") or "_"

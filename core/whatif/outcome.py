"""What came of many experiments: a small row of each, a table, the winner by validation, and how much of it is luck."""

from __future__ import annotations

import hashlib
import weakref
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.config import Experiment
from core.errors import DataError
from core.evaluation.baselines import baselines
from core.evaluation.measures import MEASURES, OF_RANGES
from core.evaluation.report import judge
from core.evaluation.tries import Counted, Try, among, corrected, same_part, try_of
from core.evaluation.verdict import Verdict
from core.link import PARAMETERS
from core.run import Run
from core.sentence import N_, Sentence
from core.values import Array, ForecastTask, Scores

_COLUMNS = tuple(dict.fromkeys((*MEASURES, *OF_RANGES)))
_MOST_TASKS = 64  # of which the baselines' test forecasts are remembered


@dataclass(frozen=True)
class Row:
    """What is kept of one run of many: some kB, arrays shared with the rows they are equal in.

    Attributes:
        experiment: what was asked.
        key: the run's.
        validation: scores on the validation part; None without one.
        test: scores on the test part.
        seconds, epochs: what its training took.
        tried: its n test days, their values and squared errors.
        predicted: its forecasts of them, (n,).
        rivals: the baselines' forecasts of them by name, each (n,); "persistence" always.
    """

    experiment: Experiment
    key: str
    validation: Scores | None
    test: Scores
    seconds: float
    epochs: int
    tried: Try = field(compare=False, repr=False)
    predicted: Array = field(compare=False, repr=False)
    rivals: Mapping[str, Array] = field(compare=False, repr=False)

    @property
    def skill(self) -> float:
        """What a winner is chosen by: the skill on the validation part; minus infinity where there is none."""
        found = self.validation.skill if self.validation else None
        return -np.inf if found is None or np.isnan(found) else found


@dataclass(frozen=True)
class Winner:
    """The best setting by the median skill of its seeds on the validation part.

    Attributes:
        rows: one a seed, in the order they were tried.
        row: the one of them whose validation skill is the median (of an even number, the upper one of the middle two).
        skill: that median over the seeds.
    """

    rows: tuple[Row, ...]
    row: Row
    skill: float


@dataclass(frozen=True)
class Judged:
    """The winner on the test part, with the luck of all tries counted.

    Attributes:
        winner: as `winner` gives it.
        alone: the verdict on its row as if nothing else had been tried.
        verdict: the same when all rows on its test part are counted.
        counted: those, Hansen's test over them, and who cannot be told from the best; see core.evaluation.tries.
        apart: rows on other test parts (another ticker or split), which no test on these days can count.
    """

    winner: Winner
    alone: Verdict
    verdict: Verdict
    counted: Counted
    apart: int


def row_of(experiment: Experiment, bars: pd.DataFrame | None, run: Run) -> Row:
    """The little that is kept of a finished run; `bars` are not looked at."""
    del bars
    tried, test = try_of(run), run.task.parts["test"]
    own = Try(run.key, experiment, tried.epoch, _shared(tried.days), _shared(tried.actual), tried.losses,
              _shared(tried.same))  # fmt: skip
    return Row(
        experiment=experiment,
        key=run.key,
        validation=run.metrics.get("validation"),
        test=run.metrics["test"],
        seconds=run.seconds,
        epochs=len(run.history),
        tried=own,
        predicted=run.prediction["predicted"].to_numpy(dtype=np.float64)[test].copy(),
        rivals=_rivals_of(run.task),
    )


Settings = Mapping[Experiment, Mapping[str, Any]]  # as of Plan.settings


def table(rows: Sequence[Row], settings: Settings | None = None) -> pd.DataFrame:
    """One line a row, in their order: dials, validation_* and test_* measures, epochs, seconds, key.

    Args:
        settings: the dials of each experiment that are shown; None for those that differ.
    """
    if settings is None:
        differ = [name for name in PARAMETERS if len({dial_of(row.experiment, name) for row in rows}) > 1]
        settings = {row.experiment: {name: dial_of(row.experiment, name) for name in differ} for row in rows}
    return pd.DataFrame([line(row, settings[row.experiment]) for row in rows])


def dial_of(experiment: Experiment, name: str) -> Any:
    """Where a dial stands, by its name in a link; a split by date is that date."""
    if name == "split" and experiment.train.test_start is not None:
        return experiment.train.test_start
    part, field_name = PARAMETERS[name]
    return getattr(getattr(experiment, part), field_name)


def line(row: Row, dials: Mapping[str, Any]) -> dict[str, Any]:
    """One line of the table: `dials`, then what the row holds."""
    scored = {"validation": row.validation, "test": row.test}
    measures = {
        f"{part}_{name}": np.nan if scores is None or (value := getattr(scores, name)) is None else value
        for part, scores in scored.items()
        for name in _COLUMNS
    }
    return dict(dials) | measures | {"epochs": row.epochs, "seconds": row.seconds, "key": row.key}


def winner(rows: Sequence[Row]) -> Winner:
    """The setting whose seeds have the best median skill on the validation part; of equal ones the first.

    The test part has no say: who chooses by it has no test left.

    Raises:
        DataError: no row has a validation score.
    """
    settings: dict[Experiment, list[Row]] = {}
    for row in rows:
        same = row.experiment.replace(train=row.experiment.train.replace(seed=0))
        settings.setdefault(same, []).append(row)
    medians = {setting: float(np.median([row.skill for row in found])) for setting, found in settings.items()}
    best = max(medians, key=medians.__getitem__, default=None)
    if best is None or medians[best] == -np.inf:
        raise DataError(
            N_("No run has a score on a validation part, so no winner can be chosen; set a validation share above 0.")
        )
    found = settings[best]
    return Winner(tuple(found), sorted(found, key=lambda row: row.skill)[len(found) // 2], medians[best])


def judged(rows: Sequence[Row]) -> Judged:
    """The winner's verdict on the test part, all rows counted.

    Raises:
        DataError: no row has a validation score.
    """
    best = winner(rows)
    row = best.row
    rivals: dict[str, Array | Sentence] = dict(row.rivals)
    alone = judge(row.experiment.train.target, row.tried.actual, row.predicted, rivals)
    tries = [each.tried for each in rows]
    counted = among(row.tried, tries, lambda days: _losses(row, days))
    apart = sum(not same_part(each, row.tried) for each in tries)
    return Judged(best, alone, corrected(alone, counted), counted, apart)


def _losses(row: Row, days: NDArray[np.datetime64]) -> dict[str, Array]:
    """Squared errors of each baseline on these days."""
    wanted = np.isin(row.tried.days, days)
    return {name: np.square(rival - row.tried.actual)[wanted] for name, rival in row.rivals.items()}


_arrays: weakref.WeakValueDictionary[bytes, NDArray[Any]] = weakref.WeakValueDictionary()
_known: OrderedDict[bytes, dict[str, Array]] = OrderedDict()


def _shared(array: NDArray[Any]) -> NDArray[Any]:
    """An equal array that another row holds, or this one: days and values are the same in most of them."""
    return _arrays.setdefault(_digest(array), array)


def _digest(*arrays: NDArray[Any]) -> bytes:
    found = hashlib.sha256()
    for array in arrays:
        found.update(f"{array.dtype}{array.shape}".encode() + np.ascontiguousarray(array).tobytes())
    return found.digest()


def _rivals_of(task: ForecastTask) -> dict[str, Array]:
    """The baselines' forecasts of the test part, worked out once for all runs of the same task."""
    about = np.array([task.train_pairs, task.validation_pairs, task.window])
    key = _digest(task.values, task.targets, about, np.array(task.target))
    known = _known.get(key)
    if known is None:
        test = task.parts["test"]
        found = {name: rival for name, rival in baselines(task).items() if not isinstance(rival, Sentence)}
        known = _known[key] = {name: _shared(rival[test].copy()) for name, rival in found.items()}
        while len(_known) > _MOST_TASKS:
            _known.popitem(last=False)
    return known

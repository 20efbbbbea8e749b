"""Plans from a notebook: train them, and have the outcome as a frame. The web asks the service instead."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from core.config import DataQuery, Experiment
from core.data import load_bars
from core.data.others import with_others
from core.errors import ConfigError, DataError, GatescopeError
from core.run import Run
from core.sentence import N_
from core.values import StopSignal, never
from core.whatif.outcome import Row, judged, line, row_of, table
from core.whatif.plan import Plan, queries

VALIDATION = 0.15  # held out where the base holds nothing out: without it nothing but the test part could choose
Bars = pd.DataFrame | Mapping[DataQuery, pd.DataFrame] | None
Progress = Callable[[int, int, Row | GatescopeError], None]
_OF_PRICES = ("ticker", "source", "adjust")


def sweep(
    base: Experiment,
    dials: Plan | Mapping[str, Any],
    bars: Bars = None,
    observe: Progress | None = None,
    should_stop: StopSignal = never,
) -> pd.DataFrame:
    """Train every combination of the dials; one line a run, in the order of the plan.

        found = sweep(PRESETS["returns"], {"hidden_size": [4, 8, 16], "seed": range(5)}, bars)
        found.groupby("hidden_size")["validation_skill"].median()

    Args:
        base: what all else is taken from; holds out 15 % for validation where neither it nor a dial says otherwise.
        dials: names as in core.config or in a link -> values (see Plan), or a Plan, which may be a random draw.
        bars: prices; of several tickers a frame by DataQuery; None loads what is needed. Of one frame other starts and
            ends are cut.
        observe: is told after each run how many are done, of how many, and its row or why there is none.
        should_stop: as of `run_experiment`.

    Returns:
        the dials under the names given, validation_* and test_* measures (core.values.Scores), epochs, seconds, key.
        A run that cannot be has no measures, and says why in a column "error", which is there only then.
        `attrs` holds the key of the "winner" (best median validation skill over its seeds), the "verdict" on its test
        part with all runs counted, as sentences, its "kind", and "p_value" of Hansen's test; empty where no run has a
        validation score.

    Raises:
        ConfigError: a dial is none, out of bounds, or these are more than 400 runs.
        Cancelled: `should_stop()` was true.
    """
    plan = dials if isinstance(dials, Plan) else Plan(dials)
    settings = plan.settings(with_validation(base, plan))
    landed = dict(landings(list(settings), bars, observe, should_stop))
    names = plan.dials if isinstance(dials, Plan) else dials
    found = pd.DataFrame([_line(landed[experiment], told) for experiment, told in settings.items()])
    found = found.rename(columns=dict(zip(plan.dials, names, strict=True)))
    found.attrs.update(_told([row for row in landed.values() if isinstance(row, Row)]))
    return found


def with_validation(base: Experiment, plan: Plan) -> Experiment:
    """`base` with a validation part where neither it nor the plan says how large."""
    if base.train.validation or "validation" in plan.dials:
        return base
    return base.replace(train=base.train.replace(validation=VALIDATION))


def landings(
    asked: Sequence[Experiment],
    bars: Bars = None,
    observe: Progress | None = None,
    should_stop: StopSignal = never,
) -> Iterator[tuple[Experiment, Row | GatescopeError]]:
    """Each experiment as it lands, with its row or why there is none; arguments as of `sweep`.

    Those that differ only in their seed are trained together, so they land one after the other.
    """
    prices, done = _Prices(bars, asked), 0
    for group in _by_all_but_seed(asked):
        for experiment, row in _landed(group, prices, should_stop):
            done += 1
            if observe:
                observe(done, len(asked), row)
            yield experiment, row


def _by_all_but_seed(asked: Sequence[Experiment]) -> list[list[Experiment]]:
    groups: dict[Experiment, list[Experiment]] = {}
    for each in asked:
        groups.setdefault(each.replace(train=each.train.replace(seed=0)), []).append(each)
    return list(groups.values())


def _landed(
    group: list[Experiment], prices: _Prices, should_stop: StopSignal
) -> Iterator[tuple[Experiment, Row | GatescopeError]]:
    from core.seeds_at_once import each_seed  # torch: not before something is trained

    left = iter(group)
    try:
        own = with_others(prices.of(group[0].data), group[0], prices.of).bars
        for run in each_seed(group, own, should_stop=should_stop):
            experiment = next(left)
            yield experiment, run.alone() if isinstance(run, GatescopeError) else row_of(experiment, own, run)
    except GatescopeError as error:
        yield from ((experiment, error.alone()) for experiment in left)


def compare(runs: Sequence[Run]) -> pd.DataFrame:
    """Finished runs side by side: the dials that differ, validation_* and test_* measures, epochs, seconds, key."""
    return table([row_of(run.experiment, None, run) for run in runs])


class _Prices:
    """The bars of each query, loaded once."""

    def __init__(self, bars: Bars, asked: Sequence[Experiment]) -> None:
        wanted = queries(asked)
        self.known = dict(bars) if isinstance(bars, Mapping) else {}
        if isinstance(bars, pd.DataFrame):
            for name in _OF_PRICES:
                if len({getattr(query, name) for query in wanted}) > 1:
                    template = N_(
                        "One table of prices cannot serve several values of {field}; give one table for each."
                    )
                    raise ConfigError(template, field=name)
            cut = len(wanted) > 1  # by start or end
            self.known = {query: _between(bars, query) if cut else bars for query in wanted}

    def of(self, query: DataQuery) -> pd.DataFrame:
        if query not in self.known:
            self.known[query] = load_bars(query)
        return self.known[query]


def _between(bars: pd.DataFrame, query: DataQuery) -> pd.DataFrame:
    return bars.loc[str(query.start or "") or None : str(query.end or "") or None]


def _line(row: Row | GatescopeError, dials: Mapping[str, Any]) -> dict[str, Any]:
    return line(row, dials) if isinstance(row, Row) else {**dials, "error": str(row)}


def _told(rows: Sequence[Row]) -> dict[str, Any]:
    try:
        found = judged(rows)
    except DataError:
        return {}
    luck = found.counted.snooping
    return {
        "winner": found.winner.row.key,
        "kind": found.verdict.kind,
        "verdict": found.verdict.sentences,
        "p_value": None if luck is None else luck.p_value,
    }

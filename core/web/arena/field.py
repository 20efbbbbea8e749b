"""Who takes part: each cell's network on one ticker's prices, trained by the rule of every job, and the baselines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.config import CELL_NAMES, Experiment
from core.errors import GatescopeError
from core.evaluation.arena import Arena, Contestant, arena
from core.evaluation.tries import same_part, try_of
from core.run import Run
from core.sentence import Sentence
from core.service import JobState
from core.values import ForecastTask
from core.web import job_panel, luck, readings, session
from core.web.current import Current, prices
from core.web.job_panel import Wanted

AT_A_TIME = 3  # trainings, so that several tickers never fill the queue
COMING, LONG, STOPPED, DONE = "coming", "long", "stopped", "done"  # how it stands with a network


@dataclass(frozen=True)
class Field:
    """One ticker's contest, as far as it is there.

    Attributes:
        wanted: the training of each cell; {} while there are no prices.
        jobs: how far each is; None of one that waits for the visitor's word, none at all before it was asked for.
        task: what is forecast; None where `why` says why there is none, or while prices are on their way.
    """

    experiment: Experiment
    wanted: Mapping[str, Wanted] = field(default_factory=dict)
    jobs: Mapping[str, JobState | None] = field(default_factory=dict)
    task: ForecastTask | None = None
    why: Sentence | None = None
    own: bool = False

    @property
    def ticker(self) -> str:
        return self.experiment.data.ticker

    @property
    def runs(self) -> dict[str, Run]:
        """The finished networks by cell."""
        return {cell: job.result for cell, job in self.jobs.items() if job is not None and job.state == "done"}

    def stands(self, cell: str) -> str:
        """COMING, LONG (waits for a word), STOPPED (cancelled or failed) or DONE."""
        if cell not in self.jobs:
            return COMING
        job = self.jobs[cell]
        return LONG if job is None else COMING if job.live else DONE if job.state == "done" else STOPPED


def own(current: Current) -> Field:
    """The visitor's own prices; the network of the dials is the one every page shows."""
    if current.wanted is None:
        error = current.fetch.error
        return Field(current.experiment, why=error.sentence if error else None, own=True)
    found = _field(current.experiment, "own", current.wanted)
    return Field(found.experiment, found.wanted, {_cell(current): current.job}, found.task, found.why, own=True)


def other(current: Current, ticker: str, slot: int) -> Field:
    """The same dials on another ticker's prices, from a source that has them."""
    data = current.experiment.data
    source = "auto" if data.source in ("upload", "sample") else data.source
    experiment = current.experiment.replace(data=data.replace(ticker=ticker, source=source))
    fetch = prices(experiment)
    if fetch.error:
        return Field(experiment, why=fetch.error.sentence)
    if fetch.bars is None:
        return Field(experiment)
    return _field(experiment, str(slot), Wanted(_place(str(slot), _cell(current)), experiment, fetch.bars))


def train(fields: Sequence[Field]) -> list[Field]:
    """Ask for the networks, a few at a time, and say on the page how far they are; none after one was cancelled."""
    found: list[Field] = []
    asked: list[tuple[Wanted, JobState | None]] = []
    stopped = False
    for each in fields:
        jobs = dict(each.jobs)
        for cell, wanted in each.wanted.items():
            if cell in jobs or each.task is None or stopped:
                continue
            if sum(job is not None and job.live for _wanted, job in asked) >= AT_A_TIME:
                break
            jobs[cell] = job_panel.look(wanted)
            asked.append((wanted, jobs[cell]))
            stopped = stopped or _is(jobs[cell], "cancelled")
        found.append(Field(each.experiment, each.wanted, jobs, each.task, each.why, each.own))
        for run in found[-1].runs.values():
            luck.note(run)  # whoever sees it here has looked at it on these test days
    for some in ([pair for pair in asked if pair[1] is not None], [pair for pair in asked if pair[1] is None]):
        if some:
            job_panel.panel([wanted for wanted, _job in some], [job for _wanted, job in some])
    return found


def contest(entered: Field) -> Arena | None:
    """Everybody who is there on the test part; None without prices."""
    task, runs = entered.task, entered.runs
    if task is None:
        return None

    def judged() -> Arena:
        predicted = {cell: run.prediction["predicted"].to_numpy(dtype=float) for cell, run in runs.items()}
        return arena(task, [Contestant(cell, predicted[cell], run.seconds) for cell, run in runs.items()])

    key = next(iter(entered.wanted.values())).key
    return readings.found(f"arena {key}", list(runs.values()), judged)


def looked_at(entered: Field) -> int:
    """How many settings this visitor has seen on the contest's test days."""
    run = next(iter(entered.runs.values()), None)
    if run is None:
        return 0
    this = try_of(run)
    return sum(same_part(each, this) for each in session.LOOKED_AT.get())


def _field(experiment: Experiment, slot: str, asked: Wanted | None) -> Field:
    """A ticker's contest before anything was asked for; the network of the dials is `asked`."""
    if asked is None or asked.bars is None:
        return Field(experiment)
    wanted = {cell: _wanted(experiment, cell, slot, asked) for cell in CELL_NAMES}
    try:
        return Field(experiment, wanted, task=readings.outset(asked.key, experiment, asked.bars).task)
    except GatescopeError as error:
        return Field(experiment, wanted, why=error.sentence)


def _wanted(experiment: Experiment, cell: str, slot: str, asked: Wanted) -> Wanted:
    if cell == experiment.model.cell:
        return asked
    model = experiment.model.replace(cell=cell, forget_bias=None)
    return Wanted(_place(slot, cell), experiment.replace(model=model), asked.bars)


def _place(slot: str, cell: str) -> str:
    return f"arena_{slot}_{cell}"


def _cell(current: Current) -> str:
    return current.experiment.model.cell


def _is(job: JobState | None, state: str) -> bool:
    return job is not None and job.state == state

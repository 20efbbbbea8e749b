"""What the lessons have computed by workers: the adding problem trained live, and autograd's side of a comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import pandas as pd
import streamlit as st

from core import charts
from core.charts.lessons import CELLS
from core.jobs import kept
from core.jobs.adding import VARIANCE, AddingRecord, AddingResult, AddingTask
from core.service import JobState
from core.theory.gradients import GATES, LETTERS, WEIGHTS, Passes
from core.values import Array
from core.web import consent, job_panel, page, readings, session
from core.web.job_panel import Wanted
from core.web.lesson import TEXTS
from core.web.text import _, say


def adding_problem(place: str, offered: Sequence[AddingTask]) -> None:
    """A button that trains the offered tasks side by side, their curves while they grow, a way to stop, the results.

    Until the visitor has trained, the curves kept beside the lesson stand there, and are said to be kept.

    Args:
        place: a name for this spot; tasks of different spots do not replace each other.
        offered: at most one task a cell.
    """
    key, seconds = f"{place}_train", [each.seconds for each in _wanted(place, offered)]
    if not consent.may_begin(max(seconds, default=0.0)):
        consent.refuse(sum(seconds), key)
    else:
        args = (place, offered)
        st.button(_("Train"), key=key, type="primary", disabled=not offered, on_click=_begin, args=args)
    if not offered:
        st.caption(_("Choose at least one network."))
    started = session.STARTED.at(place).get()
    wanted = _wanted(place, started)
    jobs = [job_panel.look(each, agreed=True) for each in wanted]
    job_panel.panel(wanted, jobs, page.training_words())

    def drawn(now: Sequence[JobState | None]) -> None:
        found = [(task, job) for task, job in zip(started, now, strict=True) if job]
        if not any(job.live or _records(job) for _task, job in found):
            _standing(place, offered)
            return
        _curves(place, {task: _records(job) for task, job in found})
        if rows := [_row(task, job.result) for task, job in found if job.state == "done"]:
            st.dataframe(pd.DataFrame(rows), hide_index=True, width="content")

    job_panel.live(wanted, jobs, drawn)


def _wanted(place: str, tasks: Sequence[AddingTask]) -> list[Wanted]:
    """Each curve has a place of its own, so that they train side by side."""
    return [Wanted(f"{place}_{task.cell}", task) for task in tasks]


def _begin(place: str, offered: Sequence[AddingTask]) -> None:
    session.STARTED.at(place).put(tuple(offered))
    job_panel.restart(_wanted(place, offered))


def _records(job: JobState) -> Sequence[AddingRecord]:
    return job.result.records if job.state == "done" else job.records


def _standing(place: str, offered: Sequence[AddingTask]) -> None:
    """Curves that were trained beforehand, and the words that say so."""
    results = [result for task, result in kept_curves().items()
               if any(task == each.replace(steps=task.steps) for each in offered)]  # fmt: skip
    _curves(place, {result.task: result.records for result in results})
    if results:
        task = results[0].task
        told = _("Kept from a run at T = {steps} with seed {seed}. Press “Train” to train your own.")
        st.caption(told.format(steps=task.steps, seed=task.seed))


@cache
def kept_curves() -> Mapping[AddingTask, AddingResult]:
    """What `python -m benchmarks.kept_curves` has put beside the lessons."""
    return kept.read(TEXTS / "adding.json")


def _curves(place: str, found: Mapping[AddingTask, Sequence[AddingRecord]]) -> None:
    learning = {
        task.cell: ([record.batch for record in records], [record.test_loss for record in records])
        for task, records in found.items()
    }
    batches = max((task.batches for task in found), default=AddingTask().batches)
    variance = next((records[-1].variance for records in found.values() if records), VARIANCE)
    page.draw(charts.adding_problem(learning, variance, batches, page.style()), f"{place}_curves")


def _row(task: AddingTask, result: AddingResult) -> dict[str, str]:
    learnt, last = result.learnt_at, result.records[-1]
    return {
        _("network"): CELLS[task.cell],
        "T": str(task.steps),
        _("batches until half the variance"): "–" if learnt is None else f"{learnt:,}",
        _("batches trained"): f"{last.batch:,}",
        _("error on fresh sequences"): f"{result.test_loss:.4f}",
        _("share of the variance"): f"{result.share:.1%}",
        _("seconds"): f"{result.seconds:.1f}",
    }


def compare_with_autograd(passes: Passes) -> None:
    """Gradients of the LSTM lesson's weights by three ways; PyTorch's come from a worker, a moment later."""
    wanted = Wanted("autograd", passes.example)

    def drawn(jobs: Sequence[JobState | None]) -> None:
        (job,) = jobs
        if job and job.error:
            st.error(say(job.error.sentence), icon=":material/error:")
        table = _three_ways(passes, job.result or {} if job else {})
        st.dataframe(table, hide_index=True, width="stretch", height="content")

    job_panel.live([wanted], [job_panel.look(wanted, agreed=True)], drawn)


def _three_ways(passes: Passes, torch: Mapping[str, Array]) -> pd.DataFrame:
    defined, rows = readings.differences(passes.example), []
    for name in WEIGHTS[:3]:  # PyTorch's two biases have the same gradient
        for gate, own in enumerate(passes.weights[name]):
            theirs = f"{torch[name][gate]:+.9f}" if torch else "…"
            label = f"{name}, {LETTERS[GATES[gate]]}"
            rows.append((label, f"{own:+.9f}", theirs, f"{defined[name][gate]:+.9f}"))
    heads = [_("weight"), _("term by term"), _("PyTorch's autograd"), _("by definition")]
    return pd.DataFrame(rows, columns=heads)

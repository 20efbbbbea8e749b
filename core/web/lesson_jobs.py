"""What the lessons have computed by workers: the adding problem trained live, and autograd's side of a comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from core import charts, service
from core.charts.lessons import CELLS
from core.jobs.adding import VARIANCE, AddingResult, AddingTask
from core.service import JobState, Runner, register
from core.theory.gradients import GATES, LETTERS, WEIGHTS, LSTMExample, Passes, differences
from core.values import Array
from core.web import page, session
from core.web.current import seat
from core.web.text import _, say

register(AddingTask, Runner("core.longlag:run_adding", "core.longtask:outlook"))
register(LSTMExample, Runner("core.longlag:run_autograd"))

AXIS = [-3.2, 0.0]  # of the error, as powers of ten
STARTED = "_practice_"  # session key of the tasks a visitor started, by place


def adding_problem(place: str, offered: Sequence[AddingTask]) -> None:
    """A button that trains the offered tasks side by side, their curves while they grow, a way to stop, the results.

    Args:
        place: a name for this spot; tasks of different spots do not replace each other.
        offered: at most one task a cell.
    """
    st.button(
        _("Train"), key=f"{place}_train", type="primary", disabled=not offered, on_click=_begin, args=(place, offered)
    )
    started: tuple[AddingTask, ...] = session.get(STARTED + place, ())
    running = any(job.live for job in _jobs(place, started))

    @st.fragment(run_every=page.POLL_SECONDS if running else None)
    def drawn() -> None:
        jobs = _jobs(place, started)
        if running and not any(job.live for job in jobs):
            st.rerun()
        _progress(place, jobs)
        _curves(place, started, jobs)
        _results(started, jobs)

    drawn()


def compare_with_autograd(passes: Passes) -> None:
    """Gradients of the LSTM lesson's weights by three ways; PyTorch's come from a worker, a moment later."""
    example = passes.example
    job = service.ask(example, None, _worker_name("autograd"))

    @st.fragment(run_every=page.POLL_SECONDS if job.live else None)
    def drawn() -> None:
        found = service.ask(example, None, _worker_name("autograd")) if job.live else job
        if job.live and not found.live:
            st.rerun()
        if found.error:
            st.error(say(found.error), icon=":material/error:")
        st.dataframe(_three_ways(passes, found.result or {}), hide_index=True, width="stretch", height="content")

    drawn()


def _three_ways(passes: Passes, torch: Mapping[str, Array]) -> pd.DataFrame:
    defined, rows = differences(passes.example), []
    for name in WEIGHTS[:3]:  # PyTorch's two biases have the same gradient
        for gate, own in enumerate(passes.weights[name]):
            theirs = f"{torch[name][gate]:+.9f}" if torch else "…"
            label = f"{name}, {LETTERS[GATES[gate]]}"
            rows.append((label, f"{own:+.9f}", theirs, f"{defined[name][gate]:+.9f}"))
    heads = [_("weight"), _("term by term"), _("PyTorch's autograd"), _("by definition")]
    return pd.DataFrame(rows, columns=heads)


def _worker_name(place: str, cell: str = "") -> str:
    """Each curve is a visitor of its own to the service, so that they train side by side."""
    return seat(f"{session.visitor()}/{place}/{cell}")


def _begin(place: str, offered: Sequence[AddingTask]) -> None:
    session.put(STARTED + place, tuple(offered))
    for task in offered:
        service.ask(task, None, _worker_name(place, task.cell), restart=True)


def _jobs(place: str, tasks: Sequence[AddingTask]) -> list[JobState]:
    return [service.ask(task, None, _worker_name(place, task.cell)) for task in tasks]


def _stop(place: str, tasks: Sequence[AddingTask]) -> None:
    for task in tasks:
        service.cancel(service.key_of(task), _worker_name(place, task.cell))


def _progress(place: str, jobs: Sequence[JobState]) -> None:
    if not any(job.live for job in jobs):
        return
    bar, button = st.columns([5, 1], vertical_alignment="center")
    left = max(job.seconds_left for job in jobs)
    share = sum(1.0 if not job.live else job.share for job in jobs) / len(jobs)
    bar.progress(share, text=_("Training, at most {left} s left").format(left=f"{left:.0f}"))
    started: tuple[AddingTask, ...] = session.get(STARTED + place, ())
    button.button(_("Cancel"), key=f"{place}_cancel", on_click=_stop, args=(place, started), width="stretch")


def _curves(place: str, tasks: Sequence[AddingTask], jobs: Sequence[JobState]) -> None:
    learning = {}
    for task, job in zip(tasks, jobs, strict=True):
        records = job.result.records if job.state == "done" else job.records
        learning[task.cell] = ([record.batch for record in records], [record.test_loss for record in records])
    batches = max((task.batches for task in tasks), default=AddingTask().batches)
    variance = next((job.records[-1].variance for job in jobs if job.records), VARIANCE)
    chart = charts.adding_problem(learning, variance, batches, page.style())
    chart.figure.update_yaxes(range=AXIS, dtick=1)  # fixed, so that nothing jumps while the curves grow
    page.draw(chart, f"{place}_curves")


def _results(tasks: Sequence[AddingTask], jobs: Sequence[JobState]) -> None:
    for job in jobs:
        if job.error:
            st.error(say(job.error), icon=":material/error:")
        elif job.state == "cancelled":
            st.caption(_("Training was cancelled."))
    rows = [_row(task, job.result) for task, job in zip(tasks, jobs, strict=True) if job.state == "done"]
    if rows:
        st.dataframe(pd.DataFrame(rows), hide_index=True, width="content")


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

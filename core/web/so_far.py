"""The network of a training that still runs or was given up, shown where the finished run will stand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import streamlit as st

from core import charts
from core.charts import Chart, Style
from core.errors import GatescopeError
from core.introspect.of_run import step_dates
from core.run import Run
from core.service import JobState
from core.unfinished import Unfinished, loss_room
from core.values import EpochRecord, FilmedEpoch
from core.web import job_panel, readings, session
from core.web.current import Current
from core.web.text import _, joined


def see(current: Current) -> Current:
    """With the network as it stands for a run, or, where there was none before, what is known without a network.

    Unchanged once the training is done, while it has not brought a network yet and an earlier run can stay, and
    where the prices cannot be trained on.
    """
    if current.settled or current.wanted is None:
        return current
    job, earlier = current.job, current.run
    usable = job is not None and (job.live or job.state == "cancelled" or earlier is None)
    record = _last_filmed(job) if job is not None and usable else None
    if record is None and earlier is not None:
        return current
    begun = outset(current)
    if begun is None:
        return current
    return replace(current, run=begun if record is None else readings.learned(begun, record))


def outset(current: Current) -> Unfinished | None:
    """What is known of the wanted training without a network; None where it cannot be had."""
    wanted = current.wanted
    if wanted is None or wanted.bars is None:
        return None
    try:
        return readings.outset(wanted.key, current.experiment, wanted.bars)
    except GatescopeError:
        return None  # the training's own error says why


def earlier(current: Current) -> Current:
    """With the visitor's last finished run, where there is one, in place of a network that is still learning."""
    run = session.shown()
    return replace(current, run=run) if run is not None and isinstance(current.run, Unfinished) else current


def watch(current: Current) -> None:
    """Draw nothing, and the page anew as soon as a network takes an earlier run's place."""
    live(current, lambda now: None)


def live(current: Current, body: Callable[[Current], None]) -> None:
    """Draw `body` now, and again and again as the network learns; the page anew when it takes an earlier run's place.

    Args:
        current: as `see` has left it.
    """

    def drawn(jobs: Sequence[JobState | None]) -> None:
        now = see(replace(current, job=jobs[0]))
        if isinstance(now.run, Unfinished) and not isinstance(current.run, Unfinished):
            st.rerun()
        body(now)

    if current.wanted and not current.settled:
        job_panel.live([current.wanted], [current.job], drawn)
    else:
        body(current)


def _last_filmed(job: JobState) -> FilmedEpoch | None:
    return next((record for record in reversed(job.records) if isinstance(record, FilmedEpoch)), None)


def label(current: Current) -> None:
    """One line under a drawing: which network it is; nothing under that of a finished run."""
    run = current.run
    if not isinstance(run, Unfinished):
        return
    if run.reached is None:
        st.caption(_("No network to draw yet; it appears here with the first snapshot of the training."))
        return
    told = [stage(current, run.reached)]
    if run.every > 1:
        told.append(_("So large a network predicts one day in {every} until it is done.").format(every=run.every))
    st.caption(joined(told))


def stage(current: Current, reached: int) -> str:
    """How far the drawn network is: after epoch `reached`."""
    job, epochs = current.job, current.experiment.train.epochs
    if job is None or job.live:
        return _("As it stands after epoch {epoch} of {epochs}.").format(epoch=reached, epochs=epochs)
    ended = _("Cancelled after epoch {epoch} of {epochs}.") if job.state == "cancelled" else _(
        "Stopped after epoch {epoch} of {epochs}.")  # fmt: skip
    told = [ended.format(epoch=job.records[-1].epoch, epochs=epochs)]
    if job.records[-1].epoch != reached:
        told.append(_("Drawn is the network after epoch {epoch}.").format(epoch=reached))
    return joined(told)


def forecast(run: Unfinished, style: Style, small: bool = False) -> Chart:
    """What happened, and what the network predicts so far."""
    draw = charts.forecast_spark_so_far if small else charts.forecast_so_far
    return draw(run.prediction, style, target=run.task.target, reached=run.reached)


def gates_spark(run: Run, pair: int, style: Style) -> Chart:
    """The gates of the first layer, small."""
    if not run.weights:
        return gates_to_come(run, pair, style, small=True)
    return charts.gates_spark(readings.gate_matrices(run, pair, 0), style)


def gates_to_come(run: Run, pair: int, style: Style, small: bool = False) -> Chart:
    """The place of the gates while there is no network."""
    model = run.experiment.model
    shape = (len(step_dates(run, pair)), model.hidden_size)
    if small:
        return charts.gates_spark_to_come(model.cell, shape, style)
    kind = "days" if model.layout == "article" else "window"
    return charts.gates_to_come(model.cell, shape, style, steps=kind)


@dataclass(frozen=True)
class Curve:
    """What the loss chart draws.

    Attributes:
        history: the epochs so far.
        epochs: how many there will be.
        level: the loss of "same as yesterday" on the training part; None where it cannot be known.
        room: both ends of the loss axis, fixed while it trains.
    """

    history: Sequence[EpochRecord]
    epochs: int
    level: float | None
    room: tuple[float, float] | None


def curve(current: Current) -> Curve:
    """The wanted training's own losses; those of an earlier run until the first of them comes."""
    run, job = current.run, current.job
    begun = job is not None and not current.settled and bool(job.records)
    if run is not None and not begun and not isinstance(run, Unfinished):
        epochs = run.experiment.train.epochs
        return Curve(run.history, epochs, run.persistence_loss["train"], loss_room(run, run.history))
    known, records = outset(current), job.records if job is not None else ()
    level, room = (known.persistence_loss["train"], loss_room(known)) if known else (None, None)
    return Curve(records, current.experiment.train.epochs, level, room)


def curve_label(current: Current, drawn: Curve) -> None:
    """One line under the loss: how far it went, and whether a line has left the fixed axis."""
    job, told = current.job, []
    if current.settled or job is None or not job.records or drawn.history is not job.records:
        return
    if not job.live:
        told.append(stage(current, job.records[-1].epoch))
    last, room = job.records[-1], drawn.room
    if room and any(loss is not None and not room[0] <= loss <= room[1] for loss in (last.train_loss, last.test_loss)):
        told.append(_("A line has left the axis; the whole of it is drawn when the training is done."))
    if told:
        st.caption(joined(told))

"""Does an input help? With and without each chosen one over some seeds, as one set of trainings."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core import charts, service
from core.charts import Gain, Style
from core.config import Experiment
from core.digest import key_of_keys
from core.errors import GatescopeError
from core.evaluation.figures import number, p_value, percent
from core.jobs.tasks import SeedSweep
from core.service import SetState
from core.web import consent, job_panel, page, readings, session, wording
from core.web.current import Current
from core.web.forecast import trials
from core.web.labels import input_label
from core.web.text import _, duration, joined, say
from core.whatif.ablation import ablated, ablation_experiments
from core.whatif.helping import Ablation
from core.whatif.outcome import Row, row_of

Parts = Sequence[tuple[Experiment, pd.DataFrame]]


def show(current: Current, style: Style) -> None:
    """The view: what has to be trained, how far it is, and what each input adds."""
    bars, experiment = current.bars, current.experiment
    if not experiment.model.inputs or bars is None:
        told = _(
            "The network reads one input only. Choose more in the sidebar under “Inputs”, and each is left out in turn "
            "here."
        )
        st.info(told)
        return
    seeds = trials.dial(_("Seeds"), SeedSweep, "seeds", "ablation_seeds", 5)
    try:
        parts = [(each, bars) for each in ablation_experiments(experiment, bars, seeds)]
    except GatescopeError as error:
        st.warning(say(error.sentence))
        return
    name = _name(parts)
    kept = service.how_many_kept([service.key_of(*part) for part in parts]) == len(parts)
    if not kept and not (name in session.AGREED.get() and consent.may_begin_set("ablation", parts)):
        _offer(parts, name)
        return
    state = _ask(parts, restart=session.ABLATE_AGAIN.get())
    session.ABLATE_AGAIN.put(False)
    if state.live:
        st.fragment(run_every=job_panel.SLOWEST_POLL_SECONDS)(_progress)(parts, name)
        return
    if state.error:
        st.error(say(state.error.sentence), icon=":material/error:")
    if state.state != "done":
        _offer(parts, name)
        return
    _found(experiment, [row for row in state.read.values() if isinstance(row, Row)], style)


def _name(parts: Parts) -> str:
    return key_of_keys([service.key_of(*part) for part in parts], "ablation")


def _seat() -> str:
    return job_panel.seat_of(f"{session.visitor()}:ablation")


def _ask(parts: Parts, restart: bool = False) -> SetState:
    return service.ask_set(parts, _seat(), row_of, restart)


def _offer(parts: Parts, name: str) -> None:
    """What it costs, and the button that starts it, after a cancel again."""

    def start() -> None:
        session.agree(name)
        session.ABLATE_AGAIN.put(True)

    seconds = sum(service.estimated_seconds(task, len(bars)) for task, bars in parts) / max(1, service.status().workers)
    if not consent.may_begin(consent.work(parts)):
        return consent.refuse(seconds, "ablation_start")
    with st.container(horizontal=True, vertical_alignment="center"):
        told = _("{count} trainings, with and without each input, take about {time}.")
        st.write(told.format(count=len(parts), time=duration(seconds)))
        st.button(_("Start"), key="ablation_start", type="primary", on_click=start)


def _progress(parts: Parts, name: str) -> None:
    state = _ask(parts)
    if not state.live:
        st.rerun()

    def cancel() -> None:
        service.cancel_set(state.key, _seat())
        session.AGREED.put(session.AGREED.get() - {name})

    done = len(state.read) + len(state.failed)
    told = [_("{done} of {total} runs").format(done=done, total=len(parts))]
    told.append(_("about {left} left").format(left=duration(state.seconds_left)))
    bar, button = st.columns([5, 1], vertical_alignment="center")
    bar.progress(done / len(parts), text=" · ".join(told))
    button.button(_("Cancel"), key="ablation_cancel", on_click=cancel, width="stretch")


def _found(experiment: Experiment, rows: Sequence[Row], style: Style) -> None:
    """The sentence, the picture, the table."""
    try:
        found = readings.found("ablation", rows, lambda: ablated(experiment, rows))
    except GatescopeError as error:
        st.warning(say(error.sentence))
        return
    gains = [
        Gain(input_label(each.input), each.gain, kind) for each, kind in zip(found.inputs, found.kinds, strict=True)
    ]
    page.draw(charts.input_gains(gains, style), "ablation")
    st.markdown(say(found.sentence))
    wording.table(_table(found))
    each = _("Of each input the mean forecast of {seeds} seeds with it against that without it, over {days} test days.")
    told = [each.format(seeds=found.seeds, days=found.days)]
    if experiment.train.target != "volatility":
        told.append(_("Errors are of the change from the last price known."))
    st.caption(joined(told))


def _table(found: Ablation) -> pd.DataFrame:
    kinds = {
        "helps": _("helps"), "beside": _("helps beside the others"), "costs": _("costs"), "nothing": _("no difference"),
    }  # fmt: skip
    lines = (
        {
            _("input"): input_label(each.input),
            _("RMSE with it"): number(each.rmse_with),
            _("RMSE without it"): number(each.rmse_without),
            _("error smaller by"): percent(each.gain),
            _("Clark-West"): p_value(each.p_value),
            _("seeds better with it"): f"{each.agree}/{found.seeds}",
            _("verdict"): kinds[kind],
        }
        for each, kind in zip(found.inputs, found.kinds, strict=True)
    )
    return pd.DataFrame(lines).set_index(_("input"))

"""Prediction against actual and how sure it is; days beyond the data, a walk forward, many seeds, a published table."""

from functools import partial

import streamlit as st

from core import charts
from core.evaluation.conformal import LEVELS
from core.jobs.tasks import Finished, HorizonTask, SeedSweep
from core.web import job_panel, page, prices, readings, widgets, wording
from core.web.forecast import horizon, one_step, published, trials
from core.web.introspect import choices, film
from core.web.job_panel import Wanted
from core.web.text import _

current = page.open_page(_("Forecast"))
run, target = current.run, current.run.experiment.train.target
choices.lead_on()
style, choose_day = page.style(run), partial(choices.choose_day, run)


def next_day() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        run = choices.past(current.run, "forecast")[0]
    same = st.session_state.get("show_persistence", False)
    page.draw(charts.forecast(run.prediction, style, persistence=same, target=target), "forecast", choose_day)
    st.caption(_("Press a day to see the gates behind its forecast."))
    whole = readings.report(current.run, one_step.clean_run(current))  # after the chart: its resamplings take a moment
    report = whole if run is current.run else readings.report(run)
    wording.show_verdict(report.verdict)
    film.forecast(current.run, style)
    one_step.show_jump(current)
    st.toggle(_("Show “same as yesterday”"), key="show_persistence", persist_state="session",
              help=_("The forecast that needs no model: tomorrow's value is today's."))  # fmt: skip
    one_step.show_badges(current, whole.badges, of_past=run is not current.run)
    st.header(_("Against forecasts that need no network"))
    if skills := one_step.skills(report):
        page.draw(charts.skills(skills, style), "skills")
    wording.table(one_step.baseline_table(run, report), one_step.remarks(report))
    st.header(_("Measures"))
    wording.table(wording.score_table(run, report), wording.missing_measures(run))
    st.caption(one_step.units_line(run, style))
    one_step.show_residuals(run, style, choose_day)
    one_step.download(current.run)


def days_beyond() -> None:
    calendar = prices.calendar_of_run(current)
    count = trials.dial(_(prices.words(calendar).many), HorizonTask, "steps", "horizon", 10)
    if ahead := job_panel.result(Wanted("horizon", HorizonTask(finished=Finished(run)))):
        horizon.show(run, ahead.first(count), style, calendar)


def walk_forward() -> None:
    task = trials.walk_forward_task(current)
    if task is None:
        return
    head, so_far = st.container(), partial(trials.draw_folds, run, task, style)
    if (found := job_panel.result(Wanted("walk_forward", task, current.bars), so_far=so_far)) is None:
        head.caption(trials.walk_forward_words(current))  # with the progress as high as the verdict will be
        return
    wording.show_verdict(found.verdict)
    bands = [found.walk_forward.band(level) for level in LEVELS]
    page.draw(charts.walk_forward(found.prediction, bands, style, target=target), "walk-forward")
    widgets.figures(trials.coverage_figures(found.walk_forward))
    wording.table(trials.coverage_table(found.walk_forward), hide_index=True)
    st.caption(trials.walk_forward_words(current))


def seeds() -> None:
    task = SeedSweep(experiment=run.experiment, seeds=trials.dial(_("Seeds"), SeedSweep, "seeds", "sweep", 5))
    so_far = partial(trials.draw_seeds, run, task, style)
    if found := job_panel.result(Wanted("seeds", task, current.bars), so_far=so_far):
        st.markdown(trials.seeds_line(run, found))
        page.draw(charts.seed_band(found.band, style, count=len(found.seeds), target=target), "seeds")
        same = {_("same as yesterday"): run.baselines["persistence"]["test"]}
        wording.table(trials.seeds_table(run, found), wording.reasons(same))


VIEWS = {"one": next_day, "horizon": days_beyond, "walk_forward": walk_forward, "seeds": seeds,
         "published": lambda: published.show(current, style)}  # fmt: skip
names = one_step.views()
view = widgets.kept_choice(st.segmented_control, _("Show"), list(names), "forecast_view", default="one", required=True,
                        format_func=names.__getitem__, label_visibility="collapsed")  # fmt: skip
if view in one_step.ON_CURRENT_DIALS and not current.settled:
    st.caption(_("This view fills as soon as the training is done."))
else:
    VIEWS[view]()

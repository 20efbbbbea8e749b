"""Prediction against actual and how sure it is; days beyond the data, a walk forward, many seeds, a published table."""

from functools import partial

import streamlit as st

from core import charts
from core.evaluation.conformal import LEVELS
from core.jobs.tasks import Finished, HorizonTask
from core.unfinished import Unfinished
from core.web import job_panel, luck, page, prices, readings, so_far, widgets, wording
from core.web.forecast import ablation, afterwards, errors, horizon, learning, one_step, published, trials
from core.web.introspect import choices, film
from core.web.job_panel import Wanted
from core.web.text import _

growing = page.open_page(_("Forecast"), growing=True)
current = so_far.earlier(growing)
run, target = current.run, current.run.experiment.train.target
widgets.lead_on()
style, choose_day = page.style(run), partial(choices.choose_day, run)


def next_day() -> None:
    run = current.run
    if not isinstance(growing.run, Unfinished):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            run = choices.past(run, "forecast")[0]
    if not learning.top(growing, partial(one_step.show_forecast, run, style, choose_day)):
        return
    whole = readings.report(current.run, one_step.clean_run(current))  # after the chart: its resamplings take a moment
    report = whole if run is current.run else readings.report(run)
    luck.note(run)  # an earlier epoch looked at is a try too
    wording.show_verdict(luck.verdict(run, report))
    luck.show(run, report)
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
    errors.show_over_time(run, style)
    errors.show_residuals(run, style, choose_day)
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


VIEWS = {"one": next_day, "horizon": days_beyond, "after": partial(afterwards.show, current, style),
         "walk_forward": walk_forward, "seeds": partial(trials.show_seeds, current, style),
         "ablation": partial(ablation.show, current, style),
         "published": partial(published.show, current, style)}  # fmt: skip
names = one_step.views()
view = widgets.kept_choice(st.segmented_control, _("Show"), list(names), "forecast_view", default="one", required=True,
                        format_func=names.__getitem__, label_visibility="collapsed")  # fmt: skip
if view != "one" and run is not growing.run:
    page.below_is(run)
early = not current.settled and (view in one_step.ON_CURRENT_DIALS or not run.metrics)
if early and view != "one":
    st.caption(_("This view fills as soon as the training is done."))
else:
    VIEWS[view]()

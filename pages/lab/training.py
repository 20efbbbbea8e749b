"""How the training went: the loss curve, the parameters by tensor, the time it took, and the model as files."""

from dataclasses import replace
from functools import partial

import streamlit as st

from core import charts, export
from core.unfinished import Unfinished
from core.web import page, session, so_far, widgets, wording
from core.web.current import Current
from core.web.introspect import choices, film
from core.web.text import _

current = page.open_page(_("Training"), needs="bars", growing=True)
learning, style = isinstance(current.run, Unfinished), page.style()
whole = session.shown() if learning else current.run
scales = {"log": _("logarithmic"), "linear": _("linear")}
with st.container(horizontal=True, vertical_alignment="bottom"):
    scale = widgets.kept_choice(
        st.segmented_control, _("Loss axis"), list(scales), "loss_axis", "log", required=True,
        format_func=scales.__getitem__,
    )  # fmt: skip
    run, epoch = choices.past(whole, "training") if whole else (None, choices.LAST)


def curve(now: Current) -> None:
    drawn, log = so_far.curve(replace(now, run=run) if now.run is whole else now), scale == "log"
    chart = charts.loss(drawn.history, drawn.epochs, style, persistence=drawn.level, log=log, room=drawn.room)
    page.draw(chart, "training-loss")
    so_far.curve_label(now, drawn)


so_far.live(current, curve)
if run is None or whole is None:
    st.stop()
if learning:
    page.below_is(whole)
st.markdown(wording.loss_line(run))
article = run.experiment.model.layout == "article"  # there the count is printed as its code prints it
widgets.figures(
    {
        _("Training time"): _("{seconds} s").format(seconds=f"{wording.trained(run):.2f}"),
        _("Epochs per second"): wording.epochs_per_second(run),
        _("Started"): f"{run.started:%H:%M:%S}",
        _("Finished"): f"{wording.finished(run):%H:%M:%S}",
        _("Total parameters"): f"{run.parameter_count / 1e6:.8f} M" if article else f"{run.parameter_count:,}",
    }
)
film.over_epochs(whole, epoch, style)
st.header(_("Parameters"))
table = export.parameter_table(run).set_axis([_("tensor"), _("shape"), _("parameters")], axis=1)
st.dataframe(table, hide_index=True, width="content")
stem = export.file_stem(whole)
with st.container(horizontal=True):
    for label, make, name, kind in (
        (_("Loss log"), export.loss_log, f"{stem}.log", "text/plain"),
        (_("Weights (safetensors)"), export.weights_safetensors, f"{stem}.safetensors", "application/octet-stream"),
        (_("Configuration (JSON)"), export.configuration_json, f"{stem}.json", "application/json"),
    ):
        widgets.download(label, partial(make, whole), name, kind)

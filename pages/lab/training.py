"""How the training went: the loss curve, the parameters by tensor, the time it took, and the model as files."""

import streamlit as st

from core import charts, export
from core.unfinished import Unfinished
from core.web import page, session, so_far, widgets, wording
from core.web.current import Current
from core.web.text import _

current = page.open_page(_("Training"), needs="bars", growing=True)
run, style = current.run, page.style()
scales = {"log": _("logarithmic"), "linear": _("linear")}
scale = widgets.kept_choice(
    st.segmented_control, _("Loss axis"), list(scales), "loss_axis", "log", required=True,
    format_func=scales.__getitem__,
)  # fmt: skip


def curve(now: Current) -> None:
    drawn, log = so_far.curve(now), scale == "log"
    chart = charts.loss(drawn.history, drawn.epochs, style, persistence=drawn.level, log=log, room=drawn.room)
    page.draw(chart, "training-loss")
    so_far.curve_label(now, drawn)


so_far.live(current, curve)
if isinstance(current.run, Unfinished) and (run := session.shown()):
    page.below_is(run)
if run is None or isinstance(run, Unfinished):
    st.stop()
st.markdown(wording.loss_line(run))
article = run.experiment.model.layout == "article"  # there the count is printed as its code prints it
widgets.figures(
    {
        _("Training time"): _("{seconds} s").format(seconds=f"{run.history[-1].seconds:.2f}"),
        _("Epochs per second"): f"{len(run.history) / run.history[-1].seconds:,.0f}",
        _("Started"): f"{run.started:%H:%M:%S}",
        _("Finished"): f"{wording.finished(run):%H:%M:%S}",
        _("Total parameters"): f"{run.parameter_count / 1e6:.8f} M" if article else f"{run.parameter_count:,}",
    }
)
st.header(_("Parameters"))
table = export.parameter_table(run).set_axis([_("tensor"), _("shape"), _("parameters")], axis=1)
st.dataframe(table, hide_index=True, width="content")
stem = export.file_stem(run)
with st.container(horizontal=True):
    for label, data, name, kind in (
        (_("Loss log"), export.loss_log, f"{stem}.log", "text/plain"),
        (_("Weights (safetensors)"), export.weights_safetensors, f"{stem}.safetensors", "application/octet-stream"),
        (_("Configuration (JSON)"), export.configuration_json, f"{stem}.json", "application/json"),
    ):
        st.download_button(label, data(run), name, kind, icon=":material/download:", on_click="ignore")

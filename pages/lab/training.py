"""How the training went: the loss curve, the parameters by tensor, the time it took, and the model as files."""

import streamlit as st

from core import charts, export
from core.web import page, widgets, wording
from core.web.introspect import choices, film
from core.web.text import _

current = page.open_page(_("Training"), needs="bars")
whole, style, epochs = current.run, page.style(), current.experiment.train.epochs
scales = {"log": _("logarithmic"), "linear": _("linear")}
with st.container(horizontal=True, vertical_alignment="bottom"):
    scale = widgets.kept_choice(
        st.segmented_control, _("Loss axis"), list(scales), "loss_axis", "log", required=True,
        format_func=scales.__getitem__,
    )  # fmt: skip
    run, epoch = choices.past(whole, "training") if whole else (None, choices.LAST)


def curve(job: page.JobState | None) -> None:
    finished = run if run and (current.settled or not (job and job.records)) else None
    records = finished.history if finished else (job.records if job else ())
    level = finished.persistence_loss["train"] if finished else None
    total = finished.experiment.train.epochs if finished else epochs
    page.draw(charts.loss(records, total, style, persistence=level, log=scale == "log"), "training-loss")


page.live(current, curve)
if run is None or whole is None:
    st.stop()
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
    for label, data, name, kind in (
        (_("Loss log"), export.loss_log, f"{stem}.log", "text/plain"),
        (_("Weights (safetensors)"), export.weights_safetensors, f"{stem}.safetensors", "application/octet-stream"),
        (_("Configuration (JSON)"), export.configuration_json, f"{stem}.json", "application/json"),
    ):
        st.download_button(label, data(whole), name, kind, icon=":material/download:", on_click="ignore")

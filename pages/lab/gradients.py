"""How far back the run's gradient reaches, by which way, and beside a network of the same size."""

import streamlit as st

from core import charts
from core.web import page, readings, widgets
from core.web.introspect import choices, opened, twin, wording
from core.web.labels import option_label
from core.web.text import _

current = page.open_page(_("Gradients"))
run, style = current.run, page.style()
cell = run.experiment.model.cell

with st.container(horizontal=True, vertical_alignment="bottom"):
    overs = {"test": _("Test part, mean"), "day": _("One day")}
    over = widgets.kept_choice(
        st.segmented_control, _("Over"), list(overs), "gradient_over", default="test", required=True,
        format_func=overs.__getitem__,
    )  # fmt: skip
    layer = choices.layer(run, "gradient")
    pair = choices.day(run, key="gradient_day") if over == "day" else None
    run, epoch = choices.past(run, "gradient")

way, other = readings.way_back(run, pair), twin.find(current)
rival = readings.at(other.run, epoch) if other.run else None  # after the same epoch
beside = readings.way_back(rival, pair) if rival else None
page.draw(
    charts.gradient_norms(
        way.profile.hidden[layer], style, cell=None if way.profile.cell is None else way.profile.cell[layer],
        name=option_label(cell), others=twin.lines(other, beside, layer),
    ),
    "gradient-norms",
)  # fmt: skip
st.markdown(wording.norms_line(run, way, layer, (rival, beside) if rival else None))
twin.strip(other)

left, right = st.columns(2)
with left:
    st.header(_("Answer to each input day"))
    opened.answers(run, way, style)
with right:
    st.header(_("Along the memory, or through the gates"))
    if cell == "rnn":
        st.markdown(
            _("An RNN keeps no memory beside its hidden state: all of its gradient goes through the recurrent matrix.")
        )
        st.markdown(_("It has no gates either, so there are no half-lives and nothing to saturate but its tanh."))
    else:
        page.draw(charts.gradient_share(way.profile.kept_share, style), "gradient-share")
        st.markdown(wording.share_line(run, way, layer))

if cell == "rnn":
    st.stop()
left, right = st.columns(2)
with left:
    st.header(_("Half-life of each unit's memory"))
    page.draw(charts.half_lives(way.levels.half_lives, style), "half-lives")
    st.markdown(wording.half_life_line(way.levels, layer))
with right:
    st.header(_("Saturated gates"))
    page.draw(charts.saturation(way.levels.gates, way.levels.below, way.levels.above, style), "saturation")
    st.markdown(wording.saturation_line(way.levels))

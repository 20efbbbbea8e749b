"""The page script: page config, language, navigation, the sidebar; then the chosen page."""

import streamlit as st

from core.config import DataQuery
from core.web import inputs, session, sidebar
from core.web.text import _

if session.is_new():
    inputs.open_session(DataQuery(ticker="000001.SH") if session.operators_token() else DataQuery())

st.set_page_config(page_title="Gatescope", page_icon=":material/blur_on:", layout="wide", initial_sidebar_state=320)


def place(room: str, name: str, title: str, icon: str) -> st.Page:
    return st.Page(f"{room}/{name}.py", title=title, icon=f":material/{icon}:", url_path=name)


overview = place("lab", "overview", _("Overview"), "dashboard")
lab_pages = [
    overview,
    place("lab", "market", _("Market"), "candlestick_chart"),
    place("lab", "training", _("Training"), "trending_down"),
    place("lab", "forecast", _("Forecast"), "show_chart"),
    place("lab", "gates", _("Gates"), "tune"),
    place("lab", "gradients", _("Gradients"), "south_east"),
    place("lab", "compare", _("Compare"), "compare_arrows"),
]
lessons = [
    place("learn", "rnn", _("RNN"), "repeat"),
    place("learn", "vanishing", _("Vanishing gradients"), "blur_linear"),
    place("learn", "lstm", _("LSTM"), "memory"),
    place("learn", "pytorch", _("PyTorch's nn.LSTM"), "code"),
    place("learn", "activations", _("Why tanh?"), "stacked_line_chart"),
]
# The bare address leads to /overview: Streamlit serves a default page at the root only.
home = st.Page(lambda: st.switch_page(overview), title="Gatescope", url_path="home", default=True, visibility="hidden")
page = st.navigation({"": [home], _("Lab"): lab_pages, _("Lessons"): lessons})
sidebar.sidebar()
page.run()

"""The page script: the address, navigation, page config, the sidebar; then the chosen page, and the way to the next."""

import streamlit as st

from core.config import DataQuery
from core.web import address, frame, session, sidebar
from core.web.site import NAME, SITE, after
from core.web.text import _

if session.is_new():
    address.open_session(DataQuery(ticker="000001.SH") if session.operators_token() else DataQuery())

pages = {
    name: st.Page(f"{entry.room}/{name}.py", title=_(entry.title), icon=f":material/{entry.icon}:", url_path=name)
    for name, entry in SITE.items()
}
rooms = {room: [pages[name] for name, entry in SITE.items() if entry.room == room] for room in ("lab", "learn")}
# The bare address leads to /overview: Streamlit serves a default page at the root only.
home = st.Page(lambda: st.switch_page(pages["overview"]), title=NAME, default=True, visibility="hidden")
page = st.navigation({"": [home, *rooms["lab"]], _("Lessons"): rooms["learn"]}, position="top")
address.follow(page.url_path)
title = NAME if page in (home, pages["overview"]) else f"{page.title} · {NAME}"
st.set_page_config(page_title=title, layout="wide", initial_sidebar_state=320)
frame.open_frame(page.url_path)
experiment = sidebar.sidebar()
body = st.container(key="page")
if following := after(page.url_path):
    label = _("Next: {page}").format(page=pages[following].title)
    with st.container(key="next_page"):
        st.page_link(pages[following], label=label, icon=":material/arrow_forward:", icon_position="right")
with body, address.written(page.url_path, experiment):
    page.run()

"""The page script: the address, navigation, page config, the sidebar; then the chosen page, and the way to the next."""

import streamlit as st

from core.config import DataQuery
from core.web import address, frame, session, sidebar, signing_in, text
from core.web.site import LESSONS, MANY, NAME, SITE, after
from core.web.text import _

if session.is_new():
    address.open_session(DataQuery(ticker="000001.SH") if session.opens_live() else DataQuery())
text.settle()

pages = {
    name: st.Page(f"{entry.room}/{name}.py", title=_(entry.title), icon=f":material/{entry.icon}:", url_path=name)
    for name, entry in SITE.items()
}
# The bare address leads to /overview: Streamlit serves a default page at the root only.
home = st.Page(lambda: st.switch_page(pages["overview"]), title=NAME, default=True, visibility="hidden")
menus = {menu: [pages[name] for name, entry in SITE.items() if entry.menu == menu] for menu in ("", MANY, LESSONS)}
page = st.navigation({_(menu): [home, *held] if not menu else held for menu, held in menus.items()}, position="top")
address.follow(page.url_path)
text.settle()  # an address gone back to may be of another language
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
    signing_in.leave()
    page.run()

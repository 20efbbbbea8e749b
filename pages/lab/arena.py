"""Networks against forecasts that need none, on these prices and on others; what a forecast would have earned."""

import streamlit as st

from core.web import page, widgets
from core.web.arena import earnings, views
from core.web.text import _

current = page.open_page(_("Arena"), needs="bars")
names = {"one": _("On these prices"), "several": _("Several tickers"), "earned": _("What it would have earned")}
view = widgets.kept_choice(st.segmented_control, _("Show"), list(names), "arena_view", default="one", required=True,
                        format_func=names.__getitem__, label_visibility="collapsed")  # fmt: skip
if view == "one":
    views.contest(current)
elif view == "several":
    views.several(current)
else:
    earnings.show(views.entered(current), page.style())

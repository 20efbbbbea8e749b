"""The prices the run stands on: where they came from, how they are split, which days are missing."""

import streamlit as st

from core import charts, export
from core.web import page, prices, widgets, wording
from core.web.text import _

current = page.open_page(_("Market"), needs="bars")
bars, query, style = current.bars, current.query, page.style()
has_candles = bars[["open", "high", "low"]].notna().all(axis=None)

prices.show_notes(bars, wording.origin_line(bars))
prices.show_jumps(current)
shapes = {"line": _("closes"), "candles": _("candles")}
shape = widgets.kept_choice(
    st.segmented_control, _("Show as"), list(shapes) if has_candles else ["line"], "market_shape", "line",
    required=True, format_func=shapes.__getitem__, help=_("Candles show each day's open, high, low and close."),
)  # fmt: skip
split = current.run.split_date if current.run and current.settled else None
page.draw(charts.price(bars, style, ticker=query.ticker, split=split, candles=shape == "candles"), "market-price")

figures = st.container()
calendar = prices.show_calendar(query, bars)
with figures:
    widgets.figures(prices.figures(bars, calendar, style.price))
prices.show_missing(bars, calendar)
with st.container(horizontal=True):
    if wording.is_live(bars):
        page.fetch_again_button(current, "market")
    label, name = _("Download prices (CSV)"), f"{export.file_name(query.ticker)}.csv"
    widgets.download(label, lambda: export.bars_csv(bars), name, "text/csv")

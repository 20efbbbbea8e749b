"""The prices the run stands on: where they came from, how they are split, which days are missing."""

import streamlit as st

from core import charts, export
from core.data import calendar
from core.web import page, widgets, wording
from core.web.text import _

current = page.open_page(_("Market"), needs="bars")
bars, query, style = current.bars, current.query, page.style()
has_candles = bars[["open", "high", "low"]].notna().all(axis=None)
missing = calendar.missing_days(bars, query.ticker)

st.markdown(wording.origin_line(bars))
shapes = {"line": _("closes"), "candles": _("candles")}
shape = widgets.kept_choice(
    st.segmented_control, _("Show as"), list(shapes) if has_candles else ["line"], "market_shape", "line",
    required=True, format_func=shapes.__getitem__, help=_("Candles show each day's open, high, low and close."),
)  # fmt: skip
split = current.run.split_date if current.run and current.settled else None
page.draw(charts.price(bars, style, ticker=query.ticker, split=split, candles=shape == "candles"), "market-price")

widgets.figures(
    {
        _("Trading days"): f"{len(bars):,}",
        _("First day"): f"{bars.index[0]:%Y-%m-%d}",
        _("Last day"): f"{bars.index[-1]:%Y-%m-%d}",
        _("Last close"): style.price(bars["close"].iloc[-1]),
        _("Missing trading days"): f"{len(missing):,}",
    }
)
if len(missing):
    with st.expander(_("Trading days of the exchange without a price")):
        st.write(", ".join(f"{day:%Y-%m-%d}" for day in missing[:200]) + (" …" if len(missing) > 200 else ""))
else:
    st.caption(_("Every trading day of the exchange's calendar has a price."))
with st.container(horizontal=True):
    if wording.is_live(bars):
        page.fetch_again_button(current)
    st.download_button(
        _("Download prices (CSV)"), export.bars_csv(bars), f"{query.ticker}.csv", "text/csv",
        icon=":material/download:", on_click="ignore",
    )  # fmt: skip

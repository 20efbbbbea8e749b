"""The prices themselves: closes or candles, and a sparkline."""

from __future__ import annotations

import numpy as np
import pandas as pd
from plotly.graph_objs import Figure

from core.charts.axes import date_axis, mark_split
from core.charts.style import Chart, Style, day, days, done, figure, spark
from core.sentence import N_

MOST_CANDLES = 1500  # more are neither seen nor drawn in time: weeks, then months, take the days' place
PERIODS = (("W-FRI", N_("weekly")), ("ME", N_("monthly")))


def price(
    bars: pd.DataFrame,
    style: Style,
    *,
    ticker: str = "",
    split: object = None,
    candles: bool = False,
) -> Chart:
    """Closes as a line, or candles where the bars have open, high and low, with the test part from `split` on.

    Args:
        bars: ascending DatetimeIndex; close, and for candles open, high, low.
        split: first day of the test part; None draws no split.
    """
    candles = candles and {"open", "high", "low"} <= set(bars.columns)
    drawn = figure(style, f"price|{ticker}|{day(bars.index[0])}", legend=False, unified=not candles)
    drawn.update_layout(margin_t=30)
    drawn.update_yaxes(title_text=style.with_unit(style.translate(N_("Close"))))
    period = _add_candles(drawn, bars, style) if candles else _add_closes(drawn, bars, style)
    date_axis(drawn, bars.index[0], bars.index[-1])
    if split is not None:
        mark_split(drawn, style, split, bars.index[-1])
    return done(drawn, style, _alt(bars, style, ticker, split) + (" " + period if period else ""))


def price_spark(bars: pd.DataFrame, style: Style, *, ticker: str = "", split: object = None) -> Chart:
    """The closes, small."""
    drawn = spark(style, f"price spark|{ticker}|{day(bars.index[0])}")
    _add_closes(drawn, bars, style)
    date_axis(drawn, bars.index[0], bars.index[-1])
    drawn.update_xaxes(nticks=4)
    if split is not None:
        drawn.add_vrect(x0=day(split), x1=day(bars.index[-1]), fillcolor=style.tokens.band, line_width=0, layer="below")
        drawn.add_vline(x=day(split), line={"color": style.tokens.split, "width": 1.5, "dash": "dash"})
    return done(drawn, style, _alt(bars, style, ticker, split))


def _add_closes(drawn: Figure, bars: pd.DataFrame, style: Style) -> str:
    drawn.add_scatter(
        x=days(bars.index),
        y=bars["close"].to_numpy(),
        mode="lines",
        name=style.translate(N_("Close")),
        line={"color": style.tokens.train, "width": 1.4},
        hovertemplate=style.hover(),
    )
    return ""


def _add_candles(drawn: Figure, bars: pd.DataFrame, style: Style) -> str:
    shown, period = _thinned(bars)
    tokens = style.tokens
    rise, fall = (tokens.rise_red, tokens.rise_green) if style.rising_red else (tokens.rise_green, tokens.rise_red)
    drawn.add_candlestick(
        x=days(shown.index),
        **{side: shown[side].to_numpy() for side in ("open", "high", "low", "close")},
        name=style.translate(N_("Price")),
        # Rising days are hollow, so that the direction does not hang on the colour.
        increasing={"line": {"color": rise, "width": 1}, "fillcolor": tokens.background},
        decreasing={"line": {"color": fall, "width": 1}, "fillcolor": fall},
        yhoverformat=style.hover()[3:-1],
    )
    drawn.update_xaxes(rangeslider_visible=False)
    drawn.update_yaxes(title_text=style.with_unit(style.translate(N_("Price"))))
    return style.say(N_("Drawn as {period} candles."), period=style.translate(period)) if period else ""


def _thinned(bars: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """At most MOST_CANDLES candles, and the word for the period when it is not the day."""
    shown, word = bars, ""
    for rule, name in PERIODS:
        if len(shown) <= MOST_CANDLES:
            break
        grouped = bars.resample(rule)
        shown = grouped.agg({"open": "first", "high": "max", "low": "min", "close": "last"}).dropna()
        word = name
    return shown, word


def _alt(bars: pd.DataFrame, style: Style, ticker: str, split: object) -> str:
    closes = bars["close"].to_numpy(dtype=float)
    low, high = int(np.argmin(closes)), int(np.argmax(closes))
    told = style.say(
        N_("{ticker}: {count} closes from {first} to {last}, lowest {low} on {low_day}, highest {high} on {high_day}."),
        ticker=ticker or style.translate(N_("Price")),
        count=len(closes),
        first=day(bars.index[0]),
        last=day(bars.index[-1]),
        low=style.price(closes[low]),
        low_day=day(bars.index[low]),
        high=style.price(closes[high]),
        high_day=day(bars.index[high]),
    )
    return told + (" " + style.say(N_("The test part begins on {date}."), date=day(split)) if split is not None else "")

"""What every chart shares: the reader's Style, the Chart handed back, one layout, how dates and numbers are written.

A chart is drawn from plain arrays, frames or core's dataclasses. It computes only where to put ink. Each comes with
`alt`, a sentence with the chart's own figures in the reader's language.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from plotly.graph_objs import Figure
from plotly.graph_objs.layout import Template
from plotly.subplots import make_subplots

from core.charts.tokens import DARK, LIGHT, Tokens
from core.errors import N_

FONTS = "'Source Sans', 'Source Sans Pro', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"
DATE = "%Y-%m-%d"
CLEAR = "rgba(0,0,0,0)"  # the page's own background shows
_DATE_TICKS = [
    {"dtickrange": [None, 14 * 86_400_000], "value": DATE},
    {"dtickrange": [14 * 86_400_000, "M6"], "value": "%Y-%m"},
    {"dtickrange": ["M6", None], "value": "%Y"},
]


def untranslated(sentence: str) -> str:
    """The English sentence itself."""
    return sentence


@dataclass(frozen=True, kw_only=True)
class Style:
    """How this reader sees charts.

    Attributes:
        dark: the page is dark.
        translate: English sentence to the reader's language, as gettext's `_`.
        rising_red: rising is red, as in China; otherwise green.
        narrow: a phone: panels stand below each other.
        unit: of prices, such as "USD" or "points"; "" leaves it out.
        digits: decimals of prices, as the market quotes them.
    """

    dark: bool = False
    translate: Callable[[str], str] = untranslated
    rising_red: bool = False
    narrow: bool = False
    unit: str = ""
    digits: int = 2

    @property
    def tokens(self) -> Tokens:
        return DARK if self.dark else LIGHT

    def say(self, template: str, **values: Any) -> str:
        """`template` in the reader's language with its {named} places filled: plain text, for `alt`."""
        return self.translate(template).format(**values)

    def write(self, template: str, **values: Any) -> str:
        """As `say`, with the values escaped: for text inside a figure, where Plotly reads some HTML."""
        return self.say(template, **{name: escape(value) for name, value in values.items()})

    def price(self, value: float) -> str:
        """A price with the market's digits and a real minus sign."""
        return number(value, self.digits)

    def with_unit(self, words: str) -> str:
        """Axis title: `words` (already translated) and the unit in brackets."""
        return f"{words} ({escape(self.unit)})" if self.unit else words


@dataclass(frozen=True)
class Chart:
    """A figure and the sentence that stands for it where it cannot be seen."""

    figure: Figure
    alt: str


def escape(text: object) -> str:
    """Text from outside, so that Plotly shows it as it is."""
    return html.escape(str(text), quote=False)


def number(value: float, digits: int) -> str:
    """Fixed digits, thousands apart, a real minus sign, and no "−0.00"."""
    shown = f"{value:,.{digits}f}"
    return shown.replace("-", "−") if any(mark in shown for mark in "123456789") else shown.replace("-", "")


def significant(value: float, digits: int = 3) -> str:
    """A loss or a norm of any size in so many significant digits: 0.0153, 12.3, 1.2e−7."""
    return f"{value:.{digits}g}".replace("-", "−")


def day(value: object) -> str:
    """A date as 2023-03-17."""
    return pd.Timestamp(value).strftime(DATE)  # type: ignore[arg-type]


def days(values: Any) -> list[str]:
    """Dates as "2023-03-17" each: what the reader sees, and a third of the bytes of full timestamps."""
    texts: list[str] = np.datetime_as_string(np.asarray(pd.DatetimeIndex(values), dtype="datetime64[D]")).tolist()
    return texts


def figure(style: Style, revision: str, *, height: int = 380, legend: bool = True, unified: bool = False) -> Figure:
    """An empty figure in the shared manner. `revision` keeps zoom: same text, same zoom."""
    tokens = style.tokens
    drawn = Figure()
    drawn.update_layout(
        template=Template(),
        paper_bgcolor=CLEAR,
        plot_bgcolor=CLEAR,
        font={"family": FONTS, "size": 13, "color": tokens.text},
        height=height,
        margin={"l": 8, "r": 12, "t": (62 if style.narrow else 46) if legend else 16, "b": 8, "pad": 0},
        showlegend=legend,
        legend={
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "xref": "container" if style.narrow else "paper",
            "y": 1.0,
            "yref": "container",
            "yanchor": "top",
            "itemwidth": 30,
            "bgcolor": CLEAR,
            "borderwidth": 0,
            "font": {"size": 11 if style.narrow else 12, "color": tokens.text},
        },
        hovermode="x unified" if unified else "closest",
        hoverlabel={
            "bgcolor": tokens.background,
            "bordercolor": tokens.border,
            "font": {"family": FONTS, "size": 12, "color": tokens.text},
        },
        uirevision=revision,
        dragmode=False if style.narrow else "zoom",  # a finger on a phone scrolls the page
        modebar={"bgcolor": CLEAR, "color": tokens.quiet, "activecolor": tokens.text},
    )
    quiet_axes(drawn, style)
    return drawn


def panels(base: Figure, style: Style, **grid: Any) -> Figure:
    """`base` divided into subplots (make_subplots' arguments), every axis in the shared manner."""
    drawn: Figure = make_subplots(figure=base, **grid)
    quiet_axes(drawn, style)
    return drawn


def quiet_axes(drawn: Figure, style: Style) -> None:
    """Thin grid across, none up, no frame; titles and numbers in the quiet text colour."""
    tokens = style.tokens
    shared = {
        "tickfont": {"size": 12, "color": tokens.quiet},
        "title": {"font": {"size": 12, "color": tokens.quiet}, "standoff": 8},
        "showline": False,
        "zeroline": False,
        "gridcolor": tokens.grid,
        "automargin": True,
        "minor": {"showgrid": False},
    }
    drawn.update_xaxes(showgrid=False, ticks="outside", ticklen=4, tickcolor=tokens.border, **shared)
    drawn.update_yaxes(showgrid=True, ticks="", **shared)


def date_axis(drawn: Figure, first: object, last: object, **place: Any) -> None:
    """Turn x into a date axis from `first` to `last`, labelled without month names in any language."""
    edge = max((pd.Timestamp(last) - pd.Timestamp(first)) * 0.01, pd.Timedelta(days=1))  # type: ignore[arg-type]
    drawn.update_xaxes(
        type="date",
        range=[day(pd.Timestamp(first) - edge), day(pd.Timestamp(last) + edge)],  # type: ignore[arg-type]
        tickformatstops=_DATE_TICKS,
        hoverformat=DATE,
        nticks=5 if _is_narrow(drawn) else 9,
        **place,
    )


def _is_narrow(drawn: Figure) -> bool:
    return drawn.layout.dragmode is False


def mark_split(drawn: Figure, style: Style, split: object, last: object, **place: Any) -> None:
    """The first test day: a dashed green line with its date above it, and a faint band over the test part."""
    at, tokens = day(split), style.tokens
    drawn.add_vrect(x0=at, x1=day(last), fillcolor=tokens.band, line_width=0, layer="below", **place)
    drawn.add_vline(x=at, line={"color": tokens.split, "width": 1.5, "dash": "dash"}, **place)
    drawn.add_annotation(
        text=style.write(N_("test from {date}"), date=at),
        x=at,
        y=1,
        yref="paper",
        yanchor="bottom",
        xanchor="auto",  # turns to the left where the right edge is near
        showarrow=False,
        font={"size": 12, "color": tokens.split_text},
    )


def spark(style: Style, revision: str, height: int = 140) -> Figure:
    """A figure of a thumb's size for the overview: no legend, no titles, a few ticks, no zoom."""
    drawn = figure(style, revision, height=height, legend=False)
    drawn.update_layout(margin={"l": 4, "r": 4, "t": 6, "b": 4}, dragmode=False)
    drawn.update_xaxes(fixedrange=True, nticks=4, tickfont={"size": 11})
    drawn.update_yaxes(fixedrange=True, nticks=4, tickfont={"size": 11})
    return drawn

"""What every chart shares: the reader's Style, the Chart handed back, one layout, how dates and numbers are written.

A chart is drawn from plain arrays, frames or core's dataclasses. It computes only where to put ink. Each comes with
`alt`, a sentence with the chart's own figures in the reader's language.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from plotly.graph_objs import Figure
from plotly.graph_objs.layout import Template

from core.charts.tokens import DARK, LIGHT, Tokens
from core.evaluation import figures
from core.evaluation.task import TRADING_DAYS

FONTS = "'Source Sans', 'Source Sans Pro', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"
DATE = "%Y-%m-%d"
Days = NDArray[np.str_]
LOG_DIGITS = 3  # decimals of log ranges
CLEAR = "rgba(0,0,0,0)"  # the page's own background shows


def untranslated(sentence: str) -> str:
    """The English sentence itself."""
    return sentence


@dataclass(frozen=True, kw_only=True)
class Style:
    """How this reader sees charts.

    Attributes:
        dark: the page is dark.
        translate: English sentence to the reader's language, as gettext's `_`.
        language: that language, "en" or "zh"; `translate` may be one function for all.
        rising_red: rising is red, as in China; otherwise green.
        narrow: a phone or a window of its width: panels stand below each other.
        room: pixels across that the page has at least; 0 is a phone's.
        unit: of prices, such as "USD" or "points"; "" leaves it out.
        digits: decimals of prices, as the market quotes them; beyond `figures.MOST_DECIMALS` powers of ten take over.
        bars_a_year: by which volatility is annualised; None where it is not known, and no yearly figure is drawn.
    """

    dark: bool = False
    translate: Callable[[str], str] = untranslated
    language: str = "en"
    rising_red: bool = False
    narrow: bool = False
    room: int = 1000
    unit: str = ""
    digits: int = 2
    bars_a_year: float | None = TRADING_DAYS

    @property
    def tokens(self) -> Tokens:
        return DARK if self.dark else LIGHT

    def say(self, template: str, **values: Any) -> str:
        """`template` in the reader's language with its {named} places filled: plain text, for `alt`."""
        return self.translate(template).format(**values)

    def write(self, template: str, **values: Any) -> str:
        """As `say`, with the values escaped: for text inside a figure, where Plotly reads some HTML."""
        return self.say(template, **{name: escape(value) for name, value in values.items()})

    @property
    def chart_width(self) -> int:
        """Pixels that a chart across the page has at least: its room without the margins of page and frame."""
        return self.room - 2 * 40 - 34 if self.room else 360 - 2 * 16 - 34

    @property
    def tiny(self) -> bool:
        """Whether prices are so small that they are written in powers of ten."""
        return self.digits > figures.MOST_DECIMALS

    def price(self, value: float) -> str:
        """A price with the market's digits, as far as they fit, and a real minus sign."""
        return figures.price(value, self.digits).replace("-", "−")

    def value(self, value: float, target: str) -> str:
        """What is forecast: a price, or for the target "volatility" a log range."""
        return number(value, LOG_DIGITS) if target == "volatility" else self.price(value)

    def hover(self, target: str = "close", axis: str = "y") -> str:
        """The place of such a value in a chart's hover text."""
        digits = LOG_DIGITS if target == "volatility" else self.digits
        powers = self.tiny and target != "volatility"
        return f"%{{{axis}:{'.4~g' if powers else f',.{digits}f'}}}"

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


def days(values: Any) -> Days:
    """Dates as "2023-03-17" each: what the reader sees, and a third of the bytes of full timestamps."""
    return np.datetime_as_string(np.asarray(pd.DatetimeIndex(values), dtype="datetime64[D]"))


def figure(style: Style, revision: str, *, height: int = 380, legend: bool = True, unified: bool = False) -> Figure:
    """An empty figure in the shared manner. `revision` keeps zoom: same text, same zoom."""
    return Figure(
        layout={
            "template": _manner(style.dark, style.narrow, style.tiny),
            "paper_bgcolor": CLEAR,
            "plot_bgcolor": CLEAR,
            "height": height,
            "margin": {"l": 8, "r": 12, "t": 46 if legend else 16, "b": 8, "pad": 0},
            "showlegend": legend,
            "hovermode": "x unified" if unified else "closest",
            "uirevision": revision,
            "dragmode": False if style.narrow else "zoom",  # a finger on a phone scrolls the page
        }
    )


@lru_cache(maxsize=8)
def _manner(dark: bool, narrow: bool, tiny: bool) -> Template:
    """What all figures of a theme share, every axis of every panel included: made once, as Plotly checks each value."""
    tokens = DARK if dark else LIGHT
    words = {"family": FONTS, "size": 12, "color": tokens.text}
    axis = {
        "tickfont": {"size": 12, "color": tokens.quiet},
        "title": {"font": {"size": 12, "color": tokens.quiet}, "standoff": 8},
        "showline": False,
        "zeroline": False,
        "gridcolor": tokens.grid,
        "automargin": True,
        "ticklabelstandoff": 3,
        "exponentformat": "e" if tiny else "B",  # Plotly's own way would write 4e-7 as 400n
    }
    return Template(
        layout={
            "font": {"family": FONTS, "size": 13, "color": tokens.text},
            "legend": {
                "orientation": "h",
                "x": 0,
                "xanchor": "left",
                "xref": "container" if narrow else "paper",
                "y": 1.0,
                "yref": "container",
                "yanchor": "top",
                "itemwidth": 30,
                "bgcolor": CLEAR,
                "font": words | {"size": 11 if narrow else 12},
            },
            "hoverlabel": {"bgcolor": tokens.background, "bordercolor": tokens.border, "font": words},
            "modebar": {"bgcolor": CLEAR, "color": tokens.quiet, "activecolor": tokens.text},
            "xaxis": axis | {"showgrid": False, "ticks": "outside", "ticklen": 4, "tickcolor": tokens.border},
            "yaxis": axis | {"showgrid": True, "ticks": ""},
        }
    )


def done(drawn: Figure, style: Style, alt: str) -> Chart:
    """The finished chart, with room above the plot for a legend that wraps on a phone."""
    if style.narrow and drawn.layout.showlegend:
        names = [trace.name for trace in drawn.data if trace.name and trace.showlegend is not False]
        widths = [sum(2 if ord(letter) > 0x2E80 else 1 for letter in name) for name in names]
        columns = 2 if max(widths, default=0) <= 20 else 1
        drawn.update_layout(margin_t=24 + 19 * ceil(len(names) / columns))
    return Chart(drawn, alt.replace("。 ", "。"))  # Chinese sentences follow each other without a space


def spark(style: Style, revision: str, height: int = 140) -> Figure:
    """A figure of a thumb's size for the overview: no legend, no titles, a few ticks, no zoom."""
    drawn = figure(style, revision, height=height, legend=False)
    drawn.update_layout(margin={"l": 4, "r": 4, "t": 6, "b": 4}, dragmode=False)
    drawn.update_xaxes(fixedrange=True, nticks=4, tickfont={"size": 11})
    drawn.update_yaxes(fixedrange=True, nticks=4, tickfont={"size": 11})
    return drawn

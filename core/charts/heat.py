"""Heat maps in ink: a cell's colour is how much of the hue lies on the page, and the number on it can be read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from plotly.graph_objs import Figure

from core.charts.style import Style
from core.charts.tokens import GATE_HUES, NEGATIVE, POSITIVE, TEXT_CONTRAST, contrast, ink_on, mix
from core.sentence import N_
from core.values import Array

MOST_PRINTED, MOST_ACROSS = 12 * 16, 24  # cells in all and in a row; beyond that the value is in the hover only
ROUND = 2  # decimals printed in a cell
SMALLEST, LARGEST = 9, 12  # pixels of a printed number; where it would be smaller there is none
DIGIT, POINT = 0.5, 0.26  # widths of a digit or sign, and of a point, in the number's size
LINE = 1.2  # height of a line, in the number's size
BESIDE, BELOW = 60, 100  # pixels that axes and headings take of a chart


@dataclass(frozen=True)
class Scale:
    """Colours from `low` to `high`; `stops` are "#RRGGBB" at equal distances."""

    low: float
    high: float
    stops: tuple[str, ...]

    def colour(self, value: float) -> str:
        """The colour of one value, as Plotly interpolates it."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low) * (len(self.stops) - 1)
        step = min(int(share), len(self.stops) - 2)
        return mix(self.stops[step], self.stops[step + 1], share - step)

    @property
    def plotly(self) -> list[list[float | str]]:
        return [[index / (len(self.stops) - 1), stop] for index, stop in enumerate(self.stops)]


def gate_scale(name: str, style: Style) -> Scale:
    """From the page's background (0, closed) to the gate's hue (1, open)."""
    return Scale(0.0, 1.0, (style.tokens.background, GATE_HUES[name]))


def signed_scale(extreme: float, style: Style) -> Scale:
    """Blue over the page's background to red, centred on 0 and reaching to `extreme` on both sides."""
    extreme = extreme if np.isfinite(extreme) and extreme > 0 else 1.0
    return Scale(-extreme, extreme, (NEGATIVE, style.tokens.background, POSITIVE))


def scale_of(name: str, values: Array, style: Style) -> Scale:
    """The scale of a matrix by its name: a gate's own hue, else signed."""
    if name in GATE_HUES:
        return gate_scale(name, style)
    return signed_scale(float(np.nanmax(np.abs(values), initial=0.0)), style)


def key_in_words(scale: Scale, style: Style) -> str:
    """The scale as a line of text for a panel's heading: closed 0 □■■■ 1 open."""
    at = np.linspace(scale.low, scale.high, 5 if scale.low == 0 else 7)
    squares = "".join(
        f'<span style="color:{style.tokens.quiet}">□</span>'
        if abs(v) < 1e-12
        else f'<span style="color:{scale.colour(v)}">■</span>'
        for v in at
    )
    if scale.low == 0:
        return style.say(N_("closed 0 {scale} 1 open"), scale=squares)
    return f"−{scale.high:.2g} {squares} +{scale.high:.2g}"


def two_digits(value: float, digits: int = ROUND) -> str:
    """A value as a cell prints it: 0.45, −0.16, never −0.00."""
    text = f"{value:.{digits}f}"
    return text.lstrip("-") if float(text) == 0 else text.replace("-", "−")


def add_heat(
    drawn: Figure, values: Array, scale: Scale, hover: str, style: Style, digits: int = ROUND, **place: int
) -> None:
    """A matrix (rows, columns) at integer places 0.., its values printed when there are few.

    The cells are split over two traces by the colour of the number on them, black or white, because a heat map has one
    text colour; each cell is in exactly one of them.
    """
    size = printed_size(drawn, values, style, digits, **place)
    printed = size >= SMALLEST and values.size <= MOST_PRINTED and values.shape[1] <= MOST_ACROSS
    for ink, mine in _by_ink(values, scale, style, printed):
        if not mine.any():
            continue
        shown = np.where(mine, values, np.nan)
        texts = [[two_digits(v, digits) if np.isfinite(v) else "" for v in row] for row in shown]
        drawn.add_heatmap(
            z=shown,
            zmin=scale.low,
            zmax=scale.high,
            colorscale=scale.plotly,
            showscale=False,
            xgap=1 if printed else 0,
            ygap=1 if printed else 0,
            hoverongaps=False,
            hovertemplate=hover,
            text=texts if printed else None,
            texttemplate="%{text}" if printed else None,
            textfont={"color": ink, "size": size} if printed else None,
            **place,
        )


def printed_size(drawn: Figure, values: Array, style: Style, digits: int = ROUND, **place: int) -> int:
    """Pixels of the numbers that fit into a panel's cells, the panel `place` of a chart as wide as the page."""
    panel = drawn.get_subplot(**place) if place else drawn.layout
    across, up = (axis.domain or (0, 1) for axis in (panel.xaxis, panel.yaxis))
    rows, columns = values.shape
    wide = (style.chart_width - BESIDE) * (across[1] - across[0]) / columns - 1
    high = (drawn.layout.height - BELOW) * (up[1] - up[0]) / rows - 1
    longest = max((len(two_digits(v, digits)) for v in values[np.isfinite(values)]), default=1)
    return int(min(wide / ((longest - 1) * DIGIT + POINT), high / LINE, LARGEST))


def _by_ink(values: Array, scale: Scale, style: Style, printed: bool) -> list[tuple[str, NDArray[np.bool_]]]:
    finite = np.isfinite(values)
    if not printed:
        return [("", finite)]
    inks = np.array([[_ink(scale.colour(v), style) if np.isfinite(v) else "" for v in row] for row in values])
    return [(str(ink), inks == ink) for ink in np.unique(inks[finite])]


def _ink(fill: str, style: Style) -> str:
    """The page's text colour while it reads on the fill, else black or white."""
    return style.tokens.text if contrast(style.tokens.text, fill) >= TEXT_CONTRAST else ink_on(fill)

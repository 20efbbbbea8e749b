"""What comes after the last day, how far seeds differ, and whether the intervals held."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

import numpy as np
import pandas as pd
from plotly.graph_objs import Figure

from core.charts.axes import date_axis, mark_parts
from core.charts.forecast import name_value_axis
from core.charts.style import Chart, Days, Style, day, days, done, figure, number
from core.charts.tokens import faint
from core.sentence import N_
from core.values import Array

SHOWN_BEFORE = 60  # known days drawn before the forecast
_OPACITY = (0.32, 0.16, 0.1)  # inner interval first


class Ahead(Protocol):
    """As core.evaluation's Horizon: `path` (K,), `bounds` level -> (low, high), each (K,)."""

    @property
    def path(self) -> Array: ...
    @property
    def bounds(self) -> Mapping[float, tuple[Array, Array]]: ...


class Held(Protocol):
    """As core.evaluation's Band: one interval over the walk-forward days, and the share that fell into it."""

    @property
    def level(self) -> float: ...
    @property
    def low(self) -> Array: ...
    @property
    def high(self) -> Array: ...
    @property
    def held(self) -> float: ...


def horizon(
    prediction: pd.DataFrame, ahead: Ahead, dates: Sequence[tuple[date, bool]], style: Style, *, target: str = "close"
) -> Chart:
    """The last known days and a fan beyond them.

    Args:
        prediction: as Run.prediction.
        dates: of the coming days, each with whether it is an estimate (beyond the exchange's calendar): drawn hollow.
    """
    known, coming = prediction.tail(SHOWN_BEFORE), [d for d, _ in dates]
    drawn = figure(style, f"outlook|{day(coming[0])}|{len(coming)}", height=380, unified=True)
    x, start = days([known["date"].iloc[-1], *coming]), known["actual"].iloc[-1]
    for level, opacity in zip(sorted(ahead.bounds), _OPACITY, strict=False):
        low, high = (np.concatenate([[start], side]) for side in ahead.bounds[level])
        add_band(drawn, x, (low, high), _level_name(level, style), faint(style.tokens.test, opacity))
    _add_known(drawn, known["date"], known["actual"], (style, target))
    drawn.add_scatter(
        x=x[1:],
        y=ahead.path,
        mode="lines+markers",
        name=style.translate(N_("Forecast")),
        line={"color": style.tokens.test, "width": 1.8},
        marker={
            "size": 7,
            "line": {"color": style.tokens.test, "width": 1.5},
            "color": [style.tokens.background if estimated else style.tokens.test for _, estimated in dates],
        },
        hovertemplate=style.hover(target),
        cliponaxis=False,  # the last marker is whole on a phone, too
    )
    if any(estimated for _, estimated in dates):
        _key_hollow(drawn, style)
    date_axis(drawn, known["date"].iloc[0], coming[-1])
    name_value_axis(drawn, style, target)
    return done(drawn, style, _outlook_alt(ahead, dates, style, target))


def seed_band(band: pd.DataFrame, style: Style, *, count: int, target: str = "close") -> Chart:
    """Smallest to largest prediction over the seeds, the median in it, over what happened.

    Args:
        band: as ManySeeds.band: date, actual, part, low, median, high.
        count: how many seeds.
    """
    drawn = figure(style, f"seeds|{day(band['date'].iloc[0])}|{target}", height=400, unified=True)
    x, limits = days(band["date"]), (band["low"].to_numpy(), band["high"].to_numpy())
    add_band(drawn, x, limits, style.say(N_("{count} seeds, lowest to highest"), count=count),
             faint(style.tokens.test, 0.3))  # fmt: skip
    _add_known(drawn, band["date"], band["actual"], (style, target))
    drawn.add_scatter(
        x=x, y=band["median"], mode="lines", name=style.translate(N_("Median seed")),
        line={"color": style.tokens.test, "width": 1.4}, hovertemplate=style.hover(target),
    )  # fmt: skip
    tested = band["part"] == "test"
    date_axis(drawn, band["date"].iloc[0], band["date"].iloc[-1])
    mark_parts(drawn, style, band["date"], band["part"])
    name_value_axis(drawn, style, target)
    shown = band[tested] if tested.any() else band
    width = float((shown["high"] - shown["low"]).mean())
    alt = style.say(
        N_("Predictions of {count} seeds: on the test part the lowest and the highest lie {width} apart on average."),
        count=count,
        width=style.value(width, target),
    )
    return done(drawn, style, alt)


def walk_forward(prediction: pd.DataFrame, bands: Sequence[Held], style: Style, *, target: str = "close") -> Chart:
    """One-step forecasts with their intervals, and a cross wherever what happened fell out of the widest.

    Args:
        prediction: date, actual, predicted: one row a day of the walk.
        bands: over the same days.
    """
    drawn = figure(style, f"walk|{day(prediction['date'].iloc[0])}|{target}", height=400, unified=True)
    x, actual = days(prediction["date"]), prediction["actual"].to_numpy(dtype=float)
    inner_first = sorted(bands, key=lambda band: band.level)
    for band, opacity in zip(inner_first, _OPACITY, strict=False):
        add_band(drawn, x, (band.low, band.high), _level_name(band.level, style), faint(style.tokens.test, opacity))
    drawn.add_scatter(
        x=x, y=prediction["predicted"].to_numpy(dtype=float), mode="lines", name=style.translate(N_("Forecast")),
        line={"color": style.tokens.test, "width": 1}, hovertemplate=style.hover(target),
    )  # fmt: skip
    _add_known(drawn, prediction["date"], prediction["actual"], (style, target))
    if inner_first:
        out = (actual < inner_first[-1].low) | (actual > inner_first[-1].high)
        drawn.add_scatter(
            x=np.array(x)[out], y=actual[out], mode="markers", name=style.translate(N_("outside")),
            marker={"symbol": "x-thin", "size": 8, "line": {"color": style.tokens.text, "width": 1.6}},
            hoverinfo="skip",
        )  # fmt: skip
    date_axis(drawn, prediction["date"].iloc[0], prediction["date"].iloc[-1])
    name_value_axis(drawn, style, target)
    told = [
        style.say(
            N_("The {level} % interval held {held} % of {count} days."),
            level=number(100 * band.level, 0), held=number(100 * band.held, 1), count=len(actual),
        )
        for band in inner_first
    ]  # fmt: skip
    return done(drawn, style, " ".join(told))


def add_band(drawn: Figure, x: Days, limits: tuple[Array, Array], name: str, fill: str) -> None:
    """An area between two lines, one legend entry."""
    low, high = limits
    edge = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "legendgroup": name}
    drawn.add_scatter(x=x, y=low, showlegend=False, **edge)
    drawn.add_scatter(x=x, y=high, fill="tonexty", fillcolor=fill, name=name, **edge)


def _add_known(drawn: Figure, dates: pd.Series, actual: pd.Series, how: tuple[Style, str]) -> None:
    style, target = how
    drawn.add_scatter(
        x=days(dates),
        y=actual.to_numpy(dtype=float),
        mode="lines",
        name=style.translate(N_("Actual")),
        line={"color": style.tokens.actual, "width": 2.2},
        hovertemplate=style.hover(target),
    )


def _key_hollow(drawn: Figure, style: Style) -> None:
    drawn.add_scatter(
        x=[None],
        y=[None],
        mode="markers",
        name=style.translate(N_("date estimated")),
        marker={"size": 7, "color": style.tokens.background, "line": {"color": style.tokens.test, "width": 1.5}},
    )


def _level_name(level: float, style: Style) -> str:
    return style.say(N_("{level} % interval"), level=number(100 * level, 0))


def _outlook_alt(ahead: Ahead, dates: Sequence[tuple[date, bool]], style: Style, target: str) -> str:
    told = [
        style.say(
            N_("Forecast of {count} days from {first}, {start}, to {last}, {end}."),
            count=len(dates), first=day(dates[0][0]), start=style.value(ahead.path[0], target),
            last=day(dates[-1][0]), end=style.value(ahead.path[-1], target),
        )
    ]  # fmt: skip
    for level in sorted(ahead.bounds):
        low, high = ahead.bounds[level]
        told.append(
            style.say(
                N_("{level} % interval on the last day: {low} to {high}."),
                level=number(100 * level, 0), low=style.value(low[-1], target), high=style.value(high[-1], target),
            )
        )  # fmt: skip
    estimated = sum(guess for _, guess in dates)
    if estimated:
        told.append(style.say(N_("{count} of the dates are estimates."), count=estimated))
    return " ".join(told)

"""Prediction against what happened, and what was left over."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from plotly.graph_objs import Figure
from plotly.subplots import make_subplots

from core.charts.axes import date_axis, mark_split
from core.charts.style import Chart, Style, day, days, done, figure, number, spark
from core.sentence import N_
from core.values import Array

Mask = NDArray[np.bool_]

# A line cannot be pressed, a marker can, so each line has some that are not drawn.
_PRESSED = {
    "mode": "lines+markers",
    "marker": {"opacity": 0, "maxdisplayed": 1},
    "selected": {"marker": {"opacity": 0}},
    "unselected": {"marker": {"opacity": 0}},
}
_PERCENTS = (5, 10, 15, 20, 30, 50, 80, 120, 200)


def forecast(prediction: pd.DataFrame, style: Style, *, persistence: bool = False, target: str = "close") -> Chart:
    """Actual first and grey, the prediction over it: dotted where it was trained, solid where it was tested.

    Args:
        prediction: as Run.prediction: date, actual, predicted, persistence, part ("train" | "test").
        persistence: also draw "same as yesterday".
        target: as TrainConfig.target; "volatility" is drawn on its log axis with annualised per cent written at it.
    """
    revision = f"forecast|{day(prediction['date'].iloc[0])}|{prediction['actual'].iloc[0]:.6g}|{target}"
    drawn = figure(style, revision, height=420, unified=True)
    _add_lines(drawn, prediction, style, target, persistence)
    _frame(drawn, prediction, style)
    name_value_axis(drawn, style, target)
    return done(drawn, style, _alt(prediction, style, target))


def forecast_spark(prediction: pd.DataFrame, style: Style, *, target: str = "close") -> Chart:
    """The same, small, of the test part and as many training days before it."""
    tested = int((prediction["part"] == "test").sum())
    shown = prediction.tail(2 * tested or len(prediction))
    drawn = spark(style, f"forecast spark|{day(shown['date'].iloc[0])}")
    _add_lines(drawn, shown, style, target, persistence=False)
    _frame(drawn, shown, style)
    drawn.update_layout(margin_t=20)
    drawn.update_xaxes(nticks=4)
    return done(drawn, style, _alt(prediction, style, target))


def residuals(prediction: pd.DataFrame, style: Style, *, target: str = "close") -> Chart:
    """Actual minus predicted over time, and beside it how often each size occurs, for both parts."""
    drawn = figure(style, f"residuals|{day(prediction['date'].iloc[0])}|{target}", height=340)
    drawn = make_subplots(figure=drawn, cols=2, shared_yaxes=True, column_widths=[0.72, 0.28], horizontal_spacing=0.03)
    errors = prediction["actual"].to_numpy(dtype=float) - prediction["predicted"].to_numpy(dtype=float)
    finite = errors[np.isfinite(errors)]
    edges = np.histogram_bin_edges(finite, bins=min(60, max(10, int(np.sqrt(len(finite))))))
    is_test = (prediction["part"] == "test").to_numpy()
    for part in (False, True):
        here = is_test == part
        _add_residuals(drawn, prediction["date"][here], errors[here], edges, (style, part, target))
    drawn.add_hline(y=0, line={"color": style.tokens.quiet, "width": 1})
    _frame(drawn, prediction, style)
    unit_words = style.translate(N_("actual − predicted"))
    drawn.update_yaxes(title_text=style.with_unit(unit_words) if target != "volatility" else unit_words, col=1)
    drawn.update_xaxes(title_text=style.translate(N_("% of days")), rangemode="tozero", nticks=4, row=1, col=2)
    return done(drawn, style, _residual_alt(errors, is_test, style, target))


def name_value_axis(drawn: Figure, style: Style, target: str) -> None:
    """Title and ticks of a value axis by target; log ranges get annualised per cent at round figures.

    Where nobody knows how many bars a year has, they stay log ranges.
    """
    if target != "volatility":
        drawn.update_yaxes(title_text=style.with_unit(style.translate(N_("Close"))))
        return
    if style.bars_a_year is None:
        drawn.update_yaxes(title_text=style.translate(N_("log range")))
        return
    daily = [np.log(percent / 100 / np.sqrt(style.bars_a_year)) for percent in _PERCENTS]
    drawn.update_yaxes(
        title_text=style.translate(N_("annualised volatility, in brackets the log range")),
        tickvals=daily,
        ticktext=[f"{p} % ({number(v, 1)})" for p, v in zip(_PERCENTS, daily, strict=True)],
    )


def _add_lines(drawn: Figure, prediction: pd.DataFrame, style: Style, target: str, persistence: bool) -> None:
    tokens, hover = style.tokens, style.hover(target)
    test = (prediction["part"] == "test").to_numpy()
    every = np.ones_like(test)
    lines: list[tuple[str, str, Mask, dict[str, object]]] = [
        (N_("Actual"), "actual", every, {"color": tokens.actual, "width": 2.4})
    ]
    if persistence:
        dashed: dict[str, object] = {"color": tokens.persistence, "width": 1.2, "dash": "dash"}
        lines.append((N_("Same as yesterday"), "persistence", every, dashed))
    lines += [
        (N_("Predicted, training"), "predicted", ~test, {"color": tokens.train, "width": 1.8, "dash": "dot"}),
        (N_("Predicted, test"), "predicted", test, {"color": tokens.test, "width": 1.8}),
    ]
    for name, column, rows, line in lines:
        drawn.add_scatter(
            x=days(prediction["date"][rows]),
            y=prediction[column][rows].to_numpy(dtype=float),
            name=style.translate(name),
            line=line,
            hovertemplate=hover,
            connectgaps=False,
            **_PRESSED,
        )


def _frame(drawn: Figure, prediction: pd.DataFrame, style: Style) -> None:
    """The date axis, and the split where there is a test part."""
    dates, tested = prediction["date"], prediction["part"] == "test"
    subplots = {"row": 1, "col": 1} if drawn._has_subplots() else {}
    date_axis(drawn, dates.iloc[0], dates.iloc[-1], **subplots)
    if tested.any():
        mark_split(drawn, style, dates[tested].iloc[0], dates.iloc[-1], **subplots)


def _add_residuals(drawn: Figure, dates: pd.Series, errors: Array, edges: Array, who: tuple[Style, bool, str]) -> None:
    style, test, target = who
    colour = style.tokens.test if test else style.tokens.train
    name = style.translate(N_("Test") if test else N_("Training"))
    drawn.add_scatter(
        x=days(dates),
        y=errors,
        mode="markers",
        marker={"size": 3.5, "color": colour, "symbol": "circle" if test else "circle-open"},
        name=name,
        legendgroup=name,
        hovertemplate=f"%{{x}}: {style.hover(target)}",
        row=1,
        col=1,
    )
    counts, _ = np.histogram(errors[np.isfinite(errors)], bins=edges)
    drawn.add_scatter(
        x=100 * counts / max(counts.sum(), 1),
        y=(edges[:-1] + edges[1:]) / 2,
        mode="lines",
        line={"color": colour, "width": 1.8, "shape": "vhv", "dash": "solid" if test else "dot"},
        name=name,
        legendgroup=name,
        showlegend=False,
        hovertemplate="%{x:.1f} %",
        row=1,
        col=2,
    )


def _alt(prediction: pd.DataFrame, style: Style, target: str) -> str:
    tested = prediction[prediction["part"] == "test"]
    if tested.empty:
        return style.say(N_("Prediction against actual, training part only."))
    last = tested.iloc[-1]
    return style.say(
        N_(
            "Prediction against actual: {train} training days, {test} test days from {split} to {last}. "
            "On the last day actual {actual}, predicted {predicted}, same as yesterday {persistence}."
        ),
        train=len(prediction) - len(tested),
        test=len(tested),
        split=day(tested["date"].iloc[0]),
        last=day(last["date"]),
        actual=style.value(last["actual"], target),
        predicted=style.value(last["predicted"], target),
        persistence=style.value(last["persistence"], target),
    )


def _residual_alt(errors: Array, is_test: Mask, style: Style, target: str) -> str:
    told = []
    for name, rows in ((N_("Training"), ~is_test), (N_("Test"), is_test)):
        part = errors[rows & np.isfinite(errors)]
        if len(part):
            told.append(
                style.say(
                    N_("{part}: mean {mean}, standard deviation {deviation}, largest {largest}."),
                    part=style.translate(name),
                    mean=style.value(part.mean(), target),
                    deviation=style.value(part.std(), target),
                    largest=style.value(part[np.argmax(np.abs(part))], target),
                )
            )
    return style.translate(N_("Actual minus predicted.")) + " " + " ".join(told)

"""Prediction against what happened, and what was left over."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from plotly.graph_objs import Figure
from plotly.subplots import make_subplots

from core.charts.axes import date_axis, mark_parts
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
_PARTS = {  # of Run.prediction: what its line is called, what its errors are called, dash, marker
    "train": (N_("Predicted, training"), N_("Training"), "dot", "circle-open"),
    "validation": (N_("Predicted, validation"), N_("Validation"), "dashdot", "diamond-open"),
    "test": (N_("Predicted, test"), N_("Test"), "solid", "circle"),
}
_PERCENTS = (5, 10, 15, 20, 30, 50, 80, 120, 200)


def forecast(prediction: pd.DataFrame, style: Style, *, persistence: bool = False, target: str = "close") -> Chart:
    """Actual first and grey, the prediction over it: dotted where it was trained, solid where it was tested.

    Args:
        prediction: as Run.prediction: date, actual, predicted, persistence, part ("train" | "validation" | "test").
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
    """Actual minus predicted over time, and beside it how often each size occurs, for each part."""
    drawn = figure(style, f"residuals|{day(prediction['date'].iloc[0])}|{target}", height=340)
    drawn = make_subplots(figure=drawn, cols=2, shared_yaxes=True, column_widths=[0.72, 0.28], horizontal_spacing=0.03)
    errors = prediction["actual"].to_numpy(dtype=float) - prediction["predicted"].to_numpy(dtype=float)
    finite = errors[np.isfinite(errors)]
    edges = np.histogram_bin_edges(finite, bins=min(60, max(10, int(np.sqrt(len(finite))))))
    parts = part_masks(prediction)
    for part, here in parts.items():
        _add_residuals(drawn, prediction["date"][here], errors[here], edges, (style, part, target))
    drawn.add_hline(y=0, line={"color": style.tokens.quiet, "width": 1})
    _frame(drawn, prediction, style)
    unit_words = style.translate(N_("actual − predicted"))
    drawn.update_yaxes(title_text=style.with_unit(unit_words) if target != "volatility" else unit_words, col=1)
    drawn.update_xaxes(title_text=style.translate(N_("% of days")), rangemode="tozero", nticks=4, row=1, col=2)
    return done(drawn, style, _residual_alt(errors, parts, style, target))


def part_masks(prediction: pd.DataFrame) -> dict[str, Mask]:
    """The rows of each part, in their order; the validation part only where there is one."""
    part = prediction["part"].to_numpy()
    masks = {name: np.asarray(part == name) for name in _PARTS}
    return {name: mask for name, mask in masks.items() if name != "validation" or mask.any()}


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
    every = np.ones(len(prediction), dtype=bool)
    lines: list[tuple[str, str, Mask, dict[str, object]]] = [
        (N_("Actual"), "actual", every, {"color": tokens.actual, "width": 2.4})
    ]
    if persistence:
        same: dict[str, object] = {"color": tokens.persistence, "width": 1.2, "dash": "dash"}
        lines.append((N_("Same as yesterday"), "persistence", every, same))
    for part, rows in part_masks(prediction).items():
        name, _, dash, _ = _PARTS[part]
        dashed = {} if dash == "solid" else {"dash": dash}
        lines.append((name, "predicted", rows, {"color": _colour(part, style), "width": 1.8, **dashed}))
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
    """The date axis, and where the parts begin."""
    dates = prediction["date"]
    subplots = {"row": 1, "col": 1} if drawn._has_subplots() else {}
    date_axis(drawn, dates.iloc[0], dates.iloc[-1], **subplots)
    mark_parts(drawn, style, dates, prediction["part"], **subplots)


def _colour(part: str, style: Style) -> str:
    tokens = style.tokens
    return {"train": tokens.train, "validation": tokens.extra, "test": tokens.test}[part]


def _add_residuals(drawn: Figure, dates: pd.Series, errors: Array, edges: Array, who: tuple[Style, str, str]) -> None:
    style, part, target = who
    colour, (_, called, dash, symbol) = _colour(part, style), _PARTS[part]
    name = style.translate(called)
    drawn.add_scatter(
        x=days(dates),
        y=errors,
        mode="markers",
        marker={"size": 3.5, "color": colour, "symbol": symbol},
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
        line={"color": colour, "width": 1.8, "shape": "vhv", "dash": dash},
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
    last, held_out = tested.iloc[-1], prediction[prediction["part"] == "validation"]
    told = style.say(
        N_(
            "Prediction against actual: {train} training days, {test} test days from {split} to {last}. "
            "On the last day actual {actual}, predicted {predicted}, same as yesterday {persistence}."
        ),
        train=len(prediction) - len(tested) - len(held_out),
        test=len(tested),
        split=day(tested["date"].iloc[0]),
        last=day(last["date"]),
        actual=style.value(last["actual"], target),
        predicted=style.value(last["predicted"], target),
        persistence=style.value(last["persistence"], target),
    )
    if held_out.empty:
        return told
    between = N_("Between them {count} validation days, from {date}, are held out of training.")
    return told + " " + style.say(between, count=len(held_out), date=day(held_out["date"].iloc[0]))


def _residual_alt(errors: Array, parts: dict[str, Mask], style: Style, target: str) -> str:
    told = []
    for of, rows in parts.items():
        name, part = _PARTS[of][1], errors[rows & np.isfinite(errors)]
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

"""The days after a run's end beside those it was tested on."""

from __future__ import annotations

import pandas as pd

from core.charts.axes import date_axis
from core.charts.forecast import name_value_axis
from core.charts.style import Chart, Style, day, days, done, figure
from core.sentence import N_


def afterwards(tested: pd.DataFrame, after: pd.DataFrame, style: Style, *, target: str = "close") -> Chart:
    """Actual first and grey, the prediction over it: dotted up to the end of the run, solid after it.

    Args:
        tested, after: rows as those of Run.prediction, of the test part and of the days after the end.
    """
    first, end, last = tested["date"].iloc[0], tested["date"].iloc[-1], after["date"].iloc[-1]
    drawn = figure(style, f"afterwards|{day(first)}|{day(end)}|{target}", height=420, unified=True)
    tokens, whole = style.tokens, pd.concat([tested, after])
    for name, rows, column, line in (
        (N_("Actual"), whole, "actual", {"color": tokens.actual, "width": 2.4}),
        (N_("Predicted, test"), tested, "predicted", {"color": tokens.test, "width": 1.6, "dash": "dot"}),
        (N_("Predicted, after the end"), after, "predicted", {"color": tokens.test, "width": 1.8}),
    ):
        drawn.add_scatter(
            x=days(rows["date"]),
            y=rows[column].to_numpy(dtype=float),
            mode="lines+markers" if len(rows) == 1 else "lines",  # a line of a single day is not to be seen
            name=style.translate(name),
            line=line,
            hovertemplate=style.hover(target),
        )
    drawn.add_vrect(x0=day(end), x1=day(last), fillcolor=tokens.band, line_width=0, layer="below")
    drawn.add_vline(x=day(end), line={"color": tokens.split, "width": 1.5, "dash": "dash"})
    drawn.add_annotation(
        text=style.write(N_("end of the run, {date}"), date=day(end)), x=day(end), y=1, yref="paper", yanchor="bottom",
        xanchor="auto", showarrow=False, font={"size": 12, "color": tokens.split_text},
    )  # fmt: skip
    date_axis(drawn, first, last)
    name_value_axis(drawn, style, target)
    final = after.iloc[-1]
    alt = style.say(
        N_(
            "Prediction against actual: {tested} test days up to {end}, and {after} days after it, to {last}. On the "
            "last day actual {actual}, predicted {predicted}, same as yesterday {persistence}."
        ),
        tested=len(tested), end=day(end), after=len(after), last=day(last),
        **{name: style.value(final[name], target) for name in ("actual", "predicted", "persistence")},
    )  # fmt: skip
    return done(drawn, style, alt)

"""Jobs half done: the seeds that have landed, the folds forecast so far; drawn where the finished chart will stand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.charts.axes import date_axis
from core.charts.forecast import name_value_axis
from core.charts.style import Chart, Style, day, days, done, figure, significant
from core.sentence import N_

HEIGHT = 400  # as the finished charts


def seeds_so_far(
    errors: Sequence[tuple[int, float]],
    seeds: Sequence[int],
    same: float | None,
    style: Style,
    *,
    target: str = "close",
) -> Chart:
    """A dot for each seed that has landed, over room for all of them, and the error of "same as yesterday" as a line.

    Args:
        errors: (seed, test RMSE in the target's units) in the order they came.
        seeds: all that will come.
        same: the test RMSE of "same as yesterday".
    """
    drawn = figure(style, f"seeds so far|{len(seeds)}|{target}", height=HEIGHT)
    names = [str(seed) for seed in seeds]
    drawn.add_scatter(
        x=[str(seed) for seed, _ in errors], y=[error for _, error in errors], mode="markers",
        name=style.translate(N_("One seed")), marker={"size": 11, "color": style.tokens.test},
        hovertemplate="%{x}: %{y:.4g}<extra></extra>",
    )  # fmt: skip
    if same is not None:
        drawn.add_scatter(
            x=[-0.5, len(seeds) - 0.5], y=[same, same], mode="lines", name=style.translate(N_("Same as yesterday")),
            line={"color": style.tokens.persistence, "width": 1.5, "dash": "dash"},
            hovertemplate="%{y:.4g}<extra></extra>",
        )  # fmt: skip
    drawn.update_xaxes(
        type="category", categoryorder="array", categoryarray=names, range=[-0.5, len(seeds) - 0.5],
        tickvals=names, title_text=style.translate(N_("seed")),
    )  # fmt: skip
    title = style.translate(N_("test RMSE"))
    drawn.update_yaxes(title_text=title if target == "volatility" else style.with_unit(title))
    known = [error for _, error in errors] + ([] if same is None else [same])
    if known:
        room = 0.15 * (max(known) - min(known)) or 0.02 * max(known) or 1.0
        drawn.update_yaxes(range=[min(known) - room, max(known) + room])
    return done(drawn, style, _seeds_alt(errors, len(seeds), same, style))


def _seeds_alt(errors: Sequence[tuple[int, float]], count: int, same: float | None, style: Style) -> str:
    told = [style.say(N_("{landed} of {count} seeds have landed."), landed=len(errors), count=count)]
    told += [
        style.say(N_("Seed {seed}: test RMSE {error}."), seed=seed, error=significant(error, 4))
        for seed, error in errors
    ]
    if same is not None:
        told.append(style.say(N_("Same as yesterday: {error}."), error=significant(same, 4)))
    return " ".join(told)


def walk_so_far(happened: pd.DataFrame, folds: Sequence[pd.DataFrame], style: Style, *, target: str = "close") -> Chart:
    """What happened over the whole walk, and the forecasts of the folds that have landed.

    Args:
        happened: date and actual of every day of the walk.
        folds: date and predicted, a frame a fold, in order.
    """
    revision = f"walk|{day(happened['date'].iloc[0])}|{target}"  # as the finished chart's: a zoom is kept
    drawn = figure(style, revision, height=HEIGHT, unified=True)
    dates = [each for fold in folds for each in days(fold["date"])]
    for name, x, y, look in (
        (N_("Actual"), days(happened["date"]), happened["actual"], {"color": style.tokens.actual, "width": 2.2}),
        (N_("Forecast"), dates, [value for fold in folds for value in fold["predicted"]],
         {"color": style.tokens.test, "width": 1.6}),
    ):  # fmt: skip
        drawn.add_scatter(
            x=x, y=np.asarray(y, dtype=float), mode="lines", name=style.translate(name), line=look,
            hovertemplate=style.hover(target),
        )  # fmt: skip
    for fold in folds[1:]:
        drawn.add_vline(x=day(fold["date"].iloc[0]), line={"color": style.tokens.border, "width": 1})
    date_axis(drawn, happened["date"].iloc[0], happened["date"].iloc[-1])
    name_value_axis(drawn, style, target)
    if not dates:
        return done(
            drawn, style, style.say(N_("None of the {count} days of the walk is forecast yet."), count=len(happened))
        )
    alt = style.say(
        N_("{forecast} of the {count} days of the walk are forecast, up to {last}."),
        forecast=len(dates), count=len(happened), last=dates[-1],
    )  # fmt: skip
    return done(drawn, style, alt)

"""What a forecast would have earned: wealth by day, beside buy-and-hold."""

from __future__ import annotations

from typing import Any

import pandas as pd

from core.charts.axes import date_axis
from core.charts.style import Chart, Style, day, days, done, escape, figure, number
from core.evaluation.earned import BASIS_POINT, Earned
from core.sentence import N_


def earned(dates: pd.DatetimeIndex, found: Earned, style: Style, *, name: str) -> Chart:
    """Wealth after costs at the end of each test day (n,), 1 at the start, of trading and of holding on.

    Args:
        name: whose forecast is traded, in the reader's language.
    """
    drawn = figure(style, f"earned|{day(dates[0])}|{day(dates[-1])}", height=360, unified=True)
    tokens, held = style.tokens, style.translate(N_("Buy-and-hold"))
    looks: list[tuple[str, Any, dict[str, object]]] = [
        (escape(name), found.trader, {"color": tokens.test, "width": 2}),
        (held, found.holder, {"color": tokens.persistence, "width": 1.5, "dash": "dash"}),
    ]
    for label, account, line in looks:
        drawn.add_scatter(
            x=days(dates), y=account.wealth, mode="lines", name=label, line=line, hovertemplate="%{y:.3f}"
        )
    drawn.add_hline(y=1, line={"color": tokens.quiet, "width": 1})
    date_axis(drawn, dates[0], dates[-1])
    drawn.update_yaxes(title_text=style.translate(N_("wealth after costs, 1 at the start")))
    alt = style.say(
        N_(
            "Wealth after costs of {cost} basis points a side, from 1 on {first} to {last}: {name} {ours}, "
            "buy-and-hold {theirs}; deepest fall {our_fall} and {their_fall}."
        ),
        cost=number(found.cost / BASIS_POINT, 0), first=day(dates[0]), last=day(dates[-1]), name=name,
        ours=number(float(found.trader.wealth[-1]), 3), theirs=number(float(found.holder.wealth[-1]), 3),
        our_fall=f"{found.trader.drawdown:.1%}", their_fall=f"{found.holder.drawdown:.1%}",
    )  # fmt: skip
    return done(drawn, style, alt)

"""Dots with whiskers: skill against each baseline, and a run's error beside published ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from plotly.graph_objs import Figure

from core.charts.style import Chart, Style, done, escape, figure, number
from core.sentence import N_

BASELINES = {
    "persistence": N_("Same as yesterday"),
    "drift": N_("Drift"),
    "ar": N_("Autoregression"),
    "ewma": N_("Exponentially weighted mean"),
    "har": N_("HAR (1, 5, 22 days)"),
    "garch": N_("GARCH(1,1)"),
}
ROW = 34  # pixels


@dataclass(frozen=True)
class Skill:
    """1 - RMSE / RMSE of `baseline`, with the ends of its 95 % interval where there is one."""

    baseline: str
    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Row:
    """One line of a comparison. `kind` is "published", "baseline" or "ours"; low and high span several seeds."""

    name: str
    value: float
    kind: str
    low: float | None = None
    high: float | None = None


def skills(found: Sequence[Skill], style: Style) -> Chart:
    """Skill against each baseline: right of the line at 0 is better than it, a whisker across it is no difference."""
    drawn = figure(style, "skills", height=96 + ROW * len(found), legend=False)
    names = [style.translate(BASELINES.get(skill.baseline, skill.baseline)) for skill in found]
    for name, skill in zip(names, found, strict=True):
        clear = skill.low is not None and skill.high is not None and (skill.low > 0 or skill.high < 0)
        colour = style.tokens.persistence if not clear else style.tokens.split if skill.value > 0 else style.tokens.test
        _whisker(drawn, Row(name, skill.value, "ours", skill.low, skill.high), colour, 3, "circle")
    drawn.add_vline(x=0, line={"color": style.tokens.quiet, "width": 1})
    _rows(drawn)
    title = N_("← worse   skill   better →") if style.narrow else N_("← worse than it   skill   better than it →")
    drawn.update_xaxes(title_text=style.translate(title))
    told = []
    for name, skill in zip(names, found, strict=True):
        template = N_("Skill against {name}: {value}.")
        if skill.low is not None and skill.high is not None:
            template = N_("Skill against {name}: {value}, 95 % interval {low} to {high}.")
        told.append(
            style.say(template, name=name, value=number(skill.value, 3), low=number(skill.low or 0, 3),
                      high=number(skill.high or 0, 3))
        )  # fmt: skip
    return done(drawn, style, " ".join(told))


def published(rows: Sequence[Row], style: Style, *, measure: str = "RMSE", digits: int = 2) -> Chart:
    """Errors from best to worst: published ones hollow, this app's runs filled, "same as yesterday" as a line."""
    ordered = sorted(rows, key=lambda row: row.value)
    drawn = figure(style, f"published|{measure}", height=110 + ROW * len(ordered))
    looks = {
        "published": (N_("published"), style.tokens.actual, "circle-open"),
        "baseline": (N_("baseline"), style.tokens.persistence, "diamond"),
        "ours": (N_("trained here"), style.tokens.test, "circle"),
    }
    seen: set[str] = set()
    for row in ordered:
        name, colour, symbol = looks[row.kind]
        key = "" if row.kind in seen else style.translate(name)
        seen.add(row.kind)
        _whisker(drawn, row, colour, digits, symbol, key)
    for row in ordered:
        if row.kind == "baseline":
            drawn.add_vline(x=row.value, line={"color": style.tokens.persistence, "width": 1.2, "dash": "dash"})
    _rows(drawn)
    drawn.update_yaxes(categoryorder="array", categoryarray=[escape(row.name) for row in ordered])
    low, high = ordered[0].value, ordered[-1].value
    room = (high - low or abs(high) or 1.0) * (0.3 if style.narrow else 0.12)  # for the number beside the last dot
    drawn.update_xaxes(title_text=style.with_unit(measure), range=[low - room / 2, high + room])
    told = [style.say(N_("{measure}, best first:"), measure=measure)]
    told += [f"{row.name} {number(row.value, digits)}" + ("," if row is not ordered[-1] else ".") for row in ordered]
    return done(drawn, style, " ".join(told))


def _whisker(drawn: Figure, row: Row, colour: str, digits: int, symbol: str, key: str = "") -> None:
    known = row.low is not None and row.high is not None
    drawn.add_scatter(
        x=[row.value],
        y=[escape(row.name)],
        mode="markers+text",
        text=[number(row.value, digits) if known else f"  {number(row.value, digits)}"],
        textposition="top center" if known else "middle right",
        textfont={"size": 11},
        marker={"size": 10, "color": colour, "symbol": symbol, "line": {"width": 2, "color": colour}},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [(row.high or 0) - row.value if known else 0],
            "arrayminus": [row.value - (row.low or 0) if known else 0],
            "color": colour,
            "thickness": 2,
            "width": 5,
            "visible": known,
        },
        name=key,
        showlegend=bool(key),
        hoverinfo="skip",
        cliponaxis=False,
    )


def _rows(drawn: Figure) -> None:
    drawn.update_yaxes(type="category", autorange="reversed", showgrid=True, range=None)

"""A drawing board for diagrams: wires as thick as the number they carry, boxes, nodes and labels, as Plotly shapes."""

from __future__ import annotations

from dataclasses import dataclass

from plotly.graph_objs import Figure

from core.charts.style import Style, figure
from core.charts.tokens import DARK, NEGATIVE, POSITIVE, contrast, ink_on, mix

WIDTH, HEIGHT = 100.0, 56.0  # the board's own units
THIN, THICK = 1.0, 7.0  # pixels of a wire that carries 0, and 1 or more
Point = tuple[float, float]


def ink_line(hue: str, style: Style) -> str:
    """`hue` as a line on this page: lightened on the dark one until it reaches 3:1."""
    share = 0.0
    while style.tokens is DARK and contrast(mix(hue, "#FFFFFF", share), style.tokens.background) < 4:
        share += 0.05
    return mix(hue, "#FFFFFF", share)


@dataclass(frozen=True)
class Board:
    """Marks go onto `drawn`; places are in 0..100 across and 0..56 up."""

    drawn: Figure
    style: Style

    @staticmethod
    def blank(style: Style, revision: str, height: int) -> Board:
        drawn = figure(style, revision, height=height, legend=False)
        drawn.update_xaxes(visible=False, range=[0, WIDTH], fixedrange=True)
        drawn.update_yaxes(visible=False, range=[0, HEIGHT], fixedrange=True)
        drawn.update_layout(margin={"l": 0, "r": 0, "t": 0, "b": 0}, dragmode=False)
        drawn.add_scatter(x=[None], y=[None], hoverinfo="skip")  # axes without a trace would not be drawn
        return Board(drawn, style)

    def signed(self, value: float) -> str:
        """The line colour of a signed value: blue below 0, red above."""
        return ink_line(NEGATIVE if value < 0 else POSITIVE, self.style)

    def wire(self, points: list[Point], value: float | None, colour: str = "", head: bool = True) -> None:
        """A line through `points`, its width by |value|; None is a plain thin wire without a number."""
        hue = colour or (self.style.tokens.quiet if value is None else self.signed(value))
        width = 1.2 if value is None else THIN + (THICK - THIN) * min(abs(value), 1.0)
        path = " L ".join(f"{x:g} {y:g}" for x, y in points)
        self.drawn.add_shape(type="path", path=f"M {path}", line={"color": hue, "width": width}, layer="below")
        if head:
            self._head(points[-2], points[-1], hue)

    def _head(self, before: Point, end: Point, hue: str) -> None:
        """A fixed-size arrowhead: the width of the wire tells the value, the head only the direction."""
        (x0, y0), (x1, y1) = before, end
        far = max(abs(x1 - x0), abs(y1 - y0))
        self.drawn.add_annotation(
            x=x1, y=y1, ax=x1 - (x1 - x0) / far * 2.5, ay=y1 - (y1 - y0) / far * 2.5, xref="x", yref="y", axref="x",
            ayref="y", text="", showarrow=True, arrowhead=2, arrowsize=1, arrowwidth=1.8, arrowcolor=hue,
        )  # fmt: skip

    def box(self, at: Point, text: str, fill: str, half: float = 6.0) -> None:
        """A gate: its colour is how far it is open, its text what it is and its value."""
        x, y = at
        self.drawn.add_shape(
            type="rect", x0=x - half, x1=x + half, y0=y - 4.5, y1=y + 4.5, fillcolor=fill,
            line={"color": self.style.tokens.quiet, "width": 1},
        )  # fmt: skip
        self.label(at, text, colour=ink_on(fill))

    def node(self, at: Point, sign: str) -> None:
        """An operation, element by element: × or +."""
        self.drawn.add_annotation(
            x=at[0], y=at[1], text=sign, showarrow=False, font={"size": 15, "color": self.style.tokens.text},
            bgcolor=self.style.tokens.background, bordercolor=self.style.tokens.text, borderwidth=1, borderpad=1,
            width=16,
        )  # fmt: skip

    def label(self, at: Point, text: str, anchor: str = "center", colour: str = "") -> None:
        """Text at a place; `anchor` says which side of it stands there: left, center or right."""
        self.drawn.add_annotation(
            x=at[0], y=at[1], text=text, showarrow=False, xanchor=anchor, align=anchor,
            font={"size": 11 if self.style.narrow else 13, "color": colour or self.style.tokens.text},
        )  # fmt: skip

"""A drawing board for diagrams: wires as thick as the number they carry, boxes and labels, as Plotly shapes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from plotly.graph_objs import Figure

from core.charts.style import CLEAR, Style, figure
from core.charts.tokens import DARK, NEGATIVE, POSITIVE, contrast, ink_on, mix

WIDTH, HEIGHT = 100.0, 56.0  # the board's own units
THIN, THICK = 1.0, 7.0  # pixels of a wire that carries 0, and 1 or more
HEAD = 9  # pixels of an arrowhead's shaft
Point = tuple[float, float]
Mark = dict[str, Any]


def ink_line(hue: str, style: Style) -> str:
    """`hue` as a line on this page: lightened on the dark one until it reaches 3:1."""
    share = 0.0
    while style.tokens is DARK and contrast(mix(hue, "#FFFFFF", share), style.tokens.background) < 4:
        share += 0.05
    return mix(hue, "#FFFFFF", share)


@dataclass(frozen=True)
class Board:
    """Marks are collected and drawn at once; places are in 0..100 across and 0..56 up."""

    style: Style
    blank_page: Figure
    shapes: list[Mark] = field(default_factory=list)
    annotations: list[Mark] = field(default_factory=list)

    @staticmethod
    def blank(style: Style, revision: str, height: int) -> Board:
        page = figure(style, revision, height=height, legend=False)
        page.update_layout(
            margin={"l": 0, "r": 0, "t": 0, "b": 0},
            dragmode=False,
            xaxis={"visible": False, "range": [0, WIDTH], "fixedrange": True},
            yaxis={"visible": False, "range": [0, HEIGHT], "fixedrange": True},
        )
        return Board(style, page)

    @property
    def drawn(self) -> Figure:
        """The page with every mark so far."""
        page = Figure(self.blank_page)
        page.add_scatter(x=[], y=[])  # without a trace Plotly draws no axes, and no marks on them
        page.update_layout(shapes=self.shapes, annotations=self.annotations)
        return page

    def signed(self, value: float) -> str:
        """The line colour of a signed value: blue below 0, red above."""
        return ink_line(NEGATIVE if value < 0 else POSITIVE, self.style)

    def wire(self, points: list[Point], value: float | None) -> None:
        """A line through `points` that ends in an arrow, its width by |value|; None is plain, without a number."""
        hue = self.style.tokens.quiet if value is None else self.signed(value)
        width = 1.2 if value is None else THIN + (THICK - THIN) * min(abs(value), 1.0)
        path = "M " + " L ".join(f"{x:g} {y:g}" for x, y in points)
        self.shapes.append({"type": "path", "path": path, "line": {"color": hue, "width": width}, "layer": "below"})
        self._head(points[-2], points[-1], hue)

    def _head(self, before: Point, end: Point, hue: str) -> None:
        """A fixed-size arrowhead: the width of the wire tells the value, the head only the direction.

        Its shaft is as short in pixels on every screen, so that the head neither outgrows a thin wire nor hides.
        """
        (x0, y0), (x1, y1) = before, end
        far = max(abs(x1 - x0), abs(y1 - y0))
        self.annotations.append(
            {"x": x1, "y": y1, "ax": HEAD * (x0 - x1) / far, "ay": HEAD * (y1 - y0) / far, "text": "",
             "arrowhead": 2, "arrowsize": 1.2, "arrowwidth": 2, "arrowcolor": hue, "standoff": 0}
        )  # fmt: skip

    def box(self, at: Point, text: str, fill: str, half: float = 6.0) -> None:
        """A gate: its colour is how far it is open, its text what it is and its value."""
        (x, y), line = at, {"color": self.style.tokens.quiet, "width": 1}
        corners = {"x0": x - half, "x1": x + half, "y0": y - 4.5, "y1": y + 4.5}
        self.shapes.append({"type": "rect", **corners, "fillcolor": fill, "line": line})
        self.label(at, text, colour=ink_on(fill))

    def label(self, at: Point, text: str, anchor: str = "center", colour: str = "") -> None:
        """Text at a place, clear of the wires; `anchor` says which side of it stands there: left, center or right."""
        font = {"size": 11 if self.style.narrow else 13, "color": colour or self.style.tokens.text}
        ground = CLEAR if colour else self.style.tokens.background
        self.annotations.append(
            {"x": at[0], "y": at[1], "text": text, "showarrow": False, "xanchor": anchor, "align": anchor,
             "bgcolor": ground, "font": font}
        )  # fmt: skip

"""The charts of a run that are taken away: forecast, loss, gates; each in both themes, or as a page of its own."""

from __future__ import annotations

import html
from collections.abc import Callable

import numpy as np

from core import charts
from core.charts import Chart, Style
from core.evaluation.figures import decimals
from core.export.web_page import Twofold, figure, page, styles
from core.introspect.of_run import by_window, gate_matrices, trace
from core.languages import translator
from core.run import Run
from core.sentence import N_

TITLES = {"forecast": N_("Forecast"), "loss": N_("Loss"), "gates": N_("Gates")}


def style_of(run: Run, language: str) -> Style:
    """How a reader of that language sees a run where nothing more is known of either."""
    values = run.task.values if run.task.target != "volatility" else run.task.closes
    closes = np.array([]) if values is None else values
    return Style(translate=translator(language), digits=decimals(closes))


def pictures(run: Run, style: Style) -> dict[str, Twofold]:
    """Forecast, loss and the gates behind the last prediction, by name; no loss of an untrained network."""
    pair, layer = len(run.prediction) - 1, run.experiment.model.num_layers - 1
    matrices = gate_matrices(trace(run, pair), layer)
    steps = "window" if by_window(run) else "days"
    drawing: dict[str, Callable[[Style], Chart]] = {
        "forecast": lambda look: charts.forecast(
            run.prediction, look, persistence=True, target=run.experiment.train.target
        ),
        "loss": lambda look: charts.loss(
            run.history, run.history[-1].epoch, look, persistence=run.persistence_loss["train"]
        ),
        "gates": lambda look: charts.gates(matrices, look, steps=steps),
    }
    if not run.history:
        del drawing["loss"]
    return {name: twofold(name, draw, style) for name, draw in drawing.items()}


def twofold(name: str, draw: Callable[[Style], Chart], style: Style) -> Twofold:
    """One chart in both themes."""
    light, dark = styles(style)
    return Twofold(name, draw(light), draw(dark))


def pages(run: Run, language: str, style: Style) -> dict[str, bytes]:
    """Each picture as a page that finds Plotly's JavaScript beside it, by name."""
    told = {}
    for name, chart in pictures(run, style).items():
        title = f"{style.translate(TITLES[name])} · {run.experiment.data.ticker}"
        body = f"<h1>{html.escape(title)}</h1>\n{figure(chart)}"
        told[name] = page(title, language, body, [chart], whole=False)
    return told

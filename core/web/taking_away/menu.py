"""One quiet menu on the lab's pages: the shown run as files, each made when its button is pressed; a file to open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.util import find_spec

import pandas as pd
import streamlit as st

from core.charts import Style
from core.evaluation.tries import Try
from core.export import file_stem
from core.languages import translator
from core.run import Run
from core.web import session, widgets
from core.web.current import Current
from core.web.taking_away import opening
from core.web.text import _, language


@dataclass(frozen=True)
class Parcel:
    """What the files are made of. They are made in a thread that knows no visitor, so all is said here.

    Attributes:
        bars: the prices the run was trained on, where they are at hand.
        style: how the visitor sees prices, its `translate` being one that asks no session.
        looked_at: what the visitor has seen, for the count of tries.
    """

    run: Run
    bars: pd.DataFrame | None
    language: str
    style: Style
    looked_at: tuple[Try, ...]

    def zip(self) -> bytes:
        from core.export.archive import pack

        return pack(self.run, self.bars, self.language, self.style)

    def report(self) -> bytes:
        from core.export.report import Judged, report_html

        judged = Judged.of(self.run, self.looked_at)
        return report_html(self.run, self.language, judged, self.style)

    def notebook(self) -> bytes:
        from core.export.notebook import notebook

        return notebook(self.run, self.style.translate)

    def onnx(self) -> bytes:
        from core.export.onnx_graph import graph

        return graph(self.run)


def menu(current: Current, style: Callable[[Run], Style]) -> None:
    """The menu; what is to be taken away only where there is a finished run.

    Args:
        style: how this visitor sees a run's charts.
    """
    widgets.lead_on()
    with st.popover(_("Take away"), icon=":material/download:", key="take_away", type="tertiary"):
        if current.run is not None and current.run.metrics:
            _files(current.run, current.run_bars, style(current.run))
        opening.uploader()


def _files(run: Run, bars: pd.DataFrame | None, style: Style) -> None:
    spoken = language()
    parcel = Parcel(run, bars, spoken, replace(style, translate=translator(spoken)), session.LOOKED_AT.get())
    stem = file_stem(run)
    _file(_("Everything (zip)"), parcel.zip, f"{stem}.zip", "application/zip",
          _("Settings, prices, predictions, weights, film and charts; opens again here and from Python."))  # fmt: skip
    _file(_("Report (HTML)"), parcel.report, f"{stem}.html", "text/html",
          _("Verdict, scores and charts that still hover; opens without a network."))  # fmt: skip
    _file(_("Notebook"), parcel.notebook, f"{stem}.ipynb", "application/x-ipynb+json",
          _("Trains this run again from Python, step by step."))  # fmt: skip
    if find_spec("onnx"):
        _file(_("Network (ONNX)"), parcel.onnx, f"{stem}.onnx", "application/octet-stream",
              _("The trained network for other runtimes; scaled values in and out."))  # fmt: skip


def _file(label: str, make: Callable[[], bytes], name: str, kind: str, help: str) -> None:
    key = f"take_{name.rpartition('.')[2]}"
    widgets.download(label, make, name, kind, key=key, help=help, width="stretch")

"""The published table beside "same as yesterday" and the runs of this visit."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pandas as pd
import streamlit as st

from core import charts
from core.charts import Row, Style
from core.evaluation.published import PUBLISHED, QUERY, comparable, on_published_window
from core.evaluation.seeds import ManySeeds
from core.jobs.tasks import SeedSweep
from core.run import Run
from core.web import another_source, inputs, job_panel, luck, page, readings, session, wording
from core.web.current import Current
from core.web.forecast import trials
from core.web.job_panel import Wanted
from core.web.labels import option_label
from core.web.text import _
from core.words import measured

MOST = 6


@dataclass(frozen=True)
class Entry:
    """One line of the comparison; `kind` as charts.Row's."""

    name: str
    kind: str
    mae: float
    rmse: float
    r2: float
    spans: dict[str, tuple[float, float]] = field(default_factory=dict)  # measure -> lowest and highest of its seeds


def show(current: Current, style: Style) -> None:
    """The comparison where the run can stand in it, else how to get there."""
    if not current.settled and _asked(current):
        st.caption(_("This view fills as soon as the training is done."))
        return
    if not stands_beside(current):
        _lead_there(current)
        return
    assert current.run is not None
    found = entries(current.run) + _sweep(current)
    st.markdown(line(current.run))
    measure = st.segmented_control(
        _("Measure"), ["RMSE", "MAE"], key="published_measure", default="RMSE", required=True,
        label_visibility="collapsed",
    )  # fmt: skip
    page.draw(
        charts.published(rows(found, measure or "RMSE"), replace(style, unit=_("points")), measure=measure or "RMSE"),
        "published",
    )
    wording.table(table(found), hide_index=True)
    st.caption(_source())


def _sweep(current: Current) -> list[Entry]:
    """The median over the seeds the visitor has tried with the same dials, and how far they reach."""
    task = SeedSweep(experiment=current.experiment, seeds=trials.seeds_asked())
    found: ManySeeds | None = job_panel.found_before(Wanted("seeds", task, current.bars))
    if found is None or not {"mae", "rmse", "r2"} <= found.spreads.keys():
        return []
    name = _("median of {count} seeds").format(count=len(found.seeds))
    mae, rmse, r2 = (found.spreads[measure] for measure in ("mae", "rmse", "r2"))
    return [
        Entry(
            name,
            "ours",
            mae.median,
            rmse.median,
            r2.median,
            {"mae": (mae.low, mae.high), "rmse": (rmse.low, rmse.high)},
        )
    ]


def _lead_there(current: Current) -> None:
    st.markdown(
        _(
            "A published comparison of networks on the Shanghai Composite, 1991-07-01 to 2020-08-31, the last 500 days "
            "as the test, can stand here beside your own runs. It needs those prices, that split, and a target in "
            "index points."
        )
    )
    if _asked(current):
        if current.fetch.bars is None:
            return  # the page's head says why there are none, or that they are coming
        st.warning(
            _(
                "These prices run from {first} to {last} and do not cover the table's days; choose another source."
            ).format(first=current.fetch.bars.index[0].date(), last=current.fetch.bars.index[-1].date())
        )
        with st.container(horizontal=True):
            another_source.buttons(current.experiment.data, "published")
        return
    st.button(
        _("Set ticker, dates and split to the table's"), key="take_window", type="primary",
        on_click=take_window, args=(current,),
    )  # fmt: skip


def _source() -> str:
    return _(
        "Lu, Li, Li, Sun and Wang 2020, “A CNN-LSTM-Based Model to Forecast Stock Prices”, Complexity, article "
        "6622927, Table 3. Change model or training in the sidebar, and each run joins the comparison."
    )


def _asked(current: Current) -> bool:
    """Whether the dials ask for the table's ticker, days, split and unit."""
    return comparable(current.experiment) and current.experiment.train.target != "volatility"


def stands_beside(current: Current) -> bool:
    """Whether the shown run is of the table's days, split and unit."""
    if current.run is None or current.bars is None or not current.settled:
        return False
    return _asked(current) and (current.bars.index[0].date(), current.bars.index[-1].date()) == (QUERY.start, QUERY.end)


def take_window(current: Current) -> None:
    """Set ticker, dates and split to the table's, as a button's callback; a range cannot stand in a table of prices."""
    asked = on_published_window(current.experiment)
    if asked.data.source == "sample" or (
        asked.data.source == "upload" and current.experiment.data.ticker != QUERY.ticker
    ):
        asked = asked.replace(data=asked.data.replace(source="auto"))
    if asked.train.target == "volatility":
        asked = asked.replace(train=asked.train.replace(target="return"))
    inputs.fill(asked)


def entries(run: Run) -> list[Entry]:
    """The published rows, "same as yesterday", and this visit's runs, the newest last; keeps `run` for later."""
    ours: dict[str, Entry] = session.PUBLISHED.get()
    scores = run.metrics["test"]
    if scores.mae is not None and scores.rmse is not None and scores.r2 is not None:
        ours = {key: entry for key, entry in ours.items() if key != run.key}
        ours[run.key] = Entry(
            _label(run, [entry.name for entry in ours.values()]), "ours", scores.mae, scores.rmse, scores.r2
        )
        session.PUBLISHED.put(dict(list(ours.items())[-MOST:]))
    same = run.baselines["persistence"]["test"]
    known = [Entry(row.model, "published", row.mae, row.rmse, row.r2) for row in PUBLISHED]
    if same.mae is not None and same.rmse is not None and same.r2 is not None:
        known.append(Entry(_("same as yesterday"), "baseline", same.mae, same.rmse, same.r2))
    return known + list(session.PUBLISHED.get().values())


def rows(found: list[Entry], measure: str) -> list[Row]:
    """The chart's rows by "RMSE" or "MAE"."""
    return [
        Row(entry.name, getattr(entry, name), entry.kind, *entry.spans.get(name, (None, None)))
        for entry in found
        for name in [measure.lower()]
    ]


def table(found: list[Entry]) -> pd.DataFrame:
    """Best RMSE first."""
    return pd.DataFrame(
        {
            _("model"): entry.name,
            "MAE": f"{entry.mae:.3f}",
            "RMSE": f"{entry.rmse:.3f}",
            "R²": f"{entry.r2:.4f}",
            _("origin"): {"published": _("published"), "baseline": _("baseline"), "ours": _("trained here")}[
                entry.kind
            ],
        }
        for entry in sorted(found, key=lambda entry: entry.rmse)
    )


def line(run: Run) -> str:
    """Both halves of the sentence: how many published rows the run beats, and how it stands to no model at all."""
    own, same = run.metrics["test"].rmse, run.baselines["persistence"]["test"].rmse
    if own is None or same is None:
        return _("This run has no test error to set beside the table.")
    beaten = sum(own < row.rmse for row in PUBLISHED)
    told = {
        "better": _(
            "This run's test RMSE of {own} is below {beaten} of the {count} published ones, and below “same as "
            "yesterday”, which needs no model: {same}."
        ),
        "worse": _(
            "This run's test RMSE of {own} is below {beaten} of the {count} published ones, but “same as yesterday”, "
            "which needs no model, has {same}."
        ),
    }.get(
        luck.verdict(run, readings.report(run)).kind,
        _(
            "This run's test RMSE of {own} is below {beaten} of the {count} published ones, and no different from "
            "“same as yesterday”, which needs no model: {same}."
        ),
    )
    return told.format(own=measured("rmse", own), beaten=beaten, count=len(PUBLISHED), same=measured("rmse", same))


def _label(run: Run, taken: list[str]) -> str:
    """What the run is in a few words; a run that differs in some other dial gets a number."""
    model, train = run.experiment.model, run.experiment.train
    name = _("{cell} {layers} × {units} on {target}, seed {seed}").format(
        cell=option_label(model.cell),
        layers=model.num_layers,
        units=model.hidden_size,
        target=option_label(train.target),
        seed=train.seed,
    )
    return next(each for n in range(1, MOST + 2) if (each := name if n == 1 else f"{name} ({n})") not in taken)

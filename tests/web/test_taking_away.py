"""The menu of files, and what was taken away opened again: dials, prices, a kept run, or a sentence."""

from __future__ import annotations

import io
import json
import zipfile

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest
from web_app import QUICK, Open, said, settle

from core.config import PRESETS, DataQuery
from core.digest import bars_digest
from core.experiment import run_experiment
from core.export import archive, configuration_json
from core.film import FilmedRun
from core.pins import to_file

SMALL = {"window": "4", "hidden": "2", "layers": "1", **QUICK}
UPLOADER = "taken_away"


@pytest.fixture(scope="module")
def bars(sample_bars: pd.DataFrame) -> pd.DataFrame:
    return sample_bars.iloc[:160].copy()


@pytest.fixture(scope="module")
def run(bars: pd.DataFrame) -> FilmedRun:
    base = PRESETS["article"]
    experiment = base.replace(
        data=DataQuery(ticker="MINE", source="upload", start=None),
        model=base.model.replace(hidden_size=3, window=5, num_layers=1),
        train=base.train.replace(epochs=2, seed=7),
    )
    return run_experiment(experiment, bars)


def opened(app: AppTest, name: str, content: bytes) -> AppTest:
    app.file_uploader(key=UPLOADER).set_value((name, content, "application/octet-stream")).run()
    return settle(app)


def kinds(app: AppTest) -> list[str]:
    return [button.proto.id.rpartition("-")[2] for button in app.get("download_button")]


@pytest.mark.parametrize("page", ["overview", "market", "training", "forecast", "gates", "gradients", "compare"])
def test_every_page_of_the_lab_offers_the_files(open_app: Open, page: str) -> None:
    app = settle(open_app(f"lab/{page}.py", **SMALL))
    assert not app.exception, app.exception[0].stack_trace
    assert {"take_zip", "take_html", "take_ipynb"} <= set(kinds(app))
    assert app.file_uploader(key=UPLOADER).label == "Open what was taken away"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_zip_brings_dials_prices_and_its_run(
    open_app: Open, run: FilmedRun, bars: pd.DataFrame, language: str
) -> None:
    app = settle(open_app("lab/forecast.py", **SMALL, lang=language))
    app = opened(app, "run.zip", archive.pack(run, bars))
    assert not app.exception, app.exception[0].stack_trace
    experiment = app.session_state["_visit"]["_base"]
    assert experiment == run.experiment
    assert bars_digest(app.session_state["_visit"]["_upload"][1]) == bars_digest(bars)
    (pin,) = app.session_state["_visit"]["_pins"]
    kept = app.session_state["_visit"]["_pinned_runs"][pin.key]
    pd.testing.assert_frame_equal(kept.prediction, run.prediction)
    shown = app.session_state["_visit"]["_done_training"].result  # trained anew here from the zip
    pd.testing.assert_frame_equal(shown.prediction, run.prediction)
    assert kept.key != run.key  # a stranger's run never takes the place of one that was trained here
    assert any(f"MINE-{run.key[:8]}" in str(each.value) for each in app.success)
    assert pin.name == f"MINE-{run.key[:8]}"
    assert pin.name in said(app.switch_page("lab/compare.py").run())


def test_the_same_zip_twice_is_kept_once(open_app: Open, run: FilmedRun, bars: pd.DataFrame) -> None:
    app = settle(open_app("lab/forecast.py", **SMALL))
    for _ in range(2):
        app = opened(app, "run.zip", archive.pack(run, bars))
    assert len(app.session_state["_visit"]["_pins"]) == 1


def test_a_configuration_sets_the_dials(open_app: Open, run: FilmedRun) -> None:
    app = settle(open_app("lab/training.py", **SMALL))
    other = run.experiment.replace(data=DataQuery(source="sample"))
    told = json.loads(configuration_json(run))
    told["experiment"]["data"] = {"ticker": "AAPL", "source": "sample", "start": "2019-01-01", "end": None}
    app = opened(app, "run.json", json.dumps(told).encode())
    assert app.session_state["_visit"]["_base"] == other
    assert app.session_state["hidden"] == 3


def test_a_file_of_kept_runs_leads_on(open_app: Open) -> None:
    app = settle(open_app("lab/training.py", **SMALL))
    app = opened(
        app, "runs.json", to_file("compare", {"hidden": "5", **{k: v for k, v in SMALL.items() if k != "hidden"}})
    )
    assert app.session_state["hidden"] == 5
    assert app.title[0].value == "Compare"


def _with(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as out:
        for name, content in files.items():
            out.writestr(name, content)
    return made.getvalue()


BAD = {
    "no run.zip": _with({"a.csv": b""}),
    "path.zip": _with({"../a": b"", "run.gatescope": b""}),
    "cut.zip": b"PK\x03\x04",
    "pickle.json": b"\x80\x04cos\nsystem\n",
    "list.json": b"[]",
    "deep.json": b"[" * 60_000,
    "long.json": b"{" + b" " * 100_000 + b"}",
    "dial.json": b'{"experiment": {"model": {"window": 1000000}}}',
    "unknown.json": b'{"experiment": {"model": {"wondow": 10}}}',
    "part.json": b'{"experiment": {"secrets": {}}}',
    "type.json": b'{"experiment": {"model": {"window": [1]}}}',
    "huge.json": b'{"experiment": {"train": {"seed": 1' + b"0" * 4000 + b"}}}",
    "ticker.json": b'{"experiment": {"data": {"ticker": "<script>"}}}',
    "address.json": b'{"gatescope": "address", "version": 1}',
}  # fmt: skip


def test_anything_else_gets_a_sentence_and_changes_nothing(open_app: Open) -> None:
    app = settle(open_app("lab/training.py", **SMALL))
    before = app.session_state["_visit"]["_base"]
    for name, content in BAD.items():
        app = opened(app, name, content)
        assert not app.exception, (name, app.exception[0].stack_trace)
        assert len(app.error) == 1, name
        assert app.session_state["_visit"]["_base"] == before, name
        assert not app.success

"""Dials, links and files: what is asked for is what runs, and what is wrong is a sentence on an intact page."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest
from web_app import QUICK, Open, charts, read, said, settle

BAD_LINKS = [
    ({"hidden": "abc"}, "hidden_size is abc, which is not a number; allowed is 1 to 256."),
    ({"hidden": "99999"}, "hidden_size is 99999, but allowed is 1 to 256."),
    ({"lr": "nan"}, "learning_rate is nan, which is not a number"),
    ({"preset": "nope"}, "preset is nope, but must be one of: article, corrected, returns, volatility."),
    ({"ticker": "A" * 5000}, "a ticker has 1 to 24 letters"),
    ({"start": "2024-01-01", "end": "2020-01-01"}, "lies after end"),
    ({"start": "soon"}, "start is soon, which is not a date"),
    ({"batch": "3"}, "batch_size is 3, but allowed is 8 to 4096."),
    ({"seed": "1.5"}, "seed is 1.5, but must be a whole number"),
]


@pytest.mark.parametrize(
    ("parameters", "sentence"), BAD_LINKS, ids=lambda value: "-".join(value)[:20] if isinstance(value, dict) else ""
)
def test_a_bad_link_is_a_sentence_and_the_page_is_there(
    open_app: Open, parameters: dict[str, str], sentence: str
) -> None:
    app = settle(open_app("lab/market.py", **QUICK, **parameters))
    assert not app.exception
    assert sentence in read(app)
    assert all(len(warning.value) < 300 for warning in app.warning)
    assert charts(app)


def test_a_link_restores_every_dial(open_app: Open) -> None:
    dials = {
        "preset": "returns",
        "window": "7",
        "hidden": "3",
        "layers": "1",
        "cell": "gru",
        "epochs": "2",
        "lr": "0.02",
        "batch": "100",
        "split": "2023-01-03",
        "seed": "42",
        "start": "2020-01-01",
        "end": "2024-06-28",
    }
    app = settle(open_app("lab/training.py", **dials))
    assert not app.exception
    run = app.session_state["_visit"]["_done_training"].result
    model, train, data = run.experiment.model, run.experiment.train, run.experiment.data
    assert (model.window, model.hidden_size, model.num_layers, model.cell) == (7, 3, 1, "gru")
    assert (train.target, train.epochs, train.learning_rate, train.batch_size) == ("return", 2, 0.02, 100)
    assert (train.seed, train.test_start, train.schedule) == (42, date(2023, 1, 3), "onecycle")
    assert (data.start, data.end) == (date(2020, 1, 1), date(2024, 6, 28))
    assert {name: "".join(app.query_params[name]) for name in dials} == dials


def test_a_preset_sets_its_dials_and_a_moved_dial_makes_it_custom(open_app: Open) -> None:
    app = settle(open_app("lab/market.py", **QUICK))
    app.selectbox(key="preset").select("volatility").run()
    assert (app.slider(key="window").value, app.slider(key="hidden").value, app.slider(key="layers").value) == (
        22,
        16,
        1,
    )
    assert app.selectbox(key="target").value == "volatility"
    app.slider(key="window").set_value(23).run()
    assert app.selectbox(key="preset").value == "custom"
    assert "custom (from volatility)" in app.selectbox(key="preset").options
    app.slider(key="window").set_value(22).run()
    assert app.selectbox(key="preset").value == "volatility"


def test_a_code_of_two_securities_is_settled_by_asking(open_app: Open) -> None:
    app = settle(open_app("lab/market.py", ticker="000001", **QUICK))
    assert any("000001.SH" in warning.value and "000001.SZ" in warning.value for warning in app.warning)
    labels = {button.key: button.label for button in app.button if str(button.key).startswith("choose_")}
    assert labels.keys() == {"choose_000001.SH", "choose_000001.SZ"}
    assert "Ping An Bank" in labels["choose_000001.SZ"]
    app.selectbox(key="source").select("sample")
    app.button(key="choose_000001.SZ").click().run()
    assert app.session_state["_visit"]["_base"].data.ticker == "000001.SZ"
    assert not app.warning


CLOSES = "date,close\n" + "\n".join(f"{day:%Y-%m-%d},{100 + k % 7}" for k, day in enumerate(
    date.fromordinal(date(2022, 1, 3).toordinal() + n) for n in range(200)))  # fmt: skip


def zipped(*names: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name in names:
            archive.writestr(name, CLOSES)
    return held.getvalue()


BAD_FILES = {
    "text": b"Dear Sir or Madam,\nplease find my prices elsewhere.\n",
    "empty": b"",
    "one row": b"date,close\n2024-01-02,10\n",
    "zip of two": zipped("one.csv", "two.csv"),
    "nan": (CLOSES + "\n2023-01-02,nan").encode(),
    "negative": (CLOSES + "\n2023-01-02,-5").encode(),
    "duplicates": (CLOSES + "\n2022-01-05,999").encode(),
}


@pytest.mark.parametrize("name", BAD_FILES)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_bad_file_is_a_sentence_and_the_page_stays(open_app: Open, name: str, language: str) -> None:
    app = settle(open_app("lab/market.py", lang=language, **QUICK))
    before = charts(app)[0].proto.spec
    app.file_uploader(key="own_prices").set_value(("prices.csv", BAD_FILES[name], "text/csv")).run()
    assert not app.exception
    assert len(app.error) == 1
    assert "Traceback" not in app.error[0].value
    assert ("。" in app.error[0].value) == (language == "zh")
    assert charts(app)[0].proto.spec == before


def test_an_own_file_is_trained_on(open_app: Open) -> None:
    app = settle(open_app("lab/market.py", **QUICK))
    newest_first = "\n".join([CLOSES.splitlines()[0], *reversed(CLOSES.splitlines()[1:])])
    app.file_uploader(key="own_prices").set_value(("my prices.csv", newest_first.encode(), "text/csv")).run()
    app = settle(app)
    assert not app.error
    assert "my_prices" in read(app)
    assert "200 closes, 2022-01-03 to 2022-07-21" in said(app)
    assert app.session_state["_visit"]["_done_training"].result.experiment.data.source == "upload"


def test_the_first_run_speaks_the_language_of_the_address(open_app: Open) -> None:
    app = open_app("lab/market.py", **QUICK, lang="zh")
    assert app.title[0].value == "行情"
    assert app.selectbox(key="adjust").options == ["不复权", "前复权", "后复权"]

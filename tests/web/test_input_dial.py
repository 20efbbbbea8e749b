"""What the network reads: chosen in the sidebar, kept in the link, refused in a sentence before any training."""

from __future__ import annotations

import pytest
from web_app import QUICK, Open, charts, read, said, settle

from core.run import Run


def _run(app: object) -> Run:
    state = app.session_state  # type: ignore[attr-defined]
    held = state["_visit"] if "_visit" in state else state  # noqa: SIM401
    return held["_done_training"].result  # type: ignore[no-any-return]


def _put_back(app: object, name: str) -> str:
    return "".join(app.query_params[name])  # type: ignore[attr-defined]


def test_inputs_chosen_are_read_and_in_the_link(open_app: Open) -> None:
    app = settle(open_app("lab/training.py", **QUICK))
    assert app.multiselect(key="inputs").value == []
    app = settle(app.multiselect(key="inputs").set_value(["volume", "rsi"]).run())
    assert not app.exception
    assert _run(app).experiment.reads == ("close", "volume", "rsi")
    assert _put_back(app, "inputs") == "volume,rsi"
    assert app.selectbox(key="preset").value == "custom"
    app = settle(app.multiselect(key="inputs").set_value([]).run())
    assert "inputs" not in app.query_params
    assert _run(app).experiment.model.inputs == ()


def test_the_targets_own_series_leaves_the_box(open_app: Open) -> None:
    app = settle(open_app("lab/market.py", inputs="return,volume", **QUICK))
    assert app.multiselect(key="inputs").value == ["return", "volume"]
    app = settle(app.selectbox(key="target").select("return").run())
    assert not app.exception
    assert app.multiselect(key="inputs").value == ["volume"]
    assert "log return" not in app.multiselect(key="inputs").options


def test_labels_of_both_languages_and_typed_words_are_understood(open_app: Open) -> None:
    app = settle(open_app("lab/market.py", lang="zh", inputs="volume", **QUICK))
    assert app.multiselect(key="inputs").label == "输入变量"
    app.session_state["inputs"] = ["volume against its mean", "RSI"]  # a browser still in the language just left
    app = settle(app.run())
    assert app.multiselect(key="inputs").value == ["volume", "rsi"]
    app.session_state["inputs"] = ["volume", "no such thing"]
    app = settle(app.run())
    assert app.multiselect(key="inputs").value == ["volume", "rsi"]
    assert any("既不是输入变量，也不是证券代码" in warning.value for warning in app.warning)


def test_more_inputs_than_a_network_reads_are_a_sentence(open_app: Open) -> None:
    many = "return,range,gap,volume,average5,average20,average60,rsi,macd,atr,weekday"
    app = settle(open_app("lab/market.py", inputs=many, **QUICK))
    assert not app.exception
    assert any("at most 12" in warning.value for warning in app.warning)
    assert app.multiselect(key="inputs").value == []


@pytest.mark.parametrize(("language", "sentence"), [("en", "is computed from amount"), ("zh", "成交额")])
def test_an_input_that_cannot_be_is_said_before_training_and_can_be_left_out(
    open_app: Open, language: str, sentence: str
) -> None:
    app = open_app("lab/market.py", inputs="volume,amount", lang=language, **QUICK)
    assert not app.exception
    assert sentence in read(app)
    assert not any(str(button.key) == "training_cancel" for button in app.button)
    assert charts(app)  # the prices are there
    app = settle(app.button(key="strip_leave_out").click().run())
    assert not app.error
    assert _run(app).experiment.model.inputs == ("volume",)


DATED = "date,close,Northbound flow\n" + "\n".join(
    f"2023-{1 + n // 28:02}-{1 + n % 28:02},{100 + n % 7},{n % 11}" for n in range(200)
)


def test_columns_of_an_own_file_are_offered_and_read(open_app: Open) -> None:
    app = settle(open_app("lab/market.py", **QUICK))
    app.file_uploader(key="own_prices").set_value(("flows.csv", DATED.encode(), "text/csv")).run()
    app = settle(app)
    assert "Northbound flow" in app.multiselect(key="inputs").options
    app = settle(app.multiselect(key="inputs").set_value(["column:Northbound flow"]).run())
    assert not app.error
    assert _run(app).experiment.reads == ("close", "column:Northbound flow")


def test_the_own_file_beside_another_ticker_says_which_day_counts(open_app: Open) -> None:
    app = settle(open_app("lab/market.py", **QUICK))
    app.file_uploader(key="own_prices").set_value(("flows.csv", DATED.encode(), "text/csv")).run()
    app.selectbox(key="ticker").select("AAPL").run()
    app = settle(app.multiselect(key="inputs").set_value(["other:upload:flows"]).run())
    assert any("choose an earlier end" in error.value for error in app.error)
    app.date_input(key="start").set_value("2023-02-01")
    app = settle(app.date_input(key="end").set_value("2023-08-03").run())
    assert not app.error
    assert "flows closes later on the same day, so its return counts a day later" in said(app)
    assert _run(app).experiment.reads == ("close", "other:upload:flows")

"""What pages show of a network with several inputs."""

from __future__ import annotations

import pytest
from web_app import QUICK, Open, charts, finish, said, settle, show

from benchmarks.made import told_by_volume

SMALL = {"hidden": "2", "layers": "1", **QUICK}
READ = {"inputs": "return,volume,range", **QUICK}


def test_gates_say_what_opens_them(open_app: Open) -> None:
    app = settle(open_app("lab/gates.py", **READ))
    assert "each input’s part of it" in said(app)  # below the equations
    app.session_state["gate_view"] = "drives"
    app.run()
    assert not app.exception
    assert "Of the inputs" in said(app)
    assert "By gate, with its weight in that:" in said(app)
    assert "volume against its mean" in charts(app)[0].proto.spec
    app.session_state["gate_view"] = "series"
    app = settle(app.run())
    rows = charts(app)[-1].proto.spec
    assert "volume against its mean" in rows
    assert "log return" not in rows  # the return has a row of its own


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("shuffled", [False, True])
def test_the_sentence_names_the_input_that_tells_the_next_day(open_app: Open, shuffled: bool, language: str) -> None:
    """An own file in which today's volume tells the next return; its volumes in another order tell nothing."""
    csv = told_by_volume(3, shuffled=shuffled).to_csv().encode()
    app = open_app("lab/gates.py", preset="returns", inputs="volume", seed="3", lang=language)
    app.file_uploader(key="own_prices").set_value(("made.csv", csv, "text/csv")).run()
    app.session_state["gate_view"] = "drives"
    app = settle(app.run())
    told = next(text.value for text in app.markdown if "By gate" in text.value or "逐门来看" in text.value)
    first = told.split(". ")[0].split("。")[0]
    assert ({"en": "volume", "zh": "成交量"}[language] in first) == (not shuffled)


def test_a_network_of_one_input_names_what_moves_its_gates(open_app: Open) -> None:
    app = settle(open_app("lab/gates.py", hidden="3", layers="2", **QUICK))
    app.session_state["gate_view"] = "drives"
    app = settle(app.run())
    assert "What moves the gates most is" in said(app)
    app.session_state["gate_layer"] = 2
    app = settle(app.run())
    assert not app.exception
    assert "layer below" in said(app)


def test_an_answer_is_shown_by_input_where_there_are_several(open_app: Open) -> None:
    app = settle(open_app("lab/gradients.py", **READ))
    assert not app.exception
    assert "The prediction answers most to" in said(app)
    app = settle(app.multiselect(key="inputs").set_value([]).run())
    assert not app.exception
    assert "answers most to" not in said(app)


def test_whether_inputs_help_is_asked_at_a_press_and_of_none_not_at_all(open_app: Open) -> None:
    app = show(settle(open_app("lab/forecast.py", **SMALL)), "ablation")
    assert "reads one input only" in said(app)
    app = settle(app.multiselect(key="inputs").set_value(["volume"]).run())
    app = finish(show(app, "ablation", ablation_seeds=2))
    assert not app.exception
    assert not app.error
    assert "2 seeds and" in said(app)
    assert any("RMSE without it" in str(table.value.columns) for table in app.table)
    assert app.query_params["ablated"] in ("2", ["2"])

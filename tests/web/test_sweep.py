"""Many questions at once: what the page says of a plan is what the runs say, each asked for by itself."""

from __future__ import annotations

import re
import time

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest
from web_app import Open, charts, said

from core.experiment import run_experiment
from core.whatif.sweep import VALIDATION

PAGE = "lab/sweep.py"
SMALL = {"preset": "returns", "epochs": "3", "hidden": "2", "layers": "1", "window": "4"}
PLAN = {"sweep": "all..-hidden..2..3..-seed..0..1", "about": "returns..epochs-3..hidden-2..layers-1..window-4"}


def start(app: AppTest, **texts: str) -> AppTest:
    """Fill in the plan and press its button."""
    app.session_state["plan_dials"] = list(texts)
    for name, text in texts.items():
        app.session_state[f"plan_of_{name}"] = text
    app.run()
    return app.button(key="sweep_begin").click().run()


def until_done(app: AppTest, seconds: float = 120) -> AppTest:
    """Poll as a browser would, until every run of the plan is there."""
    deadline = time.monotonic() + seconds
    while any(button.key == "sweep_cancel" for button in app.button):
        assert time.monotonic() < deadline, said(app)
        time.sleep(0.1)
        app.run()
    return app


def table(app: AppTest) -> pd.DataFrame:
    app.session_state["sweep_view"] = "table"
    return app.run().dataframe[0].value


@pytest.mark.slow
def test_each_row_is_what_its_run_says_by_itself(open_app: Open, sample_bars: pd.DataFrame) -> None:
    app = until_done(start(open_app(PAGE, **SMALL), hidden="2, 3", seed="0..1"))
    base = app.session_state["_visit"]["_sweep"].base
    rows = table(app)
    assert len(rows) == 4
    for row in rows.to_dict("records"):
        changed = base.replace(
            model=base.model.replace(hidden_size=row["Hidden size"]),
            train=base.train.replace(seed=row["Seed"], validation=VALIDATION),
        )
        run = run_experiment(changed, sample_bars)
        assert row["skill, validation part"] == pytest.approx(run.metrics["validation"].skill, abs=1e-9)
        assert f"hidden={row['Hidden size']}" in row["link"] or row["Hidden size"] == 8
    assert "skill, test part" not in rows
    assert list(rows["skill, validation part"]) == sorted(rows["skill, validation part"], reverse=True)
    assert not app.exception


@pytest.mark.slow
def test_test_scores_once_seen_count_as_tries(open_app: Open) -> None:
    app = until_done(start(open_app(PAGE, lang="zh", **SMALL), hidden="2, 3", seed="0..1"))
    assert re.search(r"难分高下：.*隐藏层大小 [23] · 随机种子 [01]", said(app).replace("\\", ""))
    app.session_state["sweep_measure"] = "test"
    rows = table(app)
    assert "预测技巧（测试段）" in rows
    assert len({each.key for each in app.session_state["_visit"]["_looked_at"]}) == 5  # and the current run's
    assert not app.exception


@pytest.mark.slow
def test_a_link_brings_plan_and_rows_to_another_visitor(open_app: Open) -> None:
    first = until_done(start(open_app(PAGE, **SMALL), hidden="2, 3", seed="0..1"))
    link = {name: value if isinstance(value, str) else value[0] for name, value in first.query_params.items()}
    assert "token" not in " ".join(link).lower()
    assert link["sweep"] == PLAN["sweep"]
    second = until_done(open_app(PAGE, **link))
    assert not [button for button in second.button if button.key == "sweep_go_on"]
    ours, theirs = (charts(app)[0].proto for app in (first, second))
    assert ours.spec == theirs.spec
    pd.testing.assert_frame_equal(table(first), table(second))
    assert not first.exception
    assert not second.exception


@pytest.mark.slow
def test_an_opened_plan_waits_for_a_word_and_goes_on_from_what_is_kept(open_app: Open) -> None:
    own = PLAN | {"about": "returns..epochs-5..hidden-2..layers-1..window-4"}  # no other test keeps any of it
    app = open_app(PAGE, **SMALL, **own)
    assert "0 of 4 runs are there" in said(app)
    assert app.multiselect(key="plan_dials").value == ["hidden", "seed"]
    app = until_done(app.button(key="sweep_go_on").click().run())
    assert len(table(app)) == 4
    more = open_app(PAGE, **SMALL, **own | {"sweep": "all..-hidden..2..3..-seed..0_1_2"})
    assert "4 of 6 runs are there" in said(more)
    assert not more.exception


@pytest.mark.slow
def test_what_is_cancelled_stays_and_goes_on(open_app: Open) -> None:
    app = start(open_app(PAGE, **SMALL | {"epochs": "40"}), hidden="2, 3, 4, 5", seed="0..9")
    while not app.session_state["_visit"]["_sweep_state"][1].read:
        time.sleep(0.1)
        app.run()
    app.button(key="sweep_cancel").click().run()
    done = int(re.search(r"(\d+) of 40 runs are there", said(app))[1])
    assert 0 < done < 40
    assert len(table(app)) > 0
    app.button(key="sweep_go_on").click().run()
    assert any(button.key == "sweep_cancel" for button in app.button)
    assert not app.exception


@pytest.mark.slow
def test_a_failed_run_is_counted_with_its_sentence(open_app: Open) -> None:
    app = until_done(start(open_app(PAGE, **SMALL), start="2019-01-01, 2024-12-29", seed="0..1"))
    assert "2 runs failed" in said(app)
    assert len(table(app)) == 2
    assert not app.exception


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    "words",
    [
        {"sweep": "all..-hidden..9999"},
        {"sweep": "all..-nosuch..1"},
        {"sweep": "x" * 20_000},
        {"sweep": "all..-hidden..1_1_256..-seed..0_1_99999"},
        {"sweep": "999999-1..-hidden..4"},
        {"sweep": "all..-ticker.._PHNjcmlwdD4"},
        {"sweep": PLAN["sweep"], "about": "corrected..hidden-9999"},
        {"sweep": PLAN["sweep"], "about": "<script>"},
    ],
)
def test_a_hostile_plan_in_the_address_gets_a_sentence(open_app: Open, words: dict[str, str], language: str) -> None:
    app = open_app(PAGE, lang=language, **SMALL, **words)
    assert app.warning
    assert app.button(key="sweep_begin")
    assert not app.exception


@pytest.mark.parametrize("text", ["abc", "4..", "1e999", "<b>4</b>", "4..100000000 by 1", "9" * 400, "", "4..8 by 0"])
def test_a_hostile_field_gets_a_sentence(open_app: Open, text: str) -> None:
    app = open_app(PAGE, **SMALL)
    app.text_input(key="plan_of_hidden").set_value(text).run()
    assert app.error
    assert not [button for button in app.button if button.key == "sweep_begin"]
    assert not app.exception


def test_what_it_costs_is_said_before_it_starts(open_app: Open) -> None:
    app = open_app(PAGE, **SMALL)
    assert "27 runs, about " in said(app)
    app.session_state["plan_way"] = "draw"
    app.session_state["plan_drawn"] = 7
    assert "7 runs, about " in said(app.run())
    app.session_state["plan_dials"] = []
    assert any("at least one dial" in error.value for error in app.run().error)


def test_a_plan_too_long_for_an_address_is_handed_on_as_a_file(open_app: Open) -> None:
    app = open_app(PAGE, **SMALL)
    app.session_state["plan_dials"] = ["lr"]
    app.session_state["plan_of_lr"] = ", ".join(f"{0.001 + 0.0000137 * n:.7f}" for n in range(200))
    app.run().button(key="sweep_begin").click().run()
    app.button(key="sweep_cancel").click().run()
    assert any("2000" in info.value for info in app.info)
    assert "sweep" not in app.query_params
    assert not app.exception

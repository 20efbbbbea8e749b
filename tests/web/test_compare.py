"""Runs side by side: kept, named, coloured, ordered, removed and brought back, restored by their links and files."""

from __future__ import annotations

import json
import time
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from web_app import QUICK, Open, charts, finish, read, said, settle

from core import service
from core.config import PRESETS, DataQuery
from core.data import load_bars
from core.digest import bars_digest
from core.jobs.tasks import SeedSweep
from core.pins import MOST, Pin, from_word, to_file, to_word
from core.web.text import as_written

SMALL = PRESETS["corrected"].replace(train=PRESETS["corrected"].train.replace(epochs=3))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_empty_says_what_to_do(open_app: Open, language: str) -> None:
    app = settle(open_app("lab/compare.py", lang=language, **QUICK))
    assert not app.exception
    assert not charts(app)
    assert {"en": "Nothing is kept yet", "zh": "还没有保留任何结果"}[language] in said(app)


def keep(app: AppTest, hidden: int) -> AppTest:
    """Train with so many units and keep the run."""
    app.slider(key="hidden").set_value(hidden).run()
    app = settle(app)
    return app.button(key="pin").click().run()


def opened(open_app: Open, count: int, **more: str) -> AppTest:
    app = settle(open_app("lab/compare.py", **{**QUICK, **more}))
    for hidden in range(2, 2 + count):
        app = keep(app, hidden)
    return app


def kept(app: AppTest) -> list[Pin]:
    return list(app.session_state["_visit"]["_pins"])


def lines(app: AppTest, view: str) -> list[dict[str, object]]:
    app.session_state["compare_view"] = view
    app.run()
    assert not app.exception
    drawn: list[dict[str, object]] = json.loads(charts(app)[0].proto.spec)["data"]
    return drawn


def looks(app: AppTest) -> dict[str, tuple[str, str]]:
    """Colour and dash of each line of the loss chart, by its name."""
    return {line["name"]: (line["line"]["color"], line["line"]["dash"]) for line in lines(app, "loss")}  # type: ignore[index, misc]


def numbers(app: AppTest) -> list[str]:
    return [name.split(".")[0] for name in app.dataframe[0].value.index]


def test_two_runs_side_by_side(open_app: Open) -> None:
    app = settle(open_app("lab/compare.py", **QUICK))
    app.button(key="pin").click().run()
    assert app.button(key="pin").disabled
    app = keep(app, 5)
    assert not app.exception
    table = app.dataframe[0].value
    assert list(table.index) == ["1. custom · Hidden size 8", "2. custom · Hidden size 5"]
    assert "Hidden size (units)" in table.columns
    assert "Window (days)" not in table.columns  # they do not differ in it
    runs = [app.session_state["_visit"]["_pinned_runs"][pin.key] for pin in kept(app)]
    for shown, run in zip(table["skill (95 % interval)"], runs, strict=True):
        assert shown.startswith(f"{run.metrics['test'].skill:+.3f} (".replace("-", "−"))
    assert "Hidden size 5" in charts(app)[0].proto.spec


def test_one_line_says_who_cannot_be_told_apart(open_app: Open) -> None:
    app = opened(open_app, 2)
    runs = [app.session_state["_visit"]["_pinned_runs"][pin.key] for pin in kept(app)]
    errors = []
    for run in runs:
        tested = run.prediction[run.prediction["part"] == "test"]
        errors.append(((tested["predicted"] - tested["actual"]) ** 2).to_numpy())
    errors.append(((tested["persistence"] - tested["actual"]) ** 2).to_numpy())
    losses = np.stack(errors, axis=1)
    apart = losses[:, [0, 1]] - losses[:, [2]]
    assert (apart.mean(axis=0) > 5 * apart.std(axis=0) / np.sqrt(len(apart))).all()  # three epochs teach them nothing
    [line] = [each.value for each in app.caption if "best" in each.value]
    assert line == "Stands alone as the best, “same as yesterday” included: Same as yesterday."


def test_every_view_draws_a_line_a_run(open_app: Open) -> None:
    app = opened(open_app, 2)
    for view in ("loss", "prediction", "error", "rolling", "forget"):
        names = {line.get("name") for line in lines(app, view)}
        assert {"1. custom · Hidden size 2", "2. custom · Hidden size 3"} <= names
        assert "".join(app.query_params["view"]) == view


def test_what_cannot_share_an_axis_is_named(open_app: Open) -> None:
    app = opened(open_app, 1)
    app.selectbox(key="cell").set_value("rnn")
    app.selectbox(key="target").set_value("volatility").run()
    app = settle(app)
    app.button(key="pin").click().run()
    assert len(lines(app, "prediction")) == 2  # what happened, and the first
    assert "left out, as they forecast" in said(app)
    assert len(lines(app, "forget")) == 1
    assert "an RNN has no gates" in said(app)


def test_a_name_is_bounded_and_shown_as_it_is(open_app: Open) -> None:
    app = opened(open_app, 1)
    wicked = "<b>[x](y)\n*bold* " + "z" * 40
    app.text_input(key="pin_name_1").set_value(wicked).run()
    [pin] = kept(app)
    assert pin.name == "<b>[x](y) *bold* zzzzzzz"
    assert list(app.dataframe[0].value.index) == [f"1. {pin.name}"]
    assert as_written(f"1. {pin.name}") in said(app)
    assert "&lt;b&gt;[x]" in str(lines(app, "loss")[0]["name"])
    app.text_input(key="pin_name_1").set_value("").run()
    assert list(app.dataframe[0].value.index) == ["1. custom"]


def test_a_colour_is_the_visitors_and_the_dash_stays(open_app: Open) -> None:
    app = opened(open_app, 2)
    before = list(looks(app).values())
    app.selectbox(key="pin_colour_2").set_value(3).run()
    after = list(looks(app).values())
    assert after[0] == before[0]
    assert after[1][0] not in (before[0][0], before[1][0])
    assert after[1][1] == before[1][1]


def test_order_removal_and_undo(open_app: Open) -> None:
    app = opened(open_app, 3)
    before = looks(app)
    app.button(key="pin_up_3").click().run()
    assert numbers(app) == ["1", "3", "2"]
    app.button(key="pin_down_1").click().run()
    assert numbers(app) == ["3", "1", "2"]
    assert app.button(key="pin_up_3").disabled
    assert app.button(key="pin_down_2").disabled
    assert looks(app) == before
    app.button(key="unpin_1").click().run()
    assert numbers(app) == ["3", "2"]
    assert looks(app) == {name: look for name, look in before.items() if not name.startswith("1.")}
    app.button(key="unpin_undo").click().run()
    assert numbers(app) == ["3", "1", "2"]
    assert looks(app) == before
    app.button(key="unpin_1").click().run()
    app = keep(app, 5)  # a new one takes a new number, not the one that fell free
    assert numbers(app) == ["3", "2", "4"]
    app = keep(app, 2)  # the removed one, kept again: its own number
    assert numbers(app) == ["3", "2", "4", "1"]


def test_undo_stands_below_the_list_and_where_it_is_empty(open_app: Open) -> None:
    app = opened(open_app, 2)
    app.button(key="unpin_2").click().run()
    keys = [str(button.key) for button in app.button]
    assert keys.index("unpin_undo") > keys.index("unpin_1"), "below the press that it takes back"
    app.button(key="unpin_1").click().run()
    assert not app.dataframe
    app.button(key="unpin_undo").click().run()
    assert numbers(app) == ["1"]


def test_a_run_without_a_name_shows_the_one_made_of_its_settings(open_app: Open) -> None:
    app = opened(open_app, 2)
    shown = [str(name).split(". ", 1)[1] for name in looks(app)]
    for number, made in enumerate(shown, 1):
        assert app.text_input(key=f"pin_name_{number}").placeholder == made
    app.text_input(key="pin_name_1").set_value("Mine").run()
    assert any("1. Mine" in name for name in looks(app))
    assert app.text_input(key="pin_name_1").placeholder == shown[0]


def pins_of(count: int) -> list[Pin]:
    """Runs never trained yet, of one epoch each."""
    train = SMALL.train.replace(epochs=1)
    return [
        Pin(SMALL.replace(train=train, model=SMALL.model.replace(hidden_size=units)), units)
        for units in range(1, count + 1)
    ]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_twelve_at_most(open_app: Open, language: str) -> None:
    word = to_word(pins_of(MOST))
    app = finish(open_app("lab/compare.py", runs=word, hidden="20", lang=language, **QUICK), 240)
    assert len(numbers(app)) == MOST
    assert app.button(key="pin").disabled
    assert {"en": "12 runs are kept, which is the most", "zh": "最多"}[language] in "".join(e.value for e in app.info)
    app.button(key="unpin_5").click().run()
    assert not app.info
    app.button(key="pin").click().run()
    assert len(kept(app)) == MOST
    assert kept(app)[-1].number == MOST + 1
    assert not any(button.key == "unpin_undo" for button in app.button)  # there is no place for it


def test_a_link_of_thirteen_says_so_and_keeps_twelve(open_app: Open) -> None:
    app = open_app("lab/compare.py", runs=to_word(pins_of(13)), **QUICK)
    assert len(kept(app)) == MOST
    assert any("These are 13 runs" in each.value for each in app.warning)


def test_a_new_session_takes_everything_from_the_address(open_app: Open) -> None:
    app = opened(open_app, 3)
    app.text_input(key="pin_name_2").set_value("宽 one").run()
    app.selectbox(key="pin_colour_3").set_value(4).run()
    app.button(key="pin_up_3").click().run()
    before, table = looks(app), app.dataframe[0].value
    word = "".join(app.query_params["runs"])
    again = settle(open_app("lab/compare.py", runs=word, **QUICK))
    assert not again.exception
    assert not again.warning
    assert kept(again) == kept(app)
    assert again.dataframe[0].value.equals(table)
    assert looks(again) == before
    assert "".join(again.query_params["runs"]) == word


def test_runs_that_are_not_trained_yet_are_trained(open_app: Open) -> None:
    digits = bars_digest(load_bars(DataQuery()))[:6]
    made = [Pin(each.experiment, each.number, "", digits) for each in pins_of(3)]
    app = finish(open_app("lab/compare.py", runs=to_word(made), **QUICK))
    assert numbers(app) == ["1", "2", "3"]
    assert not app.warning
    assert all(pin.key and pin.prices == digits for pin in kept(app))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_changed_history_is_announced(open_app: Open, language: str) -> None:
    made = [Pin(pins_of(1)[0].experiment, 1, "0123456789abcdef01234567", "abcdef")]
    app = finish(open_app("lab/compare.py", runs=to_word(made), lang=language, **QUICK))
    [told] = [each.value for each in app.warning]
    assert {"en": "The prices of AAPL have changed since", "zh": "AAPL"}[language] in told
    assert numbers(app) == ["1"]


def test_a_run_out_of_bounds_is_told_and_the_others_are_kept(open_app: Open) -> None:
    app = finish(open_app("lab/compare.py", runs="corrected..hidden-9999..corrected..epochs-1..wicked", **QUICK))
    assert not app.exception
    assert "hidden_size is 9999" in read(app)
    assert numbers(app) == ["2"]


def test_another_runs_key_in_a_link_is_not_believed(open_app: Open) -> None:
    app = opened(open_app, 1)
    [pin] = kept(app)
    forged = Pin(pins_of(1)[0].experiment, 1, pin.key, pin.prices)
    again = finish(open_app("lab/compare.py", runs=to_word([forged]), **QUICK))
    [now] = kept(again)
    assert again.session_state["_visit"]["_pinned_runs"][now.key].experiment == forged.experiment


@pytest.mark.parametrize("language", ["en", "zh"])
def test_links_of_keys_alone_are_still_read(open_app: Open, language: str) -> None:
    app = opened(open_app, 1)
    key, gone = kept(app)[0].key, "0123456789abcdef01234567"
    again = settle(open_app("lab/compare.py", pins=f"{gone},{key},*wicked*,,", lang=language, **QUICK))
    assert not again.exception
    [told] = [each.value for each in again.warning]
    assert {"en": "1 (01234567), 3", "zh": "1 (01234567)、3"}[language] in told
    assert "wicked" not in told
    assert numbers(again) == ["2"]
    assert "runs" in again.query_params
    assert "pins" not in again.query_params


def test_a_job_of_another_kind_is_not_taken_for_a_run(open_app: Open) -> None:
    app = settle(open_app("lab/compare.py", **QUICK))
    task = SeedSweep(experiment=app.session_state["_visit"]["_base"], seeds=2)
    bars = app.session_state["_visit"]["_prices"][1]
    while service.ask(task, bars, "someone").live:
        time.sleep(0.05)
    again = settle(open_app("lab/compare.py", pins=service.key_of(task, bars), **QUICK))
    assert not again.exception
    assert not kept(again)
    assert len(again.warning) == 1


def test_kept_runs_stand_although_the_prices_do_not_come(open_app: Open) -> None:
    app = opened(open_app, 1)
    again = open_app("lab/compare.py", runs=to_word(kept(app)), ticker="000001.SH", source="sample")
    assert not again.exception
    assert len(again.error) == 1
    assert numbers(again) == ["1"]
    assert again.button(key="pin").disabled


def test_a_link_restores_the_kept_run(open_app: Open) -> None:
    app = settle(open_app("lab/compare.py", preset="returns", epochs="2", seed="7", hidden="3"))
    app.button(key="pin").click().run()
    [pin] = kept(app)
    link = next(element.value for element in app.markdown if "overview?" in element.value)
    query = dict(parse_qsl(urlsplit(link.split("](")[1].rstrip(")")).query))
    again = settle(open_app("lab/market.py", **query))
    assert again.session_state["_visit"]["_done_training"].result.key == pin.key


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_set_too_long_for_an_address_becomes_a_file(open_app: Open, language: str) -> None:
    app = opened(open_app, 1)
    [first] = kept(app)
    article = PRESETS["article"].replace(train=PRESETS["article"].train.replace(seed=2**31 - 1, learning_rate=1 / 3))
    long = [Pin(article, number, first.key, "abcdef", "名" * 24, 1) for number in range(1, MOST + 1)]
    app.session_state["_visit"]["_pins"] = tuple(long)
    app.session_state["lang"] = language
    app.run()
    assert "runs" not in app.query_params
    assert "pins" in app.query_params
    assert any({"en": "do not fit into an address", "zh": "2000"}[language] in each.value for each in app.info)


def test_a_file_brings_back_what_the_address_would(open_app: Open) -> None:
    app = opened(open_app, 2)
    before = kept(app)
    content = to_file("compare", {**QUICK, "window": "12", "view": "loss", "runs": to_word(before)})
    again = settle(open_app("lab/compare.py", **QUICK))
    again.file_uploader(key="compare_file").upload("runs.json", content, "application/json").run()
    again = settle(again)
    assert not again.exception
    assert kept(again) == before
    assert again.slider(key="window").value == 12
    assert "".join(again.query_params["view"]) == "loss"
    again.file_uploader(key="compare_file").upload("other.json", b"{}", "application/json").run()
    assert any("not a file of kept runs" in each.value for each in again.error)
    assert kept(again) == before


def test_no_token_travels(open_app: Open) -> None:
    app = opened(open_app, 1)
    app.text_input(key="token_box").set_value("0123456789secret").run()
    assert app.session_state["_visit"]["_token"]
    written = json.dumps({name: list(text) for name, text in app.query_params.items()})
    assert "secret" not in written
    assert from_word("".join(app.query_params["runs"]))[0] == tuple(kept(app))

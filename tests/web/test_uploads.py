"""Own files through the uploader: read, asked about or refused; each with its own calendar, digits and jumps."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest
from web_app import QUICK, Open, charts, finish, read, said, settle, show

from core.data import provenance

FIELD = Path(__file__).parents[3] / "shared" / "field"
SMALL = {"window": "4", "hidden": "2", "layers": "1", **QUICK}
LANGUAGES = ["en", "zh"]


def given(case: str) -> tuple[str, bytes, str]:
    """The input of one case of the field."""
    if not (FIELD / case).is_dir():
        pytest.skip(f"needs {FIELD / case}, which is no part of the project")
    file = next(each for each in sorted((FIELD / case).iterdir()) if each.name != "RIGHT.txt")
    return file.name, file.read_bytes(), "text/csv"


def uploaded(open_app: Open, case: str | tuple[str, bytes, str], page: str = "market", **dials: str) -> AppTest:
    app = settle(open_app(f"lab/{page}.py", **{**SMALL, **dials}))
    file = given(case) if isinstance(case, str) else case
    app.file_uploader(key="own_prices").set_value(file).run()
    return settle(app)


def figures(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def bars(app: AppTest) -> pd.DataFrame:
    return app.session_state["_visit"]["_upload"][1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_shanghai_file_misses_no_day(open_app: Open, language: str) -> None:
    app = uploaded(open_app, "a_share_file_calendar", lang=language)
    assert not app.exception, app.exception[0].stack_trace
    assert app.selectbox(key="calendar").value == "XSHG"
    assert "510999" in said(app)  # the code is why
    name = {"en": "Missing trading days", "zh": "缺失的交易日"}[language]
    assert figures(app)[name] == "0"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_of_every_day_goes_on_on_saturday(open_app: Open, language: str) -> None:
    app = uploaded(open_app, "every_day_market", lang=language)
    assert app.selectbox(key="calendar").value == "24/7"
    assert figures(app)[{"en": "Missing days", "zh": "缺失的日期"}[language]] == "0"
    app = finish(show(app.switch_page("lab/forecast.py"), "horizon"))
    assert {"en": "Next day, 2024-04-27", "zh": "下一日 2024-04-27"}[language] in said(app)
    assert {"en": "estimates", "zh": "推算"}[language] not in said(app)


@pytest.mark.parametrize("language", LANGUAGES)
def test_weekly_bars_say_weeks(open_app: Open, language: str) -> None:
    app = uploaded(open_app, "weekly_bars", lang=language)
    assert app.selectbox(key="calendar").value == "weekly"
    assert figures(app)[{"en": "Weeks", "zh": "周数"}[language]] == "25"
    trading_day = {"en": "trading day", "zh": "交易日"}[language]
    assert not [name for name in figures(app) if trading_day in name.lower()]
    app = finish(show(app.switch_page("lab/forecast.py"), "horizon"))
    assert {"en": "Next week, 2024-04-26", "zh": "下一周 2024-04-26"}[language] in said(app)
    assert app.slider(key="horizon").label == {"en": "Weeks", "zh": "周数"}[language]
    assert "2024-05-03" in str(app.table[0].value)


def test_another_calendar_can_be_chosen_and_stays(open_app: Open) -> None:
    app = uploaded(open_app, "a_share_file_calendar")
    before = app.session_state["_visit"]["_done_training"].key
    app.selectbox(key="calendar").select("XNYS").run()
    assert figures(app)["Missing trading days"] != "0"
    assert "You chose this calendar." in said(app)
    app = finish(show(app.switch_page("lab/forecast.py"), "horizon"))
    app = settle(app.switch_page("lab/market.py").run())
    assert app.selectbox(key="calendar").value == "XNYS"
    assert app.session_state["_visit"]["_done_training"].key == before  # part of nothing else
    app.selectbox(key="calendar").select("unknown").run()
    assert not [name for name in figures(app) if "issing" in name]
    assert "price." not in "".join(caption.value for caption in app.caption)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_coin_of_a_millionth_shows_its_digits(open_app: Open, language: str) -> None:
    app = uploaded(open_app, "tiny_prices", lang=language, epochs="30")
    last = figures(app)[{"en": "Last close", "zh": "最新收盘价"}[language]]
    assert last == "4.36e-7".replace("-", "−")
    for view in ("one", "horizon"):
        app = finish(show(app.switch_page("lab/forecast.py"), view))
        assert not app.exception, app.exception[0].stack_trace
        seen = said(app) + "".join(str(table.value) for table in app.table)
        found = re.search(r".{80}(?<![\d.+])[-−]?0\.0+(?![\d%]).{30}", seen, re.S)
        assert not found, found.group()
        assert all("0.00," not in chart.proto.alt for chart in charts(app) if hasattr(chart.proto, "alt"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unadjusted_split_is_told_and_cured(open_app: Open, language: str) -> None:
    app = uploaded(open_app, "unadjusted_split", lang=language)
    assert len(app.warning) == 1
    assert "2024-03-29" in app.warning[0].value
    assert "-75 %" in app.warning[0].value
    cure = app.button(key="jump_cure_0")
    assert cure.label == {"en": "Use Adj Close", "zh": "改用 Adj Close"}[language]
    before = bars(app)["close"]
    cure.click().run()
    app = settle(app)
    assert not app.warning
    assert before.pct_change().min() < -0.7
    assert bars(app)["close"].pct_change().abs().max() < 0.1


def test_a_jump_that_decides_the_scores_is_told_beside_them(open_app: Open) -> None:
    app = uploaded(open_app, "unadjusted_split", page="forecast", split="0.5")
    assert any("2024-03-29" in warning.value and "squared error" in warning.value for warning in app.warning)
    app.button(key="jump_cure_0").click().run()
    app = settle(app)
    assert not any("2024-03-29" in warning.value for warning in app.warning)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_file_leaves_open_is_asked_and_answered(open_app: Open, language: str) -> None:
    app = uploaded(open_app, "investing_dates_ambiguous", lang=language)
    assert not app.error
    assert "03/04/2024" in app.info[0].value
    labels = [button.label for button in app.button if str(button.key).startswith("answer_dates_")]
    assert labels == {"en": ["The day comes first", "The month comes first"], "zh": ["日在前", "月在前"]}[language]
    app.button(key="answer_dates_month first").click().run()
    assert not [button for button in app.button if str(button.key).startswith("answer_")]
    assert str(bars(app).index[-1].date()) == "2024-03-04"


def two_questions() -> tuple[str, bytes, str]:
    """Every day is also a month, and every price may be thousands."""
    rows = [f"0{month}/0{day}/2024;{month}{day},50{day};{month},10{day}" for month in (3, 4, 5) for day in (1, 2, 3, 4)]
    return "open.csv", "\n".join(["Date;Close;Closing price", *rows]).encode(), "text/csv"


def test_several_questions_are_asked_one_after_the_other(open_app: Open) -> None:
    app = uploaded(open_app, two_questions())
    asked = []
    while keys := [str(button.key) for button in app.button if str(button.key).startswith("answer_")]:
        asked.append(keys[0].split("_")[1])
        assert len(asked) < 5
        app.button(key=keys[0]).click().run()
    assert asked[0] == "close"
    assert {"close", "dates"} <= set(asked)
    assert not app.error
    assert len(bars(app)) == 12


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_securities_side_by_side_are_refused(open_app: Open, language: str) -> None:
    app = uploaded(open_app, "two_close_columns", lang=language)
    assert len(app.error) == 1
    assert "Close" in app.error[0].value
    assert ("。" in app.error[0].value) == (language == "zh")


@pytest.mark.parametrize("language", LANGUAGES)
def test_lines_above_the_heading_are_left_out_and_said(open_app: Open, language: str) -> None:
    app = settle(open_app("lab/market.py", lang=language, **SMALL))
    app.file_uploader(key="own_prices").set_value(given("spreadsheet_lines_above_heading")).run()
    assert list(bars(app)["close"]) == [10.1, 10.2, 10.0]
    assert "Mean 0.02%" in said(app)
    assert figures(app)[{"en": "Bars", "zh": "K线根数"}[language]] == "3"


def test_a_zip_is_read_under_its_own_name(open_app: Open) -> None:
    days = pd.bdate_range("2023-01-02", periods=60)
    held, sheet = io.BytesIO(), io.BytesIO()
    pd.DataFrame({"date": days, "close": np.linspace(1.2, 3.4, 60).round(3)}).to_csv(sheet, index=False)
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("fund.csv", sheet.getvalue())
    app = uploaded(open_app, ("my fund.csv.zip", held.getvalue(), "application/zip"))
    assert not app.error
    assert app.session_state["_visit"]["_base"].data.ticker == "my_fund"
    assert figures(app)["Last close"] == "3.400"  # as it is quoted


def jumping(first: float, later: float, days: int = 60, at: int = 20) -> tuple[str, bytes, str]:
    """Closes that wobble by a per cent about one level, then about another, with no adjusted ones beside them."""
    levels = np.where(np.arange(days) < at, first, later) * (1 + 0.01 * np.sin(np.arange(days) * 2.0))
    rows = [
        f"{day:%Y-%m-%d},{level:.2f}"
        for day, level in zip(pd.bdate_range("2023-01-02", periods=days), levels, strict=True)
    ]
    return "drop.csv", "\n".join(["date,close", *rows]).encode(), "text/csv"


def test_a_later_start_cures_an_early_jump(open_app: Open) -> None:
    app = uploaded(open_app, jumping(100, 10))
    assert "like a 10:1 split" in read(app)
    assert app.button(key="jump_cure_0").label == "Start on 2023-01-30"
    app.button(key="jump_cure_0").click().run()
    app = settle(app)
    assert not app.warning
    assert app.session_state["_visit"]["_base"].data.start.isoformat() == "2023-01-30"


def test_a_late_jump_has_no_later_start_for_a_cure(open_app: Open) -> None:
    app = uploaded(open_app, jumping(100, 10, at=50))
    assert "like a 10:1 split" in read(app)
    assert not [button for button in app.button if str(button.key).startswith("jump_cure")]


def test_many_notes_are_a_list(open_app: Open) -> None:
    rows = "\n".join(f"2024-0{m}-{d:02};10{d % 7},5;x;y;z" for m in (1, 2, 3) for d in range(2, 28))
    app = uploaded(
        open_app, ("notes.csv", f"Title\n\nDate;Close;Mood;Moon;Mars\n{rows}\nSource: me".encode(), "text/csv")
    )
    notes = provenance(bars(app)).notes
    assert len(notes) > 2
    listed = next(each.value for each in app.markdown if each.value.startswith("Source: a file"))
    assert listed.count("\n- ") == len(notes)


@pytest.mark.parametrize(("case", "periods"), [("D", 365.0), ("W-FRI", 52.0)])
def test_volatility_a_year_follows_the_calendar(open_app: Open, case: str, periods: float) -> None:
    days = pd.date_range("2021-01-01", periods=90, freq=case)
    close = 50 + np.sin(np.arange(90))
    rows = "\n".join(
        f"{day:%Y-%m-%d},{c:.2f},{c + 1:.2f},{c - 1:.2f},{c:.2f}" for day, c in zip(days, close, strict=True)
    )
    file = ("bars.csv", f"date,open,high,low,close\n{rows}".encode(), "text/csv")
    app = finish(show(uploaded(open_app, file, page="forecast", preset="volatility"), "horizon"))
    table = app.table[0].value
    expected = 100 * np.exp(table["forecast"].str.replace("−", "-").astype(float)) * np.sqrt(periods)
    assert np.allclose(table["% a year"].astype(float), expected, atol=0.05 + 5e-4 * expected)


def test_where_no_year_is_known_there_is_no_yearly_figure(open_app: Open) -> None:
    days = pd.bdate_range("2024-01-01", periods=90)  # holidays traded: no exchange's
    close = 50 + np.sin(np.arange(90))
    rows = "\n".join(
        f"{day:%Y-%m-%d},{c:.2f},{c + 1:.2f},{c - 1:.2f},{c:.2f}" for day, c in zip(days, close, strict=True)
    )
    file = ("bars.csv", f"date,open,high,low,close\n{rows}".encode(), "text/csv")
    app = settle(uploaded(open_app, file, page="market", preset="volatility"))
    app.selectbox(key="calendar").select("unknown").run()
    app = finish(show(app.switch_page("lab/forecast.py"), "horizon"))
    assert "% a year" not in app.table[0].value.columns
    assert "a log range of" in said(app)
    assert "a year" not in said(app).replace("volatility a year", "")


def test_taking_away_a_file_that_was_not_read_leaves_the_prices(open_app: Open) -> None:
    app = settle(open_app("lab/market.py", **SMALL, start="2022-01-03"))
    app.file_uploader(key="own_prices").set_value(("words.csv", b"Dear Sir or Madam,\n", "text/csv")).run()
    assert app.error
    app.file_uploader(key="own_prices").set_value(None).run()
    assert not app.error
    assert app.session_state["_visit"]["_base"].data.start.isoformat() == "2022-01-03"


def test_taking_away_the_file_goes_back_to_the_first_prices(open_app: Open) -> None:
    app = uploaded(open_app, jumping(100, 100))
    assert app.session_state["_visit"]["_base"].data.source == "upload"
    app.file_uploader(key="own_prices").set_value(None).run()
    assert app.session_state["_visit"]["_base"].data.source != "upload"

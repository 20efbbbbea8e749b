"""The fetches: one for all who ask the same, told while it runs, failures told again for a while, tokens apart."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from wire import Wire

from core.config import DataQuery
from core.data import Token
from core.data.fetches import Fetch, Fetches
from core.errors import ServiceError

QUERY = DataQuery(ticker="600519.SH", source="tencent", start="2020-01-01", end="2023-12-29")


@pytest.fixture
def wire(sample_bars: pd.DataFrame, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Wire]:
    with Wire({"600519.SH": sample_bars}) as running:
        monkeypatch.setenv("GATESCOPE_TENCENT_URL", running.tencent_url)
        monkeypatch.setenv("GATESCOPE_TUSHARE_URL", running.tushare_url)
        monkeypatch.setenv("GATESCOPE_DATA", str(tmp_path))
        yield running


def ended(fetches: Fetches, *args, **more) -> Fetch:
    fetch = fetches.ask(QUERY, *args, **more)
    deadline = time.monotonic() + 30
    while fetch.state == "running" and time.monotonic() < deadline:
        fetch = fetches.ask(QUERY, *args)
    return fetch


def test_all_who_ask_the_same_wait_for_one_fetch(wire: Wire) -> None:
    fetches, answers = Fetches(), []
    wire.pause = 0.2
    askers = [threading.Thread(target=lambda: answers.append(ended(fetches))) for _ in range(5)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert [answer.state for answer in answers] == ["done"] * 5
    asked = len(wire.asked)
    assert asked == len({(each.interface, each.first, each.last) for each in wire.asked})
    ended(fetches)
    assert len(wire.asked) == asked


def test_it_tells_how_far_it_is(wire: Wire) -> None:
    wire.pause = 0.5
    fetches = Fetches()
    first = fetches.ask(QUERY, patience=0.05)
    assert (first.state, first.bars) == ("running", None)
    assert ended(fetches).state == "done"


def test_a_failure_is_kept_until_asked_again(wire: Wire) -> None:
    fetches = Fetches()
    wire.fault = "html"
    assert isinstance(ended(fetches).error, ServiceError)
    asked, wire.fault = len(wire.asked), ""
    assert ended(fetches).error is not None
    assert len(wire.asked) == asked
    assert ended(fetches, again=True).state == "done"


def test_a_failure_is_told_for_half_a_minute_an_answer_for_a_quarter_of_an_hour(wire: Wire) -> None:
    now = [0.0]
    fetches = Fetches(clock=lambda: now[0])
    wire.fault = "html"
    assert ended(fetches).error is not None
    now[0], wire.fault = 29.0, ""
    assert ended(fetches).error is not None
    now[0] = 31.0
    first = ended(fetches)
    assert first.state == "done"
    now[0] += 899.0
    assert ended(fetches).bars is first.bars
    now[0] += 2.0
    assert ended(fetches).bars is not first.bars


def test_a_visitors_own_token_is_that_visitors_alone(wire: Wire) -> None:
    fetches = Fetches()
    before = len(fetches.listing(None))
    token = Token("a" * 40)
    deadline = time.monotonic() + 20
    while len(fetches.listing(token, "visitor")) == before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert "688001.SH" in {each.code for each in fetches.listing(token, "visitor")}
    assert "688001.SH" not in {each.code for each in fetches.listing(None)}

"""A clock beyond the end of the exchange's calendar: prices and forecasts go on by weekdays, and the page says so."""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime, time
from pathlib import Path

import pandas as pd
import pytest
from reliability import FaultOf
from web_app import QUICK, Open, finish, said, settle, show

from core.data.calendar import sessions
from core.data.store import Store

sys.path.insert(0, str(Path(__file__).parents[1] / "data"))
from wire import Wire

pytestmark = pytest.mark.slow
TICKER = "600519.SH"


@pytest.mark.fault("calendar-end")
def test_beyond_the_calendar_days_are_estimates(
    open_app: Open, sample_bars: pd.DataFrame, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fault: FaultOf
) -> None:
    """The vendor has a price for each weekday, five weeks beyond the last session that is known."""
    last = sessions("XSHG")[-1] + pd.offsets.BDay(25)
    days = pd.bdate_range(end=last, periods=len(sample_bars), name="date")
    shown = fault("calendar-end")
    with Wire({TICKER: sample_bars.set_axis(days)}) as wire:
        monkeypatch.setenv("GATESCOPE_TENCENT_URL", wire.tencent_url)
        monkeypatch.setenv("GATESCOPE_DATA", str(tmp_path))
        evening = datetime.combine(last, time(20), UTC)
        monkeypatch.setitem(Store.__init__.__kwdefaults__, "clock", lambda: evening)
        dials = {"ticker": TICKER, "source": "tencent", "start": f"{days[0]:%Y-%m-%d}", "end": "", **QUICK}
        app = finish(settle(open_app("lab/forecast.py", lang="en", **dials)))
        shown.keeps(f"{last:%Y-%m-%d}" in said(app))
        page = said(finish(show(app, "horizon")))
    told = re.search(r"\d+ dates are estimates, drawn hollow: [^.]+\.", page)
    assert told
    shown.reads(told[0])
    after = last + pd.offsets.BDay(1)
    shown.goes_on(f"{after:%Y-%m-%d}" in page and not app.error and not app.exception)
